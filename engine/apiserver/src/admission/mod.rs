//! Admission: what looks at every write, after it is understood and before it is stored. Kubernetes' room for this is
//! `plugin/pkg/admission` and `k8s.io/apiserver/pkg/admission`.
//!
//! A plugin may change the object ([`Plugin::admit`], before validation) and refuse the request ([`Plugin::validate`], after
//! it). Adding one touches its file and [`PLUGINS`], whose order is upstream's.

mod certificates;
mod default_ingress_class;
mod default_storage_class;
mod default_toleration_seconds;
mod ending_definition;
mod limit_ranger;
mod namespace_lifecycle;
mod pod_resize;
mod pod_security;
mod pod_topology_labels;
mod priority;
mod rbac_escalation;
mod resize;
mod resource_quota;
mod runtime_class;
mod service_account;
mod storage_protection;

use std::rc::Rc;

use apimachinery::{Kind, Object, Status, Str};

pub(crate) use pod_topology_labels::topology_labels;

use crate::context::Context;
use crate::registry::Resource;
use crate::storage::Key;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A new object.
    Create,
    /// A change.
    Update,
    /// An end.
    Delete,
    /// `exec`, `attach`, `portforward`, `proxy`.
    Connect,
}

/// The request as plugins see it.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    /// Who asks, and how.
    pub cx: &'a Context,
    /// The resource.
    pub resource: &'a Resource,
    /// What is being done.
    pub operation: Operation,
    /// The namespace of the request; for a namespace its own name.
    pub namespace: &'a str,
    /// The name; empty while it is still to be generated.
    pub name: &'a str,
    /// `status` and the like; empty for the object itself.
    pub subresource: &'a str,
    /// The object before the change.
    pub old: Option<&'a dyn Object>,
}

impl Attributes<'_> {
    /// Whether the request is about a resource of that group and name, itself and not a subresource.
    pub fn is(&self, group: &str, plural: &str) -> bool {
        self.subresource.is_empty()
            && self.resource.names.group == group
            && self.resource.names.plural == plural
    }

    /// `pods "web-" is forbidden: because`
    pub fn forbidden(&self, object: Option<&dyn Object>, because: &str) -> Status {
        let mut name = Str::from(self.name);
        if name.is_empty()
            && let Some(object) = object
        {
            let meta = object.meta();
            name = if meta.name.is_empty() {
                meta.generate_name.clone()
            } else {
                meta.name.clone()
            };
        }
        if name.is_empty() {
            name = "Unknown".into();
        }
        Status::forbidden(&self.resource.names.group_resource(), &name, because)
    }
}

/// An admission plugin.
pub trait Plugin {
    /// Changes the object, or refuses it.
    ///
    /// # Errors
    /// Why it is refused.
    fn admit(&self, _attributes: &Attributes<'_>, _object: &mut dyn Object) -> Result<(), Status> {
        Ok(())
    }

    /// Refuses the request; there is no object when something is deleted.
    ///
    /// # Errors
    /// Why it is refused.
    fn validate(
        &self,
        _attributes: &Attributes<'_>,
        _object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        Ok(())
    }
}

/// All plugins, in the order in which they are asked.
const PLUGINS: &[&dyn Plugin] = &[
    &ending_definition::EndingDefinition,
    &namespace_lifecycle::NamespaceLifecycle,
    &limit_ranger::LimitRanger,
    &service_account::ServiceAccountAdmission,
    &priority::Priority,
    &default_toleration_seconds::DefaultTolerationSeconds,
    &default_storage_class::DefaultStorageClass,
    &storage_protection::StorageProtection,
    &resize::PersistentVolumeClaimResize,
    &runtime_class::RuntimeClassAdmission,
    &certificates::CertificateApproval,
    &certificates::CertificateSigning,
    &certificates::CertificateSubjectRestriction,
    &default_ingress_class::DefaultIngressClass,
    &pod_topology_labels::PodTopologyLabels,
    &rbac_escalation::RbacEscalation,
    &pod_resize::PodResize,
    &pod_security::PodSecurity,
    &resource_quota::QuotaAdmission,
];

/// Lets every plugin change the object.
///
/// # Errors
/// The first refusal.
pub fn admit(attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
    PLUGINS
        .iter()
        .try_for_each(|plugin| plugin.admit(attributes, object))
}

/// Asks every plugin.
///
/// # Errors
/// The first refusal.
pub fn validate(attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), Status> {
    PLUGINS
        .iter()
        .try_for_each(|plugin| plugin.validate(attributes, object))
}

/// An object that a plugin needs to know, as it is in storage.
pub(crate) fn lookup<K: Kind>(cx: &Context, namespace: &str, name: &str) -> Option<Rc<K>> {
    let resource = cx.server.resource_of::<K>()?;
    let storage = cx.server.storage();
    storage
        .table(resource.table)
        .get(&Key::new(namespace, name))?
        .downcast_rc()
}

/// All objects of a kind, of one namespace or (when it is empty) of all.
pub(crate) fn lookup_all<K: Kind>(cx: &Context, namespace: &str) -> Vec<Rc<K>> {
    let Some(resource) = cx.server.resource_of::<K>() else {
        return Vec::new();
    };
    let storage = cx.server.storage();
    let namespace = (!namespace.is_empty()).then_some(namespace);
    storage
        .table(resource.table)
        .iter(namespace, None)
        .filter_map(|(_, object)| object.clone().downcast_rc())
        .collect()
}
