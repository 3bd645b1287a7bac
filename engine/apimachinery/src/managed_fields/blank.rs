//! Addresses in the names of list elements: what the writes to many pods differ in, and nothing else.
//!
//! `status.podIPs` is a list by `ip`, so every pod has a path of its own, `f:podIPs.k:{"ip":"10.244.0.7"}`. With a blank in
//! place of the address the kubelets' writes are alike, and the texts of their entries share all but the address.

use crate::meta::v1::ManagedFieldsEntry;
use crate::{Shared, Str};

/// Stands for the address in a digest.
pub(super) const BLANK: u64 = 0x6970;
/// The key that is left blank.
const KEY: &str = "ip";
/// What is around the address in the text of an entry.
const BEFORE: &str = r#"k:{\"ip\":\""#;
const AFTER: &str = r#"\"}"#;

/// What was left blank in a digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Blank {
    /// Nothing so far.
    #[default]
    Unfilled,
    /// This address, wherever it was met.
    Filled(Str),
    /// There were several addresses: the digest says nothing.
    Spoilt,
    /// Nothing is to be left blank.
    Forbidden,
}

impl Blank {
    /// Whether a key of this name and value is to be left blank.
    pub(super) fn takes(&mut self, name: &str, value: &str) -> bool {
        if name != KEY || *self == Self::Forbidden || !is_address(value) {
            return false;
        }
        match self {
            Self::Unfilled => *self = Self::Filled(value.into()),
            Self::Filled(known) if *known != *value => *self = Self::Spoilt,
            _ => {}
        }
        true
    }
}

/// Nothing else has a place in a blank: these need no escapes in JSON.
fn is_address(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'))
}

/// Whether an address is written out in the text of an entry.
pub(super) fn is_written_out(entry: &ManagedFieldsEntry) -> bool {
    let text = entry.fields_v1.as_ref();
    text.is_some_and(|text| text.filling().is_none() && text.as_json().contains(BEFORE))
}

/// Leaves the address blank in the texts of the entries; false if they have others, too.
pub(super) fn leave_blank(entries: &mut [Shared<ManagedFieldsEntry>], address: &Str) -> bool {
    for entry in entries.iter_mut() {
        if !is_written_out(entry) {
            continue;
        }
        let text = entry.fields_v1.as_ref();
        let Some(text) = text.and_then(|text| text.with_blanks(BEFORE, address, AFTER)) else {
            return false;
        };
        entry.fields_v1 = Some(text);
    }
    true
}
