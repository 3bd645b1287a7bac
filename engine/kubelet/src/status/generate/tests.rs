//! Statuses made from the runtime's state: phases, conditions, waiting reasons.

use api::core::v1::Container;
use runtime::{ContainerState, SandboxStatus};
use sim::Time;

use super::*;

fn pod(policy: &str, init: &[&str], containers: &[&str]) -> Pod {
    let container = |name: &&str| {
        let plain = name.trim_end_matches('*');
        Container {
            name: plain.into(),
            image: "nginx".into(),
            restart_policy: name.ends_with('*').then(|| Str::from("Always")),
            ..Container::default()
        }
    };
    let mut pod = Pod::default();
    pod.metadata.generation = 1;
    pod.spec.restart_policy = policy.into();
    pod.spec.init_containers = init.iter().map(container).collect();
    pod.spec.containers = containers.iter().map(container).collect();
    pod
}

/// `a=run`, `a=0`, `a=1`: the newest first.
fn state(containers: &[&str]) -> runtime::PodStatus {
    let status = |text: &&str| {
        let (name, state) = text.split_once('=').expect("name=state");
        let (state, exit_code) = match state {
            "run" => (ContainerState::Running, 0),
            code => (ContainerState::Exited, code.parse().expect("a code")),
        };
        runtime::ContainerStatus {
            id: format!("id-{name}").into(),
            name: name.into(),
            attempt: 0,
            state,
            created_at: Time::default(),
            started_at: Time::from_secs(10),
            finished_at: Some(Time::from_secs(20)),
            exit_code,
            reason: if exit_code == 0 { "Completed" } else { "Error" },
            message: "".into(),
            image: "docker.io/library/nginx:latest".into(),
            image_ref: "docker.io/library/nginx@sha256:00".into(),
            hash: 0,
            user: (0, 0, [0].into()),
        }
    };
    runtime::PodStatus {
        sandboxes: vec![SandboxStatus {
            id: "sandbox".into(),
            attempt: 0,
            ready: true,
            created_at: Time::default(),
            ip: Some([10, 244, 0, 3].into()),
        }],
        containers: containers.iter().map(status).collect(),
    }
}

fn generate(pod: &Pod, runtime: &runtime::PodStatus, terminal: bool) -> PodStatus {
    generate_api_pod_status(&StatusInput {
        pod,
        runtime,
        old: &pod.status,
        terminal,
        past_deadline: false,
        host_ip: "172.18.0.2",
        waiting_reason: &|_| None,
        actuated: &|_| None,
        resizing: Vec::new(),
        probed: &|_, _| (true, true),
    })
}

/// The conditions in one line: `Ready=False(ContainersNotReady: …)`.
fn show(status: &PodStatus) -> Vec<String> {
    status
        .conditions
        .iter()
        .map(|c| {
            let why = match (c.reason.as_str(), c.message.as_str()) {
                ("", _) => String::new(),
                (reason, "") => format!("({reason})"),
                (reason, message) => format!("({reason}: {message})"),
            };
            format!("{}={}{why}", c.type_, c.status)
        })
        .collect()
}

#[test]
fn phases() {
    for (policy, init, states, terminal, phase) in [
        ("Always", vec![], vec![], false, "Pending"),
        ("Always", vec![], vec!["a=run"], false, "Pending"),
        ("Always", vec![], vec!["a=run", "b=run"], false, "Running"),
        ("Always", vec![], vec!["a=1", "b=run"], false, "Running"),
        ("Always", vec![], vec!["a=1", "b=0"], false, "Running"),
        ("Always", vec![], vec!["a=0", "b=0"], true, "Succeeded"),
        ("Always", vec![], vec!["a=137", "b=0"], true, "Failed"),
        ("OnFailure", vec![], vec!["a=0", "b=0"], false, "Succeeded"),
        ("OnFailure", vec![], vec!["a=1", "b=0"], false, "Running"),
        ("Never", vec![], vec!["a=1", "b=0"], false, "Failed"),
        ("Never", vec![], vec!["a=1", "b=run"], false, "Running"),
        ("Always", vec!["i"], vec!["i=run"], false, "Pending"),
        ("Always", vec!["i"], vec!["i=1"], false, "Pending"),
        ("Never", vec!["i"], vec!["i=1"], false, "Failed"),
        (
            "Always",
            vec!["i"],
            vec!["i=0", "a=run", "b=run"],
            false,
            "Running",
        ),
        ("Always", vec!["s*"], vec!["s=run"], false, "Pending"),
        (
            "Never",
            vec!["s*"],
            vec!["s=137", "a=0", "b=0"],
            true,
            "Succeeded",
        ),
    ] {
        let pod = pod(policy, &init, &["a", "b"]);
        let status = generate(&pod, &state(&states), terminal);
        assert_eq!(
            status.phase, phase,
            "{policy} {init:?} {states:?} {terminal}"
        );
    }
}

