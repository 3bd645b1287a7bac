//! Makes room for a pod by evicting less important ones (`DefaultPreemption`).
//!
//! ```text
//!   nodes where preemption may help ─► dry run on each: who would have to go?
//!        └─► the node where that hurts least ─► its victims
//! ```
//!
//! Pure: it names node and victims; the scheduler evicts them.

mod candidates;
mod dry_run;

use std::rc::Rc;

use component_helpers::pod;

use self::candidates::Candidate;
use crate::framework::plugin::{Nomination, PostFilter};
use crate::framework::{
    Code, Cycle, CycleState, Diagnosis, Framework, NodeIndex, NodeStatuses, Plugin, PodInfo,
    Points, Status,
};

/// The plugin.
pub struct DefaultPreemption;

/// At least so many candidates are looked for, …
const MIN_CANDIDATES: usize = 100;
/// … or this share of the nodes, if that is more.
const MIN_CANDIDATES_PERCENT: usize = 10;

/// The reason of the condition that victims get.
pub const PREEMPTED_REASON: &str = "PreemptionByScheduler";

impl Plugin for DefaultPreemption {
    fn name(&self) -> &'static str {
        "DefaultPreemption"
    }

    fn points(&self) -> Points {
        Points::POST_FILTER
    }

    fn post_filter(
        &self,
        framework: &Framework,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &Rc<PodInfo>,
        statuses: &NodeStatuses,
    ) -> PostFilter {
        let because = |message: &str| Status::unschedulable(format!("preemption: {message}"));
        if let Some(message) = ineligible(cycle, pod, statuses) {
            return PostFilter::refused(because(message));
        }
        let mut diagnosis = Diagnosis {
            num_all_nodes: cycle.snapshot.len(),
            absent: Some(Status::unresolvable(
                "Preemption is not helpful for scheduling",
            )),
            ..Diagnosis::default()
        };
        let candidates = find(framework, cycle, state, pod, statuses, &mut diagnosis);
        match candidates::least_harm(candidates) {
            None => PostFilter::Refused {
                status: because(&diagnosis.message()),
                clear_nomination: true,
            },
            Some(Candidate { node, victims, .. }) => PostFilter::Nominated(Nomination {
                node: cycle.snapshot.node(node).info.name.clone(),
                victims,
            }),
        }
    }
}

/// Why the pod may not preempt others.
fn ineligible(cycle: &Cycle<'_>, pod: &PodInfo, statuses: &NodeStatuses) -> Option<&'static str> {
    if pod.pod.spec.preemption_policy.as_deref() == Some("Never") {
        return Some("not eligible due to preemptionPolicy=Never.");
    }
    let nominated = &pod.pod.status.nominated_node_name;
    if nominated.is_empty() {
        return None;
    }
    let node = cycle.snapshot.by_name(nominated)?;
    if statuses
        .get(node.index)
        .is_some_and(|s| s.code == Code::UnschedulableAndUnresolvable)
    {
        // Waiting for that node is in vain.
        return None;
    }
    let leaving = |other: &PodInfo| {
        other.priority < pod.priority
            && other.is_terminating()
            && pod::condition(&other.pod.status, "DisruptionTarget")
                .is_some_and(|c| c.status == "True" && c.reason == PREEMPTED_REASON)
    };
    let waiting = node.info.pods.iter().any(|(other, _)| leaving(other));
    waiting.then_some("not eligible due to a terminating pod on the nominated node.")
}

/// Tries the nodes on which preemption may help.
fn find(
    framework: &Framework,
    cycle: &Cycle<'_>,
    state: &CycleState,
    pod: &Rc<PodInfo>,
    statuses: &NodeStatuses,
    diagnosis: &mut Diagnosis,
) -> Vec<Candidate> {
    let budgets = cycle.objects.disruption_budgets.list();
    let nodes: Vec<NodeIndex> = statuses
        .iter()
        .filter(|(_, status)| status.code == Code::Unschedulable)
        .map(|(node, _)| node)
        .collect();
    let enough = (cycle.snapshot.len() * MIN_CANDIDATES_PERCENT / 100).max(MIN_CANDIDATES);
    let mut candidates = Vec::new();
    let mut without_violation = false;
    for node in nodes {
        match dry_run::victims_on(framework, cycle, state, pod, node, &budgets) {
            Ok(candidate) => {
                without_violation |= candidate.violations == 0;
                candidates.push(candidate);
                if without_violation && candidates.len() >= enough {
                    break;
                }
            }
            Err(status) => diagnosis.refuse(&status),
        }
    }
    candidates
}
