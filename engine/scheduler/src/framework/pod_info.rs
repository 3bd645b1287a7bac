//! A pod with everything computed once that scheduling asks for again and again (`framework.PodInfo`).

use std::ops::Deref;
use std::rc::Rc;

use api::core::v1::{ContainerPort, Namespace, Pod, PodAffinityTerm};
use apimachinery::labels::{Labels, Selector};
use apimachinery::meta::v1::LabelSelector;
use apimachinery::{Shared, Str};
use client::{Lister, NamespacedName};
use component_helpers::requests::{self, Options};
use component_helpers::resource::Resource;

/// A pod as the scheduler sees it.
#[derive(Clone, Debug)]
pub struct PodInfo {
    /// The object.
    pub pod: Rc<Pod>,
    /// What was computed from it, shared by the pod's versions as long as it stays true.
    facts: Rc<Facts>,
}

/// What is computed from a pod once.
#[derive(Debug)]
pub struct Facts {
    /// Namespace and name.
    pub key: NamespacedName,
    /// What it asks for.
    pub requests: Resource,
    /// CPU and memory it counts as where load is spread: containers without a request count, too.
    pub non_zero: NonZero,
    /// The same without what is asked for the pod as a whole, which upstream's score of free room overlooks.
    pub non_zero_of_containers: NonZero,
    /// Its priority; 0 when unset.
    pub priority: i32,
    /// Its pod (anti-)affinity, if it has any.
    pub affinity: Option<Rc<AffinityTerms>>,
    /// The host ports it takes.
    pub host_ports: Vec<HostPort>,
}

impl Deref for PodInfo {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

/// CPU and memory with defaults for containers that ask for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NonZero {
    /// Thousandths of a CPU.
    pub milli_cpu: i64,
    /// Bytes.
    pub memory: i64,
}

/// The four lists of pod affinity terms.
#[derive(Debug, Default)]
pub struct AffinityTerms {
    /// Must be near.
    pub required: Vec<AffinityTerm>,
    /// Must not be near.
    pub required_anti: Vec<AffinityTerm>,
    /// Had better be near.
    pub preferred: Vec<(i64, AffinityTerm)>,
    /// Had better not be near.
    pub preferred_anti: Vec<(i64, AffinityTerm)>,
}

/// Which pods a term speaks of, and what "near" means.
#[derive(Clone, Debug)]
pub struct AffinityTerm {
    /// Namespaces by name.
    pub namespaces: Vec<Str>,
    /// Namespaces by their labels, in addition.
    pub namespace_selector: Selector,
    /// Pods by their labels.
    pub selector: Selector,
    /// Near means: nodes with the same value of this label.
    pub topology_key: Str,
}

/// A port of the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// The address; `0.0.0.0` takes all of them.
    pub ip: Str,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Str,
    /// The port.
    pub port: i32,
}

impl PodInfo {
    /// Computes what there is to know about a pod.
    pub fn new(pod: Rc<Pod>) -> Self {
        let facts = Rc::new(Facts::of(&pod));
        Self { pod, facts }
    }

    /// A later version of the same pod.
    pub fn updated(&self, pod: Rc<Pod>) -> Self {
        if self.still_holds(&pod) {
            let facts = Rc::clone(&self.facts);
            return Self { pod, facts };
        }
        Self::new(pod)
    }

    /// Whether everything that counts for placing other pods is the same for a later version of this one.
    pub fn still_holds(&self, pod: &Pod) -> bool {
        let actual = |pod: &Pod| {
            let all = pod
                .status
                .init_container_statuses
                .iter()
                .chain(&pod.status.container_statuses);
            all.map(|s| (s.allocated_resources.clone(), s.resources.clone()))
                .collect::<Vec<_>>()
        };
        (Shared::ptr_eq(&self.pod.spec, &pod.spec) || self.pod.spec == pod.spec)
            && self.pod.metadata.labels == pod.metadata.labels
            && self.is_terminating() == pod.metadata.is_deleting()
            && (Shared::ptr_eq(&self.pod.status, &pod.status) || actual(&self.pod) == actual(pod))
    }

    /// The pod's labels.
    pub fn labels(&self) -> &Labels {
        &self.pod.metadata.labels
    }

    /// The pod's namespace.
    pub fn namespace(&self) -> &Str {
        &self.key.namespace
    }

    /// Whether the pod was deleted and is on its way out.
    pub fn is_terminating(&self) -> bool {
        self.pod.metadata.deletion_timestamp.is_some()
    }

    /// Whether it has pod affinity or anti-affinity of any kind.
    pub fn has_affinity(&self) -> bool {
        self.affinity.is_some()
    }

    /// Whether it keeps other pods away.
    pub fn has_required_anti_affinity(&self) -> bool {
        self.affinity
            .as_ref()
            .is_some_and(|a| !a.required_anti.is_empty())
    }
}

