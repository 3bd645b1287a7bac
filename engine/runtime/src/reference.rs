//! Image references as people write them and as registries know them.
//!
//! `nginx` means `docker.io/library/nginx:latest`. The grammar is that of the distribution project: an optional
//! registry host, a path of lower-case components, an optional tag, an optional digest.

use std::fmt;

/// The registry that a reference without a host means.
const DEFAULT_DOMAIN: &str = "docker.io";
/// The part of it where official images live.
const OFFICIAL: &str = "library/";

/// A normalised image reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The registry host, with its port if it has one.
    pub domain: String,
    /// The repository below it, such as `library/nginx`.
    pub path: String,
    /// The tag; `None` only when there is a digest.
    pub tag: Option<String>,
    /// The digest, such as `sha256:…`.
    pub digest: Option<String>,
}

/// Why a text is no image reference; its text is the one the kubelet reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceError {
    /// It does not have the form of one.
    InvalidFormat,
    /// Its repository has upper-case letters.
    Uppercase,
    /// Its name is longer than registries allow.
    TooLong,
    /// It is nothing but an image id.
    OnlyAnId,
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidFormat => "invalid reference format",
            Self::Uppercase => {
                "invalid reference format: repository name (library) must be lowercase"
            }
            Self::TooLong => {
                "invalid reference format: repository name must not be more than 255 characters"
            }
            Self::OnlyAnId => "invalid repository name, cannot specify 64-byte hexadecimal strings",
        })
    }
}

impl std::error::Error for ReferenceError {}

impl Reference {
    /// Reads and normalises a reference.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.len() == 64 && text.bytes().all(is_lower_hex) {
            return Err(ReferenceError::OnlyAnId);
        }
        let (domain, rest) = split_domain(text);
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (rest, None),
        };
        let (path, tag) = match rest.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (rest, None),
        };
        if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(ReferenceError::Uppercase);
        }
        let well_formed = is_domain(domain)
            && path.split('/').all(is_path_component)
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        if !well_formed {
            return Err(ReferenceError::InvalidFormat);
        }
        let official = domain == DEFAULT_DOMAIN && !path.contains('/');
        let path = format!("{}{path}", if official { OFFICIAL } else { "" });
        if domain.len() + 1 + path.len() > 255 {
            return Err(ReferenceError::TooLong);
        }
        let tag = match (tag, digest) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some("latest"),
            (None, Some(_)) => None,
        };
        Ok(Self {
            domain: domain.to_owned(),
            path,
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// The repository with its host, such as `docker.io/library/nginx`.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.domain, self.path)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.domain, self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// A first component is a host when it looks like one: a dot, a port, `localhost`, or upper-case letters.
fn split_domain(text: &str) -> (&str, &str) {
    let host = text.split_once('/').filter(|(first, _)| {
        first.contains(['.', ':'])
            || *first == "localhost"
            || first.bytes().any(|byte| byte.is_ascii_uppercase())
    });
    match host {
        Some(("index.docker.io", rest)) => (DEFAULT_DOMAIN, rest),
        Some((domain, rest)) => (domain, rest),
        None => (DEFAULT_DOMAIN, text),
    }
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn is_domain(domain: &str) -> bool {
    let (name, port) = match domain.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (domain, None),
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.split('.').all(label)
        && port
            .is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Lower-case letters and digits, joined by a dot, one or two underscores, or any number of dashes.
fn is_path_component(component: &str) -> bool {
    let mut separator = String::new();
    let mut last_alphanumeric = false;
    for c in component.chars() {
        match c {
            'a'..='z' | '0'..='9' => {
                let joined = matches!(separator.as_str(), "" | "." | "_" | "__")
                    || separator.bytes().all(|byte| byte == b'-');
                if !joined {
                    return false;
                }
                separator.clear();
                last_alphanumeric = true;
            }
            '.' | '_' | '-' if last_alphanumeric || !separator.is_empty() => {
                separator.push(c);
                last_alphanumeric = false;
            }
            _ => return false,
        }
    }
    last_alphanumeric
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 128
        && !tag.starts_with(['.', '-'])
        && !tag.is_empty()
        && tag
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    digest
        .strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(is_lower_hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_as_registries_do() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, normalised) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1.27", "docker.io/library/nginx:1.27"),
            ("polinux/stress", "docker.io/polinux/stress:latest"),
            ("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"),
            ("localhost:5000/a/b:1", "localhost:5000/a/b:1"),
            (
                "index.docker.io/library/redis",
                "docker.io/library/redis:latest",
            ),
            ("docker.io/redis:6.0.5", "docker.io/library/redis:6.0.5"),
            ("a--b__c.d", "docker.io/library/a--b__c.d:latest"),
        ] {
            let parsed = Reference::parse(text).expect(text);
            assert_eq!(parsed.to_string(), normalised);
        }
        let parsed = Reference::parse(&format!("nginx@{digest}")).expect("a digest");
        assert_eq!(
            parsed.to_string(),
            format!("docker.io/library/nginx@{digest}")
        );
    }

    #[test]
    fn refuses_what_registries_refuse() {
        for text in [
            "",
            "nginx:1.0:2",
            "a___b",
            "-a",
            "a-",
            "a..b",
            "nginx:",
            "nginx:-x",
            "nginx@sha256:12",
            "<your-private-image>",
            "gcr.io/<project>/job",
            "a b",
            "a//b",
            "host:x/a",
        ] {
            assert!(Reference::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(
            Reference::parse("library/Nginx"),
            Err(ReferenceError::Uppercase)
        );
        assert_eq!(
            Reference::parse(&"0".repeat(64)),
            Err(ReferenceError::OnlyAnId)
        );
    }
}
