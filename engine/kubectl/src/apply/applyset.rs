//! `apply --prune --applyset`: the set of objects that belong together, kept in a parent object.
//!
//! Members carry the set's id as a label; the parent (a Secret, unless another is named) says in annotations which kinds and
//! namespaces have members, so that pruning knows where to look.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::patcher::delete_options;
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Info;
use crate::rest::helper::{Helper, ListOptions, PatchType};
use crate::rest::mapper::{Mapper, Mapping};
use crate::transport::Request;
use crate::util::{base64, go, json as j, klog};

const TOOLING: &str = "applyset.kubernetes.io/tooling";
const NAMESPACES: &str = "applyset.kubernetes.io/additional-namespaces";
const KINDS: &str = "applyset.kubernetes.io/contains-group-kinds";
const ID: &str = "applyset.kubernetes.io/id";
const PART_OF: &str = "applyset.kubernetes.io/part-of";
const PARENT_TYPE: &str = "applyset.kubernetes.io/is-parent-type";
const VERSION: &str = "v1.36.2";
const MANAGER: &str = "kubectl-applyset";

/// A set.
pub struct ApplySet {
    mapping: Mapping,
    name: String,
    namespace: String,
    kinds: BTreeMap<String, Mapping>,
    namespaces: BTreeSet<String>,
    new_kinds: BTreeMap<String, Mapping>,
    new_namespaces: BTreeSet<String>,
}

/// `Deployment.apps`
fn group_kind(mapping: &Mapping) -> String {
    match mapping.group.as_str() {
        "" => mapping.kind.clone(),
        group => format!("{}.{group}", mapping.kind),
    }
}

impl ApplySet {
    /// The set whose parent the flag names.
    pub fn new(cx: &Context, mapper: &Mapper, parent: &str) -> Result<ApplySet, Error> {
        let invalid =
            |reason: &str| fail!("invalid parent reference {}: {reason}", go::quote(parent));
        let (resource, name) = parent.split_once('/').unwrap_or(("secrets", parent));
        if name.is_empty() {
            return Err(invalid("name cannot be blank"));
        }
        let (plain, group) = resource.split_once('.').unwrap_or((resource, ""));
        let mapping = mapper.resource_type(plain, group, "").map_err(|_| {
            let group = if group.is_empty() {
                String::new()
            } else {
                format!("{group}/, Resource=")
            };
            invalid(&format!("no matches for {group}/, Resource={plain}"))
        })?;
        let (namespace, explicit) = cx.namespace()?;
        let namespace = match (mapping.namespaced, explicit) {
            (true, true) => namespace,
            _ => String::new(),
        };
        Ok(ApplySet {
            mapping,
            name: name.to_owned(),
            namespace,
            kinds: BTreeMap::new(),
            namespaces: BTreeSet::new(),
            new_kinds: BTreeMap::new(),
            new_namespaces: BTreeSet::new(),
        })
    }

    fn built_in(&self) -> bool {
        self.mapping.group.is_empty()
            && matches!(self.mapping.resource.as_str(), "secrets" | "configmaps")
    }

    /// Whether the parent may be one.
    pub fn validate(&self, cx: &Context) -> Result<(), Error> {
        let mut errors = Vec::new();
        if self.mapping.namespaced && self.namespace.is_empty() {
            errors.push("namespace is required to use namespace-scoped ApplySet".into());
        }
        if !self.built_in() {
            let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
            let request = Request::new("GET", path).param("labelSelector", PARENT_TYPE);
            let allowed = cx.client()?.json(cx, request)?;
            let name = self.mapping.group_resource();
            if !j::list(&allowed, &["items"])
                .iter()
                .any(|crd| j::name(crd) == name)
            {
                errors.push(fail!(
                    "resource {} is not permitted as an ApplySet parent",
                    go::quote(&self.mapping.resource_text())
                ));
            }
        }
        Error::check(errors)
    }

    /// The set's id.
    pub fn id(&self) -> String {
        let text = [
            self.name.as_str(),
            &self.namespace,
            &self.mapping.kind,
            &self.mapping.group,
        ]
        .join(".");
        let digest = apimachinery::sha256::hex(text.as_bytes());
        let bytes: Vec<u8> = digest
            .as_bytes()
            .chunks(2)
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let encoded = base64::encode(&bytes);
        let url = encoded
            .trim_end_matches('=')
            .replace('+', "-")
            .replace('/', "_");
        format!("applyset-{url}-v1")
    }

