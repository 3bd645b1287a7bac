//! From a document of a file to an [`Info`]: what must be there, and which resource it is.

use std::rc::Rc;

use apimachinery::codec;
use apimachinery::meta::v1::ObjectMeta;
use serde_json::Value;

use super::Info;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::mapper::Mapper;
use crate::util::{go, json as j, yaml};

apimachinery::api_struct! {
    /// The part of an object that every command reads.
    pub struct MetadataOnly("resource.metadataOnlyObject") {
        metadata: ObjectMeta = "metadata" omitempty,
    }
}

/// The checks of `--validate` that are made before the server sees the document.
pub(super) fn validate(document: &Value, source: &str) -> Result<(), Error> {
    let Err(problems) = problems(document) else {
        return Ok(());
    };
    let text = match problems.as_slice() {
        [one] => (*one).to_owned(),
        _ => format!("[{}]", problems.join(", ")),
    };
    Err(fail!(
        "error validating {}: error validating data: {text}; if you choose to ignore these errors, turn validation off \
         with --validate=false",
        go::quote(source)
    ))
}

/// What keeps a document from being an object, if anything.
pub(crate) fn problems(document: &Value) -> Result<(), Vec<&'static str>> {
    let mut problems = Vec::new();
    check(document, &mut problems);
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems),
    }
}

fn check(document: &Value, problems: &mut Vec<&'static str>) {
    if !document.is_object() {
        problems.push("invalid object to validate");
        return;
    }
    match j::at(document, &["apiVersion"]) {
        Value::Null => problems.push("apiVersion not set"),
        Value::String(_) => {}
        _ => problems.push("apiVersion isn't string type"),
    }
    match j::at(document, &["kind"]) {
        Value::Null => problems.push("kind not set"),
        Value::String(_) => {}
        _ => problems.push("kind isn't string type"),
    }
}

/// The object of a document; `mapper` is `None` for local work.
pub(super) fn info(document: Value, source: &str, mapper: Option<&Mapper>) -> Result<Info, Error> {
    let undecodable = |reason: &str| fail!("unable to decode {}: {reason}", go::quote(source));
    if !document.is_object() {
        let kind = match document {
            Value::String(_) => "string",
            Value::Number(_) => "number",
            Value::Bool(_) => "bool",
            _ => "array",
        };
        return Err(undecodable(&format!(
            "json: cannot unmarshal {kind} into Go value of type unstructured.detector"
        )));
    }
    if j::kind(&document).is_empty() {
        let body = j::compact_escaped(&document);
        return Err(undecodable(&format!(
            "Object 'Kind' is missing in '{body}'"
        )));
    }
    if !j::is_list(&document)
        && let Err(error) = codec::from_value::<MetadataOnly>(&document)
    {
        return Err(undecodable(&error.to_string()));
    }
    let (name, namespace) = (
        j::name(&document).to_owned(),
        j::namespace(&document).to_owned(),
    );
    let api_version = j::text(&document, &["apiVersion"]);
    let mapping = match mapper {
        None => None,
        // A list is taken apart before anybody asks for its resource.
        Some(_) if j::is_list(&document) => None,
        Some(mapper) => match mapper.kind(api_version, j::kind(&document)) {
            Ok(mapping) => Some(Rc::new(mapping)),
            Err(Error::NoKind(reason)) => {
                return Err(fail!(
                    "resource mapping not found for name: {} namespace: {} from {}: {reason}\nensure CRDs are \
                     installed first",
                    go::quote(&name),
                    go::quote(&namespace),
                    go::quote(source)
                ));
            }
            Err(error @ Error::Connection { .. }) => return Err(error),
            Err(error) => {
                return Err(fail!(
                    "unable to recognize {}: {}",
                    go::quote(source),
                    error.text()
                ));
            }
        },
    };
    Ok(Info {
        mapping,
        namespace,
        name,
        source: source.to_owned(),
        resource_version: j::text(&document, &["metadata", "resourceVersion"]).to_owned(),
        object: Some(document),
        subresource: String::new(),
    })
}

/// The objects of a list, lists in it taken apart, too.
pub(super) fn flatten(list: Info, mapper: Option<&Mapper>) -> Vec<Result<Info, Error>> {
    let mut out = Vec::new();
    let Some(object) = list.object else {
        return out;
    };
    let mut todo = vec![object];
    let mut at = 0;
    while at < todo.len() && todo.len() < 100_000 {
        let current = todo[at].take();
        at += 1;
        if !j::is_list(&current) {
            let item = info(current, &list.source, mapper).map_err(|error| match error {
                Error::Message(text) => {
                    match text.strip_prefix("resource mapping not found for ") {
                        Some(rest) => {
                            let reason =
                                rest.split_once(&format!("from {}: ", go::quote(&list.source)));
                            let reason = reason
                                .map_or(rest, |(_, r)| r)
                                .trim_end_matches("\nensure CRDs are installed first");
                            fail!("unable to recognize {reason}")
                        }
                        None => Error::Message(text),
                    }
                }
                error => error,
            });
            out.push(item.map(|mut item| {
                if !list.resource_version.is_empty() {
                    item.resource_version.clone_from(&list.resource_version);
                }
                item
            }));
            continue;
        }
        let item_kind = j::kind(&current)
            .strip_suffix("List")
            .unwrap_or_default()
            .to_owned();
        let api_version = j::text(&current, &["apiVersion"]).to_owned();
        let Value::Object(mut map) = current else {
            continue;
        };
        let Some(Value::Array(items)) = map.remove("items") else {
            continue;
        };
        for mut item in items {
            if item.is_object() && j::kind(&item).is_empty() && !item_kind.is_empty() {
                j::set(&mut item, &["kind"], item_kind.as_str());
                j::set(&mut item, &["apiVersion"], api_version.as_str());
            }
            todo.push(item);
        }
    }
    out
}

/// The objects of a text that was not read by a builder, such as what somebody edited.
pub fn from_text(cx: &Context, text: &str, source: &str) -> Result<Vec<Info>, Error> {
    let mapper = cx.mapper()?;
    let (mut infos, mut errors) = (Vec::new(), Vec::new());
    for document in yaml::stream(text) {
        let found = match document {
            Ok(Value::Null) => continue,
            Ok(document) => info(document, source, Some(&mapper)),
            Err(reason) => {
                errors.push(fail!("error parsing {source}: {reason}"));
                break;
            }
        };
        match found {
            Ok(list) if j::is_list(list.value()) => {
                for item in flatten(list, Some(&mapper)) {
                    match item {
                        Ok(item) => infos.push(item),
                        Err(error) => errors.push(error),
                    }
                }
            }
            Ok(info) => infos.push(info),
            Err(error) => errors.push(error),
        }
    }
    Error::check(errors).map(|()| infos)
}
