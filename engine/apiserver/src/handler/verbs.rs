//! The verbs on objects and collections.

use apimachinery::meta::v1::{ListOptions, StatusDetails};
use apimachinery::{GroupKind, Object, Status};

use super::response::{Shape, list_meta, partial_metadata};
use super::{Call, Response, ResponseBody, WatchStream, decode, negotiate, params};
use crate::printers::{PrintOptions, Row, Table, fields};
use crate::registry::core::componentstatus;
use crate::registry::list::{Filter, ObjectList, parse_revision};
use crate::registry::options::{FieldValidation, WriteOptions};
use crate::registry::update::{How, Target, Updated};
use crate::registry::{self};
use crate::storage::{Obj, Revision};
use crate::watch::{Watch, WatchFrom, WatchRequest};

/// GET of one object.
pub(super) fn get(call: &Call<'_>) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let object = registry::list::get(
        call.cx,
        &call.served.resource,
        call.namespace(),
        &call.route.name,
    )?;
    Ok(shown(call, 200, shape, object))
}

/// GET of many.
pub(super) fn list(call: &Call<'_>) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let options = params::list_options(call.request)?;
    let resource = &call.served.resource;
    let filter = Filter::parse(
        resource,
        call.namespace(),
        &options.label_selector,
        &options.field_selector,
    )?;
    let list = registry::list::list(call.cx, resource, &filter, &options)?;
    Ok(shown_list(call, shape, list))
}

/// GET of what is not stored: the states of the control plane's components.
pub(super) fn computed(call: &Call<'_>) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let mut items = componentstatus::all(&call.cx.server);
    if !call.route.name.is_empty() {
        let name = call.route.name.as_str();
        let found = items.into_iter().find(|object| object.meta().name == name);
        let missing = || Status::failure(500, "", format!("Component not found: {name}"));
        return Ok(shown(call, 200, shape, found.ok_or_else(missing)?));
    }
    let options = params::list_options(call.request)?;
    let resource = &call.served.resource;
    let (labels, fields) = (&options.label_selector, &options.field_selector);
    let filter = Filter::parse(resource, "", labels, fields)?;
    items.retain(|object| filter.matches(resource, &**object));
    let list = ObjectList {
        items,
        revision: Revision::default(),
        continue_token: "".into(),
        remaining: None,
    };
    Ok(shown_list(call, shape, list))
}

/// GET of changes.
pub(super) fn watch(call: &Call<'_>) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    negotiate::stream(call.request)?;
    let options = params::list_options(call.request)?;
    let resource = &call.served.resource;
    let mut filter = Filter::parse(
        resource,
        call.namespace(),
        &options.label_selector,
        &options.field_selector,
    )?;
    if !call.route.name.is_empty() {
        filter = filter.named(call.route.name.as_str());
    }
    let request = WatchRequest {
        filter,
        from: watch_from(&options)?,
        bookmarks: options.allow_watch_bookmarks,
        initial_events: initial_events(&options)?,
    };
    let watch = Watch::new(&call.cx.server, resource.clone(), request);
    let timeout = options
        .timeout_seconds
        .and_then(|seconds| u64::try_from(seconds).ok());
    let stream = WatchStream::new(watch, call.served.clone(), shape, timeout);
    Ok(Response::new(200, ResponseBody::Watch(Box::new(stream))))
}

fn watch_from(options: &ListOptions) -> Result<WatchFrom, Status> {
    match options.resource_version.as_str() {
        "" | "0" => Ok(WatchFrom::Now),
        text => parse_revision(text).map(WatchFrom::After),
    }
}

