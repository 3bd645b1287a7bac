//! Pods from creation to their end: every version that a watch sees, as in the recordings of a real cluster.

use crate::support::{container, pod, run};
use api::core::v1::Pod;
use client::Delete;

fn check(seen: &[String], expected: &[&str]) {
    assert_eq!(seen, expected, "\n{}", seen.join("\n"));
}

#[test]
fn a_server_is_created_and_deleted() {
    run(|world| async move {
        world.wait(10.0).await;
        world.create(pod("web", &[("c", "nginx", &[])]));
        world.wait(5.0).await;
        world.delete("web", &Delete::default());
        world.wait(5.0).await;
        check(
            &world.take_seen("web"),
            &[
                "+ web Pending  g0",
                "~ web Pending !SI!R!CP g1 c=ContainerCreating#0",
                "~ web Pending SI!R!CP g1 c=ContainerCreating#0",
                "~ web Running SIRCP g1 c=running+#0",
                "~ web Running deleting(30) SIRCP g1 c=running+#0",
                "~ web Running deleting(30) SIRCP g2 c=running+#0",
                "~ web Succeeded deleting(30) !SI!R!CP g2 c=Completed(0)#0",
                "~ web Succeeded deleting(0) !SI!R!CP g2 c=Completed(0)#0",
                "- web Succeeded deleting(0) !SI!R!CP g2 c=Completed(0)#0",
            ],
        );
        assert_eq!(
            world.events("web"),
            [
                "Pulling: Pulling image \"nginx\"",
                "Pulled: Successfully pulled image \"nginx\" in 600ms (600ms including waiting). Image size: \
                 72324501 bytes.",
                "Created: Container created",
                "Started: Container started",
                "Killing: Stopping container c",
            ]
        );
        assert!(world.kubelet.runtime().pods().is_empty());
    });
}

#[test]
fn a_pod_completes() {
    run(|world| async move {
        world.wait(10.0).await;
        let mut done = pod("done", &[("c", "busybox", &["sleep", "2"])]);
        done.spec.restart_policy = "Never".into();
        world.create(done);
        world.wait(8.0).await;
        check(
            &world.take_seen("done"),
            &[
                "+ done Pending  g0",
                "~ done Pending !SI!R!CP g1 c=ContainerCreating#0",
                "~ done Pending SI!R!CP g1 c=ContainerCreating#0",
                "~ done Running SIRCP g1 c=running+#0",
                "~ done Running SI!R!CP g1 c=Completed(0)#0",
                "~ done Succeeded !SI!R!CP g1 c=Completed(0)#0",
            ],
        );
    });
}

#[test]
fn a_crashing_pod_backs_off() {
    run(|world| async move {
        world.wait(10.0).await;
        world.create(pod("crash", &[("c", "busybox", &["false"])]));
        world.wait(75.0).await;
        let seen = world.take_seen("crash");
        let states: Vec<_> = seen
            .iter()
            .filter_map(|line| line.split(" c=").nth(1))
            .collect();
        assert_eq!(
            states[2..8],
            [
                "running+#0",
                "Error(1)#0",
                "running+#1<1",
                "Error(1)#1<1",
                "CrashLoopBackOff#1<1",
                "running+#2<1",
            ],
            "{states:#?}"
        );
        let crash = world.pod("crash");
        let restarts = crash.status.container_statuses[0].restart_count;
        assert!((3..=4).contains(&restarts), "{restarts}");
        let uid = &crash.metadata.uid;
        let events = world.events("crash");
        let backoff =
            format!(": Back-off restarting failed container c in pod crash_default({uid})");
        let said = events.iter().any(|event| event.ends_with(&backoff));
        assert!(said, "{events:#?}");
    });
}

#[test]
fn an_image_that_does_not_exist() {
    run(|world| async move {
        world.wait(10.0).await;
        world.create(pod("typo", &[("c", "ngnix", &[])]));
        world.wait(2.5).await;
        let waiting = |world: &crate::support::World| {
            let state = world.pod("typo").status.container_statuses[0].state.clone();
            state.waiting.expect("waits").message.to_string()
        };
        let error = "rpc error: code = Unknown desc = failed to pull and unpack image \
                     \"docker.io/library/ngnix:latest\": failed to resolve reference \
                     \"docker.io/library/ngnix:latest\": pull access denied, repository does not exist or may require \
                     authorization: server message: insufficient_scope: authorization failed";
        assert_eq!(waiting(&world), error);
        world.wait(14.0).await;
        assert_eq!(
            waiting(&world),
            format!("Back-off pulling image \"ngnix\": ErrImagePull: {error}")
        );
        world.delete("typo", &Delete::default());
        world.wait(3.0).await;
        let seen = world.take_seen("typo");
        check(
            &seen[seen.len() - 3..],
            &[
                "~ typo Failed deleting(30) !SI!R!CP g2 c=ContainerStatusUnknown(137)#0",
                "~ typo Failed deleting(0) !SI!R!CP g2 c=ContainerStatusUnknown(137)#0",
                "- typo Failed deleting(0) !SI!R!CP g2 c=ContainerStatusUnknown(137)#0",
            ],
        );
    });
}

