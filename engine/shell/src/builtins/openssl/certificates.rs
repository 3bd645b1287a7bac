//! `req`, `x509`, `verify`: requests for certificates, and certificates.

use std::fmt::Write as _;

use os::Proc;
use pki::{
    AlternativeNames, Certificate, Extension, Name, PrivateKey, PublicKey, Request, Template,
};

use super::{emit, input, keys, show, value_of};

/// Seconds of a day.
const DAY: i64 = 24 * 3600;
/// How long a certificate is good when nobody says.
const DAYS: i64 = 30;

/// `req`: a request for a certificate, or with `-x509` a certificate that vouches for itself; without `-new`, one is read.
pub(super) async fn request(proc: &Proc, options: &[&str]) -> i32 {
    let has = |name| options.contains(&name);
    if !["-new", "-newkey", "-x509"].into_iter().any(has) {
        return look(proc, options).await;
    }
    let Some(subject) = value_of(options, "-subj") else {
        proc.eprint("openssl: req: -subj is needed: nobody asks questions in this playground\n")
            .await;
        return 1;
    };
    let subject = match parse_subject(subject) {
        Ok(subject) => subject,
        Err(problem) => {
            proc.eprint(problem).await;
            return 1;
        }
    };
    let extensions = match added(options) {
        Ok(extensions) => extensions,
        Err(problem) => {
            proc.eprint(problem).await;
            return 1;
        }
    };
    let key = match value_of(options, "-key") {
        Some(path) => keys::read(proc, Some(path)).await,
        None => new_key(proc, options).await,
    };
    let key = match key {
        Ok(key) => key,
        Err(status) => return status,
    };
    let made = if has("-x509") {
        let name = subject.to_der();
        let public = key.public().to_der();
        sign(
            proc,
            options,
            (name.clone(), name),
            &public,
            &extensions,
            &key,
        )
    } else {
        pki::request(&subject, &extensions, &key)
    };
    emit(proc, made.into_bytes(), value_of(options, "-out")).await
}

/// A key for a request, in a file of its own.
async fn new_key(proc: &Proc, options: &[&str]) -> Result<PrivateKey, i32> {
    let bits = value_of(options, "-newkey").and_then(|kind| kind.strip_prefix("rsa:"));
    let key = keys::new(proc, bits).await?;
    let path = value_of(options, "-keyout").unwrap_or("privkey.pem");
    let status = emit(proc, key.to_pem().into_bytes(), Some(path)).await;
    if status != 0 {
        return Err(status);
    }
    proc.eprint("-----\n").await;
    Ok(key)
}

/// Reads `/O=x/CN=y`; the error says what is wrong.
fn parse_subject(text: &str) -> Result<Name, String> {
    let Some(text) = text.strip_prefix('/') else {
        return Err(format!(
            "req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '{text}'\n"
        ));
    };
    let mut name = Name::default();
    for part in text.split('/').filter(|part| !part.is_empty()) {
        let Some((kind, value)) = part.split_once('=') else {
            return Err(format!(
                "req: Missing '=' after RDN type string '{part}' in subject name string\n"
            ));
        };
        if !name.add(kind, value) {
            return Err(format!(
                "req: Unknown or missing attribute in the subject: {kind}\n"
            ));
        }
    }
    Ok(name)
}

/// The extensions of `-addext`.
fn added(options: &[&str]) -> Result<Vec<Extension>, String> {
    let mut out = Vec::new();
    for (at, _) in options
        .iter()
        .enumerate()
        .filter(|(_, option)| **option == "-addext")
    {
        let text = options.get(at + 1).copied().unwrap_or_default();
        let names = text
            .strip_prefix("subjectAltName")
            .map(|rest| rest.trim_start_matches([' ', '=']));
        let Some(names) = names else {
            return Err(format!(
                "openssl: req: -addext knows subjectAltName here, not {text}\n"
            ));
        };
        let mut all = AlternativeNames::default();
        for name in names.split(',').map(str::trim) {
            if !all.add(name) {
                return Err(format!(
                    "Error checking extension value: subjectAltName={name}\n"
                ));
            }
        }
        out.push(all.to_extension(false));
    }
    Ok(out)
}

