//! Keys, certificates and requests for them, as `genrsa`, `req` and `x509` make and read them.
//!
//! They have the form of real ones (PEM, DER, X.509), so that everything that looks at names and times finds them. Their
//! numbers are made up: no key has ever signed anything, and nobody checks.

use sim::{Rng, Time};

use crate::datetime;

/// Seconds of a day.
const DAY: i64 = 24 * 3600;
/// Bytes of a line of PEM.
const LINE: usize = 64;

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 17];
const EXTENSION_REQUEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// Who a certificate is for.
pub(super) struct Subject {
    /// Names of attributes and their values, as in `/O=x/CN=y`.
    parts: Vec<(Vec<u8>, String)>,
    /// Host names.
    pub(super) names: Vec<String>,
}

impl Subject {
    /// Reads `/O=x/CN=y`; the error names what is not known.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        for part in text.split('/').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| part.to_owned())?;
            let id = match name {
                "CN" => COMMON_NAME,
                "C" => &[0x55, 4, 6],
                "L" => &[0x55, 4, 7],
                "ST" => &[0x55, 4, 8],
                "O" => &[0x55, 4, 10],
                "OU" => &[0x55, 4, 11],
                other => return Err(other.to_owned()),
            };
            parts.push((id.to_vec(), value.to_owned()));
        }
        let names = Vec::new();
        Ok(Self { parts, names })
    }

    fn to_der(&self) -> Vec<u8> {
        let parts = self.parts.iter().map(|(id, value)| {
            let pair = [value_of(6, id), value_of(12, value.as_bytes())].concat();
            value_of(SET, &value_of(SEQUENCE, &pair))
        });
        value_of(SEQUENCE, &parts.collect::<Vec<_>>().concat())
    }

    /// The host names as an extension; empty without any.
    fn extensions(&self) -> Vec<u8> {
        if self.names.is_empty() {
            return Vec::new();
        }
        let names = self
            .names
            .iter()
            .map(|name| value_of(0x82, name.as_bytes()));
        let names = value_of(SEQUENCE, &names.collect::<Vec<_>>().concat());
        let extension = [value_of(6, ALTERNATIVE_NAMES), value_of(4, &names)].concat();
        value_of(SEQUENCE, &value_of(SEQUENCE, &extension))
    }
}

/// A value of ASN.1.
fn value_of(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        Ok(long) => out.extend([0x81, long]),
        Err(_) => {
            out.push(0x82);
            out.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    out.extend(content);
    out
}

/// Made-up bytes, the same for the same seed.
fn made_up(seed: &str, count: usize) -> Vec<u8> {
    let mut rng = Rng::new(0, seed);
    let mut bytes = Vec::with_capacity(count + 8);
    while bytes.len() < count {
        bytes.extend(rng.next_u64().to_be_bytes());
    }
    bytes.truncate(count);
    bytes
}

fn algorithm(id: &[u8]) -> Vec<u8> {
    value_of(SEQUENCE, &[value_of(6, id), value_of(5, &[])].concat())
}

fn bits(content: &[u8]) -> Vec<u8> {
    value_of(3, &[&[0], content].concat())
}

/// A positive number.
fn number(bytes: &[u8]) -> Vec<u8> {
    let first = bytes.first().copied().unwrap_or(0);
    if first >= 0x80 {
        return value_of(2, &[&[0], bytes].concat());
    }
    value_of(2, bytes)
}

/// The public part of a key.
fn public_key(key: &str) -> Vec<u8> {
    let mut modulus = made_up(key, 256);
    modulus[0] |= 0x80;
    let numbers = [number(&modulus), number(&[1, 0, 1])].concat();
    let numbers = value_of(SEQUENCE, &numbers);
    value_of(SEQUENCE, &[algorithm(RSA), bits(&numbers)].concat())
}

fn signed(content: &[u8], key: &str) -> Vec<u8> {
    let signature = made_up(&format!("{key}/{}", content.len()), 256);
    let whole = [content.to_vec(), algorithm(RSA_SHA256), bits(&signature)].concat();
    value_of(SEQUENCE, &whole)
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = super::super::base64::encode(der);
    let mut out = format!("-----BEGIN {kind}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out + &format!("-----END {kind}-----\n")
}

/// A new private key; others come of other seeds.
pub(super) fn private_key(seed: &str) -> String {
    let secret = value_of(SEQUENCE, &number(&made_up(seed, 1180)));
    let whole = [value_of(2, &[0]), algorithm(RSA), value_of(4, &secret)].concat();
    pem("PRIVATE KEY", &value_of(SEQUENCE, &whole))
}

/// A certificate that vouches for itself.
pub(super) fn certificate(subject: &Subject, key: &str, now: i64, days: i64) -> String {
    let name = subject.to_der();
    let times = [
        time(now),
        time(now.saturating_add(days.saturating_mul(DAY))),
    ]
    .concat();
    let extensions = subject.extensions();
    let content = [
        value_of(0xa0, &value_of(2, &[2])),
        number(&made_up(&format!("{key}/{now}"), 16)),
        algorithm(RSA_SHA256),
        name.clone(),
        value_of(SEQUENCE, &times),
        name,
        public_key(key),
        if extensions.is_empty() {
            Vec::new()
        } else {
            value_of(0xa3, &extensions)
        },
    ];
    pem(
        "CERTIFICATE",
        &signed(&value_of(SEQUENCE, &content.concat()), key),
    )
}

/// A request for a certificate.
pub(super) fn request(subject: &Subject, key: &str) -> String {
    let extensions = subject.extensions();
    let attributes = if extensions.is_empty() {
        Vec::new()
    } else {
        let pair = [value_of(6, EXTENSION_REQUEST), value_of(SET, &extensions)].concat();
        value_of(SEQUENCE, &pair)
    };
    let content = [
        value_of(2, &[0]),
        subject.to_der(),
        public_key(key),
        value_of(0xa0, &attributes),
    ];
    let content = value_of(SEQUENCE, &content.concat());
    pem("CERTIFICATE REQUEST", &signed(&content, key))
}

/// A time as `YYYYMMDDhhmmssZ`.
fn time(seconds: i64) -> Vec<u8> {
    let at = datetime::parts(Time::from_micros(seconds.saturating_mul(1_000_000)));
    let text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year, at.month, at.day, at.hour, at.minute, at.second
    );
    value_of(24, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        let text = |seconds| String::from_utf8_lossy(&time(seconds)[2..]).into_owned();
        assert_eq!(text(0), "19700101000000Z");
        assert_eq!(text(951_782_399), "20000228235959Z");
        assert_eq!(text(951_782_400), "20000229000000Z");
        assert_eq!(text(1_795_366_800), "20261122170000Z");
    }

    #[test]
    fn subjects_are_taken_apart() {
        assert!(Subject::parse("/O=x/CN=web.example.com").is_ok());
        assert_eq!(Subject::parse("/X=1").err().as_deref(), Some("X"));
    }
}
