//! `cat`

use os::{Bytes, File, Proc};

use super::open_sources;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "nbsAETvetu",
        &[
            ("number", 'n'),
            ("number-nonblank", 'b'),
            ("squeeze-blank", 's'),
            ("show-all", 'A'),
            ("show-ends", 'E'),
            ("show-tabs", 'T'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let plain = !"nbsAETvet".chars().any(|flag| opts.has(flag));
    let stdin = ["-".to_owned()];
    let names = if opts.rest.is_empty() {
        &stdin[..]
    } else {
        &opts.rest
    };
    if let Err(error) = proc.fd(1)
        && !proc.is_busybox()
    {
        let text = format!("cat: standard output: {}\n", error.text());
        proc.eprint(text).await;
        return 1;
    }
    let mut status = 0;
    let mut number = 0;
    let mut blanks = 0;
    // One after the other: a file that is missing is complained of when its turn comes.
    for name in names {
        let (sources, failed) = open_sources(&proc, "cat", std::slice::from_ref(name)).await;
        status |= i32::from(failed);
        for source in sources {
            if proc.fd(1).is_ok_and(|out| feeds_itself(&source.file, &out)) {
                let text = format!("cat: {name}: input file is output file\n");
                proc.eprint(text).await;
                status = 1;
                continue;
            }
            if plain {
                loop {
                    match proc.read_file_from(&source.file, 65_536).await {
                        Ok(data) if data.is_empty() => break,
                        Ok(data) => {
                            if proc.write(1, data).await.is_err() {
                                return 1;
                            }
                        }
                        Err(error) => {
                            proc.eprint(format!("cat: {name}: {}\n", error.text()))
                                .await;
                            status = 1;
                            break;
                        }
                    }
                }
                continue;
            }
            let mut lines = source.lines(&proc);
            while let Ok(Some(line)) = lines.next_line().await {
                let blank = &line[..] == b"\n";
                blanks = if blank { blanks + 1 } else { 0 };
                if opts.has('s') && blanks > 1 {
                    continue;
                }
                let mut out = Vec::new();
                if opts.has('b') && !blank || opts.has('n') && !opts.has('b') {
                    number += 1;
                    out.extend_from_slice(format!("{number:6}\t").as_bytes());
                }
                show(&line, &opts, &mut out);
                if proc.write(1, Bytes::from(out)).await.is_err() {
                    return 1;
                }
            }
        }
    }
    status
}

/// Whether what is written would be read again, for ever.
fn feeds_itself(input: &File, output: &File) -> bool {
    let (Some(input), Some(output)) = (input.regular(), output.regular()) else {
        return false;
    };
    input.is_same_file(output) && input.offset() < input.size()
}

fn show(line: &[u8], opts: &crate::opts::Opts, out: &mut Vec<u8>) {
    let all = opts.has('A');
    let ends = all || opts.has('E') || opts.has('e');
    let tabs = all || opts.has('T') || opts.has('t');
    let control = all || opts.has('v') || opts.has('e') || opts.has('t');
    for byte in line {
        match byte {
            b'\n' => {
                if ends {
                    out.push(b'$');
                }
                out.push(b'\n');
            }
            b'\t' if tabs => out.extend_from_slice(b"^I"),
            b'\t' => out.push(b'\t'),
            0..=31 if control => out.extend_from_slice(&[b'^', byte + 64]),
            127 if control => out.extend_from_slice(b"^?"),
            128.. if control => {
                out.extend_from_slice(b"M-");
                match byte - 128 {
                    low @ 0..=31 => out.extend_from_slice(&[b'^', low + 64]),
                    127 => out.extend_from_slice(b"^?"),
                    low => out.push(low),
                }
            }
            _ => out.push(*byte),
        }
    }
}
