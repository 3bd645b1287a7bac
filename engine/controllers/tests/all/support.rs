//! A cluster without kubelets: API server, caches, some controllers.

use std::time::Duration;

use api::core::v1::{
    Container, ContainerStatus, Event, Namespace, Node, NodeCondition, Pod, PodCondition,
    ServiceAccount,
};
use apimachinery::Kind;
use apimachinery::meta::v1::{ListOptions, ObjectMeta};
use apiserver::{ApiServer, Config};
use client::{Client, Delete, Informers};
use controllers::ControllerManager;
use sim::{Sim, Time};

pub(crate) struct Cluster {
    pub(crate) client: Client,
    pub(crate) manager: ControllerManager,
}

impl Cluster {
    /// A cluster with these controllers; the default service account exists if nobody makes it.
    pub(crate) fn new(controllers: &[&str]) -> Self {
        let sim = Sim::new(11, Time::from_secs(1_700_000_000));
        let client = Client::new(ApiServer::new(sim, Config::default()));
        let informers = Informers::new(&client);
        if !controllers.contains(&"serviceaccount-controller") {
            let account = ServiceAccount {
                metadata: ObjectMeta::named("default", "default"),
                ..ServiceAccount::default()
            };
            client.create(account).unwrap();
        }
        let manager = ControllerManager::start_some(&client, &informers, controllers);
        let cluster = Self { client, manager };
        cluster.settle();
        cluster
    }

    /// Lets everything happen that is due now, and what is tried again after a conflict.
    pub(crate) fn settle(&self) {
        self.client.sim().run_ready(&mut 10_000_000);
        self.wait(0.01);
    }

    pub(crate) fn wait(&self, secs: f64) {
        let until = self.client.sim().now() + Duration::from_secs_f64(secs);
        self.client.sim().run_until(until, &mut 10_000_000);
    }

    pub(crate) fn create<K: Kind>(&self, object: K) {
        self.client.create(object).unwrap();
        self.settle();
    }

    pub(crate) fn get<K: Kind>(&self, name: &str) -> K {
        self.find(name)
            .unwrap_or_else(|| panic!("no {} {name}", K::KIND))
    }

    pub(crate) fn find<K: Kind>(&self, name: &str) -> Option<K> {
        let namespace = if K::NAMESPACED { "default" } else { "" };
        self.client
            .get::<K>(namespace, name)
            .ok()
            .map(|object| (*object).clone())
    }

    /// Without the API server's own service and what belongs to it, which every cluster has.
    pub(crate) fn list<K: Kind>(&self, namespace: &str) -> Vec<std::rc::Rc<K>> {
        let list = self.client.list::<K>(namespace, &ListOptions::default());
        let mut items = list.unwrap().items;
        items.retain(|object| object.meta().name != "kubernetes");
        items
    }

    pub(crate) fn names<K: Kind>(&self, namespace: &str) -> Vec<String> {
        self.list::<K>(namespace)
            .iter()
            .map(|object| object.meta().name.to_string())
            .collect()
    }

    pub(crate) fn delete<K: Kind>(&self, name: &str, delete: &Delete) {
        let namespace = if K::NAMESPACED { "default" } else { "" };
        self.client.delete::<K>(namespace, name, delete).unwrap();
        self.settle();
    }

    pub(crate) fn create_namespace(&self, name: &str) {
        self.create(Namespace {
            metadata: ObjectMeta::named("", name),
            ..Namespace::default()
        });
    }

    pub(crate) fn create_node(&self, name: &str, ready: &str) {
        let node = Node {
            metadata: ObjectMeta::named("", name),
            ..Node::default()
        };
        self.client.create(node).unwrap();
        self.set_ready(name, ready);
    }

    pub(crate) fn set_ready(&self, name: &str, ready: &str) {
        let change = |node: &mut Node| {
            node.status.conditions.retain(|c| c.type_ != "Ready");
            node.status.conditions.push(NodeCondition {
                type_: "Ready".into(),
                status: ready.into(),
                ..NodeCondition::default()
            });
        };
        self.client.patch_status::<Node>("", name, change).unwrap();
        self.settle();
    }

    pub(crate) fn pod(name: &str) -> Pod {
        let mut pod = Pod {
            metadata: ObjectMeta::named("default", name),
            ..Pod::default()
        };
        pod.spec.containers.push(Container {
            name: "c".into(),
            image: "nginx".into(),
            ..Container::default()
        });
        pod
    }

    /// What a kubelet would say of a pod whose containers run.
    pub(crate) fn set_pod_ready(&self, name: &str, ready: bool) {
        let now = self.client.now();
        let change = |pod: &mut Pod| {
            pod.status.phase = "Running".into();
            let condition = PodCondition {
                type_: "Ready".into(),
                status: if ready { "True".into() } else { "False".into() },
                ..PodCondition::default()
            };
            component_helpers::pod::update_condition(&mut pod.status, condition, now);
        };
        self.client
            .patch_status::<Pod>("default", name, change)
            .unwrap();
        self.settle();
    }

    /// What a kubelet would say of a pod whose only container has ended just now.
    pub(crate) fn end_pod(&self, name: &str, exit_code: i32) {
        let now = self.client.now();
        let change = |pod: &mut Pod| {
            pod.status.phase = if exit_code == 0 {
                "Succeeded"
            } else {
                "Failed"
            }
            .into();
            let mut status = ContainerStatus {
                name: "c".into(),
                ..ContainerStatus::default()
            };
            let terminated = status.state.terminated.get_or_insert_default();
            terminated.exit_code = exit_code;
            terminated.finished_at = now;
            pod.status.container_statuses = vec![status];
        };
        self.client
            .patch_status::<Pod>("default", name, change)
            .unwrap();
        self.settle();
    }

    pub(crate) fn events(&self) -> Vec<String> {
        let mut events = self.list::<Event>("");
        events.sort_by_key(|e| {
            (
                e.first_timestamp,
                e.metadata.name.rsplit('.').next().map(str::to_owned),
            )
        });
        let line = |e: &Event| {
            format!(
                "{} {}/{} {}: {}",
                e.type_, e.involved_object.kind, e.involved_object.name, e.reason, e.message
            )
        };
        events.iter().map(|e| line(e)).collect()
    }
}
