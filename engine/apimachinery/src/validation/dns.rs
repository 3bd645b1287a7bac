//! DNS names.

use super::{
    Complaints, DNS_LABEL_MAX_LENGTH, DNS1123_SUBDOMAIN_MAX_LENGTH, framed, max_len_error,
    regex_error,
};

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN: &str = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const UNDERSCORE: &str = r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*";
const LABEL_1035: &str = "[a-z]([-a-z0-9]*[a-z0-9])?";

fn lower(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

fn label(text: &str) -> bool {
    framed(text, lower, |b| lower(b) || b == b'-')
}

fn subdomain(text: &str) -> bool {
    text.split('.').all(label)
}

fn check(
    value: &str,
    max: usize,
    fits: bool,
    message: &str,
    expression: &str,
    examples: &[&str],
) -> Complaints {
    let mut complaints = Complaints::new();
    if value.len() > max {
        complaints.push(max_len_error(max));
    }
    if !fits {
        complaints.push(regex_error(message, expression, examples));
    }
    complaints
}

/// A DNS-1123 label, such as a namespace's name.
pub fn is_dns1123_label(value: &str) -> Complaints {
    let mut complaints = check(
        value,
        DNS_LABEL_MAX_LENGTH,
        label(value),
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        LABEL,
        &["my-name", "123-abc"],
    );
    if !label(value) && subdomain(value) {
        complaints.pop();
        complaints.push("must not contain dots".into());
    }
    complaints
}

/// A DNS-1123 subdomain, such as most objects' names.
pub fn is_dns1123_subdomain(value: &str) -> Complaints {
    check(
        value,
        DNS1123_SUBDOMAIN_MAX_LENGTH,
        subdomain(value),
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        SUBDOMAIN,
        &["example.com"],
    )
}

/// A DNS-1123 subdomain in either case.
pub fn is_dns1123_subdomain_caseless(value: &str) -> Complaints {
    check(
        value,
        DNS1123_SUBDOMAIN_MAX_LENGTH,
        subdomain(&value.to_ascii_lowercase()),
        "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        SUBDOMAIN,
        &["Example.com"],
    )
}

/// A DNS-1123 subdomain whose labels may hold underscores, as search domains do.
pub fn is_dns1123_subdomain_with_underscore(value: &str) -> Complaints {
    let part = |part: &str| {
        let rest = part.strip_prefix('_').unwrap_or(part);
        framed(rest, lower, |b| lower(b) || b == b'-' || b == b'_')
    };
    check(
        value,
        DNS1123_SUBDOMAIN_MAX_LENGTH,
        value.split('.').all(part),
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        UNDERSCORE,
        &["example.com"],
    )
}

/// A DNS-1035 label, such as a service's name.
pub fn is_dns1035_label(value: &str) -> Complaints {
    check(
        value,
        DNS_LABEL_MAX_LENGTH,
        label(value) && value.starts_with(|c: char| c.is_ascii_lowercase()),
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        LABEL_1035,
        &["my-name", "abc-123"],
    )
}

/// A wildcard subdomain, such as `*.example.com`.
pub fn is_wildcard_dns1123_subdomain(value: &str) -> Complaints {
    check(
        value,
        DNS1123_SUBDOMAIN_MAX_LENGTH,
        value.strip_prefix("*.").is_some_and(subdomain),
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        &["\\*\\.", SUBDOMAIN].concat(),
        &["*.example.com"],
    )
}

/// What upstream checks in place of a `generateName`: its last two characters replaced when it ends in a dash.
pub fn mask_trailing_dash(name: &str) -> String {
    match name.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => {
            let mut masked: String = rest.to_owned();
            masked.pop();
            masked + "a"
        }
        _ => name.to_owned(),
    }
}