impl Facts {
    fn of(pod: &Pod) -> Self {
        let plain = Options {
            use_status: true,
            ..Options::default()
        };
        let non_zero = |containers_only| {
            let options = Options {
                use_status: true,
                non_zero: true,
                containers_only,
            };
            let requests = requests::pod_requests(pod, options);
            NonZero {
                milli_cpu: requests.milli_cpu,
                memory: requests.memory,
            }
        };
        let with_pod_level = non_zero(false);
        Self {
            key: NamespacedName::of(&pod.metadata),
            requests: requests::pod_requests(pod, plain),
            non_zero: with_pod_level,
            non_zero_of_containers: match &pod.spec.resources {
                None => with_pod_level,
                Some(_) => non_zero(true),
            },
            priority: pod.spec.priority.unwrap_or(0),
            affinity: affinity_terms(pod),
            host_ports: host_ports(pod),
        }
    }
}

impl AffinityTerm {
    fn new(term: &PodAffinityTerm, pod: &Pod) -> Self {
        let namespaces = if term.namespaces.is_empty() && term.namespace_selector.is_none() {
            vec![pod.metadata.namespace.clone()]
        } else {
            term.namespaces.clone()
        };
        Self {
            namespaces,
            namespace_selector: selector(term.namespace_selector.as_deref()),
            selector: selector(term.label_selector.as_deref()),
            topology_key: term.topology_key.clone(),
        }
    }

    /// Whether the term speaks of a pod with those labels in a namespace with these.
    pub fn matches(&self, namespace: &Str, labels: &Labels, namespace_labels: &Labels) -> bool {
        let namespace_fits = self.namespaces.contains(namespace)
            || self.namespace_selector.matches(namespace_labels);
        namespace_fits && self.selector.matches(labels)
    }

    /// The same term with the namespaces that its selector chooses spelled out.
    #[must_use]
    pub fn with_namespaces(&self, namespaces: &Lister<Namespace>) -> Self {
        let mut term = self.clone();
        // An empty selector means all namespaces and needs no list.
        let none = term.namespace_selector.requirements().is_none();
        if !none && !term.namespace_selector.is_empty() {
            namespaces.for_each(|namespace| {
                if self.namespace_selector.matches(&namespace.metadata.labels) {
                    term.namespaces.push(namespace.metadata.name.clone());
                }
            });
            term.namespace_selector = Selector::nothing();
        }
        term
    }
}

/// A selector that is not there matches nothing; validation has refused those that cannot be read.
fn selector(selector: Option<&LabelSelector>) -> Selector {
    Selector::from_label_selector(selector).unwrap_or_else(|_| Selector::nothing())
}

fn affinity_terms(pod: &Pod) -> Option<Rc<AffinityTerms>> {
    let affinity = pod.spec.affinity.as_ref()?;
    let mut terms = AffinityTerms::default();
    if let Some(affinity) = &affinity.pod_affinity {
        let required = &affinity.required_during_scheduling_ignored_during_execution;
        terms.required = required.iter().map(|t| AffinityTerm::new(t, pod)).collect();
        let preferred = &affinity.preferred_during_scheduling_ignored_during_execution;
        terms.preferred = weighted(
            preferred.iter().map(|t| (t.weight, &t.pod_affinity_term)),
            pod,
        );
    }
    if let Some(affinity) = &affinity.pod_anti_affinity {
        let required = &affinity.required_during_scheduling_ignored_during_execution;
        terms.required_anti = required.iter().map(|t| AffinityTerm::new(t, pod)).collect();
        let preferred = &affinity.preferred_during_scheduling_ignored_during_execution;
        terms.preferred_anti = weighted(
            preferred.iter().map(|t| (t.weight, &t.pod_affinity_term)),
            pod,
        );
    }
    let any = !terms.required.is_empty()
        || !terms.required_anti.is_empty()
        || !terms.preferred.is_empty()
        || !terms.preferred_anti.is_empty();
    any.then(|| Rc::new(terms))
}

fn weighted<'a>(
    terms: impl Iterator<Item = (i32, &'a PodAffinityTerm)>,
    pod: &Pod,
) -> Vec<(i64, AffinityTerm)> {
    terms
        .map(|(weight, term)| (i64::from(weight), AffinityTerm::new(term, pod)))
        .collect()
}

fn host_ports(pod: &Pod) -> Vec<HostPort> {
    let sidecars = pod
        .spec
        .init_containers
        .iter()
        .filter(|c| requests::is_sidecar(c));
    let containers = pod.spec.containers.iter().chain(sidecars);
    containers
        .flat_map(|c| &c.ports)
        .filter(|p| p.host_port > 0)
        .map(host_port)
        .collect()
}

fn host_port(port: &ContainerPort) -> HostPort {
    let or = |text: &Str, default: &str| {
        if text.is_empty() {
            default.into()
        } else {
            text.clone()
        }
    };
    HostPort {
        ip: or(&port.host_ip, "0.0.0.0"),
        protocol: or(&port.protocol, "TCP"),
        port: port.host_port,
    }
}
