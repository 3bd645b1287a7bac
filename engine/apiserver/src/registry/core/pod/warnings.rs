//! What to warn about in pods and templates: things that are allowed and yet unlikely to be meant. Kubernetes' room for this
//! is `pkg/api/pod/warnings.go`.

use std::collections::{BTreeMap, BTreeSet};

use api::core::v1::{Container, ContainerPort, Pod, PodSpec, PodTemplateSpec, Volume};
use apimachinery::meta::v1::ObjectMeta;

use crate::validation::field::Path;

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
const NODE_LABELS: [(&str, &str); 8] = [
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
    (
        "node-role.kubernetes.io/master",
        "use \"node-role.kubernetes.io/control-plane\" instead",
    ),
];

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
    of_spec(&template.spec, &template.metadata, "spec.template.", out);
}

fn of_spec(spec: &PodSpec, meta: &ObjectMeta, prefix: &str, out: &mut Vec<String>) {
    let root = format!("{prefix}spec");
    let path = Path::new(&root);
    for key in spec.node_selector.keys() {
        if let Some((_, message)) = NODE_LABELS.iter().find(|(label, _)| label == key) {
            out.push(format!(
                "{}: {message}",
                path.child("nodeSelector").key(key)
            ));
        }
    }
    let spread = path.child("topologySpreadConstraints");
    for (i, constraint) in spec.topology_spread_constraints.iter().enumerate() {
        if constraint.label_selector.is_none() {
            let at = spread.index(i);
            out.push(format!(
                "{}: a null labelSelector results in matching no pod",
                at.child("labelSelector")
            ));
        }
    }
    for (key, message) in ANNOTATIONS {
        if meta.annotations.contains_key(key) {
            out.push(format!("{prefix}metadata.annotations[{key}]: {message}"));
        }
    }
    let volumes = path.child("volumes");
    for (i, volume) in spec.volumes.iter().enumerate() {
        of_volume(volume, &volumes.index(i), out);
    }
    of_lists(spec, &path, out);
    for_each(spec, &path, |container, path| {
        of_container(container, path, out)
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
            if let Some(value) = list.get(name).filter(|value| !value.is_integer()) {
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
