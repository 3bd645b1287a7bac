//! The rules of pods and of the pod templates in other kinds. Kubernetes' room for this is `ValidatePodSpec` and its
//! surroundings in `pkg/apis/core/validation`.
//!
//! Errors come in upstream's order, which people see when there are several.

mod affinity;
mod annotations;
mod containers;
mod env;
mod network;
mod probes;
pub(crate) mod resize;
mod security;
mod update;
mod vendor_volumes;
mod volumes;

use api::core::v1::{Pod, PodSpec, PodTemplateSpec};
use apimachinery::validation::{
    inclusive_range_error, is_dns1123_label, is_dns1123_subdomain, is_qualified_name,
};

use crate::validation::field::{Errors, Path};
use crate::validation::meta::{validate_annotations, validate_labels};
use crate::validation::quantity;

pub(crate) use affinity::{validate_node_selector, validate_tolerations};
pub(crate) use network::{validate_ip, without_leading_zeros};
pub(crate) use probes::validate_port;
pub(crate) use update::{
    validate_ephemeral_containers_update, validate_pod_update, validate_status_update,
};
pub(crate) use volumes::validate_no_backsteps;
pub(crate) use volumes::{validate_csi_driver_name, validate_host_path};

/// What a spec belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    /// The pod's name, where it is known: volumes make claims of that name.
    pub(crate) pod_name: Option<&'a str>,
    /// Whether this is a pod and not a template.
    pub(crate) is_pod: bool,
}

/// Checks a new pod.
pub(crate) fn validate_pod(pod: &Pod, errors: &mut Errors) {
    validate_metadata_and_spec(pod, errors);
    if !pod.spec.ephemeral_containers.is_empty() {
        errors.forbidden(
            &Path::new("spec.ephemeralContainers"),
            "cannot be set on create",
        );
    }
    if !pod.spec.node_name.is_empty() && !pod.spec.scheduling_gates.is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        errors.forbidden(&Path::new("spec.nodeName"), detail);
    }
}

/// Checks what holds for pods at any time.
fn validate_metadata_and_spec(pod: &Pod, errors: &mut Errors) {
    let path = Path::new("metadata.annotations");
    annotations::validate(&pod.metadata.annotations, &pod.spec, &path, errors);
    let path = Path::new("spec");
    let owner = Owner {
        pod_name: Some(&pod.metadata.name),
        is_pod: true,
    };
    validate_spec(&pod.spec, owner, &path, errors);
    if pod.spec.service_account_name.is_empty() {
        let volumes = path.child("volumes");
        for (i, volume) in pod.spec.volumes.iter().enumerate() {
            let volume_path = volumes.index(i);
            let sources = volume_path.child("projected");
            let sources = sources.child("sources");
            for (j, source) in volume
                .projected
                .iter()
                .flat_map(|projected| &projected.sources)
                .enumerate()
            {
                if source.service_account_token.is_some() {
                    let detail = "must not be specified when serviceAccountName is not set";
                    errors.forbidden(&sources.index(j).child("serviceAccountToken"), detail);
                }
            }
        }
    }
    for (field, list) in [
        ("containers", &pod.spec.containers),
        ("initContainers", &pod.spec.init_containers),
    ] {
        let list_path = path.child(field);
        for (i, container) in list.iter().enumerate() {
            containers::validate_image_whitespace(&container.image, &list_path.index(i), errors);
        }
    }
}

/// Checks a pod template.
pub(crate) fn validate_template(template: &PodTemplateSpec, path: &Path<'_>, errors: &mut Errors) {
    validate_labels(&template.metadata.labels, &path.child("labels"), errors);
    validate_annotations(
        &template.metadata.annotations,
        &path.child("annotations"),
        errors,
    );
    annotations::validate(
        &template.metadata.annotations,
        &template.spec,
        &path.child("annotations"),
        errors,
    );
    let spec = path.child("spec");
    validate_spec(
        &template.spec,
        Owner {
            pod_name: None,
            is_pod: false,
        },
        &spec,
        errors,
    );
    if !template.spec.ephemeral_containers.is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.forbidden(&spec.child("ephemeralContainers"), detail);
    }
}

