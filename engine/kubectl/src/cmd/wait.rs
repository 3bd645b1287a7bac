//! `kubectl wait`: until objects are there, gone, or in a certain state.
//!
//! The waiting itself ([`until`], [`deleted`]) is used by `delete`, `run --rm`, `replace --force` and others, too.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::{Error, Status};
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Found, Info};
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::Mapping;
use crate::util::jsonpath::{JsonPath, relaxed};
use crate::util::print::{Offer, PrintFlags};
use crate::util::timer::{WEEK, before};
use crate::util::{go, json as j};

/// `wait`
pub const COMMAND: Command = Command {
    name: "wait",
    usage: "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | \
                 --all)]) [--for=create|--for=delete|--for condition=available|\
                 --for=jsonpath='{}'[=value]]",
    no_flags_in_use: true,
    short: "Wait for a specific condition on one or many resources",
    flags: &[
        shared::PRINT,
        shared::SELECTOR,
        shared::FIELD_SELECTOR,
        shared::ALL_NAMESPACES,
        &[
            Flag::bool(
                "all",
                "Select all resources in the namespace of the specified resource types",
            ),
            Flag::slice("filename", "identifying the resource.").short('f'),
            Flag::array(
                "for",
                "The condition to wait on: [create|delete|\
                 condition=condition-name[=condition-value]|jsonpath='{JSONPath \
                 expression}'=[JSONPath value]]. The value of a condition defaults to true; \
                 case does not matter. Several conditions must be met one after the other, \
                 create first.",
            ),
            Flag::bool(
                "local",
                "If true, annotation will NOT contact api-server but run locally.",
            ),
            Flag::bool(
                "recursive",
                "Go through the folders given with -f, --filename to any depth.",
            )
            .default("true")
            .short('R'),
            Flag::duration(
                "timeout",
                "30s",
                "The length of time to wait before giving up. Zero means check once and don't \
                 wait, negative means wait for a week.",
            ),
        ],
    ],
    long: "Wait for a specific condition on one or many resources.

The objects are looked for first; those that are found are then watched until each meets the \
condition. A condition is one of the status, a value at a jsonpath, or that the object exists \
or exists no more.

A message tells when the condition is met. Where a negative timeout is given, kubectl waits for \
a week; zero means one look and no waiting.",
    example: "# Until a pod is ready
kubectl wait --for=condition=Ready pod/busybox1

# Until a condition is false
kubectl wait --for=condition=Ready=false pod/busybox1

# Until a field has a value
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/busybox1

# Until a field is there at all
kubectl wait --for=jsonpath='{.status.loadBalancer.ingress}' service/loadbalancer

# Until a pod is gone, for at most a minute
kubectl wait --for=delete pod/busybox1 --timeout=60s",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// What is waited for.
enum Condition {
    Delete,
    Create,
    Status { name: String, value: String },
    Path { path: JsonPath, value: String },
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let mut printer = PrintFlags::new(&cx, Offer::Names).printer(&cx, "condition met")?;
        let given = cx.flags.strings("for");
        let conditions = parse_conditions(&given)?;
        let timeout = match cx.flags.duration("timeout") {
            timeout if timeout < 0 => WEEK,
            timeout => timeout,
        };
        let deadline = cx.host.now() + timeout;
        let has = |wanted: &str| given.iter().any(|g| g.to_lowercase() == wanted);
        if has("create") {
            until_created(&cx, deadline).await?;
        }
        let for_delete = has("delete");
        let mut found = find(&cx)?;
        let mut count = 0;
        let mut errors = Vec::new();
        'objects: while let Some(item) = found.next() {
            let mut info = match item {
                Ok(info) => info,
                Err(error) if for_delete && error.is_not_found() => {
                    continue;
                }
                Err(error) => {
                    count += 1;
                    errors.push(error);
                    continue;
                }
            };
            count += 1;
            for condition in &conditions {
                let object = match condition.wait(&cx, &info, timeout, deadline).await {
                    Ok(object) => object,
                    Err(error) => {
                        errors.push(error);
                        continue 'objects;
                    }
                };
                printer.print(&cx, &object)?;
                cx.flush().await?;
                info.object = Some(object);
            }
        }
        if count == 0 && !for_delete {
            return Err("no matching resources found".into());
        }
        Error::check(errors)
    })
}

fn find(cx: &Context) -> Result<Found, Error> {
    let (namespace, explicit) = cx.namespace()?;
    let flags = &cx.flags;
    let files = FilenameOptions::from_flags(cx);
    let local = flags.bool("local");
    let mut builder = Builder::new(cx)
        .continue_on_error()
        .namespace(&namespace)
        .all_namespaces(flags.bool("all-namespaces"))
        .filenames(explicit, &files)
        .local(local)
        .label_selector(flags.str("selector"))
        .field_selector(flags.str("field-selector"))
        .flatten();
    if !local {
        builder = builder.args(flags.bool("all"), &cx.args).latest();
    } else if files.is_empty() {
        return Err(super::set::LOCAL.into());
    }
    builder.find()
}

