//! `dd`: copies blocks. Not here: conversions other than `notrunc`, and flags of files.

use os::{File, OpenFlags, Proc};

use super::head::parse_count;

/// What is to be copied.
struct Job {
    from: Option<String>,
    to: Option<String>,
    block: usize,
    count: Option<u64>,
    skip: u64,
    seek: u64,
    keep: bool,
    silent: bool,
}

/// No block may be larger than this.
const MAX_BLOCK: u64 = 64 << 20;

fn parse(args: &[String]) -> Result<Job, String> {
    let mut job = Job {
        from: None,
        to: None,
        block: 512,
        count: None,
        skip: 0,
        seek: 0,
        keep: false,
        silent: false,
    };
    for arg in args.iter().skip(1) {
        let Some((key, value)) = arg.split_once('=') else {
            return Err(format!("unrecognized operand '{arg}'"));
        };
        let number = || {
            let parsed = parse_count(value.strip_suffix('c').unwrap_or(value));
            let plain = parsed.filter(|(sign, _)| *sign == ' ');
            plain
                .map(|(_, number)| number)
                .ok_or_else(|| format!("invalid number: '{value}'"))
        };
        match key {
            "if" => job.from = Some(value.to_owned()),
            "of" => job.to = Some(value.to_owned()),
            "bs" | "ibs" | "obs" => {
                let size = number()?;
                if size == 0 || size > MAX_BLOCK {
                    return Err(format!("invalid number: '{value}'"));
                }
                job.block = usize::try_from(size).unwrap_or(512);
            }
            "count" => job.count = Some(number()?),
            "skip" | "iseek" => job.skip = number()?,
            "seek" | "oseek" => job.seek = number()?,
            "conv" => job.keep = value.split(',').any(|word| word == "notrunc"),
            "status" => job.silent = value == "none",
            "iflag" | "oflag" => {}
            _ => return Err(format!("unrecognized operand '{arg}'")),
        }
    }
    Ok(job)
}

/// How many blocks went through, whole ones and parts.
#[derive(Default)]
struct Blocks {
    whole: u64,
    parts: u64,
    bytes: u64,
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let job = match parse(&args) {
        Ok(job) => job,
        Err(why) => {
            proc.eprint(format!("dd: {why}\n")).await;
            return 1;
        }
    };
    let began = proc.now();
    let open = |name: &str, flags, fails: &str| {
        proc.open(name, flags)
            .map_err(|error| match proc.is_busybox() {
                true => format!("dd: can't open '{name}': {}\n", error.text()),
                false => format!("dd: failed to open '{name}'{fails}: {}\n", error.text()),
            })
    };
    let from = match &job.from {
        Some(name) => open(name, OpenFlags::READ, ""),
        None => proc
            .fd(0)
            .map_err(|error| format!("dd: {}\n", error.text())),
    };
    let to = match &job.to {
        Some(name) => {
            let flags = OpenFlags {
                truncate: !job.keep && job.seek == 0,
                ..OpenFlags::WRITE
            };
            open(name, flags, " for writing")
        }
        None => proc
            .fd(1)
            .map_err(|error| format!("dd: {}\n", error.text())),
    };
    let (from, to) = match (from, to) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(why), _) | (_, Err(why)) => {
            proc.eprint(why).await;
            return 1;
        }
    };
    let mut done = Blocks::default();
    let status = copy(&proc, &job, &from, &to, &mut done).await;
    if !job.silent {
        let seconds = proc.now().since(began).as_secs_f64();
        proc.eprint(report(&proc, &done, seconds)).await;
    }
    status
}

/// A block from a file; shorter at its end.
async fn block(proc: &Proc, file: &File, size: usize) -> os::SysResult<Vec<u8>> {
    let mut data = Vec::new();
    while data.len() < size {
        let piece = proc.read_file_from(file, size - data.len()).await?;
        if piece.is_empty() {
            break;
        }
        data.extend_from_slice(&piece);
    }
    Ok(data)
}

async fn copy(proc: &Proc, job: &Job, from: &File, to: &File, done: &mut Blocks) -> i32 {
    if let Some(file) = to.regular() {
        file.seek(job.seek.saturating_mul(job.block as u64));
    }
    for _ in 0..job.skip {
        match block(proc, from, job.block).await {
            Ok(data) if !data.is_empty() => {}
            _ => break,
        }
    }
    while job
        .count
        .is_none_or(|count| done.whole + done.parts < count)
    {
        let data = match block(proc, from, job.block).await {
            Ok(data) => data,
            Err(error) => {
                proc.eprint(format!("dd: error reading: {}\n", error.text()))
                    .await;
                return 1;
            }
        };
        let length = data.len();
        if length == 0 {
            break;
        }
        if let Err(error) = proc.write_file_to(to, data).await {
            let name = job.to.as_deref().unwrap_or("standard output");
            proc.eprint(format!("dd: error writing '{name}': {}\n", error.text()))
                .await;
            return 1;
        }
        done.bytes += length as u64;
        if length == job.block {
            done.whole += 1;
        } else {
            done.parts += 1;
        }
    }
    0
}

/// A number of bytes in units of a thousand (or 1024) each.
fn in_units(bytes: f64, base: f64, units: [&str; 4]) -> String {
    let mut value = bytes;
    let mut unit = 0;
    while value >= base && unit < 3 {
        value /= base;
        unit += 1;
    }
    if value < 10.0 && unit > 0 {
        format!("{value:.1}{}", units[unit])
    } else {
        format!("{value:.0}{}", units[unit])
    }
}

fn report(proc: &Proc, done: &Blocks, seconds: f64) -> String {
    let Blocks {
        whole,
        parts,
        bytes,
    } = done;
    let amount = *bytes as f64;
    let speed = amount / seconds.max(0.000_001);
    let records = format!("{whole}+{parts} records in\n{whole}+{parts} records out\n");
    if proc.is_busybox() {
        let (mut value, mut rate, mut unit, mut per) = (amount, speed, 0, 0);
        while value >= 1024.0 && unit < 3 {
            value /= 1024.0;
            unit += 1;
        }
        while rate >= 1024.0 && per < 3 {
            rate /= 1024.0;
            per += 1;
        }
        let units = ["B", "KB", "MB", "GB"];
        return format!(
            "{records}{bytes} bytes ({value:.1}{}) copied, {seconds:.6} seconds, {rate:.1}{}/s\n",
            units[unit], units[per]
        );
    }
    let si = in_units(amount, 1000.0, [" B", " kB", " MB", " GB"]);
    let iec = in_units(amount, 1024.0, [" B", " KiB", " MiB", " GiB"]);
    let rate = in_units(speed, 1000.0, [" B", " kB", " MB", " GB"]);
    let sizes = match *bytes {
        0..1000 => String::new(),
        1000..1024 => format!(" ({si})"),
        _ => format!(" ({si}, {iec})"),
    };
    format!("{records}{bytes} bytes{sizes} copied, {seconds:.6} s, {rate}/s\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands() {
        let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let job = parse(&words("dd if=/dev/zero of=/tmp/x bs=1M count=10")).unwrap();
        assert_eq!((job.block, job.count), (1 << 20, Some(10)));
        assert_eq!(job.to.as_deref(), Some("/tmp/x"));
        assert!(parse(&words("dd bs=0")).is_err());
        assert!(parse(&words("dd what")).is_err());
        assert_eq!(
            in_units(20_971_520.0, 1024.0, ["", "", " MiB", ""]),
            "20 MiB"
        );
    }
}
