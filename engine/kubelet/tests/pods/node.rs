//! The node as the API knows it.

use api::coordination::v1::Lease;
use api::core::v1::Node;
use kubelet::Pressure;

use crate::support::{pod, run};

fn condition(node: &Node, type_: &str) -> (String, String) {
    let found = node.status.conditions.iter().find(|c| c.type_ == type_);
    let found = found.expect("a condition");
    (found.status.to_string(), found.reason.to_string())
}

#[test]
fn a_node_registers_and_becomes_ready() {
    run(|world| async move {
        let node = || world.client.get::<Node>("", "node-1").expect("registered");
        world.wait(1.0).await;
        assert_eq!(
            condition(&node(), "Ready"),
            ("False".to_owned(), "KubeletNotReady".to_owned())
        );
        world.wait(10.0).await;
        let ready = node();
        assert_eq!(
            condition(&ready, "Ready"),
            ("True".to_owned(), "KubeletReady".to_owned())
        );
        let status = &ready.status;
        let capacity: Vec<_> = status
            .capacity
            .iter()
            .map(|(name, amount)| format!("{name}={amount}"))
            .collect();
        assert_eq!(
            capacity,
            [
                "cpu=8",
                "ephemeral-storage=100Gi",
                "memory=16Gi",
                "pods=110"
            ]
        );
        assert_eq!(status.node_info.kubelet_version, "v1.36.2");
        assert_eq!(status.addresses[0].address, "172.18.0.2");
        let version = ready.metadata.resource_version.clone();
        world.wait(120.0).await;
        assert_eq!(
            node().metadata.resource_version,
            version,
            "nothing has changed"
        );
        world.wait(300.0).await;
        assert_ne!(node().metadata.resource_version, version, "a heartbeat");
    });
}

#[test]
fn pressure_and_images_are_told() {
    run(|world| async move {
        let node = || world.client.get::<Node>("", "node-1").expect("registered");
        world.wait(10.0).await;
        world.create(pod("web", &[("c", "nginx", &[])]));
        world.wait(15.0).await;
        let image = node().status.images[0].clone();
        assert_eq!(image.names[1], "docker.io/library/nginx:latest");
        assert_eq!(image.size_bytes, 72_324_501);
        let pressure = Pressure {
            disk: true,
            ..Pressure::default()
        };
        world.kubelet.set_pressure(pressure);
        // The eviction manager looks every ten seconds.
        world.wait(10.0).await;
        assert_eq!(
            condition(&node(), "DiskPressure"),
            ("True".to_owned(), "KubeletHasDiskPressure".to_owned())
        );
    });
}

/// The end of a shortage is told and acted upon at the same look, however long it is over.
#[test]
fn a_pod_is_refused_for_as_long_as_the_node_tells_of_a_shortage() {
    run(|world| async move {
        world.wait(10.0).await;
        let disk = |disk| Pressure {
            disk,
            ..Pressure::default()
        };
        world.kubelet.set_pressure(disk(true));
        world.wait(3.0).await;
        world.kubelet.set_pressure(disk(false));
        for round in 0..350 {
            world.wait(1.0).await;
            let name = format!("p{round}");
            world.create(pod(&name, &[("c", "nginx", &[])]));
            world.wait(0.05).await;
            let node = world.client.get::<Node>("", "node-1").expect("registered");
            let refused = world.pod(&name).status.reason == "Evicted";
            let told = condition(&node, "DiskPressure").0 == "True";
            assert_eq!(refused, told, "{round} s after the end");
            world.delete(&name, &client::Delete::default().grace_period(0));
        }
    });
}

#[test]
fn the_lease_is_renewed_every_ten_seconds() {
    run(|world| async move {
        if !world.client.serves::<Lease>() {
            return;
        }
        let renewed = || {
            let lease = world.client.get::<Lease>("kube-node-lease", "node-1");
            lease.expect("a lease").spec.renew_time.expect("renewed")
        };
        world.wait(5.0).await;
        let first = renewed();
        world.wait(10.5).await;
        let second = renewed();
        let passed = second.unix_micros() - first.unix_micros();
        assert!((10_000_000..10_500_000).contains(&passed), "{passed}");
    });
}

#[test]
fn a_pod_that_does_not_fit_is_refused() {
    run(|world| async move {
        world.wait(1.0).await;
        let mut big = pod("big", &[("c", "nginx", &[])]);
        let nine = apimachinery::Quantity::parse("9").expect("a quantity");
        big.spec.containers[0]
            .resources
            .requests
            .insert("cpu", nine);
        world.create(big);
        world.wait(1.0).await;
        let big = world.pod("big");
        assert_eq!(
            (big.status.phase.as_str(), big.status.reason.as_str()),
            ("Failed", "OutOfcpu")
        );
        assert_eq!(
            big.status.message,
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 9000, used: 0, capacity: 8000"
        );
    });
}
