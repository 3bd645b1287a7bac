//! The cluster's authority: the certificate that everybody trusts, and the key that it signs with.
//!
//! Both are the same in every cluster, so that a new one need not look for primes before it shows its prompt. The key is no
//! secret, then: what it vouches for is worth something inside this cluster only, and there anybody may start another.

use crate::certificate::Certificate;
use crate::number::Number;
use crate::rsa::PrivateKey;

/// The certificate, as PEM: `kubernetes-ca`, valid for longer than anybody's clock will be set to.
pub const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIDGjCCAgKgAwIBAgIUWgxOIdh7NvkUXiC3w6qRCG9NdxIwDQYJKoZIhvcNAQEL\n\
BQAwGDEWMBQGA1UEAwwNa3ViZXJuZXRlcy1jYTAeFw0yNjAxMDEwMDAwMDBaFw00\n\
OTEyMzEyMzU5NTlaMBgxFjAUBgNVBAMMDWt1YmVybmV0ZXMtY2EwggEiMA0GCSqG\n\
SIb3DQEBAQUAA4IBDwAwggEKAoIBAQCxdjo+1saealbtKSnlBsLaHAvE2x57xR0y\n\
bgpQe5bJspIf+e5wHunXOwt1/ZikzSy1VYUxcjLGM9wYidQAKsPAzFeCdgYVSHgQ\n\
kTCJFek1m73GaaPlNiZYKK976nLRfiri6gtFmokwMZsWoKkcEvErR79+GIzO/spZ\n\
3Kyu1Vc9tZrObc4LlnxfqE7I9LlIJKdR8RLsbMoGG9nR01WUHPEKvNp/4g1/0vUt\n\
icuU8Gk+2hOq7at6dHqCJUwLYkkJuHxoR3qU0fLMPXypCEcYhXpOGXAhPajZIKgt\n\
WZWF/ihexalO6YYbnG0x+aqmmYRF7+ZpTsW7w5cpq4DStIJ7WHsnAgMBAAGjXDBa\n\
MA4GA1UdDwEB/wQEAwICpDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBTkNY+o\n\
CSw3+lYKfK1xiOXiZKXPkjAYBgNVHREEETAPgg1rdWJlcm5ldGVzLWNhMA0GCSqG\n\
SIb3DQEBCwUAA4IBAQA+z/vA7ZoYqcxlkXEPu1uCWmAJRZRoTCfHpedwV5ccaTuO\n\
OMdsEKS+SpX7KTyAzqbGtxZ9i50Diiu0hdYWFqR+TPR8tpOqJlUaCISRP+AP4QKb\n\
gymtJEkkG7nvhDthmBA+TI3utUwVjAu+pervpImz1o5W8ErCREsgciTUUGiNPYo3\n\
cMVmDMtRGNDrMbhmdZDmsx3/3SqyNWlLaJFz3ylFyaYWRuBCEH2D2iXGe23vJdkM\n\
eoJA+YBR656TMwTXVocuDNUDf1e9vubuOiRuLdvUSF3vwOe/AMiaP5uPthQCPGMY\n\
OLHQGDH9yLKlNl2Clz/04fzqUqwvDOvEbXyJ73ny\n\
-----END CERTIFICATE-----\n";

/// The two primes of its key, in hexadecimal digits.
const PRIMES: [&str; 2] = [
    "e000a70f3ec9c10a9d1e8e0a41e32961f6612b04e020d9bea417b85a5bd91c0e\
     d3bbb674a67aa8c9457a40a76ca47115e4fff6cce0503968052344ea72dc4dcd\
     d978b1231235addc639efe9c75a7f6df31d35a992d0fda198e712bef674ec09d\
     157549b1140150e0b6256835fb3eaba9b34b1d670dbf730c635a29b5f560a4f1",
    "cacfab4f3020e7e3e2771575c1300ced2764c622add8c1e17458d192be581163\
     650c6fd1f8a3a0fdd99835911e936ea85ecb82b9ba2e2b1bf34a03dadf560ca2\
     c8d92200acb08bc663ab3d577c371a501a780fc31b3688683652e7097f9d3c02\
     c13d9db02d5016b5106a57d361f63b67b8aa5bfb159b8b4d2ad6447c94d64197",
];

/// The key.
pub fn key() -> PrivateKey {
    let [first, second] = PRIMES.map(|text| {
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
        let pairs = text.as_bytes().chunks(2);
        let bytes: Vec<u8> = pairs
            .map(|pair| pair.iter().fold(0, |sum, b| sum << 4 | digit(*b)))
            .collect();
        Number::from_bytes(&bytes)
    });
    PrivateKey::of_primes(first, second)
}

/// Whom a certificate is for, if the authority signed it and it is valid at a time (in seconds since the epoch).
pub fn vouches_for(text: &str, now: i64) -> Option<Certificate> {
    let certificate = Certificate::from_pem(text)?;
    let (begin, end) = certificate.valid;
    let ours = (begin..=end).contains(&now) && certificate.verify(key().public()).is_ok();
    ours.then_some(certificate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_that_of_the_certificate() {
        let certificate = Certificate::from_pem(CERTIFICATE).unwrap();
        assert_eq!(certificate.key, key().public().to_der());
        assert_eq!(certificate.subject.common(), "kubernetes-ca");
        assert!(vouches_for(CERTIFICATE, certificate.valid.0).is_some());
        assert!(vouches_for(CERTIFICATE, certificate.valid.1 + 1).is_none());
    }
}
