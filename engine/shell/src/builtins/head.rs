//! `head`

use os::Proc;

use super::{Source, open_sources, written};
use crate::opts::Spec;

/// A count such as `5`, `-5` or `2K`.
pub(crate) fn parse_count(text: &str) -> Option<(char, u64)> {
    let sign = text.chars().next().filter(|c| "+-".contains(*c));
    let text = text.trim_start_matches(['+', '-']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit: u64 = match &text[digits..] {
        "" => 1,
        "b" => 512,
        "K" | "k" | "KiB" => 1 << 10,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "M" | "m" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        _ => return None,
    };
    let number: u64 = text[..digits].parse().ok()?;
    Some((sign.unwrap_or(' '), number.checked_mul(unit)?))
}

/// `-5` as the old spelling of `-n 5`.
pub(crate) fn old_count(args: &[String]) -> Vec<String> {
    args.iter()
        .enumerate()
        .map(|(at, arg)| {
            let digits = arg
                .strip_prefix('-')
                .filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
            match digits {
                Some(digits) if at == 1 || (at > 1 && !args[at - 1].starts_with('-')) => {
                    format!("-n{digits}")
                }
                _ => arg.clone(),
            }
        })
        .collect()
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "n:c:qv",
        &[
            ("lines", 'n'),
            ("bytes", 'c'),
            ("quiet", 'q'),
            ("silent", 'q'),
            ("verbose", 'v'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &old_count(&args), 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let by_bytes = opts.last_of("nc") == Some('c');
    let text = opts.value(if by_bytes { 'c' } else { 'n' }).unwrap_or("10");
    let Some((sign, count)) = parse_count(text) else {
        let what = if by_bytes { "bytes" } else { "lines" };
        proc.eprint(format!("head: invalid number of {what}: '{text}'\n"))
            .await;
        return 1;
    };
    let many = (opts.rest.len() > 1 || opts.has('v')) && !opts.has('q');
    let mut status = 0;
    let mut first = true;
    let stdin = ["-".to_owned()];
    for name in if opts.rest.is_empty() {
        &stdin[..]
    } else {
        &opts.rest
    } {
        let (sources, failed) = open_sources(&proc, "head", std::slice::from_ref(name)).await;
        status |= i32::from(failed);
        for source in sources {
            if many {
                let shown = if name == "-" { "standard input" } else { name };
                let gap = if first { "" } else { "\n" };
                proc.print(format!("{gap}==> {shown} <==\n")).await;
                first = false;
            }
            if let Err(failed) = print_head(&proc, &source, by_bytes, sign == '-', count).await {
                return failed;
            }
        }
    }
    status
}

async fn print_head(
    proc: &Proc,
    source: &Source,
    by_bytes: bool,
    all_but: bool,
    count: u64,
) -> Result<(), i32> {
    if all_but {
        let Ok(data) = source.read(proc).await else {
            return Ok(());
        };
        let end = if by_bytes {
            data.len().saturating_sub(count as usize)
        } else {
            let mut ends: Vec<usize> = data
                .iter()
                .enumerate()
                .filter(|(_, b)| **b == b'\n')
                .map(|(at, _)| at + 1)
                .collect();
            if data.last().is_some_and(|b| *b != b'\n') {
                ends.push(data.len());
            }
            let keep = ends.len().saturating_sub(count as usize);
            if keep == 0 { 0 } else { ends[keep - 1] }
        };
        return written(proc, data[..end].to_vec()).await;
    }
    if by_bytes {
        let mut left = count;
        while left > 0 {
            match proc
                .read_file_from(&source.file, left.min(65_536) as usize)
                .await
            {
                Ok(data) if !data.is_empty() => {
                    left -= data.len() as u64;
                    if let Err(failed) = written(proc, data).await {
                        // Bytes are written at once, lines at the end.
                        if !proc.is_busybox()
                            && let Some(error) = proc.take_lost_output()
                        {
                            let why = error.text();
                            let text = format!("head: error writing 'standard output': {why}\n");
                            proc.eprint(text).await;
                        }
                        return Err(failed);
                    }
                }
                _ => break,
            }
        }
        return Ok(());
    }
    let mut lines = source.lines(proc);
    for _ in 0..count {
        match lines.next_line().await {
            Ok(Some(line)) => written(proc, line).await?,
            _ => break,
        }
    }
    Ok(())
}
