//! Why a cluster cannot be used, in words.

use std::error::Error;
use std::fmt;

use anyhow::anyhow;

/// What the server says when it does not do what it is asked.
#[derive(Debug)]
pub(super) struct Refused {
    /// As in HTTP.
    pub(super) code: u16,
    message: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Refused {}

/// What a part of an error's text means, for somebody with a kubeconfig in hand.
const MEANINGS: [(&str, &str); 13] = [
    (
        "UnknownIssuer",
        "its certificate is not signed by whom the kubeconfig trusts (certificate-authority)",
    ),
    (
        "BadSignature",
        "its certificate is not signed by whom the kubeconfig trusts (certificate-authority)",
    ),
    (
        "not valid for name",
        "its certificate is for another name: use a name that is in it, or say tls-server-name in the kubeconfig",
    ),
    (
        "NotValidForName",
        "its certificate is for another name: use a name that is in it, or say tls-server-name in the kubeconfig",
    ),
    ("Expired", "its certificate has expired"),
    (
        "CertificateRequired",
        "it wants a client certificate, and the kubeconfig's user has none (client-certificate, client-key)",
    ),
    (
        "UnknownCA",
        "it does not trust the client certificate of the kubeconfig's user",
    ),
    (
        "BadCertificate",
        "it does not accept the client certificate of the kubeconfig's user",
    ),
    (
        "DecryptError",
        "it does not accept the client certificate of the kubeconfig's user",
    ),
    (
        "InvalidContentType",
        "it does not speak TLS there: is its address http://, or another port?",
    ),
    ("onnection refused", "nobody listens there"),
    ("failed to lookup", "nobody knows a machine of that name"),
    (
        "auth exec",
        "the program that the kubeconfig names for logging in (exec) did not help",
    ),
];

/// An error of the client in words.
pub(super) fn explain(error: kube::Error) -> anyhow::Error {
    match error {
        kube::Error::Api(status) => Refused {
            code: status.code,
            message: status.message.clone(),
        }
        .into(),
        other => in_words(&other),
    }
}

/// The same for any error.
pub(super) fn in_words(error: &(dyn Error + 'static)) -> anyhow::Error {
    let said = chain(error);
    let mut meanings = MEANINGS.iter();
    match meanings.find(|(part, _)| said.contains(part)) {
        Some((_, meaning)) => anyhow!("{meaning} ({said})"),
        None => anyhow!("{said}"),
    }
}

/// What an error and its causes say, without what is said twice.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !said.contains(&text) {
            said.push_str(": ");
            said.push_str(&text);
        }
        next = cause.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_is_left_out_and_known_parts_are_explained() {
        let inner = std::io::Error::other("invalid peer certificate: UnknownIssuer");
        let outer = std::io::Error::other(inner);
        assert_eq!(
            in_words(&outer).to_string(),
            "its certificate is not signed by whom the kubeconfig trusts (certificate-authority) \
             (invalid peer certificate: UnknownIssuer)"
        );
        let plain = std::io::Error::other("something else");
        assert_eq!(in_words(&plain).to_string(), "something else");
    }
}
