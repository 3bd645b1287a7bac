//! Containers within a description: of a pod, with their states, or of a pod template.

use api::core::v1::{
    Container, ContainerPort, ContainerState, ContainerStatus, EnvVar, Pod, Probe,
};

use super::field_ref;
use super::page::{Page, date, or_none, truth};

/// Whose containers these are.
pub(crate) struct Section<'a> {
    /// Such as `Init Containers`.
    pub(crate) label: &'static str,
    /// 0 in a pod, 1 in a pod template.
    pub(crate) level: usize,
    /// The pod, where there is one: it has the values of `fieldRef`s.
    pub(crate) pod: Option<&'a Pod>,
}

/// The containers, each with its state if it has one.
pub(crate) fn containers(
    page: &mut Page,
    section: &Section<'_>,
    containers: &[Container],
    statuses: &[ContainerStatus],
) {
    // In a template, the names of containers are indented by a single blank more than in a pod.
    let indent = " ".repeat(section.level);
    let label = "  ".repeat(section.level) + section.label;
    let none = if containers.is_empty() { " <none>" } else { "" };
    page.line(0, &format!("{label}:{none}"));
    for container in containers {
        let status = statuses.iter().find(|s| s.name == container.name);
        page.line(1, &format!("{indent}{}:", container.name));
        basics(page, container, status);
        words(page, "Command", &container.command);
        words(page, "Args", &container.args);
        if let Some(status) = status {
            states(page, status);
        }
        page.quantities(2, "Limits", &container.resources.limits);
        page.quantities(2, "Requests", &container.resources.requests);
        for (label, probe) in [
            ("Liveness", &container.liveness_probe),
            ("Readiness", &container.readiness_probe),
            ("Startup", &container.startup_probe),
        ] {
            if let Some(probe) = probe {
                page.field(2, label, &probe_text(probe));
            }
        }
        environment(page, section, container);
        mounts(page, container);
    }
}

fn basics(page: &mut Page, container: &Container, status: Option<&ContainerStatus>) {
    if let Some(status) = status {
        page.field(2, "Container ID", &status.container_id);
    }
    page.field(2, "Image", &container.image);
    if let Some(status) = status {
        page.field(2, "Image ID", &status.image_id);
    }
    ports(page, "Port", &container.ports, |port| port.container_port);
    ports(page, "Host Port", &container.ports, |port| port.host_port);
    if let Some(seccomp) = container
        .security_context
        .as_ref()
        .and_then(|context| context.seccomp_profile.as_ref())
    {
        page.field(2, "SeccompProfile", &seccomp.type_);
        page.field_if(
            3,
            "LocalhostProfile",
            seccomp.localhost_profile.as_deref().unwrap_or_default(),
        );
    }
}

fn ports(
    page: &mut Page,
    label: &str,
    ports: &[ContainerPort],
    number: impl Fn(&ContainerPort) -> i32,
) {
    let texts: Vec<String> = ports
        .iter()
        .map(|port| {
            let name = if port.name.is_empty() {
                String::new()
            } else {
                format!(" ({})", port.name)
            };
            format!("{}/{}{name}", number(port), port.protocol)
        })
        .collect();
    let plural = if texts.len() > 1 { "s" } else { "" };
    page.field(2, &format!("{label}{plural}"), or_none(&texts.join(", ")));
}

/// A word a line; words with several lines take several.
fn words(page: &mut Page, label: &str, words: &[apimachinery::Str]) {
    if !words.is_empty() {
        page.line(2, &format!("{label}:"));
    }
    for line in words.iter().flat_map(|word| word.split('\n')) {
        page.line(3, line);
    }
}

fn states(page: &mut Page, status: &ContainerStatus) {
    state(page, "State", &status.state);
    if status.last_state.terminated.is_some() {
        state(page, "Last State", &status.last_state);
    }
    page.field(2, "Ready", truth(status.ready));
    page.field(2, "Restart Count", &status.restart_count.to_string());
}

fn state(page: &mut Page, label: &str, state: &ContainerState) {
    if let Some(running) = &state.running {
        page.field(2, label, "Running");
        page.field(3, "Started", &date(running.started_at));
    } else if let (None, Some(ended)) = (&state.waiting, &state.terminated) {
        page.field(2, label, "Terminated");
        page.field_if(3, "Reason", &ended.reason);
        page.field_if(3, "Message", &ended.message);
        page.field(3, "Exit Code", &ended.exit_code.to_string());
        if ended.signal > 0 {
            page.field(3, "Signal", &ended.signal.to_string());
        }
        page.field(3, "Started", &date(ended.started_at));
        page.field(3, "Finished", &date(ended.finished_at));
    } else {
        page.field(2, label, "Waiting");
        page.field_if(
            3,
            "Reason",
            state
                .waiting
                .as_ref()
                .map_or("", |waiting| waiting.reason.as_str()),
        );
    }
}

