//! The API as the `client` crate offers it.

use std::rc::Rc;

use api::coordination::v1::Lease;
use api::core::v1::{
    ConfigMap, Node, ObjectReference, PersistentVolume, PersistentVolumeClaim, Pod, Secret,
    Service, ServiceAccount,
};
use api::meta::v1::{ListOptions, ObjectMeta};
use api::storage::v1::CSIDriver;
use apimachinery::Status;
use client::events::EventRecorder;
use client::{Change, Client, Delete, Informers, Subscription};

use super::Api;
use super::token::{Claims, Token, service_account_token};
use crate::kubelet::Kubelet;
use crate::static_pods::is_static;

/// The API server as a node sees it.
pub struct ClientApi {
    client: Client,
    events: EventRecorder,
}

impl ClientApi {
    /// The API as the kubelet of `node` reaches it.
    pub fn new(client: &Client, node: &str) -> Self {
        let client = client.as_user(&format!("system:node:{node}"), "kubelet");
        let events = EventRecorder::new(&client, "kubelet", node);
        Self { client, events }
    }
}

impl Api for ClientApi {
    fn pod(&self, namespace: &str, name: &str) -> Result<Rc<Pod>, Status> {
        self.client.get(namespace, name)
    }

    fn create_pod(&self, pod: Pod) -> Result<Rc<Pod>, Status> {
        self.client.create(pod)
    }

    fn update_pod_status(&self, pod: Pod) -> Result<Rc<Pod>, Status> {
        self.client.update_status(pod)
    }

    fn delete_pod(&self, pod: &Pod) -> Result<(), Status> {
        let meta = &pod.metadata;
        let delete = Delete::default().uid(&meta.uid).grace_period(0);
        let deleted = self
            .client
            .delete::<Pod>(&meta.namespace, &meta.name, &delete);
        deleted.map(|_| ())
    }

    fn node(&self, name: &str) -> Result<Rc<Node>, Status> {
        self.client.get("", name)
    }

    fn create_node(&self, node: Node) -> Result<Rc<Node>, Status> {
        self.client.create(node)
    }

    fn update_node_status(&self, node: Node) -> Result<Rc<Node>, Status> {
        self.client.update_status(node)
    }

    fn lease(&self, name: &str) -> Result<Rc<Lease>, Status> {
        self.client.get("kube-node-lease", name)
    }

    fn put_lease(&self, lease: Lease) -> Result<Rc<Lease>, Status> {
        if lease.metadata.uid.is_empty() {
            self.client.create(lease)
        } else {
            self.client.update(lease)
        }
    }

    fn config_map(&self, namespace: &str, name: &str) -> Result<Rc<ConfigMap>, Status> {
        self.client.get(namespace, name)
    }

    fn secret(&self, namespace: &str, name: &str) -> Result<Rc<Secret>, Status> {
        self.client.get(namespace, name)
    }

    fn services(&self, namespace: &str) -> Result<Vec<Rc<Service>>, Status> {
        let list = self
            .client
            .list::<Service>(namespace, &ListOptions::default())?;
        Ok(list.items)
    }

    fn claim(&self, namespace: &str, name: &str) -> Result<Rc<PersistentVolumeClaim>, Status> {
        self.client.get(namespace, name)
    }

    fn volume(&self, name: &str) -> Result<Rc<PersistentVolume>, Status> {
        self.client.get("", name)
    }

    fn csi_driver(&self, name: &str) -> Result<Rc<CSIDriver>, Status> {
        self.client.get("", name)
    }

    fn token(&self, pod: &Pod, audience: &str, expiration_seconds: i64) -> Result<Token, Status> {
        let namespace = &pod.metadata.namespace;
        let name = &pod.spec.service_account_name;
        let account: Rc<ServiceAccount> = self.client.get(namespace, name)?;
        let node: Rc<Node> = self.client.get("", &pod.spec.node_name)?;
        let named = |meta: &ObjectMeta| (meta.name.clone(), meta.uid.clone());
        let claims = Claims {
            namespace: namespace.clone(),
            pod: named(&pod.metadata),
            node: named(&node.metadata),
            account: named(&account.metadata),
            audience: audience.into(),
            issued_at: self.client.now().unix(),
            lifetime: expiration_seconds,
        };
        Ok(Rc::new(move || service_account_token(&claims)))
    }

    fn event(&self, about: &ObjectReference, type_: &str, reason: &str, message: &str) {
        self.events.event_of(about, type_, reason, message);
    }
}

impl Kubelet {
    /// Follows the pods of this node for as long as the subscription is kept. Of pods that are gone since it was last
    /// kept, the kubelet hears, too.
    pub fn follow(&self, informers: &Informers) -> Subscription {
        let before: Vec<Rc<Pod>> = self.pods().borrow().values().cloned().collect();
        let kubelet = self.clone();
        let node = self.config().node.as_ref().into();
        let pods = informers.of::<Pod>();
        let subscription = pods.on_change_of(
            |pod| vec![pod.spec.node_name.clone()],
            &node,
            move |change| match change {
                Change::Added(pod) | Change::Updated { new: pod, .. } => kubelet.pod_changed(pod),
                Change::Deleted(pod) => kubelet.pod_gone(pod),
            },
        );
        let lister = pods.lister();
        for pod in before.into_iter().filter(|pod| !is_static(pod)) {
            let meta = &pod.metadata;
            let now = lister.get(&meta.namespace, &meta.name);
            if now.is_none_or(|now| now.metadata.uid != meta.uid) {
                self.pod_gone(&pod);
            }
        }
        subscription
    }
}
