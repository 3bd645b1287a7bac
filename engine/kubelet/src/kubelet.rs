//! The kubelet: all its parts in one place, and the loops that drive them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{ObjectReference, Pod};
use runtime::Runtime;
use sim::{Rng, Sim};

use crate::Uid;
use crate::admission::Refusals;
use crate::allocation::Allocations;
use crate::api::Api;
use crate::backoff::Backoff;
use crate::config::KubeletConfig;
use crate::config_cache::ConfigCache;
use crate::eviction::Eviction;
use crate::image_gc::ImageGc;
use crate::images::ImageManager;
use crate::names::{container_reference, pod_reference};
use crate::node::NodeState;
use crate::pleg::Pleg;
use crate::pod_workers::PodWorkers;
use crate::prober::ProbeManager;
use crate::static_pods::StaticPods;
use crate::status::{StatusManager, WaitingReason};
use crate::volumes::{Storage, VolumeManager};
use crate::work_queue::WorkQueue;

/// A node's agent. Cloning gives the same one.
#[derive(Clone)]
pub struct Kubelet(Rc<Inner>);

/// Why containers wait, by pod and container.
pub(crate) type Reasons = RefCell<BTreeMap<Uid, BTreeMap<String, WaitingReason>>>;

struct Inner {
    sim: Sim,
    config: KubeletConfig,
    api: Rc<dyn Api>,
    runtime: Runtime,
    rng: RefCell<Rng>,
    workers: PodWorkers,
    queue: WorkQueue,
    pleg: Pleg,
    status: StatusManager,
    probes: ProbeManager,
    images: ImageManager,
    image_gc: ImageGc,
    volumes: VolumeManager,
    config_cache: ConfigCache,
    reasons: Reasons,
    crashes: RefCell<Backoff>,
    pods: RefCell<BTreeMap<Uid, Rc<Pod>>>,
    node: NodeState,
    eviction: Eviction,
    refusals: Refusals,
    allocations: Allocations,
    static_pods: StaticPods,
    storage: Rc<Storage>,
    progress: RefCell<Option<ProgressObserver>>,
}

/// Who is told that something moves that no API object shows.
pub(crate) type ProgressObserver = Rc<dyn Fn(&str)>;

impl Kubelet {
    /// A kubelet that does nothing yet.
    pub fn new(
        sim: &Sim,
        config: KubeletConfig,
        api: Rc<dyn Api>,
        runtime: Runtime,
        storage: Rc<Storage>,
    ) -> Self {
        let mut rng = sim.rng(&format!("kubelet/{}", config.node));
        let mut moment = || Duration::from_micros(rng.below(1_000_000));
        let (listing, tick) = (moment(), moment());
        Self(Rc::new(Inner {
            sim: sim.clone(),
            workers: PodWorkers::default(),
            queue: WorkQueue::new(tick),
            pleg: Pleg::new(listing),
            status: StatusManager::default(),
            probes: ProbeManager::default(),
            images: ImageManager::default(),
            image_gc: ImageGc::default(),
            volumes: VolumeManager::default(),
            config_cache: ConfigCache::default(),
            reasons: RefCell::default(),
            crashes: RefCell::default(),
            pods: RefCell::default(),
            node: NodeState::default(),
            eviction: Eviction::default(),
            refusals: Refusals::default(),
            allocations: Allocations::default(),
            static_pods: StaticPods::default(),
            rng: RefCell::new(rng),
            config,
            api,
            runtime,
            storage,
            progress: RefCell::default(),
        }))
    }

