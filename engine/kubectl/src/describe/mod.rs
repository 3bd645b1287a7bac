//! `kubectl describe`: an object and what belongs to it, told for people. A file a kind.
//!
//! Descriptions are made by the client, from the API's objects alone. [`describe`] decodes the object, asks the API for
//! what belongs to it ([`Related`]), and writes a page; kinds without a file of their own, custom resources among them,
//! are told by [`generic`]. Upstream's room is `k8s.io/kubectl/pkg/describe`; the pages' words and columns are its.

mod about;
mod address_range;
mod config_map;
mod container;
mod cron_job;
mod csi_node;
mod daemon_set;
mod deployment;
mod endpoints;
mod events;
mod field_ref;
mod generic;
mod horizontal_pod_autoscaler;
mod ingress;
mod job;
mod limits;
mod namespace;
mod network_policy;
mod node;
mod page;
mod persistent_volume;
mod persistent_volume_claim;
mod pod;
mod pod_disruption_budget;
mod priority_class;
mod replica_set;
mod replication_controller;
mod resource_quota;
mod role;
mod secret;
mod service;
mod service_account;
mod stateful_set;
mod storage_class;
mod volume;
mod workload;

use api::core::v1::{ConfigMap, Event, Namespace, Node, Pod, Secret, ServiceAccount};
use api::rbac::v1::{ClusterRole, ClusterRoleBinding};
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
    let told = match api_version {
        "v1" => core(kind, object, &about)?,
        "apps/v1" => apps(kind, object, &about)?,
        "batch/v1" => batch(kind, object, &about)?,
        "networking.k8s.io/v1" | "discovery.k8s.io/v1" => network(kind, object, &about)?,
        "storage.k8s.io/v1" => storage(kind, object, &about)?,
        "rbac.authorization.k8s.io/v1" => access(kind, object, &about)?,
        "policy/v1" | "scheduling.k8s.io/v1" | "autoscaling/v2" => policy(kind, object, &about)?,
        _ => None,
    };
    Ok(told.unwrap_or_else(|| generic::generic(object, events, now)))
}

/// A page, if there is a describer for the kind.
type Told = Result<Option<String>, Error>;

fn core(kind: &str, object: &Value, about: &About<'_>) -> Told {
    let About {
        related,
        events,
        now,
    } = *about;
    Ok(Some(match kind {
        "Pod" => pod::pod(&decode::<Pod>(object)?, events, now),
        "Node" => node::node(&decode::<Node>(object)?, related, events, now)?,
        "Namespace" => namespace::namespace(&decode::<Namespace>(object)?, related, now)?,
        "ConfigMap" => config_map::config_map(&decode::<ConfigMap>(object)?, events, now),
        "Secret" => secret::secret(&decode::<Secret>(object)?, now),
        "ServiceAccount" => {
            service_account::service_account(&decode::<ServiceAccount>(object)?, events, now)
        }
        "ReplicationController" => {
            replication_controller::replication_controller(&decode(object)?, about)?
        }
        "Service" => service::service(&decode(object)?, about)?,
        "Endpoints" => endpoints::endpoints(&decode(object)?, about)?,
        "PersistentVolume" => persistent_volume::persistent_volume(&decode(object)?, about)?,
        "PersistentVolumeClaim" => {
            persistent_volume_claim::persistent_volume_claim(&decode(object)?, about)?
        }
        "ResourceQuota" => resource_quota::resource_quota(&decode(object)?, about)?,
        "LimitRange" => resource_quota::limit_range(&decode(object)?, about)?,
        _ => return Ok(None),
    }))
}

fn apps(kind: &str, object: &Value, about: &About<'_>) -> Told {
    Ok(Some(match kind {
        "Deployment" => deployment::deployment(&decode(object)?, about)?,
        "ReplicaSet" => replica_set::replica_set(&decode(object)?, about)?,
        "StatefulSet" => stateful_set::stateful_set(&decode(object)?, about)?,
        "DaemonSet" => daemon_set::daemon_set(&decode(object)?, about)?,
        _ => return Ok(None),
    }))
}

fn batch(kind: &str, object: &Value, about: &About<'_>) -> Told {
    Ok(Some(match kind {
        "Job" => job::job(&decode(object)?, about)?,
        "CronJob" => cron_job::cron_job(&decode(object)?, about)?,
        _ => return Ok(None),
    }))
}

fn network(kind: &str, object: &Value, about: &About<'_>) -> Told {
    Ok(Some(match kind {
        "EndpointSlice" => endpoints::endpoint_slice(&decode(object)?, about)?,
        "Ingress" => ingress::ingress(&decode(object)?, about)?,
        "IngressClass" => ingress::ingress_class(&decode(object)?, about)?,
        "NetworkPolicy" => network_policy::network_policy(&decode(object)?, about)?,
        "ServiceCIDR" => address_range::service_cidr(&decode(object)?, about)?,
        "IPAddress" => address_range::ip_address(&decode(object)?, about)?,
        _ => return Ok(None),
    }))
}

fn storage(kind: &str, object: &Value, about: &About<'_>) -> Told {
    Ok(Some(match kind {
        "StorageClass" => storage_class::storage_class(&decode(object)?, about)?,
        "VolumeAttributesClass" => storage_class::volume_attributes_class(&decode(object)?, about)?,
        "CSINode" => csi_node::csi_node(&decode(object)?, about)?,
        _ => return Ok(None),
    }))
}

fn access(kind: &str, object: &Value, about: &About<'_>) -> Told {
    // Bindings of both sorts have the same fields, and so have roles.
    Ok(Some(match kind {
        "Role" | "ClusterRole" => {
            let ClusterRole {
                metadata, rules, ..
            } = decode(object)?;
            role::role(&metadata, &rules, about)?
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            let ClusterRoleBinding {
                metadata,
                role_ref,
                subjects,
            } = decode(object)?;
            role::binding(&metadata, &role_ref, &subjects, about)?
        }
        _ => return Ok(None),
    }))
}

fn policy(kind: &str, object: &Value, about: &About<'_>) -> Told {
    Ok(Some(match kind {
        "PodDisruptionBudget" => {
            pod_disruption_budget::pod_disruption_budget(&decode(object)?, about)?
        }
        "PriorityClass" => priority_class::priority_class(&decode(object)?, about)?,
        "HorizontalPodAutoscaler" => {
            horizontal_pod_autoscaler::horizontal_pod_autoscaler(&decode(object)?, about)?
        }
        _ => return Ok(None),
    }))
}

/// The template that pods are made from, as `rollout` shows it: with its tabs as they are.
pub fn pod_template(template: &Value, now: i64) -> Result<String, Error> {
    let template = codec::from_value(template).map_err(|e| Error::Message(e.to_string()))?;
    let mut page = page::Page::unaligned(now);
    workload::pod_template(&mut page, &template);
    Ok(page.finish())
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
