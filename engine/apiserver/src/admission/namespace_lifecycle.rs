//! NamespaceLifecycle: nothing new in namespaces that do not exist or are ending, and no end for the namespaces that the
//! cluster itself needs.

use api::core::v1::Namespace;
use apimachinery::meta::v1::StatusCause;
use apimachinery::{GroupResource, Object, Status};

use super::{Attributes, Operation, Plugin, lookup};

const IMMORTAL: [&str; 3] = ["default", "kube-public", "kube-system"];

/// The plugin.
pub(super) struct NamespaceLifecycle;

impl Plugin for NamespaceLifecycle {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create || !attributes.resource.names.namespaced {
            return Ok(());
        }
        if attributes.resource.names.plural == "localsubjectaccessreviews" {
            return Ok(());
        }
        let namespace = attributes.namespace;
        let found = lookup::<Namespace>(attributes.cx, "", namespace);
        let Some(found) = found else {
            return Err(Status::not_found(
                &GroupResource::new("", "namespaces"),
                namespace,
            ));
        };
        if found.status.phase != "Terminating" {
            return Ok(());
        }
        let because = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        let mut status = attributes.forbidden(Some(object), &because);
        status
            .details
            .get_or_insert_default()
            .causes
            .push(StatusCause {
                type_: "NamespaceTerminating".into(),
                message: format!("namespace {namespace} is being terminated").into(),
                field: "metadata.namespace".into(),
            });
        Err(status)
    }

    fn validate(
        &self,
        attributes: &Attributes<'_>,
        _object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        if attributes.operation == Operation::Delete
            && attributes.is("", "namespaces")
            && IMMORTAL.contains(&attributes.name)
        {
            return Err(attributes.forbidden(None, "this namespace may not be deleted"));
        }
        Ok(())
    }
}
