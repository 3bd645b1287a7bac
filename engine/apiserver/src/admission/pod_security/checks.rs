//! The checks of the Pod Security Standards, in the order in which upstream reports them.

use std::collections::BTreeSet;

use api::core::v1::{AppArmorProfile, Capabilities, Container, PodSpec, SecurityContext, Volume};
use apimachinery::{Map, Str, codec};

use super::Level;

/// What a pod does that it may not.
pub(super) struct Violation {
    /// In a word or two.
    pub(super) reason: &'static str,
    /// Who does it.
    pub(super) detail: String,
}

type Check = fn(&PodSpec) -> Option<Violation>;

const BASELINE: &[Check] = &[
    capabilities_baseline,
    host_namespaces,
    host_path,
    host_ports,
    host_probes,
    privileged,
    proc_mount_baseline,
    selinux,
    seccomp_baseline,
    sysctls,
    windows,
];
/// What `restricted` replaces by something stricter is left out of the first ones.
const RESTRICTED: &[Check] = &[
    host_namespaces,
    host_ports,
    host_probes,
    privileged,
    proc_mount,
    selinux,
    sysctls,
    windows,
    escalation,
    capabilities_restricted,
    volumes,
    non_root,
    user,
    seccomp_restricted,
];

/// Everything that a pod does beyond its level.
pub(super) fn evaluate(
    level: Level,
    annotations: &Map<Str, Str>,
    spec: &PodSpec,
) -> Vec<Violation> {
    let checks = match level {
        Level::Privileged => return Vec::new(),
        Level::Baseline => BASELINE,
        Level::Restricted => RESTRICTED,
    };
    let first = app_armor(annotations, spec);
    let others = checks.iter().filter_map(|check| check(spec));
    first.into_iter().chain(others).collect()
}

/// Profiles of AppArmor that are none, in fields and in the annotations of old.
fn app_armor(annotations: &Map<Str, Str>, spec: &PodSpec) -> Option<Violation> {
    const PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";
    let bad = |profile: Option<&AppArmorProfile>| {
        let kind = &profile?.type_;
        let allowed = matches!(kind.as_str(), "RuntimeDefault" | "Localhost");
        (!allowed).then(|| kind.to_string())
    };
    let (mut setters, mut values) = (Vec::new(), BTreeSet::new());
    let of_pod = spec.security_context.as_ref();
    if let Some(kind) = bad(of_pod.and_then(|context| context.app_armor_profile.as_deref())) {
        setters.push("pod".to_owned());
        values.insert(kind);
    }
    let all = containers(spec);
    let mut names = Vec::new();
    for container in &all {
        let profile = container
            .context
            .and_then(|c| c.app_armor_profile.as_deref());
        if let Some(kind) = bad(profile) {
            names.push(container.name);
            values.insert(kind);
        }
    }
    if !names.is_empty() {
        setters.push(named("container", names.into_iter()));
    }
    let mut values: Vec<String> = values.into_iter().collect();
    let mut noted: Vec<String> = annotations
        .iter()
        .filter(|(key, value)| {
            let allowed =
                matches!(value.as_str(), "" | "runtime/default") || value.starts_with("localhost/");
            key.starts_with(PREFIX) && !allowed
        })
        .map(|(key, value)| format!("{key}={:?}", value.as_str()))
        .collect();
    if !noted.is_empty() {
        noted.sort();
        let many = noted.len() > 1;
        setters.push(if many { "annotations" } else { "annotation" }.to_owned());
        values.append(&mut noted);
    }
    let reason = if values.len() == 1 {
        "forbidden AppArmor profile"
    } else {
        "forbidden AppArmor profiles"
    };
    let values: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    let what = format!(
        "must not set AppArmor profile type to {}",
        values.join(", ")
    );
    found(reason, told(setters.join(" and "), &what))
}

fn found(reason: &'static str, detail: String) -> Option<Violation> {
    (!detail.is_empty()).then_some(Violation { reason, detail })
}

/// A container as all kinds of them look.
struct Each<'a> {
    name: &'a Str,
    context: Option<&'a SecurityContext>,
}