fn initial_events(options: &ListOptions) -> Result<bool, Status> {
    let mut errors = crate::validation::field::Errors::new();
    let path = crate::validation::field::Path::new("resourceVersionMatch");
    match (
        options.send_initial_events,
        options.resource_version_match.as_str(),
    ) {
        (Some(_), "NotOlderThan") | (None, "") => {}
        (Some(_), _) => errors.forbidden(
            &path,
            "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        ),
        (None, _) => errors.forbidden(
            &path,
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
        ),
    }
    if !errors.is_empty() {
        return Err(Status::invalid(
            &GroupKind::new("meta.k8s.io", "ListOptions"),
            "",
            &errors.into_list(),
        ));
    }
    Ok(options.send_initial_events == Some(true))
}

/// POST.
pub(super) fn create(call: &Call<'_>) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let (cx, validation) = writing(call, "CreateOptions")?;
    let (value, doubles) = decode::object_body(call.request, &call.served.names.kind)?;
    let object = decode::object(&cx, call.served, &value, doubles, validation)?;
    let object = registry::create::create(&cx, &call.served.resource, call.namespace(), object);
    pass_warnings(&cx, call);
    Ok(shown(call, 201, shape, object?))
}

/// PUT, of the object or of a subresource that takes the whole object.
pub(super) fn update(call: &Call<'_>, subresource: &str) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let (cx, validation) = writing(call, "UpdateOptions")?;
    let (value, doubles) = decode::object_body(call.request, &call.served.names.kind)?;
    let object = decode::object(&cx, call.served, &value, doubles, validation)?;
    check_name(call, &*object)?;
    let target = Target {
        resource: &call.served.resource,
        namespace: call.namespace(),
        name: &call.route.name,
        subresource,
    };
    let updated =
        registry::update::update(&cx, target, How::default(), &mut |_| Ok(object.clone_box()));
    pass_warnings(&cx, call);
    let Updated { object, created } = updated?;
    Ok(shown(call, if created { 201 } else { 200 }, shape, object))
}

/// DELETE of one object.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let options = params::delete_options(call.request)?;
    let resource = &call.served.resource;
    let cx = call.context().dry_run(!options.dry_run.is_empty());
    let name = &call.route.name;
    let orphan = options.orphan_dependents;
    let deleted = registry::delete::delete(&cx, resource, call.namespace(), name, options);
    pass_warnings(&cx, call);
    let deleted = deleted?;
    let code = if !deleted.immediately && orphan == Some(false) {
        202
    } else {
        200
    };
    if !deleted.immediately || resource.strategy.returns_deleted_object() {
        return Ok(shown(call, code, shape, deleted.object));
    }
    let names = &call.served.names;
    let status = Status::success(StatusDetails {
        name: name.as_str().into(),
        group: names.group.clone(),
        kind: names.plural.clone(),
        uid: deleted.object.meta().uid.clone(),
        ..StatusDetails::default()
    });
    Ok(Response::new(code, ResponseBody::Status(Box::new(status))))
}

/// DELETE of many.
pub(super) fn delete_collection(call: &Call<'_>) -> Result<Response, Status> {
    let shape = negotiate::shape(call.request)?;
    let list_options = params::list_options(call.request)?;
    let options = params::delete_options(call.request)?;
    registry::delete::validate_options(&options)?;
    let resource = &call.served.resource;
    let cx = call.context().dry_run(!options.dry_run.is_empty());
    let filter = Filter::parse(
        resource,
        call.namespace(),
        &list_options.label_selector,
        &list_options.field_selector,
    )?;
    let list = registry::list::list(&cx, resource, &filter, &list_options)?;
    for object in &list.items {
        let meta = object.meta();
        match registry::delete::delete(&cx, resource, &meta.namespace, &meta.name, options.clone())
        {
            Err(status) if !status.is_not_found() => return Err(status),
            _ => {}
        }
    }
    pass_warnings(&cx, call);
    Ok(shown_list(call, shape, list))
}

/// The context of a write: the request's, with its options.
pub(super) fn writing(
    call: &Call<'_>,
    kind: &str,
) -> Result<(crate::Context, FieldValidation), Status> {
    let options = params::write_options(call.request);
    let validation = options.validate(kind, false)?;
    Ok((with_options(call, &options), validation))
}

