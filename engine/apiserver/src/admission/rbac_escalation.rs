//! Keeps people from giving away more permissions than they have. In Kubernetes the storage of roles and bindings does it;
//! here it is a plugin like others. Components of the cluster are trusted.

use api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use apimachinery::{Object, Status};

use super::{Attributes, Operation, Plugin};
use crate::authz;

/// The plugin.
pub(super) struct RbacEscalation;

impl Plugin for RbacEscalation {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        let writes = matches!(attributes.operation, Operation::Create | Operation::Update);
        let names = &attributes.resource.names;
        let (true, Some(object)) = (
            writes && attributes.cx.asks_permission && names.group == "rbac.authorization.k8s.io",
            object,
        ) else {
            return Ok(());
        };
        let meta = object.meta();
        let (cx, plural) = (attributes.cx, &names.plural);
        let old = attributes.old;
        if let Some(role) = object.downcast_ref::<Role>() {
            let kept = old.and_then(|o| o.downcast_ref::<Role>());
            if kept.is_some_and(|old| old.rules == role.rules) {
                return Ok(());
            }
            authz::check_role(cx, plural, &meta.namespace, &meta.name, &role.rules)
        } else if let Some(role) = object.downcast_ref::<ClusterRole>() {
            let kept = old.and_then(|o| o.downcast_ref::<ClusterRole>());
            if kept.is_some_and(|old| old.rules == role.rules) {
                return Ok(());
            }
            authz::check_role(cx, plural, "", &meta.name, &role.rules)
        } else if let Some(binding) = object.downcast_ref::<RoleBinding>() {
            authz::check_binding(cx, plural, &meta.namespace, &meta.name, &binding.role_ref)
        } else if let Some(binding) = object.downcast_ref::<ClusterRoleBinding>() {
            authz::check_binding(cx, plural, "", &meta.name, &binding.role_ref)
        } else {
            Ok(())
        }
    }
}
