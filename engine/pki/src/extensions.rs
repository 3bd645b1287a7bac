//! What certificates and requests say beyond names and keys.

use crate::der::{self, element, elements, tag, value};

/// `subjectAltName`
pub(crate) const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 17];

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The encoded object identifier.
    pub id: Vec<u8>,
    /// Whether who does not know it must refuse the certificate.
    pub critical: bool,
    /// The encoded value.
    pub value: Vec<u8>,
}

/// Makes an extension.
pub fn extension(id: &[u8], critical: bool, value: Vec<u8>) -> Extension {
    let id = id.to_vec();
    Extension {
        id,
        critical,
        value,
    }
}

impl Extension {
    fn to_der(&self) -> Vec<u8> {
        let critical = if self.critical {
            value(tag::BOOLEAN, &[0xff])
        } else {
            Vec::new()
        };
        let parts: [&[u8]; 3] = [
            &value(tag::ID, &self.id),
            &critical,
            &value(tag::OCTETS, &self.value),
        ];
        der::sequence(&parts)
    }

    fn read(content: &[u8]) -> Option<Self> {
        let (id, rest) = element(content)?;
        let (next, rest) = element(rest)?;
        let (critical, octets) = if next.tag == tag::BOOLEAN {
            (next.content != [0], element(rest)?.0)
        } else {
            (false, next)
        };
        Some(extension(id.content, critical, octets.content.to_vec()))
    }
}

/// A list of extensions; empty for none.
pub(crate) fn write(extensions: &[Extension]) -> Vec<u8> {
    let all: Vec<u8> = extensions.iter().flat_map(Extension::to_der).collect();
    value(tag::SEQUENCE, &all)
}

pub(crate) fn read(list: &[u8]) -> Option<Vec<Extension>> {
    elements(list).map(|e| Extension::read(e.content)).collect()
}

/// Names of hosts and the like besides the subject: tags of their kinds, and their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlternativeNames(Vec<(u8, Vec<u8>)>);

const EMAIL: u8 = 0x81;
const DNS: u8 = 0x82;
const URI: u8 = 0x86;
const IP: u8 = 0x87;

impl AlternativeNames {
    /// Adds `DNS:x`, `IP:x`, `email:x` or `URI:x`; false for anything else.
    pub fn add(&mut self, text: &str) -> bool {
        let Some((kind, text)) = text.split_once(':') else {
            return false;
        };
        let bytes = match (kind, text.parse::<std::net::IpAddr>()) {
            ("IP", Ok(std::net::IpAddr::V4(ip))) => (IP, ip.octets().to_vec()),
            ("IP", Ok(std::net::IpAddr::V6(ip))) => (IP, ip.octets().to_vec()),
            ("DNS", _) => (DNS, text.as_bytes().to_vec()),
            ("email", _) => (EMAIL, text.as_bytes().to_vec()),
            ("URI", _) => (URI, text.as_bytes().to_vec()),
            _ => return false,
        };
        self.0.push(bytes);
        true
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Host names.
    pub fn dns(&self) -> impl Iterator<Item = String> {
        self.of(DNS)
    }

    /// Whether there are addresses.
    pub fn has_ips(&self) -> bool {
        self.of(IP).next().is_some()
    }

    /// Whether there are addresses of mail.
    pub fn has_emails(&self) -> bool {
        self.of(EMAIL).next().is_some()
    }

    /// Whether there are URIs.
    pub fn has_uris(&self) -> bool {
        self.of(URI).next().is_some()
    }

    fn of(&self, kind: u8) -> impl Iterator<Item = String> {
        let names = self.0.iter().filter(move |(tag, _)| *tag == kind);
        names.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
    }

    /// As openssl shows them: `DNS:x, IP Address:y`.
    pub fn texts(&self) -> Vec<String> {
        let text = |(tag, bytes): &(u8, Vec<u8>)| {
            let text = String::from_utf8_lossy(bytes);
            match (*tag, <[u8; 4]>::try_from(bytes.as_slice())) {
                (EMAIL, _) => format!("email:{text}"),
                (URI, _) => format!("URI:{text}"),
                (IP, Ok(ip)) => format!("IP Address:{}", std::net::Ipv4Addr::from(ip)),
                (IP, Err(_)) => {
                    let pairs = bytes.chunks(2).map(|pair| {
                        let fold = |sum: u16, byte: &u8| sum << 8 | u16::from(*byte);
                        format!("{:X}", pair.iter().fold(0, fold))
                    });
                    format!("IP Address:{}", pairs.collect::<Vec<_>>().join(":"))
                }
                _ => format!("DNS:{text}"),
            }
        };
        self.0.iter().map(text).collect()
    }

    /// As Go writes them: hosts, mail, addresses, URIs.
    #[must_use]
    pub fn in_order_of_go(&self) -> Self {
        let order = [DNS, EMAIL, IP, URI];
        let of = |kind| self.0.iter().filter(move |(tag, _)| *tag == kind).cloned();
        Self(order.into_iter().flat_map(of).collect())
    }

    /// As an extension.
    pub fn to_extension(&self, critical: bool) -> Extension {
        let names = self.0.iter().flat_map(|(tag, bytes)| value(*tag, bytes));
        let names = value(tag::SEQUENCE, &names.collect::<Vec<_>>());
        extension(ALTERNATIVE_NAMES, critical, names)
    }

    /// Those in some extensions.
    pub fn of_extensions(extensions: &[Extension]) -> Self {
        let mut out = Vec::new();
        let ours = extensions.iter().filter(|e| e.id == ALTERNATIVE_NAMES);
        for extension in ours {
            let list = element(&extension.value).map_or(&[][..], |(list, _)| list.content);
            let known = elements(list).filter(|e| [EMAIL, DNS, URI, IP].contains(&e.tag));
            out.extend(known.map(|name| (name.tag, name.content.to_vec())));
        }
        Self(out)
    }
}
