//! What the server fills into pods and pod templates. Kubernetes' room for this is `pkg/apis/core/v1/defaults.go`.

use api::core::v1::{
    EnvVar, HTTPGetAction, Lifecycle, ObjectFieldSelector, PersistentVolumeClaimTemplate, Pod,
    PodSpec, Probe, Volume,
};
use apimachinery::{Map, Quantity, Shared, Str};

use super::resources;

/// 0644, the mode of files that volumes make.
const FILE_MODE: i32 = 0o644;

/// Fills in a pod.
pub(crate) fn default_pod(pod: &mut Pod) {
    let spec = &mut *pod.spec;
    for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
        // What may be used at most is also what is asked for, unless said otherwise. Only pods do this, not templates.
        let resources = &mut container.resources;
        for (name, quantity) in resources.limits.iter() {
            if !resources.requests.contains_key(name.as_str()) {
                resources.requests.insert(name.clone(), quantity.clone());
            }
        }
    }
    resources::default_pod_level(spec);
    if spec.enable_service_links.is_none() {
        spec.enable_service_links = Some(true);
    }
    if spec.host_network {
        host_ports(spec);
    }
    default_spec(spec);
}

/// Fills in the spec of a pod or of a template.
pub(crate) fn default_spec(spec: &mut PodSpec) {
    fill(&mut spec.dns_policy, "ClusterFirst");
    fill(&mut spec.restart_policy, "Always");
    fill(&mut spec.scheduler_name, "default-scheduler");
    spec.security_context.get_or_insert_default();
    spec.termination_grace_period_seconds.get_or_insert(30);
    // Two names for one thing; the old one follows.
    if spec.service_account_name.is_empty() {
        spec.service_account_name = spec.service_account.clone();
    }
    spec.service_account = spec.service_account_name.clone();
    spec.volumes.iter_mut().for_each(default_volume);
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        default_container!(container);
    }
    for container in &mut spec.ephemeral_containers {
        default_container!(container);
    }
    round_up(&mut spec.overhead);
    if let Some(resources) = &mut spec.resources {
        round_up(&mut resources.limits);
        round_up(&mut resources.requests);
    }
}

/// The fields of `Container` and `EphemeralContainer` are the same, their types are not.
macro_rules! default_container {
    ($container:ident) => {{
        let container = $container;
        if container.image_pull_policy.is_empty() {
            container.image_pull_policy = pull_policy(&container.image).into();
        }
        fill(
            &mut container.termination_message_path,
            "/dev/termination-log",
        );
        fill(&mut container.termination_message_policy, "File");
        for port in &mut container.ports {
            fill(&mut port.protocol, "TCP");
        }
        container.env.iter_mut().for_each(default_env);
        round_up(&mut container.resources.limits);
        round_up(&mut container.resources.requests);
        for probe in [
            &mut container.liveness_probe,
            &mut container.readiness_probe,
            &mut container.startup_probe,
        ] {
            if let Some(probe) = probe {
                default_probe(probe);
            }
        }
        if let Some(lifecycle) = &mut container.lifecycle {
            default_lifecycle(lifecycle);
        }
    }};
}
use default_container;

fn fill(field: &mut Str, value: &'static str) {
    if field.is_empty() {
        *field = value.into();
    }
}

/// `Always` for images that may change under their name, else `IfNotPresent`. A name that cannot be read has no tag.
fn pull_policy(image: &str) -> &'static str {
    match tag(image) {
        Some(Tag::Latest) => "Always",
        Some(Tag::Fixed) | None => "IfNotPresent",
    }
}

enum Tag {
    /// Said, or meant by saying nothing.
    Latest,
    /// Another tag, or a digest.
    Fixed,
}

/// What an image's name says about its version; `None` for what is no image's name.
fn tag(image: &str) -> Option<Tag> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let (path, tag) = match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    };
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if let Some(tag) = tag {
        let good = tag.bytes().next().is_some_and(word)
            && tag.len() <= 128
            && tag.bytes().all(|b| word(b) || matches!(b, b'.' | b'-'));
        if !good {
            return None;
        }
    }
    let repository = match path.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => path,
    };
    let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let component = |text: &str| {
        let bytes = text.as_bytes();
        bytes.first().copied().is_some_and(lower)
            && bytes.last().copied().is_some_and(lower)
            && bytes
                .iter()
                .all(|b| lower(*b) || matches!(b, b'.' | b'_' | b'-'))
    };
    if !repository.split('/').all(component) {
        return None;
    }
    Some(match (tag, digest) {
        (Some("latest"), _) | (None, None) => Tag::Latest,
        _ => Tag::Fixed,
    })
}

fn host_ports(spec: &mut PodSpec) {
    for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
        for port in &mut container.ports {
            if port.host_port == 0 {
                port.host_port = port.container_port;
            }
        }
    }
}

fn default_env(env: &mut EnvVar) {
    let Some(source) = &mut env.value_from else {
        return;
    };
    if let Some(field) = &mut source.field_ref {
        default_field_ref(field);
    }
    if let Some(file) = &mut source.file_key_ref {
        file.optional.get_or_insert(false);
    }
}

