//! From a definition to a resource that is served, and back. In Kubernetes three controllers of the API server do it: names,
//! establishing, finalizing.

use std::rc::Rc;

use api::apiextensions::v1::{
    CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames,
};
use apimachinery::{DynamicObject, Str};

use super::custom::{self, CustomStrategy};
use super::finalize;
use crate::ApiServer;
use crate::context::{Context, User};
use crate::registry::{Resource, Served, delete};
use crate::storage::TableId;

pub(super) fn context(server: &ApiServer) -> Context {
    let user = Rc::new(User::component("system:apiserver"));
    Context::new(server.clone(), user, "kube-apiserver".into())
}

/// Serves what a definition defines, as soon as whoever wrote it has their answer.
pub(crate) fn establish(server: &ApiServer, crd: Rc<CustomResourceDefinition>) {
    let server = server.clone();
    let sim = server.sim().clone();
    sim.spawn("apiserver/crd", async move {
        if crd.metadata.is_deleting() {
            finalize::run(&server, &crd).await;
            return;
        }
        let (names, problem) = accept(&server, &crd);
        if problem.is_none() {
            serve(&server, &crd);
        }
        let mut next = (*crd).clone();
        next.status.accepted_names = names;
        set_status(&mut next, problem, &server);
        if next.status != crd.status {
            // A conflict means that there is a newer definition, which comes here by itself.
            let _ = context(&server).update_status(next);
        }
    });
}

/// The names that may be used, and what is wrong with the others: the last that somebody else has already.
fn accept(
    server: &ApiServer,
    crd: &CustomResourceDefinition,
) -> (
    CustomResourceDefinitionNames,
    Option<(&'static str, String)>,
) {
    let names = &crd.spec.names;
    let mut accepted = crd.status.accepted_names.clone();
    let mut problem = None;
    let registry = server.registry();
    let others: Vec<_> = registry
        .iter()
        .filter(|served| {
            served.names.group == crd.spec.group && served.names.plural != names.plural
        })
        .map(|served| &served.names)
        .collect();
    let is_resource = |name: &Str| {
        let mut others = others.iter();
        others.any(|o| *name == o.plural || *name == o.singular || o.short.contains(name))
    };
    let is_kind = |name: &Str| {
        let mut others = others.iter();
        others.any(|o| *name == o.kind || name.strip_suffix("List") == Some(o.kind.as_str()))
    };
    let mut settle = |wanted: &Str, own: &mut Str, taken: bool, reason: &'static str| {
        if wanted != own && taken {
            problem = Some((reason, in_use(wanted)));
        } else {
            *own = wanted.clone();
        }
    };
    let (plural, singular) = (&names.plural, &names.singular);
    settle(
        plural,
        &mut accepted.plural,
        is_resource(plural),
        "PluralConflict",
    );
    settle(
        singular,
        &mut accepted.singular,
        is_resource(singular),
        "SingularConflict",
    );
    let new = names.short_names.iter();
    let new = new.filter(|name| !accepted.short_names.contains(name));
    let taken: Vec<String> = new
        .filter(|name| is_resource(name))
        .map(|n| in_use(n))
        .collect();
    match taken.as_slice() {
        [] => accepted.short_names = names.short_names.clone(),
        [one] => problem = Some(("ShortNamesConflict", one.clone())),
        more => problem = Some(("ShortNamesConflict", format!("[{}]", more.join(", ")))),
    }
    let mut settle = |wanted: &Str, own: &mut Str, reason: &'static str| {
        if wanted != own && is_kind(wanted) {
            problem = Some((reason, in_use(wanted)));
        } else {
            *own = wanted.clone();
        }
    };
    settle(&names.kind, &mut accepted.kind, "KindConflict");
    settle(
        &names.list_kind,
        &mut accepted.list_kind,
        "ListKindConflict",
    );
    accepted.categories = names.categories.clone();
    (accepted, problem)
}

fn in_use(name: &str) -> String {
    format!("\"{name}\" is already in use")
}

