//! `kubectl diff`: shows what applying a configuration would change.
//!
//! Live objects and what a trial makes of them are written into two folders, which a program compares: `diff -u -N`, or
//! what `KUBECTL_EXTERNAL_DIFF` names. Exit code 1 says that they differ, more than 1 that something went wrong.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shared;
use crate::apply::annotation;
use crate::apply::patcher::{Patcher, delete_options, warn_if_deleting};
use crate::apply::prune;
use crate::apply::server_side;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::{self, Error};
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info};
use crate::rest::helper::{Helper, PatchType};
use crate::util::{go, json as j, klog, yaml};

/// `diff`
pub const COMMAND: Command = Command {
    name: "diff",
    usage: "-f FILENAME",
    no_flags_in_use: true,
    short: "Diff the live version against a would-be applied version",
    long: "Show how objects would change if the configuration of a file or stdin were applied to them now.

The output is always YAML.

The environment variable KUBECTL_EXTERNAL_DIFF names another program to compare with, parameters included, for \
example: KUBECTL_EXTERNAL_DIFF=\"colordiff -N -u\"

Without it, the \"diff\" of your path runs with -u (unified) and -N (absent files are empty).

Exit status: 0 No differences were found. 1 Differences were found. >1 Kubectl or diff failed with an error.

Note: A program of KUBECTL_EXTERNAL_DIFF is expected to keep to that.",
    example: "# What the resources of pod.json would change
kubectl diff -f pod.json

# The same with stdin
cat service.yaml | kubectl diff -f -",
    flags: &[
        shared::FOLDERS,
        shared::SELECTOR,
        &[
            Flag::int(
                "concurrency",
                "1",
                "How many objects are looked at at once.",
            ),
            shared::manager(CLIENT_SIDE_MANAGER),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files contains the configuration to diff",
            )
            .short('f'),
            Flag::bool(
                "force-conflicts",
                "If true, server-side apply will force the changes against conflicts.",
            ),
            Flag::bool(
                "prune",
                "Include resources that would be deleted by pruning. Can be used with -l; shows all of them by default",
            ),
            Flag::array(
                "prune-allowlist",
                "Overwrite the default allowlist with <group/version/kind> for --prune",
            ),
            Flag::bool(
                "server-side",
                "If true, apply runs in the server instead of the client.",
            ),
            Flag::bool(
                "show-managed-fields",
                "If true, include managed fields in the diff.",
            ),
            Flag::bool(
                "show-secrets",
                "If true, do not mask secret values in the diff.",
            ),
        ],
    ],
    action: Action::Run(run),
    ..Command::DEFAULT
};

const CLIENT_SIDE_MANAGER: &str = "kubectl-client-side-apply";
/// How often an object that keeps changing is looked at.
const TRIES: usize = 4;

fn run(cx: Context) -> Running {
    Box::pin(async move {
        match difference(&cx).await {
            Err(Error::Exit(code)) => Err(Error::Exit(code)),
            // 1 means that there are differences.
            Err(error) => {
                let (text, code) = error::report(&error);
                Err(Error::Command(code + 1, text))
            }
            Ok(()) => Ok(()),
        }
    })
}

/// How the trial is made.
struct Trial {
    server_side: bool,
    force_conflicts: bool,
    manager: String,
}

