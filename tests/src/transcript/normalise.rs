//! Takes out of a command's output what no two runs share.
//!
//! - random names: template hashes are numbered, 5-character suffixes become `*`, a cron job's scheduled minute
//!   becomes `<minute>`;
//! - UIDs, ages and durations, timestamps, IP addresses, the API server's address, node ports, resource versions,
//!   container and image ids, the names of nodes;
//! - runs of blanks within a line and at its end (indentation counts);
//! - image pulls: "Pulling" events are dropped, "Pulled" events reduced to the image and listed once;
//! - the order of event lines, of table rows whose names end in a random suffix, and of what kubectl itself prints in
//!   no particular order (drain, `label --list`).
//!
//! Counts (`x3`), restart counts and statuses are compared as they are.

use std::sync::LazyLock;

use fancy_regex::Regex;

use super::ages;
use super::names::{Names, blind, is_marked, mark};

static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        // ids and versions
        (
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            "<uid>",
        ),
        (
            r"\b(containerd|docker|cri-o)://[0-9a-f]{64}",
            "<containerid>",
        ),
        (r"sha256:[0-9a-f]{64}", "sha256:<digest>"),
        (r"\b[0-9a-f]{64}\b", "<id>"),
        (r#"(resourceVersion"?:\s*)"\d+""#, r#"${1}"<rv>""#),
        (
            r#"(resource version|Resource ?Version:)\s*"?\d+"?"#,
            "${1} <rv>",
        ),
        (r"X509SHA256=[0-9a-f]{64}", "X509SHA256=<digest>"),
        (r"/tmp/(LIVE|MERGED)-\d+", "/tmp/${1}-<n>"),
        // times
        (
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)",
            "<time>",
        ),
        (
            r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
            "<time>",
        ),
        (
            r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} +\d\d? \d\d:\d\d:\d\d \w+ \d{4}",
            "<time>",
        ),
        (
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}(?: UTC)?",
            "<time>",
        ),
        (
            r"\b[EIWF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (\S+?):\d+\]",
            "<klog ${1}>",
        ),
        // addresses
        (r"https://[\w.-]+:\d+", "https://<server>"),
        (
            r"\b(?!0\.0\.0\.0|127\.0\.0\.1|192\.0\.2\.)\d{1,3}(?:\.\d{1,3}){3}\b(?!/\d)",
            "<ip>",
        ),
        (r"\b3[0-2]\d{3}(/(?:TCP|UDP|SCTP))", "<nodeport>${1}"),
        (
            r#"((?:nodePort|healthCheckNodePort)"?:\s*)3[0-2]\d{3}"#,
            "${1}<nodeport>",
        ),
        // which node
        (r"\bnode-\d+\b", "<node>"),
        // a cron job's scheduled minute
        (
            r"-(\d{8})(?=-[bcdfghjklmnpqrstvwxz2456789]{5}\b|\b)",
            "-<minute>",
        ),
        // image pulls
        (
            r#"Successfully pulled image ("[^"]*").*"#,
            "image ${1} present",
        ),
        (
            r#"Container image ("[^"]*") already present on machine.*"#,
            "image ${1} present",
        ),
        (r#"(Failed to pull image "[^"]*"): .*"#, "${1}"),
        (r#"(Back-off pulling image "[^"]*").*"#, "${1}"),
    ]
    .into_iter()
    .map(|(pattern, replacement)| (regex(pattern), replacement))
    .collect()
});
static BLANKS: LazyLock<Regex> = LazyLock::new(|| regex(" +"));
static PULLING: LazyLock<Regex> = LazyLock::new(|| regex(r"\bNormal\s+Pulling\b"));
static PULLED: LazyLock<Regex> = LazyLock::new(|| regex(r"\bNormal Pulled\b"));
static PULLED_COUNT: LazyLock<Regex> = LazyLock::new(|| regex(r" \(x\d+ over <age>\)"));
/// Printed from a map, or in parallel.
static UNORDERED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\bkubectl\b.*( drain | label .*--list| annotate .*--list)"));
static DRAIN_WORDS: LazyLock<Regex> = LazyLock::new(|| regex(r"[ ,;\[\]]+"));
static TABULAR: LazyLock<Regex> = LazyLock::new(|| regex(r"\bkubectl\b.*\b(get|events)\b"));
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^[A-Z][A-Z0-9()./-]*(?: +[A-Z][A-Z0-9()./-]*)+ *$"));
static EVENTS: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*Events:\s*$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

fn matches(pattern: &Regex, text: &str) -> bool {
    pattern.is_match(text).unwrap_or(false)
}

