//! Signs (`authority`): what goes into a certificate, in the order in which Go writes it.

use api::certificates::v1::CertificateSigningRequest;
use apimachinery::{Bytes, Status, Str};
use client::Client;
use pki::{Certificate, Extension, Request, Template, extension, value};

const DAY: i64 = 24 * 3600;
/// How long a certificate is good (`--cluster-signing-duration`).
const DURATION: i64 = 365 * DAY;
/// The least that may be asked for.
const SHORTEST: i64 = 600;
/// Certificates begin a little earlier, for clocks that are slow.
const BACKDATE: i64 = 300;
/// Those that last less than this do not end the earlier for it.
const SHORT: i64 = 8 * 3600;

const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const SUBJECT_KEY: &[u8] = &[0x55, 0x1d, 14];
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 35];

/// Usages of keys, and their bits.
const USAGES: [(&str, u16); 10] = [
    ("signing", 0),
    ("digital signature", 0),
    ("content commitment", 1),
    ("key encipherment", 2),
    ("data encipherment", 3),
    ("key agreement", 4),
    ("cert sign", 5),
    ("crl sign", 6),
    ("encipher only", 7),
    ("decipher only", 8),
];

/// Extended usages, and the ends of their identifiers.
const EXTENDED: [(&str, &[u8]); 13] = [
    ("any", &[0x55, 0x1d, 37, 0]),
    ("server auth", &[0x2b, 6, 1, 5, 5, 7, 3, 1]),
    ("client auth", &[0x2b, 6, 1, 5, 5, 7, 3, 2]),
    ("code signing", &[0x2b, 6, 1, 5, 5, 7, 3, 3]),
    ("email protection", &[0x2b, 6, 1, 5, 5, 7, 3, 4]),
    ("s/mime", &[0x2b, 6, 1, 5, 5, 7, 3, 4]),
    ("ipsec end system", &[0x2b, 6, 1, 5, 5, 7, 3, 5]),
    ("ipsec tunnel", &[0x2b, 6, 1, 5, 5, 7, 3, 6]),
    ("ipsec user", &[0x2b, 6, 1, 5, 5, 7, 3, 7]),
    ("timestamping", &[0x2b, 6, 1, 5, 5, 7, 3, 8]),
    ("ocsp signing", &[0x2b, 6, 1, 5, 5, 7, 3, 9]),
    ("microsoft sgc", &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 3, 3]),
    (
        "netscape sgc",
        &[0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 4, 1],
    ),
];

/// The certificate that answers a request.
pub(super) fn sign(
    client: &Client,
    request: &CertificateSigningRequest,
    asked: &Request,
) -> Result<Bytes, Status> {
    asked.verify().map_err(|_| {
        Status::internal_error(
            "error auto signing csr: unable to verify certificate request signature: crypto/rsa: verification error",
        )
    })?;
    let authority = Certificate::from_pem(pki::authority::CERTIFICATE)
        .ok_or_else(|| Status::internal_error("the authority's certificate is none"))?;
    let now = client.now().unix();
    let end = authority.valid.1;
    if now >= end {
        return Err(Status::internal_error(
            "error auto signing csr: refusing to sign a certificate that expired in the past",
        ));
    }
    let valid = validity(request.spec.expiration_seconds, now, end);
    let seed = format!("certificate/{}", request.metadata.uid);
    let mut rng = client.sim().rng(&seed);
    let serial = [rng.next_u64().to_be_bytes(), rng.next_u64().to_be_bytes()].concat();
    let subject = asked.subject.to_go_der();
    let template = Template {
        serial: &serial,
        issuer: authority.subject.to_der(),
        subject,
        valid,
        key: &asked.key,
        extensions: &extensions(&request.spec.usages, asked, &authority),
    };
    let text = pki::certificate(&template, &pki::authority::key());
    Ok(text.as_bytes().into())
}

/// From when to when a certificate is good, in seconds since the epoch.
fn validity(wanted: Option<i32>, now: i64, end: i64) -> (i64, i64) {
    let wanted = wanted.map_or(DURATION, i64::from);
    let duration = wanted.clamp(SHORTEST, DURATION);
    let early = if duration < SHORT { 0 } else { BACKDATE };
    (now - BACKDATE, (now + duration - early).min(end))
}

fn extensions(usages: &[Str], asked: &Request, authority: &Certificate) -> Vec<Extension> {
    let mut out = Vec::new();
    let bits = USAGES
        .iter()
        .filter(|(name, _)| usages.iter().any(|usage| usage == name));
    let bits = bits.fold(0_u16, |bits, (_, bit)| bits | 1 << (15 - bit));
    if bits != 0 {
        let bytes = bits.to_be_bytes();
        let used = if bytes[1] == 0 {
            &bytes[..1]
        } else {
            &bytes[..]
        };
        let unused = u8::try_from(bits.trailing_zeros() % 8).unwrap_or(0);
        let text = value(3, &[&[unused], used].concat());
        out.push(extension(KEY_USAGE, true, text));
    }
    let mut ids: Vec<&[u8]> = Vec::new();
    for (_, id) in EXTENDED
        .iter()
        .filter(|(name, _)| usages.iter().any(|usage| usage == name))
    {
        if ids.last() != Some(id) {
            ids.push(id);
        }
    }
    if !ids.is_empty() {
        let ids: Vec<u8> = ids.into_iter().flat_map(|id| value(6, id)).collect();
        out.push(extension(EXTENDED_KEY_USAGE, false, value(0x30, &ids)));
    }
    out.push(extension(BASIC_CONSTRAINTS, true, value(0x30, &[])));
    let key = authority.extensions.iter().find(|e| e.id == SUBJECT_KEY);
    if let Some((key, _)) = key.and_then(|key| pki::element(&key.value)) {
        let id = value(0x30, &value(0x80, key.content));
        out.push(extension(AUTHORITY_KEY, false, id));
    }
    if !asked.names.is_empty() {
        let names = asked.names.in_order_of_go();
        out.push(names.to_extension(asked.subject.is_empty()));
    }
    out
}
