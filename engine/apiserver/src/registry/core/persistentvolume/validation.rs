//! The rules of volumes, some of which are those of claims, too.

use api::core::v1::{PersistentVolume, PersistentVolumeSpec};
use apimachinery::codec;
use apimachinery::reflect::{Reflect, View};
use apimachinery::validation::is_dns1123_subdomain;
use apimachinery::{Quantity, Str};

use crate::registry::core::pod::validation::{
    validate_host_path, validate_no_backsteps, validate_node_selector,
};
use crate::validation::diff::unified;
use crate::validation::field::{BadValue, Errors, Path, Verbatim};
use crate::validation::internal::Internal;
use crate::validation::{IMMUTABLE, NOT_POSITIVE};

const ACCESS_MODES: [&str; 4] = [
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];
const RECLAIM_POLICIES: [&str; 3] = ["Delete", "Recycle", "Retain"];
const INLINE: &str = "may not be specified in the context of inline volumes";
/// Every source, in the order in which upstream looks at them, with the fields that must be given.
const SOURCES: [(&str, &[&str]); 22] = [
    ("hostPath", &[]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("glusterfs", &["endpoints", "path"]),
    ("flocker", &[]),
    ("nfs", &["server", "path"]),
    ("rbd", &["monitors", "image"]),
    ("quobyte", &["registry", "volume"]),
    ("cephfs", &["monitors"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("cinder", &["volumeID"]),
    ("fc", &[]),
    ("flexVolume", &["driver"]),
    ("azureFile", &["secretName", "shareName"]),
    ("vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
    ("local", &["path"]),
    ("storageos", &["volumeName"]),
    ("csi", &["driver", "volumeHandle"]),
];

/// Checks how a volume may be used.
pub(crate) fn validate_access_modes(modes: &[Str], path: &Path<'_>, errors: &mut Errors) {
    for mode in modes
        .iter()
        .filter(|mode| !ACCESS_MODES.contains(&mode.as_str()))
    {
        errors.not_supported(path, mode, &ACCESS_MODES);
    }
    let alone = modes.iter().any(|mode| mode == "ReadWriteOncePod");
    if alone
        && modes
            .iter()
            .any(|mode| ACCESS_MODES[..3].contains(&mode.as_str()))
    {
        errors.forbidden(path, "may not use ReadWriteOncePod with other access modes");
    }
}

/// Checks that an amount is more than nothing.
pub(crate) fn validate_positive(value: &Quantity, path: &Path<'_>, errors: &mut Errors) {
    if value.signum() <= 0 {
        errors.invalid(path, value.as_str(), NOT_POSITIVE);
    }
}

/// Checks whether a volume is a file system or bare.
pub(crate) fn validate_volume_mode(mode: Option<&Str>, path: &Path<'_>, errors: &mut Errors) {
    if let Some(mode) = mode.filter(|mode| !matches!(mode.as_str(), "Block" | "Filesystem")) {
        errors.not_supported(path, mode, &["Block", "Filesystem"]);
    }
}

/// Checks a volume's spec; `inline` is one that stands within another object, instead of being one.
pub(crate) fn validate_spec(
    spec: &PersistentVolumeSpec,
    inline: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if inline {
        let given = [
            ("claimRef", spec.claim_ref.is_some()),
            ("capacity", !spec.capacity.is_empty()),
        ];
        for (name, _) in given.iter().filter(|(_, given)| *given) {
            errors.forbidden(&path.child(name), INLINE);
        }
        if spec.csi.is_none() {
            errors.required(
                &path.child("csi"),
                "has to be specified in the context of inline volumes",
            );
        }
    }
    if spec.access_modes.is_empty() {
        errors.required(&path.child("accessModes"), "");
    }
    validate_access_modes(&spec.access_modes, &path.child("accessModes"), errors);
    if !inline {
        validate_capacity(spec, &path.child("capacity"), errors);
    }
    let policy = spec.persistent_volume_reclaim_policy.as_str();
    let at = path.child("persistentVolumeReclaimPolicy");
    match (inline, policy) {
        (_, "") | (true, "Retain") => {}
        (true, _) => errors.forbidden(&at, "may only be Retain in the context of inline volumes"),
        (false, _) if !RECLAIM_POLICIES.contains(&policy) => {
            errors.not_supported(&at, policy, &RECLAIM_POLICIES);
        }
        (false, _) => {}
    }
    if let Some(affinity) = &spec.node_affinity {
        let at = path.child("nodeAffinity");
        let required = at.child("required");
        match &affinity.required {
            _ if inline => errors.forbidden(&at, INLINE),
            Some(selector) => validate_node_selector(selector, &required, errors),
            None => errors.required(&required, "must specify required node constraints"),
        }
    }
    validate_sources(spec, path, errors);
    if !spec.storage_class_name.is_empty() {
        let class = &spec.storage_class_name;
        let at = path.child("storageClassName");
        if inline {
            errors.forbidden(&at, INLINE);
        } else {
            errors.invalid_each(&at, class, is_dns1123_subdomain(class));
        }
    }
    let at = path.child("volumeMode");
    match spec.volume_mode.as_deref() {
        None | Some("Filesystem") => {}
        Some(_) if inline => errors.forbidden(
            &at,
            "may not specify volumeMode other than Filesystem in the context of inline volumes",
        ),
        Some(_) => validate_volume_mode(spec.volume_mode.as_ref(), &at, errors),
    }
    if let Some(class) = &spec.volume_attributes_class_name {
        let at = path.child("volumeAttributesClassName");
        if class.is_empty() {
            errors.required(&at, "an empty string is disallowed");
        } else {
            errors.invalid_each(&at, class, is_dns1123_subdomain(class));
        }
        if spec.csi.is_none() {
            errors.required(
                &path.child("csi"),
                "has to be specified when using volumeAttributesClassName",
            );
        }
    }
}

fn validate_capacity(spec: &PersistentVolumeSpec, path: &Path<'_>, errors: &mut Errors) {
    if spec.capacity.is_empty() {
        errors.required(path, "");
    }
    if !spec.capacity.contains_key("storage") || spec.capacity.len() > 1 {
        let shown = match codec::to_value(spec).get("capacity") {
            Some(capacity) => codec::json::compact(capacity),
            None => "null".to_owned(),
        };
        errors.not_supported(path, Verbatim(shown), &["storage"]);
    }
    for (name, value) in spec.capacity.iter() {
        if value.value() < 0 {
            let detail = "must be a valid resource quantity";
            errors.invalid(&path.key(name), value.value(), detail);
        }
        validate_positive(value, &path.key(name), errors);
    }
}

/// What a source must be like, beyond having its fields.
fn validate_source(
    spec: &PersistentVolumeSpec,
    source: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let at = path.child("path");
    match source {
        "hostPath" => {
            if let Some(host) = &spec.host_path {
                validate_host_path(host, path, errors);
            }
        }
        "local" => {
            if let Some(local) = &spec.local {
                validate_no_backsteps(&local.path, &at, errors);
            }
        }
        "nfs" => {
            if let Some(nfs) = spec.nfs.as_ref().filter(|nfs| !nfs.path.starts_with('/')) {
                errors.invalid(&at, &nfs.path, "must be an absolute path");
            }
        }
        _ => {}
    }
}

fn validate_sources(spec: &PersistentVolumeSpec, path: &Path<'_>, errors: &mut Errors) {
    let mut found = false;
    for (source, required) in SOURCES {
        let Some((index, _)) = spec.schema().field(source) else {
            continue;
        };
        let View::Struct(fields) = spec.field(index) else {
            continue;
        };
        let at = path.child(source);
        if found {
            errors.forbidden(&at, "may not specify more than 1 volume type");
            continue;
        }
        found = true;
        // What this one is called in errors is not what it is called in the API.
        let at = match source {
            "gcePersistentDisk" => path.child("persistentDisk"),
            _ => at,
        };
        for name in required {
            if let Some((index, _)) = fields.schema().field(name)
                && codec::is_zero(&fields.field(index))
            {
                errors.required(&at.child(name), "");
            }
        }
        validate_source(spec, source, &at, errors);
        if source == "local" && spec.node_affinity.is_none() {
            errors.required(
                &path.child("nodeAffinity"),
                "Local volume requires node affinity",
            );
        }
    }
    if !found {
        errors.required(path, "must specify a volume type");
    }
    if let Some(host) = &spec.host_path {
        let root =
            !host.path.is_empty() && host.path.split('/').all(|part| matches!(part, "" | "."));
        if root && spec.persistent_volume_reclaim_policy == "Recycle" {
            let at = path.child("persistentVolumeReclaimPolicy");
            errors.forbidden(&at, "may not be 'recycle' for a hostPath mount of '/'");
        }
    }
}

/// What a volume is made of stays as it is.
pub(super) fn validate_kept(new: &PersistentVolume, old: &PersistentVolume, errors: &mut Errors) {
    let sources = |volume: &PersistentVolume| {
        let mut bare = (*volume.spec).clone();
        bare.capacity = Default::default();
        bare.access_modes = Vec::new();
        bare.claim_ref = None;
        bare.persistent_volume_reclaim_policy = Str::new();
        bare.storage_class_name = Str::new();
        bare.mount_options = Vec::new();
        bare.volume_mode = None;
        bare.node_affinity = None;
        bare.volume_attributes_class_name = None;
        bare
    };
    let (mut source, before) = (sources(new), sources(old));
    if let (Some(csi), Some(old)) = (&mut source.csi, &before.csi)
        && old.controller_expand_secret_ref.is_none()
        && csi.controller_expand_secret_ref.is_some()
    {
        csi.controller_expand_secret_ref = None;
    }
    if source != before {
        let diff = unified(
            &Internal::of(&before).pretty(),
            &Internal::of(&source).pretty(),
        );
        let detail = format!("spec.persistentvolumesource is immutable after creation\n{diff}");
        errors.forbidden(&Path::new("spec.persistentvolumesource"), detail);
    }
    if new.spec.volume_mode != old.spec.volume_mode {
        let mode = new.spec.volume_mode.as_ref();
        let shown = Verbatim(mode.map_or("null".to_owned(), BadValue::render));
        errors.invalid(&Path::new("volumeMode"), shown, IMMUTABLE);
    }
    if let Some(affinity) = &old.spec.node_affinity
        && new.spec.node_affinity.as_ref() != Some(affinity)
    {
        let shown = new
            .spec
            .node_affinity
            .as_ref()
            .map_or("null".to_owned(), |affinity| {
                Internal::of(&**affinity).compact()
            });
        let detail = format!("{IMMUTABLE}, except for updating from beta label to GA");
        errors.invalid(&Path::new("nodeAffinity"), Verbatim(shown), detail);
    }
    let (class, before) = (
        &new.spec.volume_attributes_class_name,
        &old.spec.volume_attributes_class_name,
    );
    if class.is_none() && before.is_some() {
        let path = Path::new("spec.volumeAttributesClassName");
        errors.forbidden(&path, "update from non-nil value to nil is forbidden");
    }
}
