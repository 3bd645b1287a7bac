//! What `-text` and its like print of certificates and requests.

use std::fmt::Write as _;

use pki::{Certificate, Extension, Number, PublicKey, Request};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const USAGES: [&str; 9] = [
    "Digital Signature",
    "Non Repudiation",
    "Key Encipherment",
    "Data Encipherment",
    "Key Agreement",
    "Certificate Sign",
    "CRL Sign",
    "Encipher Only",
    "Decipher Only",
];
/// Extended usages by the last byte of their identifiers.
const EXTENDED: [(u8, &str); 6] = [
    (1, "TLS Web Server Authentication"),
    (2, "TLS Web Client Authentication"),
    (3, "Code Signing"),
    (4, "E-mail Protection"),
    (8, "Time Stamping"),
    (9, "OCSP Signing"),
];

/// `Jan  1 00:00:00 2026 GMT`
pub(super) fn time(seconds: i64) -> String {
    let at = apimachinery::time::civil_from_unix(seconds);
    let month = MONTHS[at.month as usize - 1];
    format!(
        "{month} {:2} {:02}:{:02}:{:02} {} GMT",
        at.day, at.hour, at.minute, at.second, at.year
    )
}

/// `Modulus=…`
pub(super) fn modulus(number: &Number) -> String {
    format!("Modulus={}\n", hex(&number.to_bytes(), ""))
}

/// Upper-case digits; lower-case ones with colons.
pub(super) fn hex(bytes: &[u8], between: &str) -> String {
    let digits = |byte: &u8| {
        if between.is_empty() {
            format!("{byte:02X}")
        } else {
            format!("{byte:02x}")
        }
    };
    bytes.iter().map(digits).collect::<Vec<_>>().join(between)
}

/// Digits in lines.
fn lines(bytes: &[u8], width: usize, indent: usize) -> String {
    let chunks = bytes.chunks(width).map(|chunk| hex(chunk, ":"));
    let all: Vec<String> = chunks.map(|line| format!("{:indent$}{line}", "")).collect();
    all.join(":\n") + "\n"
}

fn key(der: &[u8]) -> String {
    let mut out = String::from("        Subject Public Key Info:\n");
    let Some(key) = PublicKey::from_der(der) else {
        return out + "            Unable to load Public Key\n";
    };
    let bits = key.modulus.bits();
    let mut bytes = key.modulus.to_bytes();
    if bytes[0] >= 0x80 {
        bytes.insert(0, 0);
    }
    let exponent = key.exponent.to_bytes();
    let number = exponent
        .iter()
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let _ = write!(
        out,
        "            Public Key Algorithm: rsaEncryption\n                Public-Key: ({bits} bit)\n                Modulus:\n{}                Exponent: {number} ({number:#x})\n",
        lines(&bytes, 15, 20)
    );
    out
}

/// All extensions, each with its title.
fn extensions(all: &[Extension], indent: usize) -> String {
    let mut out = String::new();
    for extension in all {
        let (title, text) = describe(extension);
        let critical = if extension.critical { "critical" } else { "" };
        let deeper = indent + 4;
        let _ = writeln!(
            out,
            "{:indent$}{title}: {critical}\n{:deeper$}{text}",
            "", ""
        );
    }
    out
}

fn describe(extension: &Extension) -> (String, String) {
    let inside = pki::element(&extension.value).map_or(&[][..], |(e, _)| e.content);
    let one = std::slice::from_ref(extension);
    let (title, text) = match extension.id.as_slice() {
        [0x55, 0x1d, 14] => ("Subject Key Identifier", hex(inside, ":").to_uppercase()),
        [0x55, 0x1d, 15] => ("Key Usage", usages(inside)),
        [0x55, 0x1d, 17] => {
            let names = pki::AlternativeNames::of_extensions(one).texts();
            ("Subject Alternative Name", names.join(", "))
        }
        [0x55, 0x1d, 19] => {
            let ca = pki::elements(inside).any(|e| e.tag == 1 && e.content != [0]);
            let text = if ca { "CA:TRUE" } else { "CA:FALSE" };
            ("Basic Constraints", text.to_owned())
        }
        [0x55, 0x1d, 35] => {
            let id = pki::elements(inside).find(|e| e.tag == 0x80);
            let id = id.map_or(&[][..], |id| id.content);
            ("Authority Key Identifier", hex(id, ":").to_uppercase())
        }
        [0x55, 0x1d, 37] => {
            let names = pki::elements(inside).map(|id| {
                let end = id.content.last().copied().unwrap_or(0);
                let known = EXTENDED.iter().find(|(last, _)| *last == end);
                known.map_or("Any Extended Key Usage", |(_, name)| *name)
            });
            ("Extended Key Usage", names.collect::<Vec<_>>().join(", "))
        }
        other => return (hex(other, "."), hex(&extension.value, ":")),
    };
    (format!("X509v3 {title}"), text)
}

/// The bits of `keyUsage`; the first byte says how many are not used.
fn usages(bits: &[u8]) -> String {
    let set = |at: usize| {
        bits.get(1 + at / 8)
            .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
    };
    let names = USAGES.iter().enumerate().filter(|(at, _)| set(*at));
    names.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

fn signature(bytes: &[u8], rsa: bool) -> String {
    let algorithm = if rsa {
        "sha256WithRSAEncryption"
    } else {
        "another one"
    };
    format!(
        "    Signature Algorithm: {algorithm}\n    Signature Value:\n{}",
        lines(bytes, 18, 8)
    )
}

/// `x509 -text`
pub(super) fn certificate(read: &Certificate) -> String {
    let mut out = format!(
        "Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number:\n            {}\n        Signature Algorithm: {}\n        Issuer: {}\n        Validity\n            Not Before: {}\n            Not After : {}\n        Subject: {}\n",
        hex(&read.serial, ":"),
        if read.is_rsa_sha256() {
            "sha256WithRSAEncryption"
        } else {
            "another one"
        },
        read.issuer.text(),
        time(read.valid.0),
        time(read.valid.1),
        read.subject.text(),
    );
    out.push_str(&key(&read.key));
    if !read.extensions.is_empty() {
        out.push_str("        X509v3 extensions:\n");
        out.push_str(&extensions(&read.extensions, 12));
    }
    out + &signature(read.signature(), read.is_rsa_sha256())
}

/// `req -text`
pub(super) fn request(read: &Request) -> String {
    let mut out = format!(
        "Certificate Request:\n    Data:\n        Version: 1 (0x0)\n        Subject: {}\n",
        read.subject.text()
    );
    out.push_str(&key(&read.key));
    out.push_str("        Attributes:\n");
    if read.extensions.is_empty() {
        out.push_str("            (none)\n");
    } else {
        out.push_str("            Requested Extensions:\n");
        out.push_str(&extensions(&read.extensions, 16));
    }
    out + &signature(read.signature(), read.is_rsa_sha256())
}
