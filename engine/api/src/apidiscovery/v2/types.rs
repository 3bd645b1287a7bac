//! `apidiscovery.k8s.io/v2`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{GroupVersionKind, ObjectMeta};
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// The kind `APIGroupDiscovery` of `apidiscovery.k8s.io/v2`.
    pub struct APIGroupDiscovery("v2.APIGroupDiscovery", kind "apidiscovery.k8s.io/v2" "APIGroupDiscovery") {
        metadata: ObjectMeta = "metadata" omitempty,
        versions: Vec<APIVersionDiscovery> = "versions" omitempty list_map(&["version"]),
    }

    /// Part of the `apidiscovery.k8s.io/v2` API.
    pub struct APIVersionDiscovery("v2.APIVersionDiscovery") {
        version: Str = "version",
        resources: Vec<APIResourceDiscovery> = "resources" omitempty list_map(&["resource"]),
        freshness: Str = "freshness" omitempty go("v2.DiscoveryFreshness"),
    }

    /// Part of the `apidiscovery.k8s.io/v2` API.
    pub struct APIResourceDiscovery("v2.APIResourceDiscovery") {
        resource: Str = "resource",
        response_kind: Option<Shared<GroupVersionKind>> = "responseKind" omitempty,
        scope: Str = "scope" go("v2.ResourceScope"),
        singular_resource: Str = "singularResource",
        verbs: Vec<Str> = "verbs" set,
        short_names: Vec<Str> = "shortNames" omitempty set,
        categories: Vec<Str> = "categories" omitempty set,
        subresources: Vec<APISubresourceDiscovery> = "subresources" omitempty list_map(&["subresource"]),
    }

    /// Part of the `apidiscovery.k8s.io/v2` API.
    pub struct APISubresourceDiscovery("v2.APISubresourceDiscovery") {
        subresource: Str = "subresource",
        response_kind: Option<Shared<GroupVersionKind>> = "responseKind" omitempty,
        accepted_types: Vec<GroupVersionKind> = "acceptedTypes" omitempty list_map(&["group", "version", "kind"]),
        verbs: Vec<Str> = "verbs" set,
    }
}
