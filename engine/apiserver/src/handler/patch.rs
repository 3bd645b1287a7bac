//! PATCH. Kubernetes' room for this is `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.

use apimachinery::codec::json;
use apimachinery::gotext;
use apimachinery::patch::{json_patch, merge, strategic};
use apimachinery::reflect::StructSchema;
use apimachinery::{GroupKind, Object, Status, Value};

use super::{Call, Response, apply, decode, negotiate, params, verbs};
use crate::context::Context;
use crate::registry::options::FieldValidation;
use crate::registry::update::{How, Target, Updated};
use crate::registry::{self, Served};
use crate::storage::Obj;
use crate::validation::field::{Errors, Path};

/// How a patch says what to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Merge,
    Strategic,
}

/// A patch that has been read.
pub(super) struct Patch {
    kind: Kind,
    value: Value,
    /// Fields that are there twice.
    complaints: Vec<String>,
    validation: FieldValidation,
}

impl Patch {
    /// Reads the patch of a request; `schema` says whether the kind has a struct that strategic patches could go by.
    ///
    /// # Errors
    /// When the type is unknown or the body is no such patch.
    pub(super) fn read(
        call: &Call<'_>,
        schema: bool,
        validation: FieldValidation,
    ) -> Result<Self, Status> {
        let kind = match media_type(call) {
            "application/json-patch+json" => Kind::Json,
            "application/merge-patch+json" => Kind::Merge,
            "application/strategic-merge-patch+json" if schema => Kind::Strategic,
            _ => return Err(unsupported(schema)),
        };
        let (value, mut complaints) = decode::body(call.request)?;
        match (kind, &value) {
            (Kind::Json, Value::Array(operations)) => check_operations(operations)?,
            (Kind::Merge | Kind::Strategic, Value::Object(_)) => {}
            (Kind::Json, other) => {
                return Err(undecodable(other, "[]handlers.jsonPatchOp"));
            }
            (Kind::Merge, other) => {
                return Err(undecodable(other, "map[string]interface {}"));
            }
            (Kind::Strategic, other) => {
                let error = format!(
                    "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                    json_kind(other)
                );
                return Err(Status::bad_request(error));
            }
        }
        if kind == Kind::Json {
            for complaint in &mut complaints {
                complaint.insert_str(0, "json patch ");
            }
        }
        Ok(Self {
            kind,
            value,
            complaints,
            validation,
        })
    }

    /// The document after the patch.
    ///
    /// # Errors
    /// When the patch does not fit.
    pub(super) fn apply(
        &self,
        document: Value,
        schema: Option<&'static StructSchema>,
    ) -> Result<Value, Status> {
        let patched = match self.kind {
            Kind::Json => json_patch::apply(document, &self.value),
            Kind::Merge => Ok(merge::apply(document, &self.value)),
            Kind::Strategic => {
                let (Value::Object(document), Value::Object(patch), Some(schema)) =
                    (document, self.value.clone(), schema)
                else {
                    return Err(Status::internal_error("a strategic patch needs objects"));
                };
                strategic::apply(document, patch, schema).map(Value::Object)
            }
        };
        patched.map_err(|error| error.to_status())
    }

    /// The next version of an object.
    ///
    /// # Errors
    /// When the patch does not fit, or what it makes is no such object.
    fn next(
        &self,
        cx: &Context,
        served: &Served,
        current: &Obj,
    ) -> Result<Box<dyn Object>, Status> {
        let patched = self.apply(served.encode(&**current), served.codec.schema)?;
        let decoded = match self.kind {
            Kind::Strategic => served.convert(&patched),
            Kind::Json | Kind::Merge => served.decode(&patched),
        };
        let (object, strict) = decoded.map_err(|error| self.refuse(&patched, error.0.into()))?;
        let complaints = strict.0.into_iter().map(String::from);
        self.complain(cx, &patched, complaints.collect())?;
        Ok(object)
    }

