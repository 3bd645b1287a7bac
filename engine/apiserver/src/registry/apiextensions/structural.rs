//! Schemas must be structural: every field says its type, in one place, and what is under `allOf` and its like only narrows.
//! Upstream's room is `pkg/apiserver/schema` of the apiextensions server.
//!
//! What a schema of any sort may say is in [`super::schema_rules`].

use api::apiextensions::v1::JSONSchemaProps;

use crate::validation::field::{Errors, Path};

/// Where a schema stands, in the words for what it misses.
const ROOT: &str = "at the root";
const ITEM: &str = "for specified array items";
const FIELD: &str = "for specified object fields";

/// Checks a whole schema. Upstream tells in the order of the texts.
pub(super) fn validate(root: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    let mut found = Errors::new();
    invariants(root, ROOT, path, &mut found);
    completeness(root, Some(root), path, path, &mut found);
    let mut found: Vec<_> = found.into_list().into_iter().collect();
    found.sort_by_key(ToString::to_string);
    found.into_iter().for_each(|error| errors.push(error));
}

/// Whether there is nothing in it that no structural schema can say; what there is, [`super::schema_rules`] refuses.
pub(super) fn is_readable(schema: &JSONSchemaProps) -> bool {
    let own = schema.id.is_empty()
        && schema.schema.is_empty()
        && schema.ref_.is_none()
        && schema.additional_items.is_none()
        && schema.pattern_properties.is_empty()
        && schema.definitions.is_empty()
        && schema.dependencies.is_empty()
        && schema.x_preserve_unknown_fields != Some(false);
    let items = schema.items.as_ref();
    own && items.is_none_or(|items| items.json_schemas.is_empty())
        && inner(schema).into_iter().all(is_readable)
}

/// The schemas right below one.
pub(super) fn inner(schema: &JSONSchemaProps) -> Vec<&JSONSchemaProps> {
    let mut out: Vec<&JSONSchemaProps> = schema.properties.values().collect();
    out.extend(items(schema));
    out.extend(more(schema));
    out.extend(schema.not.as_deref());
    for list in [&schema.all_of, &schema.any_of, &schema.one_of] {
        out.extend(list.iter());
    }
    out
}

/// What the items of a list look like.
pub(super) fn items(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    schema.items.as_ref()?.schema.as_deref()
}

/// What the values of a map look like.
fn more(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    schema.additional_properties.as_ref()?.schema.as_deref()
}

/// Whether these are the two types of something that is a number or a text.
fn is_int_or_string(any_of: &[JSONSchemaProps]) -> bool {
    let only = |type_: &str| JSONSchemaProps {
        type_: type_.into(),
        ..JSONSchemaProps::default()
    };
    any_of == [only("integer"), only("string")]
}

fn invariants(schema: &JSONSchemaProps, level: &str, path: &Path<'_>, errors: &mut Errors) {
    let (type_, type_path) = (schema.type_.as_str(), path.child("type"));
    let preserves = schema.x_preserve_unknown_fields == Some(true);
    let embedded = schema.x_embedded_resource;
    let items_path = path.child("items");
    match items(schema) {
        Some(items) => invariants(items, ITEM, &items_path, errors),
        None if type_ == "array" => errors.required(&items_path, "must be specified"),
        None => {}
    }
    let properties = path.child("properties");
    for (name, schema) in &schema.properties {
        invariants(schema, FIELD, &properties.key(name), errors);
    }
    if schema.additional_properties.is_some() {
        let path = path.child("additionalProperties");
        if level == ROOT {
            errors.forbidden(&path, "must not be used at the root");
        }
        if let Some(more) = more(schema) {
            invariants(more, FIELD, &path, errors);
        }
        if embedded {
            let text = "must not be used if x-kubernetes-embedded-resource is set";
            errors.forbidden(&path, text);
        }
    }
    for (name, set) in [
        ("x-kubernetes-preserve-unknown-fields", preserves),
        ("x-kubernetes-embedded-resource", embedded),
    ] {
        if set && schema.x_int_or_string {
            let text = "must be false if x-kubernetes-int-or-string is true";
            errors.invalid(&path.child(name), true, text);
        }
    }
    values(schema, path, errors);

    let text = "must be object if x-kubernetes-embedded-resource is true";
    if embedded && type_.is_empty() {
        errors.required(&type_path, text);
    } else if embedded && type_ != "object" {
        errors.invalid(&type_path, type_, text);
    } else if type_.is_empty() && !schema.x_int_or_string && !preserves {
        errors.required(&type_path, format!("must not be empty {level}"));
    }
    if level == ROOT && !type_.is_empty() && type_ != "object" {
        errors.invalid(&type_path, type_, "must be object at the root");
    }
    if level == ROOT || embedded {
        for (name, wanted) in [
            ("kind", "string"),
            ("apiVersion", "string"),
            ("metadata", "object"),
        ] {
            if let Some(found) = schema.properties.get(name).filter(|p| p.type_ != wanted) {
                let at = properties.key(name);
                let text = format!("must be {wanted}");
                errors.invalid(&at.child("type"), found.type_.as_str(), text);
            }
        }
    }
    if let Some(metadata) = schema.properties.get("metadata").filter(|_| level == ROOT)
        && !says_only_names(metadata)
    {
        let text = "must not specify anything other than name and generateName, but metadata is implicitly specified";
        errors.forbidden(&properties.key("metadata"), text);
    }
    if embedded && !preserves && schema.properties.is_empty() {
        let text = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
        errors.required(&properties, text);
    }
}

