//! `genrsa`, `genpkey`, `rsa`, `pkey`: private keys.

use std::time::Duration;

use os::Proc;
use pki::rsa::{BITS, Search};
use pki::{Number, PrivateKey};

use super::{emit, input, value_of};

/// Bits of a key when nobody says.
pub(super) const DEFAULT_BITS: usize = 2048;
/// Candidates for a prime that are looked at before giving up; a few hundred are enough.
const MAX_CANDIDATES: usize = 100_000;
/// What looking at one takes.
const STEP: Duration = Duration::from_micros(500);

/// `genrsa [-out FILE] [BITS]`, `genpkey -algorithm RSA [-pkeyopt rsa_keygen_bits:BITS]`
pub(super) async fn generate(proc: &Proc, command: &str, options: &[&str]) -> i32 {
    let algorithm = value_of(options, "-algorithm").unwrap_or("RSA");
    if !algorithm.eq_ignore_ascii_case("rsa") {
        let text =
            format!("openssl: {command}: this playground has RSA keys only, no {algorithm}\n");
        proc.eprint(text).await;
        return 1;
    }
    let wanted = value_of(options, "-pkeyopt").and_then(|o| o.strip_prefix("rsa_keygen_bits:"));
    let last = options
        .last()
        .filter(|o| o.bytes().all(|b| b.is_ascii_digit()));
    match new(proc, wanted.or(last.copied())).await {
        Ok(key) => emit(proc, key.to_pem().into_bytes(), value_of(options, "-out")).await,
        Err(status) => status,
    }
}

/// A new key of so many bits.
pub(super) async fn new(proc: &Proc, bits: Option<&str>) -> Result<PrivateKey, i32> {
    let bits = bits.map_or(Some(DEFAULT_BITS), |bits| bits.parse().ok());
    let bits = match bits.filter(|bits| BITS.contains(bits)) {
        // Primes of whole words.
        Some(bits) => bits.next_multiple_of(128),
        None => {
            let text = format!(
                "genrsa: keys have {} to {} bits here\n",
                BITS.start(),
                BITS.end()
            );
            proc.eprint(text).await;
            return Err(1);
        }
    };
    let seed = format!(
        "key/{}/{}/{}",
        proc.machine().hostname(),
        proc.pid(),
        proc.now().as_micros()
    );
    let mut rng = proc.sim().rng(&seed);
    let first = prime(proc, bits / 2, || rng.next_u64()).await?;
    let second = prime(proc, bits / 2, || rng.next_u64()).await?;
    Ok(PrivateKey::of_primes(first, second))
}

async fn prime(proc: &Proc, bits: usize, random: impl FnMut() -> u64) -> Result<Number, i32> {
    let mut search = Search::new(bits, random);
    for _ in 0..MAX_CANDIDATES {
        if let Some(prime) = search.step() {
            return Ok(prime);
        }
        proc.cpu(STEP).await;
    }
    proc.eprint("genrsa: no prime was found\n").await;
    Err(1)
}

/// Reads a private key from a file.
pub(super) async fn read(proc: &Proc, path: Option<&str>) -> Result<PrivateKey, i32> {
    let bytes = input(proc, path).await?;
    let key = PrivateKey::from_pem(&String::from_utf8_lossy(&bytes));
    let Some(key) = key else {
        let from = path.unwrap_or("<stdin>");
        proc.eprint(format!("Could not read private key from {from}\n"))
            .await;
        return Err(1);
    };
    Ok(key)
}

/// `rsa -in FILE [-pubout] [-check] [-noout]`: the key again, or its public half.
pub(super) async fn convert(proc: &Proc, options: &[&str]) -> i32 {
    let key = match read(proc, value_of(options, "-in")).await {
        Ok(key) => key,
        Err(status) => return status,
    };
    let mut out = String::new();
    if options.contains(&"-check") {
        out.push_str("RSA key ok\n");
    }
    if options.contains(&"-modulus") {
        out.push_str(&super::show::modulus(&key.public().modulus));
    }
    if options.contains(&"-pubout") {
        out.push_str(&pki::encode("PUBLIC KEY", &key.public().to_der()));
    } else if !options.contains(&"-noout") {
        proc.eprint("writing RSA key\n").await;
        out.push_str(&key.to_pem());
    }
    emit(proc, out.into_bytes(), value_of(options, "-out")).await
}
