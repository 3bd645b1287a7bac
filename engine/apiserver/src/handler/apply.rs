//! PATCH with `application/apply-patch+yaml`: server-side apply. Kubernetes' room for this is the `applyPatcher` of
//! `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.
//!
//! What an apply does to an object and to who owns what is decided in [`crate::registry::managed`].

use apimachinery::{Status, Value, yaml};

use super::{Call, RequestBody, Response, decode, negotiate, params, verbs};
use crate::registry;
use crate::registry::options::FieldValidation;
use crate::registry::update::{How, Target, Updated};

/// Applies the configuration in the body to an object, or to one of its subresources.
///
/// # Errors
/// Conflicts, and whatever is wrong with the configuration or with what it makes of the object.
pub(super) fn apply(call: &Call<'_>, subresource: &str) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let Updated { object, created } = apply_as(call, subresource, &mut |config| Ok(config))?;
    let code = if created { 201 } else { 200 };
    Ok(verbs::shown(call, code, shape, object))
}

/// The same, with what `whole` makes of the configuration: for subresources that look different from the object.
///
/// # Errors
/// As [`apply`], and what `whole` says.
pub(super) fn apply_as(
    call: &Call<'_>,
    subresource: &str,
    whole: &mut dyn FnMut(Value) -> Result<Value, Status>,
) -> Result<Updated, Status> {
    let options = params::write_options(call.request);
    let validation = options.validate("PatchOptions", true)?;
    let cx = verbs::with_options(call, &options);
    let (config, doubles) = configuration(call, validation)?;
    let config = whole(config)?;
    let served = call.served;
    let target = Target {
        resource: &served.resource,
        namespace: call.namespace(),
        name: &call.route.name,
        subresource,
    };
    let how = How {
        create: true,
        patch: true,
        applied: true,
    };
    let updated = registry::update::update(&cx, target, how, &mut |live| {
        let live = live.map(|live| &**live);
        let force = options.force == Some(true);
        let (value, managed_fields) =
            registry::managed::apply(&cx, served, subresource, live, &config, force)?;
        if let Some(doubles) = &doubles {
            if validation == FieldValidation::Strict {
                let text = format!("error strict decoding YAML: {doubles}");
                return Err(Status::bad_request(text));
            }
            cx.warn(doubles.clone());
        }
        let (mut object, _) = served
            .convert(&value)
            .map_err(|error| Status::failure(500, "", error.0))?;
        object.meta_mut().managed_fields = managed_fields;
        if live.is_none() && !object.meta().uid.is_empty() {
            let text = format!(
                "uid mismatch: the provided object specified uid {}, and no existing object was found",
                object.meta().uid
            );
            let resource = served.names.group_resource();
            return Err(Status::conflict(&resource, &call.route.name, &text));
        }
        verbs::check_name(call, &*object)?;
        Ok(object)
    });
    verbs::pass_warnings(&cx, call);
    updated
}

/// The configuration, and what a strict reader says about fields that are there twice.
fn configuration(
    call: &Call<'_>,
    validation: FieldValidation,
) -> Result<(Value, Option<String>), Status> {
    let RequestBody::Text(text) = &call.request.body else {
        return Ok((decode::body(call.request)?.0, None));
    };
    if text.len() > decode::MAX_BODY {
        return Err(Status::request_entity_too_large(&format!(
            "limit is {}",
            decode::MAX_BODY
        )));
    }
    let unreadable = |error: &dyn std::fmt::Display| {
        Status::bad_request(format!("error decoding YAML: {error}"))
    };
    let value = yaml::parse(text).map_err(|error| unreadable(&error.converting()))?;
    if !value.is_object() {
        let error = format!(
            "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            super::patch::json_kind(&value)
        );
        return Err(unreadable(&format!(
            "error unmarshaling JSON: while decoding JSON: {error}"
        )));
    }
    let doubles = match validation {
        FieldValidation::Ignore => None,
        _ => yaml::parse_strict(text)
            .err()
            .map(|error| error.converting().to_string()),
    };
    Ok((value, doubles))
}
