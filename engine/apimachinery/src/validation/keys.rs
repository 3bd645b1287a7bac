//! Label keys and values, environment variables, config keys, port names.

use ecow::eco_format;

use super::{
    Complaints, DNS1123_SUBDOMAIN_MAX_LENGTH, empty_error, framed, is_dns1123_subdomain,
    max_len_error, regex_error,
};
use crate::Str;

const KEY: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const KEY_MESSAGE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const KEY_EXAMPLES: &[&str] = &["MyName", "my.name", "123-abc"];
const LABEL_MAX: usize = 63;

fn name_char(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
}

fn name(text: &str) -> bool {
    framed(text, |b| b.is_ascii_alphanumeric(), name_char)
}

/// These two rules count in bytes and say so; the others say characters.
fn max_bytes_error(length: usize) -> Str {
    eco_format!("must be no more than {length} bytes")
}

/// A label or annotation key: a name with an optional DNS prefix.
pub fn is_qualified_name(value: &str) -> Complaints {
    let mut complaints = Complaints::new();
    let parts: Vec<&str> = value.split('/').collect();
    let last = match parts[..] {
        [last] => last,
        [prefix, last] => {
            if prefix.is_empty() {
                complaints.push(eco_format!("prefix part {}", empty_error()));
            } else {
                complaints.extend(
                    is_dns1123_subdomain(prefix)
                        .iter()
                        .map(|text| eco_format!("prefix part {text}")),
                );
            }
            last
        }
        _ => {
            return vec![eco_format!(
                "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                regex_error(KEY_MESSAGE, KEY, KEY_EXAMPLES)
            )];
        }
    };
    if last.is_empty() {
        complaints.push(eco_format!("name part {}", empty_error()));
    } else if last.len() > LABEL_MAX {
        complaints.push(eco_format!("name part {}", max_bytes_error(LABEL_MAX)));
    }
    if !name(last) {
        complaints.push(eco_format!(
            "name part {}",
            regex_error(KEY_MESSAGE, KEY, KEY_EXAMPLES)
        ));
    }
    complaints
}

/// A label's value.
pub fn is_label_value(value: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if value.len() > LABEL_MAX {
        complaints.push(max_bytes_error(LABEL_MAX));
    }
    if !value.is_empty() && !name(value) {
        complaints.push(regex_error(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
            "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
            &["MyValue", "my_value", "12345"],
        ));
    }
    complaints
}

/// A C identifier.
pub fn is_c_identifier(value: &str) -> Complaints {
    let bytes = value.as_bytes();
    let fits = bytes
        .first()
        .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    if fits {
        return Complaints::new();
    }
    vec![regex_error(
        "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
        "[A-Za-z_][A-Za-z0-9_]*",
        &["my_name", "MY_NAME", "MyName"],
    )]
}

/// The name of an environment variable, by the strict rule.
pub fn is_env_var_name(value: &str) -> Complaints {
    let bytes = value.as_bytes();
    let mut complaints = Complaints::new();
    if bytes.is_empty() || bytes[0].is_ascii_digit() || !bytes.iter().all(|b| name_char(*b)) {
        complaints.push(regex_error(
            "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
            "[-._a-zA-Z][-._a-zA-Z0-9]*",
            &["my.env-name", "MY_ENV.NAME", "MyEnvName1"],
        ));
    }
    complaints.extend(chdir_prefix(value));
    complaints
}

/// The name of an environment variable, by the relaxed rule (the default since v1.34).
pub fn is_relaxed_env_var_name(value: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if value.is_empty() {
        complaints.push(eco_format!("environment variable name {}", empty_error()));
    }
    if !value
        .bytes()
        .all(|b| (0x20..0x7f).contains(&b) && b != b'=')
    {
        complaints.push("a valid environment variable name must consist only of printable ASCII characters other than '='".into());
    }
    complaints
}

/// A key of a config map or secret.
pub fn is_config_map_key(value: &str) -> Complaints {
    let mut complaints = Complaints::new();
    if value.len() > DNS1123_SUBDOMAIN_MAX_LENGTH {
        complaints.push(max_len_error(DNS1123_SUBDOMAIN_MAX_LENGTH));
    }
    if value.is_empty() || !value.bytes().all(name_char) {
        complaints.push(regex_error(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            "[-._a-zA-Z0-9]+",
            &["key.name", "KEY_NAME", "key-name"],
        ));
    }
    complaints.extend(chdir_prefix(value));
    complaints
}

fn chdir_prefix(value: &str) -> Option<Str> {
    match value {
        "." => Some("must not be '.'".into()),
        ".." => Some("must not be '..'".into()),
        _ if value.starts_with("..") => Some("must not start with '..'".into()),
        _ => None,
    }
}

/// The name of a container port.
pub fn is_valid_port_name(port: &str) -> Complaints {
    let mut complaints = Complaints::new();
    let bytes = port.as_bytes();
    if bytes.len() > 15 {
        complaints.push(max_len_error(15));
    }
    if bytes.is_empty()
        || !bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
    {
        complaints
            .push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".into());
    }
    if !bytes.iter().any(u8::is_ascii_lowercase) {
        complaints.push("must contain at least one letter (a-z)".into());
    }
    if port.contains("--") {
        complaints.push("must not contain consecutive hyphens".into());
    }
    if port.starts_with('-') || port.ends_with('-') {
        complaints.push("must not begin or end with a hyphen".into());
    }
    complaints
}

/// A percentage, such as `25%`.
pub fn is_valid_percent(value: &str) -> Complaints {
    match value.strip_suffix('%') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Complaints::new()
        }
        _ => vec![regex_error(
            "a valid percent string must be a numeric string followed by an ending '%'",
            "[0-9]+%",
            &["1%", "93%"],
        )],
    }
}

/// The name of an HTTP header.
pub fn is_http_header_name(value: &str) -> Complaints {
    if !value.is_empty()
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return Complaints::new();
    }
    vec![regex_error(
        "a valid HTTP header must consist of alphanumeric characters or '-'",
        "[-A-Za-z0-9]+",
        &["X-Header-Name"],
    )]
}
