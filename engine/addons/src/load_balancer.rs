//! Addresses for services of type `LoadBalancer`, from the end of the nodes' network: what MetalLB does, or a cloud.
//!
//! Packets to such an address are kube-proxy's, which reads it in the service's status.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use api::core::v1::{LoadBalancerIngress, Service};
use apimachinery::Str;
use client::events::{EventRecorder, NORMAL, WARNING};
use client::{Client, Lister, NamespacedName, WorkQueue};

use crate::{Addons, POOL_FIRST, POOL_LAST, Switch, pool};

/// How long it takes until an address is there.
const DELAY: Duration = Duration::from_millis(120);
/// The class that is ours; services without a class are ours too.
const CLASS: &str = "tabernetes/load-balancer";

struct Controller {
    client: Client,
    recorder: EventRecorder,
    services: Lister<Service>,
    given: BTreeMap<Ipv4Addr, NamespacedName>,
}

pub(crate) fn start(addons: &Addons, switch: &Switch) {
    let client = addons.client().as_user(
        "system:serviceaccount:metallb-system:controller",
        "controller",
    );
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(client.sim());
    let services = addons.informers().of::<Service>();
    let q = queue.clone();
    services.on_change(move |change| {
        q.add_after(NamespacedName::of(&change.object().metadata), DELAY);
    });
    let services = services.lister();
    // Services that were there before.
    services.for_each(|service| queue.add_after(NamespacedName::of(&service.metadata), DELAY));
    let mut controller = Controller {
        recorder: EventRecorder::new(&client, "metallb-controller", ""),
        client,
        services,
        given: BTreeMap::new(),
    };
    let q = queue.clone();
    switch.at_end(move || q.shut_down());
    let sim = addons.client().sim();
    sim.spawn("load balancer", async move {
        while let Some(key) = queue.get().await {
            controller.sync(&key);
            queue.done(&key);
        }
    });
}

impl Controller {
    fn sync(&mut self, key: &NamespacedName) {
        let service = self.services.by_key(key).filter(|service| is_ours(service));
        let Some(service) = service else {
            self.given.retain(|_, holder| holder != key);
            self.take_back(key);
            return;
        };
        let has = service.status.load_balancer.ingress.first();
        let has = has.and_then(|ingress| ingress.ip.parse::<Ipv4Addr>().ok());
        if let Some(ip) = has {
            self.given.insert(ip, key.clone());
            return;
        }
        let wish = service.spec.load_balancer_ip.parse::<Ipv4Addr>().ok();
        let free = |ip: &Ipv4Addr| self.given.get(ip).is_none_or(|holder| holder == key);
        // The first address is the ingress controller's.
        let mut all = (POOL_FIRST + 1..=POOL_LAST).map(pool);
        let found = match wish {
            Some(wish) => all.find(|ip| *ip == wish).filter(free),
            None => all.find(free),
        };
        let Some(ip) = found else {
            let which = wish.map_or_else(
                || "no available IPs".to_owned(),
                |wish| format!("[\"{wish}\"] is not allowed in config"),
            );
            let text = format!(
                "Failed to allocate IP for \"{}/{}\": {which}",
                key.namespace, key.name
            );
            self.recorder
                .event(&*service, WARNING, "AllocationFailed", &text);
            return;
        };
        self.given.insert(ip, key.clone());
        let text = ip.to_string();
        let written = self
            .client
            .patch_status::<Service>(&key.namespace, &key.name, |service| {
                service.status.load_balancer.ingress = vec![LoadBalancerIngress {
                    ip: Str::from(text.as_str()),
                    ip_mode: Some("VIP".into()),
                    ..LoadBalancerIngress::default()
                }];
            });
        if written.is_ok() {
            let text = format!("Assigned IP [\"{ip}\"]");
            self.recorder.event(&*service, NORMAL, "IPAllocated", &text);
        }
    }

    /// A service that is no load balancer any more has no address of one.
    fn take_back(&self, key: &NamespacedName) {
        let Some(service) = self.services.by_key(key) else {
            return;
        };
        if !service.status.load_balancer.ingress.is_empty() && service.spec.type_ != "LoadBalancer"
        {
            let _ = self
                .client
                .patch_status::<Service>(&key.namespace, &key.name, |service| {
                    service.status.load_balancer.ingress.clear();
                });
        }
    }
}

fn is_ours(service: &Service) -> bool {
    let class = service.spec.load_balancer_class.as_deref();
    service.spec.type_ == "LoadBalancer"
        && !service.metadata.is_deleting()
        && class.is_none_or(|class| class == CLASS)
}