#[test]
fn a_stubborn_container_is_killed_after_its_grace_period() {
    run(|world| async move {
        world.wait(10.0).await;
        world.create(pod("stubborn", &[("c", "busybox", &["sleep", "3600"])]));
        world.wait(5.0).await;
        let began = world.sim.now();
        world.delete("stubborn", &Delete::default().grace_period(8));
        world.wait(8.5).await;
        let seen = world.take_seen("stubborn");
        let killed = "~ stubborn Failed deleting(8) !SI!R!CP g2 c=Error(137)#0";
        assert!(seen.iter().any(|line| line == killed), "{seen:#?}");
        while world.client.get::<Pod>("default", "stubborn").is_ok() {
            world.wait(0.1).await;
        }
        assert!((world.sim.now() - began).as_secs_f64() < 9.5);
    });
}

#[test]
fn init_containers_and_sidecars() {
    run(|world| async move {
        world.wait(10.0).await;
        let mut p = pod("p", &[("main", "busybox", &["sleep", "3600"])]);
        p.spec.init_containers = vec![
            container("first", "busybox", &["sleep", "2"]),
            container("side", "busybox", &["sleep", "3600"]),
            container("second", "busybox", &["sleep", "1"]),
        ];
        p.spec.init_containers[1].restart_policy = Some("Always".into());
        world.create(p);
        world.wait(14.0).await;
        world.delete("p", &Delete::default());
        world.wait(40.0).await;
        let seen = world.take_seen("p");
        let containers: Vec<_> = seen
            .iter()
            .filter_map(|line| line.split_once(" first="))
            .map(|(_, containers)| format!("first={containers}"))
            .collect();
        check(
            &containers[1..8],
            &[
                "first=PodInitializing#0 side=PodInitializing#0 second=PodInitializing#0 main=PodInitializing#0",
                "first=running#0 side=PodInitializing#0 second=PodInitializing#0 main=PodInitializing#0",
                "first=Completed(0)+#0 side=PodInitializing#0 second=PodInitializing#0 main=PodInitializing#0",
                "first=Completed(0)+#0 side=running+#0 second=PodInitializing#0 main=PodInitializing#0",
                "first=Completed(0)+#0 side=running+#0 second=running#0 main=PodInitializing#0",
                "first=Completed(0)+#0 side=running+#0 second=Completed(0)+#0 main=PodInitializing#0",
                "first=Completed(0)+#0 side=running+#0 second=Completed(0)+#0 main=running+#0",
            ],
        );
        assert_eq!(
            seen.last().map(String::as_str),
            Some(
                "- p Failed deleting(0) !SI!R!CP g2 first=Completed(0)+#0 side=Error(137)#0 second=Completed(0)+#0 \
                 main=Error(137)#0"
            )
        );
    });
}

#[test]
fn a_deleted_pod_that_is_gone_is_stopped_all_the_same() {
    run(|world| async move {
        world.wait(10.0).await;
        world.create(pod("web", &[("c", "nginx", &[])]));
        world.wait(5.0).await;
        world.delete("web", &Delete::default().grace_period(0));
        assert!(world.client.get::<Pod>("default", "web").is_err());
        world.wait(5.0).await;
        assert!(world.kubelet.runtime().pods().is_empty());
    });
}

#[test]
fn a_new_image_replaces_the_container() {
    run(|world| async move {
        world.wait(10.0).await;
        world.create(pod("web", &[("c", "nginx:1.26", &[])]));
        world.wait(5.0).await;
        world
            .client
            .patch::<Pod>("default", "web", |pod| {
                pod.spec.containers[0].image = "nginx:1.27".into();
            })
            .expect("may be changed");
        world.wait(5.0).await;
        let web = world.pod("web");
        assert_eq!(
            crate::support::show(&web),
            "web Running SIRCP g2 c=running+#1<0"
        );
        let killing = "Killing: Container c definition changed, will be restarted";
        assert!(world.events("web").iter().any(|event| event == killing));
    });
}

#[test]
fn a_pod_has_only_so_much_time() {
    run(|world| async move {
        world.wait(10.0).await;
        let mut slow = pod("slow", &[("c", "nginx", &[])]);
        slow.spec.active_deadline_seconds = Some(20);
        world.create(slow);
        world.wait(25.0).await;
        let slow = world.pod("slow");
        assert_eq!(slow.status.phase, "Failed");
        assert_eq!(slow.status.reason, "DeadlineExceeded");
        assert!(
            !world
                .kubelet
                .runtime()
                .pod_status(&slow.metadata.uid)
                .any_running()
        );
    });
}
