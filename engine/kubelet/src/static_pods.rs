//! Static pods (`pkg/kubelet/config/file.go`, `pkg/kubelet/pod/mirror_client.go`): pods that are files on the node. They run
//! whatever the API server says; what it shows of them is a mirror, which comes back when somebody deletes it.
//!
//! ```text
//!   /etc/kubernetes/manifests/web.yaml ──▶ pod web-node-1, UID = hash of the file ──▶ a worker, as for any pod
//!                                             └──▶ mirror in the API (annotation config.mirror = hash), status there
//! ```
//!
//! The mirror has a UID of its own: whoever comes from the API with a mirror is led to the static pod.

mod references;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{Container, Pod, Probe, Toleration};
use api::meta::v1::OwnerReference;
use apimachinery::{Shared, Str, codec, yaml};
use ecow::eco_format;
use os::{Cred, Fs, Vfs};
use sim::Time;

use crate::Uid;
use crate::kubelet::Kubelet;

/// Where the files are.
pub const MANIFESTS: &str = "/etc/kubernetes/manifests";
const HASH: &str = "kubernetes.io/config.hash";
const MIRROR: &str = "kubernetes.io/config.mirror";
const SOURCE: &str = "kubernetes.io/config.source";
const SEEN: &str = "kubernetes.io/config.seen";
/// No more files than these are read.
const MOST: usize = 100;

/// The static pods of the node.
#[derive(Default)]
pub(crate) struct StaticPods {
    /// By hash.
    pods: RefCell<BTreeMap<Uid, Rc<Pod>>>,
    watched: Cell<bool>,
    /// Why files are not pods, by path, and since when.
    refused: RefCell<BTreeMap<String, (Time, String)>>,
}

/// The hash that a mirror names.
pub(crate) fn mirrored(pod: &Pod) -> Option<&Str> {
    pod.metadata.annotations.get(MIRROR)
}

/// Whether a pod is a static one, as the kubelet has it.
pub(crate) fn is_static(pod: &Pod) -> bool {
    let source = pod.metadata.annotations.get(SOURCE);
    source.is_some_and(|source| source == "file") && mirrored(pod).is_none()
}

impl Kubelet {
    /// The pod itself, of a mirror.
    pub(crate) fn behind_mirror(&self, pod: &Rc<Pod>) -> Rc<Pod> {
        let hash = mirrored(pod).map_or("", Str::as_str);
        let known = self.static_pods().pods.borrow();
        known.get(hash).map_or_else(|| Rc::clone(pod), Rc::clone)
    }

    /// Whether a static pod has that UID.
    pub(crate) fn is_static(&self, uid: &str) -> bool {
        self.static_pods().pods.borrow().contains_key(uid)
    }

    /// Shows the static pods in the API, as far as they are not there.
    pub(crate) fn show_static_pods(&self) {
        let pods: Vec<Rc<Pod>> = self.static_pods().pods.borrow().values().cloned().collect();
        pods.iter().for_each(|pod| self.create_mirror(pod));
    }

    /// Looks at the files whenever something on the node's disk changes.
    pub(crate) fn watch_manifests(&self, disk: &Fs) {
        if self.static_pods().watched.replace(true) {
            return;
        }
        let (kubelet, disk) = (self.clone(), disk.clone());
        self.sim().spawn("static pods", async move {
            let mut seen = disk.version();
            loop {
                kubelet.read_manifests(&disk);
                seen = disk.changed(seen).await;
            }
        });
    }

    fn read_manifests(&self, disk: &Fs) {
        let cred = Cred::root(self.sim().now().as_micros());
        let vfs = Vfs::new(disk.clone());
        let mut wanted = BTreeMap::new();
        let files = vfs.read_dir(&cred, MANIFESTS).unwrap_or_default();
        for (name, _) in files.iter().take(MOST) {
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{MANIFESTS}/{name}");
            let text = vfs.read_file(&cred, &path);
            let text = text.map(|text| String::from_utf8_lossy(&text).into_owned());
            if let Ok(text) = text
                && let Some(pod) = self.static_pod(&text)
                && !self.is_refused(&path, &pod)
            {
                wanted.insert(Uid::from(pod.metadata.uid.as_str()), pod);
            }
        }
        let before = self.static_pods().pods.borrow().clone();
        for (uid, pod) in &before {
            if !wanted.contains_key(uid) {
                self.static_pods().pods.borrow_mut().remove(uid);
                self.delete_mirror(pod);
                self.pod_gone(pod);
            }
        }
        for (uid, pod) in wanted {
            if before.contains_key(&uid) {
                continue;
            }
            let pod = Rc::new(pod);
            self.static_pods()
                .pods
                .borrow_mut()
                .insert(uid, Rc::clone(&pod));
            self.pod_changed(&pod);
            self.create_mirror(&pod);
        }
    }

    /// Whether a file's pod needs something of the API.
    fn is_refused(&self, path: &str, pod: &Pod) -> bool {
        let Some(resource) = references::api_reference(pod) else {
            return false;
        };
        let why = format!("static pods may not reference {resource}");
        let mut refused = self.static_pods().refused.borrow_mut();
        if refused.get(path).is_none_or(|(_, known)| *known != why) && refused.len() < MOST {
            refused.insert(path.to_owned(), (self.sim().now(), why));
        }
        true
    }

    /// The files that were refused so far, with the time and the reason.
    pub fn refused_manifests(&self) -> Vec<(Time, String, String)> {
        let refused = self.static_pods().refused.borrow();
        let all = refused.iter();
        all.map(|(path, (at, why))| (*at, path.clone(), why.clone()))
            .collect()
    }

