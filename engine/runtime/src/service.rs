//! The runtime service of a node: what CRI calls RuntimeService and ImageService.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use network::{Fabric, IpRange, Netns, NetnsConfig};
use os::{Fs, Memory, Programs};
use sim::{Rng, Sim};

use crate::config::{ContainerConfig, SandboxConfig};
use crate::container::{Container, home, variables};
use crate::exec::{self, ExecOutput, ExecRequest, ExecSession};
use crate::image_store::{ImageStore, LocalImage, Pull};
use crate::logs::Log;
use crate::output::ContainerOutput;
use crate::reference::Reference;
use crate::registry::{Credentials, PullError, Registry, Resolved, Shared};
use crate::start::{self, CreateError, Host, StartError};
use crate::status::{ContainerState, ContainerStatus, PodStatus, SandboxStatus};

/// How long it takes to set a sandbox up: its network, mostly.
const SANDBOX_TIME: Duration = Duration::from_millis(140);
/// How long it takes to make a container.
const CREATE_TIME: Duration = Duration::from_millis(40);
/// How long it takes to start one.
const START_TIME: Duration = Duration::from_millis(55);
/// How long it takes to stop a sandbox.
const STOP_TIME: Duration = Duration::from_millis(12);
/// How long it takes until the end of a container's first process is known.
const EXIT_TIME: Duration = Duration::from_millis(14);
/// Each of these varies by up to so much.
const JITTER: Duration = Duration::from_millis(30);

/// What a node's runtime is made of.
#[derive(Clone)]
pub struct RuntimeConfig {
    /// The node's name.
    pub node: Rc<str>,
    /// The range that pods get their addresses from.
    pub pod_cidr: IpRange,
    /// The node's own network.
    pub host: Netns,
    /// Where images come from.
    pub registry: Rc<Registry>,
    /// All programs there are.
    pub programs: Programs,
}

/// The container runtime of a node. Cloning gives the same one.
#[derive(Clone)]
pub struct Runtime(Rc<Inner>);

struct Inner {
    sim: Sim,
    fabric: Fabric,
    config: RuntimeConfig,
    memory: Memory,
    images: ImageStore,
    rng: RefCell<Rng>,
    addresses: RefCell<IpRange>,
    sandboxes: RefCell<BTreeMap<Rc<str>, Sandbox>>,
    containers: RefCell<BTreeMap<Rc<str>, Rc<Container>>>,
    /// By pod UID: its sandboxes and containers, the newest last.
    pods: RefCell<BTreeMap<Rc<str>, PodIds>>,
    observer: RefCell<Option<Observer>>,
}

/// Whom changes are told, by the pod's UID.
type Observer = Rc<dyn Fn(&Rc<str>)>;

#[derive(Clone, Default)]
struct PodIds {
    sandboxes: Vec<Rc<str>>,
    containers: Vec<Rc<str>>,
}

struct Sandbox {
    config: SandboxConfig,
    netns: Netns,
    status: SandboxStatus,
}

/// There is no such sandbox or container (any more).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFound;

impl Runtime {
    /// The runtime of a node.
    pub fn new(sim: &Sim, config: RuntimeConfig) -> Self {
        let runtime = Self(Rc::new(Inner {
            sim: sim.clone(),
            memory: Memory::default(),
            fabric: config.host.fabric().clone(),
            images: ImageStore::new(sim, &config.node, &config.registry),
            rng: RefCell::new(sim.rng(&format!("runtime/{}", config.node))),
            addresses: RefCell::new(config.pod_cidr.clone()),
            sandboxes: RefCell::default(),
            containers: RefCell::default(),
            pods: RefCell::default(),
            observer: RefCell::default(),
            config,
        }));
        let inner = Rc::downgrade(&runtime.0);
        runtime.memory().set_machines(move || {
            let runtime = inner.upgrade().map(Runtime);
            runtime.map_or_else(Vec::new, |runtime| runtime.running_machines())
        });
        runtime
    }

    /// The node's memory, which its containers share.
    pub fn memory(&self) -> &Memory {
        &self.0.memory
    }

    /// The machines of the containers that run, the oldest first.
    fn running_machines(&self) -> Vec<os::Machine> {
        let mut running = self.all_containers();
        running.retain(|container| container.main.borrow().is_some());
        running.sort_by_key(|container| {
            let status = container.status.borrow();
            (status.started_at, Rc::clone(&status.id))
        });
        let machines = running.iter().map(|container| container.machine.clone());
        machines.collect()
    }