    /// Registers the node and starts to work. What pods there are is told by [`Kubelet::pod_changed`] and
    /// [`Kubelet::pod_gone`].
    pub fn start(&self) {
        let observer = Rc::downgrade(&self.0);
        self.runtime().set_observer(move |uid| {
            if let Some(inner) = observer.upgrade() {
                inner.pleg.note(uid);
            }
        });
        self.watch_memory();
        let sim = self.sim();
        sim.spawn("pleg", self.clone().run_pleg());
        sim.spawn("kubelet work queue", self.clone().run_work_queue());
        sim.spawn("status manager", self.clone().run_status_manager());
        sim.spawn("node status", self.clone().run_node_status());
        sim.spawn("node lease", self.clone().run_node_lease());
        sim.spawn("eviction manager", self.clone().run_eviction());
        sim.spawn("image gc", self.clone().run_image_gc());
        sim.spawn("token manager", self.clone().run_token_manager());
    }

    /// What makes the same kubelet again, for as long as it is there.
    pub(crate) fn downgrade(&self) -> impl Fn() -> Option<Self> + 'static {
        let inner = Rc::downgrade(&self.0);
        move || inner.upgrade().map(Self)
    }

    pub(crate) fn sim(&self) -> &Sim {
        &self.0.sim
    }

    /// What this node is.
    pub fn config(&self) -> &KubeletConfig {
        &self.0.config
    }

    pub(crate) fn api(&self) -> &dyn Api {
        &*self.0.api
    }

    /// The node's container runtime.
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    pub(crate) fn workers(&self) -> &PodWorkers {
        &self.0.workers
    }

    pub(crate) fn queue(&self) -> &WorkQueue {
        &self.0.queue
    }

    pub(crate) fn pleg(&self) -> &Pleg {
        &self.0.pleg
    }

    pub(crate) fn status(&self) -> &StatusManager {
        &self.0.status
    }

    pub(crate) fn probes(&self) -> &ProbeManager {
        &self.0.probes
    }

    pub(crate) fn images(&self) -> &ImageManager {
        &self.0.images
    }

    pub(crate) fn image_gc(&self) -> &ImageGc {
        &self.0.image_gc
    }

    pub(crate) fn config_cache(&self) -> &ConfigCache {
        &self.0.config_cache
    }

    pub(crate) fn volumes(&self) -> &VolumeManager {
        &self.0.volumes
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.0.storage
    }

    pub(crate) fn progress_observer(&self) -> &RefCell<Option<ProgressObserver>> {
        &self.0.progress
    }

    pub(crate) fn reasons(&self) -> &Reasons {
        &self.0.reasons
    }

    pub(crate) fn crashes(&self) -> &RefCell<Backoff> {
        &self.0.crashes
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    pub(crate) fn static_pods(&self) -> &StaticPods {
        &self.0.static_pods
    }

    pub(crate) fn allocations(&self) -> &Allocations {
        &self.0.allocations
    }

    pub(crate) fn eviction(&self) -> &Eviction {
        &self.0.eviction
    }

    pub(crate) fn node_state(&self) -> &NodeState {
        &self.0.node
    }

    /// The pods of this node, by UID.
    pub(crate) fn pods(&self) -> &RefCell<BTreeMap<Uid, Rc<Pod>>> {
        &self.0.pods
    }

    /// A pod's UID as all tables of the kubelet share it.
    pub(crate) fn uid(&self, uid: &str) -> Uid {
        let pods = self.pods().borrow();
        let known = pods.get_key_value(uid);
        known.map_or_else(|| uid.into(), |(known, _)| Rc::clone(known))
    }

    /// A random number in `0.0..1.0`.
    pub(crate) fn random_fraction(&self) -> f64 {
        self.0.rng.borrow_mut().fraction()
    }

    /// Says something about a pod.
    pub(crate) fn pod_event(&self, pod: &Pod, type_: &str, reason: &str, message: &str) {
        self.event(&pod_reference(pod), type_, reason, message);
    }

    /// Says something about a container of a pod.
    pub(crate) fn container_event(
        &self,
        pod: &Pod,
        container: &str,
        type_: &str,
        reason: &str,
        message: &str,
    ) {
        let about = container_reference(pod, container);
        self.event(&about, type_, reason, message);
    }

    pub(crate) fn event(&self, about: &ObjectReference, type_: &str, reason: &str, message: &str) {
        self.api().event(about, type_, reason, message);
    }
}