/// Makes a certificate for names (who signs, whom it is for) and a public key.
fn sign(
    proc: &Proc,
    options: &[&str],
    (issuer, subject): (Vec<u8>, Vec<u8>),
    public: &[u8],
    extensions: &[Extension],
    key: &PrivateKey,
) -> String {
    let now = proc.now().as_secs();
    let days = value_of(options, "-days").and_then(|days| days.parse().ok());
    let end = now.saturating_add(days.unwrap_or(DAYS).clamp(0, 100_000) * DAY);
    let mut rng = proc.sim().rng(&format!("serial/{}/{now}", proc.pid()));
    let serial = [rng.next_u64().to_be_bytes(), rng.next_u64().to_be_bytes()].concat();
    let template = Template {
        serial: &serial,
        issuer,
        subject,
        valid: (now, end),
        key: public,
        extensions,
    };
    pki::certificate(&template, key)
}

/// Reads a request, and shows it.
async fn look(proc: &Proc, options: &[&str]) -> i32 {
    let path = value_of(options, "-in");
    let text = match input(proc, path).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(status) => return status,
    };
    let Some(read) = Request::from_pem(&text) else {
        proc.eprint("Unable to load X509 request\n").await;
        return 1;
    };
    if options.contains(&"-verify") {
        let fine = read.verify().is_ok();
        let said = if fine { "OK" } else { "failure" };
        proc.eprint(format!(
            "Certificate request self-signature verify {said}\n"
        ))
        .await;
        if !fine {
            return 1;
        }
    }
    let mut out = String::new();
    if options.contains(&"-text") {
        out.push_str(&show::request(&read));
    }
    if options.contains(&"-subject") {
        let _ = writeln!(out, "subject={}", read.subject.text());
    }
    if !options.contains(&"-noout") {
        out.push_str(text.trim_start());
    }
    emit(proc, out.into_bytes(), value_of(options, "-out")).await
}

async fn read(proc: &Proc, path: Option<&str>) -> Result<(String, Certificate), i32> {
    let bytes = input(proc, path).await?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Some(read) = Certificate::from_pem(&text) else {
        let from = path.unwrap_or("<stdin>");
        let text = format!("Could not read certificate from {from}\nUnable to load certificate\n");
        proc.eprint(text).await;
        return Err(1);
    };
    Ok((text, read))
}

/// `x509`: shows a certificate, or with `-req` makes one of a request.
pub(super) async fn x509(proc: &Proc, options: &[&str]) -> i32 {
    if options.contains(&"-req") {
        return answer(proc, options).await.unwrap_or_else(|status| status);
    }
    let (text, read) = match read(proc, value_of(options, "-in")).await {
        Ok(read) => read,
        Err(status) => return status,
    };
    let mut out = String::new();
    let mut status = 0;
    for (at, option) in options.iter().enumerate() {
        let (begin, end) = (show::time(read.valid.0), show::time(read.valid.1));
        match *option {
            "-text" => out.push_str(&show::certificate(&read)),
            "-subject" => {
                let _ = writeln!(out, "subject={}", read.subject.text());
            }
            "-issuer" => {
                let _ = writeln!(out, "issuer={}", read.issuer.text());
            }
            "-dates" => {
                let _ = writeln!(out, "notBefore={begin}\nnotAfter={end}");
            }
            "-startdate" => {
                let _ = writeln!(out, "notBefore={begin}");
            }
            "-enddate" => {
                let _ = writeln!(out, "notAfter={end}");
            }
            "-serial" => {
                let _ = writeln!(out, "serial={}", show::hex(&read.serial, ""));
            }
            "-modulus" => match PublicKey::from_der(&read.key) {
                Some(key) => out.push_str(&show::modulus(&key.modulus)),
                None => out.push_str("Modulus=No modulus for this public key type\n"),
            },
            "-pubkey" => out.push_str(&pki::encode("PUBLIC KEY", &read.key)),
            "-checkend" => {
                let seconds = options
                    .get(at + 1)
                    .and_then(|text| text.parse::<i64>().ok());
                let then = proc.now().as_secs().saturating_add(seconds.unwrap_or(0));
                let ends = read.valid.1 < then;
                status = i32::from(ends);
                out.push_str(if ends {
                    "Certificate will expire\n"
                } else {
                    "Certificate will not expire\n"
                });
            }
            _ => {}
        }
    }
    if !options.contains(&"-noout") {
        let der = pki::decode(&text, &["CERTIFICATE"]).unwrap_or_default();
        out.push_str(&pki::encode("CERTIFICATE", &der));
    }
    status.max(emit(proc, out.into_bytes(), value_of(options, "-out")).await)
}

