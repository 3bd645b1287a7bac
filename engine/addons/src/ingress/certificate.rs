//! Certificates of hosts: those in the secrets that Ingresses name under `tls`, else the controller's own, which it makes up.
//!
//! Of a certificate (PEM, X.509) only names and times are read; whether its signature is right nobody asks.

use network::http::tls::Certificate;

const FAKE: &str = "O=Acme Co; CN=Kubernetes Ingress Controller Fake Certificate";
const YEAR: i64 = 365 * 24 * 3600;

/// What the controller shows where no secret serves.
pub(super) fn fake(now: i64) -> Certificate {
    Certificate {
        subject: FAKE.to_owned(),
        issuer: FAKE.to_owned(),
        names: vec!["ingress.local".to_owned()],
        valid: (now, now + YEAR),
        text: FAKE.to_owned(),
    }
}

/// The first certificate of a PEM text.
pub(super) fn read(pem: &str) -> Option<Certificate> {
    let read = pki::Certificate::from_pem(pem)?;
    let mut names: Vec<String> = read.names().dns().collect();
    if names.is_empty() {
        names.extend(read.subject.all("CN").next().map(str::to_owned));
    }
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    Some(Certificate {
        subject: name(&read.subject),
        issuer: name(&read.issuer),
        names,
        valid: read.valid,
        text: body.split_whitespace().collect(),
    })
}

/// A name as `O=…; CN=…`.
fn name(name: &pki::Name) -> String {
    let parts = name.parts().map(|(kind, value)| format!("{kind}={value}"));
    parts.collect::<Vec<_>>().join("; ")
}
