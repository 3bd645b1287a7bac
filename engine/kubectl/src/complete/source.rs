//! Names to suggest: from the server, and from the kubeconfig.

use serde_json::Value;

use crate::context::Context;
use crate::rest::discovery::Resource;
use crate::util::json as j;

/// Where names come from: a run that the line so far describes.
pub(super) struct Source<'a>(pub(super) &'a Context);

impl Source<'_> {
    /// Types that can be listed.
    pub(super) fn resources(&self) -> Vec<Resource> {
        let Ok(mapper) = self.0.mapper() else {
            return Vec::new();
        };
        let known = mapper.discovery.resources.iter();
        known
            .filter(|r| r.preferred && r.verbs.iter().any(|v| v == "get"))
            .cloned()
            .collect()
    }

    /// Names of the objects of a type.
    pub(super) fn names(&self, kind: &str) -> Vec<String> {
        self.objects(kind)
            .iter()
            .map(|object| j::name(object).to_owned())
            .collect()
    }

    fn objects(&self, kind: &str) -> Vec<Value> {
        let list = || {
            let mapping = self.0.mapper().ok()?.resource(kind).ok()?;
            let namespace = self.0.namespace().ok()?.0;
            let list = self
                .0
                .client()
                .ok()?
                .get(self.0, &mapping.path(&namespace))
                .ok()?;
            Some(j::list(&list, &["items"]).to_vec())
        };
        list().unwrap_or_default()
    }

    /// One object, by `pod`, `name` or by `deploy/name` (then one of its pods).
    pub(super) fn pod(&self, argument: &str) -> Option<Value> {
        let (kind, name) = argument.split_once('/').unwrap_or(("pods", argument));
        let mapper = self.0.mapper().ok()?;
        let mapping = mapper.resource(kind).ok()?;
        let namespace = self.0.namespace().ok()?.0;
        let path = format!("{}/{name}", mapping.path(&namespace));
        let object = self.0.client().ok()?.get(self.0, &path).ok()?;
        if mapping.resource == "pods" {
            return Some(object);
        }
        // Whatever has a template for its pods tells as much as one of them.
        Some(j::at(&object, &["spec", "template"]).clone()).filter(Value::is_object)
    }

    /// One object of a type.
    pub(super) fn object(&self, kind: &str, name: &str) -> Option<Value> {
        let mapping = self.0.mapper().ok()?.resource(kind).ok()?;
        let namespace = self.0.namespace().ok()?.0;
        let path = format!("{}/{name}", mapping.path(&namespace));
        self.0.client().ok()?.get(self.0, &path).ok()
    }

    /// Names of a pod's containers but for those that were added to look into it.
    pub(super) fn plain_containers(&self, pod: &str) -> Vec<String> {
        let pod = self.pod(pod).unwrap_or_default();
        ["initContainers", "containers"]
            .iter()
            .flat_map(|part| j::list(&pod, &["spec", part]))
            .map(|container| j::text(container, &["name"]).to_owned())
            .collect()
    }

    /// Names of a pod's containers.
    pub(super) fn containers(&self, pod: &str) -> Vec<String> {
        let pod = self.pod(pod).unwrap_or_default();
        ["initContainers", "containers", "ephemeralContainers"]
            .iter()
            .flat_map(|part| j::list(&pod, &["spec", part]))
            .map(|container| j::text(container, &["name"]).to_owned())
            .collect()
    }

    /// Contexts, clusters or users of the kubeconfig.
    pub(super) fn entries(&self, what: &str) -> Vec<String> {
        let Ok(store) = self.0.store() else {
            return Vec::new();
        };
        let config = store.merged();
        match what {
            "contexts" => config.contexts.iter().map(|c| c.name.to_string()).collect(),
            "clusters" => config.clusters.iter().map(|c| c.name.to_string()).collect(),
            _ => config.users.iter().map(|u| u.name.to_string()).collect(),
        }
    }
}
