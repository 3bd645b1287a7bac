//! Asks the server which groups, versions and resources it has, and remembers the answer.
//!
//! One request for `/api` and one for `/apis` in the aggregated format are enough; a server without it is asked for
//! each group and version. The cache belongs to the installation; a resource that is not found refreshes it, as in the
//! real kubectl.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::client::Client;
use crate::context::Context;
use crate::error::Error;
use crate::transport::Request;
use crate::util::{json as j, klog};

/// A resource of a version of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Group; empty for the core one.
    pub group: String,
    /// Version.
    pub version: String,
    /// Kind.
    pub kind: String,
    /// Name in paths.
    pub name: String,
    /// Name of one.
    pub singular: String,
    /// Short names.
    pub short_names: Vec<String>,
    /// Categories, such as `all`.
    pub categories: Vec<String>,
    /// Verbs.
    pub verbs: Vec<String>,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Whether this is the version of the group that the server prefers.
    pub preferred: bool,
    /// Names of subresources.
    pub subresources: Vec<String>,
}

/// A group with its versions, the preferred one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Name; empty for the core group.
    pub name: String,
    /// Versions in the server's order.
    pub versions: Vec<String>,
}

/// Everything a server has, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Groups.
    pub groups: Vec<Group>,
    /// Resources of all groups and versions.
    pub resources: Vec<Resource>,
}

/// What earlier runs learned, by server.
#[derive(Debug, Default)]
pub struct Cache(RefCell<Vec<(String, Rc<Discovery>)>>);

impl Cache {
    fn get(&self, server: &str) -> Option<Rc<Discovery>> {
        self.0
            .borrow()
            .iter()
            .find(|(known, _)| known == server)
            .map(|(_, d)| Rc::clone(d))
    }

    fn put(&self, server: &str, discovery: Rc<Discovery>) {
        let mut entries = self.0.borrow_mut();
        entries.retain(|(known, _)| known != server);
        entries.push((server.to_owned(), discovery));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                          application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// What the server of this run has; from the cache unless `fresh`.
pub fn discover(cx: &Context, fresh: bool) -> Result<Rc<Discovery>, Error> {
    let client = cx.client()?;
    let server = format!("{}#{}", client.target().server, client.target().user);
    if !fresh && let Some(known) = cx.cache().get(&server) {
        return Ok(known);
    }
    let discovery = Rc::new(ask(cx, &client)?);
    cx.cache().put(&server, Rc::clone(&discovery));
    Ok(discovery)
}

/// How often a server that does not answer is asked: the builder of requests is stubborn, other commands less so.
fn tries(cx: &Context) -> usize {
    match cx.path.get(1).map_or("", |command| command.name) {
        "top" => 0,
        "api-resources" | "run" => 1,
        "explain" | "auth" => 2,
        "logs" => 4,
        _ => 5,
    }
}

fn ask(cx: &Context, client: &Client) -> Result<Discovery, Error> {
    let mut discovery = Discovery::default();
    for path in ["/api", "/apis"] {
        let mut request = Request::new("GET", path).param("timeout", "32s");
        request.accept = Some(AGGREGATED);
        let answer = match client.json(cx, request) {
            Ok(answer) => answer,
            Err(error @ Error::Connection { .. }) => {
                let text = error.text().replace('\\', "\\\\").replace('"', "\\\"");
                for _ in 0..tries(cx) {
                    klog::line(
                        cx,
                        'E',
                        "memcache.go:265",
                        &format!(
                            "\"Unhandled Error\" err=\"couldn't get current server API group list: {text}\""
                        ),
                    );
                }
                return Err(error);
            }
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        match j::kind(&answer) {
            "APIGroupDiscoveryList" => aggregated(&answer, &mut discovery),
            "APIVersions" => {
                let versions: Vec<String> = texts(&answer, "versions");
                legacy(
                    cx,
                    client,
                    "",
                    &versions,
                    versions.first().map_or("", String::as_str),
                    &mut discovery,
                )?;
            }
            _ => {
                for group in j::list(&answer, &["groups"]) {
                    let versions: Vec<String> = j::list(group, &["versions"])
                        .iter()
                        .map(|v| j::text(v, &["version"]).to_owned())
                        .collect();
                    let preferred = j::text(group, &["preferredVersion", "version"]);
                    legacy(
                        cx,
                        client,
                        j::text(group, &["name"]),
                        &versions,
                        preferred,
                        &mut discovery,
                    )?;
                }
            }
        }
    }
    Ok(discovery)
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    j::list(value, &[key])
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn aggregated(list: &Value, discovery: &mut Discovery) {
    for group in j::list(list, &["items"]) {
        let name = j::name(group).to_owned();
        let mut versions = Vec::new();
        for (i, version) in j::list(group, &["versions"]).iter().enumerate() {
            let version_name = j::text(version, &["version"]).to_owned();
            for resource in j::list(version, &["resources"]) {
                let subresources = j::list(resource, &["subresources"]);
                discovery.resources.push(Resource {
                    group: name.clone(),
                    version: version_name.clone(),
                    kind: j::text(resource, &["responseKind", "kind"]).to_owned(),
                    name: j::text(resource, &["resource"]).to_owned(),
                    singular: j::text(resource, &["singularResource"]).to_owned(),
                    short_names: texts(resource, "shortNames"),
                    categories: texts(resource, "categories"),
                    verbs: texts(resource, "verbs"),
                    namespaced: j::text(resource, &["scope"]) == "Namespaced",
                    preferred: i == 0,
                    subresources: subresources
                        .iter()
                        .map(|s| j::text(s, &["subresource"]).to_owned())
                        .collect(),
                });
            }
            versions.push(version_name);
        }
        discovery.groups.push(Group { name, versions });
    }
}

fn legacy(
    cx: &Context,
    client: &Client,
    group: &str,
    versions: &[String],
    preferred: &str,
    discovery: &mut Discovery,
) -> Result<(), Error> {
    for version in versions {
        let path = if group.is_empty() {
            format!("/api/{version}")
        } else {
            format!("/apis/{group}/{version}")
        };
        let list = match client.get(cx, &path) {
            Ok(list) => list,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        let entries = j::list(&list, &["resources"]);
        for entry in entries
            .iter()
            .filter(|e| !j::text(e, &["name"]).contains('/'))
        {
            let name = j::text(entry, &["name"]);
            let sub = |e: &Value| {
                j::text(e, &["name"])
                    .strip_prefix(name)
                    .and_then(|r| r.strip_prefix('/'))
                    .map(str::to_owned)
            };
            discovery.resources.push(Resource {
                group: group.to_owned(),
                version: version.clone(),
                kind: j::kind(entry).to_owned(),
                name: name.to_owned(),
                singular: j::text(entry, &["singularName"]).to_owned(),
                short_names: texts(entry, "shortNames"),
                categories: texts(entry, "categories"),
                verbs: texts(entry, "verbs"),
                namespaced: j::at(entry, &["namespaced"]).as_bool().unwrap_or(false),
                preferred: version == preferred,
                subresources: entries.iter().filter_map(sub).collect(),
            });
        }
    }
    let mut ordered = versions.to_vec();
    ordered.sort_by_key(|v| v != preferred);
    discovery.groups.push(Group {
        name: group.to_owned(),
        versions: ordered,
    });
    Ok(())
}