    /// The node's own network.
    pub fn host(&self) -> &Netns {
        &self.0.config.host
    }

    /// What all nodes' containers share.
    pub fn shared(&self) -> &Shared {
        self.0.config.registry.shared()
    }

    /// Says who is told of changes.
    pub fn set_observer(&self, observer: impl Fn(&Rc<str>) + 'static) {
        *self.0.observer.borrow_mut() = Some(Rc::new(observer));
    }

    pub(crate) fn sim(&self) -> &Sim {
        &self.0.sim
    }

    pub(crate) fn all_containers(&self) -> Vec<Rc<Container>> {
        self.0.containers.borrow().values().cloned().collect()
    }

    /// Takes the network of all sandboxes away at once.
    pub(crate) fn drop_sandboxes(&self) {
        let mut gone = Vec::new();
        for sandbox in self.0.sandboxes.borrow_mut().values_mut() {
            if !std::mem::replace(&mut sandbox.status.ready, false) {
                continue;
            }
            if let Some(ip) = sandbox.status.ip {
                self.disconnect(sandbox, ip);
            }
            gone.push(Rc::clone(&sandbox.config.uid));
        }
        gone.iter().for_each(|uid| self.changed(uid));
    }

    pub(crate) fn changed(&self, uid: &Rc<str>) {
        let observer = self.0.observer.borrow().clone();
        if let Some(observer) = observer {
            observer(uid);
        }
    }

    /// Waits as long as a step takes.
    async fn take(&self, time: Duration) {
        let jitter = u64::try_from(JITTER.as_micros()).unwrap_or(0);
        let extra = self.0.rng.borrow_mut().below(jitter);
        self.0.sim.sleep(time + Duration::from_micros(extra)).await;
    }

    fn new_id(&self) -> Rc<str> {
        self.0.rng.borrow_mut().hex(32).into()
    }
}

/// Images.
impl Runtime {
    /// The image, if it is on the node.
    pub fn image(&self, reference: &Reference) -> Option<Resolved> {
        self.0.images.get(reference)
    }

    /// The files of an image.
    pub fn image_files(&self, image: &Resolved) -> Fs {
        Fs::from_tree(
            "overlay",
            self.0.config.registry.tree(image.image, image.base),
        )
    }

    /// All images on the node.
    pub fn images(&self) -> Vec<LocalImage> {
        self.0.images.list()
    }

    /// The pulls that are going on.
    pub fn pulls(&self) -> Vec<Pull> {
        self.0.images.pulls()
    }

    /// Brings an image to the node, showing the registry who asks if it wants to know.
    pub async fn pull_image(
        &self,
        reference: &Reference,
        shown: &[Credentials],
    ) -> Result<Resolved, PullError> {
        self.0.images.pull(reference, shown).await
    }

    /// Deletes an image.
    pub fn remove_image(&self, name: &str) -> bool {
        self.0.images.remove(name)
    }
}

/// Sandboxes.
impl Runtime {
    /// Sets a sandbox up; its id. The error says that there is no address left.
    pub async fn run_pod_sandbox(&self, config: SandboxConfig) -> Result<Rc<str>, String> {
        let id = self.new_id();
        let created_at = self.0.sim.now();
        self.take(SANDBOX_TIME).await;
        let (netns, ip) = self.connect(&config, &id)?;
        let uid = Rc::clone(&config.uid);
        let status = SandboxStatus {
            id: Rc::clone(&id),
            attempt: config.attempt,
            ready: true,
            created_at,
            ip,
        };
        self.0.sandboxes.borrow_mut().insert(
            Rc::clone(&id),
            Sandbox {
                config,
                netns,
                status,
            },
        );
        let mut pods = self.0.pods.borrow_mut();
        pods.entry(Rc::clone(&uid))
            .or_default()
            .sandboxes
            .push(Rc::clone(&id));
        drop(pods);
        self.changed(&uid);
        Ok(id)
    }