/// `x509 -req -in REQUEST -CA CERTIFICATE -CAkey KEY`: a certificate that answers a request.
async fn answer(proc: &Proc, options: &[&str]) -> Result<i32, i32> {
    let bytes = input(proc, value_of(options, "-in")).await?;
    let Some(asked) = Request::from_pem(&String::from_utf8_lossy(&bytes)) else {
        proc.eprint("Unable to load X509 request\n").await;
        return Err(1);
    };
    if asked.verify().is_err() {
        proc.eprint("Certificate request self-signature did not match the contents\n")
            .await;
        return Err(1);
    }
    proc.eprint(format!(
        "Certificate request self-signature ok\nsubject={}\n",
        asked.subject.text()
    ))
    .await;
    let (issuer, key) = match (value_of(options, "-CA"), value_of(options, "-signkey")) {
        (Some(authority), _) => {
            let (_, authority_read) = read(proc, Some(authority)).await?;
            let path = value_of(options, "-CAkey").unwrap_or(authority);
            (
                authority_read.subject.to_der(),
                keys::read(proc, Some(path)).await?,
            )
        }
        (None, Some(own)) => (asked.subject.to_der(), keys::read(proc, Some(own)).await?),
        (None, None) => {
            proc.eprint("openssl: x509: -req needs -CA and -CAkey, or -signkey\n")
                .await;
            return Err(1);
        }
    };
    let copied = value_of(options, "-copy_extensions").is_some();
    let extensions = if copied { &asked.extensions[..] } else { &[] };
    let names = (issuer, asked.subject.to_der());
    let made = sign(proc, options, names, &asked.key, extensions, &key);
    Ok(emit(proc, made.into_bytes(), value_of(options, "-out")).await)
}

/// `verify -CAfile AUTHORITY CERTIFICATE`
pub(super) async fn verify(proc: &Proc, options: &[&str]) -> i32 {
    let (Some(authority), Some(path)) = (value_of(options, "-CAfile"), options.last()) else {
        proc.eprint("openssl: verify: -CAfile is needed: nobody else is trusted here\n")
            .await;
        return 1;
    };
    let (authority, certificate) = match (
        read(proc, Some(authority)).await,
        read(proc, Some(path)).await,
    ) {
        (Ok((_, authority)), Ok((_, certificate))) => (authority, certificate),
        _ => return 1,
    };
    let key = PublicKey::from_der(&authority.key);
    let signed = certificate.issuer == authority.subject
        && key.is_some_and(|key| certificate.verify(&key).is_ok());
    let now = proc.now().as_secs();
    let problem = if !signed {
        Some((20, "unable to get local issuer certificate"))
    } else if now > certificate.valid.1 {
        Some((10, "certificate has expired"))
    } else if now < certificate.valid.0 {
        Some((9, "certificate is not yet valid"))
    } else {
        None
    };
    let Some((number, text)) = problem else {
        proc.print(format!("{path}: OK\n")).await;
        return 0;
    };
    let subject = certificate.subject.text();
    proc.eprint(format!(
        "{subject}\nerror {number} at 0 depth lookup: {text}\nerror {path}: verification failed\n"
    ))
    .await;
    2
}
