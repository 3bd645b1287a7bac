//! `gzip`, `gunzip` and `zcat`, and what `tar -z` takes of them

use miniz_oxide::{deflate, inflate};
use os::{OpenFlags, Proc};

use super::open_sources;
use crate::opts::Spec;

/// Bytes that something may unpack to.
const LIMIT: usize = 64 << 20;

/// The data in gzip's format.
pub(crate) fn pack(data: &[u8], level: u8) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    out.extend(deflate::compress_to_vec(data, level));
    out.extend(crc32(data).to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out
}

/// What was packed; the error is what gzip says of it.
pub(crate) fn unpack(data: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    let mut rest = data;
    // Files may be joined.
    while !rest.is_empty() {
        if !rest.starts_with(&[0x1f, 0x8b]) {
            return if out.is_empty() {
                Err("not in gzip format")
            } else {
                Ok(out)
            };
        }
        let body = header(rest).ok_or("unexpected end of file")?;
        let packed = &rest[body..];
        // A stream does not tell its length before it is read: what is behind it is found by its size.
        let mut state = inflate::core::DecompressorOxide::new();
        let mut piece = vec![0; (packed.len().saturating_mul(4)).clamp(1024, LIMIT)];
        let (mut read, mut written) = (0, 0);
        loop {
            let flags = inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
            let (status, used, made) =
                inflate::core::decompress(&mut state, &packed[read..], &mut piece, written, flags);
            read += used;
            written += made;
            match status {
                inflate::TINFLStatus::Done => break,
                inflate::TINFLStatus::HasMoreOutput if piece.len() < LIMIT => {
                    let larger = (piece.len() * 2).min(LIMIT);
                    piece.resize(larger, 0);
                }
                inflate::TINFLStatus::NeedsMoreInput
                | inflate::TINFLStatus::FailedCannotMakeProgress => {
                    return Err("unexpected end of file");
                }
                inflate::TINFLStatus::HasMoreOutput => {
                    return Err("file too large for this playground");
                }
                _ => return Err("invalid compressed data--format violated"),
            }
        }
        piece.truncate(written);
        let Some(sums) = packed.get(read..read + 8) else {
            return Err("unexpected end of file");
        };
        if sums[..4] != crc32(&piece).to_le_bytes() {
            return Err("invalid compressed data--crc error");
        }
        out.extend(piece);
        rest = &packed[read + 8..];
    }
    Ok(out)
}

/// The length of the header.
fn header(data: &[u8]) -> Option<usize> {
    let flags = *data.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(*data.get(at)?) + (usize::from(*data.get(at + 1)?) << 8);
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += data.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    at += usize::from(flags & 2);
    (at <= data.len()).then_some(at)
}

fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

pub(crate) async fn gzip(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, false, false).await
}

pub(crate) async fn gunzip(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, true, false).await
}

pub(crate) async fn zcat(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, true, true).await
}

async fn run(proc: Proc, args: Vec<String>, unpacks: bool, to_stdout: bool) -> i32 {
    const SPEC: Spec = Spec::new(
        "cdfkvqnNt123456789S:",
        &[
            ("stdout", 'c'),
            ("to-stdout", 'c'),
            ("decompress", 'd'),
            ("uncompress", 'd'),
            ("force", 'f'),
            ("keep", 'k'),
            ("verbose", 'v'),
            ("quiet", 'q'),
            ("test", 't'),
            ("fast", '1'),
            ("best", '9'),
            ("no-name", 'n'),
        ],
    );
    // The others are scripts that call it.
    let tool = if proc.is_busybox() {
        os::path::basename(args.first().map_or("gzip", String::as_str)).to_owned()
    } else {
        "gzip".to_owned()
    };
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let unpacks = unpacks || opts.has('d') || opts.has('t');
    let piped = opts.rest.is_empty() || opts.rest == ["-"];
    let to_stdout = to_stdout || opts.has('c') || piped;
    if piped && !unpacks && proc.is_tty(1) && !opts.has('f') {
        let text = "gzip: compressed data not written to a terminal. Use -f to force compression.\nFor help, type: gzip -h\n";
        proc.eprint(text).await;
        return 1;
    }
    let level = opts
        .last_of("123456789")
        .and_then(|c| c.to_digit(10))
        .unwrap_or(6) as u8;
    let mut status = 0;
    let names = if piped {
        vec!["-".to_owned()]
    } else {
        opts.rest.clone()
    };
    for mut name in names {
        let exists = |name: &str| proc.vfs().stat(&proc.cred(), &proc.absolute(name)).is_ok();
        if unpacks && !piped && !exists(&name) && exists(&format!("{name}.gz")) {
            name.push_str(".gz");
        }
        let shown = if piped { "stdin" } else { &name };
        let target = match (
            unpacks,
            name.strip_suffix(".gz").or(name.strip_suffix(".tgz")),
        ) {
            (true, Some(base)) if name.ends_with(".tgz") => Some(format!("{base}.tar")),
            (true, base) => base.map(str::to_owned),
            (false, None) => Some(format!("{name}.gz")),
            (false, Some(_)) => None,
        };
        if target.is_none() && !to_stdout {
            let text = match unpacks {
                true => format!("{tool}: {name}: unknown suffix -- ignored\n"),
                false => format!("{tool}: {name} already has .gz suffix -- unchanged\n"),
            };
            proc.eprint(text).await;
            status = status.max(2);
            continue;
        }
        if proc.vfs().is_dir(&proc.cred(), &proc.absolute(&name)) {
            proc.eprint(format!("{tool}: {name} is a directory -- ignored\n"))
                .await;
            status = status.max(2);
            continue;
        }
        let (sources, _) = open_sources(&proc, &tool, std::slice::from_ref(&name)).await;
        let Some(source) = sources.first() else {
            status = 1;
            continue;
        };
        let Ok(data) = source.read(&proc).await else {
            status = 1;
            continue;
        };
        proc.cpu(std::time::Duration::from_nanos(100 * data.len() as u64))
            .await;
        let made = if unpacks {
            unpack(&data)
        } else {
            Ok(pack(&data, level))
        };
        let made = match made {
            Ok(made) => made,
            Err(text) => {
                proc.eprint(format!("\n{tool}: {shown}: {text}\n")).await;
                status = 1;
                continue;
            }
        };
        if opts.has('t') {
            continue;
        }
        if to_stdout {
            if proc.write(1, made).await.is_err() {
                return 1;
            }
            continue;
        }
        let target = target.unwrap_or_default();
        if exists(&target) && !opts.has('f') {
            let text = format!("{tool}: {target} already exists;\tnot overwritten\n");
            proc.eprint(text).await;
            status = status.max(2);
            continue;
        }
        let written = match proc.open(&target, OpenFlags::WRITE) {
            Ok(file) => proc.write_file_to(&file, made).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            proc.eprint(format!("{tool}: {target}: {}\n", error.text()))
                .await;
            status = 1;
            continue;
        }
        if !opts.has('k') {
            let _ = proc.vfs().unlink(&proc.cred(), &proc.absolute(&name));
        }
    }
    status
}
