//! The rules of environment variables and of what they are taken from.

use api::core::v1::{
    EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, PodSpec, ResourceFieldSelector,
};
use apimachinery::Quantity;
use apimachinery::validation::{
    is_config_map_key, is_dns1123_label, is_dns1123_subdomain, is_qualified_name,
    is_relaxed_env_var_name, mask_trailing_dash,
};

use crate::validation::field::{Errors, Path};

/// What a variable may take from the pod.
const ENV_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// What a file may take from the pod.
pub(super) const FILE_FIELDS: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
/// What the API knows of a pod by path at all.
const KNOWN_FIELDS: [&str; 14] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.phase",
    "status.podIP",
    "status.podIPs",
];
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const SIZE_DIVISORS: [&str; 13] = [
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
];

/// Checks variables that are listed one by one.
pub(super) fn validate_env(vars: &[EnvVar], path: &Path<'_>, errors: &mut Errors) {
    for (i, var) in vars.iter().enumerate() {
        let path = path.index(i);
        if var.name.is_empty() {
            errors.required(&path.child("name"), "");
        } else {
            errors.invalid_each(
                &path.child("name"),
                &var.name,
                is_relaxed_env_var_name(&var.name),
            );
        }
        if let Some(source) = &var.value_from {
            validate_source(var, source, &path.child("valueFrom"), errors);
        }
    }
}

fn validate_source(var: &EnvVar, source: &EnvVarSource, path: &Path<'_>, errors: &mut Errors) {
    let mut sources = 0;
    if let Some(field) = &source.field_ref {
        sources += 1;
        validate_field_ref(field, &ENV_FIELDS, &path.child("fieldRef"), errors);
    }
    if let Some(resource) = &source.resource_field_ref {
        sources += 1;
        validate_resource_ref(resource, false, &path.child("resourceFieldRef"), errors);
    }
    let keys = [
        (
            "configMapKeyRef",
            source
                .config_map_key_ref
                .as_ref()
                .map(|r| (&r.name, &r.key)),
        ),
        (
            "secretKeyRef",
            source.secret_key_ref.as_ref().map(|r| (&r.name, &r.key)),
        ),
    ];
    for (field, (name, key)) in keys
        .into_iter()
        .filter_map(|(field, found)| Some((field, found?)))
    {
        sources += 1;
        let path = path.child(field);
        errors.invalid_each(&path.child("name"), name, is_dns1123_subdomain(name));
        validate_key(key, &path, errors);
    }
    if let Some(file) = &source.file_key_ref {
        sources += 1;
        let path = path.child("fileKeyRef");
        if file.key.is_empty() {
            errors.required(&path.child("key"), "");
        } else {
            errors.invalid_each(
                &path.child("key"),
                &file.key,
                is_relaxed_env_var_name(&file.key),
            );
        }
        let volume = path.child("volumeName");
        if file.volume_name.is_empty() {
            errors.required(&volume, "");
        } else {
            let complaints = is_dns1123_label(&file.volume_name);
            errors.invalid_each(&volume, &file.volume_name, complaints);
        }
        if file.path.is_empty() {
            errors.required(&path.child("path"), "");
        } else {
            super::volumes::validate_no_backsteps(&file.path, &path.child("path"), errors);
        }
    }
    if sources == 0 {
        let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or \
                      `fileKeyRef`";
        errors.invalid(path, "", detail);
    } else if !var.value.is_empty() {
        errors.invalid(path, "", "may not be specified when `value` is not empty");
    } else if sources > 1 {
        errors.invalid(
            path,
            "",
            "may not have more than one field specified at a time",
        );
    }
}

fn validate_key(key: &str, path: &Path<'_>, errors: &mut Errors) {
    if key.is_empty() {
        errors.required(&path.child("key"), "");
    } else {
        errors.invalid_each(&path.child("key"), key, is_config_map_key(key));
    }
}

/// Checks variables that are taken from a whole object.
pub(super) fn validate_env_from(sources: &[EnvFromSource], path: &Path<'_>, errors: &mut Errors) {
    for (i, source) in sources.iter().enumerate() {
        let source_path = path.index(i);
        if !source.prefix.is_empty() {
            let complaints = is_relaxed_env_var_name(&source.prefix);
            errors.invalid_each(&source_path.child("prefix"), &source.prefix, complaints);
        }
        let refs = [
            (
                "configMapRef",
                source.config_map_ref.as_ref().map(|r| &r.name),
            ),
            ("secretRef", source.secret_ref.as_ref().map(|r| &r.name)),
        ];
        let mut count = 0;
        for (field, name) in refs
            .into_iter()
            .filter_map(|(field, name)| Some((field, name?)))
        {
            count += 1;
            let ref_path = source_path.child(field);
            let name_path = ref_path.child("name");
            if name.is_empty() {
                errors.required(&name_path, "");
            } else {
                let complaints = is_dns1123_subdomain(&mask_trailing_dash(name));
                errors.invalid_each(&name_path, name, complaints);
            }
        }
        match count {
            0 => errors.invalid(
                path,
                "",
                "must specify one of: `configMapRef` or `secretRef`",
            ),
            1 => {}
            _ => errors.invalid(
                path,
                "",
                "may not have more than one field specified at a time",
            ),
        }
    }
}

