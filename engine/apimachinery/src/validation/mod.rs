//! Rules for names, labels, ports and the like, with upstream's texts (`util/validation` and `api/validate/content`).
//!
//! Each check returns the list of complaints, empty when the value is fine. The regular expressions are printed but not
//! run: hand-written matchers are smaller.

mod dns;
mod keys;

use ecow::eco_format;

use crate::Str;

pub use dns::{
    is_dns1035_label, is_dns1123_label, is_dns1123_subdomain, is_dns1123_subdomain_caseless,
    is_dns1123_subdomain_with_underscore, is_wildcard_dns1123_subdomain, mask_trailing_dash,
};
pub use keys::{
    is_c_identifier, is_config_map_key, is_env_var_name, is_http_header_name, is_label_value,
    is_qualified_name, is_relaxed_env_var_name, is_valid_percent, is_valid_port_name,
};

/// Complaints about one value.
pub type Complaints = Vec<Str>;

/// Names of at most this many characters are DNS-1123 subdomains.
pub const DNS1123_SUBDOMAIN_MAX_LENGTH: usize = 253;
/// Names of at most this many characters are DNS labels.
pub const DNS_LABEL_MAX_LENGTH: usize = 63;

/// `must be no more than N characters`
pub fn max_len_error(length: usize) -> Str {
    eco_format!("must be no more than {length} characters")
}

/// The text of a value that a regular expression refuses.
pub fn regex_error(message: &str, expression: &str, examples: &[&str]) -> Str {
    if examples.is_empty() {
        return eco_format!("{message} (regex used for validation is '{expression}')");
    }
    let quoted: Vec<String> = examples
        .iter()
        .map(|example| format!("'{example}', "))
        .collect();
    eco_format!(
        "{message} (e.g. {}regex used for validation is '{expression}')",
        quoted.join(" or ")
    )
}

/// `must be between LOW and HIGH, inclusive`
pub fn inclusive_range_error(low: i64, high: i64) -> Str {
    eco_format!("must be between {low} and {high}, inclusive")
}

/// `must be non-empty`
pub fn empty_error() -> Str {
    "must be non-empty".into()
}

/// Whether a number is a port.
pub fn is_valid_port_num(port: i64) -> Complaints {
    is_in_range(port, 1, 65535)
}

/// Whether a number lies in a range.
pub fn is_in_range(value: i64, low: i64, high: i64) -> Complaints {
    if (low..=high).contains(&value) {
        Vec::new()
    } else {
        vec![inclusive_range_error(low, high)]
    }
}

/// Whether a number is a user or group ID.
pub fn is_valid_user_id(id: i64) -> Complaints {
    is_in_range(id, 0, i64::from(i32::MAX))
}

/// Text that makes `matcher` hold for its first and last byte, and `inner` for those between.
fn framed(text: &str, edge: fn(u8) -> bool, inner: fn(u8) -> bool) -> bool {
    match text.as_bytes() {
        [] => false,
        [only] => edge(*only),
        [first, middle @ .., last] => {
            edge(*first) && edge(*last) && middle.iter().all(|b| inner(*b))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert!(is_dns1123_label("web-1").is_empty());
        assert_eq!(is_dns1123_label("web.1"), ["must not contain dots"]);
        assert_eq!(
            is_dns1123_label("C_1"),
            [
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            ]
        );
        assert!(is_dns1123_subdomain("a.b-c.d").is_empty());
        assert_eq!(is_dns1123_subdomain("a..b").len(), 1);
        assert_eq!(
            is_dns1123_subdomain(&"a".repeat(254)),
            ["must be no more than 253 characters"]
        );
        assert!(is_dns1035_label("a-1").is_empty());
        assert_eq!(is_dns1035_label("1a").len(), 1);
        assert!(is_wildcard_dns1123_subdomain("*.example.com").is_empty());
        assert_eq!(mask_trailing_dash("web-"), "wea");
    }

    #[test]
    fn label_texts() {
        assert!(is_qualified_name("example.com/My_Name.1").is_empty());
        assert_eq!(is_qualified_name("/x"), ["prefix part must be non-empty"]);
        assert_eq!(
            is_qualified_name(&"x".repeat(64)),
            ["name part must be no more than 63 bytes"]
        );
        assert_eq!(
            is_qualified_name("bad key!"),
            [
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
            ]
        );
        assert!(is_label_value("").is_empty());
        assert_eq!(is_label_value("my web").len(), 1);
    }

    #[test]
    fn ports() {
        assert_eq!(
            is_valid_port_num(80000),
            ["must be between 1 and 65535, inclusive"]
        );
        assert_eq!(
            is_valid_port_name("a-very-long-port-name"),
            ["must be no more than 15 characters"]
        );
        assert_eq!(
            is_valid_port_name("80"),
            ["must contain at least one letter (a-z)"]
        );
    }
}
