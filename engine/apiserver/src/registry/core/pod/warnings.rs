//! What to warn about in pods and templates: things that are allowed and yet unlikely to be meant. Kubernetes' room for this
//! is `pkg/api/pod/warnings.go`.

use std::collections::{BTreeMap, BTreeSet};

use api::core::v1::{
    AppArmorProfile, Container, ContainerPort, NodeAffinity, Pod, PodSpec, PodTemplateSpec, Volume,
};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Str};

use super::overlaps;
use crate::registry::core::node::labels;
use crate::registry::core::persistentvolumeclaim::warn_of_spec;
use crate::validation::field::Path;

const NO_SELECTOR: &str = "a null labelSelector results in matching no pod";
const NO_SECCOMP: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
const OLD_APP_ARMOR: &str = "deprecated since v1.30; use the \"appArmorProfile\" field instead";

const ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];
const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// The warnings of a pod.
pub(crate) fn of_pod(pod: &Pod, out: &mut Vec<String>) {
    let complaints = apimachinery::validation::is_dns1123_label(&pod.metadata.name);
    if !complaints.is_empty() {
        out.push(format!(
            "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is \
             recommended: [{}]",
            complaints.join(" ")
        ));
    }
    of_spec(&pod.spec, &pod.metadata, "", out);
}

/// The warnings of a template at `spec.template`.
pub(crate) fn of_template(template: &PodTemplateSpec, out: &mut Vec<String>) {
    of_template_at(template, "spec.template.", out);
}

/// The warnings of a template whose fields' paths begin with `prefix`.
pub(crate) fn of_template_at(template: &PodTemplateSpec, prefix: &str, out: &mut Vec<String>) {
    of_spec(&template.spec, &template.metadata, prefix, out);
}

fn of_spec(spec: &PodSpec, meta: &ObjectMeta, prefix: &str, out: &mut Vec<String>) {
    let root = format!("{prefix}spec");
    let path = Path::new(&root);
    for key in spec.node_selector.keys() {
        if let Some(message) = labels::deprecation(key) {
            out.push(format!(
                "{}: {message}",
                path.child("nodeSelector").key(key)
            ));
        }
    }
    if let Some(affinity) = spec
        .affinity
        .as_ref()
        .and_then(|a| a.node_affinity.as_ref())
    {
        of_node_affinity(affinity, &path.child("affinity.nodeAffinity"), out);
    }
    let spread = path.child("topologySpreadConstraints");
    for (i, constraint) in spec.topology_spread_constraints.iter().enumerate() {
        let at = spread.index(i);
        labels::warn_of_key(&constraint.topology_key, &at.child("topologyKey"), out);
        if constraint.label_selector.is_none() {
            out.push(format!("{}: {NO_SELECTOR}", at.child("labelSelector")));
        }
    }
    for (key, message) in ANNOTATIONS {
        if meta.annotations.contains_key(key) {
            out.push(format!("{prefix}metadata.annotations[{key}]: {message}"));
        }
    }
    let volumes = path.child("volumes");
    for (i, volume) in spec.volumes.iter().enumerate() {
        let at = volumes.index(i);
        of_volume(volume, &at, out);
        let ephemeral = volume.ephemeral.as_ref();
        if let Some(template) = ephemeral.and_then(|e| e.volume_claim_template.as_ref()) {
            let at = at.child("ephemeral.volumeClaimTemplate.spec");
            warn_of_spec(&template.spec, &at, out);
        }
    }
    for volume in &spec.volumes {
        overlaps::warn(volume, out);
    }
    of_lists(spec, &path, out);
    of_bytes(&spec.overhead, &path.child("overhead"), out);
    let annotated = |key: &str| {
        let there = meta.annotations.contains_key(key);
        there.then(|| format!("{prefix}metadata.annotations[{key}]"))
    };
    let security = spec.security_context.as_ref();
    if security.is_none_or(|context| context.seccomp_profile.is_none())
        && let Some(at) = annotated(SECCOMP_POD)
    {
        out.push(format!("{at}: {NO_SECCOMP}"));
    }
    let armored = security.is_some_and(|context| context.app_armor_profile.is_some());
    for_each(spec, &path, |container, path| {
        let own = container.security_context.as_ref();
        if own.is_none_or(|context| context.seccomp_profile.is_none())
            && let Some(at) = annotated(&format!("{SECCOMP_CONTAINER}{}", container.name))
        {
            out.push(format!("{at}: {NO_SECCOMP}"));
        }
        // A pod's own annotations become fields, and are warned of then.
        if !prefix.is_empty()
            && !armored
            && own.is_none_or(|context| context.app_armor_profile.is_none())
            && let Some(at) = annotated(&format!("{APP_ARMOR}{}", container.name))
        {
            out.push(format!("{at}: {OLD_APP_ARMOR}"));
        }
        of_container(container, path, out);
    });
    of_ports(spec, &path, out);
    if spec
        .termination_grace_period_seconds
        .is_some_and(|seconds| seconds < 0)
    {
        let at = path.child("terminationGracePeriodSeconds");
        out.push(format!(
            "{at}: must be >= 0; negative values are invalid and will be treated as 1"
        ));
    }
    of_pod_affinity(spec, &path, out);
}

