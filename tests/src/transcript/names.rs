//! Generated parts of names: marked where they stand, then numbered by order of first appearance in a session.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fancy_regex::{Captures, Regex};

/// The alphabet of generated names.
const SAFE: &str = "bcdfghjklmnpqrstvwxz2456789";
/// A name without its generated parts.
const WORD: &str = r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?";

fn regex(pattern: &str) -> Regex {
    Regex::new(&pattern.replace("WORD", WORD).replace("SAFE", SAFE)).expect("a constant pattern")
}

static HASHED: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(WORD)-([SAFE]{7,10})-([SAFE]{5})\b"));
static HASH: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(WORD)-([SAFE]{7,10})\b"));
static HASH_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"((?:pod-template-hash|controller-revision-hash)"?[=:]\s*"?(?:WORD-)??)([SAFE]{7,10})\b"#,
    )
});
static SUFFIX: LazyLock<Regex> = LazyLock::new(|| regex(r"(\bWORD|<minute>)-([SAFE]{5})\b"));
static MARKED_HASH: LazyLock<Regex> = LazyLock::new(|| regex("\u{1}(\\w+)\u{1}"));
static MARKED_SUFFIX: LazyLock<Regex> = LazyLock::new(|| regex("\u{2}(\\w+)\u{2}"));
static MARKED: LazyLock<Regex> = LazyLock::new(|| regex("\u{1}\\w+\u{1}|\u{2}\\w+\u{2}"));

/// The template hashes of one session, numbered as they appear.
#[derive(Default)]
pub struct Names {
    hashes: BTreeMap<String, usize>,
}

impl Names {
    /// Puts numbers in place of marked hashes and a star in place of marked suffixes.
    pub(super) fn number(&mut self, line: &str) -> String {
        let numbered = MARKED_HASH.replace_all(line, |c: &Captures<'_>| {
            let next = self.hashes.len() + 1;
            let n = *self.hashes.entry(c[1].to_owned()).or_insert(next);
            format!("H{n}")
        });
        MARKED_SUFFIX.replace_all(&numbered, "*").into_owned()
    }
}

/// Marks the generated parts of names in a line.
pub(super) fn mark(line: &str) -> String {
    let line = HASH_LABEL.replace_all(line, "${1}\u{1}${2}\u{1}");
    let line = HASHED.replace_all(&line, "${1}-\u{1}${2}\u{1}-\u{2}${3}\u{2}");
    let line = HASH.replace_all(&line, |c: &Captures<'_>| {
        let hash = &c[2];
        // A short tail without a digit is more likely a word.
        if hash.len() < 8 && !hash.contains(|d: char| d.is_ascii_digit()) {
            c[0].to_owned()
        } else {
            format!("{}-\u{1}{hash}\u{1}", &c[1])
        }
    });
    SUFFIX
        .replace_all(&line, "${1}-\u{2}${2}\u{2}")
        .into_owned()
}

/// The line without its generated parts, for sorting.
pub(super) fn blind(line: &str) -> String {
    MARKED.replace_all(line, "*").into_owned()
}

/// Whether a line has a generated part.
pub(super) fn is_marked(line: &str) -> bool {
    line.contains(['\u{1}', '\u{2}'])
}
