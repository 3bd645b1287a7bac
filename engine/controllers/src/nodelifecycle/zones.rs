//! How fast nodes of a zone may be given up.
//!
//! One node that is down is down. If most of a zone seems to be down, the fault is more likely in between, and evicting
//! all those pods would do more harm than good.

use std::collections::BTreeMap;
use std::time::Duration;

use api::core::v1::Node;
use apimachinery::Str;
use client::workqueue::Bucket;
use sim::Time;

use super::{conditions, taints};

/// Nodes a second that are given up in a zone that is otherwise well.
const EVICTION_RATE: f64 = 0.1;
/// The same in a large zone that is largely down.
const SECONDARY_EVICTION_RATE: f64 = 0.01;
/// From this share of nodes down on, a zone is not well.
const UNHEALTHY_PERCENT: usize = 55;
/// Zones of up to that many nodes count as small: when not well, nothing is evicted.
const LARGE_CLUSTER: usize = 50;

/// The zones of the cluster.
#[derive(Default)]
pub(super) struct Zones {
    zones: BTreeMap<(Str, Str), Zone>,
    zone_of: BTreeMap<Str, (Str, Str)>,
}

#[derive(Default)]
struct Zone {
    /// Readiness, and whether the node has been given up.
    nodes: BTreeMap<Str, (Str, bool)>,
    /// How many of them are not ready. All nodes of a new cluster ask for that every second.
    down: usize,
    bucket: Option<(f64, Bucket)>,
}

/// Which `NoExecute` taint a node is to have.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) node: Str,
    pub(super) key: Option<&'static str>,
    /// Not yet: look again then.
    pub(super) retry: Option<Duration>,
}

impl Zones {
    pub(super) fn remove(&mut self, name: &str) {
        if let Some(key) = self.zone_of.remove(name)
            && let Some(zone) = self.zones.get_mut(&key)
        {
            zone.remove(name);
        }
    }

    /// Takes note of a node's readiness, and says what follows for it, and for others if the whole cluster is down.
    pub(super) fn update(&mut self, node: &Node, now: Time) -> Vec<Decision> {
        let name = &node.metadata.name;
        let label = |key: &str| node.metadata.labels.text(key).into();
        let key: (Str, Str) = (
            label("topology.kubernetes.io/region"),
            label("topology.kubernetes.io/zone"),
        );
        if self.zone_of.get(name).is_some_and(|old| *old != key) {
            self.remove(name);
        }
        self.zone_of.insert(name.clone(), key.clone());
        let ready = conditions::ready(node);
        let given_up = taints::own_no_execute(node).is_some();
        let zone = self.zones.entry(key.clone()).or_default();
        let changed = zone.set(name, &ready, given_up);
        let all_down = self.zones.values().all(|z| z.down == z.nodes.len());
        let keep = |node: &Str| Decision {
            node: node.clone(),
            key: None,
            retry: None,
        };
        if all_down {
            // Nobody can be reached: then nobody is given up, and who was is taken back.
            let tainted = self
                .zones
                .values()
                .flat_map(|z| &z.nodes)
                .filter(|(_, (_, up))| *up);
            return tainted.map(|(node, _)| keep(node)).collect();
        }
        let wanted = taints::no_execute(&ready);
        let zone = self.zones.entry(key).or_default();
        let mut decisions = Vec::new();
        match wanted {
            None => decisions.push(keep(name)),
            Some(_) if given_up => decisions.push(Decision {
                key: wanted,
                ..keep(name)
            }),
            Some(_) => match zone.wait(now) {
                Wait::Not => decisions.push(Decision {
                    key: wanted,
                    ..keep(name)
                }),
                Wait::For(delay) => decisions.push(Decision {
                    retry: Some(delay),
                    ..keep(name)
                }),
                // Looked at again when the readiness of any node of the zone changes.
                Wait::UntilBetter => (),
            },
        }
        if changed {
            let waiting = zone.nodes.iter().filter(|(other, (ready, given_up))| {
                *other != name && ready != "True" && !given_up
            });
            decisions.extend(waiting.map(|(other, _)| Decision {
                retry: Some(Duration::ZERO),
                ..keep(other)
            }));
        }
        decisions
    }
}

/// Whether one more node may be given up.
enum Wait {
    Not,
    For(Duration),
    UntilBetter,
}

impl Zone {
    /// Takes note of a node; whether its readiness has changed.
    fn set(&mut self, name: &Str, ready: &Str, given_up: bool) -> bool {
        let node = (ready.clone(), given_up);
        let before = self.nodes.insert(name.clone(), node);
        self.down += usize::from(ready != "True");
        let Some((readiness, _)) = before else {
            return true;
        };
        self.down -= usize::from(readiness != "True");
        readiness != *ready
    }

    fn remove(&mut self, name: &str) {
        if let Some((ready, _)) = self.nodes.remove(name) {
            self.down -= usize::from(ready != "True");
        }
    }

    fn wait(&mut self, now: Time) -> Wait {
        let (total, down) = (self.nodes.len(), self.down);
        let unwell = down > 2 && down * 100 >= total * UNHEALTHY_PERCENT;
        let rate = match (unwell, total > LARGE_CLUSTER) {
            (false, _) => EVICTION_RATE,
            (true, true) => SECONDARY_EVICTION_RATE,
            (true, false) => return Wait::UntilBetter,
        };
        if self.bucket.as_ref().is_none_or(|(r, _)| *r != rate) {
            self.bucket = Some((rate, Bucket::new(rate, 1.0)));
        }
        let free = self
            .bucket
            .as_mut()
            .is_none_or(|(_, bucket)| bucket.try_take(now));
        if free {
            Wait::Not
        } else {
            Wait::For(Duration::from_secs(1))
        }
    }
}
