//! What somebody has applied to the cluster before the learner came: the default storage class, as local clusters bring one.

use std::rc::Rc;

use api::storage::v1::StorageClass;
use apimachinery::meta::v1::ObjectMeta;
use apiserver::{ApiServer, Context, User};

const PROVISIONER: &str = "kubernetes.io/host-path";
const DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Applies them, as `kubectl apply` does.
pub(crate) fn install(server: &ApiServer) {
    let user = Rc::new(User::admin());
    let mut cx = Context::new(server.clone(), user, "kubectl".into());
    cx.field_manager = "kubectl-client-side-apply".into();
    let mut metadata = ObjectMeta::named("", "standard");
    metadata.annotations.insert(DEFAULT, "true");
    let applied = serde_json::json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": { "annotations": { DEFAULT: "true" }, "name": "standard" },
        "provisioner": PROVISIONER,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
    });
    metadata
        .annotations
        .insert(LAST_APPLIED, format!("{applied}\n"));
    let made = cx.create(StorageClass {
        metadata,
        provisioner: PROVISIONER.into(),
        ..StorageClass::default()
    });
    debug_assert!(made.is_ok(), "{:?}", made.err());
}
