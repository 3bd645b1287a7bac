//! Certificates (X.509, RFC 5280).

use crate::der::{self, Element, element, elements, sequence, tag, value};
use crate::extensions::{self, AlternativeNames, Extension};
use crate::name::Name;
use crate::rsa::{self, PrivateKey, PublicKey};
use crate::{Unverified, pem};

/// Something with a signature.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    /// What is signed.
    pub(crate) content: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    /// Reads the content, the algorithm and the signature.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (content, rest) = element(bytes)?;
        let (algorithm, rest) = element(rest)?;
        let (id, _) = element(algorithm.content)?;
        let (signature, _) = element(rest)?;
        (signature.tag == tag::BITS).then_some(())?;
        Some(Self {
            content: content.whole.to_vec(),
            algorithm: id.content.to_vec(),
            signature: signature.content.get(1..)?.to_vec(),
        })
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.signature
    }

    pub(crate) fn is_rsa_sha256(&self) -> bool {
        self.algorithm == rsa::RSA_SHA256
    }

    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), Unverified> {
        if !self.is_rsa_sha256() {
            return Err(Unverified::Unknown);
        }
        key.verify(&self.content, &self.signature)
    }

    /// Signs and encodes.
    pub(crate) fn sign(content: Vec<u8>, key: &PrivateKey) -> Vec<u8> {
        let signature = der::bits(&key.sign(&content));
        sequence(&[&content, &rsa::algorithm(rsa::RSA_SHA256), &signature])
    }
}

/// A certificate that was read.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its number, without a zero in front.
    pub serial: Vec<u8>,
    /// Who signed it.
    pub issuer: Name,
    /// For whom it is.
    pub subject: Name,
    /// From when to when, in seconds since the epoch.
    pub valid: (i64, i64),
    /// The public key, encoded.
    pub key: Vec<u8>,
    /// What else it says.
    pub extensions: Vec<Extension>,
    signed: Signed,
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    pub fn from_pem(text: &str) -> Option<Self> {
        Self::from_der(&pem::decode(text, &["CERTIFICATE", "TRUSTED CERTIFICATE"])?)
    }

    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (outer, _) = element(der)?;
        let signed = Signed::read(outer.content)?;
        let (content, _) = element(&signed.content)?;
        let parts: Vec<Element<'_>> = elements(content.content).collect();
        // [0] version, serial number, algorithm, issuer, validity, subject, key, …, [3] extensions
        let first = usize::from(parts.first()?.tag == 0xa0);
        let [serial, _, issuer, validity, subject, key, ..] = parts.get(first..)? else {
            return None;
        };
        let (begin, after) = element(validity.content)?;
        let (end, _) = element(after)?;
        let extensions = match parts.iter().find(|part| part.tag == 0xa3) {
            Some(part) => extensions::read(element(part.content)?.0.content)?,
            None => Vec::new(),
        };
        Some(Self {
            serial: match serial.content {
                [0, rest @ ..] if !rest.is_empty() => rest.to_vec(),
                all => all.to_vec(),
            },
            issuer: Name::read(issuer.content)?,
            subject: Name::read(subject.content)?,
            valid: (der::read_time(begin)?, der::read_time(end)?),
            key: key.whole.to_vec(),
            extensions,
            signed,
        })
    }

    /// Further names.
    pub fn names(&self) -> AlternativeNames {
        AlternativeNames::of_extensions(&self.extensions)
    }

    /// Whether somebody with this key signed it.
    ///
    /// # Errors
    /// If it cannot be told, or is not so.
    pub fn verify(&self, issuer: &PublicKey) -> Result<(), Unverified> {
        self.signed.verify(issuer)
    }

    /// The bytes of the signature.
    pub fn signature(&self) -> &[u8] {
        self.signed.signature()
    }

    /// Whether it is signed with RSA and SHA-256.
    pub fn is_rsa_sha256(&self) -> bool {
        self.signed.is_rsa_sha256()
    }
}

/// What a certificate is to say.
pub struct Template<'a> {
    /// Its number.
    pub serial: &'a [u8],
    /// The encoded name of who signs.
    pub issuer: Vec<u8>,
    /// The encoded name of whom it is for.
    pub subject: Vec<u8>,
    /// From when to when, in seconds since the epoch.
    pub valid: (i64, i64),
    /// The encoded public key.
    pub key: &'a [u8],
    /// What else.
    pub extensions: &'a [Extension],
}

/// Makes a certificate, as PEM.
pub fn certificate(template: &Template<'_>, key: &PrivateKey) -> String {
    let (begin, end) = template.valid;
    let extensions = if template.extensions.is_empty() {
        Vec::new()
    } else {
        value(0xa3, &extensions::write(template.extensions))
    };
    let content = sequence(&[
        &value(0xa0, &der::integer(&[2])),
        &der::integer(template.serial),
        &rsa::algorithm(rsa::RSA_SHA256),
        &template.issuer,
        &sequence(&[&der::time(begin), &der::time(end)]),
        &template.subject,
        template.key,
        &extensions,
    ]);
    pem::encode("CERTIFICATE", &Signed::sign(content, key))
}
