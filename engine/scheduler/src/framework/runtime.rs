//! Asks the plugins, in order (`framework/runtime`).

use std::collections::BTreeSet;
use std::rc::Rc;

use apimachinery::Str;

use super::plugin::{Cycle, Plugin, Points, PostFilter, PreFilter};
use super::snapshot::{NodeIndex, NodeRef};
use super::{ClusterEvent, Code, CycleState, PodInfo, Status};

/// The plugins of a profile.
pub struct Framework {
    plugins: Vec<Configured>,
    pre_enqueue: Vec<usize>,
    pre_filter: Vec<usize>,
    filter: Vec<usize>,
    post_filter: Vec<usize>,
    pre_score: Vec<usize>,
    score: Vec<usize>,
    reserve: Vec<usize>,
}

/// A plugin and how much its score counts.
pub struct Configured {
    /// The plugin.
    pub plugin: Rc<dyn Plugin>,
    /// What its score is multiplied with.
    pub weight: i64,
}

/// What the PreFilter plugins agreed on.
pub struct Preselection {
    /// The only nodes worth looking at; `None` for all.
    pub nodes: Option<BTreeSet<Str>>,
    /// Who left nodes out.
    pub by: Vec<&'static str>,
}

/// The nodes that were refused, and why.
#[derive(Default)]
pub struct NodeStatuses {
    by_node: Vec<Option<Status>>,
    refused: Vec<NodeIndex>,
}

/// The scores of one plugin for the nodes that fit.
pub struct PluginScores {
    /// The plugin.
    pub plugin: &'static str,
    /// As the plugin gave them.
    pub raw: Vec<i64>,
    /// Normalised and weighted.
    pub weighted: Vec<i64>,
}

impl NodeStatuses {
    /// Forgets everything; there are `slots` node indexes.
    pub fn reset(&mut self, slots: usize) {
        for index in self.refused.drain(..) {
            if let Some(slot) = self.by_node.get_mut(index.0) {
                *slot = None;
            }
        }
        self.by_node.resize(slots, None);
    }

    /// Notes a refusal.
    pub fn refuse(&mut self, index: NodeIndex, status: Status) {
        if let Some(slot) = self.by_node.get_mut(index.0) {
            *slot = Some(status);
            self.refused.push(index);
        }
    }

    /// The refusal of a node.
    pub fn get(&self, index: NodeIndex) -> Option<&Status> {
        self.by_node.get(index.0)?.as_ref()
    }

    /// All refusals, in the order in which the nodes were tried.
    pub fn iter(&self) -> impl Iterator<Item = (NodeIndex, &Status)> {
        let status = |index: &NodeIndex| Some((*index, self.get(*index)?));
        self.refused.iter().filter_map(status)
    }

    /// How many nodes were refused.
    pub fn len(&self) -> usize {
        self.refused.len()
    }

    /// Whether no node was refused.
    pub fn is_empty(&self) -> bool {
        self.refused.is_empty()
    }
}

impl Framework {
    /// A framework of these plugins, asked in this order.
    pub fn new(plugins: Vec<Configured>) -> Self {
        let at = |point: Points| {
            let has = |(i, c): (usize, &Configured)| c.plugin.points().has(point).then_some(i);
            plugins.iter().enumerate().filter_map(has).collect()
        };
        Self {
            pre_enqueue: at(Points::PRE_ENQUEUE),
            pre_filter: at(Points::PRE_FILTER),
            filter: at(Points::FILTER),
            post_filter: at(Points::POST_FILTER),
            pre_score: at(Points::PRE_SCORE),
            score: at(Points::SCORE),
            reserve: at(Points::RESERVE),
            plugins,
        }
    }

    fn plugin(&self, index: usize) -> &dyn Plugin {
        &*self.plugins[index].plugin
    }

    /// The plugin of that name.
    pub fn find(&self, name: &str) -> Option<&dyn Plugin> {
        let found = self.plugins.iter().find(|c| c.plugin.name() == name)?;
        Some(&*found.plugin)
    }

    /// May the pod enter the queue?
    pub fn run_pre_enqueue(&self, pod: &PodInfo) -> Status {
        for index in &self.pre_enqueue {
            let plugin = self.plugin(*index);
            let status = plugin.pre_enqueue(pod);
            if !status.is_success() {
                return status.signed(plugin.name());
            }
        }
        Status::SUCCESS
    }

