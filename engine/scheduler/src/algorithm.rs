//! Finds the best node for a pod (`schedulePod`), as a function of pods, nodes and what was found before.

use std::rc::Rc;

use apimachinery::Str;
use sim::{Rng, Time};

use crate::decision::{self, Decision, Rated};
use crate::framework::plugin::{Nomination, PostFilter};
use crate::framework::runtime::PluginScores;
use crate::framework::{
    Cycle, CycleState, Diagnosis, Framework, NodeIndex, NodeStatuses, PodInfo, Status,
};

/// With fewer nodes than this, all are looked at.
const MIN_FEASIBLE_NODES: usize = 100;
/// With very many nodes, still this share is looked at.
const MIN_FEASIBLE_PERCENT: usize = 5;

/// What became of an attempt.
pub enum Outcome {
    /// The pod goes to this node.
    Fits {
        /// The node.
        node: NodeIndex,
        /// The notes that the plugins made on the way.
        state: CycleState,
    },
    /// It fits nowhere for now.
    FitsNowhere {
        /// Why.
        diagnosis: Box<Diagnosis>,
        /// What users are told.
        message: String,
        /// The node that it may wait for, and who has to leave it.
        nomination: Option<Nomination>,
        /// Whether an earlier promise of a node is void.
        clear_nomination: bool,
    },
}

/// The algorithm, with what it remembers from one pod to the next.
pub struct Algorithm {
    framework: Framework,
    /// Where in the order of nodes the next search begins, so that all nodes are looked at equally often.
    next_start: usize,
    statuses: NodeStatuses,
    rng: Rng,
}

impl Algorithm {
    /// The algorithm with these plugins; `rng` breaks ties.
    pub fn new(framework: Framework, rng: Rng) -> Self {
        Self {
            framework,
            next_start: 0,
            statuses: NodeStatuses::default(),
            rng,
        }
    }

    /// The plugins.
    pub fn framework(&self) -> &Framework {
        &self.framework
    }

    /// Finds a node for the pod.
    pub fn schedule(
        &mut self,
        cycle: &Cycle<'_>,
        pod: &Rc<PodInfo>,
        now: Time,
    ) -> (Outcome, Decision) {
        let mut decision = Decision {
            pod: pod.key.clone(),
            at: now,
            nodes: cycle.snapshot.len(),
            feasible: 0,
            chosen: None,
            message: String::new(),
            nominated: None,
            victims: Vec::new(),
            fitting: Vec::new(),
            refused: Vec::new(),
        };
        if cycle.snapshot.is_empty() {
            let message = "no nodes available to schedule pods".to_owned();
            decision.message.clone_from(&message);
            let outcome = Outcome::FitsNowhere {
                diagnosis: Box::default(),
                message,
                nomination: None,
                clear_nomination: false,
            };
            return (outcome, decision);
        }
        let mut state = CycleState::default();
        let mut diagnosis = Diagnosis {
            num_all_nodes: cycle.snapshot.len(),
            ..Diagnosis::default()
        };
        self.statuses.reset(cycle.snapshot.slots());
        let fitting = self.find_fitting(cycle, &mut state, pod, &mut diagnosis);
        decision.feasible = fitting.len();
        decision.refused = decision::refusals(cycle.snapshot, &self.statuses);
        if fitting.is_empty() {
            let outcome = self.post_filter(cycle, &state, pod, diagnosis, &mut decision);
            return (outcome, decision);
        }
        let (node, rated) = self.pick(cycle, &mut state, pod, &fitting);
        decision.fitting = rated;
        decision.chosen = Some(cycle.snapshot.node(node).info.name.clone());
        (Outcome::Fits { node, state }, decision)
    }

    fn find_fitting(
        &mut self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &Rc<PodInfo>,
        diagnosis: &mut Diagnosis,
    ) -> Vec<NodeIndex> {
        let selection = match self.framework.run_pre_filter(cycle, state, pod) {
            Ok(selection) => selection,
            Err(status) => {
                diagnosis.pre_filter_msg = status.message();
                diagnosis.blame(&status);
                diagnosis.absent = Some(status);
                return Vec::new();
            }
        };
        // A pod that was promised a node gets it if it still fits.
        let nominated = &pod.pod.status.nominated_node_name;
        if !nominated.is_empty()
            && let Some(node) = cycle.snapshot.by_name(nominated)
            && selection
                .nodes
                .as_ref()
                .is_none_or(|nodes| nodes.contains(nominated))
        {
            let status = self
                .framework
                .run_filter_with_nominated(cycle, state, pod, node);
            if status.is_success() {
                return vec![node.index];
            }
        }
        match &selection.nodes {
            None => self.search(cycle, state, pod, diagnosis),
            Some(names) => {
                let reason = format!(
                    "node(s) didn't satisfy plugin(s) [{}]",
                    selection.by.join(" ")
                );
                diagnosis.absent = Some(Status::unresolvable(reason));
                for plugin in selection.by {
                    diagnosis.unschedulable_plugins.insert(plugin);
                }
                self.search_among(cycle, state, pod, diagnosis, names)
            }
        }
    }