    /// Warns about what is wrong though it can be read, or refuses it.
    ///
    /// # Errors
    /// When the client wants strictness.
    pub(super) fn complain(
        &self,
        cx: &Context,
        patched: &Value,
        unknown: Vec<String>,
    ) -> Result<(), Status> {
        let complaints: Vec<String> = self.complaints.iter().cloned().chain(unknown).collect();
        if complaints.is_empty() {
            return Ok(());
        }
        match self.validation {
            FieldValidation::Ignore => {}
            FieldValidation::Warn => complaints.into_iter().for_each(|text| cx.warn(text)),
            FieldValidation::Strict => {
                let error = format!("strict decoding error: {}", complaints.join(", "));
                return Err(self.refuse(patched, error));
            }
        }
        Ok(())
    }

    /// What to answer when the outcome is no such object.
    pub(super) fn refuse(&self, patched: &Value, error: String) -> Status {
        let shown = match self.kind {
            Kind::Strategic => gotext::display(&self.value).to_string(),
            Kind::Json | Kind::Merge => json::compact(patched),
        };
        let mut errors = Errors::new();
        errors.invalid(&Path::new("patch"), shown, error);
        Status::invalid(&GroupKind::new("", ""), "", &errors.into_list())
    }
}

pub(super) fn media_type<'a>(call: &Call<'a>) -> &'a str {
    let content_type = call.request.content_type.split(';').next();
    content_type.unwrap_or_default().trim()
}

fn unsupported(schema: bool) -> Status {
    let strategic = if schema {
        "application/strategic-merge-patch+json, "
    } else {
        ""
    };
    Status::unsupported_media_type(format!(
        "the body of the request was in an unknown format - accepted media types include: \
         application/json-patch+json, application/merge-patch+json, {strategic}application/apply-patch+yaml"
    ))
}

fn check_operations(operations: &[Value]) -> Result<(), Status> {
    if let Some(wrong) = operations.iter().find(|operation| !operation.is_object()) {
        return Err(undecodable(wrong, "handlers.jsonPatchOp"));
    }
    if operations.len() > json_patch::MAX_OPERATIONS {
        return Err(Status::request_entity_too_large(&format!(
            "The allowed maximum operations in a JSON patch is {}, got {}",
            json_patch::MAX_OPERATIONS,
            operations.len()
        )));
    }
    Ok(())
}

fn undecodable(value: &Value, expected: &str) -> Status {
    Status::bad_request(format!(
        "error decoding patch: json: cannot unmarshal {} into Go value of type {expected}",
        json_kind(value)
    ))
}

pub(super) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Changes an object, or a subresource that takes the whole object, in part.
pub(super) fn patch(call: &Call<'_>, subresource: &str) -> Result<Response, Status> {
    if media_type(call) == "application/apply-patch+yaml" {
        return apply::apply(call, subresource);
    }
    let shape = negotiate::shape(call.request)?;
    let options = params::write_options(call.request);
    let validation = options.validate("PatchOptions", false)?;
    let cx = verbs::with_options(call, &options);
    let patch = Patch::read(call, call.served.codec.schema.is_some(), validation)?;
    let resource = &call.served.resource;
    let target = Target {
        resource,
        namespace: call.namespace(),
        name: &call.route.name,
        subresource,
    };
    let how = How {
        patch: true,
        ..How::default()
    };
    let updated = registry::update::update(&cx, target, how, &mut |current| {
        let Some(current) = current else {
            let resource = resource.names.group_resource();
            return Err(Status::not_found(&resource, &call.route.name));
        };
        let object = patch.next(&cx, call.served, current)?;
        verbs::check_name(call, &*object)?;
        Ok(object)
    });
    verbs::pass_warnings(&cx, call);
    let Updated { object, created } = updated?;
    Ok(verbs::shown(
        call,
        if created { 201 } else { 200 },
        shape,
        object,
    ))
}