async fn difference(cx: &Context) -> Result<(), Error> {
    if !cx.args.is_empty() {
        return Err(cx.usage_error(format!("Unexpected args: {}", go::slice(&cx.args))));
    }
    let files = FilenameOptions::from_flags(cx);
    files.require()?;
    let flags = &cx.flags;
    let server_side = flags.bool("server-side");
    let trial = Trial {
        server_side,
        force_conflicts: flags.bool("force-conflicts"),
        manager: match (flags.changed("field-manager"), server_side) {
            (false, true) => server_side::MANAGER.to_owned(),
            _ => flags.string("field-manager"),
        },
    };
    if trial.force_conflicts && !server_side {
        return Err("--force-conflicts only works with --server-side".into());
    }
    let (namespace, explicit) = cx.namespace()?;
    let allowlist = match flags.bool("prune") {
        true => Some(prune::allowlist(
            &cx.mapper()?,
            &flags.strings("prune-allowlist"),
        )?),
        false => None,
    };
    let mut found = Builder::new(cx)
        .namespace(&namespace)
        .filenames(explicit, &files)
        .label_selector(flags.str("selector"))
        .flatten()
        .find()?;
    let folders = Folders::new(cx)?;
    let mut namespaces = BTreeSet::new();
    let mut uids = BTreeSet::new();
    let mut result = Ok(());
    while let Some(info) = found.next() {
        let shown = match info {
            Ok(mut info) => {
                if info.namespaced() {
                    namespaces.insert(info.namespace.clone());
                }
                let shown = show(cx, &trial, &folders, &mut info).await;
                uids.insert(j::text(info.value(), &["metadata", "uid"]).to_owned());
                shown
            }
            Err(error) => Err(error),
        };
        if shown.is_err() {
            result = shown;
            break;
        }
    }
    if let Some(allowlist) = &allowlist {
        for object in prune::candidates(cx, allowlist, &namespaces, &uids)? {
            let (group, version) = match j::text(&object, &["apiVersion"]).split_once('/') {
                Some((group, version)) => (format!("{group}."), version.to_owned()),
                None => (String::new(), j::text(&object, &["apiVersion"]).to_owned()),
            };
            let name = format!(
                "{group}{version}.{}.{}.{}",
                j::kind(&object),
                j::namespace(&object),
                j::name(&object)
            );
            folders.write(cx, &folders.live, &name, &object)?;
        }
    }
    let result = match result {
        Ok(()) => compare(cx, &folders).await,
        Err(error) => Err(error),
    };
    folders.remove(cx);
    result
}

/// Writes both versions of an object.
async fn show(
    cx: &Context,
    trial: &Trial,
    folders: &Folders,
    info: &mut Info,
) -> Result<(), Error> {
    let configuration = info.value().clone();
    let mapping = info.mapping()?.clone();
    let mut tries = 1;
    loop {
        let live = match info.get(cx, false, false) {
            Ok(()) => info.value().clone(),
            Err(error) if error.is_not_found() => Value::Null,
            Err(error) => return Err(error),
        };
        let helper = Helper::new(cx, &mapping)
            .dry_run(true)
            .manager(&trial.manager);
        let merged = if trial.server_side {
            let text = j::compact_escaped(&configuration) + "\n";
            helper.force(trial.force_conflicts).patch(
                &info.namespace,
                &info.name,
                PatchType::Apply,
                text.as_bytes(),
            )
        } else if live.is_null() {
            helper.create(&info.namespace, &configuration)
        } else {
            // The annotation itself is not compared.
            let mut modified = configuration.clone();
            j::remove(
                &mut modified,
                &["metadata", "annotations", annotation::LAST_APPLIED],
            );
            if j::at(&modified, &["metadata", "annotations"]).is_null() {
                j::set(
                    &mut modified,
                    &["metadata", "annotations"],
                    serde_json::json!({}),
                );
            }
            let patcher = Patcher {
                cx,
                mapping: &mapping,
                helper,
                overwrite: true,
                force: false,
                delete_options: delete_options("Background", -1),
                timeout: 0,
            };
            let patched = patcher.patch(&live, &modified, &info.source).await;
            patched.map(|p| p.object).map_err(|failed| failed.error)
        };
        match merged {
            Err(error) if error.has_reason("Conflict") && tries < TRIES => {
                tries += 1;
                if tries == TRIES {
                    let text = format!(
                        "Object ({}: {}) keeps changing, diffing without lock",
                        mapping.gvk_text(),
                        info.name
                    );
                    klog::line(cx, 'W', "diff.go:723", &text);
                }
            }
            Err(error) => return Err(error),
            Ok(merged) => {
                warn_if_deleting(cx, &live);
                return folders.both(cx, &mapping.group, info, &mapping.kind, live, merged);
            }
        }
    }
}

/// The folders that are compared.
struct Folders {
    live: String,
    merged: String,
}

impl Folders {
    fn new(cx: &Context) -> Result<Folders, Error> {
        let make = |name: &str| {
            let path = format!("/tmp/{name}-{}", cx.host.random() % 10_000_000_000);
            match cx.host.make_dir(&path) {
                Ok(()) => Ok(path),
                Err(error) => Err(error.of("mkdir", &path)),
            }
        };
        Ok(Folders {
            live: make("LIVE")?,
            merged: make("MERGED")?,
        })
    }