    /// Labels objects as members.
    pub fn label(&self, infos: &mut [Info]) -> Result<(), Error> {
        for object in infos.iter_mut().filter_map(|info| info.object.as_mut()) {
            if !j::at(object, &["metadata", "labels", PART_OF]).is_null() {
                return Err(fail!(
                    "ApplySet label {} already set in input data",
                    go::quote(PART_OF)
                ));
            }
            j::set(object, &["metadata", "labels", PART_OF], self.id());
        }
        Ok(())
    }

    fn parent_text(&self) -> String {
        let mapping = &self.mapping;
        go::quote(&format!(
            "{}.{}/{}",
            mapping.resource, mapping.group, self.name
        ))
    }

    /// Reads the parent, and notes in it what will be there as well.
    pub fn before(
        &mut self,
        cx: &Context,
        mapper: &Mapper,
        infos: &[Info],
        dry_run: DryRun,
        validation: &str,
    ) -> Result<(), Error> {
        self.read(cx, mapper)?;
        for info in infos {
            let mapping = info.mapping()?;
            self.new_kinds.insert(group_kind(mapping), mapping.clone());
            if mapping.namespaced && !info.namespace.is_empty() {
                self.new_namespaces.insert(info.namespace.clone());
            }
        }
        let kinds = self
            .kinds
            .keys()
            .chain(self.new_kinds.keys())
            .cloned()
            .collect();
        let namespaces = self
            .namespaces
            .union(&self.new_namespaces)
            .cloned()
            .collect();
        self.write(cx, kinds, namespaces, dry_run, validation)
    }

    fn read(&mut self, cx: &Context, mapper: &Mapper) -> Result<(), Error> {
        let parent = self.parent_text();
        let object = match Helper::new(cx, &self.mapping).get(&self.namespace, &self.name) {
            Ok(object) => object,
            Err(error) if error.is_not_found() && self.built_in() => return Ok(()),
            Err(error) if error.is_not_found() => {
                return Err(
                    "custom resource ApplySet parents cannot be created automatically".into(),
                );
            }
            Err(error) => {
                return Err(
                    error.context(&format!("failed to fetch ApplySet parent object {parent}"))
                );
            }
        };
        let note = |key: &str| {
            let value = j::at(&object, &["metadata", "annotations", key]);
            value.as_str().map(str::to_owned)
        };
        let Some(tooling) = note(TOOLING) else {
            return Err(fail!(
                "ApplySet parent object {parent} already exists and is missing required annotation {}",
                go::quote(TOOLING)
            ));
        };
        let tool = tooling
            .rsplit_once('/')
            .map_or(tooling.as_str(), |(tool, _)| tool);
        if tool != "kubectl" {
            return Err(fail!(
                "ApplySet parent object {parent} already exists and is managed by tooling {} instead of \"kubectl\"",
                go::quote(tool)
            ));
        }
        let id = j::text(&object, &["metadata", "labels", ID]);
        if id.is_empty() {
            return Err(fail!(
                "ApplySet parent object {parent} exists and does not have required label {ID}"
            ));
        }
        if id != self.id() {
            return Err(fail!(
                "ApplySet parent object {parent} exists and has incorrect value for label {} (got: {id}, want: {})",
                go::quote(ID),
                self.id()
            ));
        }
        let Some(kinds) = note(KINDS) else {
            return Err(fail!(
                "parsing ApplySet annotation on {parent}: kubectl requires the {} annotation to be set on all ApplySet \
                 parent objects",
                go::quote(KINDS)
            ));
        };
        for text in kinds.split(',').filter(|text| !text.is_empty()) {
            let (kind, group) = text.split_once('.').unwrap_or((text, ""));
            let mapping = mapper.resource_type(&kind.to_lowercase(), group, "").map_err(|_| {
                fail!(
                    "parsing ApplySet annotation on {parent}: could not find mapping for kind in {} annotation: no \
                     matches for kind {} in group {}",
                    go::quote(KINDS),
                    go::quote(kind),
                    go::quote(group)
                )
            })?;
            self.kinds.insert(text.to_owned(), mapping);
        }
        let namespaces = note(NAMESPACES).unwrap_or_default();
        let listed = namespaces.split(',').filter(|n| !n.is_empty());
        self.namespaces.extend(listed.map(str::to_owned));
        if self.mapping.namespaced {
            self.namespaces.insert(self.namespace.clone());
        }
        Ok(())
    }