fn set_status(
    crd: &mut CustomResourceDefinition,
    problem: Option<(&'static str, String)>,
    server: &ApiServer,
) {
    let established = crd
        .status
        .conditions
        .iter()
        .any(|c| c.type_ == "Established" && c.status == "True");
    let names = match &problem {
        None => ("NamesAccepted", "True", "NoConflicts", "no conflicts found"),
        Some((reason, text)) => ("NamesAccepted", "False", *reason, text.as_str()),
    };
    set_condition(crd, names, server);
    if problem.is_none() {
        let text = "the initial names have been accepted";
        set_condition(
            crd,
            ("Established", "True", "InitialNamesAccepted", text),
            server,
        );
    } else if !established {
        let text = "not all names are accepted";
        set_condition(crd, ("Established", "False", "NotAccepted", text), server);
    }
}

pub(super) fn set_condition(
    crd: &mut CustomResourceDefinition,
    (type_, status, reason, message): (&str, &str, &str, &str),
    server: &ApiServer,
) {
    let mut condition = CustomResourceDefinitionCondition {
        type_: type_.into(),
        status: status.into(),
        last_transition_time: server.now(),
        reason: reason.into(),
        message: message.into(),
        ..CustomResourceDefinitionCondition::default()
    };
    let conditions = &mut crd.status.conditions;
    match conditions.iter_mut().find(|known| known.type_ == type_) {
        Some(known) => {
            if known.status == condition.status {
                condition.last_transition_time = known.last_transition_time;
            }
            *known = condition;
        }
        None => conditions.push(condition),
    }
}

/// Puts the versions into the registry; what was served before and is not any more goes out.
pub(super) fn serve(server: &ApiServer, crd: &Rc<CustomResourceDefinition>) {
    let spec = &crd.spec;
    let Some(storage) = spec.versions.iter().find(|version| version.storage) else {
        return;
    };
    let table = server
        .table_of(&spec.group, &spec.names.plural)
        .unwrap_or_else(|| server.add_table());
    server.unserve(&spec.group, &spec.names.plural);
    let stored = custom::names_of(crd, &storage.name);
    for (i, version) in spec
        .versions
        .iter()
        .enumerate()
        .filter(|(_, version)| version.served)
    {
        let gvk = stored.gvk();
        let resource = Rc::new(resource(crd, i, table, stored.clone()));
        server.serve(Served {
            names: custom::names_of(crd, &version.name),
            resource,
            codec: Rc::new(custom::version_codec(crd, version, gvk)),
        });
    }
}

fn resource(
    crd: &Rc<CustomResourceDefinition>,
    version: usize,
    table: TableId,
    names: crate::registry::Names,
) -> Resource {
    let gvk = names.gvk();
    Resource {
        names,
        table,
        strategy: Box::new(CustomStrategy::new(crd, version)),
        new: Box::new(move || {
            Box::new(DynamicObject {
                gvk: gvk.clone(),
                ..DynamicObject::default()
            })
        }),
    }
}

/// A definition is gone: its kind is not served any more. Objects that are left, as somebody has taken away the finalizer that
/// waits for them, go with it.
pub(crate) fn retire(server: &ApiServer, crd: &CustomResourceDefinition) {
    let (group, plural) = (&crd.spec.group, &crd.spec.names.plural);
    let found = server
        .registry()
        .iter()
        .find(|s| s.names.group == *group && s.names.plural == *plural)
        .cloned();
    let Some(served) = found else {
        return;
    };
    let objects: Vec<_> = {
        let storage = server.storage();
        let table = storage.table(served.resource.table);
        let keys = table.iter(None, None).map(|(key, _)| key.clone());
        keys.filter_map(|key| table.get_with_revision(&key))
            .collect()
    };
    let cx = context(server);
    for (object, revision) in objects {
        // Nobody else writes in between.
        let _ = delete::remove(&cx, &served.resource, &object, revision);
    }
    server.unserve(group, plural);
}
