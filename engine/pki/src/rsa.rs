//! RSA: keys, and signatures with SHA-256 (PKCS #1 version 1.5, RFC 8017).

use crate::der::{self, element, elements, sequence, tag, value};
use crate::number::Number;
use crate::{Unverified, pem};

/// `rsaEncryption`
pub(crate) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// `sha256WithRSAEncryption`
pub(crate) const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
/// The public exponent that everybody takes: a prime.
const EXPONENT: u32 = 65_537;
/// Candidates that have a prime factor below are not looked at.
const SIEVE: u32 = 2_000;
/// The bits of keys that are made and used here. Less is refused by openssl, too; more takes a browser too long.
pub const BITS: std::ops::RangeInclusive<usize> = 512..=4096;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The modulus.
    pub modulus: Number,
    /// The exponent.
    pub exponent: Number,
}

/// A private key.
#[derive(Clone, Debug)]
pub struct PrivateKey {
    /// The two primes, the greater one first.
    primes: (Number, Number),
    public: PublicKey,
    secret: Number,
}

/// Looks for a prime, a candidate at a time.
pub struct Search {
    candidate: Number,
    /// The candidate's remainders by small primes.
    rests: Vec<(u32, u32)>,
}

impl Search {
    /// Starts at a random number of so many bits (a multiple of 64), of which the two highest are set, so that the product
    /// of two has all its bits.
    pub fn new(bits: usize, mut random: impl FnMut() -> u64) -> Self {
        let mut bytes: Vec<u8> = (0..bits / 64)
            .flat_map(|_| random().to_be_bytes())
            .collect();
        if let (Some(first), Some(_)) = (bytes.first().copied(), bytes.last()) {
            bytes[0] = first | 0xc0;
            let last = bytes.len() - 1;
            bytes[last] |= 1;
        }
        let candidate = Number::from_bytes(&bytes);
        let prime = |n: &u32| {
            (2..*n)
                .take_while(|d| d * d <= *n)
                .all(|d| !n.is_multiple_of(d))
        };
        let small = (3..SIEVE).filter(prime);
        let rests = small
            .map(|prime| (prime, candidate.divided(prime).1))
            .collect();
        Self { candidate, rests }
    }

    /// Looks at the next candidate that has no small factor: the prime, if it is one.
    pub fn step(&mut self) -> Option<Number> {
        while self.rests.iter().any(|(_, rest)| *rest == 0) {
            self.next();
        }
        let candidate = self.candidate.clone();
        self.next();
        // e must have an inverse modulo p - 1.
        let fits = candidate.divided(EXPONENT).1 != 1;
        (fits && is_prime(&candidate)).then_some(candidate)
    }

    fn next(&mut self) {
        self.candidate = self.candidate.plus(2);
        for (prime, rest) in &mut self.rests {
            *rest = (*rest + 2) % *prime;
        }
    }
}

/// Miller and Rabin's test with a few bases. For numbers that are random, one would nearly do.
fn is_prime(number: &Number) -> bool {
    let before = number.minus(1);
    let mut odd = before.clone();
    let mut twos = 0;
    while !odd.is_odd() {
        odd = odd.divided(2).0;
        twos += 1;
    }
    let one = Number::small(1);
    [2, 3, 5, 7].into_iter().all(|base| {
        let mut power = Number::small(base).power(&odd, number);
        if power == one || power == before {
            return true;
        }
        (1..twos).any(|_| {
            power = power.power(&Number::small(2), number);
            power == before
        })
    })
}

/// The inverse of the exponent modulo a number.
fn inverse(modulus: &Number) -> Number {
    let exponent = u64::from(EXPONENT);
    let rest = u64::from(modulus.divided(EXPONENT).1);
    // The exponent is a prime, so that r^(e - 2) is the inverse of r modulo e.
    let mut inverse = 1;
    for bit in (0..32).rev() {
        inverse = inverse * inverse % exponent;
        if (exponent - 2) >> bit & 1 == 1 {
            inverse = inverse * rest % exponent;
        }
    }
    let factor = u32::try_from(exponent - inverse).unwrap_or(0);
    modulus
        .times(&Number::small(factor))
        .plus(1)
        .divided(EXPONENT)
        .0
}

