//! Reads kustomizations and what they name, with kustomize's rule that files must not lie outside of the folder.

use serde_json::{Map, Value};

use super::{Built, Resource, generate, patch, transform};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::files::join;
use crate::util::{go, json as j, yaml};

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Fields that are old, with what to use instead.
const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

const SUPPORTED: [&str; 21] = [
    "apiVersion",
    "bases",
    "commonAnnotations",
    "commonLabels",
    "configMapGenerator",
    "generatorOptions",
    "images",
    "kind",
    "labels",
    "metadata",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "openapi",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replicas",
    "resources",
    "secretGenerator",
    "sortOptions",
];

/// Fields that kustomize has, and this one has not.
const MISSING: [&str; 14] = [
    "buildMetadata",
    "components",
    "configurations",
    "crds",
    "generators",
    "helmChartInflationGenerator",
    "helmCharts",
    "helmGlobals",
    "imageTags",
    "inventory",
    "replacements",
    "transformers",
    "validators",
    "vars",
];

/// Bases of bases of bases: no sane kustomization goes deeper.
const DEEPEST: usize = 32;

/// One folder with a kustomization.
pub(super) struct Loader<'a> {
    pub(super) cx: &'a Context,
    /// Absolute path.
    root: String,
    /// The folders on the way here.
    above: Vec<String>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(cx: &'a Context, folder: &str) -> Result<Loader<'a>, Error> {
        if folder.contains("://") || folder.starts_with("github.com/") {
            return Err(fail!(
                "there is no network here to fetch a kustomization from: {folder}"
            ));
        }
        let root = clean(&cx.host.working_folder(), folder);
        match cx.host.stat(&root) {
            Ok(info) if info.is_dir => {}
            Ok(_) => {
                return Err(fail!(
                    "must build at directory: '{root}': file is not directory"
                ));
            }
            Err(_) => {
                return Err(fail!(
                    "must build at directory: not a valid directory: evalsymlink failure on '{folder}' : lstat {root}: no \
                     such file or directory"
                ));
            }
        }
        Ok(Loader {
            cx,
            root,
            above: Vec::new(),
        })
    }

    /// A file in or below the folder.
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        let full = clean(&self.root, path);
        let inside = full
            .strip_prefix(&self.root)
            .is_some_and(|rest| rest.starts_with('/') || self.root == "/");
        let loose = self.cx.flags.str("load-restrictor") == "LoadRestrictionsNone";
        match self.cx.host.stat(&full) {
            Err(_) => Err(fail!(
                "evalsymlink failure on '{full}' : lstat {full}: no such file or directory"
            )),
            Ok(info) if info.is_dir => Err(fail!("'{full}' must resolve to a file")),
            Ok(_) if !inside && !loose => Err(fail!(
                "security; file '{full}' is not in or below '{}'",
                self.root
            )),
            Ok(_) => self
                .cx
                .host
                .read_file(&full)
                .map_err(|e| e.of("open", &full)),
        }
    }

    /// The manifests in a file.
    pub(super) fn documents(&self, path: &str) -> Result<Vec<Value>, Error> {
        let text = String::from_utf8_lossy(&self.read(path)?).into_owned();
        parse(&text, path)
    }

    fn kustomization(&self) -> Result<Value, Error> {
        let mut found = NAMES
            .iter()
            .filter_map(|name| self.cx.host.read_file(&join(&self.root, name)).ok());
        let Some(bytes) = found.next() else {
            return Err(fail!(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{}'",
                self.root
            ));
        };
        if found.next().is_some() {
            return Err(fail!(
                "Found multiple kustomization files under: {}\n",
                self.root
            ));
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let value = yaml::parse(&text).map_err(|e| fail!("invalid Kustomization: {e}"))?;
        let Value::Object(map) = &value else {
            return Err("kustomization.yaml is empty".into());
        };
        for (old, new) in DEPRECATED {
            if map.contains_key(old) {
                let new = match old {
                    "vars" => "'replacements' instead. [EXPERIMENTAL]".to_owned(),
                    _ => format!("'{new}' instead."),
                };
                self.cx.err(&format!(
                    "# Warning: '{old}' is deprecated. Please use {new} Run 'kustomize edit fix' to update your \
                     Kustomization automatically.\n"
                ));
            }
        }
        check(map)?;
        Ok(value)
    }

    /// The resources with everything done to them that this kustomization says.
    pub(super) fn accumulate(self) -> Result<Built, Error> {
        let kustomization = self.kustomization()?;
        let mut resources: Vec<Resource> = Vec::new();
        for field in ["resources", "bases"] {
            for path in j::list(&kustomization, &[field])
                .iter()
                .filter_map(Value::as_str)
            {
                self.add(&mut resources, path)
                    .map_err(|e| fail!("accumulating resources: {}", e.text()))?;
            }
        }
        generate::run(&self, &kustomization, &mut resources)?;
        patch::run(&self, &kustomization, &mut resources)?;
        transform::run(&kustomization, &mut resources)?;
        Ok(Built {
            resources,
            in_order: j::text(&kustomization, &["sortOptions", "order"]) == "fifo",
        })
    }

    /// Adds the manifests of a file, or the result of another kustomization.
    fn add(&self, resources: &mut Vec<Resource>, path: &str) -> Result<(), Error> {
        let as_file = self.documents(path).and_then(|documents| {
            let new = documents.into_iter().map(Resource::new).collect();
            merge(resources, new)
                .map_err(|e| fail!("merging resources from '{path}': {}", e.text()))
        });
        let Err(reason) = as_file else {
            return Ok(());
        };
        let reason = match reason.text() {
            text if text.starts_with("merging") => text,
            text => format!("accumulating resources from '{path}': {text}"),
        };
        let both = |error: Error| fail!("accumulation err='{reason}': {}", error.text());
        let full = clean(&self.root, path);
        let mut base = Loader::new(self.cx, &full).map_err(|error| {
            // The folder is named as the user did.
            both(fail!("{}", error.text()))
        })?;
        if base.root == self.root || self.above.contains(&base.root) {
            return Err(both(fail!(
                "cycle detected: candidate root '{}' contains visited root '{}'",
                base.root,
                self.root
            )));
        }
        if self.above.len() >= DEEPEST {
            return Err(both("too many bases upon bases".into()));
        }
        base.above.clone_from(&self.above);
        base.above.push(self.root.clone());
        let root = base.root.clone();
        let built = base.accumulate().map_err(|e| {
            both(fail!(
                "couldn't make target for path '{root}': {}",
                e.text()
            ))
        })?;
        merge(resources, built.resources)
            .map_err(|e| fail!("recursed merging from path '{root}': {}", e.text()))
    }
}

