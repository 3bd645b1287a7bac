//! Annotations, revisions and fence posts (`deployment/util`).

use std::rc::Rc;

use api::apps::v1::{Deployment, ReplicaSet};
use api::core::v1::PodTemplateSpec;
use apimachinery::Str;

use super::Rollout;

/// Which version of the deployment a replica set is.
pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";
/// Earlier revisions of a replica set that came back.
const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// How many replicas the deployment wanted when it last scaled the replica set.
pub(super) const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
/// How many it allowed at most, then.
pub(super) const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";
/// The label that tells the pods of different templates apart.
pub(super) const TEMPLATE_HASH: &str = "pod-template-hash";
const ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// How long the history of revisions in an annotation may become.
const MAX_HISTORY: usize = 2000;

pub(super) fn replicas_of(deployment: &Deployment) -> i32 {
    deployment.spec.replicas.unwrap_or(1)
}

pub(super) fn set_replicas(set: &ReplicaSet) -> i32 {
    set.spec.replicas.unwrap_or(1)
}

/// The sum of what replica sets are to have.
pub(super) fn wanted<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter().map(|set| set_replicas(set)).sum()
}

/// The sum of what replica sets have.
pub(super) fn actual<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter().map(|set| set.status.replicas).sum()
}

/// The sum of what is available.
pub(super) fn available<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter()
        .map(|set| set.status.available_replicas)
        .sum()
}

/// Those that are to have any pods.
pub(super) fn active(sets: &[Rc<ReplicaSet>]) -> Vec<Rc<ReplicaSet>> {
    sets.iter()
        .filter(|set| set_replicas(set) > 0)
        .cloned()
        .collect()
}

/// The oldest first.
pub(super) fn sort_by_age(sets: &mut [Rc<ReplicaSet>]) {
    sets.sort_by_key(|set| (set.metadata.creation_timestamp, set.metadata.name.clone()));
}

/// How many pods may be there in excess, and how many may be missing. Both rounded in favour of progress, never both 0.
fn fence_posts(deployment: &Deployment) -> (i32, i32) {
    let Some(rolling) = &deployment.spec.strategy.rolling_update else {
        return (0, 0);
    };
    let replicas = replicas_of(deployment);
    let resolve = |value: &Option<apimachinery::IntOrString>, up| {
        value
            .as_ref()
            .and_then(|v| v.scaled(replicas, up).ok())
            .unwrap_or(0)
    };
    let surge = resolve(&rolling.max_surge, true);
    let unavailable = resolve(&rolling.max_unavailable, false);
    if surge == 0 && unavailable == 0 {
        (0, 1)
    } else {
        (surge, unavailable)
    }
}

fn is_rolling(deployment: &Deployment) -> bool {
    deployment.spec.strategy.type_ != "Recreate"
}

/// How many pods may be there in excess.
pub(super) fn max_surge(deployment: &Deployment) -> i32 {
    if is_rolling(deployment) {
        fence_posts(deployment).0
    } else {
        0
    }
}

/// How many pods may be missing.
pub(super) fn max_unavailable(deployment: &Deployment) -> i32 {
    let replicas = replicas_of(deployment);
    if !is_rolling(deployment) || replicas == 0 {
        return 0;
    }
    fence_posts(deployment).1.min(replicas)
}

/// How many pods the new replica set may have now.
pub(super) fn new_set_replicas(deployment: &Deployment, sets: &[Rc<ReplicaSet>], new: i32) -> i32 {
    let replicas = replicas_of(deployment);
    if !is_rolling(deployment) {
        return replicas;
    }
    let most = replicas + max_surge(deployment);
    let now = wanted(sets);
    if now >= most {
        return new;
    }
    new + (most - now).min(replicas - new)
}

/// The revision of a replica set; 0 if it has none.
pub(super) fn revision(set: &ReplicaSet) -> i64 {
    set.metadata.annotations.text(REVISION).parse().unwrap_or(0)
}

/// The newest revision among these.
pub(super) fn max_revision(sets: &[Rc<ReplicaSet>]) -> i64 {
    sets.iter().map(|set| revision(set)).max().unwrap_or(0)
}

/// Whether the templates are the same but for the label that is put on them.
pub(super) fn equal_ignoring_hash(a: &PodTemplateSpec, b: &PodTemplateSpec) -> bool {
    let without = |template: &PodTemplateSpec| {
        let mut template = template.clone();
        template.metadata.labels.remove(TEMPLATE_HASH);
        template
    };
    without(a) == without(b)
}

