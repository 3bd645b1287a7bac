//! The options of the verbs.

use crate::Str;

crate::api_struct! {
    /// How to read one object.
    pub struct GetOptions("v1.GetOptions", kind "meta.k8s.io/v1" "GetOptions") {
        resource_version: Str = "resourceVersion" omitempty,
    }

    /// What to list or watch.
    pub struct ListOptions("v1.ListOptions", kind "meta.k8s.io/v1" "ListOptions") {
        label_selector: Str = "labelSelector" omitempty,
        field_selector: Str = "fieldSelector" omitempty,
        watch: bool = "watch" omitempty,
        allow_watch_bookmarks: bool = "allowWatchBookmarks" omitempty,
        resource_version: Str = "resourceVersion" omitempty,
        resource_version_match: Str = "resourceVersionMatch" omitempty go("v1.ResourceVersionMatch"),
        timeout_seconds: Option<i64> = "timeoutSeconds" omitempty,
        limit: i64 = "limit" omitempty,
        continue_: Str = "continue" omitempty,
        send_initial_events: Option<bool> = "sendInitialEvents" omitempty,
        shard_selector: Str = "shardSelector" omitempty,
    }

    /// How to create.
    pub struct CreateOptions("v1.CreateOptions", kind "meta.k8s.io/v1" "CreateOptions") {
        dry_run: Vec<Str> = "dryRun" omitempty,
        field_manager: Str = "fieldManager" omitempty,
        field_validation: Str = "fieldValidation" omitempty,
    }

    /// How to update.
    pub struct UpdateOptions("v1.UpdateOptions", kind "meta.k8s.io/v1" "UpdateOptions") {
        dry_run: Vec<Str> = "dryRun" omitempty,
        field_manager: Str = "fieldManager" omitempty,
        field_validation: Str = "fieldValidation" omitempty,
    }

    /// How to patch.
    pub struct PatchOptions("v1.PatchOptions", kind "meta.k8s.io/v1" "PatchOptions") {
        dry_run: Vec<Str> = "dryRun" omitempty,
        force: Option<bool> = "force" omitempty,
        field_manager: Str = "fieldManager" omitempty,
        field_validation: Str = "fieldValidation" omitempty,
    }

    /// How to apply on the server's side.
    pub struct ApplyOptions("v1.ApplyOptions", kind "meta.k8s.io/v1" "ApplyOptions") {
        dry_run: Vec<Str> = "dryRun" omitempty,
        force: bool = "force",
        field_manager: Str = "fieldManager",
    }

    /// How to delete.
    pub struct DeleteOptions("v1.DeleteOptions", kind "v1" "DeleteOptions") {
        grace_period_seconds: Option<i64> = "gracePeriodSeconds" omitempty,
        preconditions: Option<Preconditions> = "preconditions" omitempty,
        orphan_dependents: Option<bool> = "orphanDependents" omitempty,
        propagation_policy: Option<Str> = "propagationPolicy" omitempty go("v1.DeletionPropagation"),
        dry_run: Vec<Str> = "dryRun" omitempty,
        ignore_store_read_error_with_cluster_breaking_potential: Option<bool> =
            "ignoreStoreReadErrorWithClusterBreakingPotential" omitempty,
    }

    /// What must hold for a write to happen.
    pub struct Preconditions("v1.Preconditions") {
        uid: Option<Str> = "uid" omitempty go("types.UID"),
        resource_version: Option<Str> = "resourceVersion" omitempty,
    }
}
