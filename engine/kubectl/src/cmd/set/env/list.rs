//! `kubectl set env --list`: variables with their values, and where those come from.

use std::collections::BTreeMap;

use apimachinery::Quantity;
use serde_json::Value;

use super::super::spec_path;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::Helper;
use crate::rest::mapper::Mapping;
use crate::util::{base64, go, json as j};

/// Shows the variables of an object's containers.
pub(super) fn show(cx: &Context, object: &Value, pattern: &str) -> Result<(), Error> {
    let spec = j::at(object, spec_path(object)?);
    for list in ["containers", "initContainers"] {
        for container in j::list(spec, &[list]) {
            let name = j::text(container, &["name"]);
            if !super::super::fits(name, pattern) {
                continue;
            }
            cx.out(&format!(
                "# {} {}, container {name}\n",
                j::kind(object),
                j::name(object)
            ));
            let mut failed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for variable in j::list(container, &["env"]) {
                let name = j::text(variable, &["name"]);
                let source = j::at(variable, &["valueFrom"]);
                if source.is_null() {
                    cx.out(&format!("{name}={}\n", j::text(variable, &["value"])));
                    continue;
                }
                if cx.flags.bool("resolve") {
                    match value(cx, object, container, source) {
                        Ok(value) => {
                            cx.out(&format!("{name}={value}\n"));
                            continue;
                        }
                        Err(error) => failed.entry(error.text()).or_default().push(name),
                    }
                }
                cx.out(&format!("# {name} from {}\n", reference(source)));
            }
            for (error, mut names) in failed {
                names.sort_unstable();
                cx.err(&format!(
                    "error retrieving reference for {}: {error}\n",
                    names.join(", ")
                ));
            }
        }
    }
    Ok(())
}

/// `configmap settings, key color`
fn reference(source: &Value) -> String {
    for (field, what) in [("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")] {
        let at = j::at(source, &[field]);
        if !at.is_null() {
            return format!(
                "{what} {}, key {}",
                j::text(at, &["name"]),
                j::text(at, &["key"])
            );
        }
    }
    let field = j::at(source, &["fieldRef"]);
    if !field.is_null() {
        return format!("field path {}", j::text(field, &["fieldPath"]));
    }
    let resource = j::at(source, &["resourceFieldRef"]);
    if resource.is_null() {
        return "invalid valueFrom".to_owned();
    }
    let container = match j::text(resource, &["containerName"]) {
        "" => String::new(),
        name => format!("{name}/"),
    };
    format!(
        "resource field {container}{}",
        j::text(resource, &["resource"])
    )
}

/// What a reference leads to.
fn value(cx: &Context, object: &Value, container: &Value, source: &Value) -> Result<String, Error> {
    let at = j::at(source, &["secretKeyRef"]);
    if !at.is_null() {
        let encoded = of_key(cx, "secrets", "secret", at)?;
        let bytes = base64::decode(&encoded).unwrap_or_default();
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let at = j::at(source, &["configMapKeyRef"]);
    if !at.is_null() {
        return of_key(cx, "configmaps", "config map", at);
    }
    let at = j::at(source, &["fieldRef"]);
    if !at.is_null() {
        return field(object, j::text(at, &["fieldPath"]));
    }
    let at = j::at(source, &["resourceFieldRef"]);
    if at.is_null() {
        return Err("invalid valueFrom".into());
    }
    resource(container, at)
}

fn of_key(cx: &Context, resource: &str, what: &str, at: &Value) -> Result<String, Error> {
    let (name, key) = (j::text(at, &["name"]), j::text(at, &["key"]));
    let mapping = Mapping {
        group: String::new(),
        version: "v1".to_owned(),
        resource: resource.to_owned(),
        kind: String::new(),
        namespaced: true,
    };
    let (namespace, _) = cx.namespace()?;
    let object = Helper::new(cx, &mapping).get(&namespace, name)?;
    match j::at(&object, &["data", key]).as_str() {
        Some(value) => Ok(value.to_owned()),
        None => Err(fail!("key {key} not found in {what} {name}")),
    }
}

fn field(object: &Value, path: &str) -> Result<String, Error> {
    if let Some((map, key)) = path.strip_suffix("']").and_then(|p| p.split_once("['")) {
        return match map {
            "metadata.annotations" => {
                Ok(j::text(object, &["metadata", "annotations", key]).to_owned())
            }
            "metadata.labels" => Ok(j::text(object, &["metadata", "labels", key]).to_owned()),
            _ => Err(fail!(
                "fieldPath {} does not support subscript",
                go::quote(path)
            )),
        };
    }
    match path {
        "metadata.annotations" | "metadata.labels" => {
            let field = path.trim_start_matches("metadata.");
            let pairs = j::entries(object, &["metadata", field]).into_iter();
            let lines: Vec<String> = pairs
                .map(|(k, v)| format!("{k}={}", go::quote(v)))
                .collect();
            Ok(lines.join("\n"))
        }
        "metadata.name" | "metadata.namespace" | "metadata.uid" => {
            let field = path.trim_start_matches("metadata.");
            Ok(j::text(object, &["metadata", field]).to_owned())
        }
        _ => Err(fail!("unsupported fieldPath: {path}")),
    }
}

/// A request or limit in units of the divisor, rounded up.
fn resource(container: &Value, at: &Value) -> Result<String, Error> {
    let path = j::text(at, &["resource"]);
    let quantity = |text: &str| Quantity::parse(text).ok();
    let known = path
        .split_once('.')
        .filter(|(list, _)| matches!(*list, "limits" | "requests"));
    let Some((list, name)) = known else {
        return Err(fail!("Unsupported container resource : {path}"));
    };
    let amount = quantity(j::text(container, &["resources", list, name]));
    let amount = amount.map_or(0, |q| q.nanos());
    let divisor = quantity(j::text(at, &["divisor"])).map_or(0, |q| q.nanos());
    let divisor = if divisor <= 0 { 1_000_000_000 } else { divisor };
    Ok((amount.saturating_add(divisor - 1) / divisor).to_string())
}