fn of_node_affinity(affinity: &NodeAffinity, path: &Path<'_>, out: &mut Vec<String>) {
    if let Some(required) = &affinity.required_during_scheduling_ignored_during_execution {
        let terms = path.child("requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
        for (i, term) in required.node_selector_terms.iter().enumerate() {
            labels::warn_of_term(term, &terms.index(i), out);
        }
    }
    let preferred = path.child("preferredDuringSchedulingIgnoredDuringExecution");
    let terms = &affinity.preferred_during_scheduling_ignored_during_execution;
    for (i, term) in terms.iter().enumerate() {
        let at = preferred.index(i);
        labels::warn_of_term(&term.preference, &at.child("preference"), out);
    }
}

/// A term without a selector of pods is about none.
fn of_pod_affinity(spec: &PodSpec, path: &Path<'_>, out: &mut Vec<String>) {
    let Some(affinity) = &spec.affinity else {
        return;
    };
    let (near, far) = (&affinity.pod_affinity, &affinity.pod_anti_affinity);
    let near = near.as_ref().map(|near| {
        (
            "affinity.podAffinity",
            &near.required_during_scheduling_ignored_during_execution,
            &near.preferred_during_scheduling_ignored_during_execution,
        )
    });
    let far = far.as_ref().map(|far| {
        (
            "affinity.podAntiAffinity",
            &far.required_during_scheduling_ignored_during_execution,
            &far.preferred_during_scheduling_ignored_during_execution,
        )
    });
    for (field, required, preferred) in near.into_iter().chain(far) {
        let root = path.child(field);
        let list = root.child("requiredDuringSchedulingIgnoredDuringExecution");
        for (i, _) in required
            .iter()
            .enumerate()
            .filter(|(_, term)| term.label_selector.is_none())
        {
            let at = list.index(i);
            out.push(format!("{}: {NO_SELECTOR}", at.child("labelSelector")));
        }
        let list = root.child("preferredDuringSchedulingIgnoredDuringExecution");
        for (i, _) in preferred
            .iter()
            .enumerate()
            .filter(|(_, term)| term.pod_affinity_term.label_selector.is_none())
        {
            let at = list.index(i);
            let at = at.child("podAffinityTerm.labelSelector");
            out.push(format!("{at}: {NO_SELECTOR}"));
        }
    }
}

/// Amounts of bytes that are no whole numbers of them.
fn of_bytes(list: &Map<Str, Quantity>, path: &Path<'_>, out: &mut Vec<String>) {
    for name in ["memory", "ephemeral-storage"] {
        if let Some(value) = list.get(name).filter(|value| is_fractional(value)) {
            let at = path.key(name);
            out.push(format!(
                "{at}: fractional byte value \"{value}\" is invalid, must be an integer"
            ));
        }
    }
}

/// Upstream looks at thousandths, rounded up.
pub(crate) fn is_fractional(value: &Quantity) -> bool {
    value.milli_value() % 1000 != 0
}

/// The deprecated annotations of AppArmor, as fields: what containers that have no field of their own get of them.
pub(super) fn app_armor_of_annotations(pod: &mut Pod, out: &mut Vec<String>) {
    let annotations = pod.metadata.annotations.clone();
    let windows = pod.spec.os.as_ref().is_some_and(|os| os.name == "windows");
    if windows || !annotations.keys().any(|key| key.starts_with(APP_ARMOR)) {
        return;
    }
    let spec = &mut *pod.spec;
    let of_pod = spec.security_context.as_ref();
    let of_pod = of_pod.and_then(|context| context.app_armor_profile.clone());
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        let key = format!("{APP_ARMOR}{}", container.name);
        let Some(text) = annotations.get(key.as_str()) else {
            continue;
        };
        let own = container.security_context.as_ref();
        if own.is_some_and(|context| context.app_armor_profile.is_some()) {
            continue;
        }
        let profile = app_armor_profile(text);
        let same = profile.is_some() && profile.as_ref() == of_pod.as_deref();
        if same {
            continue;
        }
        if let Some(profile) = profile {
            let context = container.security_context.get_or_insert_default();
            context.app_armor_profile = Some(profile.into());
        }
        out.push(format!("metadata.annotations[{key}]: {OLD_APP_ARMOR}"));
    }
}

