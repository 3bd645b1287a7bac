//! Static pods may not need anything of the API (`HasAPIObjectReference` of `pkg/api/pod`): nobody would have checked
//! whether they may have it.

use api::core::v1::{Pod, Volume};

/// The resource of the first kind of objects that a pod refers to.
pub(super) fn api_reference(pod: &Pod) -> Option<&'static str> {
    let spec = &pod.spec;
    if !spec.service_account_name.is_empty() {
        return Some("serviceaccounts");
    }
    let (mut secrets, mut config_maps) = (!spec.image_pull_secrets.is_empty(), false);
    for container in spec.init_containers.iter().chain(&spec.containers) {
        for source in &container.env_from {
            secrets |= source.secret_ref.is_some();
            config_maps |= source.config_map_ref.is_some();
        }
        for variable in &container.env {
            if let Some(source) = &variable.value_from {
                secrets |= source.secret_key_ref.is_some();
                config_maps |= source.config_map_key_ref.is_some();
            }
        }
    }
    for volume in &spec.volumes {
        secrets |= volume.secret.is_some();
        config_maps |= volume.config_map.is_some();
        if let Some(projected) = &volume.projected {
            secrets |= projected.sources.iter().any(|part| part.secret.is_some());
            config_maps |= projected
                .sources
                .iter()
                .any(|part| part.config_map.is_some());
        }
    }
    if secrets {
        return Some("secrets");
    }
    if config_maps {
        return Some("configmaps");
    }
    if !spec.resource_claims.is_empty() {
        return Some("resourceclaims");
    }
    spec.volumes.iter().find_map(of_volume)
}

fn of_volume(volume: &Volume) -> Option<&'static str> {
    if volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some() {
        return Some("persistentvolumeclaims");
    }
    if volume.csi.is_some() {
        return Some("csidrivers");
    }
    if volume.glusterfs.is_some() {
        return Some("endpoints");
    }
    volume.projected.as_ref()?.sources.iter().find_map(|part| {
        if part.cluster_trust_bundle.is_some() {
            return Some("clustertrustbundles");
        }
        part.service_account_token
            .as_ref()
            .map(|_| "serviceaccounts")
    })
}