    fn remove(&self, cx: &Context) {
        // What stays is only litter in /tmp.
        let _ = cx.host.remove(&self.live);
        let _ = cx.host.remove(&self.merged);
    }

    fn both(
        &self,
        cx: &Context,
        group: &str,
        info: &Info,
        kind: &str,
        mut live: Value,
        mut merged: Value,
    ) -> Result<(), Error> {
        if !cx.flags.bool("show-managed-fields") {
            j::remove(&mut live, &["metadata", "managedFields"]);
            j::remove(&mut merged, &["metadata", "managedFields"]);
        }
        let api_version = j::text(&merged, &["apiVersion"]).to_owned();
        let version = api_version.rsplit('/').next().unwrap_or_default();
        if !cx.flags.bool("show-secrets") && kind == "Secret" && version == "v1" {
            mask(&mut live, &mut merged);
        }
        let dot = if group.is_empty() { "" } else { "." };
        let name = format!(
            "{group}{dot}{version}.{kind}.{}.{}",
            info.namespace, info.name
        );
        self.write(cx, &self.live, &name, &live)?;
        self.write(cx, &self.merged, &name, &merged)
    }

    fn write(&self, cx: &Context, folder: &str, name: &str, object: &Value) -> Result<(), Error> {
        let path = format!("{folder}/{name}");
        let text = match object {
            Value::Null => String::new(),
            object => yaml::emit(object),
        };
        cx.host
            .write_file(&path, text.as_bytes())
            .map_err(|e| e.of("open", &path))
    }
}

/// Puts stars for a secret's values, and tells those apart that differ.
fn mask(live: &mut Value, merged: &mut Value) {
    let values = |object: &Value| {
        j::at(object, &["data"])
            .as_object()
            .cloned()
            .unwrap_or_default()
    };
    let (before, after) = (values(live), values(merged));
    let put = |object: &mut Value, key: &str, text: &str| {
        j::set(object, &["data", key], text);
    };
    for (key, value) in &before {
        match after.get(key) {
            Some(other) if other != value => {
                put(live, key, "*** (before)");
                put(merged, key, "*** (after)");
            }
            Some(_) => {
                put(live, key, "***");
                put(merged, key, "***");
            }
            None => put(live, key, "***"),
        }
    }
    for key in after.keys().filter(|key| !before.contains_key(*key)) {
        put(merged, key, "***");
    }
}

/// The program that compares, with its parameters.
fn program(cx: &Context) -> Vec<String> {
    let named = cx.host.env("KUBECTL_EXTERNAL_DIFF");
    let Some(named) = named.filter(|named| !named.is_empty()) else {
        return ["diff", "-u", "-N"].map(str::to_owned).to_vec();
    };
    let mut words = named.split(' ').map(str::to_owned);
    let first: Vec<String> = words.next().into_iter().collect();
    // The folders come before parameters of the user's.
    let fits = |word: &String| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'=')
    };
    first.into_iter().chain(words.filter(fits)).collect()
}

async fn compare(cx: &Context, folders: &Folders) -> Result<(), Error> {
    let mut argv = program(cx);
    let at = match cx.host.env("KUBECTL_EXTERNAL_DIFF") {
        Some(named) if !named.is_empty() => 1,
        _ => argv.len(),
    };
    for (i, folder) in [&folders.live, &folders.merged].into_iter().enumerate() {
        argv.insert(at + i, folder.clone());
    }
    cx.flush().await?;
    let name = argv[0].clone();
    match cx.host.spawn(&argv).await {
        Ok(0) => Ok(()),
        Ok(1) => Err(Error::Exit(1)),
        Ok(code) => Err(fail!(
            "failed to run {}: exit status {code}",
            go::quote(&name)
        )),
        Err(_) => Err(fail!(
            "failed to run {}: executable file not found in $PATH",
            go::quote(&name)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_masked() {
        let mut live = json!({"data": {"a": "1", "b": "2", "c": "3"}});
        let mut merged = json!({"data": {"a": "1", "b": "x", "d": "4"}});
        mask(&mut live, &mut merged);
        assert_eq!(
            live,
            json!({"data": {"a": "***", "b": "*** (before)", "c": "***"}})
        );
        assert_eq!(
            merged,
            json!({"data": {"a": "***", "b": "*** (after)", "d": "***"}})
        );
    }
}
