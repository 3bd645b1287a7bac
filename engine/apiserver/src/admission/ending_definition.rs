//! No new objects of a kind whose definition is being deleted. Upstream's room for this is `forbidCreateAdmission` of
//! `k8s.io/apiextensions-apiserver/pkg/apiserver`.

use apimachinery::{Object, Status};

use super::{Attributes, Operation, Plugin};

/// The plugin.
pub(super) struct EndingDefinition;

impl Plugin for EndingDefinition {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create || !attributes.resource.strategy.is_ending() {
            return Ok(());
        }
        let because = "create not allowed while custom resource definition is terminating";
        Err(attributes.forbidden(Some(object), because))
    }
}
