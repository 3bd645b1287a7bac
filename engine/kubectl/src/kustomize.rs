//! Kustomizations.

use crate::error::Error;
use crate::host::Host;

/// Builds a kustomization; the result is a stream of YAML documents.
pub fn build(_host: &dyn Host, folder: &str) -> Result<String, Error> {
    Err(crate::fail!(
        "kustomizations are not supported here yet: {folder}"
    ))
}
