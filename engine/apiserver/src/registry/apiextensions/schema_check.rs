//! Whether an object is what its schema says, in the words of upstream's validator (`k8s.io/kube-openapi/pkg/validation`).

use api::apiextensions::v1::JSONSchemaProps;
use apimachinery::Value;
use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain};

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

/// Whether a number is too great, or too small, for its format.
fn is_beyond(type_: &str, format: &str, number: &serde_json::Number) -> bool {
    let n = number.as_f64().unwrap_or_default();
    match (type_, format) {
        ("integer", "int32") => n < f64::from(i32::MIN) || n > f64::from(i32::MAX),
        ("number", "float") => n.abs() > f64::from(f32::MAX),
        _ => false,
    }
}

/// Whether a text is of a format that upstream checks; formats that it does not know are comments.
fn has_format(format: &str, text: &str) -> bool {
    let digits = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text
                .bytes()
                .zip(shape.bytes())
                .all(|(c, wanted)| match wanted {
                    b'0' => c.is_ascii_digit(),
                    other => c == other,
                })
    };
    match format {
        "date" => digits(text, "0000-00-00"),
        "date-time" | "datetime" => {
            let text = text.to_ascii_lowercase();
            let Some((date, time)) = text.split_once('t') else {
                return false;
            };
            let zone = time.find(['z', '+', '-']).unwrap_or(time.len());
            let (clock, zone) = time.split_at(zone);
            let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
            digits(date, "0000-00-00")
                && digits(clock, "00:00:00")
                && (zone == "z" || zone.get(1..).is_some_and(|zone| digits(zone, "00:00")))
        }
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "k8s-short-name" => is_dns1123_label(text).is_empty(),
        "k8s-long-name" => is_dns1123_subdomain(text).is_empty(),
        "email" => text
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()),
        "uuid" => {
            let hex: String = text.chars().filter(|c| *c != '-').collect();
            hex.len() == 32 && hex.chars().all(|c| c.is_ascii_hexdigit())
        }
        _ => true,
    }
}

/// Checks that the lists which are sets or maps hold nothing twice.
pub(super) fn validate_lists(
    schema: &JSONSchemaProps,
    value: &Value,
    path: &str,
    errors: &mut Errors,
) {
    match value {
        Value::Array(items) => {
            let inner = schema.items.as_ref();
            let inner = inner.and_then(|items| items.schema.as_ref());
            let identity = |item: &Value| match schema.x_list_type.as_deref() {
                Some("set") => Some(item.clone()),
                Some("map") => {
                    let keys = schema.x_list_map_keys.iter();
                    let keys = keys.filter_map(|key| {
                        let found = item.get(key.as_str())?;
                        Some((key.to_string(), found.clone()))
                    });
                    Some(Value::Object(keys.collect()))
                }
                _ => None,
            };
            let known: Vec<Option<Value>> = items.iter().map(identity).collect();
            for (i, item) in items.iter().enumerate() {
                let path = format!("{path}[{i}]");
                if let Some(is) = &known[i]
                    && known[..i].contains(&known[i])
                {
                    errors.duplicate(&Path::new(&path), is);
                }
                if let Some(inner) = inner {
                    validate_lists(inner, item, &path, errors);
                }
            }
        }
        Value::Object(map) => {
            let more = schema.additional_properties.as_ref();
            let more = more.and_then(|more| more.schema.as_deref());
            for (key, value) in map {
                if let Some(inner) = schema.properties.get(key.as_str()).or(more) {
                    validate_lists(inner, value, &joined(path, key), errors);
                }
            }
        }
        _ => {}
    }
}

fn check(
    schema: &JSONSchemaProps,
    value: &Value,
    path: &str,
    errors: &mut Errors,
    last: &mut Errors,
) {
    let field = Path::new(if path.is_empty() { "<nil>" } else { path });
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
    combined(schema, value, path, errors, last);
    if let Value::Number(number) = value
        && is_beyond(&schema.type_, &schema.format, number)
    {
        let text = format!(
            "Checked value must be of type {} with format {} in {path}",
            schema.type_, schema.format
        );
        errors.invalid(&Path::new("<nil>"), "", text);
    }
    let mut invalid = |value: &Value, text: String| {
        errors.invalid(&field, value, format!("{path} in body {text}"))
    };
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
            if !has_format(&schema.format, text) {
                let format = &schema.format;
                let quoted = apimachinery::gotext::quote(text);
                let complaint = format!("{path} in body must be of type {format}: {quoted}");
                errors.type_invalid(&field, text, complaint);
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
}

/// `allOf`, `anyOf`, `oneOf` and `not`. Upstream's errors about them name no field, and go with those of the first schema
/// that does not fit.
fn combined(
    schema: &JSONSchemaProps,
    value: &Value,
    path: &str,
    errors: &mut Errors,
    last: &mut Errors,
) {
    let field = Path::new("<nil>");
    let quoted = apimachinery::gotext::quote(path);
    let mut invalid = |text: &str, found: Option<(Errors, Errors)>| {
        errors.invalid(&field, "", format!("{quoted} {text}"));
        if let Some((found, rest)) = found {
            errors.extend(found);
            last.extend(rest);
        }
    };
    let wrong = |schema: &JSONSchemaProps| {
        let (mut found, mut rest) = (Errors::new(), Errors::new());
        check(schema, value, path, &mut found, &mut rest);
        (!found.is_empty() || !rest.is_empty()).then_some((found, rest))
    };
    let good = |schema: &&JSONSchemaProps| wrong(schema).is_none();
    let any: Vec<&JSONSchemaProps> = schema.any_of.iter().collect();
    if !any.is_empty() && !any.iter().any(good) {
        let text = "must validate at least one schema (anyOf)";
        invalid(text, any.first().and_then(|first| wrong(first)));
    }
    let one: Vec<&JSONSchemaProps> = schema.one_of.iter().collect();
    let fitting = one.iter().filter(|schema| good(schema)).count();
    if !one.is_empty() && fitting != 1 {
        let more = match fitting {
            0 => "Found none valid".to_owned(),
            many => format!("Found {many} valid alternatives"),
        };
        let text = format!("must validate one and only one schema (oneOf). {more}");
        let first = one.first().filter(|_| fitting == 0);
        invalid(&text, first.and_then(|first| wrong(first)));
    }
    let all: Vec<&JSONSchemaProps> = schema.all_of.iter().collect();
    let fitting = all.iter().filter(|schema| good(schema)).count();
    if fitting != all.len() {
        let more = if fitting == 0 { ". None validated" } else { "" };
        let text = format!("must validate all the schemas (allOf){more}");
        invalid(&text, all.iter().find_map(|schema| wrong(schema)));
    }
    if schema.not.as_ref().is_some_and(|not| wrong(not).is_none()) {
        invalid("must not validate the schema (not)", None);
    }
}
