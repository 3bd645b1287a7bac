//! Dynamic resource allocation, as far as pods without resource claims see it.
//!
//! Upstream's plugin is on by default and has the first word when a pod fits nowhere, which shows in every message.
//! Allocating devices to claims is not supported: pods with resource claims are refused with a text that says so.

use std::rc::Rc;

use crate::framework::plugin::PostFilter;
use crate::framework::{
    Cycle, CycleState, Framework, NodeStatuses, Plugin, PodInfo, Points, PreFilter, Status,
};

/// The plugin.
pub struct DynamicResources;

/// Left by PreFilter; its absence means that another plugin refused the pod before.
struct Seen;

impl Plugin for DynamicResources {
    fn name(&self) -> &'static str {
        "DynamicResources"
    }

    fn points(&self) -> Points {
        Points::PRE_FILTER.and(Points::POST_FILTER)
    }

    fn pre_filter(&self, _: &Cycle<'_>, state: &mut CycleState, pod: &Rc<PodInfo>) -> PreFilter {
        state.write(Seen);
        if pod.pod.spec.resource_claims.is_empty() {
            return Status::SKIP.into();
        }
        Status::unresolvable("resource claims are not supported by this simulation").into()
    }

    fn post_filter(
        &self,
        _: &Framework,
        _: &Cycle<'_>,
        state: &CycleState,
        _: &Rc<PodInfo>,
        _: &NodeStatuses,
    ) -> PostFilter {
        PostFilter::refused(match state.read::<Seen>() {
            Some(_) => Status::unschedulable("no new claims to deallocate"),
            None => Status::error("not found"),
        })
    }
}
