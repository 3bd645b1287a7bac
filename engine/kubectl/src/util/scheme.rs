//! The kinds that kubectl knows by their structs, as client-go's scheme does: field order, merge keys, patch strategies.
//!
//! Everything else (custom resources and their definitions) is handled without a schema.

use apimachinery::GroupVersionKind;
use apimachinery::codec;
use apimachinery::reflect::StructSchema;
use serde_json::Value;

use super::json as j;

/// Groups that the server has built in, but client-go's scheme has not.
const FOREIGN: &[&str] = &[
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "metrics.k8s.io",
];

/// The struct of a kind, if kubectl has one.
pub fn schema_for(api_version: &str, kind: &str) -> Option<&'static StructSchema> {
    if (api_version, kind) == ("v1", "Config") {
        return Some(crate::kubeconfig::types::Config::SCHEMA);
    }
    let gvk = GroupVersionKind::from_api_version(api_version, kind);
    if FOREIGN.contains(&gvk.group.as_str()) {
        return None;
    }
    let object = (api::kinds::find(&gvk)?.new)();
    Some(object.reflect()?.schema())
}

/// The object as it is when kubectl has read it into its struct and written it again; `None` if it has no struct.
pub fn normalized(object: &Value) -> Option<Value> {
    schema_for(j::text(object, &["apiVersion"]), j::kind(object))?;
    let gvk = GroupVersionKind::from_api_version(j::text(object, &["apiVersion"]), j::kind(object));
    let mut typed = (api::kinds::find(&gvk)?.new)();
    let target = typed.reflect_mut()?;
    codec::convert_into(target, object).ok()?;
    let mut value = codec::to_value(target);
    j::set(&mut value, &["apiVersion"], gvk.api_version().as_str());
    j::set(&mut value, &["kind"], j::kind(object));
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_kinds_by_version() {
        assert!(schema_for("v1", "Pod").is_some());
        assert!(schema_for("apps/v1", "Deployment").is_some());
        assert!(schema_for("autoscaling/v1", "HorizontalPodAutoscaler").is_some());
        assert!(schema_for("example.com/v1", "Pod").is_none());
        assert!(schema_for("apiextensions.k8s.io/v1", "CustomResourceDefinition").is_none());
    }
}