    /// The network of a sandbox: the node's, or one of its own with an address of the node's range.
    fn connect(
        &self,
        config: &SandboxConfig,
        id: &str,
    ) -> Result<(Netns, Option<Ipv4Addr>), String> {
        if config.host_network {
            return Ok((self.0.config.host.clone(), None));
        }
        let ip = self.0.addresses.borrow_mut().allocate().ok_or_else(|| {
            format!(
                "rpc error: code = Unknown desc = failed to setup network for sandbox \"{id}\": plugin type=\"bridge\" \
                 failed (add): failed to allocate for range 0: no IP addresses available in range set"
            )
        })?;
        let netns = self.0.fabric.join(NetnsConfig {
            ip,
            node: Rc::clone(&self.0.config.node),
            owner: format!("{}/{}", config.namespace, config.name).into(),
        });
        for (host, port) in &config.host_ports {
            let to = network::HostAddr::new(ip, *port);
            let node = self.0.config.host.ip();
            self.0.fabric.set_host_port(node, *host, Some(to));
        }
        Ok((netns, Some(ip)))
    }

    fn disconnect(&self, sandbox: &Sandbox, ip: Ipv4Addr) {
        sandbox.netns.close();
        self.0.addresses.borrow_mut().release(ip);
        for (host, _) in &sandbox.config.host_ports {
            let node = self.0.config.host.ip();
            self.0.fabric.set_host_port(node, *host, None);
        }
    }

    /// Takes a sandbox's network away. Its containers must have been stopped before; those still running are killed.
    pub async fn stop_pod_sandbox(&self, id: &str) {
        for container in self.containers_of(id) {
            if container.main.borrow().is_some() {
                container.stop(&self.0.sim, Duration::ZERO).await;
                self.end_is_known().await;
            }
        }
        self.take(STOP_TIME).await;
        let uid = {
            let mut sandboxes = self.0.sandboxes.borrow_mut();
            let Some(sandbox) = sandboxes.get_mut(id).filter(|sandbox| sandbox.status.ready) else {
                return;
            };
            sandbox.status.ready = false;
            if let Some(ip) = sandbox.status.ip {
                self.disconnect(sandbox, ip);
            }
            Rc::clone(&sandbox.config.uid)
        };
        self.changed(&uid);
    }

    /// Forgets a stopped sandbox and its containers.
    pub fn remove_pod_sandbox(&self, id: &str) {
        for container in self.containers_of(id) {
            let id = Rc::clone(&container.status.borrow().id);
            self.remove_container(&id);
        }
        let Some(sandbox) = self.0.sandboxes.borrow_mut().remove(id) else {
            return;
        };
        let uid = &sandbox.config.uid;
        {
            let mut pods = self.0.pods.borrow_mut();
            if let Some(pod) = pods.get_mut(uid) {
                pod.sandboxes.retain(|known| **known != *id);
                if pod.sandboxes.is_empty() && pod.containers.is_empty() {
                    pods.remove(uid);
                }
            }
        }
        self.changed(uid);
    }

    fn containers_of(&self, sandbox: &str) -> Vec<Rc<Container>> {
        let containers = self.0.containers.borrow();
        let Some(uid) = self
            .0
            .sandboxes
            .borrow()
            .get(sandbox)
            .map(|sandbox| Rc::clone(&sandbox.config.uid))
        else {
            return Vec::new();
        };
        let pods = self.0.pods.borrow();
        let ids = pods.get(&uid).map(|pod| pod.containers.as_slice());
        ids.unwrap_or_default()
            .iter()
            .filter_map(|id| containers.get(id))
            .filter(|container| *container.sandbox == *sandbox)
            .cloned()
            .collect()
    }
}

/// Containers.
impl Runtime {
    /// Makes a container; its id.
    pub async fn create_container(
        &self,
        sandbox: &str,
        config: ContainerConfig,
    ) -> Result<Rc<str>, CreateError> {
        self.take(CREATE_TIME).await;
        let id = self.new_id();
        let container = self.make_container(sandbox, &id, config)?;
        let uid = Rc::clone(&container.pod_uid);
        self.0
            .containers
            .borrow_mut()
            .insert(Rc::clone(&id), Rc::new(container));
        let mut pods = self.0.pods.borrow_mut();
        pods.entry(Rc::clone(&uid))
            .or_default()
            .containers
            .push(Rc::clone(&id));
        drop(pods);
        self.changed(&uid);
        Ok(id)
    }