/// A probe in one line.
pub(crate) fn probe_text(probe: &Probe) -> String {
    let how = if let Some(exec) = &probe.exec {
        let words: Vec<&str> = exec.command.iter().map(apimachinery::Str::as_str).collect();
        format!("exec [{}]", words.join(" "))
    } else if let Some(get) = &probe.http_get {
        // An IPv6 address stands in brackets before its port.
        let host = if get.host.contains(':') {
            format!("[{}]", get.host)
        } else {
            get.host.to_string()
        };
        let slash = if get.path.is_empty() || get.path.starts_with('/') {
            ""
        } else {
            "/"
        };
        format!(
            "http-get {}://{host}:{}{slash}{}",
            get.scheme.to_lowercase(),
            get.port,
            get.path
        )
    } else if let Some(socket) = &probe.tcp_socket {
        format!("tcp-socket {}:{}", socket.host, socket.port)
    } else if let Some(grpc) = &probe.grpc {
        format!(
            "grpc <pod>:{} {}",
            grpc.port,
            grpc.service.as_deref().unwrap_or_default()
        )
    } else {
        "unknown".into()
    };
    format!(
        "{how} delay={}s timeout={}s period={}s #success={} #failure={}",
        probe.initial_delay_seconds,
        probe.timeout_seconds,
        probe.period_seconds,
        probe.success_threshold,
        probe.failure_threshold
    )
}

fn environment(page: &mut Page, section: &Section<'_>, container: &Container) {
    if !container.env_from.is_empty() {
        page.line(2, "Environment Variables from:");
    }
    for source in &container.env_from {
        let (from, name, optional) = match (&source.config_map_ref, &source.secret_ref) {
            (Some(map), _) => ("ConfigMap", map.name.as_str(), map.optional),
            (None, Some(secret)) => ("Secret", secret.name.as_str(), secret.optional),
            (None, None) => ("", "", None),
        };
        let prefix = if source.prefix.is_empty() {
            String::new()
        } else {
            format!(" with prefix '{}'", source.prefix)
        };
        page.line(
            3,
            &format!(
                "{name}\t{from}{prefix}\tOptional: {}",
                optional.unwrap_or(false)
            ),
        );
    }
    let none = if container.env.is_empty() {
        "\t<none>"
    } else {
        ""
    };
    page.line(2, &format!("Environment:{none}"));
    for variable in &container.env {
        env(page, section, container, variable);
    }
}

fn env(page: &mut Page, section: &Section<'_>, container: &Container, variable: &EnvVar) {
    let name = &variable.name;
    let Some(source) = &variable.value_from else {
        for (i, line) in variable.value.split('\n').enumerate() {
            let label = if i == 0 {
                format!("{name}:")
            } else {
                String::new()
            };
            page.line(3, &format!("{label}\t{line}"));
        }
        return;
    };
    if let Some(field) = &source.field_ref {
        let value = section
            .pod
            .map(|pod| field_ref::pod_field(pod, &field.field_path))
            .unwrap_or_default();
        page.field(
            3,
            name,
            &format!("{value} ({}:{})", field.api_version, field.field_path),
        );
    } else if let Some(field) = &source.resource_field_ref {
        let value = field_ref::container_resource(container, field);
        page.field(3, name, &format!("{value} ({})", field.resource));
    } else if let Some(key) = &source.secret_key_ref {
        let optional = key.optional.unwrap_or(false);
        page.field(
            3,
            name,
            &format!(
                "<set to the key '{}' in secret '{}'>\tOptional: {optional}",
                key.key, key.name
            ),
        );
    } else if let Some(key) = &source.config_map_key_ref {
        let optional = key.optional.unwrap_or(false);
        page.field(
            3,
            name,
            &format!(
                "<set to the key '{}' of config map '{}'>\tOptional: {optional}",
                key.key, key.name
            ),
        );
    }
}

fn mounts(page: &mut Page, container: &Container) {
    let none = if container.volume_mounts.is_empty() {
        "\t<none>"
    } else {
        ""
    };
    page.line(2, &format!("Mounts:{none}"));
    let mut mounts: Vec<_> = container.volume_mounts.iter().collect();
    mounts.sort_by_key(|mount| mount.mount_path.clone());
    for mount in mounts {
        let mode = if mount.read_only { "ro" } else { "rw" };
        let path = if mount.sub_path.is_empty() {
            String::new()
        } else {
            format!(",path={}", apimachinery::gotext::quote(&mount.sub_path))
        };
        page.line(
            3,
            &format!("{} from {} ({mode}{path})", mount.mount_path, mount.name),
        );
    }
    if !container.volume_devices.is_empty() {
        page.line(2, &format!("Devices:{none}"));
        let mut devices: Vec<_> = container.volume_devices.iter().collect();
        devices.sort_by_key(|device| device.device_path.clone());
        for device in devices {
            page.line(3, &format!("{} from {}", device.device_path, device.name));
        }
    }
}
