//! `apply --prune`: deletes what was applied before and is no longer in the configuration.

use std::collections::BTreeSet;

use serde_json::Value;

use super::annotation;
use super::patcher::delete_options;
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::{Mapper, Mapping};
use crate::util::{json as j, klog};

/// Types that are looked through when none are named; the last two are outside of namespaces.
const DEFAULT: &[(&str, &str, &str)] = &[
    ("", "v1", "ConfigMap"),
    ("", "v1", "Endpoints"),
    ("", "v1", "PersistentVolumeClaim"),
    ("", "v1", "Pod"),
    ("", "v1", "ReplicationController"),
    ("", "v1", "Secret"),
    ("", "v1", "Service"),
    ("batch", "v1", "Job"),
    ("batch", "v1", "CronJob"),
    ("networking.k8s.io", "v1", "Ingress"),
    ("apps", "v1", "DaemonSet"),
    ("apps", "v1", "Deployment"),
    ("apps", "v1", "ReplicaSet"),
    ("apps", "v1", "StatefulSet"),
    ("", "v1", "Namespace"),
    ("", "v1", "PersistentVolume"),
];

const DEPRECATED: &str = "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used \
                          with the --namespace flag in a future release. To preserve the current behaviour, list the \
                          resources you want to target explicitly in the --prune-allowlist flag.";

/// Reads `--prune-allowlist`.
pub fn allowlist(mapper: &Mapper, kinds: &[String]) -> Result<Vec<Mapping>, Error> {
    let mut mappings = Vec::new();
    for text in kinds {
        let parts: Vec<&str> = text.split('/').collect();
        let [group, version, kind] = parts[..] else {
            return Err(fail!(
                "invalid GroupVersionKind format: {text}, please follow <group/version/kind>"
            ));
        };
        mappings.push(find(
            mapper,
            if group == "core" { "" } else { group },
            version,
            kind,
        )?);
    }
    Ok(mappings)
}

fn find(mapper: &Mapper, group: &str, version: &str, kind: &str) -> Result<Mapping, Error> {
    let api_version = match group {
        "" => version.to_owned(),
        group => format!("{group}/{version}"),
    };
    mapper.kind(&api_version, kind)
}

/// What is pruned, and how.
pub struct Prune<'a> {
    /// The run.
    pub cx: &'a Context,
    /// Types named; empty for the usual ones.
    pub allowlist: Vec<Mapping>,
    /// Namespaces that were applied to.
    pub namespaces: BTreeSet<String>,
    /// Objects that were applied.
    pub uids: BTreeSet<String>,
    /// Policy of deletions.
    pub cascade: &'static str,
    /// Grace period of deletions.
    pub grace_period: i64,
    /// Trial or not.
    pub dry_run: DryRun,
}

/// The types that are looked through.
fn mappings(cx: &Context, allowlist: &[Mapping]) -> Result<Vec<Mapping>, Error> {
    if !allowlist.is_empty() {
        return Ok(allowlist.to_vec());
    }
    let mut mappings = Vec::new();
    let mapper = cx.mapper()?;
    if !cx.namespace()?.0.is_empty() {
        klog::line(cx, 'W', "prune.go:71", DEPRECATED);
    }
    for (group, version, kind) in DEFAULT {
        let found = find(&mapper, group, version, kind).map_err(|e| {
            fail!(
                "error retrieving RESTMappings to prune: invalid resource {group}/{version}, Kind={kind}, \
                 Namespaced={}: {}",
                !matches!(*kind, "Namespace" | "PersistentVolume"),
                e.text()
            )
        })?;
        mappings.push(found);
    }
    Ok(mappings)
}

/// Objects of a type that were applied once and are not among `uids`.
fn applied_once(
    cx: &Context,
    mapping: &Mapping,
    namespace: &str,
    uids: &BTreeSet<String>,
) -> Result<Vec<Value>, Error> {
    let options = ListOptions {
        label_selector: cx.flags.string("selector"),
        ..ListOptions::default()
    };
    let list = Helper::new(cx, mapping).list(namespace, &options)?;
    let mut out = Vec::new();
    for item in j::list(&list, &["items"]) {
        let uid = j::text(item, &["metadata", "uid"]);
        if annotation::original(item).is_none() || uids.contains(uid) {
            continue;
        }
        let mut item = item.clone();
        j::set(&mut item, &["apiVersion"], mapping.api_version());
        j::set(&mut item, &["kind"], mapping.kind.as_str());
        out.push(item);
    }
    Ok(out)
}

/// What would be pruned: for `diff --prune`.
pub fn candidates(
    cx: &Context,
    allowlist: &[Mapping],
    namespaces: &BTreeSet<String>,
    uids: &BTreeSet<String>,
) -> Result<Vec<Value>, Error> {
    let mappings = mappings(cx, allowlist)?;
    let mut out = Vec::new();
    for namespace in namespaces {
        for mapping in mappings.iter().filter(|m| m.namespaced) {
            out.extend(applied_once(cx, mapping, namespace, uids)?);
        }
    }
    for mapping in mappings.iter().filter(|m| !m.namespaced) {
        out.extend(applied_once(cx, mapping, "", uids)?);
    }
    Ok(out)
}

impl Prune<'_> {
    /// Deletes.
    pub fn run(&self) -> Result<(), Error> {
        let mappings = mappings(self.cx, &self.allowlist)?;
        for namespace in &self.namespaces {
            for mapping in mappings.iter().filter(|m| m.namespaced) {
                self.prune(namespace, mapping).map_err(|e| {
                    fail!(
                        "error pruning namespaced object {}: {}",
                        mapping.gvk_text(),
                        e.text()
                    )
                })?;
            }
        }
        for mapping in mappings.iter().filter(|m| !m.namespaced) {
            self.prune("", mapping).map_err(|e| {
                fail!(
                    "error pruning nonNamespaced object {}: {}",
                    mapping.gvk_text(),
                    e.text()
                )
            })?;
        }
        Ok(())
    }

    fn prune(&self, namespace: &str, mapping: &Mapping) -> Result<(), Error> {
        let helper = Helper::new(self.cx, mapping).dry_run(self.dry_run.is_server());
        for item in applied_once(self.cx, mapping, namespace, &self.uids)? {
            if self.dry_run != DryRun::Client {
                let options = delete_options(self.cascade, self.grace_period);
                helper.delete(namespace, j::name(&item), options)?;
            }
            shared::printer(self.cx, "pruned", self.dry_run)?.print(self.cx, &item)?;
        }
        Ok(())
    }
}