#[test]
fn conditions_of_a_pod_on_its_way() {
    let new = pod("Always", &[], &["web"]);
    let status = generate(&new, &runtime::PodStatus::default(), false);
    assert_eq!(
        show(&status),
        [
            "PodReadyToStartContainers=False",
            "Initialized=True",
            "Ready=False(ContainersNotReady: containers with unready status: [web])",
            "ContainersReady=False(ContainersNotReady: containers with unready status: [web])",
            "PodScheduled=True",
        ]
    );
    assert_eq!(
        (status.pod_ip.as_str(), status.host_ip.as_str()),
        ("", "172.18.0.2")
    );
    let waiting = status.container_statuses[0].state.waiting.clone();
    assert_eq!(
        waiting.map(|w| w.reason.clone()).as_deref(),
        Some("ContainerCreating")
    );

    let status = generate(&new, &state(&["web=run"]), false);
    assert!(show(&status).iter().all(|line| line.ends_with("=True")));
    assert_eq!(status.pod_ip, "10.244.0.3");
    assert_eq!(
        status.container_statuses[0].image,
        "docker.io/library/nginx:latest"
    );

    let status = generate(&pod("Never", &[], &["web"]), &state(&["web=0"]), false);
    assert_eq!(
        show(&status)[1..4],
        [
            "Initialized=True(PodCompleted)",
            "Ready=False(PodCompleted)",
            "ContainersReady=False(PodCompleted)",
        ]
    );
}

#[test]
fn conditions_with_init_containers() {
    let pod = pod("Always", &["first", "side*", "second"], &["main"]);
    let status = generate(&pod, &runtime::PodStatus::default(), false);
    assert_eq!(
        show(&status)[1..4],
        [
            "Initialized=False(ContainersNotInitialized: containers with incomplete status: [first side second])",
            "Ready=False(ContainersNotReady: containers with unready status: [side main])",
            "ContainersReady=False(ContainersNotReady: containers with unready status: [side main])",
        ]
    );
    let names: Vec<_> = status
        .init_container_statuses
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(names, ["first", "side", "second"]);
    let status = generate(&pod, &state(&["side=run", "first=0"]), false);
    assert_eq!(
        show(&status)[1],
        "Initialized=False(ContainersNotInitialized: containers with incomplete status: [second])"
    );
    let first = &status.init_container_statuses[0];
    assert_eq!((first.ready, first.started), (true, Some(false)));
}

#[test]
fn a_failed_start_is_what_a_container_waits_for() {
    let pod = pod("Always", &[], &["web"]);
    let runtime = state(&["web=1"]);
    let status = generate_api_pod_status(&StatusInput {
        pod: &pod,
        runtime: &runtime,
        old: &pod.status,
        terminal: false,
        past_deadline: false,
        host_ip: "",
        actuated: &|_| None,
        resizing: Vec::new(),
        waiting_reason: &|_| {
            Some(WaitingReason {
                reason: "CrashLoopBackOff".into(),
                message: "back-off 10s".into(),
            })
        },
        probed: &|_, _| (true, true),
    });
    let web = &status.container_statuses[0];
    let waiting = web.state.waiting.as_ref().expect("waits");
    assert_eq!(waiting.reason, "CrashLoopBackOff");
    assert_eq!(
        web.last_state.terminated.as_ref().expect("ended").exit_code,
        1
    );
    assert!(!web.ready);
}

#[test]
fn readiness_gates_hold_ready_back() {
    let mut pod = pod("Always", &[], &["web"]);
    pod.spec.readiness_gates = vec![api::core::v1::PodReadinessGate {
        condition_type: "example.com/gate".into(),
    }];
    let runtime = state(&["web=run"]);
    let status = generate(&pod, &runtime, false);
    assert_eq!(
        show(&status)[2],
        "Ready=False(ReadinessGatesNotReady: corresponding condition of pod readiness gate \
         \"example.com/gate\" does not exist.)"
    );
    assert_eq!(show(&status)[3], "ContainersReady=True");
    pod.status.conditions = vec![PodCondition {
        type_: "example.com/gate".into(),
        status: "True".into(),
        ..PodCondition::default()
    }];
    let status = generate(&pod, &runtime, false);
    assert_eq!(show(&status)[0], "example.com/gate=True");
    assert_eq!(show(&status)[3], "Ready=True");
}

#[test]
fn an_ended_pod_stays_ended() {
    let mut pod = pod("Always", &[], &["web"]);
    pod.status.phase = "Failed".into();
    pod.status.reason = "Evicted".into();
    let status = generate(&pod, &state(&["web=run"]), false);
    assert_eq!(
        (status.phase.as_str(), status.reason.as_str()),
        ("Failed", "Evicted")
    );
}
