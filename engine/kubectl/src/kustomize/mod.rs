//! Kustomizations: folders with a `kustomization.yaml` that says which manifests to take and what to change about them.
//!
//! ```text
//!   load (files, bases) → generate (config maps, secrets) → patch → transform (namespace, names, labels, images …)
//!                                                                        └── at the root: hashes, references, order
//! ```
//!
//! Supported are resources and bases, generators, patches of both sorts, and the common transformers. Components,
//! replacements, variables, plugins and Helm charts are refused by name.

mod generate;
mod load;
mod patch;
mod references;
mod sort;
mod transform;

use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::util::{json as j, yaml};

/// A manifest under way.
#[derive(Debug, Clone)]
struct Resource {
    value: Value,
    /// The names (with namespaces) it has had, the first one first: what patches and references know it by.
    names: Vec<(String, String)>,
    /// Whether its name gets a hash of its content.
    hashed: bool,
}

impl Resource {
    fn new(value: Value) -> Resource {
        let id = (j::name(&value).to_owned(), j::namespace(&value).to_owned());
        Resource {
            value,
            names: vec![id],
            hashed: false,
        }
    }

    /// Remembers the name it has now.
    fn note(&mut self) {
        let id = (
            j::name(&self.value).to_owned(),
            j::namespace(&self.value).to_owned(),
        );
        if !self.names.contains(&id) {
            self.names.push(id);
        }
    }

    /// Whether it has, or had, that name.
    fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|(known, _)| known == name)
    }

    /// `ConfigMap.v1.[noGrp]/conf.[noNs]`
    fn id(&self) -> String {
        id(&self.value)
    }
}

/// How kustomize writes down what a manifest is.
fn id(value: &Value) -> String {
    let api_version = j::text(value, &["apiVersion"]);
    let (group, version) = match api_version.split_once('/') {
        Some(parts) => parts,
        None => ("[noGrp]", api_version),
    };
    let namespace = match j::namespace(value) {
        "" => "[noNs]",
        namespace => namespace,
    };
    format!(
        "{}.{version}.{group}/{}.{namespace}",
        j::kind(value),
        j::name(value)
    )
}

/// Builds a kustomization; the result is a stream of YAML documents.
pub fn build(cx: &Context, folder: &str) -> Result<String, Error> {
    let mut root = load::Loader::new(cx, folder)?.accumulate()?;
    references::add_hashes(&mut root.resources);
    references::fix(&mut root.resources);
    sort::sort(&mut root);
    let documents: Vec<String> = root
        .resources
        .iter()
        .map(|r| yaml::emit(&r.value))
        .collect();
    Ok(documents.join("---\n"))
}

/// What a kustomization comes to.
struct Built {
    resources: Vec<Resource>,
    /// Whether the order of the files is kept.
    in_order: bool,
}
