//! Endpoints and endpoint slices.

use api::core::v1::{
    EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, PodIP, Service, ServicePort,
};
use api::discovery::v1::EndpointSlice;
use apimachinery::IntOrString;
use apimachinery::meta::v1::ObjectMeta;
use client::Delete;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &[
    "endpoints-controller",
    "endpointslice-controller",
    "endpointslice-mirroring-controller",
    "garbage-collector-controller",
];
const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";

fn service(name: &str, app: Option<&str>) -> Service {
    let mut service = Service {
        metadata: ObjectMeta::named("default", name),
        ..Service::default()
    };
    if let Some(app) = app {
        service.spec.selector.insert("app", app);
    }
    service.spec.ports.push(ServicePort {
        port: 80,
        target_port: IntOrString::Int(8080),
        ..ServicePort::default()
    });
    service
}

fn running(cluster: &Cluster, name: &str, ip: &str) {
    let mut pod = Cluster::pod(name);
    pod.metadata.labels.insert("app", "web");
    pod.spec.node_name = "node-1".into();
    cluster.create(pod);
    let address = |pod: &mut Pod| {
        pod.status.phase = "Running".into();
        pod.status.pod_ip = ip.into();
        pod.status.pod_ips = vec![PodIP { ip: ip.into() }];
    };
    cluster
        .client
        .patch_status::<Pod>("default", name, address)
        .unwrap();
    cluster.settle();
}

fn slice(cluster: &Cluster) -> EndpointSlice {
    let slices = cluster.list::<EndpointSlice>("default");
    assert_eq!(slices.len(), 1, "{slices:?}");
    (*slices[0]).clone()
}

/// Addresses with ready, serving and terminating.
fn states(slice: &EndpointSlice) -> Vec<String> {
    let flag =
        |value: Option<bool>, letter: &'static str| value.unwrap_or_default().then_some(letter);
    let endpoints = slice.endpoints.iter().map(|endpoint| {
        let c = &endpoint.conditions;
        let flags = [
            flag(c.ready, "r"),
            flag(c.serving, "s"),
            flag(c.terminating, "t"),
        ];
        let flags: String = flags.into_iter().flatten().collect();
        format!("{} {flags}", endpoint.addresses[0])
    });
    endpoints.collect()
}

#[test]
fn slices_follow_pods() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create_node("node-1", "True");
    cluster.create(service("web", Some("web")));
    let first = slice(&cluster);
    assert!(first.endpoints.is_empty() && first.ports.is_empty());
    assert!(first.metadata.annotations.contains_key(TRIGGER_TIME));
    running(&cluster, "a", "10.244.0.2");
    let second = slice(&cluster);
    assert_eq!(second.metadata.uid, first.metadata.uid);
    assert_eq!(states(&second), ["10.244.0.2 "]);
    assert_eq!(second.ports[0].port, Some(8080));
    assert!(second.metadata.annotations.is_empty());
    cluster.wait(1.0);
    cluster.set_pod_ready("a", true);
    running(&cluster, "b", "10.244.0.3");
    assert_eq!(states(&slice(&cluster)), ["10.244.0.2 rs", "10.244.0.3 "]);
    cluster.delete::<Pod>("a", &Delete::default());
    assert_eq!(states(&slice(&cluster)), ["10.244.0.2 st", "10.244.0.3 "]);
    cluster.delete::<Pod>("a", &Delete::default().grace_period(0));
    assert_eq!(states(&slice(&cluster)), ["10.244.0.3 "]);
    cluster.delete::<Pod>("b", &Delete::default().grace_period(0));
    let empty = slice(&cluster);
    assert!(empty.endpoints.is_empty() && empty.ports.is_empty());
    cluster.delete::<Service>("web", &Delete::default());
    assert_eq!(cluster.names::<EndpointSlice>("default").len(), 0);
    assert_eq!(cluster.names::<Endpoints>("default").len(), 0);
}

#[test]
fn endpoints_have_ready_addresses_and_others() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create_node("node-1", "True");
    cluster.create(service("web", Some("web")));
    assert!(cluster.get::<Endpoints>("web").subsets.is_empty());
    running(&cluster, "a", "10.244.0.2");
    running(&cluster, "b", "10.244.0.3");
    cluster.set_pod_ready("b", true);
    let endpoints = cluster.get::<Endpoints>("web");
    let [subset] = endpoints.subsets.as_slice() else {
        panic!("{endpoints:?}");
    };
    assert_eq!(subset.addresses[0].ip, "10.244.0.3");
    assert_eq!(subset.not_ready_addresses[0].ip, "10.244.0.2");
    cluster.delete::<Pod>("b", &Delete::default());
    let endpoints = cluster.get::<Endpoints>("web");
    assert!(endpoints.subsets[0].addresses.is_empty());
}

#[test]
fn many_pods_fill_several_slices() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create_node("node-1", "True");
    for i in 0..150 {
        running(&cluster, &format!("p{i}"), &format!("10.244.0.{}", i + 2));
    }
    cluster.create(service("web", Some("web")));
    let sizes = |cluster: &Cluster| {
        let slices = cluster.list::<EndpointSlice>("default");
        let mut sizes: Vec<usize> = slices.iter().map(|s| s.endpoints.len()).collect();
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sizes(&cluster), [50, 100]);
    running(&cluster, "late", "10.244.1.1");
    assert_eq!(sizes(&cluster), [51, 100]);
}

#[test]
fn endpoints_of_users_are_mirrored() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(service("outside", None));
    let subset = EndpointSubset {
        addresses: vec![EndpointAddress {
            ip: "192.0.2.42".into(),
            ..EndpointAddress::default()
        }],
        ports: vec![EndpointPort {
            port: 9376,
            ..EndpointPort::default()
        }],
        ..EndpointSubset::default()
    };
    cluster.create(Endpoints {
        metadata: ObjectMeta::named("default", "outside"),
        subsets: vec![subset],
    });
    let mirrored = slice(&cluster);
    assert_eq!(states(&mirrored), ["192.0.2.42 r"]);
    assert_eq!(mirrored.ports[0].port, Some(9376));
    assert!(mirrored.metadata.name.starts_with("outside-"));
    cluster.delete::<Endpoints>("outside", &Delete::default());
    assert_eq!(cluster.names::<EndpointSlice>("default").len(), 0);
}
