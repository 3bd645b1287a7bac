//! What must hold.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::{Result, bail};
use api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use api::batch::v1::Job;
use api::core::v1::{Node, Pod, Service};
use api::discovery::v1::EndpointSlice;
use api::policy::v1::PodDisruptionBudget;
use apimachinery::labels::Selector;
use apimachinery::meta::v1::ListOptions;
use apimachinery::{IntOrString, Kind};
use client::Client;
use component_helpers::pod;
use component_helpers::requests::{Options, pod_requests};
use component_helpers::resource::Resource;

use super::world::said;

fn all<K: Kind>(client: &Client) -> Result<Vec<Rc<K>>> {
    let list = client.list::<K>("", &ListOptions::default());
    Ok(list.map_err(said)?.items)
}

/// What holds at any moment.
///
/// # Errors
/// What does not hold.
pub fn always(client: &Client, controllers_run: bool) -> Result<()> {
    nodes_are_not_overcommitted(client)?;
    addresses_are_unique(client)?;
    // Nobody keeps endpoints while the controllers are stopped.
    if controllers_run {
        endpoints_are_pods(client)?;
    }
    Ok(())
}

/// What holds once nothing happens any more.
///
/// # Errors
/// What does not hold.
pub fn at_rest(client: &Client) -> Result<()> {
    owners_are_there(client)?;
    wishes_are_met(client)?;
    endpoints_are_complete(client)
}

fn nodes_are_not_overcommitted(client: &Client) -> Result<()> {
    let mut used: BTreeMap<String, (Resource, i64)> = BTreeMap::new();
    for pod in all::<Pod>(client)? {
        if pod::is_terminal(&pod) || pod.spec.node_name.is_empty() {
            continue;
        }
        let sum = used.entry(pod.spec.node_name.to_string()).or_default();
        sum.0.add(&pod_requests(&pod, Options::default()), 1);
        sum.1 += 1;
    }
    for node in all::<Node>(client)? {
        let Some((used, pods)) = used.get(node.metadata.name.as_str()) else {
            continue;
        };
        let there = Resource::from_list(&node.status.allocatable);
        let limit = node.status.allocatable.get("pods").map_or(0, |q| q.value());
        if used.milli_cpu > there.milli_cpu || used.memory > there.memory || *pods > limit {
            bail!(
                "{} is over-committed: {pods} pods, {used:?}",
                node.metadata.name
            );
        }
    }
    Ok(())
}

fn addresses_are_unique(client: &Client) -> Result<()> {
    let mut seen = BTreeMap::new();
    for pod in all::<Pod>(client)? {
        let ip = pod.status.pod_ip.clone();
        if pod.spec.host_network || ip.is_empty() || pod::is_terminal(&pod) {
            continue;
        }
        let name = pod.metadata.name.clone();
        if let Some(other) = seen.insert(ip.clone(), name.clone()) {
            bail!("{other} and {name} both have {ip}");
        }
    }
    Ok(())
}

/// The pods that a service's selector matches.
fn pods_of(client: &Client, service: &Service) -> Result<Vec<Rc<Pod>>> {
    let selector = Selector::from_set(&service.spec.selector);
    let mut pods = all::<Pod>(client)?;
    pods.retain(|pod| {
        pod.metadata.namespace == service.metadata.namespace
            && !service.spec.selector.is_empty()
            && selector.matches(&pod.metadata.labels)
    });
    Ok(pods)
}

fn service_of(client: &Client, slice: &EndpointSlice) -> Option<Rc<Service>> {
    let meta = &slice.metadata;
    let name = meta.labels.get("kubernetes.io/service-name")?;
    client.get::<Service>(&meta.namespace, name).ok()
}

