//! `apply --prune`: deletes what was applied before and is no longer in the configuration.

use std::collections::BTreeSet;

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

impl Prune<'_> {
    /// Deletes.
    pub fn run(&self) -> Result<(), Error> {
        let mut mappings = self.allowlist.clone();
        if mappings.is_empty() {
            let mapper = self.cx.mapper()?;
            if !self.cx.namespace()?.0.is_empty() {
                klog::line(self.cx, 'W', "prune.go:71", DEPRECATED);
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
        }
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
        let options = ListOptions {
            label_selector: self.cx.flags.string("selector"),
            ..ListOptions::default()
        };
        let helper = Helper::new(self.cx, mapping).dry_run(self.dry_run.is_server());
        let list = helper.list(namespace, &options)?;
        for item in j::list(&list, &["items"]) {
            let uid = j::text(item, &["metadata", "uid"]);
            if annotation::original(item).is_none() || self.uids.contains(uid) {
                continue;
            }
            if self.dry_run != DryRun::Client {
                let options = delete_options(self.cascade, self.grace_period);
                helper.delete(namespace, j::name(item), options)?;
            }
            let mut item = item.clone();
            j::set(&mut item, &["apiVersion"], mapping.api_version());
            j::set(&mut item, &["kind"], mapping.kind.as_str());
            shared::printer(self.cx, "pruned", self.dry_run)?.print(self.cx, &item)?;
        }
        Ok(())
    }
}
