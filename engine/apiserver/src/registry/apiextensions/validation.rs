//! Which definitions are valid.

use api::apiextensions::v1::{CustomResourceDefinition, JSONSchemaProps};

use super::structural;
use crate::validation::IMMUTABLE;
use crate::validation::content::{name_is_dns_label, name_is_dns_subdomain, name_is_dns1035_label};
use crate::validation::field::{Errors, Path, Verbatim};

pub(super) fn validate(crd: &CustomResourceDefinition, errors: &mut Errors) {
    let spec = &crd.spec;
    let wanted = format!("{}.{}", spec.names.plural, spec.group);
    if crd.metadata.name != wanted {
        let text = "must be spec.names.plural+\".\"+spec.group";
        let metadata = Path::new("metadata");
        errors.invalid(&metadata.child("name"), crd.metadata.name.as_str(), text);
    }
    let path = Path::new("spec");
    if spec.group.is_empty() {
        errors.required(&path.child("group"), "");
    } else {
        errors.invalid_each(
            &path.child("group"),
            &spec.group,
            name_is_dns_subdomain(&spec.group, false),
        );
        if !spec.group.contains('.') {
            let text = "should be a domain with at least one dot";
            errors.invalid(&path.child("group"), spec.group.as_str(), text);
        }
    }
    if !matches!(spec.scope.as_str(), "Cluster" | "Namespaced") {
        if spec.scope.is_empty() {
            errors.required(&path.child("scope"), "");
        }
        errors.not_supported(
            &path.child("scope"),
            spec.scope.as_str(),
            &["Cluster", "Namespaced"],
        );
    }
    let versions = path.child("versions");
    for (i, version) in spec.versions.iter().enumerate() {
        let path = versions.index(i);
        errors.invalid_each(
            &path.child("name"),
            &version.name,
            name_is_dns1035_label(&version.name, false),
        );
        if spec
            .versions
            .iter()
            .take(i)
            .any(|other| other.name == version.name)
        {
            errors.invalid(&path.child("name"), version.name.as_str(), "must be unique");
        }
        let schema = path.child("schema");
        let schema = schema.child("openAPIV3Schema");
        match version
            .schema
            .as_ref()
            .and_then(|s| s.open_apiv3_schema.as_ref())
        {
            None => errors.required(&schema, ""),
            Some(root) => structural::validate(root, &schema, errors),
        }
        let columns = path.child("additionalPrinterColumns");
        for (i, column) in version.additional_printer_columns.iter().enumerate() {
            let path = columns.index(i);
            if column.name.is_empty() {
                errors.required(&path.child("name"), "");
            }
            const TYPES: [&str; 5] = ["integer", "number", "string", "boolean", "date"];
            if !TYPES.contains(&column.type_.as_str()) {
                let text = format!("must be one of {}", TYPES.join(","));
                errors.invalid(&path.child("type"), column.type_.as_str(), text);
            }
            if column.json_path.is_empty() {
                errors.required(&path.child("jsonPath"), "");
            }
        }
    }
    if spec
        .versions
        .iter()
        .filter(|version| version.storage)
        .count()
        != 1
    {
        let text = "must have exactly one version marked as storage version";
        errors.invalid(&versions, Verbatim(shown(crd)), text);
    }
    let names = path.child("names");
    for (field, name) in [
        ("plural", &spec.names.plural),
        ("singular", &spec.names.singular),
    ] {
        errors.invalid_each(
            &names.child(field),
            name,
            name_is_dns1035_label(name, false),
        );
    }
    for (field, name) in [
        ("kind", &spec.names.kind),
        ("listKind", &spec.names.list_kind),
    ] {
        let lower = name.to_lowercase();
        if name.is_empty() {
            errors.required(&names.child(field), "");
        } else {
            errors.invalid_each(
                &names.child(field),
                name,
                name_is_dns1035_label(&lower, false),
            );
        }
    }
    if !spec.names.kind.is_empty() && spec.names.kind == spec.names.list_kind {
        let text = "kind and listKind may not be the same";
        errors.invalid(
            &names.child("listKind"),
            spec.names.list_kind.as_str(),
            text,
        );
    }
    let short = names.child("shortNames");
    for (i, name) in spec.names.short_names.iter().enumerate() {
        errors.invalid_each(&short.index(i), name, name_is_dns_label(name, false));
    }
    if let Some(conversion) = &spec.conversion
        && conversion.strategy != "None"
    {
        // Webhooks would need a server to call; there is none that would answer.
        let path = path.child("conversion");
        errors.not_supported(
            &path.child("strategy"),
            conversion.strategy.as_str(),
            &["None"],
        );
    }
}

/// The versions as Go prints them.
fn shown(crd: &CustomResourceDefinition) -> String {
    let versions = crd
        .spec
        .versions
        .iter()
        .map(|version| apimachinery::codec::to_value(version));
    apimachinery::codec::json::compact(&versions.collect())
}

/// What an established definition may not change.
pub(super) fn validate_kept(
    new: &CustomResourceDefinition,
    old: &CustomResourceDefinition,
    errors: &mut Errors,
) {
    let spec = Path::new("spec");
    let mut kept = |field: &str, new: &str, old: &str| {
        if new != old {
            let path = spec.child(field);
            errors.invalid(&path, new, IMMUTABLE);
        }
    };
    kept("group", &new.spec.group, &old.spec.group);
    kept("scope", &new.spec.scope, &old.spec.scope);
    let names = spec.child("names");
    for (field, new, old) in [
        ("kind", &new.spec.names.kind, &old.spec.names.kind),
        ("plural", &new.spec.names.plural, &old.spec.names.plural),
    ] {
        if new != old {
            errors.invalid(&names.child(field), new.as_str(), IMMUTABLE);
        }
    }
}

/// Rules that nobody here can evaluate.
pub(super) fn warn_of_rules(crd: &CustomResourceDefinition, warnings: &mut Vec<String>) {
    for version in &crd.spec.versions {
        let root = version
            .schema
            .as_ref()
            .and_then(|s| s.open_apiv3_schema.as_ref());
        if root.is_some_and(|root| has_rules(root)) {
            warnings.push(format!(
                "version {}: x-kubernetes-validations are not evaluated by this server",
                version.name
            ));
        }
    }
}

fn has_rules(schema: &JSONSchemaProps) -> bool {
    let items = schema
        .items
        .as_ref()
        .and_then(|items| items.schema.as_ref());
    let more = schema
        .additional_properties
        .as_ref()
        .and_then(|more| more.schema.as_ref());
    !schema.x_validations.is_empty()
        || schema
            .properties
            .iter()
            .any(|(_, schema)| has_rules(schema))
        || items.is_some_and(|schema| has_rules(schema))
        || more.is_some_and(|schema| has_rules(schema))
}
