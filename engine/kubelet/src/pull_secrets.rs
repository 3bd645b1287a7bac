//! What a pod shows to the registries of its images (`pkg/credentialprovider`, `pkg/kubelet/kubelet_pods.go`): the user names
//! and passwords in its `imagePullSecrets`.
//!
//! No credential plugins, and no `config.json` of the node.

use api::core::v1::{Pod, Secret};
use apimachinery::codec::json;
use apimachinery::{Bytes, Str, Value};
use runtime::{Credentials, Reference};

use crate::kubelet::Kubelet;

impl Kubelet {
    /// The credentials that fit an image, those of the longest address first.
    pub(crate) fn pull_credentials(&self, pod: &Pod, reference: &Reference) -> Vec<Credentials> {
        let image = format!("{}/{}", reference.domain, reference.path);
        let mut found = Vec::new();
        for named in &pod.spec.image_pull_secrets {
            let secret = self.api().secret(&pod.metadata.namespace, &named.name);
            let Ok(secret) = secret else { continue };
            for (address, entry) in entries(&secret) {
                let address = strip(&address);
                if fits(&address, &image)
                    && let Some(credentials) = credentials(&entry)
                {
                    found.push((address.len(), credentials));
                }
            }
        }
        found.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Says so when secrets that a pod names are not there.
    pub(crate) fn warn_of_missing_pull_secrets(&self, pod: &Pod) {
        let namespace = &pod.metadata.namespace;
        let names = pod.spec.image_pull_secrets.iter().map(|named| &named.name);
        let missing: Vec<&str> = names
            .filter(|name| self.api().secret(namespace, name).is_err())
            .map(Str::as_str)
            .collect();
        if !missing.is_empty() {
            let message = format!(
                "Unable to retrieve some image pull secrets ({}); attempting to pull the image may not succeed.",
                missing.join(", ")
            );
            self.pod_event(pod, "Warning", "FailedToRetrieveImagePullSecret", &message);
        }
    }
}

/// Addresses and what is written for them, of either form of such a secret.
fn entries(secret: &Secret) -> Vec<(String, Value)> {
    let parse = |key: &str| -> Option<Value> {
        let text = secret.data.get(key)?.as_text()?;
        json::parse(text).ok()
    };
    let auths = match secret.type_.as_str() {
        "kubernetes.io/dockerconfigjson" => {
            parse(".dockerconfigjson").and_then(|config| config.as_object()?.get("auths").cloned())
        }
        "kubernetes.io/dockercfg" => parse(".dockercfg"),
        _ => None,
    };
    let Some(Value::Object(auths)) = auths else {
        return Vec::new();
    };
    auths
        .iter()
        .map(|(address, entry)| (address.clone(), entry.clone()))
        .collect()
}

/// `https://index.docker.io/v1/` is Docker Hub; scheme and version do not matter.
fn strip(address: &str) -> String {
    let address = address
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = match host {
        "index.docker.io" | "registry-1.docker.io" => "docker.io",
        host => host,
    };
    let mut path = path.trim_end_matches('/');
    for version in ["v1", "v2"] {
        path = match path.strip_prefix(version) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest.trim_start_matches('/'),
            _ => path,
        };
    }
    if path.is_empty() {
        host.to_owned()
    } else {
        format!("{host}/{path}")
    }
}

/// Whether an address is that of an image's registry, or of a part of it. A `*` stands for a part of the host's name.
fn fits(address: &str, image: &str) -> bool {
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let (image_host, image_path) = image.split_once('/').unwrap_or((image, ""));
    let (parts, image_parts): (Vec<&str>, Vec<&str>) =
        (host.split('.').collect(), image_host.split('.').collect());
    let mut pairs = parts.iter().zip(&image_parts);
    parts.len() == image_parts.len()
        && pairs.all(|(part, image)| part == image || *part == "*")
        && image_path.starts_with(path)
}

fn credentials(entry: &Value) -> Option<Credentials> {
    let entry = entry.as_object()?;
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let auth = Bytes::from_base64(text("auth")).unwrap_or_default();
    let (mut username, mut password) = (text("username"), text("password"));
    if let Some((name, secret)) = auth.as_text().and_then(|auth| auth.split_once(':')) {
        (username, password) = (name, secret);
    }
    (!username.is_empty()).then(|| Credentials {
        username: username.to_owned(),
        password: password.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (address, image, expected) in [
            (
                "https://index.docker.io/v1/",
                "docker.io/library/nginx",
                true,
            ),
            ("registry.private.test", "registry.private.test/nginx", true),
            ("*.private.test", "registry.private.test/nginx", true),
            ("private.test", "registry.private.test/nginx", false),
            (
                "registry.private.test/team",
                "registry.private.test/nginx",
                false,
            ),
            (
                "registry.private.test/v2/team",
                "registry.private.test/team/web",
                true,
            ),
        ] {
            assert_eq!(fits(&strip(address), image), expected, "{address} {image}");
        }
    }

    #[test]
    fn names_and_passwords() {
        let read = |text: &str| credentials(&json::parse(text).expect("JSON"));
        let joined = read(r#"{"auth":"YWxpY2U6c2VjcmV0"}"#).expect("both");
        assert_eq!(
            (joined.username.as_str(), joined.password.as_str()),
            ("alice", "secret")
        );
        assert_eq!(
            read(r#"{"username":"alice","password":"secret"}"#),
            Some(joined)
        );
        assert_eq!(read("{}"), None);
    }
}