/// An endpoint that is ready is a pod that is.
fn endpoints_are_pods(client: &Client) -> Result<()> {
    for slice in all::<EndpointSlice>(client)? {
        let Some(service) = service_of(client, &slice) else {
            continue;
        };
        let pods = pods_of(client, &service)?;
        for endpoint in &slice.endpoints {
            let Some(target) = endpoint.target_ref.as_ref() else {
                continue;
            };
            let pod = pods.iter().find(|pod| pod.metadata.uid == target.uid);
            let Some(pod) = pod else {
                bail!(
                    "{} lists {}, which is none of its pods",
                    slice.metadata.name,
                    target.name
                );
            };
            let ready = pod::is_ready(pod) && !pod.metadata.is_deleting();
            if endpoint.conditions.ready == Some(true) && !ready {
                bail!("{} lists {} as ready", slice.metadata.name, target.name);
            }
        }
    }
    Ok(())
}

/// Every pod that can be reached is listed, and once.
fn endpoints_are_complete(client: &Client) -> Result<()> {
    let slices = all::<EndpointSlice>(client)?;
    for service in all::<Service>(client)? {
        if service.spec.selector.is_empty() {
            continue;
        }
        let mut listed: Vec<_> = slices
            .iter()
            .filter(|slice| {
                service_of(client, slice).is_some_and(|s| s.metadata.uid == service.metadata.uid)
            })
            .flat_map(|slice| &slice.endpoints)
            .filter_map(|endpoint| Some(endpoint.target_ref.as_ref()?.uid.clone()))
            .collect();
        listed.sort();
        let pods = pods_of(client, &service)?;
        let reachable = pods
            .iter()
            .filter(|pod| !pod::is_terminal(pod) && !pod.status.pod_ip.is_empty());
        let mut wanted: Vec<_> = reachable.map(|pod| pod.metadata.uid.clone()).collect();
        wanted.sort();
        if listed != wanted {
            bail!("{} lists {listed:?}, not {wanted:?}", service.metadata.name);
        }
    }
    Ok(())
}

/// What has a controller is gone when the controller is.
fn owners_are_there(client: &Client) -> Result<()> {
    let mut uids = BTreeSet::new();
    let mut objects = Vec::new();
    for resource in client.resources() {
        for object in client.list_any(&resource, "").map_err(said)? {
            uids.insert(object.meta().uid.clone());
            objects.push(object);
        }
    }
    for object in objects {
        let meta = object.meta();
        if let Some(owner) = meta.controller()
            && !uids.contains(&owner.uid)
        {
            bail!(
                "{} is still there without {} {}",
                meta.name,
                owner.kind,
                owner.name
            );
        }
    }
    Ok(())
}

/// There are as many ready pods as was asked for.
fn wishes_are_met(client: &Client) -> Result<()> {
    for object in all::<Deployment>(client)? {
        let (wanted, status) = (object.spec.replicas.unwrap_or(1), &object.status);
        let there = (
            status.replicas,
            status.ready_replicas,
            status.updated_replicas,
        );
        if there != (wanted, wanted, wanted) && !is_stuck_upstream(client, &object)? {
            bail!(
                "deployment {} wants {wanted}: {status:?}",
                object.metadata.name
            );
        }
    }
    for object in all::<ReplicaSet>(client)? {
        let (wanted, status) = (object.spec.replicas.unwrap_or(1), &object.status);
        if (status.replicas, status.ready_replicas) != (wanted, wanted) {
            bail!(
                "replica set {} wants {wanted}: {status:?}",
                object.metadata.name
            );
        }
    }
    for object in all::<StatefulSet>(client)? {
        let (wanted, status) = (object.spec.replicas.unwrap_or(1), &object.status);
        if (status.replicas, status.ready_replicas) != (wanted, wanted) {
            bail!(
                "stateful set {} wants {wanted}: {status:?}",
                object.metadata.name
            );
        }
    }
    for object in all::<DaemonSet>(client)? {
        let status = &object.status;
        if status.number_ready != status.desired_number_scheduled || status.number_misscheduled != 0
        {
            bail!("daemon set {}: {status:?}", object.metadata.name);
        }
    }
    for object in all::<Job>(client)? {
        let ended = object
            .status
            .conditions
            .iter()
            .any(|c| matches!(&*c.type_, "Complete" | "Failed") && c.status == "True");
        if !ended {
            bail!(
                "job {} has not ended: {:?}",
                object.metadata.name,
                object.status
            );
        }
    }
    Ok(())
}

