//! The table of pods.

use api::core::v1::{Container, ContainerStatus, Pod};
use apimachinery::{Str, Time};

use crate::printers::{Cells, Column, PrintOptions, age};

pub(super) const COLUMNS: &[Column] = &[
    Column::NAME,
    Column::text("Ready"),
    Column::text("Status"),
    Column::text("Restarts"),
    Column::AGE,
    Column::wide("IP"),
    Column::wide("Node"),
    Column::wide("Nominated Node"),
    Column::wide("Readiness Gates"),
];

pub(super) fn row(pod: &Pod, options: &PrintOptions) -> Cells {
    let summary = Summary::of(pod);
    let mut restarts = Str::from(summary.restarts.to_string());
    if summary.restarts != 0 && !summary.last_restart.is_zero() {
        restarts = format!("{restarts} ({} ago)", age(summary.last_restart, options)).into();
    }
    let ip = pod
        .status
        .pod_ips
        .first()
        .map(|ip| ip.ip.clone())
        .unwrap_or_default();
    Cells::new()
        .text(pod.metadata.name.clone())
        .text(format!("{}/{}", summary.ready, summary.total))
        .text(summary.reason)
        .text(restarts)
        .age(pod.metadata.creation_timestamp, options)
        .text_or_none(&ip)
        .text_or_none(&pod.spec.node_name)
        .text_or_none(&pod.status.nominated_node_name)
        .text(readiness_gates(pod))
}

/// What a pod is up to, in a few words.
struct Summary {
    ready: usize,
    total: usize,
    reason: Str,
    restarts: i32,
    last_restart: Time,
}

/// Restarts so far, and when the last one was.
#[derive(Clone, Copy)]
struct Restarts {
    count: i32,
    last: Time,
}

impl Restarts {
    const NONE: Self = Self {
        count: 0,
        last: Time::ZERO,
    };

    fn add(&mut self, status: &ContainerStatus) {
        self.count += status.restart_count;
        if let Some(terminated) = &status.last_state.terminated
            && (self.last.is_zero() || self.last < terminated.finished_at)
        {
            self.last = terminated.finished_at;
        }
    }
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

fn condition_is_true(pod: &Pod, kind: &str) -> bool {
    pod.status
        .conditions
        .iter()
        .any(|condition| condition.type_ == kind && condition.status == "True")
}

impl Summary {
    fn of(pod: &Pod) -> Self {
        let status = &pod.status;
        let mut reason = if status.reason.is_empty() {
            status.phase.clone()
        } else {
            status.reason.clone()
        };
        if status
            .conditions
            .iter()
            .any(|c| c.type_ == "PodScheduled" && c.reason == "SchedulingGated")
        {
            reason = "SchedulingGated".into();
        }
        let sidecars = pod
            .spec
            .init_containers
            .iter()
            .filter(|container| is_sidecar(container))
            .count();
        let mut summary = Self {
            ready: 0,
            total: pod.spec.containers.len() + sidecars,
            reason,
            restarts: 0,
            last_restart: Time::ZERO,
        };
        let (init, of_sidecars, initializing) = summary.look_at_init(pod);
        let mut restarts = init;
        if !initializing || condition_is_true(pod, "Initialized") {
            restarts = of_sidecars;
            summary.look_at_main(pod, &mut restarts);
        }
        summary.restarts = restarts.count;
        summary.last_restart = restarts.last;
        if pod.metadata.deletion_timestamp.is_some() {
            if status.reason == "NodeLost" {
                summary.reason = "Unknown".into();
            } else if !matches!(&*status.phase, "Succeeded" | "Failed") {
                summary.reason = "Terminating".into();
            }
        }
        summary
    }

    /// Looks at the init containers up to the first that is not done: restarts of all and of sidecars, and whether one of
    /// them holds the pod up.
    fn look_at_init(&mut self, pod: &Pod) -> (Restarts, Restarts, bool) {
        let (mut all, mut of_sidecars) = (Restarts::NONE, Restarts::NONE);
        for (i, status) in pod.status.init_container_statuses.iter().enumerate() {
            all.add(status);
            let sidecar = pod
                .spec
                .init_containers
                .iter()
                .any(|c| c.name == status.name && is_sidecar(c));
            if sidecar {
                of_sidecars.add(status);
            }
            self.reason = match (&status.state.terminated, &status.state.waiting) {
                (Some(terminated), _) if terminated.exit_code == 0 => continue,
                _ if sidecar && status.started == Some(true) => {
                    self.ready += usize::from(status.ready);
                    continue;
                }
                (Some(terminated), _) if !terminated.reason.is_empty() => {
                    format!("Init:{}", terminated.reason)
                }
                (Some(terminated), _) if terminated.signal != 0 => {
                    format!("Init:Signal:{}", terminated.signal)
                }
                (Some(terminated), _) => format!("Init:ExitCode:{}", terminated.exit_code),
                (None, Some(waiting)) if !matches!(&*waiting.reason, "" | "PodInitializing") => {
                    format!("Init:{}", waiting.reason)
                }
                _ => format!("Init:{i}/{}", pod.spec.init_containers.len()),
            }
            .into();
            return (all, of_sidecars, true);
        }
        (all, of_sidecars, false)
    }

    /// Looks at the main containers, the first one having the last word.
    fn look_at_main(&mut self, pod: &Pod, restarts: &mut Restarts) {
        let mut running = false;
        for status in pod.status.container_statuses.iter().rev() {
            restarts.add(status);
            match (&status.state.waiting, &status.state.terminated) {
                (Some(waiting), _) if !waiting.reason.is_empty() => {
                    self.reason = waiting.reason.clone()
                }
                (_, Some(terminated)) if !terminated.reason.is_empty() => {
                    self.reason = terminated.reason.clone()
                }
                (_, Some(terminated)) if terminated.signal != 0 => {
                    self.reason = format!("Signal:{}", terminated.signal).into();
                }
                (_, Some(terminated)) => {
                    self.reason = format!("ExitCode:{}", terminated.exit_code).into()
                }
                _ if status.ready && status.state.running.is_some() => {
                    running = true;
                    self.ready += 1;
                }
                _ => {}
            }
        }
        if self.reason == "Completed" && running {
            self.reason = if condition_is_true(pod, "Ready") {
                "Running"
            } else {
                "NotReady"
            }
            .into();
        }
    }
}

fn readiness_gates(pod: &Pod) -> Str {
    let gates = &pod.spec.readiness_gates;
    if gates.is_empty() {
        return "<none>".into();
    }
    let open = gates
        .iter()
        .filter(|gate| condition_is_true(pod, &gate.condition_type))
        .count();
    format!("{open}/{}", gates.len()).into()
}
