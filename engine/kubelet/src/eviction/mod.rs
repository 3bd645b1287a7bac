//! The eviction manager (`pkg/kubelet/eviction`): when the node runs short of memory or disk space it tells so, and lets
//! pods fail, one at a time, those first that use more than they asked for; and pods that use more disk space than
//! they may.
//!
//! A real kubelet looks every ten seconds. So does this one, while there is a shortage or a pod with such a limit; else
//! it does not look at all. Memory is short when the containers hold nearly all of it, or a fault says so. Who takes all of it
//! between two looks meets the kernel first: see `oom`. Disk space is short when a fault says so.

mod rank;
mod storage;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{POD_FAILED, POD_SUCCEEDED, Pod, PodCondition, PodStatus};
use apimachinery::quantity::Format;
use apimachinery::{Quantity, Str};
use sim::{Notify, Time};

use crate::clock::api_time;
use crate::kubelet::Kubelet;
use crate::node::Pressure;
use crate::pod_workers::Kill;
use rank::Used;

/// How often a real kubelet looks.
const PERIOD: Duration = Duration::from_secs(10);
/// With less memory left than this, in bytes, an eviction begins.
pub(crate) const MEMORY_THRESHOLD: u64 = 100 << 20;
/// What a page of memory holds, in bytes.
const PAGE: u64 = 4096;
/// How long a node is said to be short of something after it is not any more.
const TRANSITION: Duration = Duration::from_secs(300);
/// Pods of this priority are never evicted.
const CRITICAL: i32 = 2_000_000_000;
const REASON: &str = "Evicted";

/// Something that a node can be short of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resource {
    Memory,
    Disk,
}

impl Resource {
    fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "ephemeral-storage",
        }
    }

    /// At how much an eviction begins, and how much a fault leaves: the first is [`MEMORY_THRESHOLD`] for memory.
    fn amounts(self) -> (&'static str, &'static str) {
        match self {
            Self::Memory => ("100Mi", "50Mi"),
            Self::Disk => ("10Gi", "5Gi"),
        }
    }
}

/// What the eviction manager remembers.
#[derive(Default)]
pub(crate) struct Eviction {
    wake: Notify,
    memory_seen: Cell<Option<Time>>,
    disk_seen: Cell<Option<Time>>,
    /// The conditions that were told last.
    told: Cell<Pressure>,
}

impl Kubelet {
    /// The shortages that the node tells of, as the eviction manager saw them when it last looked: the node's status and
    /// the admission of pods must never say different things.
    pub(crate) fn pressure(&self) -> Pressure {
        self.eviction().told.get()
    }

    /// What the node is short of now.
    fn pressed_by(&self) -> Pressure {
        let by_fault = self.node_state().pressure();
        Pressure {
            memory: by_fault.memory || self.runtime().memory().available() < MEMORY_THRESHOLD,
            ..by_fault
        }
    }

    /// How much of something is left, in words.
    fn available(&self, what: Resource) -> String {
        let by_fault = self.node_state().pressure();
        if what == Resource::Disk || by_fault.memory {
            return what.amounts().1.to_owned();
        }
        let left = self.runtime().memory().available() / PAGE * PAGE;
        let left = i64::try_from(left).unwrap_or(i64::MAX);
        Quantity::from_int(left, Format::BinarySi).to_string()
    }

    /// When the manager looks next: ten seconds after it looked last, or would have.
    fn next_look(&self) -> Time {
        let period = PERIOD.as_micros();
        let stream = format!("eviction/{}", self.config().node);
        let period = i64::try_from(period).unwrap_or(i64::MAX);
        let most = u64::try_from(period).unwrap_or(u64::MAX);
        let phase = i64::try_from(self.sim().rng(&stream).below(most)).unwrap_or(0);
        let now = self.sim().now();
        let since = (now.as_micros() - phase).rem_euclid(period);
        now + Duration::from_micros(u64::try_from(period - since).unwrap_or(0))
    }

    /// The shortages to tell of now: those there are, and those that ended less than five minutes ago.
    fn observe(&self) -> Pressure {
        let now = self.sim().now();
        let real = self.pressed_by();
        let recent =
            |seen: &Cell<Option<Time>>| seen.get().is_some_and(|seen| now < seen + TRANSITION);
        Pressure {
            memory: real.memory || recent(&self.eviction().memory_seen),
            disk: real.disk || recent(&self.eviction().disk_seen),
            pid: real.pid,
        }
    }

    /// Something has changed that the eviction manager may have to look at.
    pub(crate) fn wake_eviction(&self) {
        self.eviction().wake.notify();
    }

