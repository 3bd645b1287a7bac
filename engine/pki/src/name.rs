//! Whom a certificate names: attributes such as a common name and organisations.

use crate::der::{self, element, elements, tag, value};

/// An attribute: its identifier and its short name.
pub struct Attribute {
    /// The encoded object identifier.
    pub id: &'static [u8],
    /// As in `CN=…`.
    pub name: &'static str,
}

/// The attributes that are known, in the order in which Go writes them.
pub(crate) const ATTRIBUTES: &[Attribute] = &[
    attribute(&[0x55, 4, 6], "C"),
    attribute(&[0x55, 4, 10], "O"),
    attribute(&[0x55, 4, 11], "OU"),
    attribute(&[0x55, 4, 7], "L"),
    attribute(&[0x55, 4, 8], "ST"),
    attribute(&[0x55, 4, 9], "street"),
    attribute(&[0x55, 4, 17], "postalCode"),
    attribute(&[0x55, 4, 3], "CN"),
    attribute(&[0x55, 4, 5], "serialNumber"),
    attribute(
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
        "emailAddress",
    ),
];
/// Those of them that Go knows.
const OF_GO: usize = 9;

const fn attribute(id: &'static [u8], name: &'static str) -> Attribute {
    Attribute { id, name }
}

/// A name: identifiers of attributes and their values, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    id: Vec<u8>,
    value: String,
    /// Whether it is in one set with the part before it.
    joined: bool,
}

impl Name {
    /// Adds an attribute by its short name; false if there is none of that name.
    pub fn add(&mut self, name: &str, value: &str) -> bool {
        let Some(known) = ATTRIBUTES.iter().find(|known| known.name == name) else {
            return false;
        };
        self.0.push(Part {
            id: known.id.to_vec(),
            value: value.to_owned(),
            joined: false,
        });
        true
    }

    /// The values of an attribute, by its short name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parts()
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// The common name: the last one, as Go has it.
    pub fn common(&self) -> &str {
        self.all("CN").last().unwrap_or_default()
    }

    /// All attributes that are known, as short names and values.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().filter_map(|part| {
            let known = ATTRIBUTES.iter().find(|known| known.id == part.id)?;
            Some((known.name, part.value.as_str()))
        })
    }

    /// `CN = jane, O = dev`
    pub fn text(&self) -> String {
        let mut out = String::new();
        for part in &self.0 {
            let known = ATTRIBUTES.iter().find(|known| known.id == part.id);
            if !out.is_empty() {
                out.push_str(if part.joined { " + " } else { ", " });
            }
            out.push_str(known.map_or("?", |known| known.name));
            out.push_str(" = ");
            out.push_str(&part.value);
        }
        out
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As openssl writes it: each attribute by itself, in the order given.
    pub fn to_der(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for set in self.0.chunk_by(|_, next| next.joined) {
            let pairs = set.iter().map(|part| {
                // Countries must be printable.
                let country = part.id == ATTRIBUTES[0].id;
                let tag = if country { tag::PRINTABLE } else { tag::UTF8 };
                pair(&part.id, tag, &part.value)
            });
            out.extend(value(tag::SET, &pairs.collect::<Vec<_>>().concat()));
        }
        value(tag::SEQUENCE, &out)
    }

    /// As Go writes it: attributes in a fixed order, those of one kind together; what it does not know is left out.
    pub fn to_go_der(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for known in &ATTRIBUTES[..OF_GO] {
            let parts = self.0.iter().filter(|part| part.id == known.id);
            let alone = matches!(known.name, "CN" | "serialNumber");
            let pairs = parts.map(|part| {
                let tag = if printable(&part.value) {
                    tag::PRINTABLE
                } else {
                    tag::UTF8
                };
                pair(&part.id, tag, &part.value)
            });
            let mut pairs: Vec<Vec<u8>> = pairs.collect();
            if alone {
                pairs.drain(..pairs.len().saturating_sub(1));
            }
            // A set is in the order of its bytes.
            pairs.sort();
            if !pairs.is_empty() {
                out.extend(value(tag::SET, &pairs.concat()));
            }
        }
        value(tag::SEQUENCE, &out)
    }

    /// Reads what is in a name.
    pub(crate) fn read(content: &[u8]) -> Option<Self> {
        let mut out = Vec::new();
        for set in elements(content) {
            for (at, pair) in elements(set.content).enumerate() {
                let (id, rest) = element(pair.content)?;
                let (text, _) = element(rest)?;
                out.push(Part {
                    id: id.content.to_vec(),
                    value: String::from_utf8_lossy(text.content).into_owned(),
                    joined: at > 0,
                });
            }
        }
        Some(Self(out))
    }
}

fn pair(id: &[u8], tag: u8, text: &str) -> Vec<u8> {
    der::sequence(&[&value(tag::ID, id), &value(tag, text.as_bytes())])
}

/// Whether a text fits ASN.1's `PrintableString`, as Go sees it when it writes one.
fn printable(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&b);
    text.bytes().all(fits)
}