    /// Looks at nodes in turn until enough fit.
    fn search(
        &mut self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        diagnosis: &mut Diagnosis,
    ) -> Vec<NodeIndex> {
        let all = cycle.snapshot.len();
        let enough = enough_nodes(all);
        let mut fitting = Vec::with_capacity(enough);
        let mut looked_at = 0;
        while looked_at < all && fitting.len() < enough {
            let node = cycle.snapshot.at((self.next_start + looked_at) % all);
            looked_at += 1;
            let status = self
                .framework
                .run_filter_with_nominated(cycle, state, pod, node);
            if status.is_success() {
                fitting.push(node.index);
            } else {
                diagnosis.refuse(&status);
                self.statuses.refuse(node.index, status);
            }
        }
        self.next_start = (self.next_start + looked_at) % all;
        fitting
    }

    fn search_among(
        &mut self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        diagnosis: &mut Diagnosis,
        names: &std::collections::BTreeSet<Str>,
    ) -> Vec<NodeIndex> {
        let mut fitting = Vec::new();
        for name in names {
            let Some(node) = cycle.snapshot.by_name(name) else {
                continue;
            };
            let status = self
                .framework
                .run_filter_with_nominated(cycle, state, pod, node);
            if status.is_success() {
                fitting.push(node.index);
            } else {
                diagnosis.refuse(&status);
                self.statuses.refuse(node.index, status);
            }
        }
        fitting
    }

    fn post_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &Rc<PodInfo>,
        mut diagnosis: Diagnosis,
        decision: &mut Decision,
    ) -> Outcome {
        let answer = self
            .framework
            .run_post_filter(cycle, state, pod, &self.statuses);
        let mut clear = false;
        let nomination = match answer {
            PostFilter::Nominated(nomination) => Some(nomination),
            PostFilter::Refused {
                status,
                clear_nomination,
            } => {
                diagnosis.post_filter_msg = status.message();
                clear = clear_nomination;
                None
            }
        };
        let message = diagnosis.message();
        decision.message.clone_from(&message);
        if let Some(nomination) = &nomination {
            decision.nominated = Some(nomination.node.clone());
            decision.victims = nomination.victims.iter().map(|v| v.key.clone()).collect();
        }
        Outcome::FitsNowhere {
            diagnosis: Box::new(diagnosis),
            message,
            nomination,
            clear_nomination: clear,
        }
    }

    /// The best of the nodes that fit; any of the best ones.
    fn pick(
        &mut self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        fitting: &[NodeIndex],
    ) -> (NodeIndex, Vec<Rated>) {
        if let [only] = fitting {
            let rated = decision::rate(cycle.snapshot, fitting, &[0], &[], *only);
            return (*only, rated);
        }
        let scores = self.framework.run_scores(cycle, state, pod, fitting);
        let totals = sum(&scores, fitting.len());
        let highest = totals.iter().copied().max().unwrap_or(0);
        let best: Vec<NodeIndex> = fitting
            .iter()
            .zip(&totals)
            .filter(|(_, total)| **total == highest)
            .map(|(node, _)| *node)
            .collect();
        let chosen = match best.len() {
            1 => best[0],
            many => best[usize::try_from(self.rng.below(many as u64)).unwrap_or(0)],
        };
        let rated = decision::rate(cycle.snapshot, fitting, &totals, &scores, chosen);
        (chosen, rated)
    }
}

fn sum(scores: &[PluginScores], nodes: usize) -> Vec<i64> {
    let mut totals = vec![0; nodes];
    for plugin in scores {
        for (total, score) in totals.iter_mut().zip(&plugin.weighted) {
            *total += score;
        }
    }
    totals
}

/// How many fitting nodes are enough: all of a small cluster, fewer and fewer per cent of a large one.
fn enough_nodes(all: usize) -> usize {
    if all < MIN_FEASIBLE_NODES {
        return all;
    }
    let percent = 50_usize.saturating_sub(all / 125).max(MIN_FEASIBLE_PERCENT);
    (all * percent / 100).max(MIN_FEASIBLE_NODES)
}

#[cfg(test)]
mod tests {
    use super::enough_nodes;

    #[test]
    fn large_clusters_are_sampled() {
        for (all, enough) in [
            (3, 3),
            (99, 99),
            (100, 100),
            (1000, 420),
            (5000, 500),
            (6000, 300),
            (20_000, 1000),
        ] {
            assert_eq!(enough_nodes(all), enough, "{all}");
        }
    }
}
