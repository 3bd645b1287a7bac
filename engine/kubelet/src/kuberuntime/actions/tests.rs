//! Cases of [`compute_pod_actions`]: a pod, the runtime's state, and what is to be done.

use std::collections::BTreeMap;

use apimachinery::Str;
use runtime::SandboxStatus;
use sim::Time;

use super::*;
use crate::prober::{ProbeKind, ProbeResult};

/// A pod in one line: restart policy, init containers, containers. An init container whose name ends in `*` is a
/// sidecar.
fn pod(policy: &str, init: &[&str], containers: &[&str]) -> Pod {
    let container = |name: &&str| {
        let plain = name.trim_end_matches('*');
        Container {
            name: plain.into(),
            image: "busybox".into(),
            restart_policy: name.ends_with('*').then(|| Str::from("Always")),
            ..Container::default()
        }
    };
    let mut pod = Pod::default();
    pod.metadata.uid = "uid".into();
    pod.spec.restart_policy = policy.into();
    pod.spec.init_containers = init.iter().map(container).collect();
    pod.spec.containers = containers.iter().map(container).collect();
    pod
}

/// The runtime's state: `a=run`, `a=0`, `a=1`, `a=created`, all of the pod's image; the newest first.
fn state(pod: &Pod, sandbox: bool, containers: &[&str]) -> PodStatus {
    let all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    let by_name: BTreeMap<_, _> = all.map(|c| (c.name.as_str(), c)).collect();
    let status = |text: &&str| {
        let (name, state) = text.split_once('=').expect("name=state");
        let (state, exit_code) = match state {
            "run" => (ContainerState::Running, 0),
            "created" => (ContainerState::Created, 0),
            code => (ContainerState::Exited, code.parse().expect("a code")),
        };
        ContainerStatus {
            id: format!("id-{name}").into(),
            name: name.into(),
            attempt: 0,
            state,
            created_at: Time::default(),
            started_at: Time::default(),
            finished_at: None,
            exit_code,
            reason: "",
            message: "".into(),
            image: "".into(),
            image_ref: "".into(),
            hash: container_hash(by_name[name]),
            user: (0, 0, [].into()),
        }
    };
    let sandboxes = vec![SandboxStatus {
        id: "sandbox".into(),
        attempt: 0,
        ready: sandbox,
        created_at: Time::default(),
        ip: None,
    }];
    PodStatus {
        sandboxes,
        containers: containers.iter().map(status).collect(),
    }
}

/// What is to be done, in one line.
fn show(actions: &PodActions) -> String {
    let mut words = Vec::new();
    if actions.kill_pod {
        words.push("kill-pod".to_owned());
    }
    if actions.create_sandbox {
        words.push(format!("sandbox#{}", actions.attempt));
    }
    words.extend(
        actions
            .kill
            .iter()
            .map(|kill| format!("kill {}", kill.name)),
    );
    if !actions.start_init.is_empty() {
        words.push(format!("init {:?}", actions.start_init));
    }
    if !actions.start.is_empty() {
        words.push(format!("start {:?}", actions.start));
    }
    words.join(", ")
}

fn check(pod: &Pod, status: &PodStatus, expected: &str) {
    let actions = compute_pod_actions(pod, status, &|_, _| None);
    assert_eq!(show(&actions), expected);
}

#[test]
fn a_new_pod() {
    let empty = PodStatus::default();
    check(
        &pod("Always", &[], &["a", "b"]),
        &empty,
        "kill-pod, sandbox#0, start [0, 1]",
    );
    check(
        &pod("Always", &["i"], &["a"]),
        &empty,
        "kill-pod, sandbox#0, init [0]",
    );
}

#[test]
fn containers_that_ended() {
    for (policy, states, expected) in [
        ("Always", vec!["a=0", "b=run"], "start [0]"),
        ("OnFailure", vec!["a=0", "b=run"], ""),
        ("OnFailure", vec!["a=1", "b=run"], "start [0]"),
        ("Never", vec!["a=1", "b=run"], ""),
        ("Never", vec!["a=1", "b=0"], "kill-pod"),
        ("OnFailure", vec!["a=0", "b=0"], "kill-pod"),
        ("Always", vec!["a=run", "b=run"], ""),
        ("Always", vec!["b=run"], "start [0]"),
        ("Always", vec!["a=created", "b=run"], "start [0]"),
    ] {
        let pod = pod(policy, &[], &["a", "b"]);
        check(&pod, &state(&pod, true, &states), expected);
    }
}