    fn make_container(
        &self,
        sandbox: &str,
        id: &Rc<str>,
        mut config: ContainerConfig,
    ) -> Result<Container, CreateError> {
        let sandboxes = self.0.sandboxes.borrow();
        let sandbox = sandboxes
            .get(sandbox)
            .filter(|sandbox| sandbox.status.ready)
            .ok_or_else(|| {
                CreateError(format!(
                    "failed to find sandbox id \"{sandbox}\": not found"
                ))
            })?;
        let now = self.0.sim.now();
        let shared = self.shared();
        let hostname = &sandbox.config.hostname;
        let mut env = variables(&config, hostname, &shared.texts);
        // All that it was needed for.
        config.env = Vec::new();
        let config = Rc::new(config);
        let host = Host {
            sim: &self.0.sim,
            programs: &self.0.config.programs,
            image: self
                .0
                .config
                .registry
                .tree(config.image.image, config.image.base),
            shelf: &shared.shelf,
            netns: &sandbox.netns,
            memory: &self.0.memory,
            hostname,
        };
        let (image_bytes, _) = Fs::from_tree("overlay", host.image.clone()).usage();
        let machine = start::make_machine(&host, &config)?;
        let user = start::user(&machine, config.image.image, &config.run_as)?;
        let finds_home = !env.contains_key("HOME");
        if finds_home {
            let home = home(&machine, user.0);
            env.insert("HOME".into(), shared.texts.share(&home));
        }
        self.0.images.touch(&config.image.name);
        Ok(Container {
            pod_uid: Rc::clone(&sandbox.config.uid),
            sandbox: Rc::clone(&sandbox.status.id),
            output: ContainerOutput::new(&self.0.sim, &shared.contents),
            env: env.into(),
            finds_home,
            status: RefCell::new(ContainerStatus {
                id: Rc::clone(id),
                name: Rc::clone(&config.name),
                attempt: config.attempt,
                state: ContainerState::Created,
                created_at: now,
                started_at: sim::Time::default(),
                finished_at: None,
                exit_code: 0,
                reason: "",
                message: "".into(),
                image: Rc::clone(&config.image.name),
                image_ref: Rc::clone(&config.image.by_digest),
                hash: config.hash,
                user: user.clone(),
            }),
            main: RefCell::default(),
            stdin: RefCell::default(),
            tty: RefCell::default(),
            lost: Cell::new(false),
            image_bytes,
            machine,
            user,
            config,
        })
    }

    /// Starts a container's first process.
    pub async fn start_container(&self, id: &str) -> Result<(), StartError> {
        self.take(START_TIME).await;
        let container = self
            .container(id)
            .ok_or_else(|| StartError(format!("container \"{id}\" not found")))?;
        match start::start(&container) {
            Ok(main) => {
                {
                    let mut status = container.status.borrow_mut();
                    status.state = ContainerState::Running;
                    status.started_at = self.0.sim.now();
                }
                *container.main.borrow_mut() = Some(main.clone());
                let image = container.config.image.image;
                container.machine.set_resident(image.config.memory);
                let (runtime, watched) = (self.clone(), Rc::clone(&container));
                self.0.sim.spawn("container", async move {
                    let exit = main.wait_end().await;
                    let at = runtime.0.sim.now();
                    runtime.0.sim.sleep(EXIT_TIME).await;
                    watched.ended(at, exit);
                    runtime.changed(&watched.pod_uid);
                });
                self.changed(&container.pod_uid);
                Ok(())
            }
            Err(error) => {
                container.failed_to_start(&self.0.sim, &error.0);
                self.changed(&container.pod_uid);
                Err(error)
            }
        }
    }

    /// Asks a container to end, waits for at most `grace`, then kills it.
    pub async fn stop_container(&self, id: &str, grace: Duration) {
        if let Some(container) = self.container(id) {
            container.stop(&self.0.sim, grace).await;
            self.end_is_known().await;
        }
    }

    /// Waits until the end of a process that has just ended is known.
    async fn end_is_known(&self) {
        let moment = Duration::from_micros(1);
        self.0.sim.sleep(EXIT_TIME + moment).await;
    }

    /// Forgets a container that does not run.
    pub fn remove_container(&self, id: &str) {
        let running = self
            .container(id)
            .is_some_and(|container| container.main.borrow().is_some());
        if running {
            return;
        }
        let Some(container) = self.0.containers.borrow_mut().remove(id) else {
            return;
        };
        let mut pods = self.0.pods.borrow_mut();
        if let Some(pod) = pods.get_mut(&container.pod_uid) {
            pod.containers.retain(|known| **known != *id);
        }
    }

    fn container(&self, id: &str) -> Option<Rc<Container>> {
        self.0.containers.borrow().get(id).cloned()
    }

