//! The rules of volumes.

use std::collections::{BTreeMap, BTreeSet};

use api::core::v1::{
    DownwardAPIVolumeFile, HostPathVolumeSource, KeyToPath, ProjectedVolumeSource, Volume,
    VolumeProjection,
};
use apimachinery::reflect::{Reflect, View};
use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain};

use super::{Owner, containers, env, vendor_volumes};
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;

const FILE_MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";
const HOST_PATH_TYPES: [&str; 8] = [
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
];
/// The order in which upstream looks for a volume's source; what comes after the first one is refused.
const ORDER: [&str; 31] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
    "",
];

/// The good volumes of a pod, by name.
pub(super) type Volumes<'a> = BTreeMap<&'a str, &'a Volume>;

/// Checks volumes, and gives those that may be mounted.
pub(super) fn validate_volumes<'a>(
    volumes: &'a [Volume],
    owner: Owner<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) -> Volumes<'a> {
    let mut good = Volumes::new();
    let claims: BTreeSet<String> = match owner.pod_name.filter(|name| !name.is_empty()) {
        Some(pod) => {
            let ephemeral = volumes.iter().filter(|volume| volume.ephemeral.is_some());
            ephemeral
                .map(|volume| format!("{pod}-{}", volume.name))
                .collect()
        }
        None => BTreeSet::new(),
    };
    for (i, volume) in volumes.iter().enumerate() {
        let path = path.index(i);
        let before = errors.len();
        validate_source(volume, owner, &path, errors);
        let name = path.child("name");
        if volume.name.is_empty() {
            errors.required(&name, "");
        } else {
            errors.invalid_each(&name, &volume.name, is_dns1123_label(&volume.name));
        }
        if good.contains_key(volume.name.as_str()) {
            errors.duplicate(&name, &volume.name);
        }
        if errors.len() == before {
            good.insert(&volume.name, volume);
        }
        if let Some(claim) = volume.persistent_volume_claim.as_ref()
            && claims.contains(claim.claim_name.as_str())
        {
            let detail = "must not reference a PVC that gets created for an ephemeral volume";
            let claim_path = path.child("persistentVolumeClaim");
            errors.invalid(&claim_path.child("claimName"), &claim.claim_name, detail);
        }
    }
    good
}

fn validate_source(volume: &Volume, owner: Owner<'_>, path: &Path<'_>, errors: &mut Errors) {
    let given = |name: &str| {
        let found = volume.schema().field(name);
        found.is_some_and(|(index, _)| !matches!(volume.field(index), View::Null))
    };
    let mut sources = 0;
    for source in ORDER.into_iter().filter(|name| given(name)) {
        sources += 1;
        if sources > 1 {
            errors.forbidden(
                &path.child(source),
                "may not specify more than 1 volume type",
            );
            continue;
        }
        validate_common(volume, owner, source, path, errors);
        vendor_volumes::validate(volume, source, path, errors);
    }
    if sources == 0 {
        errors.required(path, "must specify a volume type");
    }
}

