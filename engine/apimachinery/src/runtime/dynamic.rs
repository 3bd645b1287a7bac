//! `DynamicObject`: an object of a kind that has no struct, such as a custom resource.

use std::rc::Rc;

use super::Object;
use crate::codec::{self, DecodeError};
use crate::meta::v1::ObjectMeta;
use crate::reflect::Reflect;
use crate::{GroupVersionKind, Value};

/// Metadata, and the rest as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DynamicObject {
    /// Group, version and kind.
    pub gvk: GroupVersionKind,
    /// The metadata.
    pub metadata: ObjectMeta,
    /// Everything else: an object without `apiVersion`, `kind` and `metadata`.
    pub content: Rc<serde_json::Map<String, Value>>,
}

impl DynamicObject {
    /// Takes a JSON object apart.
    ///
    /// # Errors
    /// When it is no object, or its metadata has a wrong type.
    pub fn from_value(value: &Value) -> Result<Self, DecodeError> {
        let Value::Object(map) = value else {
            return Err(DecodeError(codec::wrong_value(
                value,
                "map[string]interface {}",
            )));
        };
        let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
        let mut object = Self {
            gvk: GroupVersionKind::from_api_version(text("apiVersion"), text("kind")),
            ..Self::default()
        };
        if let Some(metadata) = map.get("metadata") {
            codec::decode_into(&mut object.metadata, metadata)?;
        }
        let rest = map
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "apiVersion" | "kind" | "metadata"));
        object.content = Rc::new(
            rest.map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        );
        Ok(object)
    }

    /// The value at a top-level key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.content.get(key)
    }
}

impl Object for DynamicObject {
    fn gvk(&self) -> GroupVersionKind {
        self.gvk.clone()
    }
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
    fn to_value(&self) -> Value {
        let mut map = (*self.content).clone();
        map.insert("apiVersion".into(), self.gvk.api_version().as_str().into());
        map.insert("kind".into(), self.gvk.kind.as_str().into());
        map.insert("metadata".into(), codec::to_value(&self.metadata));
        Value::Object(map)
    }
    fn reflect(&self) -> Option<&dyn Reflect> {
        None
    }
    fn reflect_mut(&mut self) -> Option<&mut dyn Reflect> {
        None
    }
    fn clone_rc(&self) -> Rc<dyn Object> {
        Rc::new(self.clone())
    }
    fn clone_box(&self) -> Box<dyn Object> {
        Box::new(self.clone())
    }
}
