//! Names of container images: whether one is well-formed (the grammar of the `distribution/reference` package).
//!
//! What a name means, and whether such an image exists, is the business of the container runtime.

/// Whether a text is `[domain/]path[:tag][@digest]`.
pub fn is_reference(text: &str) -> bool {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    // A colon after the last slash starts the tag; one before it is a port's.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    is_name(name) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

fn is_name(name: &str) -> bool {
    let mut parts: Vec<&str> = name.split('/').collect();
    if parts.len() > 1 && !is_component(parts[0]) {
        if !is_domain(parts[0]) {
            return false;
        }
        parts.remove(0);
    }
    parts.into_iter().all(is_component)
}

/// Letters and digits in lower case, with `.`, `_`, `__` or any number of dashes between.
fn is_component(part: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !part.starts_with(alphanumeric) || !part.ends_with(alphanumeric) {
        return false;
    }
    part.split(alphanumeric).all(|between| {
        matches!(between, "" | "." | "_" | "__") || between.chars().all(|c| c == '-')
    })
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (domain, None),
    };
    if port.is_some_and(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    if let Some(address) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return !address.is_empty() && address.chars().all(|c| c.is_ascii_hexdigit() || c == ':');
    }
    host.split('.').all(|label| {
        label.starts_with(|c: char| c.is_ascii_alphanumeric())
            && label.ends_with(|c: char| c.is_ascii_alphanumeric())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    })
}

fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.len() <= 128
        && tag.starts_with(word)
        && tag.chars().all(|c| word(c) || matches!(c, '.' | '-'))
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else {
        return false;
    };
    algorithm.split(['-', '_', '+', '.']).all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric())
    }) && hex.len() >= 32
        && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_and_ill_formed() {
        let digest = "a".repeat(64);
        for good in [
            "nginx",
            "nginx:1.25",
            "library/nginx",
            "registry.k8s.io/e2e-test-images/agnhost:2.43",
            "localhost:5000/a/b_c:x",
            "Example.com/app",
            "a__b--c.d",
            &format!("nginx@sha256:{digest}"),
        ] {
            assert!(is_reference(good), "{good}");
        }
        for bad in [
            "",
            "NGINX",
            "nginx:",
            "nginx latest",
            "a//b",
            "-a",
            "a:b:c",
            "nginx@sha256:12",
            "_a",
            "a___b",
        ] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
