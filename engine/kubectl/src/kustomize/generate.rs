//! `configMapGenerator` and `secretGenerator`

use serde_json::{Map, Value, json};

use super::Resource;
use super::load::Loader;
use crate::error::Error;
use crate::fail;
use crate::util::{base64, json as j};

/// Adds what the generators of a kustomization make, or changes what they name.
pub(super) fn run(
    loader: &Loader<'_>,
    kustomization: &Value,
    resources: &mut Vec<Resource>,
) -> Result<(), Error> {
    for (field, kind) in [
        ("configMapGenerator", "ConfigMap"),
        ("secretGenerator", "Secret"),
    ] {
        for arguments in j::list(kustomization, &[field]) {
            let common = j::at(kustomization, &["generatorOptions"]);
            let new = resource(loader, kind, arguments, common)?;
            absorb(resources, new, j::text(arguments, &["behavior"]))?;
        }
    }
    Ok(())
}

fn resource(
    loader: &Loader<'_>,
    kind: &str,
    arguments: &Value,
    common: &Value,
) -> Result<Resource, Error> {
    let mut metadata = json!({"name": j::text(arguments, &["name"])});
    let namespace = j::text(arguments, &["namespace"]);
    if !namespace.is_empty() {
        metadata["namespace"] = namespace.into();
    }
    for options in [common, j::at(arguments, &["options"])] {
        for field in ["labels", "annotations"] {
            for (key, value) in j::entries(options, &[field]) {
                j::set(&mut metadata, &[field, key], value);
            }
        }
    }
    let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": metadata});
    let secret = kind == "Secret";
    if secret {
        let given = j::text(arguments, &["type"]);
        object["type"] = if given.is_empty() { "Opaque" } else { given }.into();
    }
    for (key, bytes) in pairs(loader, arguments)? {
        match std::str::from_utf8(&bytes) {
            Ok(text) if !secret => j::set(&mut object, &["data", &key], text),
            Err(_) if !secret => {
                j::set(&mut object, &["binaryData", &key], base64::encode(&bytes));
            }
            _ => j::set(&mut object, &["data", &key], base64::encode(&bytes)),
        }
    }
    let switch = |name: &str| {
        [j::at(arguments, &["options"]), common]
            .iter()
            .any(|options| j::at(options, &[name]) == true)
    };
    if switch("immutable") {
        object["immutable"] = true.into();
    }
    let mut resource = Resource::new(object);
    resource.hashed = !switch("disableNameSuffixHash");
    Ok(resource)
}

/// Keys and values, from literals, files and files of variables.
fn pairs(loader: &Loader<'_>, arguments: &Value) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let texts = |field: &str| {
        let list = j::list(arguments, &[field]).iter();
        list.filter_map(Value::as_str).collect::<Vec<_>>()
    };
    let wrong = |what: &str, sources: &[&str], error: &Error| {
        fail!(
            "loading KV pairs: {what} [{}]: {}",
            sources.join(" "),
            error.text()
        )
    };
    let mut pairs = Vec::new();
    let mut files = texts("envs");
    let single = j::text(arguments, &["env"]);
    if !single.is_empty() {
        files.push(single);
    }
    for path in &files {
        let bytes = loader
            .read(path)
            .map_err(|e| wrong("env source files", &files, &e))?;
        for line in String::from_utf8_lossy(&bytes).lines() {
            let line = line.trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) = match line.split_once('=') {
                Some((key, value)) => (key, value.to_owned()),
                None => (line, loader.cx.host.env(line).unwrap_or_default()),
            };
            pairs.push((key.to_owned(), value.into_bytes()));
        }
    }
    let literals = texts("literals");
    for literal in &literals {
        match literal.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                pairs.push((key.to_owned(), unquoted(value).as_bytes().to_vec()));
            }
            _ => {
                let error = fail!("invalid literal source {literal}, expected key=value");
                return Err(wrong("literal sources", &literals, &error));
            }
        }
    }
    let files = texts("files");
    for source in &files {
        let (key, path) = match source.split_once('=') {
            Some((key, path)) => (key, path),
            None => (source.rsplit('/').next().unwrap_or(source), *source),
        };
        let bytes = loader
            .read(path)
            .map_err(|e| wrong("file sources", &files, &e))?;
        pairs.push((key.to_owned(), bytes));
    }
    Ok(pairs)
}

/// A value without the quotes around it.
fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|q| value.strip_prefix(q)?.strip_suffix(q))
        .unwrap_or(value)
}

/// Adds a generated resource as its behaviour says.
fn absorb(resources: &mut Vec<Resource>, new: Resource, behavior: &str) -> Result<(), Error> {
    let (kind, name) = (j::kind(&new.value), j::name(&new.value));
    let known = resources
        .iter_mut()
        .find(|r| j::kind(&r.value) == kind && r.is_called(name));
    match (known, behavior) {
        (None, "merge" | "replace") => Err(fail!(
            "id resid.ResId{{{}}} does not exist; cannot merge or replace",
            new.id()
        )),
        (None, _) => {
            resources.push(new);
            Ok(())
        }
        (Some(old), "merge") => {
            for field in ["data", "binaryData"] {
                let values = j::at(&new.value, &[field]).as_object().cloned();
                for (key, value) in values.into_iter().flatten() {
                    j::set(&mut old.value, &[field, &key], value);
                }
            }
            add_metadata(&mut old.value, &new.value);
            old.hashed |= new.hashed;
            Ok(())
        }
        (Some(old), "replace") => {
            for field in ["data", "binaryData"] {
                j::remove(&mut old.value, &[field]);
                let values: Option<&Map<String, Value>> = j::at(&new.value, &[field]).as_object();
                if let Some(values) = values {
                    j::set(&mut old.value, &[field], values.clone());
                }
            }
            add_metadata(&mut old.value, &new.value);
            Ok(())
        }
        (Some(_), _) => Err(fail!(
            "merging from generator {}: id {} exists; behavior must be merge or replace",
            name,
            new.id()
        )),
    }
}

fn add_metadata(old: &mut Value, new: &Value) {
    for field in ["labels", "annotations"] {
        for (key, value) in j::entries(new, &["metadata", field]) {
            j::set(old, &["metadata", field, key], value);
        }
    }
}
