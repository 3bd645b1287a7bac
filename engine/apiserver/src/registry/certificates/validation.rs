//! What a certificate signing request must look like. Upstream's room: `pkg/apis/certificates/validation`.

use std::collections::BTreeSet;

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain};
use base64::Engine as _;

use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path};

const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];
const SIGNER_MAX: usize = 571;
const LEGACY: &str = "kubernetes.io/legacy-unknown";

pub(super) fn validate(request: &CertificateSigningRequest, errors: &mut Errors) {
    let spec = &request.spec;
    let path = Path::new("spec");
    if let Err(problem) = read_request(&spec.request) {
        let shown = base64::engine::general_purpose::STANDARD.encode(&spec.request[..]);
        errors.invalid(&path.child("request"), shown.as_str(), problem);
    }
    let usages = path.child("usages");
    if spec.usages.is_empty() {
        errors.required(&usages, "");
    }
    let mut seen = BTreeSet::new();
    for (i, usage) in spec.usages.iter().enumerate() {
        if !USAGES.contains(&usage.as_str()) {
            errors.not_supported(&usages.index(i), usage, &USAGES);
        }
        if !seen.insert(usage) {
            errors.duplicate(&usages.index(i), usage);
        }
    }
    let signer = path.child("signerName");
    if spec.signer_name == LEGACY {
        errors.invalid(
            &signer,
            &spec.signer_name,
            "the legacy signerName is not allowed via this API version",
        );
    } else {
        validate_signer(&spec.signer_name, &signer, errors);
    }
    if let Some(seconds) = spec.expiration_seconds.filter(|seconds| *seconds < 600) {
        errors.invalid(
            &path.child("expirationSeconds"),
            seconds,
            "may not specify a duration less than 600 seconds (10 minutes)",
        );
    }
}

/// `example.com/some-name`
fn validate_signer(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.is_empty() {
        errors.required(path, "");
        return;
    }
    let Some((domain, rest)) = name.split_once('/').filter(|(_, r)| !r.contains('/')) else {
        errors.invalid(
            path,
            name,
            "must be a fully qualified domain and path of the form 'example.com/signer-name'",
        );
        return;
    };
    for problem in is_dns1123_subdomain(domain) {
        let text = format!(
            "validating label {}: {problem}",
            apimachinery::gotext::quote(domain)
        );
        errors.invalid(path, name, text);
    }
    if !domain.contains('.') {
        errors.invalid(
            path,
            name,
            "should be a domain with at least two segments separated by dots",
        );
    }
    for label in rest.split('.') {
        for problem in is_dns1123_label(label) {
            let text = format!(
                "validating label {}: {problem}",
                apimachinery::gotext::quote(label)
            );
            errors.invalid(path, name, text);
        }
    }
    if name.len() > SIGNER_MAX {
        errors.too_long(path, SIGNER_MAX);
    }
}

/// Whether these are a PEM block with a request in it. What is in the request is for signers to read.
fn read_request(bytes: &[u8]) -> Result<(), &'static str> {
    const WRONG: &str = "PEM block type must be CERTIFICATE REQUEST";
    let text = std::str::from_utf8(bytes).map_err(|_| WRONG)?;
    let (_, rest) = text
        .split_once("-----BEGIN CERTIFICATE REQUEST-----")
        .ok_or(WRONG)?;
    let (body, _) = rest
        .split_once("-----END CERTIFICATE REQUEST-----")
        .ok_or(WRONG)?;
    let body: String = body.split_whitespace().collect();
    let der = base64::engine::general_purpose::STANDARD
        .decode(body)
        .map_err(|_| WRONG)?;
    // A sequence whose length is that of the block.
    let length = match der.as_slice() {
        [0x30, short, rest @ ..] if *short < 0x80 => (usize::from(*short), rest.len()),
        [0x30, 0x81, a, rest @ ..] => (usize::from(*a), rest.len()),
        [0x30, 0x82, a, b, rest @ ..] => (usize::from(*a) << 8 | usize::from(*b), rest.len()),
        _ => return Err("asn1: structure error: tags don't match"),
    };
    match length.0.cmp(&length.1) {
        std::cmp::Ordering::Greater => Err("asn1: syntax error: data truncated"),
        std::cmp::Ordering::Less => Err("asn1: syntax error: trailing data"),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

pub(super) fn validate_conditions(request: &CertificateSigningRequest, errors: &mut Errors) {
    let path = Path::new("status");
    let path = path.child("conditions");
    let mut seen = BTreeSet::new();
    for (i, condition) in request.status.conditions.iter().enumerate() {
        let at = path.index(i);
        match condition.type_.as_str() {
            "" => errors.required(&at.child("type"), ""),
            "Approved" | "Denied" | "Failed" if condition.status != "True" => {
                let text = format!("only supports \"True\" for {} conditions", condition.type_);
                let text = text.as_str();
                errors.invalid(&at.child("status"), &condition.status, text);
            }
            _ if !matches!(condition.status.as_str(), "True" | "False" | "Unknown") => {
                let known = ["False", "True", "Unknown"];
                errors.not_supported(&at.child("status"), &condition.status, &known);
            }
            _ => {}
        }
        if !seen.insert(&condition.type_) {
            errors.duplicate(&at.child("type"), &condition.type_);
        }
    }
    if seen.iter().any(|t| *t == "Approved") && seen.iter().any(|t| *t == "Denied") {
        errors.invalid(
            &path,
            "",
            "Approved and Denied conditions are mutually exclusive",
        );
    }
}

pub(super) fn validate_certificate(
    new: &CertificateSigningRequest,
    old: &CertificateSigningRequest,
    errors: &mut Errors,
) {
    if !old.status.certificate.is_empty() && new.status.certificate != old.status.certificate {
        let path = Path::new("status");
        errors.invalid(&path.child("certificate"), "", IMMUTABLE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_requests() {
        let pem = |der: &[u8]| {
            let body = base64::engine::general_purpose::STANDARD.encode(der);
            format!(
                "-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n"
            )
        };
        assert_eq!(read_request(pem(&[0x30, 2, 1, 2]).as_bytes()), Ok(()));
        assert!(read_request(pem(&[0x30, 3, 1, 2]).as_bytes()).is_err());
        assert!(read_request(pem(&[]).as_bytes()).is_err());
        assert!(read_request(b"hello").is_err());
    }

    #[test]
    fn checks_signers() {
        let check = |name: &str, fine: bool| {
            let mut errors = Errors::new();
            validate_signer(name, &Path::new("spec.signerName"), &mut errors);
            assert_eq!(errors.is_empty(), fine, "{name}");
        };
        check("kubernetes.io/kube-apiserver-client", true);
        check("example.com/a.b", true);
        check("", false);
        check("example.com", false);
        check("example.com/a/b", false);
        check("example/a", false);
        check("example.com/A", false);
    }
}
