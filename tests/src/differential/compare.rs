//! When two runs of a command are the same.
//!
//! Byte for byte; only what two machines cannot share is written as the same number of `#`: UIDs, random ends of names,
//! resource versions, the seconds of timestamps, process numbers and times of log lines. Ages are masked, with the
//! blanks around them, where kubectl itself reckons them from the machine's clock: in `describe`, `events` and
//! tables that the server did not make. Of help
//! texts only their structure counts.

use std::sync::LazyLock;

use fancy_regex::{Captures, Regex};

use super::Done;

/// What differs, in a few words and as a diff.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Such as `stdout, exit 1, not 0`.
    pub what: String,
    /// A unified diff of the masked output.
    pub diff: String,
}

/// Patterns of which the first group is masked.
static MASKED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b",
        r"\b[a-z0-9][-a-z0-9.]*-([bcdfghjklmnpqrstvwxz2456789]{5})\b",
        r#"resourceVersion"?: ?"(\d+)""#,
        r"Resource Version: +(\d+)",
        r"\bresourceVersion:(\d+)",
        r"\bv1\.36\.(\d+)\b",
        r"\w\.([0-9a-f]{16})\b",
        r"\b(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9}) \+0000",
        r"Expected resource version to be \d+, was (\d+)",
        r"/tmp/(?:LIVE|MERGED)-(\d+)",
        r"/tmp/kubectl-edit-(\d+)",
        r"containerd://([0-9a-f]{64})",
        r"\b10\.244\.(\d\.\d)\b",
        r"\b\d{4}-\d\d-(\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z|[+-]\d\d:\d\d)",
        r"\b(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d) \+\d{4}",
        r"\b[EIWF](\d{4} \d\d:\d\d:\d\d\.\d+ +\d+) \S+?:\d+\]",
        r"\b(?:in|milliseconds)[ =](\d+)(?: milliseconds)?\b",
        r"\(linux/amd64\) kubernetes/(\w+)",
        r"\bDate: (.*)",
    ]
    .into_iter()
    .map(regex)
    .collect()
});
static AGE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^| +)(?:(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?<=\d[ydhms])|<invalid>|<unknown>)(?=\s|$)(?: \(x\d+ over (?:[\dydhms]+|<invalid>)\))? *",
    )
});
static RECKONS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\bkubectl\b.*\b(describe|events|server-print=false|subresource=scale)\b")
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

/// What differs between the real run and ours; `None` if nothing does.
pub fn compare(cmd: &str, real: &Done, ours: &Done) -> Option<Difference> {
    let mut what = Vec::new();
    let mut diff = String::new();
    for (name, real, ours) in [
        ("stdout", &real.stdout, &ours.stdout),
        ("stderr", &real.stderr, &ours.stderr),
    ] {
        if real == ours {
            continue;
        }
        let (real, ours) = match (structure(real), structure(ours)) {
            (Some(real), Some(ours)) => (real, ours),
            _ => (mask(cmd, real), mask(cmd, ours)),
        };
        if real == ours {
            continue;
        }
        what.push(name.to_owned());
        let unified = similar::TextDiff::from_lines(&real, &ours)
            .unified_diff()
            .context_radius(1)
            .header(&format!("real {name}"), &format!("our {name}"))
            .to_string();
        diff.push_str(&unified);
    }
    if real.exit != ours.exit {
        what.push(format!("exit {}, not {}", ours.exit, real.exit));
    }
    (!what.is_empty()).then(|| Difference {
        what: what.join(", "),
        diff,
    })
}

/// With `-v`: without files of the cache, whose order is chance, and numbers whose length is; gates in their order.
fn verbose(text: &str) -> String {
    if !text.contains("loader.go:") {
        return text.to_owned();
    }
    let mut lines: Vec<&str> = text.lines().collect();
    lines.retain(|line| !line.contains("] returning cached discovery info"));
    let gate = |line: &&str| line.contains("\"Feature gate default state\"");
    let first = lines.iter().position(gate).unwrap_or(0);
    let mut gates: Vec<&str> = lines.iter().copied().filter(gate).collect();
    lines.retain(|line| !gate(line));
    gates.sort_by_key(|line| line.rsplit("feature=").next().unwrap_or_default());
    lines.splice(first..first, gates);
    let text = lines.join("\n") + "\n";
    DIGITS.replace_all(&text, "$1=#").into_owned()
}

static DIGITS: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(milliseconds|Milliseconds)=\d+"));

/// Of a help text what has to be exact: aliases, names of commands and options with defaults, the usage line.
/// The prose is in our own words.
fn structure(text: &str) -> Option<String> {
    if !text.contains("\nUsage:\n") {
        return None;
    }
    let mut out = String::new();
    let mut section = "";
    for line in text.lines() {
        if line.ends_with(':') && !line.starts_with(' ') {
            section = line;
            if !section.starts_with("Examples") {
                out.push_str(line);
                out.push('\n');
            }
        } else if line.starts_with("    -") || matches!(section, "Usage:" | "Aliases:") {
            out.push_str(line);
            out.push('\n');
        } else if section.contains("Commands") && line.starts_with("  ") {
            out.push_str(line.split_whitespace().next().unwrap_or_default());
            out.push('\n');
        }
    }
    Some(out)
}

fn mask(cmd: &str, text: &str) -> String {
    let reckons = RECKONS.is_match(cmd).unwrap_or(false);
    let text = &verbose(text);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut line = line.to_owned();
        for pattern in MASKED.iter() {
            line = pattern
                .replace_all(&line, |found: &Captures<'_>| {
                    let whole = found.get(0).map_or(0..0, |m| m.range());
                    let inner = found.get(1).map_or(0..0, |m| m.range());
                    let text = &found[0];
                    let (from, to) = (inner.start - whole.start, inner.end - whole.start);
                    format!("{}{}{}", &text[..from], "#".repeat(to - from), &text[to..])
                })
                .into_owned();
        }
        if line.contains("/tmp/") {
            // Numbers of any length.
            while line.contains("##") {
                line = line.replace("##", "#");
            }
        }
        if reckons {
            line = AGE.replace_all(&line, " <age> ").into_owned();
            if line.contains("Age") || line.contains("LAST SEEN") || line.contains("----") {
                line = line
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .replace("----", "-")
                    + "\n";
                while line.contains("--") {
                    line = line.replace("--", "-");
                }
            }
        }
        out.push_str(&line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_shared_is_masked() {
        for (cmd, text, want) in [
            (
                "kubectl get",
                "web-6d5f8b9c7d-zzzzz   1/1\n",
                "web-6d5f8b9c7d-#####   1/1\n",
            ),
            (
                "kubectl get",
                "resourceVersion: \"123\"\n",
                "resourceVersion: \"###\"\n",
            ),
            (
                "kubectl describe",
                "  Normal  Pulled  5m3s (x3 over 2h)  kubelet\n",
                "  Normal  Pulled <age> kubelet\n",
            ),
            ("kubectl get", "pod  1  5m3s\n", "pod  1  5m3s\n"),
        ] {
            assert_eq!(mask(cmd, text), want);
        }
    }
}
