//! Requests for certificates (PKCS #10, RFC 2986).

use crate::certificate::Signed;
use crate::der::{self, element, elements, tag, value};
use crate::extensions::{self, AlternativeNames};
use crate::name::Name;
use crate::rsa::{PrivateKey, PublicKey};
use crate::{Extension, Unverified, pem};

/// `extensionRequest`
const EXTENSION_REQUEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14];

/// A request for a certificate.
#[derive(Clone, Debug)]
pub struct Request {
    /// For whom.
    pub subject: Name,
    /// Further names.
    pub names: AlternativeNames,
    /// The public key, encoded.
    pub key: Vec<u8>,
    /// What else is asked for.
    pub extensions: Vec<Extension>,
    signed: Signed,
}

impl Request {
    /// Reads PEM.
    pub fn from_pem(text: &str) -> Option<Self> {
        let kinds = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
        Self::from_der(&pem::decode(text, &kinds)?)
    }

    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (outer, rest) = element(der)?;
        rest.is_empty().then_some(())?;
        let signed = Signed::read(outer.content)?;
        let (info, _) = element(&signed.content)?;
        let parts: Vec<_> = elements(info.content).collect();
        let [version, subject, key, ..] = parts.as_slice() else {
            return None;
        };
        (version.tag == tag::INTEGER && subject.tag == tag::SEQUENCE).then_some(())?;
        let mut asked = Vec::new();
        let attributes = parts.iter().filter(|part| part.tag == 0xa0);
        for attribute in attributes.flat_map(|part| elements(part.content)) {
            let (id, rest) = element(attribute.content)?;
            if id.content == EXTENSION_REQUEST {
                let (list, _) = element(element(rest)?.0.content)?;
                asked.extend(extensions::read(list.content)?);
            }
        }
        Some(Self {
            subject: Name::read(subject.content)?,
            names: AlternativeNames::of_extensions(&asked),
            key: key.whole.to_vec(),
            extensions: asked,
            signed,
        })
    }

    /// The bytes of the signature.
    pub fn signature(&self) -> &[u8] {
        self.signed.signature()
    }

    /// Whether it is signed with RSA and SHA-256.
    pub fn is_rsa_sha256(&self) -> bool {
        self.signed.is_rsa_sha256()
    }

    /// Whether who asks has the key.
    ///
    /// # Errors
    /// If it cannot be told, or is not so.
    pub fn verify(&self) -> Result<(), Unverified> {
        let key = PublicKey::from_der(&self.key).ok_or(Unverified::Unknown)?;
        self.signed.verify(&key)
    }
}

/// Makes a request, as PEM.
pub fn request(subject: &Name, extensions: &[Extension], key: &PrivateKey) -> String {
    let attributes = if extensions.is_empty() {
        Vec::new()
    } else {
        let list = value(tag::SET, &extensions::write(extensions));
        der::sequence(&[&value(tag::ID, EXTENSION_REQUEST), &list])
    };
    let info = der::sequence(&[
        &der::integer(&[0]),
        &subject.to_der(),
        &key.public().to_der(),
        &value(0xa0, &attributes),
    ]);
    pem::encode("CERTIFICATE REQUEST", &Signed::sign(info, key))
}
