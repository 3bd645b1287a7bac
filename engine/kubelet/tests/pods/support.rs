//! A cluster of API server, kubelets and runtimes, with pods put on nodes by hand.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{ConfigMap, Container, Pod, ServiceAccount};
use api::meta::v1::ObjectMeta;
use apimachinery::Str;
use apiserver::{ApiServer, Config};
use client::node::{ExecRequest, NodeApi};
use client::{Change, Client, Informers, Subscription};
use kubelet::{ClientApi, Kubelet, KubeletConfig, Storage};
use network::{Fabric, NetnsConfig};
use os::Programs;
use runtime::{Registry, Runtime, RuntimeConfig};
use sim::{Sim, Time};

/// When every test begins.
const START: i64 = 1_795_369_710;

/// A cluster with one node.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) client: Client,
    pub(crate) kubelet: Kubelet,
    /// Every version of every pod that a watch saw, in one line each.
    pub(crate) seen: Rc<RefCell<Vec<String>>>,
    _follows: Subscription,
}

impl World {
    fn new() -> Self {
        let sim = Sim::new(3, Time::from_secs(START));
        let client = Client::new(ApiServer::new(sim.clone(), Config::default()));
        let fabric = Fabric::new(&sim);
        let ip = [172, 18, 0, 2].into();
        let host = fabric.join(NetnsConfig {
            ip,
            node: "node-1".into(),
            owner: "node-1".into(),
        });
        let programs = Programs::new();
        programs.add("sleep", sleep);
        shell::register(&programs);
        Registry::register_programs(&programs);
        let runtime = Runtime::new(
            &sim,
            RuntimeConfig {
                node: "node-1".into(),
                pod_cidr: "10.244.0.0/24".parse().expect("a range"),
                host,
                registry: Rc::default(),
                programs,
            },
        );
        let kubelet = Kubelet::new(
            &sim,
            KubeletConfig::new("node-1", ip),
            Rc::new(ClientApi::new(&client, "node-1")),
            runtime,
            Rc::<Storage>::default(),
        );
        let informers = Informers::new(&client);
        let seen = Rc::new(RefCell::new(Vec::new()));
        watch(&sim, &informers, &seen);
        client.register_node("node-1", Rc::new(kubelet.clone()));
        kubelet.start();
        let follows = kubelet.follow(&informers);
        prepare(&client);
        Self {
            sim,
            client,
            kubelet,
            seen,
            _follows: follows,
        }
    }

    /// Makes a pod on the node.
    pub(crate) fn create(&self, pod: Pod) {
        let mut pod = pod;
        pod.spec.node_name = "node-1".into();
        self.client.create(pod).expect("a good pod");
    }

