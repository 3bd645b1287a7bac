//! `List<K>`: what a list request returns.

use std::rc::Rc;

use super::Kind;
use crate::Value;
use crate::codec::{self, DecodeError};
use crate::meta::v1::ListMeta;

/// A typed list; its items are shared with whoever made it.
#[derive(Clone, Debug)]
pub struct List<K> {
    /// Where the list was taken, and how to go on.
    pub metadata: ListMeta,
    /// The objects.
    pub items: Vec<Rc<K>>,
}

impl<K> Default for List<K> {
    fn default() -> Self {
        Self {
            metadata: ListMeta::default(),
            items: Vec::new(),
        }
    }
}

impl<K: Kind> List<K> {
    /// As JSON: items without their own `kind` and `apiVersion`, as the server sends them.
    pub fn to_value(&self) -> Value {
        serde_json::json!({
            "kind": format!("{}List", K::KIND),
            "apiVersion": K::API_VERSION,
            "metadata": codec::to_value(&self.metadata),
            "items": self.items.iter().map(|item| codec::to_item_value(&**item)).collect::<Vec<_>>(),
        })
    }

    /// From JSON.
    ///
    /// # Errors
    /// Go's text for the first value of a wrong type.
    pub fn from_value(value: &Value) -> Result<Self, DecodeError> {
        let mut list = Self::default();
        codec::decode_into(&mut list.metadata, &value["metadata"])?;
        for item in value["items"].as_array().into_iter().flatten() {
            list.items.push(Rc::new(codec::from_value(item)?));
        }
        Ok(list)
    }
}