/// What an annotation's value means as a field.
fn app_armor_profile(text: &str) -> Option<AppArmorProfile> {
    let (kind, file) = match text {
        "runtime/default" => ("RuntimeDefault", None),
        "unconfined" => ("Unconfined", None),
        other => {
            let file = other.strip_prefix("localhost/")?;
            let usable = !file.is_empty() && file.trim() == file && file.len() <= 4095;
            ("Localhost", Some(usable.then_some(file)?))
        }
    };
    Some(AppArmorProfile {
        type_: kind.into(),
        localhost_profile: file.map(Into::into),
    })
}

fn of_volume(volume: &Volume, path: &Path<'_>, out: &mut Vec<String>) {
    for (field, given, message) in [
        (
            "photonPersistentDisk",
            volume.photon_persistent_disk.is_some(),
            "deprecated in v1.11, non-functional in v1.16+",
        ),
        (
            "gitRepo",
            volume.git_repo.is_some(),
            "deprecated in v1.11, and disabled by default in v1.33+",
        ),
        (
            "scaleIO",
            volume.scale_io.is_some(),
            "deprecated in v1.16, non-functional in v1.22+",
        ),
        (
            "flocker",
            volume.flocker.is_some(),
            "deprecated in v1.22, non-functional in v1.25+",
        ),
        (
            "storageOS",
            volume.storageos.is_some(),
            "deprecated in v1.22, non-functional in v1.25+",
        ),
        (
            "quobyte",
            volume.quobyte.is_some(),
            "deprecated in v1.22, non-functional in v1.25+",
        ),
        (
            "glusterfs",
            volume.glusterfs.is_some(),
            "deprecated in v1.25, non-functional in v1.26+",
        ),
        (
            "cephfs",
            volume.cephfs.is_some(),
            "deprecated in v1.28, non-functional in v1.31+",
        ),
        (
            "rbd",
            volume.rbd.is_some(),
            "deprecated in v1.28, non-functional in v1.31+",
        ),
    ] {
        if given {
            out.push(format!("{}: {message}", path.child(field)));
        }
    }
}

