//! What every cluster has from the start.

use std::rc::Rc;

use api::core::v1::Namespace;

use crate::ApiServer;
use crate::context::{Context, User};

const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Makes the namespaces that everything else needs.
pub fn run(server: &ApiServer) {
    let user = Rc::new(User {
        name: "system:apiserver".into(),
        groups: vec!["system:masters".into(), "system:authenticated".into()],
        ..User::default()
    });
    let cx = Context::new(server.clone(), user, "kube-apiserver".into());
    let Some(resource) = server.resource_of::<Namespace>() else {
        return;
    };
    for name in NAMESPACES {
        let mut namespace = Namespace::default();
        namespace.metadata.name = name.into();
        let made = super::create::create(&cx, &resource, "", Box::new(namespace));
        debug_assert!(made.is_ok(), "{name}: {:?}", made.err());
    }
}
