//! `scale`: how many there are and should be, in the same form for every kind that has it.

use api::autoscaling::v1::{Scale, ScaleSpec, ScaleStatus};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::reflect::Reflect;
use apimachinery::{GroupKind, Status, Value, codec};

use crate::handler::apply::apply_as;
use crate::handler::patch::{Patch, media_type};
use crate::handler::{Call, Method, Response, ResponseBody, decode, params, verbs};
use crate::registry::update::{How, Target};
use crate::registry::{self, AnyStrategy};
use crate::storage::Obj;
use crate::validation::NEGATIVE;
use crate::validation::field::{Errors, Path};

/// The media type of server-side apply.
const APPLY: &str = "application/apply-patch+yaml";

/// GET, PUT and PATCH.
pub(super) fn scale(call: &Call<'_>) -> Result<Response, Status> {
    match call.request.method {
        Method::Get => {
            let resource = &call.served.resource;
            let object =
                registry::list::get(call.cx, resource, call.namespace(), &call.route.name)?;
            shown(call, &object)
        }
        Method::Put => {
            let (cx, _) = verbs::writing(call, "UpdateOptions")?;
            let (value, _) = decode::body(call.request)?;
            let scale =
                codec::from_value::<Scale>(&value).map_err(|error| Status::bad_request(error.0))?;
            verbs::check_meta(call, &scale.metadata)?;
            update(call, &cx, How::default(), &mut |_| Ok(scale.clone()))
        }
        Method::Patch if media_type(call) == APPLY && call.served.codec.schema.is_some() => {
            let updated = apply_as(call, "scale", &mut |config| whole(call, &config))?;
            shown(call, &updated.object)
        }
        Method::Patch => {
            let options = params::write_options(call.request);
            let validation = options.validate("PatchOptions", false)?;
            let cx = verbs::with_options(call, &options);
            let patch = Patch::read(call, true, validation)?;
            let how = How {
                patch: true,
                ..How::default()
            };
            update(call, &cx, how, &mut |current| patched(&cx, &patch, current))
        }
        Method::Post | Method::Delete | Method::Head | Method::Options => {
            Err(Status::method_not_allowed())
        }
    }
}

/// What a configuration of a Scale says about the object behind it.
fn whole(call: &Call<'_>, config: &Value) -> Result<Value, Status> {
    let (scale, _) =
        codec::from_value_strict::<Scale>(config).map_err(|error| Status::bad_request(error.0))?;
    let names = &call.served.names;
    let mut metadata = config.get("metadata").cloned().unwrap_or_default();
    if !metadata.is_object() {
        metadata = serde_json::json!({});
    }
    metadata["name"] = call.route.name.as_str().into();
    let mut out = serde_json::json!({
        "apiVersion": names.gvk().api_version().as_str(),
        "kind": names.kind.as_str(),
        "metadata": metadata,
    });
    if config.pointer("/spec/replicas").is_some() {
        if scale.spec.replicas < 0 {
            let mut errors = Errors::new();
            errors.invalid(&Path::new("spec.replicas"), scale.spec.replicas, NEGATIVE);
            let kind = GroupKind::new("autoscaling", "Scale");
            return Err(Status::invalid(
                &kind,
                &call.route.name,
                &errors.into_list(),
            ));
        }
        out["spec"] = serde_json::json!({ "replicas": scale.spec.replicas });
    }
    Ok(out)
}

fn patched(cx: &crate::Context, patch: &Patch, current: &Scale) -> Result<Scale, Status> {
    let value = patch.apply(codec::to_value(current), Some(current.schema()))?;
    let (scale, strict) = codec::from_value_strict::<Scale>(&value)
        .map_err(|error| patch.refuse(&value, error.0.into()))?;
    patch.complain(cx, &value, strict.0.into_iter().map(String::from).collect())?;
    Ok(scale)
}

fn update(
    call: &Call<'_>,
    cx: &crate::Context,
    how: How,
    next: &mut dyn FnMut(&Scale) -> Result<Scale, Status>,
) -> Result<Response, Status> {
    let resource = &call.served.resource;
    let strategy = &resource.strategy;
    let target = Target {
        resource,
        namespace: call.namespace(),
        name: &call.route.name,
        subresource: "scale",
    };
    let updated = registry::update::update(cx, target, how, &mut |current| {
        let not_found = || Status::not_found(&resource.names.group_resource(), &call.route.name);
        let current = current.ok_or_else(not_found)?;
        let scale = next(&scale_of(&**strategy, current).ok_or_else(not_found)?)?;
        let mut errors = Errors::new();
        if scale.spec.replicas < 0 {
            errors.invalid(&Path::new("spec.replicas"), scale.spec.replicas, NEGATIVE);
        }
        if !errors.is_empty() {
            let kind = GroupKind::new("autoscaling", "Scale");
            return Err(Status::invalid(
                &kind,
                &call.route.name,
                &errors.into_list(),
            ));
        }
        let mut object = current.clone_box();
        let meta = object.meta_mut();
        meta.resource_version = scale.metadata.resource_version.clone();
        if !scale.metadata.uid.is_empty() {
            meta.uid = scale.metadata.uid.clone();
        }
        strategy.set_replicas(&mut *object, scale.spec.replicas);
        Ok(object)
    });
    verbs::pass_warnings(cx, call);
    shown(call, &updated?.object)
}

fn shown(call: &Call<'_>, object: &Obj) -> Result<Response, Status> {
    let scale =
        scale_of(&*call.served.resource.strategy, object).ok_or_else(Status::no_such_resource)?;
    let value: Value = codec::to_value(&scale);
    Ok(Response::new(200, ResponseBody::Json(value)))
}

/// The scale of an object.
fn scale_of(strategy: &dyn AnyStrategy, object: &Obj) -> Option<Scale> {
    let replicas = strategy.replicas(&**object)?;
    let meta = object.meta();
    Some(Scale {
        metadata: ObjectMeta {
            name: meta.name.clone(),
            namespace: meta.namespace.clone(),
            uid: meta.uid.clone(),
            resource_version: meta.resource_version.clone(),
            creation_timestamp: meta.creation_timestamp,
            ..ObjectMeta::default()
        },
        spec: ScaleSpec {
            replicas: replicas.desired,
        }
        .into(),
        status: ScaleStatus {
            replicas: replicas.actual,
            selector: replicas.selector,
        }
        .into(),
    })
}