fn of_lists(spec: &PodSpec, path: &Path<'_>, out: &mut Vec<String>) {
    let aliases = path.child("hostAliases");
    let mut seen = BTreeSet::new();
    for (i, alias) in spec.host_aliases.iter().enumerate() {
        if !seen.insert(&alias.ip) {
            out.push(format!(
                "{}: duplicate ip {:?}",
                aliases.index(i).child("ip"),
                alias.ip.as_str()
            ));
        }
    }
    let secrets = path.child("imagePullSecrets");
    let mut seen = BTreeSet::new();
    for (i, secret) in spec.image_pull_secrets.iter().enumerate() {
        if !seen.insert(&secret.name) {
            out.push(format!(
                "{}: duplicate name {:?}",
                secrets.index(i).child("name"),
                secret.name.as_str()
            ));
        }
    }
    for (i, _) in spec
        .image_pull_secrets
        .iter()
        .enumerate()
        .filter(|(_, secret)| secret.name.is_empty())
    {
        out.push(format!(
            "{}: invalid empty name \"\"",
            secrets.index(i).child("name")
        ));
    }
}

fn of_container(container: &Container, path: &Path<'_>, out: &mut Vec<String>) {
    let resources = path.child("resources");
    let lists = [
        ("limits", &container.resources.limits),
        ("requests", &container.resources.requests),
    ];
    for name in ["memory", "ephemeral-storage"] {
        for (field, list) in lists {
            if let Some(value) = list.get(name).filter(|value| is_fractional(value)) {
                let at = resources.child(field);
                out.push(format!(
                    "{}: fractional byte value \"{value}\" is invalid, must be an integer",
                    at.key(name)
                ));
            }
        }
    }
    let env = path.child("env");
    let mut seen = BTreeSet::new();
    for (i, var) in container.env.iter().enumerate() {
        if seen.insert(&var.name) {
            continue;
        }
        // Building on the earlier value is fine, replacing it is not.
        let reference = format!("$({})", var.name);
        if var.value_from.is_some()
            || var.value == reference.as_str()
            || !var.value.contains(&reference)
        {
            out.push(format!(
                "{}: hides previous definition of {:?}, which may be dropped when using apply",
                env.index(i),
                var.name.as_str()
            ));
        }
    }
}

fn of_ports(spec: &PodSpec, path: &Path<'_>, out: &mut Vec<String>) {
    let mut all: BTreeMap<String, Vec<(String, ContainerPort)>> = BTreeMap::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut of_names = Vec::new();
    for_each(spec, path, |container, path| {
        let ports = path.child("ports");
        for (i, port) in container.ports.iter().enumerate() {
            let at = ports.index(i).to_string();
            if !port.host_ip.is_empty() && port.host_port == 0 {
                out.push(format!(
                    "{at}: hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{}}}",
                    port.name, port.container_port, port.protocol, port.host_ip
                ));
            }
            let others = all
                .entry(format!("{}/{}", port.container_port, port.protocol))
                .or_default();
            for (other_at, other) in others.iter() {
                let relation = if port.host_ip == other.host_ip && port.host_port == other.host_port
                {
                    "duplicate"
                } else if port.host_port == 0 || other.host_port == 0 {
                    "overlapping"
                } else if port.host_port == other.host_port
                    && port.host_ip.is_empty() != other.host_ip.is_empty()
                {
                    "dangerously ambiguous"
                } else {
                    continue;
                };
                out.push(format!("{at}: {relation} port definition with {other_at}"));
            }
            others.push((at.clone(), port.clone()));
            if !port.name.is_empty() {
                match names.get(port.name.as_str()) {
                    Some(other) => of_names.push(format!(
                        "{at}: duplicate port name {:?} with {other}, services and probes that select ports by name will \
                         use {other}",
                        port.name.as_str()
                    )),
                    None => drop(names.insert(port.name.to_string(), at)),
                }
            }
        }
    });
    out.extend(of_names);
}

fn for_each(spec: &PodSpec, path: &Path<'_>, mut visit: impl FnMut(&Container, &Path<'_>)) {
    for (field, list) in [
        ("initContainers", &spec.init_containers),
        ("containers", &spec.containers),
    ] {
        let list_path = path.child(field);
        for (i, container) in list.iter().enumerate() {
            visit(container, &list_path.index(i));
        }
    }
}