#[test]
fn nothing_is_started_in_a_pod_that_is_deleted() {
    let mut pod = pod("Always", &[], &["a"]);
    pod.metadata.deletion_timestamp = Some(apimachinery::Time::from_unix(1));
    check(&pod, &state(&pod, true, &["a=1"]), "kill-pod");
}

#[test]
fn a_lost_sandbox() {
    for (policy, states, expected) in [
        ("Always", vec!["a=137"], "kill-pod, sandbox#1, start [0]"),
        ("Never", vec!["a=137"], "kill-pod"),
        ("OnFailure", vec!["a=0"], "kill-pod"),
        ("OnFailure", vec!["a=137"], "kill-pod, sandbox#1, start [0]"),
    ] {
        let pod = pod(policy, &[], &["a"]);
        check(&pod, &state(&pod, false, &states), expected);
    }
}

#[test]
fn init_containers_run_one_after_the_other() {
    for (policy, states, expected) in [
        ("Always", vec![], "init [0]"),
        ("Always", vec!["i=run"], ""),
        ("Always", vec!["i=0"], "init [1]"),
        ("Always", vec!["i=1"], "init [0]"),
        ("OnFailure", vec!["i=1"], "init [0]"),
        ("Never", vec!["i=1"], "kill-pod"),
        ("Always", vec!["j=run", "i=0"], ""),
        ("Always", vec!["j=0", "i=0"], "start [0]"),
        ("Always", vec!["a=run", "j=0", "i=0"], ""),
        ("Always", vec!["a=1", "j=0", "i=0"], "start [0]"),
    ] {
        let pod = pod(policy, &["i", "j"], &["a"]);
        check(&pod, &state(&pod, true, &states), expected);
    }
}

#[test]
fn sidecars_keep_running() {
    for (states, expected) in [
        (vec![], "init [0]"),
        (vec!["i=0"], "init [1]"),
        (vec!["s=run", "i=0"], "init [2]"),
        (vec!["s=1", "i=0"], "init [1]"),
        (vec!["j=run", "s=run", "i=0"], ""),
        (vec!["j=run", "s=1", "i=0"], "init [1]"),
        (vec!["j=0", "s=run", "i=0"], "start [0]"),
        (vec!["j=0", "s=1", "i=0"], "init [1], start [0]"),
        (vec!["a=run", "j=0", "s=1", "i=0"], "init [1]"),
    ] {
        let pod = pod("Always", &["i", "s*", "j"], &["a"]);
        check(&pod, &state(&pod, true, &states), expected);
    }
    let pod = pod("Never", &["s*"], &["a"]);
    check(&pod, &state(&pod, true, &["s=run"]), "start [0]");
    check(&pod, &state(&pod, true, &["a=0", "s=run"]), "kill-pod");
    check(&pod, &state(&pod, true, &["a=0", "s=1"]), "kill-pod");
}

#[test]
fn changed_and_unhealthy_containers_are_replaced() {
    let mut changed = pod("Always", &[], &["a"]);
    let status = state(&changed, true, &["a=run"]);
    changed.spec.containers[0].image = "nginx".into();
    let actions = compute_pod_actions(&changed, &status, &|_, _| None);
    assert_eq!(show(&actions), "kill a, start [0]");
    assert_eq!(
        actions.kill[0].message,
        "Container a definition changed, will be restarted"
    );

    for (policy, expected, message) in [
        (
            "Always",
            "kill a, start [0]",
            "Container a failed liveness probe, will be restarted",
        ),
        (
            "Never",
            "kill-pod, kill a",
            "Container a failed liveness probe",
        ),
    ] {
        let pod = pod(policy, &[], &["a"]);
        let status = state(&pod, true, &["a=run"]);
        let actions = compute_pod_actions(&pod, &status, &|kind, id| {
            assert_eq!(id, "id-a");
            (kind == ProbeKind::Liveness).then_some(ProbeResult::Failure)
        });
        assert_eq!(show(&actions), expected);
        assert_eq!(actions.kill[0].message, message);
    }
}

#[test]
fn restart_rules_come_before_the_policy() {
    use api::core::v1::{ContainerRestartRule, ContainerRestartRuleOnExitCodes};
    let mut pod = pod("Never", &[], &["a"]);
    pod.spec.containers[0].restart_policy_rules = vec![ContainerRestartRule {
        action: "Restart".into(),
        exit_codes: Some(
            ContainerRestartRuleOnExitCodes {
                operator: "In".into(),
                values: vec![42],
            }
            .into(),
        ),
    }];
    check(&pod, &state(&pod, true, &["a=42"]), "start [0]");
    check(&pod, &state(&pod, true, &["a=1"]), "kill-pod");
}
