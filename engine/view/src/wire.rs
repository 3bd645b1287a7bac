//! The bytes of a message between page and worker: postcard.
//!
//! Both ends are built from one commit, so a compact format without field names is safe, and its code is a tenth of
//! a JSON parser's, which matters because the page's module is part of what loads before the first paint. What is
//! kept across builds, the saved log, is made of opaque strings, which the engine versions by itself.

use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why bytes are not a message: they come from another build, or were cut off.
pub type WireError = postcard::Error;

/// A message as bytes.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    postcard::to_allocvec(message)
}

/// The message in `bytes`.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    postcard::from_bytes(bytes)
}

/// A run of bytes, written in one piece instead of byte by byte as serde would write a `Vec<u8>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Bytes(text.as_bytes().to_vec())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(bytes)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(BytesVisitor)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Bytes;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
        Ok(Bytes(bytes.to_vec()))
    }

    fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
        Ok(Bytes(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Bytes, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = items.next_element()? {
            if bytes.len() >= 64 << 20 {
                return Err(A::Error::custom("more than 64 MiB in one message"));
            }
            bytes.push(byte);
        }
        Ok(Bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Batch, Boot, Clock, FromEngine, Prompt, Time, ToEngine};

    fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(message: T) {
        let bytes = encode(&message).expect("encodes");
        assert_eq!(decode::<T>(&bytes).expect("decodes"), message);
    }

    #[test]
    fn messages_survive_the_way_there_and_back() {
        check(ToEngine::Boot(Boot::default()));
        check(ToEngine::Line("kubectl get pods\n".into()));
        check(ToEngine::Keys(Bytes(vec![3, 255, 0])));
        check(Batch(vec![
            FromEngine::Output("\u{1b}[1mNAME\r\n".into()),
            FromEngine::Prompt(Prompt::default()),
            FromEngine::Clock(Clock {
                now: Time(-5),
                ..Clock::default()
            }),
        ]));
    }

    #[test]
    fn cut_off_bytes_are_an_error() {
        let bytes = encode(&ToEngine::Line("kubectl".into())).expect("encodes");
        assert!(decode::<ToEngine>(&bytes[..bytes.len() - 1]).is_err());
        assert!(decode::<ToEngine>(&[]).is_err());
    }
}
