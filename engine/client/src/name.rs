//! The name of an object within its kind (`types.NamespacedName`).

use std::fmt;

use apimachinery::Str;
use apimachinery::meta::v1::ObjectMeta;

/// Namespace and name: what work queues and listers speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespacedName {
    /// Empty for cluster-scoped objects.
    pub namespace: Str,
    /// The object's name.
    pub name: Str,
}

impl NamespacedName {
    /// From its parts.
    pub fn new(namespace: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    /// The name of the object with that metadata.
    pub fn of(meta: &ObjectMeta) -> Self {
        Self::new(meta.namespace.clone(), meta.name.clone())
    }
}

impl fmt::Display for NamespacedName {
    /// `namespace/name`, or the name alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}
