//! `docs/kubectl.md`: what each command and flag of kubectl is here, written from the tests.
//!
//! A command is exact if its command lines in `tests/differential/` all come out as the real kubectl's; what is known to
//! differ is in `misses.txt`, and what cannot be or does nothing here in `limits.txt`. `BLESS=1` writes the page anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use kubectl::cli::command::{find, flags_of, path_text};
use kubectl::cli::{Command, global};
use kubectl::cmd::ROOT;
use tabernetes_tests::differential::{Group, Misses, groups};

#[test]
fn the_page_says_what_the_tests_show() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

/// What the tests say about commands and flags, by `kubectl get` and `kubectl get --output`.
#[derive(Default)]
struct Shown {
    /// How many command lines there are.
    lines: BTreeMap<String, usize>,
    /// How many of them differ.
    missed: BTreeMap<String, usize>,
    /// Why they do.
    reasons: BTreeMap<String, Vec<String>>,
    /// What the list of limits says: `partly` or `not`, and why.
    limits: BTreeMap<String, (String, String)>,
}

fn run() -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = manifest.join("differential");
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let misses = Misses::read(&read("misses.txt")?);
    let mut shown = Shown::default();
    for group in groups(&folder)? {
        shown.count(&group, &misses);
    }
    shown.read_limits(&read("limits.txt")?)?;
    let text = shown.page();
    let page = manifest.join("../docs/kubectl.md");
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&page, text).context("writing the page");
    }
    if std::fs::read_to_string(&page).unwrap_or_default() != text {
        bail!("docs/kubectl.md is not what the tests say now: run this test with BLESS=1");
    }
    Ok(())
}

/// The words after each `kubectl` of a line, as far as blanks tell.
fn calls(line: &str) -> Vec<Vec<String>> {
    let first = line.lines().next().unwrap_or_default();
    let mut out: Vec<Vec<String>> = Vec::new();
    let mut open = false;
    for word in first.split_whitespace() {
        match word {
            "kubectl" => {
                out.push(Vec::new());
                open = true;
            }
            "|" | "&&" | ";" | "||" | "<<E" | ">" | "--" => open = false,
            word if open => {
                if let Some(last) = out.last_mut() {
                    last.push(word.trim_matches(['\'', '"']).to_owned());
                }
            }
            _ => {}
        }
    }
    out
}

impl Shown {
    fn count(&mut self, group: &Group, misses: &Misses) {
        for step in &group.steps {
            let reason = misses.reason(&group.name, &step.cmd);
            for words in calls(&step.cmd) {
                let Ok(found) = find(&ROOT, &words) else {
                    continue;
                };
                let command = path_text(&found.path);
                let known = flags_of(&found.path);
                let mut keys = vec![command.clone()];
                for word in &found.rest {
                    let flag = match word.strip_prefix("--") {
                        Some(long) => known.lookup(long.split('=').next().unwrap_or_default()),
                        None => word
                            .strip_prefix('-')
                            .and_then(|short| known.lookup_short(short.chars().next()?)),
                    };
                    if let Some(flag) = flag {
                        let global = global::FLAGS.iter().any(|g| g.name == flag.name);
                        let of = if global { "kubectl" } else { &command };
                        keys.push(format!("{of} --{}", flag.name));
                    }
                }
                keys.sort();
                keys.dedup();
                for key in keys {
                    *self.lines.entry(key.clone()).or_default() += 1;
                    if let Some(reason) = reason {
                        *self.missed.entry(key.clone()).or_default() += 1;
                        let reasons = self.reasons.entry(key).or_default();
                        if !reasons.iter().any(|r| r == reason) {
                            reasons.push(reason.to_owned());
                        }
                    }
                }
            }
        }
    }

    /// Reads `kubectl proxy --unix-socket: not: there are no unix sockets`.
    fn read_limits(&mut self, text: &str) -> Result<()> {
        for line in text
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            let parts: Vec<&str> = line.splitn(3, ": ").collect();
            let [key, state @ ("partly" | "not"), reason] = parts[..] else {
                bail!("limits.txt: {line:?} is not `what: partly|not: why`");
            };
            let words: Vec<String> = key.split(' ').skip(1).map(str::to_owned).collect();
            let flag = words.iter().find_map(|word| word.strip_prefix("--"));
            let found = find(&ROOT, &words).map_err(anyhow::Error::msg)?;
            if let Some(flag) = flag
                && flags_of(&found.path).lookup(flag).is_none()
            {
                bail!("limits.txt: {key:?} is no flag");
            }
            let value = (state.to_owned(), reason.to_owned());
            self.limits.insert(key.to_owned(), value);
        }
        Ok(())
    }

    /// Exact, partly or not, and why.
    fn state(&self, key: &str) -> String {
        if let Some((state, reason)) = self.limits.get(key) {
            return format!("{state}: {reason}");
        }
        let lines = self.lines.get(key).copied().unwrap_or(0);
        let missed = self.missed.get(key).copied().unwrap_or(0);
        match (lines, missed) {
            (0, _) => "there; no command line of it is compared yet".to_owned(),
            (lines, 0) => format!("exact ({lines} compared)"),
            (lines, missed) => format!(
                "partly ({} of {lines} the same): {}",
                lines - missed,
                self.reasons
                    .get(key)
                    .map(|r| r.join("; "))
                    .unwrap_or_default()
            ),
        }
    }

    fn page(&self) -> String {
        let mut out = String::from(
            "# kubectl here and upstream\n\n\
             Written by a test from what the tests show (`tests/tests/kubectl_docs.rs`; `BLESS=1` writes it anew). *Exact* \
             means that the command lines compared, run through this kubectl and through the real v1.36, give the same \
             bytes and exit codes; *partly* says what differs, *not* why something is missing. Long help texts are in our \
             own words everywhere; flags, defaults and usage lines are upstream's.\n\n## Flags of every command\n\n",
        );
        for flag in global::FLAGS {
            let _ = writeln!(
                out,
                "- `--{}`: {}",
                flag.name,
                self.state(&format!("kubectl --{}", flag.name))
            );
        }
        for command in ROOT.sorted_commands() {
            self.command(&mut out, &[&ROOT, command]);
        }
        out
    }

    fn command(&self, out: &mut String, path: &[&'static Command]) {
        let Some(command) = path.last() else { return };
        let name = path_text(path);
        let _ = writeln!(out, "\n## {name}\n\n{}.\n", self.state(&name));
        let mut flags: Vec<_> = command.flags.iter().copied().flatten().collect();
        flags.sort_by_key(|flag| flag.name);
        flags.dedup_by_key(|flag| flag.name);
        for flag in flags {
            let state = self.state(&format!("{name} --{}", flag.name));
            let _ = writeln!(out, "- `--{}`: {state}", flag.name);
        }
        for sub in command.sorted_commands() {
            let path: Vec<_> = path.iter().copied().chain([sub]).collect();
            self.command(out, &path);
        }
    }
}
