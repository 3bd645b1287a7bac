//! `FieldManager`: keeps `metadata.managedFields` for the writes to one kind (upstream's chain of managers).

use ecow::eco_format;

use super::compare::{Comparison, compare};
use super::entries::{self, APPLY, Manager, Managers, Owned, UPDATE};
use super::update::{Conflicts, Failure, Operation};
use super::validate::validate;
use super::{Set, Type};
use crate::meta::v1::{ManagedFieldsEntry, StatusCause};
use crate::{GroupVersionKind, Shared, Status, Str, Time, Value, codec};

/// How many updaters an object remembers one by one.
const MAX_UPDATERS: usize = 10;
const OLD_UPDATES: &str = "ancient-changes";
const BEFORE_FIRST_APPLY: &str = "before-first-apply";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

thread_local! {
    static STRIPPED: Set = Set::of_fields(NOBODYS);
}

/// Fields that nobody owns.
const NOBODYS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "metadata.name",
    "metadata.namespace",
    "metadata.creationTimestamp",
    "metadata.selfLink",
    "metadata.uid",
    "metadata.clusterName",
    "metadata.generation",
    "metadata.managedFields",
    "metadata.resourceVersion",
];

/// Keeps the managed fields of a kind.
///
/// Objects are given as JSON with `apiVersion`, `kind` and `metadata`, but without `metadata.managedFields`, which come
/// beside them.
#[derive(Clone, Debug)]
pub struct FieldManager<'a> {
    /// The type of the whole object.
    pub ty: Type<'a>,
    /// Group, version and kind of the request.
    pub gvk: GroupVersionKind,
    /// The subresource that is written, or empty.
    pub subresource: Str,
    /// Fields whose changes the server throws away, such as `status` in a write to the object itself.
    pub ignored: Set,
    /// An object of the kind with nothing in it: what comes out of nobody's hand. Only an apply asks for it.
    pub empty: Value,
}

/// The outcome of an apply.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The new object; `None` when the apply changed nothing in it.
    pub object: Option<Value>,
    /// The new entries.
    pub managed_fields: Vec<Shared<ManagedFieldsEntry>>,
}

type Entries = [Shared<ManagedFieldsEntry>];

