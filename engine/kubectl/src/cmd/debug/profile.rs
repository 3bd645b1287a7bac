//! Profiles of `kubectl debug`: what a debugging container may do, and what becomes of the pod around it.

use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::pods;
use crate::util::json as j;

/// What is debugged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A node, from a pod of its own.
    Node,
    /// A copy of a pod.
    Copy,
    /// A running pod.
    Ephemeral,
}

/// A profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    Legacy,
    General,
    Baseline,
    Restricted,
    Netadmin,
    Sysadmin,
}

impl Profile {
    /// By its name.
    pub(super) fn named(name: &str) -> Result<Profile, Error> {
        Ok(match name {
            "legacy" => Profile::Legacy,
            "general" => Profile::General,
            "baseline" => Profile::Baseline,
            "restricted" => Profile::Restricted,
            "netadmin" => Profile::Netadmin,
            "sysadmin" => Profile::Sysadmin,
            _ => return Err(fail!("unknown profile: {name}")),
        })
    }

    /// Changes a pod as the profile says; `container` is the debugging one.
    pub(super) fn apply(self, cx: &Context, pod: &mut Value, container: &str, style: Style) {
        if style == Style::Copy {
            strip(cx, pod, self);
        }
        let host = match self {
            Profile::Legacy | Profile::General | Profile::Sysadmin => (true, true),
            Profile::Netadmin => (false, true),
            Profile::Baseline | Profile::Restricted => (false, false),
        };
        if style == Style::Node {
            if host.1 {
                for key in ["hostNetwork", "hostPID", "hostIPC"] {
                    j::set(pod, &["spec", key], true);
                }
            }
            if host.0 {
                let volumes = json!([{"name": "host-root", "hostPath": {"path": "/"}}]);
                j::set(pod, &["spec", "volumes"], volumes);
            }
        }
        let Some(container) = container_mut(pod, container) else {
            return;
        };
        if style == Style::Node && host.0 {
            let mounts = json!([{"name": "host-root", "mountPath": "/host"}]);
            j::set(container, &["volumeMounts"], mounts);
        }
        match self {
            Profile::Legacy => {}
            Profile::General if style == Style::Node => {
                j::remove(container, &["securityContext"]);
            }
            Profile::General => add(container, &["SYS_PTRACE"]),
            Profile::Baseline => {
                j::remove(container, &["securityContext"]);
            }
            Profile::Restricted => j::set(
                container,
                &["securityContext"],
                json!({
                    "allowPrivilegeEscalation": false,
                    "capabilities": {"drop": ["ALL"]},
                    "runAsNonRoot": true,
                    "seccompProfile": {"type": "RuntimeDefault"},
                }),
            ),
            Profile::Netadmin => add(container, &["NET_ADMIN", "NET_RAW"]),
            Profile::Sysadmin => j::set(container, &["securityContext", "privileged"], true),
        }
    }
}

/// Takes away from a copy what would make others mistake it for the original.
fn strip(cx: &Context, pod: &mut Value, profile: Profile) {
    let keep = |flag: &str| cx.flags.bool(flag);
    if profile == Profile::Legacy {
        j::remove(pod, &["metadata", "labels"]);
        return;
    }
    for (flag, field) in [
        ("keep-labels", "labels"),
        ("keep-annotations", "annotations"),
    ] {
        if !keep(flag) {
            j::remove(pod, &["metadata", field]);
        }
    }
    if let Some(containers) = pod["spec"]["containers"].as_array_mut() {
        for container in containers {
            for (flag, field) in [
                ("keep-liveness", "livenessProbe"),
                ("keep-readiness", "readinessProbe"),
                ("keep-startup", "startupProbe"),
            ] {
                if !keep(flag) {
                    j::remove(container, &[field]);
                }
            }
        }
    }
    if !keep("keep-init-containers") {
        j::remove(pod, &["spec", "initContainers"]);
    }
    if j::at(pod, &["spec", "shareProcessNamespace"]).is_null() {
        j::set(pod, &["spec", "shareProcessNamespace"], true);
    }
}

/// The container of that name.
pub(super) fn container_mut<'a>(pod: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    let (_, list) = pods::container(pod, name)?;
    pod["spec"][list]
        .as_array_mut()?
        .iter_mut()
        .find(|c| j::text(c, &["name"]) == name)
}

fn add(container: &mut Value, capabilities: &[&str]) {
    let path = ["securityContext", "capabilities", "add"];
    let mut all = j::list(container, &path).to_vec();
    all.extend(capabilities.iter().map(|c| json!(c)));
    j::set(container, &path, all);
}
