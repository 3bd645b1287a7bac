//! Files of a volume that are in each other's way: two keys at the same path, or one where another needs a folder.
//! Kubernetes' room for this is `warningsForOverlappingVirtualPaths` of `pkg/api/pod/warnings.go`.

use std::collections::BTreeSet;

use api::core::v1::{DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, Volume};

/// Warns of the paths of a volume.
pub(super) fn warn(volume: &Volume, out: &mut Vec<String>) {
    let name = &volume.name;
    if let Some(map) = &volume.config_map {
        let about = format!("volume {name:?} (ConfigMap {:?})", map.name);
        check(&of_keys(&map.items), &about, out);
    }
    if let Some(secret) = &volume.secret {
        let about = format!("volume {name:?} (Secret {:?})", secret.secret_name);
        check(&of_keys(&secret.items), &about, out);
    }
    if let Some(source) = &volume.downward_api {
        let about = format!("volume {name:?} (DownwardAPI)");
        check(&of_files(&source.items), &about, out);
    }
    if let Some(source) = &volume.projected {
        of_projected(name, source, out);
    }
}

/// The sources of a projected volume share one folder.
fn of_projected(name: &str, volume: &ProjectedVolumeSource, out: &mut Vec<String>) {
    let mut all: BTreeSet<&str> = BTreeSet::new();
    for source in &volume.sources {
        let (paths, what) = if let Some(map) = source.config_map.as_ref() {
            (of_keys(&map.items), format!("ConfigMap {:?}", map.name))
        } else if let Some(secret) = source.secret.as_ref() {
            (of_keys(&secret.items), format!("Secret {:?}", secret.name))
        } else if let Some(downward) = source.downward_api.as_ref() {
            (of_files(&downward.items), "DownwardAPI".to_owned())
        } else if let Some(token) = source.service_account_token.as_ref() {
            (vec![&*token.path], "ServiceAccountToken".to_owned())
        } else if let Some(bundle) = source.cluster_trust_bundle.as_ref() {
            let named = bundle.name.as_ref().or(bundle.signer_name.as_ref());
            let named = named.map(|name| name.as_str()).unwrap_or_default();
            (vec![&*bundle.path], format!("ClusterTrustBundle {named:?}"))
        } else if source.pod_certificate.is_some() {
            continue;
        } else {
            out.push(format!(
                "volume {name:?} (Projected) has no sources provided"
            ));
            continue;
        };
        if paths.is_empty() {
            continue;
        }
        let about = format!("volume {name:?} (Projected {what})");
        check(&paths, &about, out);
        let own: BTreeSet<&str> = paths.into_iter().collect();
        // A path that others have, too, stands there twice.
        let mut both: Vec<&str> = own.iter().chain(&all).copied().collect();
        both.sort_unstable();
        check(&both, &about, out);
        all.extend(own);
    }
}

fn of_keys(items: &[KeyToPath]) -> Vec<&str> {
    items.iter().map(|item| &*item.path).collect()
}

fn of_files(items: &[DownwardAPIVolumeFile]) -> Vec<&str> {
    items.iter().map(|item| &*item.path).collect()
}

fn check(paths: &[&str], about: &str, out: &mut Vec<String>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for path in paths {
        let path = path.trim_end_matches('/');
        let collides = |other: &&&str| {
            **other == path
                || format!("{other}/").starts_with(path)
                || format!("{path}/").starts_with(**other)
        };
        if !path.is_empty()
            && let Some(other) = seen.iter().find(collides)
        {
            out.push(format!(
                "{about}: overlapping paths: {path:?} with {other:?}"
            ));
        }
        if !path.is_empty() {
            seen.insert(path);
        }
    }
}