fn default_field_ref(field: &mut Shared<ObjectFieldSelector>) {
    if field.api_version.is_empty() {
        field.api_version = "v1".into();
    }
}

fn default_probe(probe: &mut Probe) {
    for (field, value) in [
        (&mut probe.timeout_seconds, 1),
        (&mut probe.period_seconds, 10),
        (&mut probe.success_threshold, 1),
        (&mut probe.failure_threshold, 3),
    ] {
        if *field == 0 {
            *field = value;
        }
    }
    if let Some(http) = &mut probe.http_get {
        default_http_get(http);
    }
    if let Some(grpc) = &mut probe.grpc {
        grpc.service.get_or_insert_default();
    }
}

fn default_http_get(http: &mut HTTPGetAction) {
    fill(&mut http.path, "/");
    fill(&mut http.scheme, "HTTP");
}

fn default_lifecycle(lifecycle: &mut Lifecycle) {
    for handler in [&mut lifecycle.post_start, &mut lifecycle.pre_stop]
        .into_iter()
        .flatten()
    {
        if let Some(http) = &mut handler.http_get {
            default_http_get(http);
        }
    }
}

/// The API keeps quantities to the thousandth.
pub(crate) fn round_up(list: &mut Map<Str, Quantity>) {
    const MILLI: i128 = 1_000_000;
    for (_, quantity) in list.iter_mut() {
        let nanos = quantity.nanos();
        if nanos % MILLI != 0 {
            let up = nanos.div_euclid(MILLI) + 1;
            *quantity = Quantity::from_nanos(up * MILLI, quantity.format());
        }
    }
}

fn default_volume(volume: &mut Volume) {
    if super::volumes::sources(volume) == 0 {
        volume.empty_dir = Some(Shared::default());
    }
    if let Some(image) = &mut volume.image
        && image.pull_policy.is_empty()
    {
        image.pull_policy = pull_policy(&image.reference).into();
    }
    if let Some(host) = &mut volume.host_path {
        host.type_.get_or_insert_default();
    }
    if let Some(secret) = &mut volume.secret {
        secret.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(config) = &mut volume.config_map {
        config.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(downward) = &mut volume.downward_api {
        downward.default_mode.get_or_insert(FILE_MODE);
        downward
            .items
            .iter_mut()
            .filter_map(|item| item.field_ref.as_mut())
            .for_each(default_field_ref);
    }
    if let Some(projected) = &mut volume.projected {
        projected.default_mode.get_or_insert(FILE_MODE);
        for source in &mut projected.sources {
            if let Some(downward) = &mut source.downward_api {
                downward
                    .items
                    .iter_mut()
                    .filter_map(|item| item.field_ref.as_mut())
                    .for_each(default_field_ref);
            }
            if let Some(token) = &mut source.service_account_token {
                token.expiration_seconds.get_or_insert(3600);
            }
        }
    }
    if let Some(ephemeral) = &mut volume.ephemeral
        && let Some(template) = &mut ephemeral.volume_claim_template
    {
        default_claim_template(template);
    }
    default_vendor_volume(volume);
}

fn default_claim_template(template: &mut Shared<PersistentVolumeClaimTemplate>) {
    let spec = &mut template.spec;
    spec.volume_mode.get_or_insert_with(|| "Filesystem".into());
    round_up(&mut spec.resources.limits);
    round_up(&mut spec.resources.requests);
}

/// Volumes of storage systems of old; nothing here mounts them, but their objects look the same.
fn default_vendor_volume(volume: &mut Volume) {
    if let Some(iscsi) = &mut volume.iscsi {
        fill(&mut iscsi.iscsi_interface, "default");
    }
    if let Some(rbd) = &mut volume.rbd {
        fill(&mut rbd.pool, "rbd");
        fill(&mut rbd.user, "admin");
        fill(&mut rbd.keyring, "/etc/ceph/keyring");
    }
    if let Some(disk) = &mut volume.azure_disk {
        disk.caching_mode.get_or_insert_with(|| "ReadWrite".into());
        disk.fs_type.get_or_insert_with(|| "ext4".into());
        disk.read_only.get_or_insert(false);
        disk.kind.get_or_insert_with(|| "Shared".into());
    }
    if let Some(scale) = &mut volume.scale_io {
        fill(&mut scale.storage_mode, "ThinProvisioned");
        fill(&mut scale.fs_type, "xfs");
    }
}

#[cfg(test)]
mod tests {
    use super::pull_policy;

    #[test]
    fn pull_policies() {
        for (image, policy) in [
            ("nginx", "Always"),
            ("nginx:latest", "Always"),
            ("nginx:1.25", "IfNotPresent"),
            ("registry:5000/nginx", "Always"),
            ("registry:5000/nginx:1", "IfNotPresent"),
            ("nginx@sha256:abc", "IfNotPresent"),
            ("", "IfNotPresent"),
            ("Bad/Name", "IfNotPresent"),
            ("<your-private-image>", "IfNotPresent"),
            ("nginx:latest@sha256:abc", "Always"),
            ("registry.k8s.io/pause", "Always"),
        ] {
            assert_eq!(pull_policy(image), policy, "{image}");
        }
    }
}
