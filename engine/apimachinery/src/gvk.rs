//! Group, version, kind and resource names (upstream's `runtime/schema`).

use std::fmt;

use crate::Str;

/// A group and a version, such as `apps/v1`; the core group is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersion {
    /// The group; empty for core.
    pub group: Str,
    /// The version.
    pub version: Str,
}

/// A group, version and kind, such as `apps/v1, Kind=Deployment`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionKind {
    /// The group; empty for core.
    pub group: Str,
    /// The version.
    pub version: Str,
    /// The kind.
    pub kind: Str,
}

/// A group, version and resource, such as `apps/v1, Resource=deployments`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionResource {
    /// The group; empty for core.
    pub group: Str,
    /// The version.
    pub version: Str,
    /// The plural, lower-case resource.
    pub resource: Str,
}

/// A group and a kind; prints as `Deployment.apps` (`Pod` in core).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKind {
    /// The group; empty for core.
    pub group: Str,
    /// The kind.
    pub kind: Str,
}

/// A group and a resource; prints as `deployments.apps` (`pods` in core).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupResource {
    /// The group; empty for core.
    pub group: Str,
    /// The plural, lower-case resource.
    pub resource: Str,
}

impl GroupVersion {
    /// From its parts.
    pub fn new(group: impl Into<Str>, version: impl Into<Str>) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
        }
    }

    /// Reads an `apiVersion`.
    ///
    /// # Errors
    /// Upstream's text when there is more than one slash.
    pub fn parse(api_version: &str) -> Result<Self, Str> {
        if api_version.is_empty() || api_version == "/" {
            return Ok(Self::default());
        }
        match api_version.split_once('/') {
            None => Ok(Self::new("", api_version)),
            Some((group, version)) if !version.contains('/') => Ok(Self::new(group, version)),
            Some(_) => Err(ecow::eco_format!(
                "unexpected GroupVersion string: {api_version}"
            )),
        }
    }

    /// This group and version with a kind.
    pub fn with_kind(&self, kind: impl Into<Str>) -> GroupVersionKind {
        GroupVersionKind {
            group: self.group.clone(),
            version: self.version.clone(),
            kind: kind.into(),
        }
    }

    /// This group and version with a resource.
    pub fn with_resource(&self, resource: impl Into<Str>) -> GroupVersionResource {
        GroupVersionResource {
            group: self.group.clone(),
            version: self.version.clone(),
            resource: resource.into(),
        }
    }
}

impl GroupVersionKind {
    /// From its parts.
    pub fn new(group: impl Into<Str>, version: impl Into<Str>, kind: impl Into<Str>) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// From `apiVersion` and `kind`; a malformed `apiVersion` becomes the version.
    pub fn from_api_version(api_version: &str, kind: &str) -> Self {
        GroupVersion::parse(api_version)
            .unwrap_or_else(|_| GroupVersion::new("", api_version))
            .with_kind(kind)
    }

    /// The group and version.
    pub fn group_version(&self) -> GroupVersion {
        GroupVersion {
            group: self.group.clone(),
            version: self.version.clone(),
        }
    }

    /// The group and kind.
    pub fn group_kind(&self) -> GroupKind {
        GroupKind {
            group: self.group.clone(),
            kind: self.kind.clone(),
        }
    }

    /// The `apiVersion`.
    pub fn api_version(&self) -> Str {
        join(&self.group, &self.version)
    }
}

impl GroupVersionResource {
    /// From its parts.
    pub fn new(group: impl Into<Str>, version: impl Into<Str>, resource: impl Into<Str>) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            resource: resource.into(),
        }
    }

    /// The group and version.
    pub fn group_version(&self) -> GroupVersion {
        GroupVersion {
            group: self.group.clone(),
            version: self.version.clone(),
        }
    }

    /// The group and resource.
    pub fn group_resource(&self) -> GroupResource {
        GroupResource {
            group: self.group.clone(),
            resource: self.resource.clone(),
        }
    }
}

impl GroupKind {
    /// From its parts.
    pub fn new(group: impl Into<Str>, kind: impl Into<Str>) -> Self {
        Self {
            group: group.into(),
            kind: kind.into(),
        }
    }
}

impl GroupResource {
    /// From its parts.
    pub fn new(group: impl Into<Str>, resource: impl Into<Str>) -> Self {
        Self {
            group: group.into(),
            resource: resource.into(),
        }
    }

    /// Whether neither part is set.
    pub fn is_empty(&self) -> bool {
        self.group.is_empty() && self.resource.is_empty()
    }
}

fn join(group: &str, version: &str) -> Str {
    if group.is_empty() {
        version.into()
    } else {
        ecow::eco_format!("{group}/{version}")
    }
}

fn dotted(name: &str, group: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if group.is_empty() {
        f.write_str(name)
    } else {
        write!(f, "{name}.{group}")
    }
}

impl fmt::Display for GroupVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&join(&self.group, &self.version))
    }
}

impl fmt::Display for GroupVersionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, Kind={}", self.group, self.version, self.kind)
    }
}

impl fmt::Display for GroupVersionResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}, Resource={}",
            self.group, self.version, self.resource
        )
    }
}

impl fmt::Display for GroupKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        dotted(&self.kind, &self.group, f)
    }
}

impl fmt::Display for GroupResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        dotted(&self.resource, &self.group, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_upstream() {
        assert_eq!(
            GroupVersion::parse("apps/v1").unwrap(),
            GroupVersion::new("apps", "v1")
        );
        assert_eq!(GroupVersion::parse("v1").unwrap().to_string(), "v1");
        assert_eq!(
            GroupVersion::parse("a/b/c").unwrap_err(),
            "unexpected GroupVersion string: a/b/c"
        );
        let pods = GroupVersionResource::new("", "v1", "pods");
        assert_eq!(pods.to_string(), "/v1, Resource=pods");
        assert_eq!(
            GroupResource::new("apps", "deployments").to_string(),
            "deployments.apps"
        );
        assert_eq!(GroupKind::new("", "Pod").to_string(), "Pod");
    }
}
