//! Whether an object is what its schema says, in the words of upstream's validator (`k8s.io/kube-openapi/pkg/validation`).

use api::apiextensions::v1::JSONSchemaProps;
use apimachinery::Value;

use super::schema::joined;
use crate::validation::field::{Errors, Path};

/// Finds all that is wrong.
pub(super) fn validate(schema: &JSONSchemaProps, value: &Value, errors: &mut Errors) {
    // Values that are not among the known ones are told last.
    let mut last = Errors::new();
    check(schema, value, "", errors, &mut last);
    errors.extend(last);
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if is_whole(number) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
}

fn fits(schema: &JSONSchemaProps, value: &Value) -> bool {
    let found = type_of(value);
    if found == "null" && schema.nullable {
        return true;
    }
    if schema.x_int_or_string {
        return matches!(found, "integer" | "string");
    }
    schema.type_.is_empty()
        || schema.type_ == found
        || (schema.type_ == "number" && found == "integer")
}

fn check(
    schema: &JSONSchemaProps,
    value: &Value,
    path: &str,
    errors: &mut Errors,
    last: &mut Errors,
) {
    let field = Path::new(path);
    let mut invalid = |value: &Value, text: String| {
        errors.invalid(&field, value, format!("{path} in body {text}"))
    };
    if !fits(schema, value) {
        let found = type_of(value);
        let wanted = if schema.x_int_or_string {
            "integer,string"
        } else {
            &schema.type_
        };
        let text = format!("{path} in body must be of type {wanted}: \"{found}\"");
        errors.type_invalid(&field, found, text);
        return;
    }
    match value {
        Value::Number(number) => {
            let n = number.as_f64().unwrap_or_default();
            if let Some(max) = schema.maximum {
                if schema.exclusive_maximum && n >= max {
                    invalid(value, format!("should be less than {max}"));
                } else if n > max {
                    invalid(value, format!("should be less than or equal to {max}"));
                }
            }
            if let Some(min) = schema.minimum {
                if schema.exclusive_minimum && n <= min {
                    invalid(value, format!("should be greater than {min}"));
                } else if n < min {
                    invalid(value, format!("should be greater than or equal to {min}"));
                }
            }
            if let Some(factor) = schema.multiple_of
                && (n / factor).fract() != 0.0
            {
                invalid(value, format!("should be a multiple of {factor}"));
            }
        }
        Value::String(text) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            if let Some(min) = schema.min_length.filter(|min| length < *min) {
                invalid(value, format!("should be at least {min} chars long"));
            }
            let pattern = Some(schema.pattern.as_str()).filter(|pattern| !pattern.is_empty());
            let regex = pattern.and_then(|pattern| regex_lite::Regex::new(pattern).ok());
            if regex.is_some_and(|regex| !regex.is_match(text)) {
                invalid(value, format!("should match '{}'", schema.pattern));
            }
            if let Some(max) = schema.max_length.filter(|max| length > *max) {
                errors.too_long(&field, usize::try_from(max).unwrap_or_default());
            }
        }
        Value::Array(items) => {
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            if let Some(min) = schema.min_items.filter(|min| length < *min) {
                invalid(&length.into(), format!("should have at least {min} items"));
            }
            if let Some(max) = schema.max_items.filter(|max| length > *max) {
                errors.too_many(
                    &field,
                    items.len(),
                    usize::try_from(max).unwrap_or_default(),
                );
            }
            if let Some(inner) = schema
                .items
                .as_ref()
                .and_then(|items| items.schema.as_ref())
            {
                for (i, item) in items.iter().enumerate() {
                    check(inner, item, &format!("{path}[{i}]"), errors, last);
                }
            }
        }
        Value::Object(map) => {
            let length = i64::try_from(map.len()).unwrap_or(i64::MAX);
            if let Some(min) = schema.min_properties.filter(|min| length < *min) {
                invalid(
                    &length.into(),
                    format!("should have at least {min} properties"),
                );
            }
            if let Some(max) = schema.max_properties.filter(|max| length > *max) {
                invalid(
                    &length.into(),
                    format!("should have at most {max} properties"),
                );
            }
            let more = schema
                .additional_properties
                .as_ref()
                .and_then(|more| more.schema.as_ref());
            for (key, value) in map {
                let inner = schema.properties.get(key.as_str());
                let own =
                    path.is_empty() && matches!(key.as_str(), "metadata" | "kind" | "apiVersion");
                if let Some(inner) = inner.or_else(|| more.map(|more| &**more))
                    && !own
                {
                    check(inner, value, &joined(path, key), errors, last);
                }
            }
            for name in schema
                .required
                .iter()
                .filter(|name| !map.contains_key(name.as_str()))
            {
                errors.required(&Path::new(&joined(path, name)), "");
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
    if !schema.enum_.is_empty() && !schema.enum_.iter().any(|known| known.to_value() == *value) {
        let known: Vec<String> = schema
            .enum_
            .iter()
            .map(|known| match known.to_value() {
                Value::String(text) => text,
                other => other.to_string(),
            })
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        last.not_supported(&field, value, &known);
    }
    combined(schema, value, path, errors);
}

/// `allOf`, `anyOf`, `oneOf` and `not`.
fn combined(schema: &JSONSchemaProps, value: &Value, path: &str, errors: &mut Errors) {
    let good = |schema: &JSONSchemaProps| {
        let mut found = Errors::new();
        let mut last = Errors::new();
        check(schema, value, path, &mut found, &mut last);
        found.is_empty() && last.is_empty()
    };
    let field = Path::new(path);
    let quoted = apimachinery::gotext::quote(path);
    let mut invalid = |text: &str| errors.invalid(&field, "", format!("{quoted} {text}"));
    if !schema.any_of.is_empty() && !schema.any_of.iter().any(good) {
        invalid("must validate at least one schema (anyOf)");
    }
    if !schema.one_of.is_empty() && schema.one_of.iter().filter(|s| good(s)).count() != 1 {
        invalid("must validate one and only one schema (oneOf)");
    }
    if !schema.all_of.iter().all(good) {
        invalid("must validate all the schemas (allOf)");
    }
    if schema.not.as_ref().is_some_and(|not| good(not)) {
        invalid("must not validate the schema (not)");
    }
}
