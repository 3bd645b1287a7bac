//! Arguments such as `pods web tier=front old-`: what is meant, then what changes about it.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::fail;

/// Changes to labels, annotations or taints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Set to these values.
    pub set: BTreeMap<String, String>,
    /// Removed.
    pub remove: Vec<String>,
}

/// Splits arguments into resources and changes; changes come last.
pub fn split(args: &[String], what: &str) -> Result<(Vec<String>, Vec<String>), Error> {
    let (mut resources, mut changes) = (Vec::new(), Vec::new());
    for arg in args {
        let is_change =
            (arg.contains('=') && !arg.starts_with('=')) || (arg.ends_with('-') && arg != "-");
        match (is_change, changes.is_empty()) {
            (true, _) => changes.push(arg.clone()),
            (false, true) => resources.push(arg.clone()),
            (false, false) => {
                return Err(fail!(
                    "all resources must be specified before {what} changes: {arg}"
                ));
            }
        }
    }
    Ok((resources, changes))
}

/// Reads `key=value` and `key-`.
pub fn parse(pairs: &[String], what: &str) -> Result<Changes, Error> {
    let mut changes = Changes::default();
    let mut invalid = Vec::new();
    for pair in pairs {
        match pair.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                changes.set.insert(key.to_owned(), value.to_owned());
            }
            _ => match pair.strip_suffix('-').filter(|key| !key.is_empty()) {
                Some(key) => changes.remove.push(key.to_owned()),
                None => invalid.push(pair.as_str()),
            },
        }
    }
    if !invalid.is_empty() {
        return Err(fail!("invalid {what} format: {}", invalid.join(", ")));
    }
    Ok(changes)
}
