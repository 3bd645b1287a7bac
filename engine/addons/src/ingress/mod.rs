//! What ingress-nginx does: a default `IngressClass`, an address in the status of every Ingress of that class, and at that
//! address a proxy ([`proxy`]) that routes by host and path.
//!
//! The workstation's name server knows the hosts of these Ingresses, as a learner's `/etc/hosts` or a DNS record would.
//!
//! Hosts under `tls` are served with the certificates of their secrets, and are redirected to there, unless `ssl-redirect` is
//! false.
//!
//! Not here: most annotations: only `rewrite-target` and `ssl-redirect` are heeded.

mod certificate;
mod names;
mod proxy;
mod route;

use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use api::networking::v1::{Ingress, IngressClass, IngressLoadBalancerIngress};
use apimachinery::Str;
use apimachinery::meta::v1::ObjectMeta;
use client::events::{EventRecorder, NORMAL};
use client::{Change, Client, Lister, NamespacedName, WorkQueue};
use network::{Fabric, NetnsConfig};

use crate::{Addons, POOL_FIRST, Switch, pool};
pub(crate) use names::Names;

/// The name server that knows the hosts of Ingresses.
pub const HOSTS: Ipv4Addr = Ipv4Addr::new(172, 18, 255, 254);

const CLASS: &str = "nginx";
const OLD_CLASS: &str = "kubernetes.io/ingress.class";
const CONTROLLER: &str = "k8s.io/ingress-nginx";
/// How long it takes until the status of an Ingress tells the address.
const STATUS_DELAY: Duration = Duration::from_secs(2);

/// The address of the proxy.
pub(crate) fn address() -> Ipv4Addr {
    pool(POOL_FIRST)
}

pub(crate) fn start(addons: &Addons, switch: &Switch) {
    let user = "system:serviceaccount:ingress-nginx:ingress-nginx";
    let client = addons.client().as_user(user, "nginx-ingress-controller");
    // It may be there from the last time.
    let _ = client.create(class());
    let ingresses = addons.informers().of::<Ingress>();
    addons.names().set(Some(ingresses.lister()));
    serve(addons.fabric(), addons, switch, ingresses.lister());
    let recorder = EventRecorder::new(&client, "nginx-ingress-controller", "");
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(client.sim());
    let (q, is_on) = (queue.clone(), switch.clone());
    ingresses.on_change(move |change| {
        let ingress = change.object();
        let spec_changed = match change {
            Change::Updated { old, new } => old.spec != new.spec,
            Change::Added(_) => true,
            Change::Deleted(_) => false,
        };
        if !is_on.is_on() || !is_ours(ingress) {
            return;
        }
        if spec_changed {
            recorder.event(&**ingress, NORMAL, "Sync", "Scheduled for sync");
        }
        q.add_after(NamespacedName::of(&ingress.metadata), STATUS_DELAY);
    });
    let lister = ingresses.lister();
    lister.for_each(|ingress| queue.add_after(NamespacedName::of(&ingress.metadata), STATUS_DELAY));
    let (q, names) = (queue.clone(), Rc::clone(addons.names()));
    switch.at_end(move || {
        q.shut_down();
        names.set(None);
    });
    let sim = addons.client().sim();
    sim.spawn("ingress status", async move {
        while let Some(key) = queue.get().await {
            write_address(&client, &lister, &key);
            queue.done(&key);
        }
    });
}

fn class() -> IngressClass {
    let mut class = IngressClass {
        metadata: ObjectMeta::named("", CLASS),
        ..IngressClass::default()
    };
    let meta = &mut class.metadata;
    for (key, value) in [
        ("app.kubernetes.io/component", "controller"),
        ("app.kubernetes.io/instance", "ingress-nginx"),
        ("app.kubernetes.io/name", "ingress-nginx"),
    ] {
        meta.labels.insert(key, value);
    }
    meta.annotations
        .insert("ingressclass.kubernetes.io/is-default-class", "true");
    class.spec.controller = CONTROLLER.into();
    class
}

/// Whether this controller is meant.
pub(crate) fn is_ours(ingress: &Ingress) -> bool {
    match &ingress.spec.ingress_class_name {
        Some(class) => class == CLASS,
        None => ingress.metadata.annotations.text(OLD_CLASS) == CLASS,
    }
}

fn write_address(client: &Client, ingresses: &Lister<Ingress>, key: &NamespacedName) {
    let ingress = ingresses.by_key(key).filter(|ingress| is_ours(ingress));
    let Some(ingress) = ingress else { return };
    let ip = Str::from(address().to_string());
    let known = ingress.status.load_balancer.ingress.iter();
    if known.map(|ingress| &ingress.ip).eq([&ip]) {
        return;
    }
    let _ = client.patch_status::<Ingress>(&key.namespace, &key.name, |ingress| {
        ingress.status.load_balancer.ingress = vec![IngressLoadBalancerIngress {
            ip: ip.clone(),
            ..IngressLoadBalancerIngress::default()
        }];
    });
}

/// Starts the proxy.
fn serve(fabric: &Fabric, addons: &Addons, switch: &Switch, ingresses: Lister<Ingress>) {
    let netns = fabric.join(NetnsConfig {
        ip: address(),
        node: "ingress".into(),
        owner: "ingress-nginx/ingress-nginx-controller".into(),
    });
    let proxy = proxy::Proxy::new(&netns, addons.informers(), ingresses);
    let sim = addons.client().sim();
    if let Ok(listener) = netns.listen(80) {
        sim.spawn("ingress proxy", Rc::clone(&proxy).run(listener));
    }
    if let Ok(listener) = netns.listen(443) {
        sim.spawn("ingress proxy (TLS)", proxy.run_tls(listener));
    }
    switch.at_end(move || netns.close());
}
