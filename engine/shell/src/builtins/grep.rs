//! `grep`, `egrep`, `fgrep`

use std::collections::VecDeque;

use os::{Node, Proc, path};

use super::{Source, open_sources};
use crate::opts::{Opts, Spec};
use crate::regex::{Options, Regex};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    grep(proc, args, Options::default()).await
}

pub(crate) async fn egrep(proc: Proc, args: Vec<String>) -> i32 {
    grep(
        proc,
        args,
        Options {
            extended: true,
            ..Options::default()
        },
    )
    .await
}

pub(crate) async fn fgrep(proc: Proc, args: Vec<String>) -> i32 {
    grep(
        proc,
        args,
        Options {
            fixed: true,
            ..Options::default()
        },
    )
    .await
}

async fn grep(proc: Proc, args: Vec<String>, mut options: Options) -> i32 {
    const SPEC: Spec = Spec::new(
        "EFGPivnclLqswxohHrRam:A:B:C:e:f:z0123456789",
        &[
            ("extended-regexp", 'E'),
            ("fixed-strings", 'F'),
            ("perl-regexp", 'P'),
            ("ignore-case", 'i'),
            ("invert-match", 'v'),
            ("line-number", 'n'),
            ("count", 'c'),
            ("files-with-matches", 'l'),
            ("files-without-match", 'L'),
            ("quiet", 'q'),
            ("silent", 'q'),
            ("no-messages", 's'),
            ("word-regexp", 'w'),
            ("line-regexp", 'x'),
            ("only-matching", 'o'),
            ("no-filename", 'h'),
            ("with-filename", 'H'),
            ("recursive", 'r'),
            ("max-count", 'm'),
            ("after-context", 'A'),
            ("before-context", 'B'),
            ("context", 'C'),
            ("regexp", 'e'),
            ("file", 'f'),
            ("color", '!'),
            ("colour", '!'),
            ("text", 'a'),
            ("include", '+'),
            ("exclude", '^'),
            ("line-buffered", '%'),
        ],
    );
    let mut opts = match SPEC.parse_or_complain(&proc, &args, 2).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    options.extended |= opts.has('E');
    options.perl = opts.has('P');
    options.fixed |= opts.has('F');
    options.ignore_case = opts.has('i');
    options.word = opts.has('w');
    options.line = opts.has('x');
    let mut patterns: Vec<String> = opts.values('e').map(str::to_owned).collect();
    if let Some(file) = opts.value('f') {
        match proc.read_path(file, 1 << 20).await {
            Ok(data) => patterns.extend(String::from_utf8_lossy(&data).lines().map(str::to_owned)),
            Err(error) => {
                proc.eprint(format!("grep: {file}: {}\n", error.text()))
                    .await;
                return 2;
            }
        }
    } else if patterns.is_empty() {
        if opts.rest.is_empty() {
            proc.eprint("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n").await;
            return 2;
        }
        patterns.push(opts.rest.remove(0));
    }
    let mut regexes = Vec::new();
    for pattern in patterns.iter().flat_map(|pattern| pattern.split('\n')) {
        match Regex::new(pattern, options) {
            Ok(regex) => regexes.push(regex),
            Err(message) => {
                proc.eprint(format!("grep: {message}\n")).await;
                return 2;
            }
        }
    }
    let recursive = opts.has('r') || opts.has('R');
    let mut names = opts.rest.clone();
    let mut failed = false;
    if recursive {
        names = gather(&proc, &names, &opts);
    }
    names.retain(|name| {
        // Checked here for grep's own wording.
        !(!recursive && name != "-" && proc.vfs().is_dir(&proc.cred(), &proc.absolute(name)) && {
            failed = true;
            true
        })
    });
    for name in opts.rest.iter().filter(|name| {
        !recursive && *name != "-" && proc.vfs().is_dir(&proc.cred(), &proc.absolute(name))
    }) {
        proc.eprint(format!("grep: {name}: Is a directory\n")).await;
    }
    if names.is_empty() && !opts.rest.is_empty() {
        return if recursive { 1 } else { 2 };
    }
    let with_name =
        opts.has('H') || (!opts.has('h') && (names.len() > 1 || recursive || opts.rest.len() > 1));
    let (sources, missing) = if opts.has('s') {
        let existing: Vec<String> = names
            .iter()
            .filter(|name| *name == "-" || proc.vfs().exists(&proc.cred(), &proc.absolute(name)))
            .cloned()
            .collect();
        if existing.is_empty() && !names.is_empty() {
            return 2;
        }
        open_sources(&proc, "grep", &existing).await
    } else {
        open_sources(&proc, "grep", &names).await
    };
    failed |= missing;
    let search = Search {
        proc: proc.clone(),
        regexes,
        opts,
        with_name,
    };
    let mut matched = false;
    for source in &sources {
        match search.file(source).await {
            Ok(found) => matched |= found,
            Err(error) => {
                proc.eprint(format!("grep: {}: {}\n", source.name, error.text()))
                    .await;
                failed = true;
            }
        }
        if matched && search.opts.has('q') {
            return 0;
        }
    }
    if failed { 2 } else { i32::from(!matched) }
}

