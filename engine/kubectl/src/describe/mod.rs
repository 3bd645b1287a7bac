//! `kubectl describe`: an object and what belongs to it, told for people. A file a kind.
//!
//! Descriptions are made by the client, from the API's objects alone. [`describe`] decodes the object, asks the API for
//! what belongs to it ([`Related`]), and writes a page; kinds without a file of their own, custom resources among them,
//! are told by [`generic`]. Upstream's room is `k8s.io/kubectl/pkg/describe`; the pages' words and columns are its.

mod about;
mod config_map;
mod container;
mod cron_job;
mod daemon_set;
mod deployment;
mod events;
mod field_ref;
mod generic;
mod job;
mod limits;
mod namespace;
mod node;
mod page;
mod pod;
mod replica_set;
mod replication_controller;
mod secret;
mod service_account;
mod stateful_set;
mod volume;
mod workload;

use api::core::v1::{ConfigMap, Event, Namespace, Node, Pod, Secret, ServiceAccount};
use apimachinery::{Kind, Value, codec};

use about::About;

use crate::error::Error;

/// What belongs to an object, asked from the API.
pub trait Related {
    /// The objects of a resource (such as `pods` of `v1`) that the selectors match; all namespaces if it is empty.
    fn list(&self, query: &Query<'_>) -> Result<Vec<Value>, Error>;

    /// One object; `None` when there is none.
    fn get(
        &self,
        api_version: &str,
        plural: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Value>, Error>;
}

/// Which objects belong to another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// Such as `apps/v1`.
    pub api_version: &'a str,
    /// Such as `replicasets`.
    pub plural: &'a str,
    /// Empty for all.
    pub namespace: &'a str,
    /// As `-l` takes it.
    pub labels: &'a str,
    /// As `--field-selector` takes it.
    pub fields: &'a str,
}

/// How to describe.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether events are shown.
    pub show_events: bool,
    /// Now, in microseconds since the epoch.
    pub now: i64,
}

/// The page about an object.
pub fn describe(object: &Value, related: &dyn Related, options: Options) -> Result<String, Error> {
    let now = options.now;
    let events = if options.show_events {
        Some(events_of(object, related)?)
    } else {
        None
    };
    let events = events.as_deref();
    let about = About {
        related,
        events,
        now,
    };
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    let kind = object["kind"].as_str().unwrap_or_default();
    Ok(match (api_version, kind) {
        ("v1", "Pod") => pod::pod(&decode::<Pod>(object)?, events, now),
        ("v1", "Node") => node::node(&decode::<Node>(object)?, related, events, now)?,
        ("v1", "Namespace") => namespace::namespace(&decode::<Namespace>(object)?, related, now)?,
        ("v1", "ConfigMap") => config_map::config_map(&decode::<ConfigMap>(object)?, events, now),
        ("v1", "Secret") => secret::secret(&decode::<Secret>(object)?, now),
        ("v1", "ServiceAccount") => {
            service_account::service_account(&decode::<ServiceAccount>(object)?, events, now)
        }
        ("v1", "ReplicationController") => {
            replication_controller::replication_controller(&decode(object)?, &about)?
        }
        ("apps/v1", "Deployment") => deployment::deployment(&decode(object)?, &about)?,
        ("apps/v1", "ReplicaSet") => replica_set::replica_set(&decode(object)?, &about)?,
        ("apps/v1", "StatefulSet") => stateful_set::stateful_set(&decode(object)?, &about)?,
        ("apps/v1", "DaemonSet") => daemon_set::daemon_set(&decode(object)?, &about)?,
        ("batch/v1", "Job") => job::job(&decode(object)?, &about)?,
        ("batch/v1", "CronJob") => cron_job::cron_job(&decode(object)?, &about)?,
        _ => generic::generic(object, events, now),
    })
}

/// The object as its struct.
fn decode<K: Kind>(object: &Value) -> Result<K, Error> {
    codec::from_value(object).map_err(|e| Error::Message(e.to_string()))
}

/// The objects of a query as their struct.
fn list<K: Kind>(related: &dyn Related, query: &Query<'_>) -> Result<Vec<K>, Error> {
    let query = Query {
        api_version: K::API_VERSION,
        plural: K::PLURAL,
        ..*query
    };
    related.list(&query)?.iter().map(decode).collect()
}

/// The events about an object.
fn events_of(object: &Value, related: &dyn Related) -> Result<Vec<Event>, Error> {
    let text = |path: &Value| path.as_str().unwrap_or_default().to_owned();
    let meta = &object["metadata"];
    let mut events = events_about(object, &text(&meta["uid"]), related)?;
    if object["kind"] == "Node" {
        // Kubelets name a node by its name where they have no UID.
        events.extend(events_about(object, &text(&meta["name"]), related)?);
    }
    Ok(events)
}

fn events_about(object: &Value, uid: &str, related: &dyn Related) -> Result<Vec<Event>, Error> {
    let meta = &object["metadata"];
    let namespace = meta["namespace"].as_str().unwrap_or_default();
    let mut fields = vec![(
        "involvedObject.name",
        meta["name"].as_str().unwrap_or_default(),
    )];
    if !namespace.is_empty() {
        fields.push(("involvedObject.namespace", namespace));
    }
    fields.push((
        "involvedObject.kind",
        object["kind"].as_str().unwrap_or_default(),
    ));
    fields.push(("involvedObject.uid", uid));
    let fields: Vec<String> = fields
        .iter()
        .map(|(field, value)| format!("{field}={value}"))
        .collect();
    list(
        related,
        &Query {
            namespace,
            fields: &fields.join(","),
            ..Query::default()
        },
    )
}