    /// Looks at the pod and the whole cluster.
    ///
    /// # Errors
    /// The refusal of the pod as a whole.
    pub fn run_pre_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &Rc<PodInfo>,
    ) -> Result<Preselection, Status> {
        let mut selection = Preselection {
            nodes: None,
            by: Vec::new(),
        };
        state.skip_filter = 0;
        for index in &self.pre_filter {
            let plugin = self.plugin(*index);
            let PreFilter { status, nodes } = plugin.pre_filter(cycle, state, pod);
            if status.is_skip() {
                state.skip_filter |= 1 << index;
                continue;
            }
            if !status.is_success() {
                return Err(status.signed(plugin.name()));
            }
            let Some(nodes) = nodes else { continue };
            selection.by.push(plugin.name());
            selection.nodes = Some(match selection.nodes {
                None => nodes,
                Some(earlier) => earlier.intersection(&nodes).cloned().collect(),
            });
            if selection.nodes.as_ref().is_some_and(BTreeSet::is_empty) {
                return Err(nothing_left(&selection.by));
            }
        }
        Ok(selection)
    }

    /// Does the pod fit on the node?
    pub fn run_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        for index in &self.filter {
            if state.skip_filter & (1 << index) != 0 {
                continue;
            }
            let plugin = self.plugin(*index);
            let status = plugin.filter(cycle, state, pod, node);
            if !status.is_success() {
                return status.signed(plugin.name());
            }
        }
        Status::SUCCESS
    }

    /// Does the pod fit on the node, also if the pods that were promised it come?
    pub fn run_filter_with_nominated(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        let mut crowded: Option<(CycleState, super::NodeInfo)> = None;
        for other in cycle.nominated.on(&node.info.name) {
            if other.priority < pod.priority || other.key == pod.key {
                continue;
            }
            let (state, info) = crowded.get_or_insert_with(|| (state.clone(), node.info.clone()));
            info.add_pod(Rc::clone(other), None);
            self.run_add_pod(
                cycle,
                state,
                pod,
                other,
                NodeRef {
                    index: node.index,
                    info,
                },
            );
        }
        if let Some((state, info)) = &crowded {
            let node = NodeRef {
                index: node.index,
                info,
            };
            let status = self.run_filter(cycle, state, pod, node);
            if !status.is_success() {
                return status;
            }
        }
        // They may also never come, so the pod has to fit without them, too.
        self.run_filter(cycle, state, pod, node)
    }

    /// Tells the PreFilter plugins that a pod was added to a node for trying it out.
    pub fn run_add_pod(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        added: &PodInfo,
        node: NodeRef<'_>,
    ) {
        for index in &self.pre_filter {
            if state.skip_filter & (1 << index) == 0 {
                self.plugin(*index).add_pod(cycle, state, pod, added, node);
            }
        }
    }

    /// Tells the PreFilter plugins that a pod was removed from a node for trying it out.
    pub fn run_remove_pod(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        removed: &PodInfo,
        node: NodeRef<'_>,
    ) {
        for index in &self.pre_filter {
            if state.skip_filter & (1 << index) == 0 {
                self.plugin(*index)
                    .remove_pod(cycle, state, pod, removed, node);
            }
        }
    }

    /// Asks for a way to make room: the first nomination, or what the plugins said.
    pub fn run_post_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &Rc<PodInfo>,
        statuses: &NodeStatuses,
    ) -> PostFilter {
        let mut reasons = Vec::new();
        let mut clear = false;
        for index in &self.post_filter {
            match self
                .plugin(*index)
                .post_filter(self, cycle, state, pod, statuses)
            {
                nominated @ PostFilter::Nominated(_) => return nominated,
                PostFilter::Refused {
                    status,
                    clear_nomination,
                } if status.is_rejected() => {
                    reasons.extend(status.reasons().iter().cloned());
                    clear |= clear_nomination;
                    if status.code == Code::UnschedulableAndUnresolvable {
                        break;
                    }
                }
                error @ PostFilter::Refused { .. } => return error,
            }
        }
        PostFilter::Refused {
            status: Status::with_reasons(Code::Unschedulable, reasons),
            clear_nomination: clear,
        }
    }

    /// Rates the nodes that fit.
    pub fn run_scores(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        nodes: &[NodeIndex],
    ) -> Vec<PluginScores> {
        state.skip_score = 0;
        for index in &self.pre_score {
            let status = self.plugin(*index).pre_score(cycle, state, pod, nodes);
            if status.is_skip() {
                state.skip_score |= 1 << index;
            }
        }
        let mut all = Vec::with_capacity(self.score.len());
        for index in &self.score {
            if state.skip_score & (1 << index) != 0 {
                continue;
            }
            let Configured { plugin, weight } = &self.plugins[*index];
            let score = |node: &NodeIndex| {
                let node = cycle.snapshot.node(*node);
                plugin.score(cycle, state, pod, node)
            };
            let raw: Vec<i64> = nodes.iter().map(score).collect();
            let mut weighted = raw.clone();
            plugin.normalize(cycle, state, pod, nodes, &mut weighted);
            for score in &mut weighted {
                *score *= weight;
            }
            all.push(PluginScores {
                plugin: plugin.name(),
                raw,
                weighted,
            });
        }
        all
    }

    /// Tells the plugins that the pod goes to a node; on a refusal those already told are told otherwise.
    pub fn run_reserve(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        for index in &self.reserve {
            let plugin = self.plugin(*index);
            let status = plugin.reserve(cycle, state, pod, node);
            if !status.is_success() {
                self.run_unreserve(state, pod);
                return status.signed(plugin.name());
            }
        }
        Status::SUCCESS
    }

    /// Tells the plugins that the pod does not go where it was to go.
    pub fn run_unreserve(&self, state: &CycleState, pod: &PodInfo) {
        for index in self.reserve.iter().rev() {
            self.plugin(*index).unreserve(state, pod);
        }
    }

    /// Whether an event may help a pod that these plugins refused. `None`: no; `Some(true)`: a plugin that wanted the
    /// pod to wait for something says so, hence no back-off is due.
    pub fn event_helps(
        &self,
        event: &ClusterEvent<'_>,
        pod: &PodInfo,
        refused_by: &BTreeSet<&'static str>,
        pending: &BTreeSet<&'static str>,
    ) -> Option<bool> {
        let mut helps = None;
        for name in refused_by.union(pending) {
            let Some(plugin) = self.find(name) else {
                continue;
            };
            if plugin.events().iter().any(|i| event.is(i)) && plugin.helps(pod, event) {
                let at_once = pending.contains(name);
                helps = Some(at_once || helps == Some(true));
                if at_once {
                    break;
                }
            }
        }
        helps
    }
}

fn nothing_left(by: &[&'static str]) -> Status {
    let last = by.last().copied().unwrap_or_default();
    let message = match by {
        [only] => format!("node(s) didn't satisfy plugin {only}"),
        _ => format!(
            "node(s) didn't satisfy plugin(s) [{}] simultaneously",
            by.join(" ")
        ),
    };
    Status::unresolvable(message).signed(last)
}