fn containers(spec: &PodSpec) -> Vec<Each<'_>> {
    let mut all: Vec<Each<'_>> = Vec::new();
    for container in spec.init_containers.iter().chain(&spec.containers) {
        all.push(Each {
            name: &container.name,
            context: container.security_context.as_deref(),
        });
    }
    for container in &spec.ephemeral_containers {
        all.push(Each {
            name: &container.name,
            context: container.security_context.as_deref(),
        });
    }
    all
}

/// The containers that a test finds, as `container "a"` or `containers "a", "b"`; empty for none.
fn who(spec: &PodSpec, test: impl Fn(&SecurityContext) -> bool) -> String {
    let empty = SecurityContext::default();
    let all = containers(spec);
    let names = all
        .iter()
        .filter(|c| test(c.context.unwrap_or(&empty)))
        .map(|c| c.name);
    named("container", names)
}

fn named<'a>(what: &str, names: impl Iterator<Item = &'a Str>) -> String {
    let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!("{what} {only}"),
        many => format!("{what}s {}", many.join(", ")),
    }
}

fn told(who: String, what: &str) -> String {
    if who.is_empty() {
        who
    } else {
        format!("{who} {what}")
    }
}

fn quoted(mut values: Vec<String>) -> String {
    values.sort();
    values.dedup();
    values
        .iter()
        .map(|value| format!("\"{value}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

fn added(context: &SecurityContext) -> &[Str] {
    context
        .capabilities
        .as_deref()
        .map_or(&[], |c: &Capabilities| &c.add)
}

fn capabilities_beyond(spec: &PodSpec, allowed: &[&str]) -> String {
    let too_much = |capability: &Str| !allowed.contains(&capability.as_str());
    let who = who(spec, |context| added(context).iter().any(too_much));
    let all = containers(spec);
    let what = all.iter().filter_map(|c| c.context).flat_map(|context| {
        added(context)
            .iter()
            .filter(|c| too_much(c))
            .map(ToString::to_string)
    });
    let what = quoted(what.collect());
    told(
        who,
        &format!("must not include {what} in securityContext.capabilities.add"),
    )
}

fn capabilities_baseline(spec: &PodSpec) -> Option<Violation> {
    const ALLOWED: &[&str] = &[
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ];
    found(
        "non-default capabilities",
        capabilities_beyond(spec, ALLOWED),
    )
}

fn capabilities_restricted(spec: &PodSpec) -> Option<Violation> {
    let keeps = |context: &SecurityContext| {
        !context
            .capabilities
            .as_ref()
            .is_some_and(|c| c.drop.iter().any(|d| d == "ALL"))
    };
    let dropped = told(
        who(spec, keeps),
        "must set securityContext.capabilities.drop=[\"ALL\"]",
    );
    let added = capabilities_beyond(spec, &["NET_BIND_SERVICE"]);
    let parts: Vec<String> = [dropped, added]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect();
    found("unrestricted capabilities", parts.join("; "))
}

fn host_namespaces(spec: &PodSpec) -> Option<Violation> {
    let flags = [
        (spec.host_network, "hostNetwork=true"),
        (spec.host_pid, "hostPID=true"),
        (spec.host_ipc, "hostIPC=true"),
    ];
    let set: Vec<&str> = flags
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, text)| *text)
        .collect();
    found("host namespaces", set.join(", "))
}

fn host_path(spec: &PodSpec) -> Option<Violation> {
    let names = spec
        .volumes
        .iter()
        .filter(|v| v.host_path.is_some())
        .map(|v| &v.name);
    found("hostPath volumes", named("volume", names))
}

fn host_ports(spec: &PodSpec) -> Option<Violation> {
    let all = || spec.init_containers.iter().chain(&spec.containers);
    let ports_of = |c: &Container| -> Vec<i32> {
        c.ports
            .iter()
            .map(|port| port.host_port)
            .filter(|port| *port != 0)
            .collect()
    };
    let users: Vec<&Str> = all()
        .filter(|c| !ports_of(c).is_empty())
        .map(|c| &c.name)
        .collect();
    let mut ports: Vec<i32> = all().flat_map(ports_of).collect();
    ports.sort_unstable();
    ports.dedup();
    let verb = if users.len() == 1 { "uses" } else { "use" };
    let noun = if ports.len() == 1 {
        "hostPort"
    } else {
        "hostPorts"
    };
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let who = named("container", users.into_iter());
    found(
        "hostPort",
        told(who, &format!("{verb} {noun} {}", ports.join(", "))),
    )
}

fn host_probes(spec: &PodSpec) -> Option<Violation> {
    let all = spec.init_containers.iter().chain(&spec.containers);
    let mut users: BTreeSet<&Str> = BTreeSet::new();
    let mut hosts: BTreeSet<&Str> = BTreeSet::new();
    for container in all {
        for host in hosts_of(container) {
            users.insert(&container.name);
            hosts.insert(host);
        }
    }
    let verb = if users.len() == 1 { "uses" } else { "use" };
    let hosts = named("probe or lifecycle host", hosts.into_iter());
    let who = named("container", users.into_iter());
    found(
        "probe or lifecycle host",
        told(who, &format!("{verb} {hosts}")),
    )
}

/// The hosts that a container names for its probes and hooks.
fn hosts_of(container: &Container) -> Vec<&Str> {
    let mut out: Vec<&Str> = Vec::new();
    let probes = [
        &container.liveness_probe,
        &container.readiness_probe,
        &container.startup_probe,
    ];
    for probe in probes.into_iter().flatten() {
        out.extend(probe.http_get.as_ref().map(|get| &get.host));
        out.extend(probe.tcp_socket.as_ref().map(|socket| &socket.host));
    }
    if let Some(lifecycle) = &container.lifecycle {
        for hook in [&lifecycle.post_start, &lifecycle.pre_stop]
            .into_iter()
            .flatten()
        {
            out.extend(hook.http_get.as_ref().map(|get| &get.host));
            out.extend(hook.tcp_socket.as_ref().map(|socket| &socket.host));
        }
    }
    out.retain(|host| !host.is_empty());
    out
}

/// Whether the pod has users of its own, so that its root is nobody on the node.
fn has_own_users(spec: &PodSpec) -> bool {
    spec.host_users == Some(false)
}

fn privileged(spec: &PodSpec) -> Option<Violation> {
    let who = who(spec, |context| context.privileged == Some(true));
    found(
        "privileged",
        told(who, "must not set securityContext.privileged=true"),
    )
}

fn proc_mount_baseline(spec: &PodSpec) -> Option<Violation> {
    if has_own_users(spec) {
        return None;
    }
    proc_mount(spec)
}

fn proc_mount(spec: &PodSpec) -> Option<Violation> {
    let odd = |context: &SecurityContext| {
        context
            .proc_mount
            .as_deref()
            .is_some_and(|mount| mount != "Default")
    };
    found(
        "procMount",
        told(
            who(spec, odd),
            "must not set securityContext.procMount to \"Unmasked\"",
        ),
    )
}

fn selinux(spec: &PodSpec) -> Option<Violation> {
    const TYPES: [&str; 5] = [
        "",
        "container_t",
        "container_init_t",
        "container_kvm_t",
        "container_engine_t",
    ];
    let odd = |options: &api::core::v1::SELinuxOptions| {
        !TYPES.contains(&options.type_.as_str())
            || !options.user.is_empty()
            || !options.role.is_empty()
    };
    let pod = spec
        .security_context
        .as_ref()
        .and_then(|c| c.se_linux_options.as_deref())
        .is_some_and(odd);
    let who = who(spec, |context| {
        context.se_linux_options.as_deref().is_some_and(odd)
    });
    found(
        "seLinuxOptions",
        told(
            with_pod(pod, who, "and"),
            "set forbidden securityContext.seLinuxOptions",
        ),
    )
}

/// `pod`, `container "a"`, or `pod and container "a"`
fn with_pod(pod: bool, who: String, word: &str) -> String {
    match (pod, who.is_empty()) {
        (false, _) => who,
        (true, true) => "pod".to_owned(),
        (true, false) => format!("pod {word} {who}"),
    }
}

fn seccomp_of(context: &SecurityContext) -> Option<&str> {
    context
        .seccomp_profile
        .as_ref()
        .map(|profile| profile.type_.as_str())
}

fn pod_seccomp(spec: &PodSpec) -> Option<&str> {
    let profile = spec.security_context.as_ref()?.seccomp_profile.as_ref()?;
    Some(profile.type_.as_str())
}

fn unconfined(spec: &PodSpec) -> String {
    let pod = pod_seccomp(spec) == Some("Unconfined");
    let who = who(spec, |context| seccomp_of(context) == Some("Unconfined"));
    told(
        with_pod(pod, who, "and"),
        "must not set securityContext.seccompProfile.type to \"Unconfined\"",
    )
}

fn seccomp_baseline(spec: &PodSpec) -> Option<Violation> {
    found("seccompProfile", unconfined(spec))
}

fn seccomp_restricted(spec: &PodSpec) -> Option<Violation> {
    let bad = unconfined(spec);
    if !bad.is_empty() {
        return found("seccompProfile", bad);
    }
    if pod_seccomp(spec).is_some() {
        return None;
    }
    let who = who(spec, |context| seccomp_of(context).is_none());
    let text =
        "must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"";
    found(
        "seccompProfile",
        told(with_pod(!who.is_empty(), who, "or"), text),
    )
}

fn sysctls(spec: &PodSpec) -> Option<Violation> {
    const SAFE: &[&str] = &[
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    ];
    let context = spec.security_context.as_ref()?;
    let odd = context
        .sysctls
        .iter()
        .filter(|s| !SAFE.contains(&s.name.as_str()));
    let names: Vec<&str> = odd.map(|s| s.name.as_str()).collect();
    found("forbidden sysctls", names.join(", "))
}

fn windows(spec: &PodSpec) -> Option<Violation> {
    let host =
        |options: &api::core::v1::WindowsSecurityContextOptions| options.host_process == Some(true);
    let pod = spec
        .security_context
        .as_ref()
        .and_then(|c| c.windows_options.as_deref())
        .is_some_and(host);
    let who = who(spec, |context| {
        context.windows_options.as_deref().is_some_and(host)
    });
    let text = "must not set securityContext.windowsOptions.hostProcess=true";
    found("hostProcess", told(with_pod(pod, who, "and"), text))
}

fn escalation(spec: &PodSpec) -> Option<Violation> {
    let who = who(spec, |context| {
        context.allow_privilege_escalation != Some(false)
    });
    found(
        "allowPrivilegeEscalation != false",
        told(
            who,
            "must set securityContext.allowPrivilegeEscalation=false",
        ),
    )
}

fn volumes(spec: &PodSpec) -> Option<Violation> {
    let odd: Vec<(&Str, String)> = spec
        .volumes
        .iter()
        .filter_map(|v| Some((&v.name, restricted_type(v)?)))
        .collect();
    let types: Vec<String> = odd.iter().map(|(_, type_)| type_.clone()).collect();
    let (verb, noun) = if odd.len() == 1 {
        ("uses", "type")
    } else {
        ("use", "types")
    };
    let who = named("volume", odd.iter().map(|(name, _)| *name));
    found(
        "restricted volume types",
        told(
            who,
            &format!("{verb} restricted volume {noun} {}", quoted(types)),
        ),
    )
}

/// What a volume comes from, if pods under `restricted` may not use that.
fn restricted_type(volume: &Volume) -> Option<String> {
    const ALLOWED: [&str; 10] = [
        "name",
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
        "image",
    ];
    let value = codec::to_value(volume);
    let mut fields = value.as_object()?.keys();
    fields
        .find(|field| !ALLOWED.contains(&field.as_str()))
        .cloned()
}

fn non_root(spec: &PodSpec) -> Option<Violation> {
    if has_own_users(spec) {
        return None;
    }
    let pod = spec
        .security_context
        .as_ref()
        .and_then(|c| c.run_as_non_root);
    let bad = who(spec, |context| context.run_as_non_root == Some(false));
    if !bad.is_empty() || pod == Some(false) {
        let who = with_pod(pod == Some(false), bad, "and");
        return found(
            "runAsNonRoot != true",
            told(who, "must not set securityContext.runAsNonRoot=false"),
        );
    }
    if pod == Some(true) {
        return None;
    }
    let who = who(spec, |context| context.run_as_non_root.is_none());
    let text = "must set securityContext.runAsNonRoot=true";
    found(
        "runAsNonRoot != true",
        told(with_pod(!who.is_empty(), who, "or"), text),
    )
}

fn user(spec: &PodSpec) -> Option<Violation> {
    if has_own_users(spec) {
        return None;
    }
    let pod = spec.security_context.as_ref().and_then(|c| c.run_as_user) == Some(0);
    let who = who(spec, |context| context.run_as_user == Some(0));
    found(
        "runAsUser=0",
        told(with_pod(pod, who, "and"), "must not set runAsUser=0"),
    )
}