    /// A container's log so far.
    pub(crate) async fn logs(&self, pod: &str, container: &str) -> String {
        let options = api::core::v1::PodLogOptions::default();
        let mut log = self
            .kubelet
            .logs(&self.pod(pod), container, &options)
            .expect("a log");
        // The sender has its turn first.
        self.wait(0.001).await;
        let mut text = Vec::new();
        while let Ok(piece) = log.try_recv() {
            text.extend(piece);
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Deletes a pod.
    pub(crate) fn delete(&self, name: &str, how: &client::Delete) {
        self.client
            .delete::<Pod>("default", name, how)
            .expect("there is one");
    }

    /// Lets time pass.
    pub(crate) async fn wait(&self, seconds: f64) {
        let micros = (seconds * 1e6) as u64;
        self.sim
            .sleep(std::time::Duration::from_micros(micros))
            .await;
    }

    /// The pod's present state.
    pub(crate) fn pod(&self, name: &str) -> Rc<Pod> {
        self.client.get("default", name).expect("there is one")
    }

    /// What was seen so far of a pod, without times; everything is forgotten.
    pub(crate) fn take_seen(&self, pod: &str) -> Vec<String> {
        let seen = std::mem::take(&mut *self.seen.borrow_mut());
        seen.into_iter()
            .filter(|line| line.split(' ').any(|word| word == pod))
            .map(|line| {
                line.trim_start()
                    .split_once(' ')
                    .expect("a time")
                    .1
                    .to_owned()
            })
            .collect()
    }

    /// What a program in a container prints, and its exit code.
    pub(crate) async fn exec(&self, pod: &str, container: &str, command: &[&str]) -> (String, i32) {
        let request = ExecRequest {
            container: container.into(),
            command: command.iter().map(|word| Str::from(*word)).collect(),
            stdout: true,
            stderr: true,
            ..ExecRequest::default()
        };
        let mut session = self
            .kubelet
            .exec(&self.pod(pod), &request)
            .expect("a session");
        let code = session.exit.await.expect("an end").expect("an exit code");
        let mut text = Vec::new();
        while let Ok(piece) = session.stdout.try_recv() {
            text.extend(piece);
        }
        while let Ok(piece) = session.stderr.try_recv() {
            text.extend(piece);
        }
        (String::from_utf8_lossy(&text).into_owned(), code)
    }

    /// The messages of the pod's events so far, in order.
    pub(crate) fn events(&self, pod: &str) -> Vec<String> {
        let list = self
            .client
            .list::<api::core::v1::Event>("default", &Default::default())
            .expect("events");
        let mut events: Vec<_> = list
            .items
            .iter()
            .filter(|event| event.involved_object.name == pod)
            .map(|event| {
                let count = match event.count {
                    0 | 1 => String::new(),
                    n => format!(" x{n}"),
                };
                (
                    event.metadata.name.clone(),
                    format!("{}{count}: {}", event.reason, event.message),
                )
            })
            .collect();
        events.sort();
        events.into_iter().map(|(_, text)| text).collect()
    }
}

/// What every namespace and cluster has before a pod can run.
fn prepare(client: &Client) {
    let account = ServiceAccount {
        metadata: ObjectMeta::named("default", "default"),
        ..ServiceAccount::default()
    };
    // It may be there already.
    let _ = client.create(account);
    let mut roots = ConfigMap {
        metadata: ObjectMeta::named("default", "kube-root-ca.crt"),
        ..ConfigMap::default()
    };
    roots.data.insert("ca.crt", "-----BEGIN CERTIFICATE-----\n");
    let _ = client.create(roots);
}

/// A pod that runs `command` (or what its image says) in containers of these names and images.
pub(crate) fn pod(name: &str, containers: &[(&str, &str, &[&str])]) -> Pod {
    let mut pod = Pod {
        metadata: ObjectMeta::named("default", name),
        ..Pod::default()
    };
    pod.spec.containers = containers
        .iter()
        .map(|(name, image, command)| container(name, image, command))
        .collect();
    pod
}

/// A container.
pub(crate) fn container(name: &str, image: &str, command: &[&str]) -> Container {
    Container {
        name: (*name).into(),
        image: (*image).into(),
        command: command.iter().map(|word| Str::from(*word)).collect(),
        ..Container::default()
    }
}

/// As the real one, which ignores SIGTERM when it is a container's first process.
async fn sleep(proc: os::Proc) -> i32 {
    let seconds = proc.args().get(1).and_then(|word| word.parse().ok());
    proc.sleep(Duration::from_secs(seconds.unwrap_or(0))).await;
    0
}

fn watch(sim: &Sim, informers: &Informers, seen: &Rc<RefCell<Vec<String>>>) {
    let (sim, seen) = (sim.clone(), Rc::clone(seen));
    informers.of::<Pod>().on_change(move |change| {
        let at = (sim.now().as_micros() - START * 1_000_000) as f64 / 1e6;
        let (verb, pod) = match change {
            Change::Added(pod) => ("+", pod),
            Change::Updated { new, .. } => ("~", new),
            Change::Deleted(pod) => ("-", pod),
        };
        seen.borrow_mut()
            .push(format!("{at:6.2} {verb} {}", show(pod)));
    });
}

/// A pod's state in one line: phase, conditions that are true, containers.
pub(crate) fn show(pod: &Pod) -> String {
    let status = &pod.status;
    let mut text = format!("{} {}", pod.metadata.name, status.phase);
    if let Some(grace) = pod.metadata.deletion_grace_period_seconds {
        text.push_str(&format!(" deleting({grace})"));
    }
    let short = |type_: &str| match type_ {
        "PodReadyToStartContainers" => "S",
        "Initialized" => "I",
        "Ready" => "R",
        "ContainersReady" => "C",
        "PodScheduled" => "P",
        _ => "?",
    };
    let conditions: String = status
        .conditions
        .iter()
        .map(|c| {
            let mark = if c.status == "True" { "" } else { "!" };
            format!("{mark}{}", short(&c.type_))
        })
        .collect();
    text.push_str(&format!(" {conditions} g{}", status.observed_generation));
    for c in status
        .init_container_statuses
        .iter()
        .chain(&status.container_statuses)
    {
        let state = if c.state.running.is_some() {
            "running".to_owned()
        } else if let Some(ended) = &c.state.terminated {
            format!("{}({})", ended.reason, ended.exit_code)
        } else {
            let waiting = c.state.waiting.as_ref();
            waiting.map_or_else(String::new, |w| w.reason.to_string())
        };
        let last = c.last_state.terminated.as_ref();
        let last = last.map_or_else(String::new, |l| format!("<{}", l.exit_code));
        let ready = if c.ready { "+" } else { "" };
        text.push_str(&format!(
            " {}={state}{ready}#{}{last}",
            c.name, c.restart_count
        ));
    }
    text
}

/// Runs a test in a cluster, and fails if it does not come to an end within two virtual hours.
pub(crate) fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Rc<World>) -> F) {
    let world = Rc::new(World::new());
    let sim = world.sim.clone();
    let done = Rc::new(Cell::new(false));
    let (future, d) = (test(Rc::clone(&world)), Rc::clone(&done));
    sim.spawn("test", async move {
        future.await;
        d.set(true);
    });
    let limit = Time::from_secs(START + 7200);
    while !done.get() && sim.step(limit) {}
    assert!(done.get(), "the test hangs: {:?}", sim.task_names());
    sim.shutdown();
}