impl PrivateKey {
    /// The key of two primes that are not the same, each without 1 as its rest by 65537.
    pub fn of_primes(first: Number, second: Number) -> Self {
        let (p, q) = if first > second {
            (first, second)
        } else {
            (second, first)
        };
        let modulus = p.times(&q);
        let secret = inverse(&p.minus(1).times(&q.minus(1)));
        let exponent = Number::small(EXPONENT);
        Self {
            primes: (p, q),
            public: PublicKey { modulus, exponent },
            secret,
        }
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Reads `PRIVATE KEY` or `RSA PRIVATE KEY`.
    pub fn from_pem(text: &str) -> Option<Self> {
        let der = pem::decode(text, &["PRIVATE KEY", "RSA PRIVATE KEY"])?;
        let outer = element(&der)?.0;
        let parts: Vec<_> = elements(outer.content).collect();
        let inner = match parts.get(1)? {
            algorithm if algorithm.tag == tag::SEQUENCE => {
                let (id, _) = element(algorithm.content)?;
                (id.content == RSA).then_some(())?;
                element(parts.get(2)?.content)?.0.content
            }
            _ => outer.content,
        };
        let numbers: Vec<_> = elements(inner)
            .map(|e| Number::from_bytes(e.content))
            .collect();
        let [_, modulus, exponent, secret, p, q, ..] = numbers.as_slice() else {
            return None;
        };
        let fits = modulus.is_odd() && BITS.contains(&modulus.bits());
        (fits && *exponent == Number::small(EXPONENT) && p.times(q) == *modulus).then_some(())?;
        let key = Self::of_primes(p.clone(), q.clone());
        // Others may take the least common multiple: another secret that does the same.
        (secret.bits() > 1).then_some(key)
    }

    /// As `PRIVATE KEY` (PKCS #8), as openssl writes it.
    pub fn to_pem(&self) -> String {
        let (p, q) = &self.primes;
        let numbers = [
            Number::small(0),
            self.public.modulus.clone(),
            self.public.exponent.clone(),
            self.secret.clone(),
            p.clone(),
            q.clone(),
            inverse(&p.minus(1)),
            inverse(&q.minus(1)),
            // By Fermat's little theorem.
            q.power(&p.minus(2), p),
        ];
        let numbers = numbers
            .map(|number| der::integer(&number.to_bytes()))
            .concat();
        let inner = value(tag::OCTETS, &value(tag::SEQUENCE, &numbers));
        let whole = sequence(&[&der::integer(&[0]), &algorithm(RSA), &inner]);
        pem::encode("PRIVATE KEY", &whole)
    }

    /// A signature.
    pub fn sign(&self, content: &[u8]) -> Vec<u8> {
        let modulus = &self.public.modulus;
        let size = modulus.bits().div_ceil(8);
        let message = Number::from_bytes(&padded(content, size));
        let number = message.power(&self.secret, modulus).to_bytes();
        [vec![0; size.saturating_sub(number.len())], number].concat()
    }
}

impl PublicKey {
    /// As `SubjectPublicKeyInfo`.
    pub fn to_der(&self) -> Vec<u8> {
        let numbers = [&self.modulus, &self.exponent].map(|n| der::integer(&n.to_bytes()));
        let numbers = value(tag::SEQUENCE, &numbers.concat());
        sequence(&[&algorithm(RSA), &der::bits(&numbers)])
    }

    /// Reads a `SubjectPublicKeyInfo`; nothing for keys of other kinds.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (algorithm, rest) = element(element(der)?.0.content)?;
        (element(algorithm.content)?.0.content == RSA).then_some(())?;
        let (bits, _) = element(rest)?;
        let (list, _) = element(bits.content.get(1..)?)?;
        let (modulus, rest) = element(list.content)?;
        let (exponent, _) = element(rest)?;
        let modulus = Number::from_bytes(modulus.content);
        let exponent = Number::from_bytes(exponent.content);
        // Great exponents would only take time.
        let fits = modulus.is_odd() && BITS.contains(&modulus.bits()) && exponent.bits() <= 32;
        fits.then_some(Self { modulus, exponent })
    }

    /// Whether a signature is that of the content.
    ///
    /// # Errors
    /// [`Unverified::Wrong`] if it is not.
    pub fn verify(&self, content: &[u8], signature: &[u8]) -> Result<(), Unverified> {
        let size = self.modulus.bits().div_ceil(8);
        let number = Number::from_bytes(signature);
        if signature.len() != size || number >= self.modulus {
            return Err(Unverified::Wrong);
        }
        let got = number.power(&self.exponent, &self.modulus);
        if got == Number::from_bytes(&padded(content, size)) {
            Ok(())
        } else {
            Err(Unverified::Wrong)
        }
    }
}

/// `AlgorithmIdentifier` without parameters.
pub(crate) fn algorithm(id: &[u8]) -> Vec<u8> {
    sequence(&[&value(tag::ID, id), &value(tag::NULL, &[])])
}

/// What is signed: the digest and its name, filled up in front.
fn padded(content: &[u8], size: usize) -> Vec<u8> {
    let digest = apimachinery::sha256::digest(content);
    let info = sequence(&[&algorithm(SHA256), &value(tag::OCTETS, &digest)]);
    let filling = vec![0xff; size.saturating_sub(info.len() + 3)];
    [&[0, 1], &filling[..], &[0], &info].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u64) -> PrivateKey {
        let mut state = seed;
        let mut random = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state ^ state >> 29
        };
        let mut prime = || {
            let mut search = Search::new(256, &mut random);
            std::iter::repeat_with(move || search.step())
                .take(2000)
                .flatten()
                .next()
                .unwrap()
        };
        PrivateKey::of_primes(prime(), prime())
    }

    #[test]
    fn signatures() {
        let (key, other) = (key(1), key(2));
        let signature = key.sign(b"hello");
        assert_eq!(key.public().verify(b"hello", &signature), Ok(()));
        let wrong = Err(Unverified::Wrong);
        assert_eq!(key.public().verify(b"hellO", &signature), wrong);
        assert_eq!(other.public().verify(b"hello", &signature), wrong);
        assert_eq!(key.public().verify(b"hello", &signature[1..]), wrong);
        assert_eq!(key.public().verify(b"hello", &[0xff; 64]), wrong);
    }

    #[test]
    fn keys_come_back() {
        let key = key(3);
        let again = PrivateKey::from_pem(&key.to_pem()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(again.secret, key.secret);
        assert_eq!(
            PublicKey::from_der(&key.public().to_der()).as_ref(),
            Some(key.public())
        );
        assert!(
            PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----")
                .is_none()
        );
    }

    #[test]
    fn primes() {
        let is = |value: u32| is_prime(&Number::small(value));
        assert!(is(4_294_967_291) && is(65_537) && is(11));
        assert!(!is(4_294_967_293) && !is(561) && !is(25) && !is(9_409));
    }
}
