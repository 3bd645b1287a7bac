//! Probes: readiness, liveness, startup; by command, page and connection.

use api::core::v1::{ExecAction, HTTPGetAction, Pod, Probe, TCPSocketAction};
use apimachinery::{IntOrString, Shared};

use crate::support::{pod, run};

fn http(path: &str, port: i32) -> Probe {
    let get = HTTPGetAction {
        path: path.into(),
        port: IntOrString::Int(port),
        ..HTTPGetAction::default()
    };
    Probe {
        http_get: Some(get.into()),
        ..Probe::default()
    }
}

fn tcp(port: i32) -> Probe {
    let socket = TCPSocketAction {
        port: IntOrString::Int(port),
        ..TCPSocketAction::default()
    };
    Probe {
        tcp_socket: Some(socket.into()),
        ..Probe::default()
    }
}

fn exec(command: &[&str]) -> Probe {
    let action = ExecAction {
        command: command.iter().map(|word| (*word).into()).collect(),
    };
    Probe {
        exec: Some(action.into()),
        ..Probe::default()
    }
}

fn some(probe: Probe) -> Option<Shared<Probe>> {
    Some(probe.into())
}

fn ready(pod: &Pod) -> bool {
    pod.status.container_statuses[0].ready
}

#[test]
fn a_pod_is_ready_when_its_page_is_there() {
    run(|world| async move {
        let mut good = pod("good", &[("web", "nginx", &[])]);
        good.spec.containers[0].readiness_probe = some(http("/", 80));
        good.spec.containers[0].liveness_probe = some(tcp(80));
        let mut bad = pod("bad", &[("web", "nginx", &[])]);
        bad.spec.containers[0].readiness_probe = some(Probe {
            period_seconds: 2,
            ..http("/nosuch", 80)
        });
        world.create(good);
        world.create(bad);
        world.wait(6.0).await;
        assert!(ready(&world.pod("good")));
        assert_eq!(
            world.pod("good").status.container_statuses[0].restart_count,
            0
        );
        assert!(!ready(&world.pod("bad")));
        let failed = "Readiness probe failed: HTTP probe failed with statuscode: 404";
        let events = world.events("bad");
        assert!(
            events.iter().any(|event| event.ends_with(failed)),
            "{events:#?}"
        );
    });
}

#[test]
fn a_container_that_does_not_answer_is_restarted() {
    run(|world| async move {
        let mut p = pod("p", &[("web", "nginx", &[])]);
        p.spec.containers[0].liveness_probe = some(Probe {
            period_seconds: 2,
            failure_threshold: 2,
            ..tcp(8080)
        });
        world.create(p);
        world.wait(8.0).await;
        let p = world.pod("p");
        assert_eq!(p.status.container_statuses[0].restart_count, 1);
        let events = world.events("p");
        for expected in [
            &*format!(
                ": Liveness probe failed: dial tcp {}:8080: connect: connection refused",
                p.status.pod_ip
            ),
            "Killing: Container web failed liveness probe, will be restarted",
        ] {
            let said = events.iter().any(|event| event.ends_with(expected));
            assert!(said, "{expected}: {events:#?}");
        }
    });
}

#[test]
fn a_command_decides_over_readiness() {
    run(|world| async move {
        let script = "sleep 10; echo > /tmp/ready; sleep 3600";
        let mut p = pod("p", &[("c", "busybox", &["sh", "-c", script])]);
        p.spec.containers[0].readiness_probe = some(Probe {
            period_seconds: 3,
            ..exec(&["cat", "/tmp/ready"])
        });
        world.create(p);
        world.wait(8.0).await;
        assert!(!ready(&world.pod("p")));
        let failed = "Unhealthy x4: Readiness probe failed: cat: can't open '/tmp/ready': No such file or directory\n";
        assert!(
            world.events("p").contains(&failed.to_owned()),
            "{:#?}",
            world.events("p")
        );
        world.wait(7.0).await;
        assert!(ready(&world.pod("p")));
    });
}

#[test]
fn other_probes_wait_for_the_startup_probe() {
    run(|world| async move {
        let script = "sleep 8; echo > /tmp/up; sleep 3600";
        let mut p = pod("p", &[("c", "busybox", &["sh", "-c", script])]);
        let c = &mut p.spec.containers[0];
        c.startup_probe = some(Probe {
            period_seconds: 1,
            failure_threshold: 30,
            ..exec(&["cat", "/tmp/up"])
        });
        c.liveness_probe = some(Probe {
            period_seconds: 1,
            failure_threshold: 1,
            ..exec(&["cat", "/tmp/up"])
        });
        world.create(p);
        world.wait(6.0).await;
        let status = world.pod("p").status.container_statuses[0].clone();
        assert_eq!((status.started, status.ready), (Some(false), false));
        world.wait(6.0).await;
        let status = world.pod("p").status.container_statuses[0].clone();
        assert_eq!(
            (status.started, status.ready, status.restart_count),
            (Some(true), true, 0)
        );
    });
}

#[test]
fn a_container_that_keeps_failing_its_liveness_probe_waits_longer_and_longer() {
    run(|world| async move {
        let mut sick = pod("sick", &[("c", "busybox", &["sleep", "3600"])]);
        sick.spec.termination_grace_period_seconds = Some(1);
        sick.spec.containers[0].liveness_probe = some(Probe {
            period_seconds: 5,
            failure_threshold: 1,
            ..exec(&["false"])
        });
        world.create(sick);
        world.wait(600.0).await;
        let status = &world.pod("sick").status.container_statuses[0];
        let waiting = status.state.waiting.as_ref().expect("it waits");
        assert_eq!(waiting.reason, "CrashLoopBackOff");
        assert!(
            (5..=8).contains(&status.restart_count),
            "{}",
            status.restart_count
        );
    });
}
