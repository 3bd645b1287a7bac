//! Seeded tries of what the fuzzer does for hours: scripts, prompts and tools survive whatever is typed.

use sim::{Rng, Sim, Time};

/// What the fuzzer calls with inputs of its own.
#[path = "../../../fuzz/src/shell.rs"]
#[expect(unreachable_pub, reason = "the fuzzer has a crate of its own")]
mod fuzzed;

/// Snippets to take apart and put together again.
const SNIPPETS: &[&str] = &[
    include_str!("bash/language.txt"),
    include_str!("bash/tools.txt"),
    include_str!("bash/scripts.txt"),
];

/// What languages are made of.
const PIECES: &[&str] = &[
    "$",
    "${",
    "}",
    "$(",
    ")",
    "((",
    "))",
    "`",
    "\"",
    "'",
    "\\",
    "|",
    "||",
    "&&",
    "&",
    ";",
    ";;",
    "<",
    "<<E\n",
    ">",
    "<(",
    "{",
    "[[",
    "]]",
    "[",
    "]",
    "!",
    "!!",
    "!$",
    "^a^b",
    "*",
    "?",
    "~",
    "#",
    "if ",
    "then ",
    "fi",
    "for i in ",
    "do ",
    "done",
    "case x in ",
    "esac",
    "while ",
    "x=",
    "x=(",
    "@",
    ":-",
    "%%",
    "##",
    "//",
    "/",
    "^^",
    ",",
    ":",
    "-1",
    "9223372036854775807",
    "0",
    "1",
    "\n",
    " ",
    "\t",
    "é",
    "日本",
    "\u{301}",
    "%1",
    "%",
    "2>&1",
    "s/a/b/",
    "print",
    ".a",
    "[]",
    "\u{7f}",
    "\u{3}",
];

fn snippets() -> Vec<&'static str> {
    let lines = SNIPPETS.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| line.strip_prefix("$ ")).collect()
}

fn made(rng: &mut Rng, snippets: &[&str]) -> String {
    let mut text = String::new();
    for _ in 0..=rng.below(4) {
        if rng.below(3) == 0 {
            text.push_str(PIECES[rng.below(PIECES.len() as u64) as usize]);
            continue;
        }
        let chars: Vec<char> = snippets[rng.below(snippets.len() as u64) as usize]
            .chars()
            .collect();
        let from = rng.below(chars.len() as u64) as usize;
        let count = rng.below(60) as usize;
        text.extend(chars.iter().skip(from).take(count));
    }
    text
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test may be told to try harder"
)]
fn tries(name: &str, count: usize, check: fn(&str)) {
    let given = std::env::var("PROPERTY_CASES").ok();
    let count = given.and_then(|text| text.parse().ok()).unwrap_or(count);
    let mut rng = Sim::new(7, Time::from_secs(0)).rng(name);
    let snippets = snippets();
    for _ in 0..count {
        let text = made(&mut rng, &snippets);
        let held = std::panic::catch_unwind(|| check(&text));
        assert!(held.is_ok(), "{name}: {text:?}");
    }
}

#[test]
fn scripts_are_parsed_or_refused() {
    tries("syntax", 3000, fuzzed::syntax);
}

#[test]
fn scripts_run() {
    tries("scripts", 100, fuzzed::scripts);
}

#[test]
fn lines_are_taken() {
    tries("prompt", 100, fuzzed::prompt);
}

#[test]
fn tools_take_programs() {
    tries("tools", 20, fuzzed::tools);
}
