//! What every cluster has from the start.

use std::rc::Rc;

use api::core::v1::Namespace;
use api::scheduling::v1::PriorityClass;
use apimachinery::Kind;
use apimachinery::meta::v1::ObjectMeta;

use super::scheduling::priorityclass::SYSTEM_CLASSES;
use crate::ApiServer;
use crate::context::{Context, User};

const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Makes the namespaces, roles and priority classes that everything else needs.
pub fn run(server: &ApiServer) {
    let user = Rc::new(User {
        name: "system:apiserver".into(),
        groups: vec!["system:masters".into(), "system:authenticated".into()],
        ..User::default()
    });
    let cx = Context::new(server.clone(), user, "kube-apiserver".into());
    for name in NAMESPACES {
        make(
            &cx,
            Namespace {
                metadata: ObjectMeta::named("", name),
                ..Namespace::default()
            },
        );
    }
    crate::authz::install(&cx);
    for (name, value, description) in SYSTEM_CLASSES {
        let metadata = ObjectMeta::named("", name);
        make(
            &cx,
            PriorityClass {
                metadata,
                value,
                description: description.into(),
                ..PriorityClass::default()
            },
        );
    }
}

fn make<K: Kind>(cx: &Context, object: K) {
    let made = cx.create(object);
    debug_assert!(made.is_ok(), "{:?}", made.err());
}
