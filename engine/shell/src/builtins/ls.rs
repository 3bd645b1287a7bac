//! `ls`

use os::{Node, Proc, Stat, path};
use unicode_width::UnicodeWidthStr;

use super::sort::compare_versions;
use crate::datetime;
use crate::opts::{Opts, Spec};

/// Half a year: older files show the year instead of the time.
const RECENT: i64 = 15_778_476;
/// Folders that `-R` goes into.
const MAX_FOLDERS: usize = 10_000;

struct Entry {
    /// As shown.
    name: String,
    path: String,
    stat: Stat,
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "laAhRrtS1dFinLpcuUXCxmvgoGkTNZqbQs",
        &[
            ("all", 'a'),
            ("almost-all", 'A'),
            ("human-readable", 'h'),
            ("recursive", 'R'),
            ("reverse", 'r'),
            ("directory", 'd'),
            ("classify", 'F'),
            ("inode", 'i'),
            ("numeric-uid-gid", 'n'),
            ("color", '!'),
            ("full-time", '@'),
            ("time-style", '='),
            ("group-directories-first", '%'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 2).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let here = [".".to_owned()];
    let names = if opts.rest.is_empty() {
        &here[..]
    } else {
        &opts.rest
    };
    let mut status = 0;
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for name in names {
        let full = proc.absolute(name);
        let follow = !opts.has('l') || opts.has('L') || name.ends_with('/');
        let stat = if follow {
            proc.vfs().stat(&proc.cred(), &full)
        } else {
            proc.vfs().lstat(&proc.cred(), &full)
        };
        match stat.or_else(|_| proc.vfs().lstat(&proc.cred(), &full)) {
            Ok(stat) => {
                let entry = Entry {
                    name: name.clone(),
                    path: full,
                    stat,
                };
                let folder = entry.stat.inode.is_dir() && !opts.has('d');
                if folder { &mut folders } else { &mut files }.push(entry);
            }
            Err(error) => {
                let text = match proc.is_busybox() {
                    true => format!("ls: {name}: {}\n", error.text()),
                    false => format!("ls: cannot access '{name}': {}\n", error.text()),
                };
                proc.eprint(text).await;
                status = if proc.is_busybox() { 1 } else { 2 };
            }
        }
    }
    sort(&mut files, &opts);
    sort(&mut folders, &opts);
    let mut out = render(&proc, &files, &opts);
    let titled = names.len() > 1 || opts.has('R');
    let mut first = files.is_empty();
    let mut stack: Vec<Entry> = folders.into_iter().rev().collect();
    let mut seen = 0;
    while let Some(folder) = stack.pop() {
        seen += 1;
        let entries = match list(&proc, &folder, &opts) {
            Ok(entries) => entries,
            Err(error) => {
                let text = match proc.is_busybox() {
                    true => format!("ls: can't open '{}': {}\n", folder.name, error.text()),
                    false => format!(
                        "ls: cannot open directory '{}': {}\n",
                        folder.name,
                        error.text()
                    ),
                };
                proc.eprint(text).await;
                status = 2;
                continue;
            }
        };
        if titled {
            out.push_str(&format!(
                "{}{}:\n",
                if first { "" } else { "\n" },
                folder.name
            ));
        }
        first = false;
        if opts.has('l') || opts.has('n') || opts.has('s') {
            let blocks: u64 = entries.iter().map(|entry| blocks(&entry.stat)).sum();
            let total = if opts.has('h') {
                human(blocks * 1024)
            } else {
                blocks.to_string()
            };
            out.push_str(&format!("total {total}\n"));
        }
        out.push_str(&render(&proc, &entries, &opts));
        if opts.has('R') && seen < MAX_FOLDERS {
            let below = entries.into_iter().rev().filter(|entry| {
                entry.stat.inode.is_dir() && entry.name != "." && entry.name != ".."
            });
            stack.extend(below.map(|entry| Entry {
                name: path::join(&folder.name, &entry.name),
                ..entry
            }));
        }
        proc.print(std::mem::take(&mut out)).await;
    }
    proc.print(out).await;
    status
}

fn list(proc: &Proc, folder: &Entry, opts: &Opts) -> Result<Vec<Entry>, os::Errno> {
    let all = opts.has('a');
    let mut entries = Vec::new();
    for (name, mut stat) in proc.vfs().read_dir(&proc.cred(), &folder.path)? {
        if name.starts_with('.') && !all && !opts.has('A') {
            continue;
        }
        let path = path::join(&folder.path, &name);
        if opts.has('L') {
            stat = proc.vfs().stat(&proc.cred(), &path).unwrap_or(stat);
        }
        entries.push(Entry {
            name: name.to_string(),
            path,
            stat,
        });
    }
    sort(&mut entries, opts);
    if all {
        let parent = path::join(&folder.path, "..");
        let own = Entry {
            name: ".".into(),
            path: folder.path.clone(),
            stat: folder.stat.clone(),
        };
        let up = proc
            .vfs()
            .stat(&proc.cred(), &parent)
            .unwrap_or_else(|_| folder.stat.clone());
        let up = Entry {
            name: "..".into(),
            path: parent,
            stat: up,
        };
        let at = if opts.has('r') { entries.len() } else { 0 };
        let pair = if opts.has('r') { [up, own] } else { [own, up] };
        entries.splice(at..at, pair);
    }
    Ok(entries)
}

/// As in the usual locales: letter case and punctuation decide last.
fn collate(name: &str) -> (String, String) {
    let letters: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    (letters, name.to_owned())
}

fn sort(entries: &mut [Entry], opts: &Opts) {
    if opts.has('U') {
        return;
    }
    entries.sort_by_cached_key(|entry| collate(&entry.name));
    match opts.last_of("tSXv") {
        Some('t') => entries.sort_by_key(|entry| std::cmp::Reverse(entry.stat.inode.mtime)),
        Some('S') => entries.sort_by_key(|entry| std::cmp::Reverse(entry.stat.inode.size())),
        Some('X') => entries
            .sort_by_cached_key(|entry| entry.name.rsplit_once('.').map(|(_, end)| end.to_owned())),
        Some('v') => entries.sort_by(|a, b| compare_versions(&a.name, &b.name)),
        _ => {}
    }
    if opts.has('r') {
        entries.reverse();
    }
    if opts.has('%') {
        entries.sort_by_key(|entry| !entry.stat.inode.is_dir());
    }
}

fn blocks(stat: &Stat) -> u64 {
    match &stat.inode.node {
        Node::File(data) => (data.len() as u64).div_ceil(4096) * 4,
        Node::Dir(_) => 4,
        _ => 0,
    }
}

/// `4.0K`, `12M`
pub(crate) fn human(bytes: u64) -> String {
    if bytes < 1024 {
        return bytes.to_string();
    }
    let mut value = bytes as f64;
    let mut unit = ' ';
    for next in "KMGTPE".chars() {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    let up = (value * 10.0).ceil() / 10.0;
    if up < 10.0 {
        format!("{up:.1}{unit}")
    } else {
        format!("{:.0}{unit}", value.ceil())
    }
}

/// `-rwxr-xr-x`
pub(crate) fn mode_text(stat: &Stat) -> String {
    let mode = stat.inode.mode;
    let mut out = String::from(stat.inode.type_letter());
    for (shift, special, set, letters) in [
        (6, 0o4000, 's', "rwx"),
        (3, 0o2000, 's', "rwx"),
        (0, 0o1000, 't', "rwx"),
    ] {
        let bits = mode >> shift & 7;
        for (at, letter) in letters.chars().enumerate() {
            let on = bits & (4 >> at) != 0;
            out.push(match (at == 2 && mode & special != 0, on) {
                (true, true) => set,
                (true, false) => set.to_ascii_uppercase(),
                (false, true) => letter,
                (false, false) => '-',
            });
        }
    }
    out
}

fn shown_name(proc: &Proc, entry: &Entry, opts: &Opts) -> String {
    let inode = &entry.stat.inode;
    let coloured = match opts.value('!') {
        Some("always") => true,
        Some("never" | "none") => false,
        _ => opts.has('!') && proc.is_tty(1),
    };
    let quoted = proc.is_tty(1)
        && !proc.is_busybox()
        && entry
            .name
            .chars()
            .any(|c| c.is_whitespace() || "'\"$&*;()<>|\\".contains(c));
    let mut name = if quoted {
        crate::escape::quote(&entry.name)
    } else {
        entry.name.clone()
    };
    if coloured {
        let colour = match &inode.node {
            Node::Dir(_) => "01;34",
            Node::Symlink(_) => "01;36",
            Node::Device(_) => "40;33;01",
            Node::File(_) if inode.mode & 0o111 != 0 => "01;32",
            Node::File(_) => "",
        };
        if !colour.is_empty() {
            name = format!("\x1b[{colour}m{name}\x1b[0m");
        }
    }
    let mark = match &inode.node {
        Node::Dir(_) if opts.has('F') || opts.has('p') => "/",
        Node::Symlink(_) if opts.has('F') && !opts.has('l') => "@",
        Node::File(_) if opts.has('F') && inode.mode & 0o111 != 0 => "*",
        _ => "",
    };
    name + mark
}

fn render(proc: &Proc, entries: &[Entry], opts: &Opts) -> String {
    let names: Vec<String> = entries
        .iter()
        .map(|entry| shown_name(proc, entry, opts))
        .collect();
    let inode = |entry: &Entry| {
        if opts.has('i') {
            format!("{:>7} ", entry.stat.ino)
        } else {
            String::new()
        }
    };
    if opts.has('l') || opts.has('n') || opts.has('g') || opts.has('o') || opts.has('@') {
        return long(proc, entries, &names, opts);
    }
    if opts.has('m') {
        return if names.is_empty() {
            String::new()
        } else {
            names.join(", ") + "\n"
        };
    }
    let single = opts.has('1') || (!proc.is_tty(1) && !opts.has('C') && !opts.has('x'));
    if single || opts.has('i') {
        return entries
            .iter()
            .zip(&names)
            .map(|(entry, name)| format!("{}{name}\n", inode(entry)))
            .collect();
    }
    columns(
        &names,
        usize::from(proc.window_size().unwrap_or_default().columns),
    )
}

/// Names in columns, sorted downwards.
pub(crate) fn columns(names: &[String], width: usize) -> String {
    let plain = |name: &String| {
        let mut out = String::new();
        let mut escape = false;
        for c in name.chars() {
            match (escape, c) {
                (true, 'm') => escape = false,
                (true, _) => {}
                (false, '\x1b') => escape = true,
                (false, c) => out.push(c),
            }
        }
        out.width()
    };
    let widths: Vec<usize> = names.iter().map(plain).collect();
    if names.is_empty() {
        return String::new();
    }
    for rows in 1..=names.len() {
        let columns: Vec<usize> = widths
            .chunks(rows)
            .map(|chunk| chunk.iter().max().copied().unwrap_or(0))
            .collect();
        let total: usize = columns.iter().sum::<usize>() + 2 * columns.len().saturating_sub(1);
        if total > width && rows < names.len() {
            continue;
        }
        let mut out = String::new();
        for row in 0..rows {
            let mut line = String::new();
            for (column, column_width) in columns.iter().enumerate() {
                let at = column * rows + row;
                let Some(name) = names.get(at) else { break };
                line.push_str(name);
                if (column + 1) * rows + row < names.len() {
                    line.push_str(&" ".repeat(column_width + 2 - widths[at]));
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        return out;
    }
    String::new()
}

fn long(proc: &Proc, entries: &[Entry], names: &[String], opts: &Opts) -> String {
    let now = proc.now().as_secs();
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let inode = &entry.stat.inode;
            let (user, group) = if opts.has('n') {
                (inode.uid.to_string(), inode.gid.to_string())
            } else {
                (
                    crate::users::user_name(proc, inode.uid),
                    crate::users::group_name(proc, inode.gid),
                )
            };
            let size = match &inode.node {
                Node::Device(_) => "1, 3".to_owned(),
                _ if opts.has('h') => human(inode.size()),
                _ => inode.size().to_string(),
            };
            let time = sim::Time::from_micros(inode.mtime);
            let age = now - time.as_secs();
            let recent = (-RECENT..RECENT).contains(&age);
            let style = match opts.value('=') {
                Some("full-iso") => "%Y-%m-%d %H:%M:%S.%N +0000",
                Some("long-iso") => "%Y-%m-%d %H:%M",
                Some("iso") if recent => "%m-%d %H:%M",
                Some("iso") => "%Y-%m-%d ",
                Some(style) => style.strip_prefix('+').unwrap_or_default(),
                None => "",
            };
            let date = match (opts.has('@'), recent) {
                _ if !style.is_empty() => datetime::format(time, style),
                (true, _) => datetime::format(time, "%Y-%m-%d %H:%M:%S.%N +0000"),
                (false, true) => datetime::format(time, "%b %e %H:%M"),
                (false, false) => datetime::format(time, "%b %e  %Y"),
            };
            vec![inode.nlink.to_string(), user, group, size, date]
        })
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].width())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..5).map(width).collect();
    let mut out = String::new();
    for ((entry, name), row) in entries.iter().zip(names).zip(&rows) {
        if opts.has('i') {
            out.push_str(&format!("{:>7} ", entry.stat.ino));
        }
        out.push_str(&format!(
            "{} {:>w$}",
            mode_text(&entry.stat),
            row[0],
            w = widths[0]
        ));
        if !opts.has('g') {
            out.push_str(&format!(" {:<w$}", row[1], w = widths[1]));
        }
        if !opts.has('o') {
            out.push_str(&format!(" {:<w$}", row[2], w = widths[2]));
        }
        out.push_str(&format!(" {:>w$} {} {name}", row[3], row[4], w = widths[3]));
        if let Node::Symlink(target) = &entry.stat.inode.node {
            out.push_str(&format!(" -> {target}"));
        }
        out.push('\n');
    }
    out
}