    /// A container's log.
    pub fn log(&self, id: &str) -> Option<Log> {
        self.container(id).map(|container| container.log().clone())
    }

    /// A container's files, for what the kubelet itself writes and reads there.
    pub fn files(&self, id: &str) -> Option<os::Vfs> {
        self.container(id)
            .map(|container| container.machine.vfs().clone())
    }

    /// Gives a container that runs another share of the processors, or another bound on its memory; `None` leaves it as it
    /// is.
    pub fn update_container(&self, id: &str, cpu: Option<u32>, memory: Option<u64>) {
        let Some(container) = self.container(id) else {
            return;
        };
        if let Some(milli) = cpu {
            container.machine.set_cpu_quota(milli);
        }
        if let Some(memory) = memory {
            let limits = container.machine.limits();
            container.machine.set_limits(os::Limits {
                memory,
                held: memory,
                ..limits
            });
        }
    }

    /// Bytes a container has written to its own files, beside its volumes.
    pub fn written(&self, id: &str) -> u64 {
        self.container(id).map_or(0, |container| {
            let (used, _) = container.machine.vfs().root().usage();
            used.saturating_sub(container.image_bytes)
        })
    }

    /// Processor time a container has used, and memory its processes hold.
    pub fn usage(&self, id: &str) -> Option<(Duration, u64)> {
        self.container(id).map(|container| {
            (
                container.machine.cpu_used(),
                container.machine.memory_used() + container.config.image.image.config.memory,
            )
        })
    }
}

/// Streaming.
impl Runtime {
    /// Runs a program in a container; the inner error is runc's.
    pub fn exec(
        &self,
        id: &str,
        request: &ExecRequest,
    ) -> Result<Result<ExecSession, String>, NotFound> {
        Ok(exec::exec(&*self.running(id)?, request))
    }

    /// Runs a program in a container for its exit code; the inner error is runc's.
    pub async fn exec_sync(
        &self,
        id: &str,
        command: &[String],
        timeout: Duration,
    ) -> Result<Result<ExecOutput, String>, NotFound> {
        let container = self.running(id)?;
        Ok(exec::exec_sync(&container, command, timeout).await)
    }

    /// Attaches to a container's first process.
    pub fn attach(&self, id: &str) -> Result<ExecSession, NotFound> {
        Ok(exec::attach(&*self.running(id)?))
    }

    pub(crate) fn running(&self, id: &str) -> Result<Rc<Container>, NotFound> {
        self.container(id)
            .filter(|container| container.main.borrow().is_some())
            .ok_or(NotFound)
    }

    /// The network of a pod.
    pub fn pod_network(&self, uid: &str) -> Option<Netns> {
        let pods = self.0.pods.borrow();
        let newest = pods.get(uid)?.sandboxes.last()?;
        let sandboxes = self.0.sandboxes.borrow();
        let sandbox = sandboxes.get(newest)?;
        sandbox.status.ready.then(|| sandbox.netns.clone())
    }
}

/// Looking.
impl Runtime {
    /// All that is known of a pod.
    pub fn pod_status(&self, uid: &str) -> PodStatus {
        let pods = self.0.pods.borrow();
        let Some(ids) = pods.get(uid) else {
            return PodStatus::default();
        };
        let sandboxes = self.0.sandboxes.borrow();
        let containers = self.0.containers.borrow();
        let mut status = PodStatus::default();
        // Kept for as long as the pod lives, so no longer than they have to be.
        status.sandboxes.reserve_exact(ids.sandboxes.len());
        let found = ids.sandboxes.iter().rev();
        let found = found.filter_map(|id| sandboxes.get(id));
        status
            .sandboxes
            .extend(found.map(|sandbox| sandbox.status.clone()));
        status.containers.reserve_exact(ids.containers.len());
        let found = ids.containers.iter().rev();
        let found = found.filter_map(|id| containers.get(id));
        status
            .containers
            .extend(found.map(|container| container.status.borrow().clone()));
        status
    }

    /// What a sandbox was asked to be.
    pub fn sandbox(&self, id: &str) -> Option<SandboxConfig> {
        let sandboxes = self.0.sandboxes.borrow();
        sandboxes.get(id).map(|sandbox| sandbox.config.clone())
    }

    /// The UIDs of all pods there is anything of.
    pub fn pods(&self) -> Vec<Rc<str>> {
        self.0.pods.borrow().keys().cloned().collect()
    }
}
