//! `date`, of the virtual clock

use os::Proc;

use crate::datetime;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "ud:I:Rr:s:D:",
        &[
            ("utc", 'u'),
            ("universal", 'u'),
            ("date", 'd'),
            ("rfc-email", 'R'),
            ("iso-8601", 'J'),
            ("rfc-3339", 'K'),
            ("reference", 'r'),
        ],
    );
    // `-I` takes a value only right behind it.
    let args: Vec<String> = args
        .iter()
        .map(|arg| match arg.as_str() {
            "-I" => "--iso-8601".to_owned(),
            other => match other.strip_prefix("-I") {
                Some(kind) => format!("--iso-8601={kind}"),
                None => other.to_owned(),
            },
        })
        .collect();
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let mut time = proc.now();
    if let Some(text) = opts.value('d') {
        match datetime::parse(text, time) {
            Some(parsed) => time = parsed,
            None => {
                proc.eprint(format!("date: invalid date '{text}'\n")).await;
                return 1;
            }
        }
    }
    if let Some(file) = opts.value('r') {
        match proc.vfs().stat(&proc.cred(), &proc.absolute(file)) {
            Ok(stat) => time = sim::Time::from_micros(stat.inode.mtime),
            Err(error) => {
                proc.eprint(format!("date: {file}: {}\n", error.text()))
                    .await;
                return 1;
            }
        }
    }
    if opts.has('s') {
        proc.eprint("date: cannot set date: Operation not permitted\n")
            .await;
        return 1;
    }
    let iso = |kind: Option<&str>| match kind {
        Some("hours") => "%Y-%m-%dT%H%:z",
        Some("minutes") => "%Y-%m-%dT%H:%M%:z",
        Some("seconds" | "s") => "%Y-%m-%dT%H:%M:%S%:z",
        Some("ns") => "%Y-%m-%dT%H:%M:%S,%N%:z",
        _ => "%Y-%m-%d",
    };
    let format = match opts.rest.first() {
        Some(format) if format.starts_with('+') => format[1..].to_owned(),
        Some(other) => {
            proc.eprint(format!("date: invalid date '{other}'\n")).await;
            return 1;
        }
        None if opts.has('R') => "%a, %d %b %Y %H:%M:%S %z".into(),
        None if opts.has('J') => iso(opts.value('J')).into(),
        None if opts.has('K') => "%Y-%m-%d %H:%M:%S%:z".into(),
        None => "%a %b %e %H:%M:%S %Z %Y".into(),
    };
    proc.print(datetime::format(time, &format) + "\n").await;
    0
}