impl FieldManager<'_> {
    fn manager(&self, name: &str, operation: &'static str) -> Manager {
        let api_version = if operation == UPDATE {
            self.gvk.api_version()
        } else {
            Str::new()
        };
        Manager {
            name: name.into(),
            operation,
            api_version,
            subresource: self.subresource.clone(),
        }
    }

    /// What differs between two states of an object, as far as their JSON shows it.
    pub fn compare(&self, live: &Value, new: &Value) -> Comparison {
        compare(live, new, self.ty)
    }

    /// The entries after a create (`is_new`), update or patch that made this difference. `requested` are the entries that came with the new object: they
    /// replace the old ones when they are well-formed, and a single empty one forgets them all.
    pub fn update(
        &self,
        difference: Comparison,
        is_new: bool,
        live_entries: &Entries,
        requested: &Entries,
        manager: &str,
        now: Time,
    ) -> Vec<Shared<ManagedFieldsEntry>> {
        let of_live = || entries::decode(live_entries).unwrap_or_default();
        let reset = matches!(requested, [only] if **only == ManagedFieldsEntry::default());
        let mut managers = if !self.subresource.is_empty() {
            of_live()
        } else if reset {
            Managers::new()
        } else {
            entries::decode(requested)
                .filter(|managers| !managers.is_empty())
                .unwrap_or_else(of_live)
        };
        if managers.is_empty() && !is_new {
            // Nobody kept track of this object, so nobody starts now.
            return Vec::new();
        }
        self.update_managers(difference, &mut managers, manager, now);
        entries::encode(&managers)
    }

    fn update_managers(
        &self,
        difference: Comparison,
        managers: &mut Managers,
        manager: &str,
        now: Time,
    ) {
        let api_version = self.gvk.api_version();
        let operation = Operation {
            ty: self.ty,
            api_version: &api_version,
            ignored: &self.ignored,
        };
        let manager = self.manager(manager, UPDATE);
        let taken = operation.update(difference, managers, &manager);
        let taken = STRIPPED.with(|stripped| match taken.overlaps(stripped) {
            true => taken.difference(stripped),
            false => taken,
        });
        if !taken.is_empty() {
            match managers.get_mut(&manager) {
                Some(owned) => {
                    if !owned.set().contains_all(&taken) {
                        owned.change(owned.set().union(&taken));
                    }
                    owned.set_time(now);
                }
                None => {
                    managers.insert(manager, Owned::new(taken, api_version, Some(now)));
                }
            }
        }
        cap_updaters(managers);
    }

    /// The object and the entries after an apply by `manager`. For a new object `live` is an empty one.
    ///
    /// # Errors
    /// A conflict (409) naming the fields and their managers; 500 when the configuration does not fit the type.
    pub fn apply(
        &self,
        live: &Value,
        live_entries: &Entries,
        config: &Value,
        manager: &str,
        force: bool,
        now: Time,
    ) -> Result<Applied, Status> {
        self.check(config)?;
        let mut managers = entries::decode(live_entries)
            .ok_or_else(|| Status::failure(500, "", "failed to decode managed fields"))?;
        if managers.is_empty() {
            let all = compare(&self.empty, live, self.ty);
            self.update_managers(all, &mut managers, BEFORE_FIRST_APPLY, now);
        }
        let before = managers.clone();
        let mut result = self.try_apply(live, config, &mut managers, manager, force, now);
        if let (Err(Failure::Conflicts(conflicts)), "kubectl") = (&mut result, manager) {
            // Fields that kubectl applied from its own side before may be taken over by its applies on the server's.
            if let Some(allowed) = self.applied_by_client(live) {
                conflicts.retain(|(_, path)| !allowed.has(path));
                if conflicts.is_empty() {
                    managers = before;
                    result = self.try_apply(live, config, &mut managers, manager, true, now);
                }
            }
        }
        match result {
            Ok(object) => Ok(Applied {
                object: object.map(|object| keep_last_applied(object, config, manager)),
                managed_fields: entries::encode(&managers),
            }),
            Err(Failure::Conflicts(conflicts)) => Err(conflict_status(conflicts)),
            Err(Failure::Other(text)) => Err(Status::failure(500, "", text)),
        }
    }

    fn check(&self, config: &Value) -> Result<(), Status> {
        let text = |key: &str| config.get(key).and_then(Value::as_str).unwrap_or_default();
        let found = GroupVersionKind::from_api_version(text("apiVersion"), text("kind"));
        if found != self.gvk {
            return Err(Status::bad_request(eco_format!(
                "invalid object type: {found}"
            )));
        }
        let metadata = &config["metadata"];
        if metadata
            .get("managedFields")
            .is_some_and(|fields| !fields.is_null())
        {
            return Err(Status::bad_request("metadata.managedFields must be nil"));
        }
        validate(config, self.ty).map_err(|error| {
            let (namespace, name) = (metadata["namespace"].as_str(), metadata["name"].as_str());
            let (namespace, name) = (namespace.unwrap_or_default(), name.unwrap_or_default());
            let object = eco_format!("{namespace}/{name}; {}", self.gvk);
            Status::failure(
                500,
                "",
                eco_format!("failed to create typed patch object ({object}): {error}"),
            )
        })
    }

    fn try_apply(
        &self,
        live: &Value,
        config: &Value,
        managers: &mut Managers,
        manager: &str,
        force: bool,
        now: Time,
    ) -> Result<Option<Value>, Failure> {
        let api_version = self.gvk.api_version();
        let operation = Operation {
            ty: self.ty,
            api_version: &api_version,
            ignored: &self.ignored,
        };
        let actor = self.manager(manager, APPLY);
        let object = operation.apply(live, config, managers, &actor, force)?;
        if let Some(owned) = managers.get_mut(&actor) {
            owned.change(STRIPPED.with(|stripped| owned.set().difference(stripped)));
            if object.is_some() || owned.time().is_none() {
                owned.set_time(now);
            }
        }
        managers.retain(|_, owned| !owned.set().is_empty());
        Ok(object)
    }

    /// What the object still has as client-side apply left it.
    fn applied_by_client(&self, live: &Value) -> Option<Set> {
        let annotation = live["metadata"]["annotations"][LAST_APPLIED].as_str()?;
        let applied = codec::json::parse(annotation).ok()?;
        if applied["apiVersion"].as_str()? != self.gvk.api_version() {
            return None;
        }
        let api_version = self.gvk.api_version();
        let operation = Operation {
            ty: self.ty,
            api_version: &api_version,
            ignored: &self.ignored,
        };
        Some(operation.unchanged_since(&applied, live))
    }
}

