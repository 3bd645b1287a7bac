//! Whom a client certificate stands for (`k8s.io/apiserver/pkg/authentication/request/x509`).

use apimachinery::{Bytes, Str, sha256};
use client::rest::User;

use crate::transport::Target;
use crate::util::json as j;

/// The administrator's certificate in a new kubeconfig, as base64. It is none: only its letters count, so that a
/// cluster need not verify anything before its first prompt.
pub const ADMIN: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tClZHRmlaWEp1WlhSbGN3PT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";

const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
/// `clientAuth` and `anyExtendedKeyUsage`
const CLIENT_AUTH: [&[u8]; 2] = [&[0x2b, 6, 1, 5, 5, 7, 3, 2], &[0x55, 0x1d, 37, 0]];

/// The user whose certificate a kubeconfig shows, at a time in seconds since the epoch; nothing for certificates that are worth
/// nothing.
pub fn user(target: &Target, now: i64) -> Option<User> {
    match j::text(&target.user, &["client-certificate-data"]) {
        "" => None,
        ADMIN => Some(User::admin()),
        data => subject(data, j::text(&target.user, &["client-key-data"]), now),
    }
}

/// Whom the cluster's authority vouches for.
fn subject(data: &str, key: &str, now: i64) -> Option<User> {
    let text = |data: &str| {
        let bytes = Bytes::from_base64(data).ok()?;
        String::from_utf8(bytes.to_vec()).ok()
    };
    let pem = text(data)?;
    let certificate = pki::authority::vouches_for(&pem, now)?;
    let own = pki::PrivateKey::from_pem(&text(key)?)?.public().to_der() == certificate.key;
    let name = certificate.subject.common();
    let mut usages = certificate
        .extensions
        .iter()
        .filter(|e| e.id == EXTENDED_KEY_USAGE);
    let for_clients = usages.all(|usage| {
        let list = pki::element(&usage.value).map_or(&[][..], |(list, _)| list.content);
        pki::elements(list).any(|id| CLIENT_AUTH.contains(&id.content))
    });
    if !own || !for_clients || name.is_empty() {
        return None;
    }
    let mut groups: Vec<Str> = certificate.subject.all("O").map(Str::from).collect();
    groups.push("system:authenticated".into());
    let der = pki::decode(&pem, &["CERTIFICATE"])?;
    let id = format!("X509SHA256={}", sha256::hex(&der));
    let key = Str::from("authentication.kubernetes.io/credential-id");
    Some(User {
        name: name.into(),
        groups,
        extra: [(key, vec![id.into()])].into_iter().collect(),
        ..User::default()
    })
}
