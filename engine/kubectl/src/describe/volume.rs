//! Volumes within a description.

use api::core::v1::{DownwardAPIVolumeSource, HostPathVolumeSource, ProjectedVolumeSource, Volume};
use apimachinery::{Value, codec};

use super::page::{Page, or_none};

/// The volumes of a pod (level 0) or a pod template (level 1).
pub(crate) fn volumes(page: &mut Page, level: usize, volumes: &[Volume]) {
    let indent = " ".repeat(level);
    let label = "  ".repeat(level) + "Volumes:";
    if volumes.is_empty() {
        page.line(0, &format!("{label}\t<none>"));
        return;
    }
    page.line(0, &label);
    for volume in volumes {
        page.line(1, &format!("{indent}{}:", volume.name));
        source(page, volume);
    }
}

fn source(page: &mut Page, volume: &Volume) {
    if let Some(empty) = &volume.empty_dir {
        page.field(
            2,
            "Type",
            "EmptyDir (a temporary directory that shares a pod's lifetime)",
        );
        page.field(2, "Medium", &empty.medium);
        let limit = empty.size_limit.as_ref().filter(|limit| limit.signum() > 0);
        page.field(
            2,
            "SizeLimit",
            limit.map_or("<unset>", |limit| limit.as_str()),
        );
    } else if let Some(secret) = &volume.secret {
        page.field(2, "Type", "Secret (a volume populated by a Secret)");
        page.field(2, "SecretName", &secret.secret_name);
        page.field(2, "Optional", yes(secret.optional));
    } else if let Some(map) = &volume.config_map {
        page.field(2, "Type", "ConfigMap (a volume populated by a ConfigMap)");
        page.field(2, "Name", &map.name);
        page.field(2, "Optional", yes(map.optional));
    } else if let Some(projected) = &volume.projected {
        self::projected(page, projected);
    } else if let Some(downward) = &volume.downward_api {
        downward_api(page, downward);
    } else if let Some(claim) = &volume.persistent_volume_claim {
        let kind =
            "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)";
        page.field(2, "Type", kind);
        page.field(2, "ClaimName", &claim.claim_name);
        page.field(2, "ReadOnly", yes(Some(claim.read_only)));
    } else if let Some(path) = &volume.host_path {
        host_path(page, path);
    } else if let Some(image) = &volume.image {
        page.field(2, "Type", "Image (a container image or OCI artifact)");
        page.field(2, "Reference", &image.reference);
        page.field(2, "PullPolicy", &image.pull_policy);
    } else if let Some(ephemeral) = &volume.ephemeral {
        let kind = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)";
        page.field(2, "Type", kind);
        if let Some(template) = &ephemeral.volume_claim_template {
            let spec = &template.spec;
            page.field(
                2,
                "StorageClass",
                or_none(spec.storage_class_name.as_deref().unwrap_or_default()),
            );
            page.field(2, "Volume", &spec.volume_name);
        }
    } else {
        foreign(page, &codec::to_value(volume));
    }
}

/// A folder or file of the node.
pub(crate) fn host_path(page: &mut Page, path: &HostPathVolumeSource) {
    page.field(2, "Type", "HostPath (bare host directory volume)");
    page.field(2, "Path", &path.path);
    page.field(2, "HostPathType", path.type_.as_deref().unwrap_or("<none>"));
}

fn yes(value: Option<bool>) -> &'static str {
    if value.unwrap_or(false) {
        "true"
    } else {
        "false"
    }
}

fn projected(page: &mut Page, projected: &ProjectedVolumeSource) {
    page.field(
        2,
        "Type",
        "Projected (a volume that contains injected data from multiple sources)",
    );
    for source in &projected.sources {
        if let Some(secret) = &source.secret {
            page.field(2, "SecretName", &secret.name);
            page.field(2, "Optional", yes(secret.optional));
        } else if source.downward_api.is_some() {
            page.field(2, "DownwardAPI", "true");
        } else if let Some(map) = &source.config_map {
            page.field(2, "ConfigMapName", &map.name);
            page.field(2, "Optional", yes(map.optional));
        } else if let Some(token) = &source.service_account_token {
            let seconds = token.expiration_seconds.map(|s| s.to_string());
            page.field(2, "TokenExpirationSeconds", &seconds.unwrap_or_default());
        }
    }
}

fn downward_api(page: &mut Page, downward: &DownwardAPIVolumeSource) {
    page.field(
        2,
        "Type",
        "DownwardAPI (a volume populated by information about the pod)",
    );
    page.line(2, "Items:");
    for item in &downward.items {
        let what = match (&item.field_ref, &item.resource_field_ref) {
            (Some(field), _) => &field.field_path,
            (None, Some(resource)) => &resource.resource,
            (None, None) => continue,
        };
        page.line(3, &format!("{what} -> {}", item.path));
    }
}

/// A volume source that no stand-in node can mount: its JSON field, what it is, and the fields that are shown.
struct Foreign {
    field: &'static str,
    about: &'static str,
    shown: &'static [(&'static str, &'static str)],
}

const FOREIGN: &[Foreign] = &[
    Foreign {
        field: "nfs",
        about: "NFS (an NFS mount that lasts the lifetime of a pod)",
        shown: &[
            ("Server", "server"),
            ("Path", "path"),
            ("ReadOnly", "readOnly"),
        ],
    },
    Foreign {
        field: "csi",
        about: "CSI (a Container Storage Interface (CSI) volume source)",
        shown: &[
            ("Driver", "driver"),
            ("FSType", "fsType"),
            ("ReadOnly", "readOnly"),
        ],
    },
    Foreign {
        field: "awsElasticBlockStore",
        about: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        shown: &[
            ("VolumeID", "volumeID"),
            ("FSType", "fsType"),
            ("Partition", "partition"),
            ("ReadOnly", "readOnly"),
        ],
    },
    Foreign {
        field: "gcePersistentDisk",
        about: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        shown: &[
            ("PDName", "pdName"),
            ("FSType", "fsType"),
            ("Partition", "partition"),
            ("ReadOnly", "readOnly"),
        ],
    },
    Foreign {
        field: "gitRepo",
        about: "GitRepo (a volume that is pulled from git when the pod is created)",
        shown: &[("Repository", "repository"), ("Revision", "revision")],
    },
];

/// Sources that are rare today: their fields by name, from the table above.
/// A source that only clouds and data centres have, from the object that holds it.
pub(crate) fn foreign(page: &mut Page, value: &Value) {
    let Some(foreign) = FOREIGN.iter().find(|f| value.get(f.field).is_some()) else {
        page.line(1, "<unknown>");
        return;
    };
    page.field(2, "Type", foreign.about);
    for (label, key) in foreign.shown {
        let text = match &value[foreign.field][key] {
            Value::String(text) => text.clone(),
            Value::Null if *key == "readOnly" => "false".into(),
            Value::Null if *key == "partition" => "0".into(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        page.field(2, label, &text);
    }
}
