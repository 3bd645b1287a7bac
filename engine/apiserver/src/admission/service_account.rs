//! ServiceAccount: every pod is somebody, and carries a token that says so.

use api::core::v1::{Container, Pod, ServiceAccount, Volume, VolumeMount};
use apimachinery::{GroupResource, Object, Status};

use super::{Attributes, Operation, Plugin, lookup};

const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const VOLUME_PREFIX: &str = "kube-api-access-";
const MIRROR_ANNOTATION: &str = "kubernetes.io/config.mirror";

/// The plugin.
pub(super) struct ServiceAccountAdmission;

impl Plugin for ServiceAccountAdmission {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create || !attributes.is("", "pods") {
            return Ok(());
        }
        let Some(pod) = object.downcast_mut::<Pod>() else {
            return Ok(());
        };
        if pod.metadata.annotations.contains_key(MIRROR_ANNOTATION) {
            return Ok(());
        }
        if pod.spec.service_account_name.is_empty() {
            pod.spec.service_account_name = "default".into();
        }
        pod.spec.service_account = pod.spec.service_account_name.clone();
        let name = pod.spec.service_account_name.clone();
        let Some(account) = lookup::<ServiceAccount>(attributes.cx, attributes.namespace, &name)
        else {
            let missing = Status::not_found(&GroupResource::new("", "serviceaccount"), &name);
            let because = format!(
                "error looking up service account {}/{name}: {}",
                attributes.namespace, missing.message
            );
            return Err(attributes.forbidden(Some(pod), &because));
        };
        let automount = pod
            .spec
            .automount_service_account_token
            .or(account.automount_service_account_token);
        if automount.unwrap_or(true) {
            mount_token(attributes, pod);
        }
        if pod.spec.image_pull_secrets.is_empty() {
            pod.spec.image_pull_secrets = account.image_pull_secrets.clone();
        }
        Ok(())
    }
}

/// Mounts the token into every container that has nothing at its place.
fn mount_token(attributes: &Attributes<'_>, pod: &mut Pod) {
    let is_ours =
        |volume: &&Volume| volume.name.starts_with(VOLUME_PREFIX) && volume.projected.is_some();
    let found = pod
        .spec
        .volumes
        .iter()
        .find(is_ours)
        .map(|volume| volume.name.clone());
    let is_new = found.is_none();
    let server = &attributes.cx.server;
    let name = found.unwrap_or_else(|| format!("{VOLUME_PREFIX}{}", server.name_suffix(5)).into());
    let mount = VolumeMount {
        name: name.clone(),
        read_only: true,
        mount_path: MOUNT_PATH.into(),
        ..VolumeMount::default()
    };
    let spec = &mut *pod.spec;
    let mut needed = false;
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        needed |= add_mount(container, &mount);
    }
    if needed && is_new {
        let projected = Some(server.token_volume());
        spec.volumes.push(Volume {
            name,
            projected,
            ..Volume::default()
        });
    }
}

fn add_mount(container: &mut Container, mount: &VolumeMount) -> bool {
    if container
        .volume_mounts
        .iter()
        .any(|other| other.mount_path == mount.mount_path)
    {
        return false;
    }
    container.volume_mounts.push(mount.clone());
    true
}
