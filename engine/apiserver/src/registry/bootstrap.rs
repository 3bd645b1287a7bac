//! What every cluster has from the start.

use api::core::v1::Namespace;
use api::scheduling::v1::PriorityClass;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{GroupVersionKind, Kind, Value};

use super::scheduling::priorityclass::SYSTEM_CLASSES;
use crate::ApiServer;
use crate::context::Context;

const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Makes the namespaces, roles and priority classes that everything else needs.
pub fn run(server: &ApiServer) {
    let cx = Context::of_server(server);
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
    make_others(&cx);
}

/// What else a new cluster has: the API server's own service, leases of the control plane.
const OTHERS: &str = include_str!("defaults.json");

fn make_others(cx: &Context) {
    let others: Vec<Value> = serde_json::from_str(OTHERS).unwrap_or_default();
    debug_assert!(!others.is_empty(), "defaults.json is no list");
    for value in &others {
        let text = |key: &str| value[key].as_str().unwrap_or_default();
        let gvk = GroupVersionKind::from_api_version(text("apiVersion"), text("kind"));
        let found = cx
            .server
            .registry()
            .find_kind(&gvk.group, &gvk.version, &gvk.kind)
            .cloned();
        let Some((served, Ok((object, _)))) = found.map(|s| (s.clone(), s.decode(value))) else {
            debug_assert!(false, "{gvk:?} is not served");
            continue;
        };
        let namespace = object.meta().namespace.clone();
        let made = super::create::create(cx, &served.resource, &namespace, object);
        debug_assert!(made.is_ok(), "{:?}", made.err());
    }
}

fn make<K: Kind>(cx: &Context, object: K) {
    let made = cx.create(object);
    debug_assert!(made.is_ok(), "{:?}", made.err());
}
