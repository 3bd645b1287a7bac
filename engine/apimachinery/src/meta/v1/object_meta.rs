//! Metadata of every stored object.

use crate::{Map, Raw, Shared, Str, Time};

crate::api_struct! {
    /// What every object carries: name, namespace, labels, owners and what the server keeps.
    pub struct ObjectMeta("v1.ObjectMeta") {
        name: Str = "name" omitempty,
        generate_name: Str = "generateName" omitempty,
        namespace: Str = "namespace" omitempty,
        self_link: Str = "selfLink" omitempty,
        uid: Str = "uid" omitempty go("types.UID"),
        resource_version: Str = "resourceVersion" omitempty,
        generation: i64 = "generation" omitempty,
        creation_timestamp: Time = "creationTimestamp" omitempty omitzero,
        deletion_timestamp: Option<Time> = "deletionTimestamp" omitempty,
        deletion_grace_period_seconds: Option<i64> = "deletionGracePeriodSeconds" omitempty,
        labels: Map<Str, Str> = "labels" omitempty,
        annotations: Map<Str, Str> = "annotations" omitempty,
        owner_references: Vec<OwnerReference> = "ownerReferences" omitempty merge("uid") list_map(&["uid"]),
        finalizers: Vec<Str> = "finalizers" omitempty merge("") set,
        managed_fields: Vec<Shared<ManagedFieldsEntry>> = "managedFields" omitempty,
    }

    /// Who owns an object.
    pub struct OwnerReference("v1.OwnerReference") {
        api_version: Str = "apiVersion",
        kind: Str = "kind",
        name: Str = "name",
        uid: Str = "uid" go("types.UID"),
        controller: Option<bool> = "controller" omitempty,
        block_owner_deletion: Option<bool> = "blockOwnerDeletion" omitempty,
    }

    /// Which fields a manager owns.
    pub struct ManagedFieldsEntry("v1.ManagedFieldsEntry") {
        manager: Str = "manager" omitempty,
        operation: Str = "operation" omitempty go("v1.ManagedFieldsOperationType"),
        api_version: Str = "apiVersion" omitempty,
        time: Option<Time> = "time" omitempty,
        fields_type: Str = "fieldsType" omitempty,
        fields_v1: Option<Raw> = "fieldsV1" omitempty,
        subresource: Str = "subresource" omitempty,
    }
}

impl ObjectMeta {
    /// Metadata with a name and a namespace (empty for cluster-scoped objects).
    pub fn named(namespace: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
            ..Self::default()
        }
    }

    /// The owner that controls the object.
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references
            .iter()
            .find(|owner| owner.controller == Some(true))
    }

    /// Whether the object is on its way out.
    pub fn is_deleting(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// `namespace/name`, or `name` for cluster-scoped objects.
    pub fn key(&self) -> Str {
        if self.namespace.is_empty() {
            self.name.clone()
        } else {
            ecow::eco_format!("{}/{}", self.namespace, self.name)
        }
    }
}
