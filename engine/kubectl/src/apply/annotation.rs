//! The annotation in which `kubectl apply` keeps the configuration it was given last.

use serde_json::{Value, json};

use crate::util::json as j;
use crate::util::typed;

/// Its name.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// How an object is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it came from a file: keys sorted, with a place for annotations.
    Dynamic,
    /// As one of kubectl's own structs.
    Typed,
}

/// The configuration kept in an object.
pub fn original(object: &Value) -> Option<&str> {
    Some(j::text(object, &["metadata", "annotations", LAST_APPLIED]))
        .filter(|text| !text.is_empty())
}

/// The object as a configuration: its JSON without the annotation itself.
pub fn configuration(object: &Value, style: Style) -> String {
    let mut object = object.clone();
    j::remove(&mut object, &["metadata", "annotations", LAST_APPLIED]);
    let annotations = j::at(&object, &["metadata", "annotations"]);
    match style {
        Style::Dynamic => {
            if annotations.is_null() {
                j::set(&mut object, &["metadata", "annotations"], json!({}));
            }
            j::compact_escaped(&object) + "\n"
        }
        Style::Typed => {
            if annotations
                .as_object()
                .is_some_and(serde_json::Map::is_empty)
            {
                j::remove(&mut object, &["metadata", "annotations"]);
            }
            typed::json_compact(&object) + "\n"
        }
    }
}

/// Puts the object's own configuration into it.
pub fn set(object: &mut Value, style: Style) {
    let text = configuration(object, style);
    j::set(object, &["metadata", "annotations", LAST_APPLIED], text);
}

/// Puts the object's own configuration into it if that was asked for, or if there is one already.
pub fn update(object: &mut Value, create: bool, style: Style) {
    if create || original(object).is_some() {
        set(object, style);
    }
}