fn validate_common(
    volume: &Volume,
    owner: Owner<'_>,
    source: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let path_s = path.child(source);
    let required = |value: &str, field: &'static str, errors: &mut Errors| {
        if value.is_empty() {
            errors.required(&path_s.child(field), "");
        }
    };
    if let Some(dir) = &volume.empty_dir
        && dir
            .size_limit
            .as_ref()
            .is_some_and(|limit| limit.signum() < 0)
    {
        let detail = "SizeLimit field must be a valid resource quantity";
        errors.forbidden(&path_s.child("sizeLimit"), detail);
    }
    if let Some(host) = volume.host_path.as_ref().filter(|_| source == "hostPath") {
        validate_host_path(host, &path_s, errors);
    }
    if let Some(repo) = volume.git_repo.as_ref().filter(|_| source == "gitRepo") {
        required(&repo.repository, "repository", errors);
        validate_descending_path(&repo.directory, &path_s.child("directory"), errors);
    }
    if let Some(secret) = volume.secret.as_ref().filter(|_| source == "secret") {
        required(&secret.secret_name, "secretName", errors);
        validate_mode(secret.default_mode, &path_s.child("defaultMode"), errors);
        validate_items(&secret.items, &path_s, errors);
    }
    if let Some(config) = volume.config_map.as_ref().filter(|_| source == "configMap") {
        required(&config.name, "name", errors);
        validate_mode(config.default_mode, &path_s.child("defaultMode"), errors);
        validate_items(&config.items, &path_s, errors);
    }
    if let Some(claim) = volume
        .persistent_volume_claim
        .as_ref()
        .filter(|_| source == "persistentVolumeClaim")
    {
        required(&claim.claim_name, "claimName", errors);
    }
    if let Some(nfs) = volume.nfs.as_ref().filter(|_| source == "nfs") {
        required(&nfs.server, "server", errors);
        required(&nfs.path, "path", errors);
        if !nfs.path.starts_with('/') {
            errors.invalid(&path_s.child("path"), &nfs.path, "must be an absolute path");
        }
    }
    if let Some(downward) = volume
        .downward_api
        .as_ref()
        .filter(|_| source == "downwardAPI")
    {
        validate_mode(downward.default_mode, &path_s.child("defaultMode"), errors);
        downward
            .items
            .iter()
            .for_each(|file| validate_file(file, &path_s, errors));
    }
    if let Some(projected) = volume.projected.as_ref().filter(|_| source == "projected") {
        validate_projected(projected, &path_s, errors);
    }
    if let Some(csi) = volume.csi.as_ref().filter(|_| source == "csi") {
        validate_csi_driver_name(&csi.driver, &path_s.child("driver"), errors);
        if let Some(secret) = &csi.node_publish_secret_ref {
            let name = path_s.child("nodePublishSecretRef");
            if secret.name.is_empty() {
                errors.required(&name.child("name"), "");
            } else {
                errors.invalid_each(
                    &path_s.child("name"),
                    &secret.name,
                    is_dns1123_subdomain(&secret.name),
                );
            }
        }
    }
    if let Some(image) = volume.image.as_ref().filter(|_| source == "image") {
        if owner.is_pod {
            required(&image.reference, "reference", errors);
        }
        containers::validate_pull_policy(&image.pull_policy, &path_s.child("pullPolicy"), errors);
    }
    if let Some(ephemeral) = volume.ephemeral.as_ref().filter(|_| source == "ephemeral") {
        match &ephemeral.volume_claim_template {
            None => errors.required(&path_s.child("volumeClaimTemplate"), ""),
            Some(template) => {
                let template_path = path_s.child("volumeClaimTemplate");
                let meta = template_path.child("metadata");
                crate::validation::meta::validate_annotations(
                    &template.metadata.annotations,
                    &meta.child("annotations"),
                    errors,
                );
                crate::validation::meta::validate_labels(
                    &template.metadata.labels,
                    &meta.child("labels"),
                    errors,
                );
                let spec = template_path.child("spec");
                crate::registry::core::persistentvolumeclaim::validate_spec(
                    &template.spec,
                    &spec,
                    errors,
                );
            }
        }
        if let Some(pod) = owner
            .pod_name
            .filter(|name| !name.is_empty() && !volume.name.is_empty())
        {
            let claim = format!("{pod}-{}", volume.name);
            for message in is_dns1123_subdomain(&claim) {
                errors.invalid(
                    &path.child("name"),
                    &volume.name,
                    format!("PVC name {claim:?}: {message}"),
                );
            }
        }
    }
}

fn validate_mode(mode: Option<i32>, path: &Path<'_>, errors: &mut Errors) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        errors.invalid(path, mode, FILE_MODE);
    }
}

fn validate_items(items: &[KeyToPath], path: &Path<'_>, errors: &mut Errors) {
    let path = path.child("items");
    for (i, item) in items.iter().enumerate() {
        let path = path.index(i);
        if item.key.is_empty() {
            errors.required(&path.child("key"), "");
        }
        if item.path.is_empty() {
            errors.required(&path.child("path"), "");
        }
        validate_local_path(&item.path, &path.child("path"), errors);
        validate_mode(item.mode, &path.child("mode"), errors);
    }
}

fn validate_file(file: &DownwardAPIVolumeFile, path: &Path<'_>, errors: &mut Errors) {
    if file.path.is_empty() {
        errors.required(&path.child("path"), "");
    }
    validate_local_path(&file.path, &path.child("path"), errors);
    match (&file.field_ref, &file.resource_field_ref) {
        (Some(field), resource) => {
            env::validate_field_ref(field, &env::FILE_FIELDS, &path.child("fieldRef"), errors);
            if resource.is_some() {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                errors.invalid(path, "resource", detail);
            }
        }
        (None, Some(resource)) => {
            env::validate_resource_ref(resource, true, &path.child("resourceFieldRef"), errors);
        }
        (None, None) => errors.required(path, "one of fieldRef and resourceFieldRef is required"),
    }
    validate_mode(file.mode, &path.child("mode"), errors);
}

fn validate_projected(projected: &ProjectedVolumeSource, path: &Path<'_>, errors: &mut Errors) {
    validate_mode(projected.default_mode, &path.child("defaultMode"), errors);
    let mut paths = BTreeSet::new();
    let sources = path.child("sources");
    for (i, source) in projected.sources.iter().enumerate() {
        validate_projection(source, path, &sources.index(i), &mut paths, errors);
    }
}

