//! Names that got a prefix, a suffix or a hash: given to what they name, then to whoever refers to it.

use serde_json::Value;

use super::Resource;
use super::transform::{items, pod_spec};
use crate::cmd::create::hash;
use crate::util::json as j;

/// Puts a hash of their content behind the names of generated config maps and secrets.
pub(super) fn add_hashes(resources: &mut [Resource]) {
    for resource in resources.iter_mut().filter(|r| r.hashed) {
        resource.note();
        // The hash is of the content alone, whatever the name.
        let mut nameless = resource.value.clone();
        j::remove(&mut nameless, &["metadata", "name"]);
        let hash = match j::kind(&nameless) {
            "Secret" => hash::secret(&nameless),
            _ => hash::config_map(&nameless),
        };
        let name = format!("{}-{hash}", j::name(&resource.value));
        j::set(&mut resource.value, &["metadata", "name"], name);
        resource.note();
    }
}

/// What can be referred to: its kind, its names, its namespaces.
struct Referent {
    kind: String,
    names: Vec<(String, String)>,
    name: String,
    namespace: String,
}

/// Brings every reference up to date.
pub(super) fn fix(resources: &mut [Resource]) {
    let known: Vec<Referent> = resources
        .iter()
        .map(|r| Referent {
            kind: j::kind(&r.value).to_owned(),
            names: r.names.clone(),
            name: j::name(&r.value).to_owned(),
            namespace: j::namespace(&r.value).to_owned(),
        })
        .collect();
    for resource in resources {
        let fixer = Fixer {
            known: &known,
            namespace: j::namespace(&resource.value).to_owned(),
        };
        fixer.fix(&mut resource.value);
    }
}

struct Fixer<'a> {
    known: &'a [Referent],
    namespace: String,
}

impl Fixer<'_> {
    fn find(&self, kind: &str, name: &str) -> Option<&Referent> {
        let mut found = self
            .known
            .iter()
            .filter(|r| r.kind == kind && r.names.iter().any(|(known, _)| known == name));
        let first = found.clone().find(|r| r.namespace == self.namespace);
        first.or_else(|| found.next())
    }

    /// Brings the name at a path up to date.
    fn at(&self, value: &mut Value, path: &[&str], kind: &str) {
        let name = j::text(value, path);
        if name.is_empty() {
            return;
        }
        if let Some(referent) = self.find(kind, name) {
            j::set(value, path, referent.name.as_str());
        }
    }

    fn fix(&self, value: &mut Value) {
        if let Some(spec) = pod_spec(value) {
            self.pod(spec);
        }
        match j::kind(value) {
            "StatefulSet" => {
                self.at(value, &["spec", "serviceName"], "Service");
                for claim in items(value, &["spec", "volumeClaimTemplates"]) {
                    self.at(claim, &["spec", "storageClassName"], "StorageClass");
                }
            }
            "ServiceAccount" => {
                for list in ["secrets", "imagePullSecrets"] {
                    for entry in items(value, &[list]) {
                        self.at(entry, &["name"], "Secret");
                    }
                }
            }
            "Ingress" => self.ingress(value),
            "HorizontalPodAutoscaler" => {
                let kind = j::text(value, &["spec", "scaleTargetRef", "kind"]).to_owned();
                self.at(value, &["spec", "scaleTargetRef", "name"], &kind);
            }
            "RoleBinding" | "ClusterRoleBinding" => self.binding(value),
            "PersistentVolumeClaim" => {
                self.at(value, &["spec", "volumeName"], "PersistentVolume");
                self.at(value, &["spec", "storageClassName"], "StorageClass");
            }
            "PersistentVolume" => {
                self.at(value, &["spec", "storageClassName"], "StorageClass");
                self.at(
                    value,
                    &["spec", "claimRef", "name"],
                    "PersistentVolumeClaim",
                );
            }
            _ => {}
        }
    }

    fn pod(&self, spec: &mut Value) {
        for (field, kind) in [
            ("serviceAccountName", "ServiceAccount"),
            ("serviceAccount", "ServiceAccount"),
            ("priorityClassName", "PriorityClass"),
        ] {
            self.at(spec, &[field], kind);
        }
        for entry in items(spec, &["imagePullSecrets"]) {
            self.at(entry, &["name"], "Secret");
        }
        for volume in items(spec, &["volumes"]) {
            self.at(volume, &["configMap", "name"], "ConfigMap");
            self.at(volume, &["secret", "secretName"], "Secret");
            self.at(
                volume,
                &["persistentVolumeClaim", "claimName"],
                "PersistentVolumeClaim",
            );
            for source in items(volume, &["projected", "sources"]) {
                self.at(source, &["configMap", "name"], "ConfigMap");
                self.at(source, &["secret", "name"], "Secret");
            }
        }
        for list in ["containers", "initContainers"] {
            for container in items(spec, &[list]) {
                for variable in items(container, &["env"]) {
                    self.at(
                        variable,
                        &["valueFrom", "configMapKeyRef", "name"],
                        "ConfigMap",
                    );
                    self.at(variable, &["valueFrom", "secretKeyRef", "name"], "Secret");
                }
                for source in items(container, &["envFrom"]) {
                    self.at(source, &["configMapRef", "name"], "ConfigMap");
                    self.at(source, &["secretRef", "name"], "Secret");
                }
            }
        }
    }

    fn ingress(&self, value: &mut Value) {
        self.at(value, &["spec", "ingressClassName"], "IngressClass");
        self.at(
            value,
            &["spec", "defaultBackend", "service", "name"],
            "Service",
        );
        for tls in items(value, &["spec", "tls"]) {
            self.at(tls, &["secretName"], "Secret");
        }
        for rule in items(value, &["spec", "rules"]) {
            for path in items(rule, &["http", "paths"]) {
                self.at(path, &["backend", "service", "name"], "Service");
            }
        }
    }

    fn binding(&self, value: &mut Value) {
        let kind = j::text(value, &["roleRef", "kind"]).to_owned();
        self.at(value, &["roleRef", "name"], &kind);
        for subject in items(value, &["subjects"]) {
            if j::kind(subject) != "ServiceAccount" {
                continue;
            }
            if let Some(account) = self.find("ServiceAccount", j::text(subject, &["name"])) {
                j::set(subject, &["name"], account.name.as_str());
                if !account.namespace.is_empty() {
                    j::set(subject, &["namespace"], account.namespace.as_str());
                }
            }
        }
    }
}