/// Checks the spec of a pod or of a template.
pub(crate) fn validate_spec(
    spec: &PodSpec,
    owner: Owner<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if spec.termination_grace_period_seconds.is_none() {
        errors.required(&path.child("terminationGracePeriodSeconds"), "");
    }
    let volumes = volumes::validate_volumes(&spec.volumes, owner, &path.child("volumes"), errors);
    validate_resource_claims(spec, &path.child("resourceClaims"), errors);
    containers::validate_containers(spec, &volumes, path, errors);
    containers::validate_init_containers(spec, &volumes, path, errors);
    containers::validate_ephemeral_containers(spec, &volumes, path, errors);
    validate_pod_resources(spec, &path.child("resources"), errors);
    network::validate_host_network_ports(spec, owner, path, errors);
    one_of(
        &spec.restart_policy,
        &["Always", "OnFailure", "Never"],
        &path.child("restartPolicy"),
        errors,
    );
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    one_of(&spec.dns_policy, &dns, &path.child("dnsPolicy"), errors);
    validate_labels(&spec.node_selector, &path.child("nodeSelector"), errors);
    security::validate_pod_context(spec, &path.child("securityContext"), errors);
    if let Some(affinity) = &spec.affinity {
        affinity::validate_affinity(affinity, &path.child("affinity"), errors);
    }
    network::validate_dns_config(spec, &path.child("dnsConfig"), errors);
    validate_gates(spec, path, errors);
    let spread = &spec.topology_spread_constraints;
    affinity::validate_spread(spread, &path.child("topologySpreadConstraints"), errors);
    security::validate_host_processes(spec, path, errors);
    security::validate_host_users(spec, path, errors);
    validate_names(spec, path, errors);
    if let Some(seconds) = spec.active_deadline_seconds
        && !(1..=i64::from(i32::MAX)).contains(&seconds)
    {
        let detail = inclusive_range_error(1, i64::from(i32::MAX));
        errors.invalid(&path.child("activeDeadlineSeconds"), seconds, detail);
    }
    network::validate_host_names(spec, path, errors);
    affinity::validate_tolerations(&spec.tolerations, &path.child("tolerations"), errors);
    network::validate_host_aliases(&spec.host_aliases, &path.child("hostAliases"), errors);
    validate_classes(spec, path, errors);
    validate_os(spec, path, errors);
    env::validate_file_keys(spec, path, errors);
}

/// A value that must be given and one of a few.
fn one_of(value: &str, known: &[&str], path: &Path<'_>, errors: &mut Errors) {
    if value.is_empty() {
        errors.required(path, "");
    } else if !known.contains(&value) {
        errors.not_supported(path, value, known);
    }
}

fn validate_names(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let named = [
        ("serviceAccountName", &spec.service_account_name),
        ("nodeName", &spec.node_name),
    ];
    for (field, name) in named.into_iter().filter(|(_, name)| !name.is_empty()) {
        errors.invalid_each(&path.child(field), name, is_dns1123_subdomain(name));
    }
}

fn validate_gates(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let readiness = path.child("readinessGates");
    for (i, gate) in spec.readiness_gates.iter().enumerate() {
        let name = &gate.condition_type;
        errors.invalid_each(
            &readiness.index(i).child("conditionType"),
            name,
            is_qualified_name(name),
        );
    }
    let scheduling = path.child("schedulingGates");
    for (i, gate) in spec.scheduling_gates.iter().enumerate() {
        errors.invalid_each(
            &scheduling.index(i),
            &gate.name,
            is_qualified_name(&gate.name),
        );
        if spec.scheduling_gates[..i]
            .iter()
            .any(|other| other.name == gate.name)
        {
            errors.duplicate(&scheduling.index(i), &gate.name);
        }
    }
}

