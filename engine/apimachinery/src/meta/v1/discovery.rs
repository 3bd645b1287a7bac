//! Discovery: which groups, versions and resources a server has.

use crate::Str;

crate::api_struct! {
    /// The versions of the core group.
    pub struct APIVersions("v1.APIVersions", kind "v1" "APIVersions") {
        versions: Vec<Str> = "versions",
        server_address_by_client_cidrs: Vec<ServerAddressByClientCIDR> = "serverAddressByClientCIDRs",
    }

    /// All groups but core.
    pub struct APIGroupList("v1.APIGroupList", kind "v1" "APIGroupList") {
        groups: Vec<APIGroup> = "groups",
    }

    /// A group with its versions.
    pub struct APIGroup("v1.APIGroup", kind "v1" "APIGroup") {
        name: Str = "name",
        versions: Vec<GroupVersionForDiscovery> = "versions",
        preferred_version: GroupVersionForDiscovery = "preferredVersion" omitempty,
        server_address_by_client_cidrs: Vec<ServerAddressByClientCIDR> = "serverAddressByClientCIDRs" omitempty,
    }

    /// Where clients of a network reach the server.
    pub struct ServerAddressByClientCIDR("v1.ServerAddressByClientCIDR") {
        client_cidr: Str = "clientCIDR",
        server_address: Str = "serverAddress",
    }

    /// A version of a group.
    pub struct GroupVersionForDiscovery("v1.GroupVersionForDiscovery") {
        group_version: Str = "groupVersion",
        version: Str = "version",
    }

    /// The resources of a group and version.
    pub struct APIResourceList("v1.APIResourceList", kind "v1" "APIResourceList") {
        group_version: Str = "groupVersion",
        resources: Vec<APIResource> = "resources",
    }

    /// A resource and what can be done with it.
    pub struct APIResource("v1.APIResource") {
        name: Str = "name",
        singular_name: Str = "singularName",
        namespaced: bool = "namespaced",
        group: Str = "group" omitempty,
        version: Str = "version" omitempty,
        kind: Str = "kind",
        verbs: Vec<Str> = "verbs" go("v1.Verbs"),
        short_names: Vec<Str> = "shortNames" omitempty,
        categories: Vec<Str> = "categories" omitempty,
        storage_version_hash: Str = "storageVersionHash" omitempty,
    }

    /// A group, version and kind as API fields.
    pub struct GroupVersionKind("v1.GroupVersionKind") {
        group: Str = "group",
        version: Str = "version",
        kind: Str = "kind",
    }

    /// A group, version and resource as API fields.
    pub struct GroupVersionResource("v1.GroupVersionResource") {
        group: Str = "group",
        version: Str = "version",
        resource: Str = "resource",
    }

    /// A group and resource as API fields.
    pub struct GroupResource("v1.GroupResource") {
        group: Str = "group",
        resource: Str = "resource",
    }
}
