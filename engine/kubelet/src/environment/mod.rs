//! A container's environment: services, config maps, secrets, files, fields, and the pod's own words.

mod env_file;
mod expansion;
mod field;
mod services;

use std::collections::BTreeMap;

use api::core::v1::{
    ConfigMapKeySelector, Container, EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, Pod,
    SecretKeySelector,
};
use apimachinery::{Map, Status, Str};
use os::{Cred, Vfs};

pub(crate) use expansion::expand;
pub(crate) use field::{SelfView, field, resource, resource_container};

use crate::kubelet::Kubelet;
use services::{MASTER, service_variables};

/// Variables as they are made, in order of their making; a later one takes the place of an earlier one.
#[derive(Default)]
struct Variables {
    order: Vec<String>,
    values: BTreeMap<String, String>,
}

impl Variables {
    fn set(&mut self, name: String, value: String) {
        if self.values.insert(name.clone(), value).is_none() {
            self.order.push(name);
        }
    }
}

impl Kubelet {
    /// The environment of a container. The error is what the container then waits for.
    pub(crate) fn environment(
        &self,
        pod: &Pod,
        container: &Container,
        pod_ip: &str,
    ) -> Result<Vec<(String, String)>, String> {
        let mut services = self.service_environment(pod);
        let mut made = Variables::default();
        for source in &container.env_from {
            self.add_all_of(pod, source, &mut made)?;
        }
        for variable in &container.env {
            let value = self.value_of(pod, container, variable, pod_ip, &made, &services)?;
            services.remove(variable.name.as_str());
            if let Some(value) = value {
                made.set(variable.name.to_string(), value);
            }
        }
        for (name, value) in services {
            if !made.values.contains_key(&name) {
                made.set(name, value);
            }
        }
        let Variables { order, mut values } = made;
        Ok(order
            .into_iter()
            .map(|name| {
                let value = values.remove(&name).unwrap_or_default();
                (name, value)
            })
            .collect())
    }

    /// Variables of the services of the pod's namespace, if it wants them, and of the API server.
    fn service_environment(&self, pod: &Pod) -> BTreeMap<String, String> {
        let links = pod.spec.enable_service_links.unwrap_or(true);
        let namespace = pod.metadata.namespace.as_str();
        // Without an answer there are no variables; the container starts all the same.
        let mut services = if links {
            self.api().services(namespace).unwrap_or_default()
        } else {
            Vec::new()
        };
        if !links || namespace != MASTER.0 {
            let defaults = self.api().services(MASTER.0).unwrap_or_default();
            services.retain(|service| service.metadata.name != MASTER.1);
            services.extend(
                defaults
                    .into_iter()
                    .filter(|service| service.metadata.name == MASTER.1),
            );
        }
        service_variables(&services)
    }

    /// Every key of a config map or secret.
    fn add_all_of(
        &self,
        pod: &Pod,
        source: &EnvFromSource,
        made: &mut Variables,
    ) -> Result<(), String> {
        let namespace = pod.metadata.namespace.as_str();
        let (kind, name, found) = if let Some(from) = &source.config_map_ref {
            let found = match self.config_map(namespace, &from.name) {
                Ok(map) => text_data(&map.data),
                Err(error) => {
                    missing("configmap", &from.name, &error, from.optional)?;
                    return Ok(());
                }
            };
            ("configMap", &from.name, found)
        } else if let Some(from) = &source.secret_ref {
            let found = match self.secret(namespace, &from.name) {
                Ok(secret) => secret_data(&secret.data),
                Err(error) => {
                    missing("secret", &from.name, &error, from.optional)?;
                    return Ok(());
                }
            };
            ("secret", &from.name, found)
        } else {
            return Ok(());
        };
        let mut invalid = Vec::new();
        for (key, value) in found {
            let variable = format!("{}{key}", source.prefix);
            if is_variable_name(&variable) {
                made.set(variable, value);
            } else {
                invalid.push(key);
            }
        }
        if !invalid.is_empty() {
            let message = format!(
                "Keys [{}] from the EnvFrom {kind} {namespace}/{name} were skipped since they are considered \
                 invalid environment variable names.",
                invalid.join(", ")
            );
            self.pod_event(pod, "Warning", "InvalidEnvironmentVariableNames", &message);
        }
        Ok(())
    }

