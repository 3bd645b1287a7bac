//! Other requests and limits for pods that run.

use api::core::v1::{Container, ContainerResizePolicy, Pod};
use apimachinery::Quantity;

use crate::support::{World, pod, run};

fn set(container: &mut Container, cpu: &str, memory: &str) {
    let quantity = |text: &str| Quantity::parse(text).expect(text);
    let resources = &mut container.resources;
    for list in [&mut resources.requests, &mut resources.limits] {
        list.insert("cpu", quantity(cpu));
        list.insert("memory", quantity(memory));
    }
}

fn sized(name: &str, cpu: &str, memory: &str) -> Pod {
    let mut pod = pod(name, &[("c", "busybox", &["sleep", "3600"])]);
    set(&mut pod.spec.containers[0], cpu, memory);
    pod
}

fn resize(world: &World, name: &str, cpu: &str, memory: &str) {
    let mut pod = (*world.pod(name)).clone();
    set(&mut pod.spec.containers[0], cpu, memory);
    world
        .client
        .update_subresource(pod, "resize")
        .expect("a good resize");
}

/// What a pod says of its resources: allocated, actual, conditions.
fn shown(pod: &Pod) -> String {
    let status = &pod.status.container_statuses[0];
    let resources = status.resources.as_ref().expect("there are some");
    let text = |quantity: Option<&Quantity>| quantity.map_or("-", |q| q.as_str()).to_owned();
    let mut shown = format!(
        "{} {} {} #{}",
        text(status.allocated_resources.get("cpu")),
        text(resources.limits.get("cpu")),
        text(resources.limits.get("memory")),
        status.restart_count
    );
    for condition in &pod.status.conditions {
        if condition.type_.starts_with("PodResize") {
            shown.push_str(&format!(" {}({})", condition.type_, condition.reason));
        }
    }
    shown
}

#[test]
fn containers_change_in_place() {
    run(|world| async move {
        world.create(sized("p", "500m", "64Mi"));
        world.wait(10.0).await;
        resize(&world, "p", "1", "128Mi");
        world.wait(5.0).await;
        assert_eq!(shown(&world.pod("p")), "1 1 128Mi #0");
        let events = world.events("p");
        let text = "{\"containers\":[{\"name\":\"c\",\"resources\":{\"limits\":{\"cpu\":\"1\",\"memory\":\"128Mi\"},\"requests\":{\"cpu\":\"1\",\
                    \"memory\":\"128Mi\"}}}],\"generation\":2}";
        let end = &events[events.len() - 2..];
        assert_eq!(
            end,
            [
                format!("ResizeStarted: Pod resize started: {text}"),
                format!("ResizeCompleted: Pod resize completed: {text}"),
            ]
        );
    });
}

#[test]
fn a_container_restarts_if_its_policy_says_so() {
    run(|world| async move {
        let mut pod = sized("p", "500m", "64Mi");
        pod.spec.containers[0].resize_policy = vec![ContainerResizePolicy {
            resource_name: "memory".into(),
            restart_policy: "RestartContainer".into(),
        }];
        world.create(pod);
        world.wait(10.0).await;
        resize(&world, "p", "600m", "64Mi");
        world.wait(5.0).await;
        assert_eq!(shown(&world.pod("p")), "600m 600m 64Mi #0");
        resize(&world, "p", "600m", "96Mi");
        world.wait(40.0).await;
        assert_eq!(shown(&world.pod("p")), "600m 600m 96Mi #1");
        let killed = "Killing: Container c resize requires restart".to_owned();
        assert!(world.events("p").contains(&killed));
    });
}

#[test]
fn what_does_not_fit_waits_until_there_is_room() {
    run(|world| async move {
        world.create(sized("big", "6", "1Gi"));
        world.create(sized("p", "1", "1Gi"));
        world.wait(10.0).await;
        resize(&world, "p", "4", "1Gi");
        world.wait(5.0).await;
        let pod = world.pod("p");
        assert_eq!(shown(&pod), "1 1 1Gi #0 PodResizePending(Deferred)");
        let pending = &pod.status.conditions[0];
        assert_eq!(
            pending.message,
            "Node didn't have enough resource: cpu, requested: 4000, used: 6000, capacity: 8000"
        );
        world.delete("big", &client::Delete::default().grace_period(0));
        world.wait(40.0).await;
        assert_eq!(shown(&world.pod("p")), "4 4 1Gi #0");
    });
}

#[test]
fn more_than_the_node_has_is_refused_at_once() {
    run(|world| async move {
        world.create(sized("p", "1", "1Gi"));
        world.wait(10.0).await;
        let mut pod = (*world.pod("p")).clone();
        set(&mut pod.spec.containers[0], "9", "1Gi");
        let error = world.client.update_subresource(pod, "resize");
        assert_eq!(
            error.expect_err("refused").message,
            "pods \"p\" is forbidden: node didn't have enough allocatable resources: cpu, requested: 9000, allocatable: 8000"
        );
    });
}