/// Whether a deployment is one that upstream leaves as it is, too (kubernetes/kubernetes#125568): in the middle of a rolling
/// update it was told to recreate its pods and got another number of replicas. The number makes it scale, which for that
/// strategy does nothing while several replica sets have pods, and so the number stays new for ever.
fn is_stuck_upstream(client: &Client, deployment: &Deployment) -> Result<bool> {
    if deployment.spec.strategy.type_ != "Recreate" {
        return Ok(false);
    }
    let mut sets = all::<ReplicaSet>(client)?;
    sets.retain(|set| {
        let owner = set.metadata.controller();
        owner.is_some_and(|owner| owner.uid == deployment.metadata.uid)
            && set.spec.replicas.unwrap_or(1) > 0
    });
    let wanted = deployment.spec.replicas.unwrap_or(1).to_string();
    let annotation = "deployment.kubernetes.io/desired-replicas";
    let is_scaled = |set: &Rc<ReplicaSet>| set.metadata.annotations.text(annotation) != wanted;
    Ok(sets.len() > 1 && sets.iter().any(is_scaled))
}

/// Whether a pod's budgets, reckoned anew, allow its eviction. Pods that do not run are always allowed to go, and those
/// that are not ready while the budget is kept.
///
/// # Errors
/// When the server does not answer.
pub fn may_be_evicted(client: &Client, name: &str) -> Result<bool> {
    let pod = client.get::<Pod>("default", name).map_err(said)?;
    if pod::is_terminal(&pod) || pod.status.phase == "Pending" || pod.metadata.is_deleting() {
        return Ok(true);
    }
    for budget in all::<PodDisruptionBudget>(client)? {
        let Ok(selector) = Selector::from_label_selector(budget.spec.selector.as_deref()) else {
            continue;
        };
        if !selector.matches(&pod.metadata.labels) {
            continue;
        }
        let Some(desired) = desired_healthy(client, &budget, &selector)? else {
            continue;
        };
        let healthy = healthy(client, &selector)?;
        let after = healthy - i32::from(pod::is_ready(&pod));
        if after < desired {
            return Ok(false);
        }
    }
    Ok(true)
}

fn matching(client: &Client, selector: &Selector) -> Result<Vec<Rc<Pod>>> {
    let mut pods = all::<Pod>(client)?;
    pods.retain(|pod| selector.matches(&pod.metadata.labels));
    Ok(pods)
}

fn healthy(client: &Client, selector: &Selector) -> Result<i32> {
    let pods = matching(client, selector)?;
    let healthy = pods
        .iter()
        .filter(|pod| pod::is_ready(pod) && !pod.metadata.is_deleting());
    Ok(i32::try_from(healthy.count()).unwrap_or(i32::MAX))
}

/// How many of a budget's pods must be healthy. A share is of what the controllers ask for, which is more than can be
/// said from here when a budget spans several; none then.
fn desired_healthy(
    client: &Client,
    budget: &PodDisruptionBudget,
    selector: &Selector,
) -> Result<Option<i32>> {
    if let Some(IntOrString::Int(min)) = &budget.spec.min_available {
        return Ok(Some(*min));
    }
    let owners: BTreeSet<_> = matching(client, selector)?
        .iter()
        .filter_map(|pod| Some(pod.metadata.controller()?.name.clone()))
        .collect();
    let [owner] = owners.iter().collect::<Vec<_>>()[..] else {
        return Ok(None);
    };
    let Ok(set) = client.get::<StatefulSet>("default", owner) else {
        return Ok(None);
    };
    let wanted = set.spec.replicas.unwrap_or(1);
    let spec = &budget.spec;
    let scaled = |value: &IntOrString| value.scaled(wanted, true).unwrap_or(0);
    Ok(match (&spec.min_available, &spec.max_unavailable) {
        (Some(min), _) => Some(scaled(min)),
        (_, Some(max)) => Some((wanted - scaled(max)).max(0)),
        _ => None,
    })
}