/// Objects that client-side apply manages, too, keep its annotation up to date.
fn keep_last_applied(mut object: Value, config: &Value, manager: &str) -> Value {
    let has = object["metadata"]["annotations"][LAST_APPLIED]
        .as_str()
        .is_some_and(|text| !text.is_empty());
    if manager == "kubectl" && has {
        let mut config = config.clone();
        if let Some(Value::Object(annotations)) = config["metadata"].get_mut("annotations") {
            annotations.remove(LAST_APPLIED);
        }
        object["metadata"]["annotations"][LAST_APPLIED] =
            (codec::compact_json(&config) + "\n").into();
    }
    object
}

/// Merges the oldest updaters of a version into one when there are too many.
fn cap_updaters(managers: &mut Managers) {
    if managers.len() <= MAX_UPDATERS {
        return;
    }
    let mut updaters: Vec<(Option<Time>, Manager)> = managers
        .iter()
        .filter(|(manager, _)| manager.operation == UPDATE)
        .map(|(manager, owned)| (owned.time(), manager.clone()))
        .collect();
    let mut excess = updaters.len().saturating_sub(MAX_UPDATERS);
    updaters.sort();
    let mut first: Vec<Manager> = Vec::new();
    for (time, manager) in updaters {
        if excess == 0 {
            return;
        }
        let bucket = Manager {
            name: OLD_UPDATES.into(),
            operation: UPDATE,
            api_version: manager.api_version.clone(),
            subresource: Str::new(),
        };
        match first
            .iter()
            .find(|other| other.api_version == manager.api_version)
        {
            None => first.push(manager),
            Some(oldest) => {
                if !managers.contains_key(&bucket)
                    && let Some(owned) = managers.remove(oldest)
                {
                    managers.insert(bucket.clone(), owned);
                }
                if let Some(owned) = managers.remove(&manager)
                    && let Some(merged) = managers.get_mut(&bucket)
                {
                    merged.change(merged.set().union(owned.set()));
                    merged.put_time(time);
                }
                excess -= 1;
            }
        }
    }
}

fn conflict_status(conflicts: Conflicts) -> Status {
    let path = |path: &[super::PathElement]| super::set::path_text(path);
    let causes = conflicts.iter().map(|(manager, fields)| StatusCause {
        type_: "FieldManagerConflict".into(),
        message: eco_format!("conflict with {}", entries::describe(manager)),
        field: path(fields),
    });
    let causes: Vec<StatusCause> = causes.collect();
    let message = match &conflicts[..] {
        [(manager, fields)] => {
            eco_format!(
                "Apply failed with 1 conflict: conflict with {}: {}",
                entries::describe(manager),
                path(fields)
            )
        }
        several => {
            let mut lines: Vec<Str> = Vec::new();
            let mut last: Option<&Manager> = None;
            for (manager, fields) in several {
                if last != Some(manager) {
                    lines.push(eco_format!(
                        "conflicts with {}:",
                        entries::describe(manager)
                    ));
                    last = Some(manager);
                }
                lines.push(eco_format!("- {}", path(fields)));
            }
            eco_format!(
                "Apply failed with {} conflicts: {}",
                several.len(),
                lines.join("\n")
            )
        }
    };
    Status::apply_conflict(causes, message)
}
