//! Why a pod fits nowhere, as users read it (`framework.FitError`).

use std::collections::{BTreeMap, BTreeSet};

use super::status::{Reason, Status};

/// What a scheduling cycle found out about the nodes that it refused.
///
/// Nodes are counted per reason while filtering, so a refusal by thousands of nodes costs a few counters.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// How many nodes there are.
    pub num_all_nodes: usize,
    /// How many nodes have a status of their own.
    pub(crate) explicit: usize,
    pub(crate) reasons: BTreeMap<Reason, usize>,
    /// The status of all nodes without one of their own.
    pub absent: Option<Status>,
    /// Why the pod was refused before nodes were looked at.
    pub pre_filter_msg: String,
    /// What the PostFilter plugins said.
    pub post_filter_msg: String,
    /// Who refused the pod: what the queue asks about events that may help it.
    pub unschedulable_plugins: BTreeSet<&'static str>,
    /// Who wants the pod to wait for something outside.
    pub pending_plugins: BTreeSet<&'static str>,
}

impl Diagnosis {
    /// Counts a node's refusal.
    pub fn refuse(&mut self, status: &Status) {
        self.explicit += 1;
        for reason in status.reasons() {
            if let Some(count) = self.reasons.get_mut(reason) {
                *count += 1;
            } else {
                self.reasons.insert(reason.clone(), 1);
            }
        }
        self.blame(status);
    }

    /// Remembers who refused.
    pub fn blame(&mut self, status: &Status) {
        if status.plugin.is_empty() {
            return;
        }
        if status.is_rejected() {
            self.unschedulable_plugins.insert(status.plugin);
        }
        if status.code == super::Code::Pending {
            self.pending_plugins.insert(status.plugin);
        }
    }

    /// How many nodes were refused by themselves.
    pub fn refused(&self) -> usize {
        self.explicit
    }

    /// The message of the pod's condition and of its FailedScheduling event.
    pub fn message(&self) -> String {
        let mut message = format!("0/{} nodes are available:", self.num_all_nodes);
        if self.pre_filter_msg.is_empty() {
            let reasons = self.histogram();
            if !reasons.is_empty() {
                message.push_str(&format!(" {}.", reasons.join(", ")));
            }
        } else {
            message.push_str(&format!(" {}.", self.pre_filter_msg));
        }
        if !self.post_filter_msg.is_empty() {
            message.push(' ');
            message.push_str(&self.post_filter_msg);
        }
        message
    }

    /// `count reason`, sorted as texts.
    fn histogram(&self) -> Vec<String> {
        let mut counts = self.reasons.clone();
        let rest = self.num_all_nodes.saturating_sub(self.explicit);
        if rest > 0
            && let Some(absent) = &self.absent
        {
            for reason in absent.reasons() {
                *counts.entry(reason.clone()).or_default() += rest;
            }
        }
        let mut lines: Vec<String> = counts
            .into_iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        lines.sort();
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_and_sorted_as_texts() {
        let mut diagnosis = Diagnosis {
            num_all_nodes: 14,
            ..Diagnosis::default()
        };
        for _ in 0..12 {
            diagnosis.refuse(&Status::unschedulable("Insufficient cpu").signed("NodeResourcesFit"));
        }
        diagnosis.refuse(&Status::unresolvable("node(s) were unschedulable"));
        diagnosis.absent = Some(Status::unresolvable("absent"));
        diagnosis.post_filter_msg = "preemption: no".to_owned();
        assert_eq!(
            diagnosis.message(),
            "0/14 nodes are available: 1 absent, 1 node(s) were unschedulable, 12 Insufficient cpu. preemption: no"
        );
        assert_eq!(
            diagnosis.unschedulable_plugins.iter().collect::<Vec<_>>(),
            [&"NodeResourcesFit"]
        );
    }

    #[test]
    fn a_refusal_before_filtering_speaks_for_all_nodes() {
        let diagnosis = Diagnosis {
            num_all_nodes: 3,
            pre_filter_msg: "pod has unbound immediate PersistentVolumeClaims".to_owned(),
            post_filter_msg: "not found".to_owned(),
            ..Diagnosis::default()
        };
        assert_eq!(
            diagnosis.message(),
            "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"
        );
    }
}