    /// Looks for shortages for as long as there may be some. Never ends.
    pub(crate) async fn run_eviction(self) {
        loop {
            while self.observe() == Pressure::default()
                && self.eviction().told.get() == Pressure::default()
                && !self.has_storage_limits()
            {
                self.eviction().wake.notified().await;
            }
            self.sim().sleep_until(self.next_look()).await;
            self.look_for_shortage();
            self.evict_for_storage();
        }
    }

    fn look_for_shortage(&self) {
        let now = self.sim().now();
        let real = self.pressed_by();
        let eviction = self.eviction();
        if real.memory {
            eviction.memory_seen.set(Some(now));
        }
        if real.disk {
            eviction.disk_seen.set(Some(now));
        }
        let shown = self.observe();
        if eviction.told.replace(shown) != shown {
            self.tell_node_soon();
        }
        let short = if real.memory {
            Resource::Memory
        } else if real.disk {
            Resource::Disk
        } else {
            return;
        };
        let name = short.name();
        self.node_event(
            "Warning",
            "EvictionThresholdMet",
            &format!("Attempting to reclaim {name}"),
        );
        if short == Resource::Disk {
            self.remove_ended_containers();
            self.free_images(u64::MAX);
        }
        let mut pods: Vec<Used> = self
            .evictable()
            .into_iter()
            .map(|pod| self.used(pod, short))
            .collect();
        rank::rank(&mut pods);
        if let Some(first) = pods.first() {
            let (threshold, available) = (short.amounts().0, self.available(short));
            let mut message = format!(
                "The node was low on resource: {name}. Threshold quantity: {threshold}, available: {available}. "
            );
            message.push_str(&first.excess(name));
            self.evict(&first.pod, &message);
        }
    }

    /// The pods that can be evicted.
    fn evictable(&self) -> Vec<Rc<Pod>> {
        let pods = self.pods().borrow();
        let found = pods.values().filter(|pod| {
            let phase = &pod.status.phase;
            let ended = phase == POD_FAILED || phase == POD_SUCCEEDED;
            let terminating = self
                .workers()
                .look(&pod.metadata.uid, |worker| worker.is_terminating());
            !ended && !is_critical(pod) && terminating == Some(false)
        });
        found.cloned().collect()
    }

    /// Lets a pod fail.
    fn evict(&self, pod: &Rc<Pod>, message: &str) {
        self.pod_event(pod, "Warning", REASON, message);
        let (message, now): (Str, _) = (message.into(), api_time(self.sim().now()));
        let generation = pod.metadata.generation;
        let change = move |status: &mut PodStatus| {
            status.phase = POD_FAILED.into();
            status.reason = REASON.into();
            status.message = message.clone();
            if status
                .conditions
                .iter()
                .any(|c| c.type_ == "DisruptionTarget")
            {
                return;
            }
            status.conditions.push(PodCondition {
                type_: "DisruptionTarget".into(),
                status: "True".into(),
                reason: "TerminationByKubelet".into(),
                message: message.clone(),
                last_transition_time: now,
                observed_generation: generation,
                ..PodCondition::default()
            });
        };
        let kill = Kill {
            grace: Some(1),
            status: Some(Rc::new(change)),
        };
        self.update_pod(pod, Some(kill));
    }

    /// Why a pod is not taken while the node is short of something.
    pub(crate) fn refused_by_pressure(&self, pod: &Pod) -> Option<String> {
        let shown = self.pressure();
        if is_critical(pod) || !(shown.memory || shown.disk) {
            return None;
        }
        if !shown.disk && (pod.status.qos_class != "BestEffort" || tolerates_memory_pressure(pod)) {
            return None;
        }
        let names = [
            (shown.disk, "DiskPressure"),
            (shown.memory, "MemoryPressure"),
        ];
        let names: Vec<&str> = names
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, name)| *name)
            .collect();
        Some(format!("The node had condition: [{}]. ", names.join(" ")))
    }
}

/// Static pods and those of the system's priorities are not evicted.
fn is_critical(pod: &Pod) -> bool {
    pod.spec
        .priority
        .is_some_and(|priority| priority >= CRITICAL)
        || pod
            .metadata
            .annotations
            .get("kubernetes.io/config.source")
            .is_some_and(|source| source != "api")
}

fn tolerates_memory_pressure(pod: &Pod) -> bool {
    pod.spec.tolerations.iter().any(|toleration| {
        let key =
            toleration.key == "node.kubernetes.io/memory-pressure" || toleration.key.is_empty();
        key && (toleration.effect.is_empty() || toleration.effect == "NoSchedule")
    })
}