    fn write(
        &self,
        cx: &Context,
        kinds: BTreeSet<String>,
        mut namespaces: BTreeSet<String>,
        dry_run: DryRun,
        validation: &str,
    ) -> Result<(), Error> {
        if dry_run == DryRun::Client {
            return Ok(());
        }
        namespaces.remove(&self.namespace);
        let joined = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(",");
        let mut object = json!({
            "kind": self.mapping.kind,
            "apiVersion": self.mapping.api_version(),
            "metadata": {
                "name": self.name,
                "labels": {ID: self.id()},
                "annotations": {
                    NAMESPACES: joined(namespaces),
                    KINDS: joined(kinds),
                    TOOLING: format!("kubectl/{VERSION}"),
                },
            },
        });
        if !self.namespace.is_empty() {
            j::set(
                &mut object,
                &["metadata", "namespace"],
                self.namespace.as_str(),
            );
        }
        let text = object.to_string();
        let send = |force: bool| {
            Helper::new(cx, &self.mapping)
                .dry_run(dry_run.is_server())
                .manager(MANAGER)
                .validation(validation)
                .force(force)
                .patch(
                    &self.namespace,
                    &self.name,
                    PatchType::Apply,
                    text.as_bytes(),
                )
        };
        let mut sent = send(false);
        if let Err(error) = &sent
            && error.has_reason("Conflict")
        {
            let text = format!(
                "WARNING: failed to update ApplySet: {}\nApplySet field manager {MANAGER} should own these fields. \
                 Retrying with conflicts forced.",
                error.text()
            );
            klog::line(cx, 'W', "applyset.go:455", &text);
            sent = send(true);
        }
        sent.map_err(|e| e.context("failed to update ApplySet"))?;
        Ok(())
    }

    /// Deletes members that were not applied now, and notes in the parent what is left.
    pub fn prune(
        &self,
        cx: &Context,
        uids: &BTreeSet<String>,
        cascade: &'static str,
        grace_period: i64,
        dry_run: DryRun,
        validation: &str,
    ) -> Result<(), Error> {
        let options = ListOptions {
            label_selector: format!("{PART_OF}={}", self.id()),
            ..ListOptions::default()
        };
        for mapping in self.kinds.values() {
            let all: Vec<&str> = self.namespaces.iter().map(String::as_str).collect();
            let namespaces = if mapping.namespaced { all } else { vec![""] };
            for namespace in namespaces {
                let helper = Helper::new(cx, mapping).dry_run(dry_run.is_server());
                let list = helper.list(namespace, &options)?;
                for item in j::list(&list, &["items"]) {
                    if uids.contains(j::text(item, &["metadata", "uid"])) {
                        continue;
                    }
                    self.delete(cx, mapping, item, cascade, grace_period, dry_run)?;
                }
            }
        }
        let kinds = self.new_kinds.keys().cloned().collect();
        self.write(cx, kinds, self.new_namespaces.clone(), dry_run, validation)
            .map_err(|e| e.context("apply and prune succeeded, but ApplySet update failed"))
    }

    fn delete(
        &self,
        cx: &Context,
        mapping: &Mapping,
        item: &Value,
        cascade: &str,
        grace_period: i64,
        dry_run: DryRun,
    ) -> Result<(), Error> {
        if dry_run != DryRun::Client {
            let options = delete_options(cascade, grace_period);
            Helper::new(cx, mapping)
                .dry_run(dry_run.is_server())
                .delete(j::namespace(item), j::name(item), options)
                .map_err(|error| {
                    let what = format!(
                        "pruning {}:{}/{}",
                        mapping.gvk_text(),
                        j::namespace(item),
                        j::name(item)
                    );
                    error.context(&what)
                })?;
        }
        let mut item = item.clone();
        j::set(&mut item, &["apiVersion"], mapping.api_version());
        j::set(&mut item, &["kind"], mapping.kind.as_str());
        shared::printer(cx, "pruned", dry_run)?.print(cx, &item)
    }
}