    /// The value of a variable; `None` for an optional one whose source is missing.
    fn value_of(
        &self,
        pod: &Pod,
        container: &Container,
        variable: &EnvVar,
        pod_ip: &str,
        made: &Variables,
        services: &BTreeMap<String, String>,
    ) -> Result<Option<String>, String> {
        let Some(source) = &variable.value_from else {
            let lookup = |name: &str| {
                made.values
                    .get(name)
                    .or_else(|| services.get(name))
                    .cloned()
            };
            return Ok(Some(expand(&variable.value, lookup)));
        };
        let namespace = pod.metadata.namespace.as_str();
        if let Some(selector) = &source.config_map_key_ref {
            return self.config_map_key(namespace, selector);
        }
        if let Some(selector) = &source.secret_key_ref {
            return self.secret_key(namespace, selector);
        }
        if let Some(selector) = &source.file_key_ref {
            return self.file_key(pod, selector);
        }
        self.own_value(pod, container, source, pod_ip).map(Some)
    }

    fn config_map_key(
        &self,
        namespace: &str,
        selector: &ConfigMapKeySelector,
    ) -> Result<Option<String>, String> {
        let (name, key) = (&selector.name, &selector.key);
        let map = match self.config_map(namespace, name) {
            Ok(map) => map,
            Err(error) => {
                missing("configmap", name, &error, selector.optional)?;
                return Ok(None);
            }
        };
        let value = map.data.get(key).map(Str::to_string);
        if value.is_none() && selector.optional != Some(true) {
            return Err(format!(
                "couldn't find key {key} in ConfigMap {namespace}/{name}"
            ));
        }
        Ok(value)
    }

    fn secret_key(
        &self,
        namespace: &str,
        selector: &SecretKeySelector,
    ) -> Result<Option<String>, String> {
        let (name, key) = (&selector.name, &selector.key);
        let secret = match self.secret(namespace, name) {
            Ok(secret) => secret,
            Err(error) => {
                missing("secret", name, &error, selector.optional)?;
                return Ok(None);
            }
        };
        let value = secret
            .data
            .get(key)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        if value.is_none() && selector.optional != Some(true) {
            return Err(format!(
                "couldn't find key {key} in Secret {namespace}/{name}"
            ));
        }
        Ok(value)
    }

    /// A variable of a file in one of the pod's volumes. An empty one counts as missing.
    fn file_key(&self, pod: &Pod, selector: &FileKeySelector) -> Result<Option<String>, String> {
        let (name, path, key) = (&selector.volume_name, &selector.path, &selector.key);
        let Some(volume) = self.volumes().get(&pod.metadata.uid, name) else {
            return Err(format!(
                "cannot find the volume \"{name}\" referenced by FileKeyRef"
            ));
        };
        let inside = os::path::clean(&format!("/{}/{path}", volume.root));
        let value = Vfs::new(volume.fs)
            .read_file(&Cred::root(0), &inside)
            .ok()
            .and_then(|bytes| env_file::value_in(&String::from_utf8_lossy(&bytes), key).ok())
            .ok_or_else(|| "couldn't parse env file".to_owned())?;
        if !value.is_empty() {
            return Ok(Some(value));
        }
        if selector.optional == Some(true) {
            return Ok(None);
        }
        Err(format!(
            "environment variable key \"{key}\" not found in file \
             \"/var/lib/kubelet/pods/{}/volumes/kubernetes.io~empty-dir/{name}/{path}\"",
            pod.metadata.uid
        ))
    }

    /// A value that the pod itself knows.
    fn own_value(
        &self,
        pod: &Pod,
        container: &Container,
        source: &EnvVarSource,
        pod_ip: &str,
    ) -> Result<String, String> {
        let mut status = (*pod.status).clone();
        status.host_ip = self.config().ip.to_string().into();
        status.pod_ip = pod_ip.into();
        let view = SelfView {
            pod,
            status: &status,
            allocatable: &self.config().capacity,
        };
        if let Some(selector) = &source.field_ref {
            return field(&view, selector)
                .ok_or_else(|| format!("unsupported fieldPath: {}", selector.field_path));
        }
        if let Some(selector) = &source.resource_field_ref {
            let of = resource_container(pod, selector, Some(container))?;
            return resource(&view, of, selector);
        }
        Ok(String::new())
    }
}

/// What is said of a config map or secret that cannot be had; nothing if it may be missing and is.
pub(crate) fn missing(
    kind: &str,
    name: &str,
    error: &Status,
    optional: Option<bool>,
) -> Result<(), String> {
    if error.code != 404 {
        return Err(error.message.to_string());
    }
    if optional == Some(true) {
        return Ok(());
    }
    Err(format!("{kind} \"{name}\" not found"))
}

fn text_data(data: &Map<Str, Str>) -> Vec<(String, String)> {
    data.iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect()
}

fn secret_data(data: &Map<Str, apimachinery::Bytes>) -> Vec<(String, String)> {
    data.iter()
        .map(|(key, value)| (key.to_string(), String::from_utf8_lossy(value).into_owned()))
        .collect()
}

/// Any printable ASCII character but `=` may be part of a variable's name.
fn is_variable_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=')
}