/// All files below, for `-r`.
fn gather(proc: &Proc, starts: &[String], opts: &Opts) -> Vec<String> {
    let here = [".".to_owned()];
    let given = !starts.is_empty();
    let mut out = Vec::new();
    let mut queue: Vec<(String, usize)> = if given { starts } else { &here[..] }
        .iter()
        .rev()
        .map(|name| (name.clone(), 0))
        .collect();
    let include: Vec<_> = opts
        .values('+')
        .map(crate::pattern::Pattern::from_text)
        .collect();
    while let Some((name, depth)) = queue.pop() {
        let cred = proc.cred();
        let full = proc.absolute(&name);
        let Ok(stat) = proc.vfs().stat(&cred, &full) else {
            out.push(name);
            continue;
        };
        match &stat.inode.node {
            Node::Dir(_) if depth < 100 => {
                let mut entries = proc.vfs().read_dir(&cred, &full).unwrap_or_default();
                entries.reverse();
                for (child, _) in entries {
                    let shown = if !given && name == "." {
                        child.to_string()
                    } else {
                        path::join(&name, &child)
                    };
                    queue.push((shown, depth + 1));
                }
            }
            Node::File(_)
                if include.is_empty()
                    || include
                        .iter()
                        .any(|pattern| pattern.matches(path::basename(&name))) =>
            {
                out.push(name)
            }
            _ => {}
        }
    }
    out
}

struct Search {
    proc: Proc,
    regexes: Vec<Regex>,
    opts: Opts,
    with_name: bool,
}

impl Search {
    fn number(&self, flag: char) -> Option<usize> {
        self.opts.value(flag).and_then(|text| text.parse().ok())
    }

    async fn file(&self, source: &Source) -> Result<bool, os::Errno> {
        let opts = &self.opts;
        let digits: String = "0123456789"
            .chars()
            .filter(|digit| opts.has(*digit))
            .collect();
        let context = self
            .number('C')
            .or_else(|| digits.parse().ok())
            .unwrap_or(0);
        let after = self.number('A').unwrap_or(context);
        let before = self.number('B').unwrap_or(context);
        let quiet = opts.has('q') || opts.has('l') || opts.has('L') || opts.has('c');
        let limit = self.number('m').unwrap_or(usize::MAX);
        let shown_name = if source.name == "-" {
            "(standard input)"
        } else {
            &source.name
        };
        let mut lines = source.lines(&self.proc);
        let mut number = 0;
        let mut count = 0;
        let mut printed_to = 0;
        let mut trailing = 0;
        let mut held: VecDeque<(usize, String)> = VecDeque::new();
        while count < limit || trailing > 0 {
            let Some(line) = lines.next_line().await? else {
                break;
            };
            number += 1;
            let line = String::from_utf8_lossy(&line).into_owned();
            let text = line.strip_suffix('\n').unwrap_or(&line);
            let matches = count < limit
                && self.regexes.iter().any(|regex| regex.is_match(text)) != opts.has('v');
            if matches {
                count += 1;
                if opts.has('q') {
                    return Ok(true);
                }
                if quiet {
                    continue;
                }
                if opts.has('o') {
                    self.only_matching(shown_name, number, text).await;
                    continue;
                }
                let first = held.front().map_or(number, |(first, _)| *first);
                if printed_to > 0 && first > printed_to + 1 && (before > 0 || after > 0) {
                    self.proc.print("--\n").await;
                }
                for (at, text) in held.drain(..) {
                    self.show(shown_name, at, &text, '-').await;
                }
                self.show(shown_name, number, text, ':').await;
                printed_to = number;
                trailing = after;
            } else if quiet || opts.has('o') {
                continue;
            } else if trailing > 0 {
                trailing -= 1;
                self.show(shown_name, number, text, '-').await;
                printed_to = number;
            } else if before > 0 {
                held.push_back((number, text.to_owned()));
                if held.len() > before {
                    held.pop_front();
                }
            }
        }
        if opts.has('c') {
            let name = if self.with_name {
                format!("{shown_name}:")
            } else {
                String::new()
            };
            self.proc.print(format!("{name}{count}\n")).await;
        } else if (opts.has('l') && count > 0) || (opts.has('L') && count == 0) {
            self.proc.print(format!("{shown_name}\n")).await;
        }
        Ok(if opts.has('L') { count == 0 } else { count > 0 })
    }

    fn prefix(&self, name: &str, number: usize, mark: char) -> String {
        let mut out = String::new();
        if self.with_name {
            out.push_str(&format!("{name}{mark}"));
        }
        if self.opts.has('n') {
            out.push_str(&format!("{number}{mark}"));
        }
        out
    }

    async fn show(&self, name: &str, number: usize, text: &str, mark: char) {
        let prefix = self.prefix(name, number, mark);
        let always = self.opts.value('!') == Some("always");
        let auto = matches!(self.opts.value('!'), Some("auto"))
            || (self.opts.has('!') && self.opts.value('!').is_none());
        if mark == ':' && !self.opts.has('v') && (always || (auto && self.proc.is_tty(1))) {
            let mut out = prefix;
            let mut at = 0;
            for (start, end) in self.regexes.iter().flat_map(|regex| regex.find_all(text)) {
                if start >= at && end > start {
                    out.push_str(&text[at..start]);
                    out.push_str(&format!(
                        "\x1b[01;31m\x1b[K{}\x1b[m\x1b[K",
                        &text[start..end]
                    ));
                    at = end;
                }
            }
            out.push_str(&text[at..]);
            self.proc.print(out + "\n").await;
            return;
        }
        self.proc.print(format!("{prefix}{text}\n")).await;
    }

    async fn only_matching(&self, name: &str, number: usize, text: &str) {
        let mut places: Vec<(usize, usize)> = self
            .regexes
            .iter()
            .flat_map(|regex| regex.find_all(text))
            .filter(|(start, end)| end > start)
            .collect();
        places.sort_unstable();
        let mut at = 0;
        for (start, end) in places {
            if start >= at {
                let line = format!("{}{}\n", self.prefix(name, number, ':'), &text[start..end]);
                self.proc.print(line).await;
                at = end;
            }
        }
    }
}