async fn until_created(cx: &Context, deadline: i64) -> Result<(), Error> {
    loop {
        let mut any = false;
        let result = find(cx)?.each(|_| {
            any = true;
            Ok(())
        });
        match result {
            Ok(()) if any => return Ok(()),
            Err(error) if !error.is_not_found() => return Err(error),
            _ => {}
        }
        cx.flush().await?;
        if before(cx, deadline, cx.host.sleep(500_000)).await.is_none() {
            return Err("timed out waiting for the condition".into());
        }
    }
}

fn parse_conditions(given: &[String]) -> Result<Vec<Condition>, Error> {
    let mut conditions = Vec::new();
    for text in given {
        let lower = text.to_lowercase();
        conditions.push(if lower == "delete" {
            Condition::Delete
        } else if lower == "create" {
            Condition::Create
        } else if let Some(rest) = text.strip_prefix("condition=") {
            let (name, value) = rest.split_once('=').unwrap_or((rest, "true"));
            Condition::Status {
                name: name.to_lowercase(),
                value: value.to_lowercase(),
            }
        } else if let Some(rest) = text.strip_prefix("jsonpath=") {
            parse_path(rest)?
        } else {
            return Err(fail!("unrecognized condition: {}", go::quote(text)));
        });
    }
    if conditions.is_empty() {
        return Err("unrecognized condition: []".into());
    }
    Ok(conditions)
}

/// `{.status.phase}=Running`; `==` inside the expression is no end of it.
fn parse_path(text: &str) -> Result<Condition, Error> {
    let parts: Vec<String> = text
        .replace("==", "\u{0}")
        .split('=')
        .map(|p| p.replace('\u{0}', "=="))
        .collect();
    let (path, value) = match parts.as_slice() {
        [path] => (path, String::new()),
        [path, value] => {
            let value = value.trim_matches(['\'', '"']);
            if value.is_empty() {
                return Err("jsonpath wait has to have a value after equal sign, like \
                            --for=jsonpath='{.status.readyReplicas}'=3"
                    .into());
            }
            (path, value.to_owned())
        }
        _ => {
            return Err(
                "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or \
                        --for=jsonpath='{.status.readyReplicas}'"
                    .into(),
            );
        }
    };
    let path = relaxed(path)?;
    if path.is_empty() {
        return Err("jsonpath expression cannot be empty".into());
    }
    Ok(Condition::Path {
        path: JsonPath::parse(&path)?.allow_missing(true),
        value,
    })
}

impl Condition {
    async fn wait(
        &self,
        cx: &Context,
        info: &Info,
        timeout: i64,
        deadline: i64,
    ) -> Result<Value, Error> {
        if info.name.is_empty() {
            return Err("resource name must be provided".into());
        }
        match self {
            Condition::Create => Ok(info.value().clone()),
            Condition::Delete => {
                deleted(cx, info, None, timeout, deadline).await?;
                Ok(info.value().clone())
            }
            _ => {
                let mapping = info.mapping()?;
                if timeout == 0 {
                    let object = Helper::new(cx, mapping).get(&info.namespace, &info.name)?;
                    return if self.met(&object)? {
                        Ok(object)
                    } else {
                        Err(fail!("condition not met for {}", info.object_name()))
                    };
                }
                let found = until(
                    cx,
                    mapping,
                    &info.namespace,
                    &info.name,
                    deadline,
                    |kind, object| match kind {
                        "DELETED" => Ok(false),
                        _ => self.met(object),
                    },
                );
                found.await?.ok_or_else(|| timed_out(info))
            }
        }
    }

    fn met(&self, object: &Value) -> Result<bool, Error> {
        match self {
            Condition::Status { name, value } => Ok(status_met(object, name, value)),
            Condition::Path { path, value } => path_met(object, path, value),
            Condition::Delete | Condition::Create => Ok(true),
        }
    }
}

fn status_met(object: &Value, name: &str, value: &str) -> bool {
    let conditions = j::list(object, &["status", "conditions"]);
    let Some(condition) = conditions
        .iter()
        .find(|c| j::text(c, &["type"]).to_lowercase() == name)
    else {
        return false;
    };
    // What was observed of an older specification says nothing of this one.
    let generation = j::at(object, &["metadata", "generation"]).as_i64();
    let observed = j::at(condition, &["observedGeneration"]).as_i64();
    let observed = observed.or_else(|| j::at(object, &["status", "observedGeneration"]).as_i64());
    if let (Some(generation), Some(observed)) = (generation, observed)
        && observed < generation
    {
        return false;
    }
    j::text(condition, &["status"]).to_lowercase() == value
}