/// The replica set of today's template: the oldest if there are several.
pub(super) fn find_new(rollout: &Rollout) -> Option<Rc<ReplicaSet>> {
    let mut sets = rollout.sets.clone();
    sort_by_age(&mut sets);
    let template = &rollout.deployment.spec.template;
    sets.into_iter()
        .find(|set| equal_ignoring_hash(&set.spec.template, template))
}

/// The others.
pub(super) fn find_old(rollout: &Rollout, new: Option<&ReplicaSet>) -> Vec<Rc<ReplicaSet>> {
    let uid = new.map(|set| &set.metadata.uid);
    rollout
        .sets
        .iter()
        .filter(|set| Some(&set.metadata.uid) != uid)
        .cloned()
        .collect()
}

/// The one replica set to scale when only one is active, or the newest when none is.
pub(super) fn active_or_latest(
    new: Option<&Rc<ReplicaSet>>,
    old: &[Rc<ReplicaSet>],
) -> Option<Rc<ReplicaSet>> {
    let all: Vec<Rc<ReplicaSet>> = old.iter().chain(new).cloned().collect();
    match active(&all).as_slice() {
        [] => new.cloned().or_else(|| {
            let mut old = old.to_vec();
            sort_by_age(&mut old);
            old.pop()
        }),
        [only] => Some(Rc::clone(only)),
        _ => None,
    }
}

/// Whether the new replica set has everything that is wanted, and it is all available.
pub(super) fn is_saturated(deployment: &Deployment, new: Option<&ReplicaSet>) -> bool {
    new.is_some_and(|set| {
        let replicas = replicas_of(deployment);
        let desired = set.metadata.annotations.text(DESIRED_REPLICAS);
        set_replicas(set) == replicas
            && desired.parse() == Ok(replicas)
            && set.status.available_replicas == replicas
    })
}

/// Whether the number of replicas was changed: some active replica set was scaled for another number.
pub(super) fn is_scaling(rollout: &Rollout) -> bool {
    let wanted = replicas_of(&rollout.deployment);
    active(&rollout.sets).iter().any(|set| {
        let desired: Option<i32> = set.metadata.annotations.text(DESIRED_REPLICAS).parse().ok();
        desired.is_some_and(|desired| desired != wanted)
    })
}

/// Brings the annotations that speak of numbers up to date; whether any changed.
pub(super) fn set_replicas_annotations(set: &mut ReplicaSet, desired: i32, max: i32) -> bool {
    let mut changed = false;
    for (key, number) in [(DESIRED_REPLICAS, desired), (MAX_REPLICAS, max)] {
        let text = number.to_string();
        if set.metadata.annotations.text(key) != text {
            set.metadata.annotations.insert(key, text.as_str());
            changed = true;
        }
    }
    changed
}

/// Brings the annotations of a replica set of today's template up to date; whether any changed.
pub(super) fn set_new_annotations(
    deployment: &Deployment,
    set: &mut ReplicaSet,
    revision: i64,
    exists: bool,
) -> bool {
    let mut changed = copy_annotations(deployment, set);
    let old = set.metadata.annotations.get(REVISION).cloned();
    let old_number: i64 = old
        .as_deref()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    if old_number < revision {
        set.metadata
            .annotations
            .insert(REVISION, revision.to_string().as_str());
        changed = true;
        if let Some(old) = old.filter(|_| exists) {
            let history = append_history(set.metadata.annotations.text(REVISION_HISTORY), &old);
            set.metadata.annotations.insert(REVISION_HISTORY, history);
        }
    }
    if !exists {
        let replicas = replicas_of(deployment);
        changed |= set_replicas_annotations(set, replicas, replicas + max_surge(deployment));
    }
    changed
}

/// Adds a revision to the history, dropping the oldest if it becomes too long.
fn append_history(history: &str, revision: &str) -> Str {
    if history.is_empty() {
        return revision.into();
    }
    let mut entries: Vec<&str> = history.split(',').collect();
    entries.push(revision);
    while entries.join(",").len() > MAX_HISTORY && entries.len() > 1 {
        entries.remove(0);
    }
    entries.join(",").into()
}

/// The deployment's annotations go to its new replica set, but for those that speak of one object only.
fn copy_annotations(deployment: &Deployment, set: &mut ReplicaSet) -> bool {
    let own = [
        LAST_APPLIED,
        REVISION,
        REVISION_HISTORY,
        DESIRED_REPLICAS,
        MAX_REPLICAS,
        ROLLBACK_TO,
    ];
    let mut changed = false;
    for (key, value) in &deployment.metadata.annotations {
        let differs = set.metadata.annotations.get(key.as_str()) != Some(value);
        if differs && !own.contains(&key.as_str()) {
            set.metadata.annotations.insert(key.clone(), value.clone());
            changed = true;
        }
    }
    changed
}