/// Checks a path to a field of the pod; `known` are those that can be had here.
pub(super) fn validate_field_ref(
    field: &ObjectFieldSelector,
    known: &[&str],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if field.api_version.is_empty() {
        errors.required(&path.child("apiVersion"), "");
        return;
    }
    if field.field_path.is_empty() {
        errors.required(&path.child("fieldPath"), "");
        return;
    }
    let (base, subscript) = match field
        .field_path
        .strip_suffix("']")
        .and_then(|text| text.split_once("['"))
    {
        Some((base, subscript)) => (base, Some(subscript)),
        None => (field.field_path.as_str(), None),
    };
    let unsupported = if field.api_version != "v1" {
        Some(format!("unsupported pod version: {}", field.api_version))
    } else if subscript.is_none() && !KNOWN_FIELDS.contains(&base) {
        Some(format!("field label not supported: {base}"))
    } else if subscript.is_some() && !matches!(base, "metadata.annotations" | "metadata.labels") {
        Some(format!(
            "field label does not support subscript: {}",
            field.field_path
        ))
    } else {
        None
    };
    if let Some(why) = unsupported {
        let detail = format!("error converting fieldPath: {why}");
        errors.invalid(&path.child("fieldPath"), &field.field_path, detail);
        return;
    }
    match (base, subscript) {
        ("metadata.annotations", Some(key)) => {
            let key = key.to_lowercase();
            errors.invalid_each(path, &key, is_qualified_name(&key));
        }
        (_, Some(key)) => errors.invalid_each(path, key, is_qualified_name(key)),
        (base, None) if !known.contains(&base) => {
            errors.not_supported(&path.child("fieldPath"), base, known)
        }
        _ => {}
    }
}

/// Checks the name of a resource of a container; in volumes the container must be named.
pub(super) fn validate_resource_ref(
    field: &ResourceFieldSelector,
    volume: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let resource = field.resource.as_str();
    let huge =
        resource.starts_with("limits.hugepages-") || resource.starts_with("requests.hugepages-");
    if volume && field.container_name.is_empty() {
        errors.required(&path.child("containerName"), "");
    } else if resource.is_empty() {
        errors.required(&path.child("resource"), "");
    } else if !RESOURCES.contains(&resource) && !huge {
        errors.not_supported(&path.child("resource"), resource, &RESOURCES);
    }
    if let Some(divisor) = divisor(field) {
        validate_divisor(resource, huge, divisor, &path.child("divisor"), errors);
    }
}

fn divisor(field: &ResourceFieldSelector) -> Option<&Quantity> {
    Some(&field.divisor).filter(|divisor| !divisor.is_zero())
}

fn validate_divisor(
    resource: &str,
    huge: bool,
    divisor: &Quantity,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let text = divisor.to_text();
    let sizes = |what: &str| {
        format!(
            "only divisor's values {} are supported with the {what} resource",
            SIZE_DIVISORS.join(", ")
        )
    };
    let detail = match resource {
        "limits.cpu" | "requests.cpu" if !["1", "1m"].contains(&&*text) => {
            "only divisor's values 1m and 1 are supported with the cpu resource".to_owned()
        }
        "limits.cpu" | "requests.cpu" => return,
        _ if SIZE_DIVISORS.contains(&&*text) => return,
        "limits.memory" | "requests.memory" => sizes("memory"),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => {
            sizes("local ephemeral storage")
        }
        _ if huge => sizes("hugepages"),
        _ => return,
    };
    errors.invalid(path, resource, detail);
}

/// Variables from files need a volume that lives as long as the pod.
pub(super) fn validate_file_keys(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    for (field, list) in [
        ("initContainers", &spec.init_containers),
        ("containers", &spec.containers),
    ] {
        let list_path = path.child(field);
        for (i, container) in list.iter().enumerate() {
            let container_path = list_path.index(i);
            let env_path = container_path.child("env");
            for (j, var) in container.env.iter().enumerate() {
                let Some(file) = var
                    .value_from
                    .as_ref()
                    .and_then(|source| source.file_key_ref.as_ref())
                else {
                    continue;
                };
                let var_path = env_path.index(j);
                let source = var_path.child("valueFrom");
                let source = source.child("fileKeyRef");
                let name_path = source.child("volumeName");
                match spec
                    .volumes
                    .iter()
                    .find(|volume| volume.name == file.volume_name)
                {
                    None => errors.not_found(&name_path, &file.volume_name),
                    Some(volume) if volume.empty_dir.is_none() => {
                        errors.invalid(
                            &name_path,
                            &file.volume_name,
                            "referenced volume must be of type emptyDir",
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