fn path_met(object: &Value, path: &JsonPath, value: &str) -> Result<bool, Error> {
    let results = path.find(object)?;
    let Some(first) = results.first().filter(|r| !r.is_empty()) else {
        return Ok(false);
    };
    if results.len() > 1 {
        return Err("given jsonpath expression matches more than one list".into());
    }
    let [one] = first.as_slice() else {
        return Err("given jsonpath expression matches more than one value".into());
    };
    if value.is_empty() {
        return Ok(true);
    }
    if one.is_object() || one.is_array() {
        return Err("jsonpath leads to a nested object or list which is not supported".into());
    }
    Ok(go::display(one).trim() == value.trim())
}

fn timed_out(info: &Info) -> Error {
    fail!(
        "timed out waiting for the condition on {}",
        info.object_name()
    )
}

/// Watches one object until `met` says so of it. `None` when the deadline comes first; an error when there is no object.
pub async fn until(
    cx: &Context,
    mapping: &Mapping,
    namespace: &str,
    name: &str,
    deadline: i64,
    mut met: impl FnMut(&str, &Value) -> Result<bool, Error>,
) -> Result<Option<Value>, Error> {
    let options = ListOptions {
        field_selector: format!("metadata.name={name}"),
        ..ListOptions::default()
    };
    let helper = Helper::new(cx, mapping);
    let list = helper.list(namespace, &options)?;
    let items = j::list(&list, &["items"]);
    if items.is_empty() {
        let message = format!("{} {} not found", mapping.group_resource(), go::quote(name));
        return Err(Status {
            code: 404,
            reason: "NotFound".to_owned(),
            message,
            details: None,
        }
        .into());
    }
    for item in items {
        if met("ADDED", item)? {
            return Ok(Some(with_type(item.clone(), mapping)));
        }
    }
    cx.flush().await?;
    let version = j::text(&list, &["metadata", "resourceVersion"]).to_owned();
    let mut watch = helper.watch(
        namespace,
        &ListOptions {
            resource_version: version,
            ..options
        },
    )?;
    loop {
        match before(cx, deadline, watch.next()).await {
            None | Some(None) => return Ok(None),
            Some(Some(event)) => {
                if met(&event.kind, &event.object)? {
                    return Ok(Some(with_type(event.object, mapping)));
                }
            }
        }
    }
}

/// Items of lists do not name their type.
fn with_type(mut object: Value, mapping: &Mapping) -> Value {
    if j::kind(&object).is_empty() {
        j::set(&mut object, &["kind"], mapping.kind.as_str());
        j::set(&mut object, &["apiVersion"], mapping.api_version());
    }
    object
}

/// Waits until an object is gone, or another one is there under its name.
pub async fn deleted(
    cx: &Context,
    info: &Info,
    uid: Option<&str>,
    timeout: i64,
    deadline: i64,
) -> Result<(), Error> {
    if info.name.is_empty() {
        return Err("resource name must be provided".into());
    }
    let mapping = info.mapping()?;
    let other =
        |object: &Value| uid.is_some_and(|uid| j::text(object, &["metadata", "uid"]) != uid);
    match Helper::new(cx, mapping).get(&info.namespace, &info.name) {
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error),
        Ok(object) if other(&object) => return Ok(()),
        Ok(_) => {}
    }
    if timeout == 0 {
        return Err(fail!("condition not met for {}", info.object_name()));
    }
    let gone = until(
        cx,
        mapping,
        &info.namespace,
        &info.name,
        deadline,
        |kind, object| Ok(kind == "DELETED" || other(object)),
    );
    match gone.await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(timed_out(info)),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Waits until all of these are gone; `uids` tell them from later objects of the same names.
pub async fn all_deleted(
    cx: &Context,
    infos: &[Info],
    uids: &BTreeMap<(String, String, String), String>,
    timeout: i64,
) -> Result<(), Error> {
    let deadline = cx.host.now() + timeout;
    for info in infos {
        let key = location(info)?;
        deleted(
            cx,
            info,
            uids.get(&key).map(String::as_str),
            timeout,
            deadline,
        )
        .await?;
    }
    Ok(())
}

/// What tells objects apart: resource, namespace and name.
pub fn location(info: &Info) -> Result<(String, String, String), Error> {
    Ok((
        info.mapping()?.group_resource(),
        info.namespace.clone(),
        info.name.clone(),
    ))
}
