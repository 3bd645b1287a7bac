//! Certificates of hosts: those in the secrets that Ingresses name under `tls`, else the controller's own, which it makes up.
//!
//! Of a certificate (PEM, X.509) only names and times are read; whether its signature is right nobody asks.

use apimachinery::{Bytes, Time};
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
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let text: String = body.split_whitespace().collect();
    let der = Bytes::from_base64(&text).ok()?;
    let (outer, _) = element(&der)?;
    let (to_be_signed, _) = element(outer.content)?;
    let mut rest = to_be_signed.content;
    let mut parts = Vec::new();
    while let Some((part, after)) = element(rest) {
        parts.push(part);
        rest = after;
    }
    // [0] version, serial number, algorithm, issuer, validity, subject, key, …, [3] extensions
    let first = usize::from(parts.first()?.tag == 0xa0);
    let issuer = name(parts.get(first + 2)?.content);
    let validity = parts.get(first + 3)?.content;
    let (begin, after) = element(validity)?;
    let (end, _) = element(after)?;
    let subject = name(parts.get(first + 4)?.content);
    let extensions = parts.iter().find(|part| part.tag == 0xa3);
    let mut names = extensions.map_or_else(Vec::new, |part| alternative_names(part.content));
    if names.is_empty() {
        let common = subject
            .split("; ")
            .find_map(|part| part.strip_prefix("CN="));
        names.extend(common.map(str::to_owned));
    }
    Some(Certificate {
        subject,
        issuer,
        names,
        valid: (time(begin.content)?, time(end.content)?),
        text,
    })
}

/// A value of ASN.1.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

/// The first value, and what comes after it.
fn element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count > 4 || rest.len() < count {
            return None;
        }
        let (digits, rest) = rest.split_at(count);
        let fold = |sum: usize, digit: &u8| sum << 8 | usize::from(*digit);
        (digits.iter().fold(0, fold), rest)
    };
    if rest.len() < length {
        return None;
    }
    let (content, rest) = rest.split_at(length);
    Some((Element { tag, content }, rest))
}

/// A name as `O=…; CN=…`.
fn name(mut bytes: &[u8]) -> String {
    let mut parts = Vec::new();
    while let Some((set, after)) = element(bytes) {
        bytes = after;
        let pair = element(set.content).map(|(pair, _)| pair.content);
        let Some((kind, value)) = pair.and_then(element) else {
            continue;
        };
        let Some((value, _)) = element(value) else {
            continue;
        };
        let kind = match kind.content {
            [0x55, 4, 3] => "CN",
            [0x55, 4, 6] => "C",
            [0x55, 4, 7] => "L",
            [0x55, 4, 8] => "ST",
            [0x55, 4, 10] => "O",
            [0x55, 4, 11] => "OU",
            _ => continue,
        };
        parts.push(format!("{kind}={}", String::from_utf8_lossy(value.content)));
    }
    parts.join("; ")
}

/// The host names of the extension `subjectAltName`.
fn alternative_names(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut extensions = element(bytes).map_or(&[][..], |(list, _)| list.content);
    while let Some((extension, after)) = element(extensions) {
        extensions = after;
        let Some((id, mut value)) = element(extension.content) else {
            continue;
        };
        if id.content != [0x55, 0x1d, 17] {
            continue;
        }
        // Perhaps whether it is critical, then the value.
        while let Some((part, after)) = element(value) {
            value = after;
            let mut all = match (part.tag, element(part.content)) {
                (4, Some((list, _))) => list.content,
                _ => continue,
            };
            while let Some((name, after)) = element(all) {
                all = after;
                if name.tag == 0x82 {
                    names.push(String::from_utf8_lossy(name.content).into_owned());
                }
            }
        }
    }
    names
}

/// `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ` in seconds.
fn time(bytes: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    let text = match text.len() {
        12 if text < "50" => format!("20{text}"),
        12 => format!("19{text}"),
        14 => text.to_owned(),
        _ => return None,
    };
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let at = |from: usize, to: usize| &text[from..to];
    let stamp = format!(
        "{}-{}-{}T{}:{}:{}Z",
        at(0, 4),
        at(4, 6),
        at(6, 8),
        at(8, 10),
        at(10, 12),
        at(12, 14)
    );
    Time::parse(&stamp).ok().map(Time::unix)
}
