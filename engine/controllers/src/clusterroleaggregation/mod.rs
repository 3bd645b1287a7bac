//! Fills cluster roles that are made of others (`pkg/controller/clusterroleaggregation`): the rules of all roles that their
//! selectors match, each once.

use api::rbac::v1::{ClusterRole, PolicyRule};
use apimachinery::labels::Selector;
use client::{Lister, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::worker;

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informer = context.informers().of::<ClusterRole>();
    let roles = informer.lister();
    let (q, lister) = (queue.clone(), roles.clone());
    // Any role may be a part of any that is made of others.
    informer.on_change(move |_| {
        lister.for_each(|role| {
            if role.aggregation_rule.is_some() {
                q.add(NamespacedName::of(&role.metadata));
            }
        });
    });
    let client = context.client("clusterrole-aggregation-controller");
    let name = "clusterrole-aggregation-controller";
    worker::run(context, name, queue, move |key| {
        let Some(role) = roles.by_key(key) else {
            return Ok(());
        };
        if role.aggregation_rule.is_none() {
            return Ok(());
        }
        let rules = rules_of(&role, &roles);
        if rules == role.rules {
            return Ok(());
        }
        let patched = client.patch::<ClusterRole>("", &key.name, |role| {
            role.rules.clone_from(&rules);
        });
        worker::ignore_not_found(patched)
    });
}

/// The rules of all roles that belong to `role`, by selector and then by name.
fn rules_of(role: &ClusterRole, roles: &Lister<ClusterRole>) -> Vec<PolicyRule> {
    let mut rules: Vec<PolicyRule> = Vec::new();
    let aggregation = role.aggregation_rule.iter();
    for selector in aggregation.flat_map(|rule| &rule.cluster_role_selectors) {
        let Ok(selector) = Selector::from_label_selector(Some(selector)) else {
            continue;
        };
        for part in roles.select("", &selector) {
            if part.metadata.name == role.metadata.name {
                continue;
            }
            for rule in &part.rules {
                if !rules.contains(rule) {
                    rules.push(rule.clone());
                }
            }
        }
    }
    rules
}
