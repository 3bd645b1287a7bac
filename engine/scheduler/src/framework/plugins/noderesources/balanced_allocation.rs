//! Prefers nodes whose shares of used CPU and used memory the pod brings closer together.

use super::super::normalize::MAX_NODE_SCORE;
use crate::framework::math::{float, truncate};
use crate::framework::{Cycle, CycleState, NodeIndex, NodeRef, Plugin, PodInfo, Points, Status};

/// The plugin.
pub struct BalancedAllocation;

impl Plugin for BalancedAllocation {
    fn name(&self) -> &'static str {
        "NodeResourcesBalancedAllocation"
    }

    fn points(&self) -> Points {
        Points::PRE_SCORE.and(Points::SCORE)
    }

    fn pre_score(
        &self,
        _: &Cycle<'_>,
        _: &mut CycleState,
        pod: &PodInfo,
        _: &[NodeIndex],
    ) -> Status {
        // Else pods that ask for nothing would crowd one node.
        if pod.requests.milli_cpu == 0 && pod.requests.memory == 0 {
            Status::SKIP
        } else {
            Status::SUCCESS
        }
    }

    /// 75 when the pod changes nothing, up to 100 when it evens out the load, down to 50 when it unbalances it.
    fn score(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> i64 {
        let (has, used, wants) = (&node.info.allocatable, &node.info.requested, &pod.requests);
        let has = [has.milli_cpu, has.memory];
        let without = balance([used.milli_cpu, used.memory], has);
        let with = balance(
            [used.milli_cpu + wants.milli_cpu, used.memory + wants.memory],
            has,
        );
        let half = MAX_NODE_SCORE / 2;
        half + (half + with - without) / 2
    }
}

/// 100 when the shares are equal, less the further they are apart.
fn balance(used: [i64; 2], has: [i64; 2]) -> i64 {
    let share = |i: usize| float(used[i]) / float(has[i]);
    let deviation = if has.contains(&0) {
        0.0
    } else {
        ((share(0).min(1.0) - share(1).min(1.0)) / 2.0).abs()
    };
    truncate((1.0 - deviation) * float(MAX_NODE_SCORE))
}