/// Whether a schema for `metadata` says no more than may be said.
fn says_only_names(metadata: &JSONSchemaProps) -> bool {
    let mut rest = metadata.clone();
    let mut names = metadata.properties.iter().map(|(name, _)| name.as_str());
    if names.all(|name| matches!(name, "name" | "generateName")) {
        rest.properties = Default::default();
    }
    rest.type_ = "".into();
    rest.default_ = None;
    rest == JSONSchemaProps::default()
}

/// What only narrows.
fn values(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    for (name, list) in [
        ("anyOf", &schema.any_of),
        ("allOf", &schema.all_of),
        ("oneOf", &schema.one_of),
    ] {
        if name == "anyOf" && is_int_or_string(list) {
            continue;
        }
        let path = path.child(name);
        for (i, schema) in list.iter().enumerate() {
            narrowing(schema, &path.index(i), errors);
        }
    }
    if let Some(schema) = &schema.not {
        narrowing(schema, &path.child("not"), errors);
    }
    if let Some(pattern) = Some(&schema.pattern).filter(|pattern| !pattern.is_empty())
        && let Err(error) = regex_lite::Regex::new(pattern)
    {
        let text = format!("must be a valid regular expression, but isn't: {error}");
        errors.invalid(&path.child("pattern"), pattern.as_str(), text);
    }
}

fn narrowing(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    values(schema, path, errors);
    if let Some(items) = items(schema) {
        narrowing(items, &path.child("items"), errors);
    }
    let properties = path.child("properties");
    for (name, schema) in &schema.properties {
        narrowing(schema, &properties.key(name), errors);
    }
    let empty = "must be empty to be structural";
    let undefined = "must be undefined to be structural";
    let off = "must be false to be structural";
    for (name, given, text) in [
        ("type", !schema.type_.is_empty(), empty),
        (
            "additionalProperties",
            schema.additional_properties.is_some(),
            undefined,
        ),
        ("default", schema.default_.is_some(), undefined),
        ("title", !schema.title.is_empty(), empty),
        ("description", !schema.description.is_empty(), empty),
        ("nullable", schema.nullable, off),
        (
            "x-kubernetes-preserve-unknown-fields",
            schema.x_preserve_unknown_fields == Some(true),
            off,
        ),
        (
            "x-kubernetes-embedded-resource",
            schema.x_embedded_resource,
            off,
        ),
        ("x-kubernetes-int-or-string", schema.x_int_or_string, off),
        (
            "x-kubernetes-list-map-keys",
            !schema.x_list_map_keys.is_empty(),
            empty,
        ),
        (
            "x-kubernetes-list-type",
            schema.x_list_type.is_some(),
            undefined,
        ),
        (
            "x-kubernetes-map-type",
            schema.x_map_type.is_some(),
            undefined,
        ),
        (
            "x-kubernetes-validations",
            !schema.x_validations.is_empty(),
            empty,
        ),
    ] {
        if given {
            errors.forbidden(&path.child(name), text);
        }
    }
    if schema.properties.contains_key("metadata") {
        let text = "must not be specified in a nested context";
        errors.forbidden(&properties.key("metadata"), text);
    }
}

/// What is narrowed must be there: `found` is what the schema says itself at `at`.
fn completeness(
    schema: &JSONSchemaProps,
    found: Option<&JSONSchemaProps>,
    at: &Path<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if found.is_none() {
        errors.required(at, format!("because it is defined in {path}"));
        return;
    }
    if let Some(not) = &schema.not {
        nested(not, found, at, &path.child("not"), errors);
    }
    for (name, list) in [
        ("allOf", &schema.all_of),
        ("anyOf", &schema.any_of),
        ("oneOf", &schema.one_of),
    ] {
        let path = path.child(name);
        for (i, schema) in list.iter().enumerate() {
            nested(schema, found, at, &path.index(i), errors);
        }
    }
}

fn nested(
    schema: &JSONSchemaProps,
    found: Option<&JSONSchemaProps>,
    at: &Path<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    completeness(schema, found, at, path, errors);
    let Some(own) = found else {
        return;
    };
    if let Some(narrowed) = items(schema) {
        let (at, path) = (at.child("items"), path.child("items"));
        nested(narrowed, items(own), &at, &path, errors);
    }
    let (at, path) = (at.child("properties"), path.child("properties"));
    for (name, schema) in &schema.properties {
        let own = own.properties.get(name.as_str());
        nested(schema, own, &at.key(name), &path.key(name), errors);
    }
}
