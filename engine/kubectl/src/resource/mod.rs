//! Finds the objects a command is about: files, standard input, names, selectors (cli-runtime's `resource` package).
//!
//! A [`Builder`] is told what the flags and arguments say and gives [`Found`], which yields one [`Info`] after the other,
//! as late as possible: a file's second document is read after the first was dealt with, as upstream.

pub mod builder;
mod decode;
pub mod files;
mod visit;

use std::rc::Rc;

use serde_json::Value;

pub use builder::Builder;
pub use decode::from_text;
pub(crate) use decode::problems;
pub use visit::Found;
pub(crate) use visit::selects;

use crate::context::Context;
use crate::error::Error;
use crate::rest::helper::Helper;
use crate::rest::mapper::Mapping;
use crate::util::{go, json as j};

/// An object a command is about.
#[derive(Debug, Clone)]
pub struct Info {
    /// Its resource; `None` only for local work without a server.
    pub mapping: Option<Rc<Mapping>>,
    /// Namespace; empty for cluster-wide objects.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// File it came from; empty for objects of the server.
    pub source: String,
    /// The object; `None` until it is got.
    pub object: Option<Value>,
    /// Its version.
    pub resource_version: String,
    /// Subresource asked for.
    pub subresource: String,
}

impl Info {
    /// Its resource.
    pub fn mapping(&self) -> Result<&Mapping, Error> {
        self.mapping
            .as_deref()
            .ok_or_else(|| "local operation only".into())
    }

    /// The object; `null` where there is none.
    pub fn value(&self) -> &Value {
        self.object.as_ref().unwrap_or(&Value::Null)
    }

    /// Whether it lives in a namespace.
    pub fn namespaced(&self) -> bool {
        self.mapping
            .as_ref()
            .map_or(!self.namespace.is_empty(), |m| m.namespaced)
    }

    /// Takes over an object the server gave.
    pub fn refresh(&mut self, object: Value) {
        self.name = j::name(&object).to_owned();
        self.namespace = j::namespace(&object).to_owned();
        self.resource_version = j::text(&object, &["metadata", "resourceVersion"]).to_owned();
        self.object = Some(object);
    }

    /// Gets the object from the server.
    pub fn get(&mut self, cx: &Context, table: bool, include_object: bool) -> Result<(), Error> {
        let mapping = Rc::clone(self.mapping.as_ref().ok_or("local operation only")?);
        if mapping.namespaced && self.namespace.is_empty() {
            return Err(crate::fail!(
                "no namespace set on resource {} {}",
                mapping.resource_text(),
                go::quote(&self.name)
            ));
        }
        let helper = Helper::new(cx, &mapping)
            .subresource(&self.subresource)
            .table(table, include_object);
        match helper.get(&self.namespace, &self.name) {
            Ok(object) => {
                self.resource_version =
                    j::text(&object, &["metadata", "resourceVersion"]).to_owned();
                self.object = Some(object);
                Ok(())
            }
            Err(error) => {
                // A namespace that is not there is the better answer.
                if error.is_not_found() && !matches!(self.namespace.as_str(), "" | "default") {
                    let path = format!("/api/v1/namespaces/{}", self.namespace);
                    if let Err(missing) = cx.client()?.get(cx, &path)
                        && missing.is_not_found()
                    {
                        return Err(missing);
                    }
                }
                Err(error)
            }
        }
    }

    /// `pods/web`
    pub fn object_name(&self) -> String {
        match &self.mapping {
            Some(mapping) => format!("{}/{}", mapping.resource, self.name),
            None => format!("{}/{}", j::kind(self.value()).to_lowercase(), self.name),
        }
    }

    /// Resource, kind, name and namespace, as some errors spell them out.
    pub fn describe(&self) -> String {
        let basic = format!(
            "Name: {}, Namespace: {}",
            go::quote(&self.name),
            go::quote(&self.namespace)
        );
        match &self.mapping {
            Some(mapping) => format!(
                "Resource: {}, GroupVersionKind: {}\n{basic}",
                go::quote(&mapping.resource_text()),
                go::quote(&mapping.gvk_text())
            ),
            None => basic,
        }
    }
}