fn validate_classes(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    if !spec.priority_class_name.is_empty() {
        let name = &spec.priority_class_name;
        errors.invalid_each(
            &path.child("priorityClassName"),
            name,
            is_dns1123_subdomain(name),
        );
    }
    if let Some(name) = &spec.runtime_class_name {
        errors.invalid_each(
            &path.child("runtimeClassName"),
            name,
            is_dns1123_subdomain(name),
        );
    }
    if let Some(policy) = &spec.preemption_policy {
        one_of(
            policy,
            &["PreemptLowerPriority", "Never"],
            &path.child("preemptionPolicy"),
            errors,
        );
    }
    if !spec.overhead.is_empty() {
        // Overhead is what is asked for in addition; the rules are those of limits.
        let requirements = api::core::v1::ResourceRequirements {
            limits: spec.overhead.clone(),
            ..Default::default()
        };
        let overhead = path.child("overhead");
        quantity::validate_limits(&requirements.limits, &overhead, errors);
    }
}

fn validate_os(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let Some(os) = &spec.os else { return };
    let os_path = path.child("os");
    match os.name.as_str() {
        "" => errors.required(&os_path.child("name"), ""),
        "linux" => security::validate_linux(spec, path, errors),
        "windows" => security::validate_windows(spec, path, errors),
        other => errors.not_supported(&os_path, other, &["linux", "windows"]),
    }
}

fn validate_resource_claims(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    for (i, claim) in spec.resource_claims.iter().enumerate() {
        let claim_path = path.index(i);
        let name = claim_path.child("name");
        if claim.name.is_empty() {
            errors.required(&name, "");
        } else if spec.resource_claims[..i]
            .iter()
            .any(|other| other.name == claim.name)
        {
            errors.duplicate(&name, &claim.name);
        } else {
            errors.invalid_each(&name, &claim.name, is_dns1123_label(&claim.name));
        }
        match (
            &claim.resource_claim_name,
            &claim.resource_claim_template_name,
        ) {
            (Some(_), Some(_)) => {
                let detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
                let shown = apimachinery::codec::to_json(claim);
                errors.invalid(
                    &claim_path,
                    crate::validation::field::Verbatim(shown),
                    detail,
                );
            }
            (None, None) => {
                let detail =
                    "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
                let shown = apimachinery::codec::to_json(claim);
                errors.invalid(
                    &claim_path,
                    crate::validation::field::Verbatim(shown),
                    detail,
                );
            }
            (Some(name), None) => {
                errors.invalid_each(
                    &claim_path.child("resourceClaimName"),
                    name,
                    is_dns1123_subdomain(name),
                );
            }
            (None, Some(name)) => {
                let field = claim_path.child("resourceClaimTemplateName");
                errors.invalid_each(&field, name, is_dns1123_subdomain(name));
            }
        }
    }
}

/// Checks what is asked for by the pod as a whole, against what its containers ask for.
fn validate_pod_resources(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    use super::resources::{container_requests, is_pod_level};
    let Some(resources) = &spec.resources else {
        return;
    };
    if spec.os.as_ref().is_some_and(|os| os.name == "windows") {
        errors.forbidden(path, "may not be set for a windows pod");
        return;
    }
    if !resources.claims.is_empty() {
        errors.forbidden(
            &path.child("claims"),
            "claims may not be set for Resources at pod-level",
        );
    }
    for (field, list) in [
        ("limits", &resources.limits),
        ("requests", &resources.requests),
    ] {
        for name in list.keys().filter(|name| !is_pod_level(name)) {
            let supported = ["cpu", "hugepages-", "memory"];
            errors.not_supported(&path.child(field).key(name), name, &supported);
        }
    }
    quantity::validate_requirements(resources, path, errors);
    let requests = path.child("requests");
    for (name, sum) in container_requests(spec).iter() {
        if let Some(given) = resources.requests.get(name.as_str())
            && sum > given
        {
            let detail =
                format!("must be greater than or equal to aggregate container requests of {sum}");
            errors.invalid(&requests.key(name), given.as_str(), detail);
        }
    }
    let containers = path.child("containers");
    for (i, container) in spec.containers.iter().enumerate() {
        for (name, limit) in container.resources.limits.iter() {
            if let Some(given) = resources.limits.get(name.as_str())
                && limit > given
            {
                // Where upstream says it is, odd as it looks.
                let container_path = containers.index(i);
                let key = container_path.key(name);
                let detail = format!("must be less than or equal to pod limits of {given}");
                errors.invalid(&key.child("limits"), limit.as_str(), detail);
            }
        }
    }
}
