//! The heart: how an update and an apply change who owns what.

use super::compare::{Comparison, compare};
use super::entries::{Manager, Managers, Owned};
use super::merge::merge;
use super::remove::remove;
use super::shape::Type;
use super::to_set::to_set;
use super::{PathElement, Set};
use crate::{Str, Value};

/// Fields that others own and an apply would change.
pub(super) type Conflicts = Vec<(Manager, Vec<PathElement>)>;

/// Why an apply failed.
pub(super) enum Failure {
    Conflicts(Conflicts),
    Other(Str),
}

/// What an operation is about.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    pub(super) ty: Type<'a>,
    pub(super) api_version: &'a Str,
    /// Fields whose changes the server throws away.
    pub(super) ignored: &'a Set,
}

impl Operation<'_> {
    /// Takes from all others what changed; without force, what they own and would lose is a conflict. What was written.
    fn take_from_others(
        &self,
        comparison: &Comparison,
        managers: &mut Managers,
        actor: Option<&Manager>,
        force: bool,
    ) -> Result<Set, Failure> {
        let written = comparison.written();
        let mut conflicts: Vec<(Manager, Set)> = Vec::new();
        for (manager, owned) in managers
            .iter()
            .filter(|(manager, _)| Some(*manager) != actor)
        {
            if owned.set().overlaps(&written) {
                let lost = owned.set().intersection(&written);
                conflicts.push((manager.clone(), lost));
            }
        }
        if !force && !conflicts.is_empty() {
            let list = conflicts.into_iter().flat_map(|(manager, lost)| {
                lost.paths()
                    .into_iter()
                    .map(move |path| (manager.clone(), path))
            });
            return Err(Failure::Conflicts(list.collect()));
        }
        for (manager, owned) in managers
            .iter_mut()
            .filter(|(manager, _)| Some(*manager) != actor)
        {
            if let Some((_, lost)) = conflicts.iter().find(|(other, _)| other == manager) {
                owned.change(owned.set().difference(lost));
            }
            if owned.set().overlaps(&comparison.removed) {
                owned.change(owned.set().difference(&comparison.removed));
            }
        }
        managers.retain(|_, owned| !owned.set().is_empty());
        Ok(written)
    }

    /// The managers after a write of `actor` that is no apply, and what that write took from the others: nobody has it
    /// now. What the writer itself owned and wrote again stays its own.
    pub(super) fn update(
        &self,
        comparison: Comparison,
        managers: &mut Managers,
        actor: &Manager,
    ) -> Set {
        let comparison = comparison.excluding(self.ignored);
        match self.take_from_others(&comparison, managers, Some(actor), true) {
            Ok(written) => {
                if let Some(own) = managers.get_mut(actor)
                    && own.set().overlaps(&comparison.removed)
                {
                    own.change(own.set().difference(&comparison.removed));
                    managers.retain(|_, owned| !owned.set().is_empty());
                }
                written
            }
            Err(_) => Set::new(),
        }
    }

    /// The object after an apply; `None` when it is as before.
    pub(super) fn apply(
        &self,
        live: &Value,
        config: &Value,
        managers: &mut Managers,
        actor: &Manager,
        force: bool,
    ) -> Result<Option<Value>, Failure> {
        let merged = merge(Some(live), Some(config), self.ty)
            .map_err(|text| Failure::Other(ecow::eco_format!("failed to merge config: {text}")))?
            .unwrap_or(Value::Null);
        let set = to_set(config, self.ty).recursive_difference(self.ignored);
        let owned = Owned::new(set, self.api_version.clone(), None);
        let last = managers.insert(actor.clone(), owned);
        if let (Some(last), Some(now)) = (&last, managers.get_mut(actor)) {
            now.put_time(last.time());
        }
        let new = match last {
            Some(last) if !last.set().is_empty() => self.prune(&merged, managers, last.set()),
            _ => merged,
        };
        let comparison = compare(live, &new, self.ty).excluding(self.ignored);
        self.take_from_others(&comparison, managers, Some(actor), force)?;
        Ok((new != *live).then_some(new))
    }

    /// Removes what the applier owned before, names no more, and nobody else owns.
    fn prune(&self, merged: &Value, managers: &Managers, last: &Set) -> Value {
        let named = |set: &Set| set.with_named_fields(self.ty);
        let everything = named(&to_set(merged, self.ty));
        let pruned = remove(merged, &named(last), self.ty);
        // Put back what others, or the new configuration, own.
        let managed = managers
            .values()
            .fold(Set::new(), |all, owned| all.union(owned.set()));
        let kept = named(&to_set(&pruned, self.ty)).union(&named(&managed));
        let pruned = remove(merged, &everything.difference(&kept), self.ty);
        // Put back what went along although the applier never owned it.
        let gone = everything.difference(&named(&to_set(&pruned, self.ty)));
        remove(merged, &gone.intersection(&named(last)), self.ty)
    }

    /// The fields that an object still has as it was once applied.
    pub(super) fn unchanged_since(&self, applied: &Value, live: &Value) -> Set {
        let changes = compare(applied, live, self.ty);
        to_set(applied, self.ty)
            .difference(&changes.written())
            .difference(&changes.removed)
    }
}
