//! From a request's body to an object. Kubernetes' room for this is `k8s.io/apiserver/pkg/endpoints/handlers/rest.go`.

use apimachinery::codec::json;
use apimachinery::{Object, Status, Value, yaml};

use super::request::{Request, RequestBody};
use crate::context::Context;
use crate::registry::Served;
use crate::registry::options::FieldValidation;

/// The largest body that is read, in bytes.
pub(super) const MAX_BODY: usize = 3 * 1024 * 1024;

/// The body as JSON, and what a strict reader would complain about (fields that are there twice).
///
/// # Errors
/// 400, 413 or 415 with upstream's texts.
pub(super) fn body(request: &Request) -> Result<(Value, Vec<String>), Status> {
    match &request.body {
        RequestBody::Empty => Ok((Value::Null, Vec::new())),
        RequestBody::Json(value) => Ok((value.clone(), Vec::new())),
        RequestBody::Text(text) if text.len() > MAX_BODY => Err(Status::request_entity_too_large(
            &format!("limit is {MAX_BODY}"),
        )),
        RequestBody::Text(text) => text_body(request, text),
    }
}

fn text_body(request: &Request, text: &str) -> Result<(Value, Vec<String>), Status> {
    let media = request
        .content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match media {
        "application/yaml" | "application/apply-patch+yaml" => {
            let value =
                yaml::parse(text).map_err(|error| Status::bad_request(error.converting()))?;
            let strict = yaml::parse_strict(text).err();
            let doubles = strict.map(|error| error.message.to_string());
            Ok((value, doubles.into_iter().collect()))
        }
        ""
        | "application/json"
        | "application/json-patch+json"
        | "application/merge-patch+json"
        | "application/strategic-merge-patch+json" => {
            let parsed =
                json::parse_strict(text).map_err(|error| Status::bad_request(error.message))?;
            Ok((
                parsed.value,
                parsed.duplicates.into_iter().map(Into::into).collect(),
            ))
        }
        _ => Err(Status::unsupported_media_type(
            "the body of the request was in an unknown format - accepted media types include: application/json, \
             application/yaml",
        )),
    }
}

/// The body where an object of `kind` is expected.
///
/// # Errors
/// As [`body`]; what is no JSON object is quoted.
pub(super) fn object_body(request: &Request, kind: &str) -> Result<(Value, Vec<String>), Status> {
    let unrecognized = |error: &str, text: &str| {
        Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse \
             error: {error} ({})",
            summary(text)
        ))
    };
    let text = match &request.body {
        RequestBody::Empty => "",
        RequestBody::Json(value) => return Ok((value.clone(), Vec::new())),
        RequestBody::Text(text) => text,
    };
    let yaml = request.content_type.starts_with("application/yaml");
    if text.is_empty() && !yaml {
        return Err(unrecognized("unexpected end of JSON input", text));
    }
    let (value, doubles) = body(request).map_err(|status| {
        if status.code == 400 && !yaml {
            unrecognized(&status.message, text)
        } else {
            status
        }
    })?;
    let found = match &value {
        Value::Null | Value::Object(_) => return Ok((value, doubles)),
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
    };
    let wanted = r#"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;
    let error = format!("json: cannot unmarshal {found} into Go value of type {wanted}");
    Err(unrecognized(&error, text))
}

/// The start of a body that could not be read (`summarizeData` of the handlers).
fn summary(text: &str) -> String {
    const SHOWN: usize = 30;
    if text.is_empty() {
        return "<empty>".to_owned();
    }
    let shown = &text.as_bytes()[..text.len().min(SHOWN)];
    let mut out = if shown[0] == b'{' {
        String::from_utf8_lossy(shown).into_owned()
    } else {
        shown.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    if text.len() > SHOWN {
        out += " ...";
    }
    out
}

/// Reads an object of the kind that `served` serves.
///
/// # Errors
/// 400 with upstream's texts.
pub(super) fn object(
    cx: &Context,
    served: &Served,
    value: &Value,
    doubles: Vec<String>,
    validation: FieldValidation,
) -> Result<Box<dyn Object>, Status> {
    let names = &served.names;
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let expected = names.gvk();
    let (mut kind, mut version) = (text("kind"), text("apiVersion"));
    if served.codec.schema.is_none() {
        check_type(served, value, kind, version)?;
    }
    if kind.is_empty() {
        kind = &expected.kind;
    }
    let expected_version = expected.api_version();
    if version.is_empty() {
        version = &expected_version;
    }
    let short_version = version.rsplit('/').next().unwrap_or(version);
    if kind != expected.kind && served.codec.schema.is_none() && version == expected_version {
        // Any kind can be read as a custom resource; that it is another is found out when it is looked at.
        let mut errors = crate::validation::field::Errors::new();
        let path = crate::validation::field::Path::new("kind");
        errors.invalid(&path, kind, format!("must be {}", expected.kind));
        let name = value.pointer("/metadata/name").and_then(Value::as_str);
        return Err(Status::invalid(
            &names.group_kind(),
            name.unwrap_or_default(),
            &errors.into_list(),
        ));
    }
    if kind != expected.kind
        && cx
            .server
            .registry()
            .find_kind(&names.group, &names.version, kind)
            .is_none()
    {
        let error = format!(
            "no kind {} is registered for version {} in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
            apimachinery::gotext::quote(kind),
            apimachinery::gotext::quote(version)
        );
        return Err(unhandled(kind, short_version, &expected.kind, &error));
    }
    if version != expected_version {
        return Err(Status::bad_request(format!(
            "the API version in the data ({version}) does not match the expected API version ({expected_version})"
        )));
    }
    if kind != expected.kind {
        let error = format!(
            "converting (v1.{kind}) to (v1.{}): unknown conversion",
            expected.kind
        );
        return Err(unhandled(kind, short_version, &expected.kind, &error));
    }
    let (object, strict) = served
        .decode(value)
        .map_err(|error| unhandled(kind, short_version, &expected.kind, &error.0))?;
    let complaints: Vec<String> = doubles
        .into_iter()
        .chain(strict.0.into_iter().map(Into::into))
        .collect();
    if !complaints.is_empty() {
        match validation {
            FieldValidation::Strict => {
                let error = format!("strict decoding error: {}", complaints.join(", "));
                return Err(unhandled(kind, short_version, &expected.kind, &error));
            }
            FieldValidation::Warn => complaints
                .into_iter()
                .for_each(|complaint| cx.warn(complaint)),
            FieldValidation::Ignore => {}
        }
    }
    Ok(object)
}

/// A custom resource says itself what it is: nobody else knows its kind.
fn check_type(served: &Served, value: &Value, kind: &str, version: &str) -> Result<(), Status> {
    let expected = served.names.gvk();
    if kind.is_empty() {
        let error = format!("Object 'Kind' is missing in '{}'", json::compact(value));
        return Err(unhandled(
            &expected.kind,
            &served.names.version,
            &expected.kind,
            &error,
        ));
    }
    if version.is_empty() {
        return Err(Status::bad_request(format!(
            "the API version in the data () does not match the expected API version ({})",
            expected.api_version()
        )));
    }
    Ok(())
}

fn unhandled(kind: &str, version: &str, expected: &str, error: &str) -> Status {
    let version = apimachinery::gotext::quote(version);
    Status::bad_request(format!(
        "{kind} in version {version} cannot be handled as a {expected}: {error}"
    ))
}