fn validate_projection<'a>(
    source: &'a VolumeProjection,
    volume: &Path<'_>,
    path: &Path<'_>,
    paths: &mut BTreeSet<&'a str>,
    errors: &mut Errors,
) {
    let mut sources = 0;
    let named = [
        (
            "secret",
            source.secret.as_ref().map(|s| (&s.name, &s.items)),
        ),
        (
            "configMap",
            source.config_map.as_ref().map(|s| (&s.name, &s.items)),
        ),
    ];
    for (field, (name, items)) in named
        .into_iter()
        .filter_map(|(field, found)| Some((field, found?)))
    {
        sources += 1;
        let path = path.child(field);
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        }
        validate_items(items, &path, errors);
        for item in items.iter().filter(|item| !item.path.is_empty()) {
            if !paths.insert(&item.path) {
                errors.invalid(volume, name, "conflicting duplicate paths");
            }
        }
    }
    if let Some(downward) = &source.downward_api {
        sources += 1;
        for file in &downward.items {
            validate_file(file, &path.child("downwardAPI"), errors);
            if !file.path.is_empty() && !paths.insert(&file.path) {
                errors.invalid(volume, &file.path, "conflicting duplicate paths");
            }
        }
    }
    if let Some(token) = &source.service_account_token {
        sources += 1;
        let seconds = token.expiration_seconds.unwrap_or(3600);
        let token_path = path.child("serviceAccountToken");
        let expiration = token_path.child("expirationSeconds");
        if seconds < 600 {
            errors.invalid(
                &expiration,
                seconds,
                "may not specify a duration less than 10 minutes",
            );
        }
        if seconds > 1 << 32 {
            errors.invalid(
                &expiration,
                seconds,
                "may not specify a duration larger than 2^32 seconds",
            );
        }
        if token.path.is_empty() {
            errors.required(&volume.child("path"), "");
        } else {
            validate_local_path(&token.path, &volume.child("path"), errors);
        }
    }
    if let Some(bundle) = &source.cluster_trust_bundle {
        sources += 1;
        let at = path.child("clusterTrustBundle");
        match (&bundle.name, &bundle.signer_name) {
            (Some(_), Some(_)) => {
                let shown = Verbatim(Internal::of(&**bundle).compact());
                errors.invalid(&at, shown, "only one of name and signerName may be used");
            }
            (Some(name), None) if name.is_empty() => {
                errors.required(&at.child("name"), "must be a valid object name");
            }
            (None, Some(name)) if name.is_empty() => {
                errors.required(&at.child("signerName"), "must be a valid signer name");
            }
            (None, None) => {
                errors.required(&at, "either name or signerName must be specified");
            }
            _ => {}
        }
        if bundle.path.is_empty() {
            errors.required(&at.child("path"), "");
        }
        validate_local_path(&bundle.path, &at.child("path"), errors);
        if !paths.insert(&bundle.path) {
            errors.invalid(volume, &bundle.path, "conflicting duplicate paths");
        }
    }
    sources += usize::from(source.pod_certificate.is_some());
    if sources > 1 {
        errors.forbidden(path, "may not specify more than 1 volume type per source");
    }
}

/// Checks the name of a CSI driver.
pub(crate) fn validate_csi_driver_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.is_empty() {
        errors.required(path, "");
    }
    if name.len() > 63 {
        errors.too_long(path, 63);
    }
    errors.invalid_each(path, name, is_dns1123_subdomain(&name.to_lowercase()));
}

/// Checks that a path does not climb up.
pub(crate) fn validate_no_backsteps(value: &str, path: &Path<'_>, errors: &mut Errors) {
    if value.split('/').any(|part| part == "..") {
        errors.invalid(path, value, "must not contain '..'");
    }
}

/// Checks that a path is relative and does not climb up.
pub(super) fn validate_descending_path(value: &str, path: &Path<'_>, errors: &mut Errors) {
    if value.starts_with('/') {
        errors.invalid(path, value, "must be a relative path");
    }
    validate_no_backsteps(value, path, errors);
}

/// Checks that a path is relative, does not climb up, and is none of the names that atomic writes need.
pub(super) fn validate_local_path(value: &str, path: &Path<'_>, errors: &mut Errors) {
    validate_descending_path(value, path, errors);
    if value.starts_with("..") && !value.starts_with("../") {
        errors.invalid(path, value, "must not start with '..'");
    }
}

/// Checks a folder or file of the node's.
pub(crate) fn validate_host_path(
    host: &HostPathVolumeSource,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if host.path.is_empty() {
        return errors.required(&path.child("path"), "");
    }
    validate_no_backsteps(&host.path, &path.child("path"), errors);
    if let Some(kind) = &host.type_
        && !HOST_PATH_TYPES.contains(&kind.as_str())
    {
        errors.not_supported(&path.child("type"), kind, &HOST_PATH_TYPES);
    }
}
