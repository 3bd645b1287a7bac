//! `meta/v1`: metadata, status, options, selectors, discovery and table types.

mod condition;
mod discovery;
mod list;
mod object_meta;
mod options;
mod selector;
mod status;
mod table;

pub use condition::Condition;
pub use discovery::{
    APIGroup, APIGroupList, APIResource, APIResourceList, APIVersions, GroupResource,
    GroupVersionForDiscovery, GroupVersionKind, GroupVersionResource, ServerAddressByClientCIDR,
};
pub use list::{ListMeta, PartialObjectMetadata};
pub use object_meta::{ManagedFieldsEntry, ObjectMeta, OwnerReference};
pub use options::{
    ApplyOptions, CreateOptions, DeleteOptions, GetOptions, ListOptions, PatchOptions,
    Preconditions, UpdateOptions,
};
pub use selector::{FieldSelectorRequirement, LabelSelector, LabelSelectorRequirement};
pub use status::{Status, StatusCause, StatusDetails};
pub use table::{Table, TableColumnDefinition, TableRow, TableRowCondition};

pub use crate::{Duration, MicroTime, Time};
