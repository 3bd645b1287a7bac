//! A node with the sums over its pods (`framework.NodeInfo`).

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::Node;
use apimachinery::Str;
use client::NamespacedName;
use component_helpers::resource::Resource;

use super::classes::ClassId;
use super::pod_info::{HostPort, NonZero, PodInfo};

/// A node as the scheduler sees it: compact, and changed pod by pod.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// The object; `None` for a moment when pods were seen before their node, or the node is gone before its pods.
    pub node: Option<Rc<Node>>,
    /// Its name.
    pub name: Str,
    /// Its pods, with the class of each; a pod that is only tried out has none.
    pub pods: Vec<(Rc<PodInfo>, Option<ClassId>)>,
    /// How many pods of each class, sorted by class.
    pub classes: Vec<ClassCount>,
    /// How many of its pods have any pod (anti-)affinity.
    pub with_affinity: u32,
    /// How many of its pods keep others away.
    pub with_required_anti_affinity: u32,
    /// The host ports in use.
    pub used_ports: Vec<HostPort>,
    /// What its pods ask for.
    pub requested: Resource,
    /// What its pods count as where load is spread.
    pub non_zero: NonZero,
    /// What it has for pods.
    pub allocatable: Resource,
    /// Normalised names of the images it has.
    pub images: std::collections::BTreeSet<Str>,
    /// The claims its pods use, and how many pods use each.
    pub claims: BTreeMap<NamespacedName, u32>,
}

/// How many pods of one class a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassCount {
    /// The class.
    pub class: ClassId,
    /// All of them.
    pub total: u32,
    /// Those that were deleted and are on their way out.
    pub terminating: u32,
}

impl NodeInfo {
    /// A node of that name without pods.
    pub fn new(name: Str) -> Self {
        Self {
            node: None,
            name,
            pods: Vec::new(),
            classes: Vec::new(),
            with_affinity: 0,
            with_required_anti_affinity: 0,
            used_ports: Vec::new(),
            requested: Resource::default(),
            non_zero: NonZero::default(),
            allocatable: Resource::default(),
            images: std::collections::BTreeSet::new(),
            claims: BTreeMap::new(),
        }
    }

    /// Takes over a new version of the node object.
    pub fn set_node(&mut self, node: Rc<Node>) {
        self.allocatable = Resource::from_list(&node.status.allocatable);
        self.node = Some(node);
    }

    /// The value of a label of the node.
    pub fn label(&self, key: &str) -> Option<&Str> {
        self.node.as_ref()?.metadata.labels.get(key)
    }

    /// Adds a pod.
    pub fn add_pod(&mut self, pod: Rc<PodInfo>, class: Option<ClassId>) {
        self.count(&pod, class, 1);
        for claim in claims(&pod) {
            *self.claims.entry(claim).or_default() += 1;
        }
        self.used_ports.extend(pod.host_ports.iter().cloned());
        self.pods.push((pod, class));
    }

    /// Takes a pod away; its class, if it was there.
    pub fn remove_pod(&mut self, key: &NamespacedName) -> Option<(Rc<PodInfo>, Option<ClassId>)> {
        let index = self.pods.iter().position(|(pod, _)| pod.key == *key)?;
        // The order of pods matters to nobody; upstream swaps, too.
        let (pod, class) = self.pods.swap_remove(index);
        self.count(&pod, class, -1);
        for claim in claims(&pod) {
            if let Some(count) = self.claims.get_mut(&claim) {
                *count -= 1;
                if *count == 0 {
                    self.claims.remove(&claim);
                }
            }
        }
        for port in &pod.host_ports {
            if let Some(i) = self.used_ports.iter().position(|p| p == port) {
                self.used_ports.swap_remove(i);
            }
        }
        Some((pod, class))
    }

    fn count(&mut self, pod: &PodInfo, class: Option<ClassId>, sign: i64) {
        self.requested.add(&pod.requests, sign);
        self.non_zero.milli_cpu += sign * pod.non_zero.milli_cpu;
        self.non_zero.memory += sign * pod.non_zero.memory;
        let step = |n: &mut u32| {
            *n = if sign > 0 {
                *n + 1
            } else {
                n.saturating_sub(1)
            }
        };
        if pod.has_affinity() {
            step(&mut self.with_affinity);
        }
        if pod.has_required_anti_affinity() {
            step(&mut self.with_required_anti_affinity);
        }
        let Some(class) = class else { return };
        let index = match self.classes.binary_search_by_key(&class, |c| c.class) {
            Ok(index) => index,
            Err(index) => {
                let fresh = ClassCount {
                    class,
                    total: 0,
                    terminating: 0,
                };
                self.classes.insert(index, fresh);
                index
            }
        };
        let counts = &mut self.classes[index];
        step(&mut counts.total);
        if pod.is_terminating() {
            step(&mut counts.terminating);
        }
        if counts.total == 0 {
            self.classes.remove(index);
        }
    }
}

/// The claims a pod uses.
fn claims(pod: &PodInfo) -> impl Iterator<Item = NamespacedName> {
    pod.pod.spec.volumes.iter().filter_map(|volume| {
        let claim = volume.persistent_volume_claim.as_ref()?;
        Some(NamespacedName::new(
            pod.key.namespace.clone(),
            claim.claim_name.clone(),
        ))
    })
}
