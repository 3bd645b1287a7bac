//! ResourceQuota: a namespace gets no more than its quotas allow. What is used is kept in their status, here for what is
//! added and by the quota controller for what goes away.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{Container, Pod, ResourceQuota};
use apimachinery::{Map, Object, Quantity, Status, Str};
use component_helpers::quota::{Amounts, matches_scopes, usage};

use super::{Attributes, Operation, Plugin, lookup_all};
use crate::context::{Context, User};

/// The plugin.
pub(super) struct QuotaAdmission;

impl Plugin for QuotaAdmission {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        let writes = matches!(attributes.operation, Operation::Create | Operation::Update);
        let names = &attributes.resource.names;
        let (true, Some(object)) = (
            writes && attributes.subresource.is_empty() && names.namespaced,
            object,
        ) else {
            return Ok(());
        };
        let quotas = lookup_all::<ResourceQuota>(attributes.cx, attributes.namespace);
        if quotas.is_empty() {
            return Ok(());
        }
        let now = attributes.cx.now();
        let resource = names.group_resource();
        let mut more = usage(&resource, object, now);
        if let Some(old) = attributes.old {
            let before = usage(&resource, old, now);
            for (name, amount) in more.iter_mut() {
                if let Some(before) = before.get(name.as_str()) {
                    amount.sub(before);
                }
            }
        }
        let mut changed = Vec::new();
        for quota in quotas.iter().filter(|quota| matches_scopes(quota, object)) {
            if let Some(next) = charge(attributes, object, quota, &more)? {
                changed.push(next);
            }
        }
        if attributes.cx.dry_run {
            return Ok(());
        }
        let user = Rc::new(User::component("system:apiserver"));
        let cx = Context::new(attributes.cx.server.clone(), user, "kube-apiserver".into());
        changed
            .into_iter()
            .try_for_each(|quota| cx.update_status(quota).map(drop))
    }
}

/// The quota with what this takes of it; `None` if that is nothing.
fn charge(
    attributes: &Attributes<'_>,
    object: &dyn Object,
    quota: &Rc<ResourceQuota>,
    more: &Amounts,
) -> Result<Option<ResourceQuota>, Status> {
    let name = &quota.metadata.name;
    let refuse = |because: String| Err(attributes.forbidden(Some(object), &because));
    let hard = &quota.status.hard;
    if attributes.operation == Operation::Create
        && let Some(pod) = object.downcast_ref::<Pod>()
        && let Some(lacking) = missing(pod, &mut hard.iter().map(|(name, _)| name))
    {
        return refuse(format!("failed quota: {name}: must specify {lacking}"));
    }
    let limited: Vec<&Str> = quota
        .spec
        .hard
        .iter()
        .map(|(name, _)| name)
        .filter(|name| more.contains_key(name.as_str()))
        .collect();
    let unknown: Vec<&str> = limited
        .iter()
        .filter(|name| {
            !quota.status.used.contains_key(name.as_str()) || !hard.contains_key(name.as_str())
        })
        .map(|name| name.as_str())
        .collect();
    if !unknown.is_empty() {
        return refuse(format!(
            "status unknown for quota: {name}, resources: {}",
            unknown.join(",")
        ));
    }
    let mut next = (**quota).clone();
    let mut exceeded: Vec<&Str> = Vec::new();
    for resource in limited {
        let (Some(more), Some(hard)) = (more.get(resource.as_str()), hard.get(resource.as_str()))
        else {
            continue;
        };
        if more.signum() == 0 {
            continue;
        }
        let mut used = quota
            .status
            .used
            .get(resource.as_str())
            .cloned()
            .unwrap_or_default();
        used.add(more);
        if more.signum() > 0 && used.nanos() > hard.nanos() {
            exceeded.push(resource);
        }
        next.status.used.insert(resource.clone(), used);
    }
    if !exceeded.is_empty() {
        let shown = |amount: &dyn Fn(&str) -> Option<Quantity>| {
            let parts = exceeded
                .iter()
                .map(|name| format!("{name}={}", amount(name).unwrap_or_default()));
            parts.collect::<Vec<_>>().join(",")
        };
        let of = |map: &Map<Str, Quantity>, name: &str| map.get(name).cloned();
        return refuse(format!(
            "exceeded quota: {name}, requested: {}, used: {}, limited: {}",
            shown(&|name| more.get(name).cloned()),
            shown(&|name| of(&quota.status.used, name)),
            shown(&|name| of(hard, name)),
        ));
    }
    Ok((next.status != quota.status).then_some(next))
}

/// What containers must say when a quota limits it.
const REQUIRED: [&str; 6] = [
    "cpu",
    "limits.cpu",
    "limits.memory",
    "memory",
    "requests.cpu",
    "requests.memory",
];

/// What the containers of a pod must say because a quota limits it, and do not: `cpu for: a,b; memory for: a`.
fn missing(pod: &Pod, limited: &mut dyn Iterator<Item = &Str>) -> Option<String> {
    let required: Vec<&str> = limited
        .map(Str::as_str)
        .filter(|name| REQUIRED.contains(name))
        .collect();
    let says = |container: &Container, name: &str| match name.strip_prefix("limits.") {
        Some(name) => container.resources.limits.contains_key(name),
        None => {
            let name = name.strip_prefix("requests.").unwrap_or(name);
            container.resources.requests.contains_key(name)
        }
    };
    let mut lacking: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for container in pod.spec.containers.iter().chain(&pod.spec.init_containers) {
        for name in required.iter().filter(|name| !says(container, name)) {
            lacking.entry(*name).or_default().push(&container.name);
        }
    }
    if lacking.is_empty() {
        return None;
    }
    let parts = lacking.into_iter().map(|(name, mut containers)| {
        containers.sort_unstable();
        format!("{name} for: {}", containers.join(","))
    });
    Some(parts.collect::<Vec<_>>().join("; "))
}
