//! Volumes whose files come from the API: config maps, secrets, the pod itself, tokens.

use std::collections::BTreeMap;

use api::core::v1::{
    DownwardAPIVolumeFile, KeyToPath, Pod, ServiceAccountTokenProjection, VolumeProjection,
};
use apimachinery::Str;
use os::Fs;

use super::payload::{self, Content, Payload, Payloads};
use super::tokens::LIFETIME;
use crate::environment::{SelfView, field, missing, resource, resource_container};
use crate::kubelet::Kubelet;

/// The mode of files for which none is said.
const DEFAULT_MODE: u16 = 0o644;

/// A mode as the API has it.
pub(super) fn mode(mode: Option<i32>) -> u16 {
    mode.and_then(|mode| u16::try_from(mode).ok())
        .unwrap_or(DEFAULT_MODE)
}

/// Chooses files among the keys of a config map or secret: all, or those named.
fn choose(
    data: BTreeMap<String, Vec<u8>>,
    items: &[KeyToPath],
    default_mode: u16,
    kind: &str,
    optional: bool,
) -> Result<Payloads, String> {
    let mut payloads = Payloads::new();
    if items.is_empty() {
        for (key, content) in data {
            let mode = default_mode;
            let content = content.into();
            payloads.insert(key, Payload { content, mode });
        }
        return Ok(payloads);
    }
    for item in items {
        match data.get(item.key.as_str()) {
            Some(content) => {
                let payload = Payload {
                    content: content.as_slice().into(),
                    mode: item.mode.map_or(default_mode, |m| mode(Some(m))),
                };
                payloads.insert(item.path.to_string(), payload);
            }
            None if optional => {}
            None => {
                return Err(format!("references non-existent {kind} key: {}", item.key));
            }
        }
    }
    Ok(payloads)
}

impl Kubelet {
    pub(super) fn config_map_files(
        &self,
        pod: &Pod,
        name: &str,
        items: &[KeyToPath],
        default_mode: u16,
        optional: Option<bool>,
    ) -> Result<Payloads, String> {
        let data = match self.config_map(&pod.metadata.namespace, name) {
            Ok(map) => {
                let text = map.data.iter().map(|(k, v)| (k, v.as_bytes().to_vec()));
                let binary = map.binary_data.iter().map(|(k, v)| (k, v.to_vec()));
                text.chain(binary)
                    .map(|(k, v)| (k.to_string(), v))
                    .collect()
            }
            Err(error) => {
                missing("configmap", name, &error, optional)?;
                BTreeMap::new()
            }
        };
        choose(data, items, default_mode, "config", optional == Some(true))
    }

    pub(super) fn secret_files(
        &self,
        pod: &Pod,
        name: &str,
        items: &[KeyToPath],
        default_mode: u16,
        optional: Option<bool>,
    ) -> Result<Payloads, String> {
        let data = match self.secret(&pod.metadata.namespace, name) {
            Ok(secret) => secret
                .data
                .iter()
                .map(|(k, v)| (k.to_string(), v.to_vec()))
                .collect(),
            Err(error) => {
                missing("secret", name, &error, optional)?;
                BTreeMap::new()
            }
        };
        choose(data, items, default_mode, "secret", optional == Some(true))
    }

    pub(super) fn downward_files(
        &self,
        pod: &Pod,
        items: &[DownwardAPIVolumeFile],
        default_mode: u16,
    ) -> Result<Payloads, String> {
        let status = self.last_status(&pod.metadata.uid);
        let view = SelfView {
            pod,
            status: status.as_deref().unwrap_or(&pod.status),
            allocatable: &self.config().capacity,
        };
        let mut payloads = Payloads::new();
        for item in items {
            let value = if let Some(selector) = &item.field_ref {
                field(&view, selector)
                    .ok_or_else(|| format!("unsupported fieldPath: {}", selector.field_path))?
            } else if let Some(selector) = &item.resource_field_ref {
                let container = resource_container(pod, selector, None)?;
                resource(&view, container, selector)?
            } else {
                continue;
            };
            let payload = Payload {
                content: value.into_bytes().into(),
                mode: item.mode.map_or(default_mode, |m| mode(Some(m))),
            };
            payloads.insert(item.path.to_string(), payload);
        }
        Ok(payloads)
    }

    fn token_file(
        &self,
        pod: &Pod,
        source: &ServiceAccountTokenProjection,
        keep: Option<&Fs>,
    ) -> Result<(Str, Payload), String> {
        if let Some(old) = keep.and_then(|fs| payload::read(fs, &source.path)) {
            let payload = Payload {
                content: old.into(),
                mode: DEFAULT_MODE,
            };
            return Ok((source.path.clone(), payload));
        }
        let lifetime = source.expiration_seconds.unwrap_or(LIFETIME);
        let token = self
            .api()
            .token(pod, &source.audience, lifetime)
            .map_err(|error| format!("failed to fetch token: {}", error.message))?;
        let payload = Payload {
            content: Content::Made(token),
            mode: DEFAULT_MODE,
        };
        Ok((source.path.clone(), payload))
    }

    /// The files of a projected volume. `keep`: where there are tokens already.
    pub(super) fn projected_files(
        &self,
        pod: &Pod,
        sources: &[VolumeProjection],
        default_mode: u16,
        keep: Option<&Fs>,
    ) -> Result<Payloads, String> {
        let mut all = Payloads::new();
        for source in sources {
            let files = if let Some(from) = &source.config_map {
                self.config_map_files(pod, &from.name, &from.items, default_mode, from.optional)?
            } else if let Some(from) = &source.secret {
                self.secret_files(pod, &from.name, &from.items, default_mode, from.optional)?
            } else if let Some(from) = &source.downward_api {
                self.downward_files(pod, &from.items, default_mode)?
            } else if let Some(from) = &source.service_account_token {
                let (path, payload) = self.token_file(pod, from, keep)?;
                all.insert(path.to_string(), payload);
                continue;
            } else {
                return Err("this kind of projection is not supported".to_owned());
            };
            all.extend(files);
        }
        Ok(all)
    }
}
