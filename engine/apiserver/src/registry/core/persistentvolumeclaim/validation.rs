//! The rules of claims.

use api::core::v1::{PersistentVolumeClaim, PersistentVolumeClaimSpec};
use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain};
use apimachinery::{Quantity, Str};

use super::CLASS_ANNOTATION;
use crate::registry::core::persistentvolume::{
    validate_access_modes, validate_positive, validate_volume_mode,
};
use crate::validation::diff::unified;
use crate::validation::field::{BadValue, Errors, Path, Verbatim};
use crate::validation::internal::Internal;
use crate::validation::selectors::validate_label_selector;

const KEPT: &str = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/// Checks the spec of a claim, or of a template of one.
pub(crate) fn validate_spec(
    spec: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let modes = path.child("accessModes");
    if spec.access_modes.is_empty() {
        errors.required(&modes, "at least 1 access mode is required");
    }
    if let Some(selector) = &spec.selector {
        validate_label_selector(selector, &path.child("selector"), errors);
    }
    validate_access_modes(&spec.access_modes, &modes, errors);
    let resources = path.child("resources");
    let storage = resources.key("storage");
    match spec.resources.requests.get("storage") {
        None => errors.required(&storage, ""),
        Some(value) => validate_positive(value, &storage, errors),
    }
    let class = |name: &Option<Str>, field: &'static str, errors: &mut Errors| {
        if let Some(name) = name.as_ref().filter(|name| !name.is_empty()) {
            errors.invalid_each(&path.child(field), name, is_dns1123_subdomain(name));
        }
    };
    class(&spec.storage_class_name, "storageClassName", errors);
    validate_volume_mode(spec.volume_mode.as_ref(), &path.child("volumeMode"), errors);
    validate_sources(spec, path, errors);
    class(
        &spec.volume_attributes_class_name,
        "volumeAttributesClassName",
        errors,
    );
}

fn validate_sources(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, errors: &mut Errors) {
    if let Some(source) = &spec.data_source {
        let path = path.child("dataSource");
        validate_source(&source.api_group, &source.kind, &source.name, &path, errors);
    }
    let Some(reference) = &spec.data_source_ref else {
        return;
    };
    let at = path.child("dataSourceRef");
    validate_source(
        &reference.api_group,
        &reference.kind,
        &reference.name,
        &at,
        errors,
    );
    let namespace = reference
        .namespace
        .as_ref()
        .filter(|namespace| !namespace.is_empty());
    if let Some(namespace) = namespace {
        errors.invalid_each(
            &at.child("namespace"),
            namespace,
            is_dns1123_label(namespace),
        );
    }
    if let Some(source) = &spec.data_source {
        let equal = source.api_group == reference.api_group
            && source.kind == reference.kind
            && source.name == reference.name;
        let detail = match namespace {
            Some(_) => "may not be specified when dataSourceRef.namespace is specified",
            None if equal => return,
            None => "must match dataSourceRef",
        };
        errors.invalid(path, path.child("dataSource").to_string(), detail);
    }
}

fn validate_source(
    group: &Option<Str>,
    kind: &Str,
    name: &Str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if name.is_empty() {
        errors.required(&path.child("name"), "");
    }
    if kind.is_empty() {
        errors.required(&path.child("kind"), "");
    }
    let group = group.as_deref().unwrap_or_default();
    if group.is_empty() {
        if kind != "PersistentVolumeClaim" {
            let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            errors.invalid(path, kind, detail);
        }
    } else {
        errors.invalid_each(&path.child("apiGroup"), group, is_dns1123_subdomain(group));
    }
}

/// Hardly anything of a claim may change, and not everything at any time.
pub(super) fn validate_kept(
    new: &PersistentVolumeClaim,
    old: &PersistentVolumeClaim,
    errors: &mut Errors,
) {
    let (mut kept, mut before) = ((*new.spec).clone(), (*old.spec).clone());
    if before.volume_name.is_empty() {
        before.volume_name = kept.volume_name.clone();
    }
    if before.storage_class_name.is_none() && kept.storage_class_name.is_some() {
        let annotated = old.metadata.annotations.get(CLASS_ANNOTATION);
        if annotated.is_none_or(|class| kept.storage_class_name.as_ref() == Some(class)) {
            kept.storage_class_name = None;
        }
    }
    if new.status.phase == "Bound" {
        if !kept.resources.requests.is_empty() {
            match before.resources.requests.get("storage") {
                Some(size) => drop(kept.resources.requests.insert("storage", size.clone())),
                None => drop(kept.resources.requests.remove("storage")),
            }
        }
        kept.volume_attributes_class_name = before.volume_attributes_class_name.clone();
    }
    if kept != before {
        let diff = unified(
            &Internal::of(&before).pretty(),
            &Internal::of(&kept).pretty(),
        );
        errors.forbidden(&Path::new("spec"), format!("{KEPT}\n{diff}"));
    }
    let zero = Quantity::default();
    let size = |claim: &PersistentVolumeClaim| {
        claim
            .spec
            .resources
            .requests
            .get("storage")
            .cloned()
            .unwrap_or_default()
    };
    let reached = old.status.capacity.get("storage").unwrap_or(&zero);
    if size(new) < size(old) && size(new) <= *reached {
        let path = Path::new("spec.resources.requests.storage");
        errors.forbidden(&path, "field can not be less than status.capacity");
    }
    if new.spec.volume_mode != old.spec.volume_mode {
        let mode = new.spec.volume_mode.as_ref();
        let shown = Verbatim(mode.map_or("null".to_owned(), BadValue::render));
        errors.invalid(
            &Path::new("volumeMode"),
            shown,
            crate::validation::IMMUTABLE,
        );
    }
    let (class, in_use) = (
        &new.spec.volume_attributes_class_name,
        &old.status.current_volume_attributes_class_name,
    );
    if in_use.is_some() && *class != old.spec.volume_attributes_class_name {
        let path = Path::new("spec.volumeAttributesClassName");
        let to = match class {
            None => "nil",
            Some(class) if class.is_empty() => "empty string",
            Some(_) => return,
        };
        let detail = format!(
            "update to {to} is forbidden when status.currentVolumeAttributesClassName is not nil"
        );
        errors.forbidden(&path, detail);
    }
}
