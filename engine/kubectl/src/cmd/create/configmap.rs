//! `kubectl create configmap`

use std::cell::RefCell;

use serde_json::{Value, json};

use super::super::shared;
use super::{Generator, hash, sources};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::{base64, go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "configmap",
    usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] \
                 [--dry-run=server|client|none]",
    no_flags_in_use: true,
    aliases: &["cm"],
    short: "Create a config map from a local file, directory or literal value",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::bool("append-hash", "Append a hash of the configmap to its name."),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::slice(
                "from-env-file",
                "Specify the path to a file to read lines of key=val pairs to create a \
                 configmap.",
            ),
            Flag::slice(
                "from-file",
                "File whose content becomes a value, under its base name or, with key=path, \
                 under that key. A folder means each file in it whose name is a valid key.",
            ),
            Flag::array(
                "from-literal",
                "Specify a key and literal value to insert in configmap (i.e. \
                 mykey=somevalue)",
            ),
        ],
    ],
    long: "Create a config map based on a file, directory, or specified literal value.

A file becomes a value under its base name, unless another key is given. Of a folder, every \
regular file whose name is a valid key is taken; everything else in it is left out.",
    example: "# Every file of a folder
kubectl create configmap my-config --from-file=path/to/bar

# Files under keys of their own
kubectl create configmap my-config --from-file=key1=/path/to/bar/file1.txt \
--from-file=key2=/path/to/bar/file2.txt

# Literal values
kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2

# Variables of an env file
kubectl create configmap my-config --from-env-file=path/to/foo.env",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let flags = &cx.flags;
        let (files, literals, env_files) = (
            flags.strings("from-file"),
            flags.strings("from-literal"),
            flags.strings("from-env-file"),
        );
        let others = !files.is_empty() || !literals.is_empty();
        if !env_files.is_empty() && others {
            return Err("from-env-file cannot be combined with from-file or from-literal".into());
        }
        let object = RefCell::new(json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator.name},
        }));
        let add = |key: &str, bytes: &[u8]| add(&mut object.borrow_mut(), key, bytes);
        sources::from_files(&cx, &files, |key, bytes| add(key, &bytes))?;
        for source in &literals {
            let (key, value) = sources::literal(source)?;
            add(key, value.as_bytes())?;
        }
        sources::from_env_files(&cx, &env_files, "config", |key, value| {
            add(key, value.as_bytes())
        })?;
        let mut object = object.into_inner();
        if flags.bool("append-hash") {
            let name = format!("{}-{}", generator.name, hash::config_map(&object));
            j::set(&mut object, &["metadata", "name"], name);
        }
        generator.create(&cx, object, "failed to create configmap: ")
    })
}

fn add(object: &mut Value, key: &str, bytes: &[u8]) -> Result<(), Error> {
    let complaints = apimachinery::validation::is_config_map_key(key);
    if !complaints.is_empty() {
        let complaints: Vec<&str> = complaints.iter().map(|c| c.as_ref()).collect();
        return Err(fail!(
            "{} is not a valid key name for a ConfigMap: {}",
            go::quote(key),
            complaints.join(",")
        ));
    }
    for (field, label) in [("data", "Data"), ("binaryData", "BinaryData")] {
        if !j::at(object, &[field, key]).is_null() {
            return Err(fail!(
                "cannot add key {}, another key by that name already exists in {label} for ConfigMap {}",
                go::quote(key),
                go::quote(j::name(object))
            ));
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => j::set(object, &["data", key], text),
        Err(_) => j::set(object, &["binaryData", key], base64::encode(bytes)),
    }
    Ok(())
}
