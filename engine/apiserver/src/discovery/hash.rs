//! `storageVersionHash`: a short name for the version in which a resource is stored, by which clients see that it has changed.

use base64::Engine as _;

/// The hash of group, version and kind.
pub(super) fn of_storage(group: &str, version: &str, kind: &str) -> String {
    let digest = apimachinery::sha256::digest(format!("{group}/{version}/{kind}").as_bytes());
    base64::engine::general_purpose::STANDARD.encode(&digest[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_real_servers_say() {
        assert_eq!(of_storage("", "v1", "Pod"), "xPOwRZ+Yhw8=");
        assert_eq!(of_storage("", "v1", "ConfigMap"), "qFsyl6wFWjQ=");
        assert_eq!(of_storage("apps", "v1", "Deployment"), "8aSe+NMegvE=");
    }
}
