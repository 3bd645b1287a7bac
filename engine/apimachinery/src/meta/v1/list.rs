//! Metadata of lists, and objects reduced to their metadata.

use super::ObjectMeta;
use crate::Str;

crate::api_struct! {
    /// What every list carries.
    pub struct ListMeta("v1.ListMeta") {
        self_link: Str = "selfLink" omitempty,
        resource_version: Str = "resourceVersion" omitempty,
        continue_: Str = "continue" omitempty,
        remaining_item_count: Option<i64> = "remainingItemCount" omitempty,
    }

    /// An object of which only the metadata was asked for.
    pub struct PartialObjectMetadata("v1.PartialObjectMetadata", kind "meta.k8s.io/v1" "PartialObjectMetadata") {
        metadata: ObjectMeta = "metadata" omitempty,
    }
}
