//! The name, number and labels of a pod, and what the pod of a number looks like.

use api::apps::v1::StatefulSet;
use api::core::v1::{PersistentVolumeClaimVolumeSource, Pod, PodTemplateSpec, Volume};
use apimachinery::Str;

use super::claims;
use crate::common::controller_ref;
use crate::common::pod_control::pod_from_template;

const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";
pub(super) const REVISION_LABEL: &str = "controller-revision-hash";

/// The number of a pod of the set with that name.
pub(super) fn ordinal_of(set: &str, pod: &str) -> Option<i32> {
    let digits = pod.strip_prefix(set)?.strip_prefix('-')?;
    let plain = digits == "0" || !digits.starts_with('0');
    if !plain || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// The name of the pod with that number.
pub(super) fn pod_name(set: &StatefulSet, ordinal: i32) -> Str {
    format!("{}-{ordinal}", set.metadata.name).into()
}

/// The first number.
pub(super) fn start_ordinal(set: &StatefulSet) -> i32 {
    set.spec
        .ordinals
        .as_ref()
        .map_or(0, |ordinals| ordinals.start)
}

/// The revision that a pod is of.
pub(super) fn revision_of(pod: &Pod) -> &str {
    pod.metadata.labels.text(REVISION_LABEL)
}

/// The pod with that number, of that version of the template.
pub(super) fn describe(
    set: &StatefulSet,
    template: &PodTemplateSpec,
    revision: &str,
    ordinal: i32,
) -> Pod {
    let mut pod = pod_from_template(template, &set.metadata, controller_ref(set));
    pod.metadata.name = pod_name(set, ordinal);
    identify(set, &mut pod, ordinal);
    pod.metadata.labels.insert(REVISION_LABEL, revision);
    let name = pod.metadata.name.clone();
    pod.spec.hostname = name;
    pod.spec.subdomain = set.spec.service_name.clone();
    use_claims(set, &mut pod, ordinal);
    pod
}

/// Gives a pod the labels that tell who it is.
pub(super) fn identify(set: &StatefulSet, pod: &mut Pod, ordinal: i32) {
    let name = pod_name(set, ordinal);
    pod.metadata.namespace = set.metadata.namespace.clone();
    pod.metadata.labels.insert(POD_NAME_LABEL, name);
    pod.metadata
        .labels
        .insert(POD_INDEX_LABEL, ordinal.to_string());
}

/// Whether a pod is who its name says, and uses its own claims.
pub(super) fn matches(set: &StatefulSet, pod: &Pod) -> bool {
    let Some(ordinal) = ordinal_of(&set.metadata.name, &pod.metadata.name) else {
        return false;
    };
    pod.metadata.labels.text(POD_NAME_LABEL) == pod.metadata.name && {
        let mut volumes = claims::of(set, ordinal).into_iter();
        volumes.all(|(volume, claim)| {
            let found = pod.spec.volumes.iter().find(|v| v.name == volume);
            let source = found.and_then(|v| v.persistent_volume_claim.as_ref());
            source.is_some_and(|source| source.claim_name == claim.metadata.name)
        })
    }
}

/// The pod's volumes: its own claims first, then those of the template that they do not stand for.
pub(super) fn use_claims(set: &StatefulSet, pod: &mut Pod, ordinal: i32) {
    let claims = claims::of(set, ordinal);
    if claims.is_empty() {
        return;
    }
    let own = claims.iter().map(|(name, claim)| Volume {
        name: name.clone(),
        persistent_volume_claim: Some(
            PersistentVolumeClaimVolumeSource {
                claim_name: claim.metadata.name.clone(),
                ..PersistentVolumeClaimVolumeSource::default()
            }
            .into(),
        ),
        ..Volume::default()
    });
    let mut volumes: Vec<Volume> = own.collect();
    let others = pod.spec.volumes.iter();
    volumes.extend(
        others
            .filter(|v| claims.iter().all(|(name, _)| *name != v.name))
            .cloned(),
    );
    pod.spec.volumes = volumes;
}

#[cfg(test)]
mod tests {
    use super::ordinal_of;

    #[test]
    fn ordinals() {
        for (pod, expected) in [
            ("db-0", Some(0)),
            ("db-12", Some(12)),
            ("db-01", None),
            ("db-x", None),
            ("db-", None),
            ("web-0", None),
            ("db-cache-0", None),
        ] {
            assert_eq!(ordinal_of("db", pod), expected, "{pod}");
        }
    }
}
