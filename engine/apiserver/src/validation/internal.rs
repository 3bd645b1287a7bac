//! API objects in the shape of upstream's internal types, which is how some error messages show them: Go's field names,
//! nothing left out, nil as `null`.
//!
//! The internal types differ from the versioned ones in the order of a few fields and in where a pod's host namespaces
//! are; the tables here know that. Nothing else in the server has internal types.

use apimachinery::codec::{self, json};
use apimachinery::reflect::{Reflect, View};

/// A value in that shape.
pub enum Internal {
    /// A scalar, as JSON text.
    Scalar(String),
    /// A list.
    List(Vec<Self>),
    /// A struct or a map, in order.
    Struct(Vec<(String, Self)>),
}

/// Types of `meta/v1` have no internal form: they look as in the API.
const TAGGED: [&str; 4] = [
    "LabelSelector",
    "LabelSelectorRequirement",
    "ObjectMeta",
    "OwnerReference",
];

/// Names that are not just the JSON name with a capital.
const NAMES: [(&str, &str); 43] = [
    ("apiGroup", "APIGroup"),
    ("apiVersion", "APIVersion"),
    ("awsElasticBlockStore", "AWSElasticBlockStore"),
    ("cephfs", "CephFS"),
    ("chapAuthDiscovery", "DiscoveryCHAPAuth"),
    ("chapAuthSession", "SessionCHAPAuth"),
    ("clientIP", "ClientIP"),
    ("csi", "CSI"),
    ("dnsConfig", "DNSConfig"),
    ("dnsPolicy", "DNSPolicy"),
    ("fc", "FC"),
    ("fsGroup", "FSGroup"),
    ("fsGroupChangePolicy", "FSGroupChangePolicy"),
    ("fsType", "FSType"),
    ("gcePersistentDisk", "GCEPersistentDisk"),
    ("gmsaCredentialSpec", "GMSACredentialSpec"),
    ("gmsaCredentialSpecName", "GMSACredentialSpecName"),
    ("grpc", "GRPC"),
    ("httpGet", "HTTPGet"),
    ("httpHeaders", "HTTPHeaders"),
    ("ip", "IP"),
    ("ipFamilies", "IPFamilies"),
    ("ipFamilyPolicy", "IPFamilyPolicy"),
    ("iqn", "IQN"),
    ("iscsi", "ISCSI"),
    ("iscsiInterface", "ISCSIInterface"),
    ("lun", "Lun"),
    ("metadata", "ObjectMeta"),
    ("monitors", "CephMonitors"),
    ("nfs", "NFS"),
    ("os", "OS"),
    ("pdName", "PDName"),
    ("pdID", "PdID"),
    ("pool", "RBDPool"),
    ("rbd", "RBD"),
    ("seLinuxChangePolicy", "SELinuxChangePolicy"),
    ("seLinuxOptions", "SELinuxOptions"),
    ("ssl_enabled", "SSLEnabled"),
    ("storageos", "StorageOS"),
    ("targetWWNs", "TargetWWNs"),
    ("tcpSocket", "TCPSocket"),
    ("tty", "TTY"),
    ("uid", "UID"),
];

/// Structs whose fields come in another order, or from another place (`a.b` is field `b` moved into `a`).
const ORDERS: [(&str, &[&str]); 4] = [
    (
        "PodSpec",
        &[
            "volumes",
            "initContainers",
            "containers",
            "ephemeralContainers",
            "restartPolicy",
            "terminationGracePeriodSeconds",
            "activeDeadlineSeconds",
            "dnsPolicy",
            "nodeSelector",
            "serviceAccountName",
            "automountServiceAccountToken",
            "nodeName",
            "securityContext",
            "imagePullSecrets",
            "hostname",
            "subdomain",
            "setHostnameAsFQDN",
            "affinity",
            "schedulerName",
            "tolerations",
            "hostAliases",
            "priorityClassName",
            "priority",
            "preemptionPolicy",
            "dnsConfig",
            "readinessGates",
            "runtimeClassName",
            "overhead",
            "enableServiceLinks",
            "topologySpreadConstraints",
            "os",
            "schedulingGates",
            "resourceClaims",
            "resources",
            "hostnameOverride",
            "schedulingGroup",
        ],
    ),
    (
        "PodSecurityContext",
        &[
            "seLinuxOptions",
            "windowsOptions",
            "runAsUser",
            "runAsGroup",
            "runAsNonRoot",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "fsGroup",
            "fsGroupChangePolicy",
            "sysctls",
            "seccompProfile",
            "appArmorProfile",
            "seLinuxChangePolicy",
        ],
    ),
    (
        "Volume",
        &[
            "name",
            "hostPath",
            "emptyDir",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "gitRepo",
            "secret",
            "nfs",
            "iscsi",
            "glusterfs",
            "persistentVolumeClaim",
            "rbd",
            "quobyte",
            "flexVolume",
            "cinder",
            "cephfs",
            "flocker",
            "downwardAPI",
            "fc",
            "azureFile",
            "configMap",
            "vsphereVolume",
            "azureDisk",
            "photonPersistentDisk",
            "projected",
            "portworxVolume",
            "scaleIO",
            "storageos",
            "csi",
            "ephemeral",
            "image",
        ],
    ),
    (
        "PersistentVolumeClaimSpec",
        &[
            "accessModes",
            "selector",
            "resources",
            "volumeName",
            "storageClassName",
            "volumeMode",
            "dataSource",
            "dataSourceRef",
            "volumeAttributesClassName",
        ],
    ),
];