pub(super) fn with_options(call: &Call<'_>, options: &WriteOptions) -> crate::Context {
    let mut cx = call.context().dry_run(options.is_dry_run());
    cx.field_manager = options.field_manager.clone();
    cx
}

/// The warnings of a write go out with the answer, even if it is an error.
pub(super) fn pass_warnings(from: &crate::Context, call: &Call<'_>) {
    from.take_warnings()
        .into_iter()
        .for_each(|warning| call.cx.warn(warning));
}

/// The name and namespace in the body must be those of the URL.
pub(super) fn check_name(call: &Call<'_>, object: &dyn Object) -> Result<(), Status> {
    check_meta(call, object.meta())
}

/// The same for what is no object by itself.
pub(super) fn check_meta(
    call: &Call<'_>,
    meta: &apimachinery::meta::v1::ObjectMeta,
) -> Result<(), Status> {
    let (given, wanted) = (&meta.name, &call.route.name);
    let refuse = |text: String| Err(Status::bad_request(text));
    if given.is_empty() {
        return refuse(format!(
            "the name of the object ({wanted} based on URL) was undeterminable: name must be provided"
        ));
    }
    if given != wanted.as_str() {
        return refuse(format!(
            "the name of the object ({given}) does not match the name on the URL ({wanted})"
        ));
    }
    let (given, wanted) = (&meta.namespace, call.namespace());
    if !wanted.is_empty() && !given.is_empty() && given != wanted {
        return refuse(format!(
            "the namespace of the object ({given}) does not match the namespace on the request ({wanted})"
        ));
    }
    Ok(())
}

/// An object in the shape that the client asked for.
pub(super) fn shown(call: &Call<'_>, code: u16, shape: Shape, object: Obj) -> Response {
    if let Err(refused) = negotiate::check_metadata(&call.served.names, shape, false) {
        return refused.into();
    }
    let body = match shape {
        Shape::Object => ResponseBody::Object(call.served.clone(), object),
        Shape::PartialMetadata { .. } => ResponseBody::Json(partial_metadata(&*object)),
        Shape::Table(include) => {
            let resource_version = object.meta().resource_version.clone();
            let rows = rows(call, vec![object]);
            ResponseBody::Table(Box::new(Table {
                columns: call.served.resource.strategy.columns(),
                rows,
                resource_version,
                continue_token: "".into(),
                remaining: None,
                include,
                served: call.served.clone(),
            }))
        }
    };
    Response::new(code, body)
}

fn rows(call: &Call<'_>, objects: Vec<Obj>) -> Vec<Row> {
    let options = PrintOptions { now: call.cx.now() };
    let strategy = &call.served.resource.strategy;
    objects
        .into_iter()
        .map(|object| Row {
            cells: strategy.row(&*object, &options),
            object,
        })
        .collect()
}

fn shown_list(call: &Call<'_>, shape: Shape, list: ObjectList) -> Response {
    if let Err(refused) = negotiate::check_metadata(&call.served.names, shape, true) {
        return refused.into();
    }
    let body = match shape {
        Shape::Object => ResponseBody::List(call.served.clone(), list),
        Shape::PartialMetadata { .. } => {
            let items = list.items.iter();
            let items = items.map(|object| partial_metadata(&**object)).collect();
            ResponseBody::Json(fields([
                ("kind", "PartialObjectMetadataList".into()),
                ("apiVersion", "meta.k8s.io/v1".into()),
                ("metadata", list_meta(&list)),
                ("items", serde_json::Value::Array(items)),
            ]))
        }
        Shape::Table(include) => ResponseBody::Table(Box::new(Table {
            columns: call.served.resource.strategy.columns(),
            resource_version: list.revision.to_string().into(),
            continue_token: list.continue_token,
            remaining: list.remaining,
            rows: rows(call, list.items),
            include,
            served: call.served.clone(),
        })),
    };
    Response::new(200, body)
}
