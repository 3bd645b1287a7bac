//! ResourceQuota: a namespace gets no more than its quotas allow. What is used is kept in their status, here for what is
//! added and by the quota controller for what goes away.

use std::rc::Rc;

use api::core::v1::{Pod, ResourceQuota};
use apimachinery::{Map, Object, Quantity, Status, Str};
use component_helpers::quota::{Amounts, applies, missing, usage};

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
        let mut more = usage(&names.group, &names.plural, object, now);
        if let Some(old) = attributes.old {
            let before = usage(&names.group, &names.plural, old, now);
            for (name, amount) in &mut more {
                if let Some(before) = before.get(name) {
                    amount.sub(before);
                }
            }
        }
        let mut changed = Vec::new();
        for quota in quotas.iter().filter(|quota| applies(quota, object)) {
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
        .filter(|name| more.contains_key(*name))
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
        let (Some(more), Some(hard)) = (more.get(resource), hard.get(resource.as_str())) else {
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