/// What internal pods keep in their security context.
const HOST_FIELDS: [&str; 5] = [
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "shareProcessNamespace",
    "hostUsers",
];

impl Internal {
    /// A struct of the API in that shape.
    pub fn of(value: &dyn Reflect) -> Self {
        let schema = value.schema();
        if TAGGED.contains(&schema.name) {
            return Self::of_json(&codec::to_json(value));
        }
        if schema.name == "PodTemplateSpec" {
            return Self::of_template(value);
        }
        let order = ORDERS
            .iter()
            .find(|(name, _)| *name == schema.name)
            .map(|(_, order)| *order);
        let names: Vec<&str> = match order {
            Some(order) => order.to_vec(),
            None => schema.fields.iter().map(|field| field.json).collect(),
        };
        let mut fields = Vec::with_capacity(names.len());
        for name in names {
            let Some((index, _)) = schema.field(name) else {
                continue;
            };
            let mut shown = Self::of_field(value.field(index));
            if schema.name == "PodSpec" && name == "securityContext" {
                shown = with_host_fields(value, shown);
            }
            fields.push((go_name(name), shown));
        }
        Self::Struct(fields)
    }

    /// A template's metadata is embedded, so its fields stand beside the spec.
    fn of_template(value: &dyn Reflect) -> Self {
        let schema = value.schema();
        let mut fields = Vec::new();
        if let Some((index, _)) = schema.field("metadata")
            && let View::Struct(meta) = value.field(index)
            && let Self::Struct(own) = Self::of(meta)
        {
            fields.extend(own);
        }
        if let Some((index, _)) = schema.field("spec") {
            fields.push(("Spec".to_owned(), Self::of_field(value.field(index))));
        }
        Self::Struct(fields)
    }

    fn of_field(field: View<'_>) -> Self {
        match field {
            View::Null => Self::Scalar("null".to_owned()),
            View::Bool(yes) => Self::Scalar(yes.to_string()),
            View::Int(number) => Self::Scalar(number.to_string()),
            View::Float(number) => Self::Scalar(apimachinery::gotext::float(number).into()),
            View::Str(text) => Self::Scalar(quoted(text)),
            View::Text(text) => Self::Scalar(quoted(&text.to_text())),
            View::Json(raw) => Self::of_json(&raw.as_json()),
            View::List(list) if list.is_empty() => Self::Scalar("null".to_owned()),
            View::List(list) => Self::List(
                (0..list.len())
                    .map(|i| Self::of_field(list.get(i)))
                    .collect(),
            ),
            View::Map(map) if map.is_empty() => Self::Scalar("null".to_owned()),
            View::Map(map) => {
                let entry = |i| {
                    let (key, value) = map.get(i);
                    (key.to_owned(), Self::of_field(value))
                };
                Self::Struct((0..map.len()).map(entry).collect())
            }
            View::Struct(inner) => Self::of(inner),
        }
    }

    fn of_json(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(value) => Self::of_value(&value),
            Err(_) => Self::Scalar("null".to_owned()),
        }
    }

    fn of_value(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Array(list) => Self::List(list.iter().map(Self::of_value).collect()),
            serde_json::Value::Object(map) => Self::Struct(
                map.iter()
                    .map(|(key, value)| (key.clone(), Self::of_value(value)))
                    .collect(),
            ),
            scalar => Self::Scalar(json::compact(scalar)),
        }
    }

    /// Compact JSON.
    pub fn compact(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// JSON with one blank per level, as upstream compares it.
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    fn write(&self, out: &mut String, indent: Option<usize>) {
        let deeper = indent.map(|depth| depth + 1);
        let line = |out: &mut String, depth: Option<usize>| {
            if let Some(depth) = depth {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', depth));
            }
        };
        match self {
            Self::Scalar(text) => out.push_str(text),
            Self::List(list) => {
                out.push('[');
                for (i, item) in list.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    line(out, deeper);
                    item.write(out, deeper);
                }
                line(out, indent);
                out.push(']');
            }
            Self::Struct(fields) if fields.is_empty() => out.push_str("{}"),
            Self::Struct(fields) => {
                out.push('{');
                for (i, (name, value)) in fields.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    line(out, deeper);
                    out.push_str(&quoted(name));
                    out.push_str(if indent.is_some() { ": " } else { ":" });
                    value.write(out, deeper);
                }
                line(out, indent);
                out.push('}');
            }
        }
    }
}

fn quoted(text: &str) -> String {
    json::compact(&serde_json::Value::from(text))
}

fn go_name(json: &str) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(name, _)| *name == json) {
        return (*name).to_owned();
    }
    let mut chars = json.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn with_host_fields(spec: &dyn Reflect, context: Internal) -> Internal {
    let Internal::Struct(own) = context else {
        return context;
    };
    let mut fields = Vec::with_capacity(HOST_FIELDS.len() + own.len());
    for name in HOST_FIELDS {
        if let Some((index, _)) = spec.schema().field(name) {
            fields.push((go_name(name), Internal::of_field(spec.field(index))));
        }
    }
    fields.extend(own);
    Internal::Struct(fields)
}