/// The output `text` of `cmd` without what no two runs share. `names` carries over from command to command.
pub fn normalise(text: &str, cmd: &str, names: &mut Names) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        if matches(&PULLING, line) {
            continue;
        }
        let mut line = normalise_line(line, cmd);
        if matches(&PULLED, &line) {
            line = PULLED_COUNT.replace_all(&line, "").into_owned();
            if lines.contains(&line) {
                continue;
            }
        }
        lines.push(line);
    }
    if matches(&UNORDERED, cmd) {
        if cmd.contains(" drain ") {
            // The reasons within a line come from a map, too.
            lines = lines.iter().map(|line| sorted_words(line)).collect();
        }
        lines.sort_by_key(|line| blind(line));
    }
    let lines: Vec<String> = sort_blocks(&lines, cmd)
        .iter()
        .map(|line| names.number(line))
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn normalise_line(line: &str, cmd: &str) -> String {
    let mut line = line.to_owned();
    for (pattern, replacement) in RULES.iter() {
        line = pattern.replace_all(&line, *replacement).into_owned();
    }
    let line = expand_tabs(line.trim_end());
    let mut indent = indentation(&line);
    if cmd.contains(" describe ") {
        // Deeper lines go on with a padded column.
        indent = indent.min(12);
    }
    let body = ages::mask(&mark(line.trim()));
    format!("{:indent$}{}", "", BLANKS.replace_all(&body, " "))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn expand_tabs(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let width = 8 - column % 8;
            out.extend(std::iter::repeat_n(' ', width));
            column += width;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out
}

fn sorted_words(line: &str) -> String {
    let spaced = DRAIN_WORDS.replace_all(line, " ");
    let mut words: Vec<&str> = spaced.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// Sorts what has no order of its own: event lines, and table rows with generated names.
fn sort_blocks(lines: &[String], cmd: &str) -> Vec<String> {
    let tabular = matches(&TABULAR, cmd) && !cmd.contains("--sort-by");
    let headless =
        cmd.contains("--no-headers") || cmd.contains("-o name") || cmd.contains("-oname");
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        let line = &lines[i];
        if matches(&EVENTS, line) {
            // describe: header, rule, lines
            let indent = indentation(line);
            let inside = |l: &String| !l.trim().is_empty() && indentation(l) >= indent;
            let end = end_of_block(lines, i + 1, inside);
            let body = (i + 3).min(end);
            out.extend_from_slice(&lines[i..body]);
            out.extend(sorted(&lines[body..end]));
            i = end;
        } else if tabular && (matches(&HEADER, line) || headless) {
            let is_header = matches(&HEADER, line);
            let start = if is_header { i + 1 } else { i };
            let end = end_of_block(lines, start, |l| !l.trim().is_empty()).max(i + 1);
            let rows = &lines[start..end];
            if is_header {
                out.push(line.clone());
            }
            if line.starts_with("LAST SEEN") || rows.iter().any(|row| is_marked(row)) {
                out.extend(sorted(rows));
            } else {
                out.extend_from_slice(rows);
            }
            i = end;
        } else {
            out.push(line.clone());
            i += 1;
        }
    }
    out
}

fn end_of_block(lines: &[String], start: usize, inside: impl Fn(&String) -> bool) -> usize {
    start
        + lines[start..]
            .iter()
            .take_while(|line| inside(line))
            .count()
}

fn sorted(lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    lines.sort_by_key(|line| blind(line));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cmd: &str, text: &str, want: &str) {
        assert_eq!(normalise(text, cmd, &mut Names::default()), want);
    }

    #[test]
    fn names_are_numbered_and_rows_sorted() {
        check(
            "kubectl get pods",
            "NAME                   READY   AGE\nweb-6d5f8b9c7d-zzzzz   1/1   3s\nweb-6d5f8b9c7d-bbbbb   0/1   4s\n",
            "NAME READY AGE\nweb-H1-* 0/1 <age>\nweb-H1-* 1/1 <age>",
        );
    }

    #[test]
    fn addresses_ids_and_times_are_masked() {
        check(
            "kubectl get pod -o yaml",
            "  podIP: 10.244.0.3\n  uid: 1f2e3d4c-0000-4000-8000-123456789abc\n  startTime: \"2026-11-22T16:55:33Z\"\n  cidr: 10.0.0.0/8\n",
            "  podIP: <ip>\n  uid: <uid>\n  startTime: \"<time>\"\n  cidr: 10.0.0.0/8",
        );
    }

    #[test]
    fn pulls_are_reduced_and_events_sorted() {
        check(
            "kubectl describe pod web",
            "Events:\n  Type    Reason   Age   From     Message\n  ----    ------   ----  ----     -------\n  Normal  Started  1s  kubelet  x\n  Normal  Pulling  2s  kubelet  Pulling image \"nginx\"\n  Normal  Pulled  1s  kubelet  Successfully pulled image \"nginx\" in 600ms\n",
            "Events:\n  Type Reason Age From Message\n  ---- ------ ---- ---- -------\n  Normal Pulled <age> kubelet image \"nginx\" present\n  Normal Started <age> kubelet x",
        );
    }
}
