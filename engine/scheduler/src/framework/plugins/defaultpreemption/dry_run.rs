//! Who would have to leave a node (`SelectVictimsOnNode`).

use std::rc::Rc;

use api::policy::v1::PodDisruptionBudget;
use apimachinery::labels::Selector;

use super::candidates::{Candidate, importance};
use crate::framework::{
    Cycle, CycleState, Framework, NodeIndex, NodeInfo, NodeRef, PodInfo, Status,
};

/// A node as it would be, and the notes of the plugins about that.
struct Trial<'a> {
    framework: &'a Framework,
    cycle: &'a Cycle<'a>,
    pod: &'a PodInfo,
    index: NodeIndex,
    info: NodeInfo,
    state: CycleState,
}

impl Trial<'_> {
    fn node(&self) -> NodeRef<'_> {
        NodeRef {
            index: self.index,
            info: &self.info,
        }
    }

    fn remove(&mut self, victim: &PodInfo) {
        self.info.remove_pod(&victim.key);
        let node = NodeRef {
            index: self.index,
            info: &self.info,
        };
        self.framework
            .run_remove_pod(self.cycle, &mut self.state, self.pod, victim, node);
    }

    fn add(&mut self, pod: &Rc<PodInfo>) {
        self.info.add_pod(Rc::clone(pod), None);
        let node = NodeRef {
            index: self.index,
            info: &self.info,
        };
        self.framework
            .run_add_pod(self.cycle, &mut self.state, self.pod, pod, node);
    }

    fn fits(&self) -> Status {
        let node = self.node();
        self.framework
            .run_filter_with_nominated(self.cycle, &self.state, self.pod, node)
    }
}

/// The smallest set of less important pods without which the pod fits on the node.
///
/// # Errors
/// Why preemption does not help on this node.
pub(super) fn victims_on(
    framework: &Framework,
    cycle: &Cycle<'_>,
    state: &CycleState,
    pod: &PodInfo,
    node: NodeIndex,
    budgets: &[Rc<PodDisruptionBudget>],
) -> Result<Candidate, Status> {
    let mut trial = Trial {
        framework,
        cycle,
        pod,
        index: node,
        info: cycle.snapshot.node(node).info.clone(),
        state: state.clone(),
    };
    let less_important = trial.info.pods.iter().map(|(other, _)| other);
    let mut potential: Vec<Rc<PodInfo>> = less_important
        .filter(|other| other.priority < pod.priority)
        .cloned()
        .collect();
    if potential.is_empty() {
        return Err(Status::unresolvable(
            "No preemption victims found for incoming pod",
        ));
    }
    for victim in &potential {
        trial.remove(victim);
    }
    let status = trial.fits();
    if !status.is_success() {
        return Err(status);
    }
    // Now let as many as possible stay, the protected and the most important ones first.
    potential.sort_by_key(|victim| importance(victim));
    let (protected, others) = split_by_budgets(potential, budgets);
    let both = !protected.is_empty() && !others.is_empty();
    let mut victims = Vec::new();
    let mut violations = 0;
    let mut reprieve = |trial: &mut Trial<'_>, candidate: Rc<PodInfo>| {
        trial.add(&candidate);
        let stays = trial.fits().is_success();
        if !stays {
            trial.remove(&candidate);
            victims.push(candidate);
        }
        stays
    };
    for candidate in protected {
        if !reprieve(&mut trial, candidate) {
            violations += 1;
        }
    }
    for candidate in others {
        reprieve(&mut trial, candidate);
    }
    if both {
        victims.sort_by_key(|victim| importance(victim));
    }
    if victims.is_empty() {
        return Err(Status::error("expected at least one victim pod on node"));
    }
    Ok(Candidate {
        node,
        victims,
        violations,
    })
}

/// Those whose eviction a disruption budget would not allow, and the others.
fn split_by_budgets(
    pods: Vec<Rc<PodInfo>>,
    budgets: &[Rc<PodDisruptionBudget>],
) -> (Vec<Rc<PodInfo>>, Vec<Rc<PodInfo>>) {
    let mut allowed: Vec<(i32, &PodDisruptionBudget, Selector)> = budgets
        .iter()
        .filter_map(|budget| {
            let selector = Selector::from_label_selector(budget.spec.selector.as_deref()).ok()?;
            Some((budget.status.disruptions_allowed, &**budget, selector))
        })
        .collect();
    pods.into_iter().partition(|pod| {
        let mut violated = false;
        if pod.labels().is_empty() {
            return false;
        }
        for (left, budget, selector) in &mut allowed {
            let applies = budget.metadata.namespace == pod.key.namespace
                && !selector.is_empty()
                && selector.matches(pod.labels())
                && !budget.status.disrupted_pods.contains_key(&pod.key.name);
            if applies {
                *left -= 1;
                violated |= *left < 0;
            }
        }
        violated
    })
}
