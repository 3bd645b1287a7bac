//! From what people call a resource (`po`, `deploy.apps`, `Pod`) to its place in the API, and from kinds to resources.

use std::fmt;
use std::rc::Rc;

use super::discovery::{Discovery, Resource, discover};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::go;
use crate::util::klog;

/// A resource with its kind and scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Group; empty for the core one.
    pub group: String,
    /// Version.
    pub version: String,
    /// Name in paths.
    pub resource: String,
    /// Kind.
    pub kind: String,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
}

impl Mapping {
    /// `v1`, `apps/v1`
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `pods`, `deployments.apps`
    pub fn group_resource(&self) -> String {
        if self.group.is_empty() {
            self.resource.clone()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }

    /// `pod`, `deployment.apps`
    pub fn kind_text(&self) -> String {
        crate::util::print::kind_text(&self.kind, &self.group)
    }

    /// `/v1, Resource=pods`
    pub fn resource_text(&self) -> String {
        format!(
            "{}/{}, Resource={}",
            self.group, self.version, self.resource
        )
    }

    /// `/v1, Kind=Pod`
    pub fn gvk_text(&self) -> String {
        format!("{}/{}, Kind={}", self.group, self.version, self.kind)
    }

    /// The path of the resource, in a namespace if it has them.
    pub fn path(&self, namespace: &str) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        };
        if self.namespaced && !namespace.is_empty() {
            format!("{root}/namespaces/{namespace}/{}", self.resource)
        } else {
            format!("{root}/{}", self.resource)
        }
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.group_resource())
    }
}

impl From<&Resource> for Mapping {
    fn from(resource: &Resource) -> Mapping {
        Mapping {
            group: resource.group.clone(),
            version: resource.version.clone(),
            resource: resource.name.clone(),
            kind: resource.kind.clone(),
            namespaced: resource.namespaced,
        }
    }
}

/// The names a server knows.
#[derive(Clone)]
pub struct Mapper {
    /// What the server has.
    pub discovery: Rc<Discovery>,
    cx: Context,
    fresh: bool,
}

impl Mapper {
    /// The names of this run's server.
    pub fn load(cx: &Context, fresh: bool) -> Result<Mapper, Error> {
        Ok(Mapper {
            discovery: discover(cx, fresh)?,
            cx: cx.clone(),
            fresh,
        })
    }

    /// Tries again with a fresh answer of the server when the cached one has no such thing.
    fn retry<T>(&self, find: impl Fn(&Mapper) -> Option<T>) -> Result<Option<T>, Error> {
        if let Some(found) = find(self) {
            return Ok(Some(found));
        }
        if self.fresh {
            return Ok(None);
        }
        if self.cx.flags.int("v") >= 5 {
            let text = "Invalidating discovery information";
            klog::line(&self.cx, 'I', "discovery.go:214", text);
        }
        Ok(find(&Mapper::load(&self.cx, true)?))
    }

    /// Resources in the order of priority: groups as the server lists them, preferred versions first.
    fn by_priority(&self) -> impl Iterator<Item = &Resource> {
        let preferred = self.discovery.resources.iter().filter(|r| r.preferred);
        preferred.chain(self.discovery.resources.iter().filter(|r| !r.preferred))
    }

    /// A resource by any of its names; group and version may be left open.
    fn find(&self, name: &str, group: Option<&str>, version: Option<&str>) -> Option<Mapping> {
        let lower = name.to_lowercase();
        let named = |r: &&Resource| {
            r.name == lower || r.singular == lower || r.kind.to_lowercase() == lower
        };
        let fits = |r: &&Resource, exact: bool| {
            version.is_none_or(|v| r.version == v)
                && group.is_none_or(|g| {
                    if exact || g.is_empty() {
                        r.group == g
                    } else {
                        r.group.starts_with(g)
                    }
                })
        };
        for exact in [true, false] {
            let full = self.by_priority().find(|r| named(r) && fits(r, exact));
            let short = || {
                self.by_priority()
                    .find(|r| r.short_names.iter().any(|s| s == name) && fits(r, exact))
            };
            if let Some(resource) = full.or_else(short) {
                return Some(resource.into());
            }
        }
        None
    }

    /// The resource that an argument of the command line means: `pods`, `po`, `deployments.apps`, `deploy.v1.apps`.
    pub fn resource(&self, argument: &str) -> Result<Mapping, Error> {
        let found = self.retry(|mapper| {
            let (name, rest) = match argument.split_once('.') {
                Some((name, rest)) => (name, Some(rest)),
                None => (argument, None),
            };
            let Some(rest) = rest else {
                return mapper.find(name, None, None);
            };
            let versioned = rest
                .split_once('.')
                .and_then(|(version, group)| mapper.find(name, Some(group), Some(version)));
            // `pods.v1.` names the core group.
            let core = rest
                .strip_suffix('.')
                .and_then(|version| mapper.find(name, Some(""), Some(version)));
            // A short name stands for its resource in the preferred version, whatever version is asked for.
            let short = || {
                let (_, group) = rest.split_once('.')?;
                let short = |r: &&Resource| {
                    r.preferred
                        && r.group.starts_with(group)
                        && r.short_names.iter().any(|s| s == name)
                };
                mapper.by_priority().find(short).map(Mapping::from)
            };
            versioned
                .or(core)
                .or_else(|| mapper.find(name, Some(rest), None))
                .or_else(short)
        })?;
        found.ok_or_else(|| {
            let name = argument.split('.').next().unwrap_or(argument);
            fail!(
                "the server doesn't have a resource type {}",
                go::quote(name)
            )
        })
    }

    /// The resource of a kind in a version.
    pub fn kind(&self, api_version: &str, kind: &str) -> Result<Mapping, Error> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let found = self.retry(|mapper| {
            let all = mapper.discovery.resources.iter();
            let fits = |r: &&Resource| r.kind == kind && r.group == group && r.version == version;
            all.clone()
                .find(fits)
                .or_else(|| {
                    // The REST mapper knows kinds in lower case, too: such objects reach the server, which refuses them.
                    let lower = kind.to_lowercase();
                    mapper.discovery.resources.iter().find(|r| {
                        kind == lower
                            && r.kind.to_lowercase() == lower
                            && r.group == group
                            && r.version == version
                    })
                })
                .map(Mapping::from)
        })?;
        found.ok_or_else(|| {
            Error::NoKind(format!(
                "no matches for kind {} in version {}",
                go::quote(kind),
                go::quote(api_version)
            ))
        })
    }

    /// The resources of a category such as `all`.
    pub fn category(&self, name: &str) -> Vec<Mapping> {
        let all = self.discovery.resources.iter();
        all.filter(|r| r.preferred && r.categories.iter().any(|c| c == name))
            .map(Mapping::from)
            .collect()
    }

    /// The resource type as `can-i`, `create role` and others look it up: a plural or singular name, group and version
    /// left open.
    pub fn resource_type(&self, name: &str, group: &str, version: &str) -> Result<Mapping, Error> {
        let open = |text: &str| {
            if text.is_empty() {
                None
            } else {
                Some(text.to_owned())
            }
        };
        let (group_given, version_given) = (open(group), open(version));
        let found = self
            .retry(|mapper| mapper.find(name, group_given.as_deref(), version_given.as_deref()))?;
        found.ok_or_else(|| Error::NoResource {
            resource: name.to_owned(),
            group: group.to_owned(),
            version: version.to_owned(),
        })
    }
}
