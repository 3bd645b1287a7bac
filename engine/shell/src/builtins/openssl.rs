//! `openssl`: random bytes, base64, digests; RSA keys, requests for certificates, and certificates

mod certificates;
mod keys;
mod show;

use os::Proc;

use super::{base64, sha};

/// Bytes that may be asked for at once.
const MAX_BYTES: usize = 16 << 20;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let Some(command) = args.get(1) else {
        proc.eprint("help: openssl rand|base64|dgst|genrsa|rsa|req|x509|verify|version\n")
            .await;
        return 0;
    };
    let options: Vec<&str> = args[2..].iter().map(String::as_str).collect();
    match command.as_str() {
        "version" => {
            proc.print("OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)\n")
                .await;
            0
        }
        "rand" => rand(&proc, &options).await,
        "base64" | "enc" => encode(&proc, &options).await,
        "dgst" | "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512" => {
            digest(&proc, command, &options).await
        }
        "genrsa" | "genpkey" => keys::generate(&proc, command, &options).await,
        "rsa" | "pkey" => keys::convert(&proc, &options).await,
        "req" => certificates::request(&proc, &options).await,
        "x509" => certificates::x509(&proc, &options).await,
        "verify" => certificates::verify(&proc, &options).await,
        "ecparam" | "ec" | "pkcs12" | "s_client" => {
            proc.eprint(format!(
                "openssl: {command}: this playground has RSA keys and X.509 certificates only\n"
            ))
            .await;
            1
        }
        other => {
            proc.eprint(format!(
                "Invalid command '{other}'; type \"help\" for a list.\n"
            ))
            .await;
            1
        }
    }
}

async fn emit(proc: &Proc, data: Vec<u8>, to: Option<&str>) -> i32 {
    let done = match to {
        None => proc.write(1, data).await,
        Some(name) => match proc.open(name, os::OpenFlags::WRITE) {
            Ok(file) => proc.write_file_to(&file, data).await,
            Err(error) => Err(error),
        },
    };
    match done {
        Ok(()) => 0,
        Err(error) => {
            proc.eprint(format!(
                "Can't open \"{}\" for writing, {}\n",
                to.unwrap_or("-"),
                error.text()
            ))
            .await;
            1
        }
    }
}

fn value_of<'a>(options: &[&'a str], name: &str) -> Option<&'a str> {
    let at = options.iter().position(|option| *option == name)?;
    options.get(at + 1).copied()
}

async fn rand(proc: &Proc, options: &[&str]) -> i32 {
    let count = options.last().and_then(|text| text.parse::<usize>().ok());
    let Some(count) = count.filter(|count| *count > 0 && *count <= MAX_BYTES) else {
        proc.eprint("Usage: rand [options] num\n").await;
        return 1;
    };
    let mut rng = proc.sim().rng(&format!(
        "openssl/{}/{}",
        proc.machine().hostname(),
        proc.pid()
    ));
    let mut bytes = Vec::with_capacity(count);
    while bytes.len() < count {
        bytes.extend_from_slice(&rng.next_u64().to_le_bytes());
    }
    bytes.truncate(count);
    let data = if options.contains(&"-hex") {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        (hex + "\n").into_bytes()
    } else if options.contains(&"-base64") {
        folded(&base64::encode(&bytes)).into_bytes()
    } else {
        bytes
    };
    emit(proc, data, value_of(options, "-out")).await
}

fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out
}

async fn input(proc: &Proc, name: Option<&str>) -> Result<Vec<u8>, i32> {
    let data = match name {
        None => proc.read_to_end(0, MAX_BYTES).await,
        Some(name) => proc.read_path(name, MAX_BYTES).await,
    };
    match data {
        Ok(data) => Ok(data),
        Err(error) => {
            proc.eprint(format!(
                "Can't open \"{}\" for reading, {}\n",
                name.unwrap_or("-"),
                error.text()
            ))
            .await;
            Err(1)
        }
    }
}

async fn encode(proc: &Proc, options: &[&str]) -> i32 {
    let data = match input(proc, value_of(options, "-in")).await {
        Ok(data) => data,
        Err(status) => return status,
    };
    let out = if options.contains(&"-d") {
        let mut out = Vec::new();
        base64::decode(&data, true, &mut out);
        out
    } else if options.contains(&"-A") {
        base64::encode(&data).into_bytes()
    } else {
        folded(&base64::encode(&data)).into_bytes()
    };
    emit(proc, out, value_of(options, "-out")).await
}

async fn digest(proc: &Proc, command: &str, options: &[&str]) -> i32 {
    let named = |option: &str| {
        let name = option.trim_start_matches('-');
        sha::Kind::ALL.into_iter().find(|kind| kind.name() == name)
    };
    let kind = options
        .iter()
        .rev()
        .filter(|option| option.starts_with('-'))
        .find_map(|option| named(option))
        .or_else(|| named(command));
    // It names an algorithm by another name when nobody asked for it.
    let asked = kind.is_some();
    let kind = kind.unwrap_or(sha::Kind::Sha256);
    let to = value_of(options, "-out");
    let files: Vec<&str> = options
        .iter()
        .copied()
        .filter(|option| !option.starts_with('-') && Some(*option) != to)
        .collect();
    let files = match files.as_slice() {
        [] => vec![None],
        files => files.iter().copied().map(Some).collect(),
    };
    let (mut out, mut failed) = (Vec::new(), 0);
    for file in files {
        let data = match input(proc, file).await {
            Ok(data) => data,
            Err(status) => {
                failed = status;
                continue;
            }
        };
        let sum = kind.sum(&data);
        let shown = file.unwrap_or("stdin");
        if options.contains(&"-binary") {
            out.extend(sum);
        } else if options.contains(&"-r") {
            out.extend(format!("{} *{shown}\n", sha::hex(&sum)).into_bytes());
        } else {
            let name = kind.name().to_uppercase();
            let name = match kind {
                sha::Kind::Md5 | sha::Kind::Sha1 => name,
                _ if asked => name.replace("SHA", "SHA2-"),
                _ => name,
            };
            out.extend(format!("{name}({shown})= {}\n", sha::hex(&sum)).into_bytes());
        }
    }
    match emit(proc, out, to).await {
        0 => failed,
        status => status,
    }
}