fn merge(resources: &mut Vec<Resource>, new: Vec<Resource>) -> Result<(), Error> {
    for resource in new {
        let id = resource.id();
        if resources.iter().any(|r| r.id() == id) {
            return Err(fail!(
                "may not add resource with an already registered id: {id}"
            ));
        }
        resources.push(resource);
    }
    Ok(())
}

/// The objects in a text; lists are taken apart.
pub(super) fn parse(text: &str, source: &str) -> Result<Vec<Value>, Error> {
    let mut objects = Vec::new();
    for document in yaml::stream(text) {
        let value = document.map_err(|e| fail!("MalformedYAMLError: {e} in File: {source}"))?;
        if value.is_null() {
            continue;
        }
        if j::is_list(&value) && j::kind(&value).ends_with("List") {
            objects.extend(j::list(&value, &["items"]).iter().cloned());
        } else {
            objects.push(value);
        }
    }
    for object in objects.iter().filter(|o| !o.is_array()) {
        if j::kind(object).is_empty() {
            return Err(fail!("missing Resource metadata in File: {source}"));
        }
        if j::name(object).is_empty() && j::text(object, &["metadata", "generateName"]).is_empty() {
            return Err(fail!(
                "invalid resource: missing metadata.name in object {{{}}}",
                j::kind(object)
            ));
        }
    }
    Ok(objects)
}

/// Whether the fields of a kustomization are known.
fn check(map: &Map<String, Value>) -> Result<(), Error> {
    for (field, value) in map {
        let used = match value {
            Value::Array(items) => !items.is_empty(),
            value => !value.is_null(),
        };
        if MISSING.contains(&field.as_str()) {
            if used {
                return Err(fail!(
                    "the field {} of kustomizations is not supported here",
                    go::quote(field)
                ));
            }
        } else if !SUPPORTED.contains(&field.as_str()) {
            return Err(fail!(
                "invalid Kustomization: json: unknown field {}",
                go::quote(field)
            ));
        }
    }
    for list in ["commonLabels", "commonAnnotations"] {
        let pairs = map.get(list).and_then(Value::as_object);
        if let Some((_, value)) = pairs.into_iter().flatten().find(|(_, v)| !v.is_string()) {
            let kind = match value {
                Value::Bool(_) => "bool",
                Value::Number(_) => "number",
                Value::Array(_) => "array",
                _ => "object",
            };
            return Err(fail!(
                "invalid Kustomization: json: cannot unmarshal {kind} into Go struct field Kustomization.{list} of type \
                 string"
            ));
        }
    }
    Ok(())
}

/// A path without `.` and `..`, made absolute.
fn clean(root: &str, path: &str) -> String {
    let whole = match path.starts_with('/') {
        true => path.to_owned(),
        false => join(root, path),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
