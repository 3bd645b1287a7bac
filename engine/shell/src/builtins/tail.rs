//! `tail`

use std::collections::VecDeque;
use std::time::Duration;

use os::{Bytes, File, OpenFlags, Proc};

use super::head::{old_count, parse_count};
use super::{Source, open_sources};
use crate::opts::Spec;

/// Bytes kept while looking for the end.
const MAX_KEPT: usize = 64 << 20;

struct Wanted {
    bytes: bool,
    /// Counted from the beginning (`+N`).
    from_start: bool,
    count: usize,
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "n:c:fFqvs:",
        &[
            ("lines", 'n'),
            ("bytes", 'c'),
            ("follow", 'f'),
            ("quiet", 'q'),
            ("silent", 'q'),
            ("verbose", 'v'),
            ("retry", '!'),
            ("sleep-interval", 's'),
            ("pid", '%'),
        ],
    );
    let args: Vec<String> = old_count(&args)
        .into_iter()
        .enumerate()
        .map(|(at, arg)| {
            match arg
                .strip_prefix('+')
                .filter(|n| at == 1 && n.parse::<u64>().is_ok())
            {
                Some(n) => format!("-n+{n}"),
                None => arg,
            }
        })
        .collect();
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let bytes = opts.last_of("nc") == Some('c');
    let text = opts.value(if bytes { 'c' } else { 'n' }).unwrap_or("10");
    let Some((sign, count)) = parse_count(text) else {
        let what = if bytes { "bytes" } else { "lines" };
        proc.eprint(format!("tail: invalid number of {what}: '{text}'\n"))
            .await;
        return 1;
    };
    let wanted = Wanted {
        bytes,
        from_start: sign == '+',
        count: usize::try_from(count).unwrap_or(usize::MAX),
    };
    let (sources, failed) = open_sources(&proc, "tail", &opts.rest).await;
    let retry = opts.has('F') || (opts.has('f') && opts.has('!'));
    let many = (opts.rest.len() > 1 || opts.has('v')) && !opts.has('q');
    for (at, source) in sources.iter().enumerate() {
        if many {
            header(&proc, &source.name, at == 0).await;
        }
        let end = find_end(&proc, source, &wanted).await;
        let _ = proc.write(1, end).await;
    }
    if retry {
        follow_names(&proc, &opts.rest, &sources, many).await;
    } else if opts.has('f') && !sources.is_empty() {
        let pause = opts
            .value('s')
            .and_then(super::sleep::parse_duration)
            .unwrap_or(Duration::from_secs(1));
        follow(&proc, &sources, many, pause).await;
    }
    i32::from(failed)
}

async fn header(proc: &Proc, name: &str, first: bool) {
    let shown = if name == "-" { "standard input" } else { name };
    proc.print(format!(
        "{}==> {shown} <==\n",
        if first { "" } else { "\n" }
    ))
    .await;
}

/// What is to be printed of what is there now.
async fn find_end(proc: &Proc, source: &Source, wanted: &Wanted) -> Bytes {
    if wanted.bytes {
        let Ok(data) = source.read(proc).await else {
            return Bytes::new();
        };
        let start = match wanted.from_start {
            true => wanted.count.saturating_sub(1).min(data.len()),
            false => data.len().saturating_sub(wanted.count),
        };
        return Bytes::from(data).slice(start..);
    }
    let mut lines = source.lines(proc);
    let mut kept: VecDeque<Bytes> = VecDeque::new();
    let (mut number, mut size) = (0, 0);
    while let Ok(Some(line)) = lines.next_line().await {
        number += 1;
        if wanted.from_start && number < wanted.count {
            continue;
        }
        size += line.len();
        kept.push_back(line);
        while (!wanted.from_start && kept.len() > wanted.count) || size > MAX_KEPT {
            size -= kept.pop_front().map_or(0, |line| line.len());
        }
    }
    kept.iter()
        .flat_map(|line| line.iter().copied())
        .collect::<Vec<u8>>()
        .into()
}

/// A name that is followed, whatever file has it.
struct Followed {
    name: String,
    file: Option<File>,
    ino: Option<os::Ino>,
}

/// Prints what is added to the files of these names, for ever, also when they are replaced or made only later.
async fn follow_names(proc: &Proc, names: &[String], sources: &[Source], many: bool) {
    let inode = |name: &str| {
        let stat = proc.vfs().stat(&proc.cred(), &proc.absolute(name));
        stat.ok().map(|stat| stat.ino)
    };
    let mut all: Vec<Followed> = names
        .iter()
        .map(|name| {
            let source = sources.iter().find(|source| source.name == *name);
            Followed {
                name: name.clone(),
                file: source.map(|source| source.file.clone()),
                ino: inode(name),
            }
        })
        .collect();
    let mut last = None;
    loop {
        for (at, followed) in all.iter_mut().enumerate() {
            let now = inode(&followed.name);
            if now.is_some() && (followed.file.is_none() || now != followed.ino) {
                let verb = if followed.file.is_none() {
                    "has appeared"
                } else {
                    "has been replaced"
                };
                followed.file = proc.open(&followed.name, OpenFlags::READ).ok();
                if !proc.is_busybox() {
                    proc.eprint(format!(
                        "tail: '{}' {verb};  following new file\n",
                        followed.name
                    ))
                    .await;
                }
            }
            followed.ino = now.or(followed.ino);
            let Some(file) = &followed.file else { continue };
            if let Some(regular) = file.regular().filter(|file| file.offset() > file.size()) {
                regular.seek(0);
            }
            while let Ok(data) = proc.read_file_from(file, 65_536).await {
                if data.is_empty() {
                    break;
                }
                if many && last != Some(at) {
                    header(proc, &followed.name, false).await;
                    last = Some(at);
                }
                if proc.write(1, data).await.is_err() {
                    return;
                }
            }
        }
        proc.sleep(Duration::from_secs(1)).await;
    }
}

/// Prints what is added, for ever. The standard input's end is the end unless it is a file.
async fn follow(proc: &Proc, sources: &[Source], many: bool, pause: Duration) {
    let followed: Vec<&Source> = sources
        .iter()
        .filter(|source| source.file.regular().is_some())
        .collect();
    if followed.is_empty() {
        return;
    }
    let mut last = followed.len() - 1;
    loop {
        let file = followed[0].file.regular();
        let seen = file.map(|file| (file.fs().clone(), file.fs().version()));
        for (at, source) in followed.iter().enumerate() {
            if let Some(file) = source.file.regular()
                && file.offset() > file.size()
            {
                proc.eprint(format!("tail: {}: file truncated\n", source.name))
                    .await;
                file.seek(0);
            }
            while let Ok(data) = proc.read_file_from(&source.file, 65_536).await {
                if data.is_empty() {
                    break;
                }
                if many && at != last {
                    header(proc, &source.name, false).await;
                    last = at;
                }
                if proc.write(1, data).await.is_err() {
                    return;
                }
            }
        }
        match seen {
            // Nothing can have been added before the file system changes.
            Some((fs, version)) if followed.len() == 1 => drop(fs.changed(version).await),
            _ => proc.sleep(pause).await,
        }
    }
}
