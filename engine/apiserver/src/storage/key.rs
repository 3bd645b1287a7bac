//! The name of an object within its table.

use apimachinery::Str;

/// Namespace and name. The order is that of etcd's keys, hence the order of every list.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Empty for cluster-scoped resources.
    pub namespace: Str,
    /// The object's name.
    pub name: Str,
}

impl Key {
    /// A key; the namespace of a cluster-scoped object is empty.
    pub fn new(namespace: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl std::fmt::Display for Key {
    /// `namespace/name`, or the name alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}
