//! Keys, requests for certificates, and certificates: what `openssl` makes and the cluster's signers sign.
//!
//! ```text
//!   rsa::Search ─► PrivateKey ─► request() ─► Request ─► certificate(), by the Authority's key ─► Certificate
//! ```
//!
//! The numbers are real: other people's tools read and verify what is made here, and the other way round. It is not made to keep
//! secrets: nothing here runs in constant time, and the cluster's own key is in the source ([`authority`]).
//!
//! Not here: keys that are not RSA (they are carried, but nothing is verified with them), chains of authorities, revocation.

pub mod authority;
mod certificate;
mod der;
mod extensions;
mod name;
mod number;
mod pem;
mod request;
pub mod rsa;

pub use certificate::{Certificate, Template, certificate};
pub use der::{Element, element, elements, value};
pub use extensions::{AlternativeNames, Extension, extension};
pub use name::{Attribute, Name};
pub use number::Number;
pub use pem::{decode, encode};
pub use request::{Request, request};
pub use rsa::{PrivateKey, PublicKey};

/// Why something was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unverified {
    /// The signature is not that of the key.
    Wrong,
    /// It was made in a way that is not known here.
    Unknown,
}