    /// What a file says, made a pod of this node. A file that says nothing sensible is none.
    fn static_pod(&self, text: &str) -> Option<Pod> {
        let value = yaml::parse(text).ok()?;
        let mut pod: Pod = codec::from_value(&value).ok()?;
        if pod.metadata.name.is_empty() || pod.spec.containers.is_empty() {
            return None;
        }
        let node = &self.config().node;
        let mut hash = sim::Rng::new(0, &format!("{node}\n{text}"));
        let hash = Str::from(hash.hex(16));
        let meta = &mut pod.metadata;
        meta.name = eco_format!("{}-{node}", meta.name);
        if meta.namespace.is_empty() {
            meta.namespace = "default".into();
        }
        meta.uid = hash.clone();
        meta.generation = 1;
        let seen = crate::clock::api_time(self.sim().now()).to_rfc3339();
        for (key, value) in [
            (HASH, hash.as_str()),
            (SOURCE, "file"),
            (SEEN, seen.as_str()),
        ] {
            meta.annotations.insert(key, value);
        }
        set_defaults(&mut pod);
        let spec = &mut *pod.spec;
        spec.node_name = node.as_ref().into();
        spec.tolerations.push(Toleration {
            effect: "NoExecute".into(),
            operator: "Exists".into(),
            ..Toleration::default()
        });
        Some(pod)
    }

    /// Shows a static pod in the API.
    fn create_mirror(&self, pod: &Rc<Pod>) {
        let node = self.api().node(&self.config().node);
        let mut mirror = (**pod).clone();
        let hash = std::mem::take(&mut mirror.metadata.uid);
        let meta = &mut mirror.metadata;
        meta.generation = 0;
        meta.annotations.insert(MIRROR, hash);
        if let Ok(node) = node {
            meta.owner_references = vec![OwnerReference {
                api_version: "v1".into(),
                kind: "Node".into(),
                name: node.metadata.name.clone(),
                uid: node.metadata.uid.clone(),
                controller: Some(true),
                block_owner_deletion: None,
            }];
        }
        // One that is there already is followed; without a server there is none, and none is needed to run.
        let _ = self.api().create_pod(mirror);
        self.reconcile_status(pod);
    }

    fn delete_mirror(&self, pod: &Pod) {
        let meta = &pod.metadata;
        if let Ok(mirror) = self.api().pod(&meta.namespace, &meta.name)
            && mirrored(&mirror) == Some(&meta.uid)
        {
            let _ = self.api().delete_pod(&mirror);
        }
    }

    /// A mirror was made or changed, perhaps by somebody else.
    pub(crate) fn mirror_changed(&self, mirror: &Rc<Pod>) {
        let hash = mirrored(mirror).cloned().unwrap_or_default();
        let pod = self.static_pods().pods.borrow().get(hash.as_str()).cloned();
        match pod {
            // Deleted by a user, or left over: it goes at once, and comes back if there is still such a file.
            _ if mirror.metadata.deletion_timestamp.is_some() => {
                let _ = self.api().delete_pod(mirror);
            }
            None => {
                let _ = self.api().delete_pod(mirror);
            }
            Some(pod) => self.reconcile_status(&pod),
        }
    }

    /// A mirror is gone.
    pub(crate) fn mirror_gone(&self, mirror: &Pod) {
        let hash = mirrored(mirror).cloned().unwrap_or_default();
        let pod = self.static_pods().pods.borrow().get(hash.as_str()).cloned();
        if let Some(pod) = pod {
            let kubelet = self.clone();
            self.sim().spawn("mirror", async move {
                kubelet.create_mirror(&pod);
            });
        }
    }
}

/// What the API server fills in for other pods.
fn set_defaults(pod: &mut Pod) {
    let or = |text: &mut Str, default: &str| {
        if text.is_empty() {
            *text = default.into();
        }
    };
    let spec = &mut *pod.spec;
    or(&mut spec.restart_policy, "Always");
    or(&mut spec.dns_policy, "ClusterFirst");
    or(&mut spec.scheduler_name, "default-scheduler");
    spec.termination_grace_period_seconds.get_or_insert(30);
    spec.enable_service_links.get_or_insert(true);
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        container_defaults(container);
    }
}

fn container_defaults(container: &mut Container) {
    if container.image_pull_policy.is_empty() {
        let tag = container.image.rsplit('/').next().unwrap_or_default();
        let latest = tag.ends_with(":latest") || !tag.contains([':', '@']);
        container.image_pull_policy = if latest { "Always" } else { "IfNotPresent" }.into();
    }
    if container.termination_message_path.is_empty() {
        container.termination_message_path = "/dev/termination-log".into();
    }
    if container.termination_message_policy.is_empty() {
        container.termination_message_policy = "File".into();
    }
    for port in &mut container.ports {
        if port.protocol.is_empty() {
            port.protocol = "TCP".into();
        }
    }
    // What is limited is asked for, too.
    for (name, amount) in container.resources.limits.clone().iter() {
        if !container.resources.requests.contains_key(name) {
            let requests = &mut container.resources.requests;
            requests.insert(name.clone(), amount.clone());
        }
    }
    let probes = [
        &mut container.liveness_probe,
        &mut container.readiness_probe,
        &mut container.startup_probe,
    ];
    for probe in probes.into_iter().flatten() {
        probe_defaults(probe);
    }
}

fn probe_defaults(probe: &mut Shared<Probe>) {
    let probe = &mut **probe;
    for (field, default) in [
        (&mut probe.timeout_seconds, 1),
        (&mut probe.period_seconds, 10),
        (&mut probe.success_threshold, 1),
        (&mut probe.failure_threshold, 3),
    ] {
        if *field == 0 {
            *field = default;
        }
    }
    if let Some(get) = &mut probe.http_get
        && get.scheme.is_empty()
    {
        get.scheme = "HTTP".into();
    }
}
