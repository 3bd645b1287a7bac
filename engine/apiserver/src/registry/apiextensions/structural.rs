//! Schemas must be structural: every field says its type, in one place.

use api::apiextensions::v1::JSONSchemaProps;

use crate::validation::field::{Errors, Path};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// A whole schema.
pub(super) fn validate(root: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    if root.type_.is_empty() {
        errors.required(&path.child("type"), "must not be empty at the root");
    } else if root.type_ != "object" {
        errors.invalid(
            &path.child("type"),
            root.type_.as_str(),
            "must be object at the root",
        );
    }
    inner(root, path, errors);
}

fn each(schema: &JSONSchemaProps, path: &Path<'_>, what: &str, errors: &mut Errors) {
    let any = schema.x_int_or_string || schema.x_preserve_unknown_fields == Some(true);
    if schema.type_.is_empty() && !any {
        errors.required(
            &path.child("type"),
            format!("must not be empty for specified {what}"),
        );
    }
    inner(schema, path, errors);
}

fn inner(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    if !schema.type_.is_empty() && !TYPES.contains(&schema.type_.as_str()) {
        errors.not_supported(&path.child("type"), schema.type_.as_str(), &TYPES);
    }
    if schema.ref_.is_some() {
        errors.forbidden(&path.child("$ref"), "$ref is not supported");
    }
    if schema.unique_items {
        errors.forbidden(
            &path.child("uniqueItems"),
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        );
    }
    let properties = path.child("properties");
    for (name, schema) in &schema.properties {
        each(schema, &properties.key(name), "object fields", errors);
    }
    if let Some(more) = &schema.additional_properties {
        let path = path.child("additionalProperties");
        if !schema.properties.is_empty() {
            errors.forbidden(
                &path,
                "additionalProperties and properties are mutual exclusive",
            );
        }
        if let Some(schema) = &more.schema {
            each(schema, &path, "object fields", errors);
        }
    }
    if schema.type_ == "array" {
        let path = path.child("items");
        match schema.items.as_ref() {
            None => errors.required(&path, "must be specified"),
            Some(items) => match &items.schema {
                Some(schema) => each(schema, &path, "array items", errors),
                None => errors.forbidden(&path, "items must be a schema object and not an array"),
            },
        }
    }
    if let Some(pattern) = Some(&schema.pattern).filter(|pattern| !pattern.is_empty())
        && let Err(error) = regex_lite::Regex::new(pattern)
    {
        let text = format!("must be a valid regular expression, but isn't: {error}");
        errors.invalid(&path.child("pattern"), pattern.as_str(), text);
    }
}
