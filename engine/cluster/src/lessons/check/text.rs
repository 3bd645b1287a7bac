//! A lesson's words against its minutes, and the commands in them.

use lesson::Lesson;
use view::{Block, Inline};

use super::Finding;

/// How many words a newcomer reads in a minute.
const WORDS: usize = 200;
/// How many characters a newcomer types in a minute.
const KEYS: usize = 200;

/// A command that the text tells the reader to run.
pub(super) struct Told {
    pub(super) line: String,
    /// It is said to fail.
    pub(super) fails: bool,
    /// What the block of the language `output` behind it says that it prints.
    pub(super) prints: String,
    /// It is typed together with the one before it.
    pub(super) follows: bool,
}

/// Whether reading and typing take longer than the lesson says.
pub(super) fn too_long(lesson: &Lesson) -> Option<Finding> {
    let text = &lesson.text;
    let steps = text.steps.values();
    let steps: usize = steps
        .map(|step| words(&step.title) + count(&step.body) + count(&step.watch))
        .sum();
    let around = count(&text.intro) + count(&text.learned) + count(&text.production);
    let read = words(&text.title) + words(&text.summary) + steps + around;
    let typed = lesson.data.steps.iter().flat_map(|step| &step.solution);
    let typed: usize = typed
        .filter(|line| !line.starts_with("sleep "))
        .map(|line| line.chars().count())
        .sum();
    let seconds = 60 * read / WORDS + 60 * typed / KEYS;
    let most = 60 * lesson.data.minutes as usize;
    (seconds > most).then(|| Finding {
        step: "text".into(),
        message: format!(
            "takes longer than {} minutes: {read} words and {typed} characters to type make {}:{:02}",
            lesson.data.minutes,
            seconds / 60,
            seconds % 60
        ),
    })
}

/// The commands of a step's text in their order; before the first step's those of the introduction.
pub(super) fn commands(lesson: &Lesson, index: usize) -> Vec<Told> {
    let mut out = Vec::new();
    if index == 0 {
        collect(&lesson.text.intro, &mut out);
    }
    let step = &lesson.data.steps[index];
    if let Some(words) = lesson.text.steps.get(&step.id) {
        collect(&words.body, &mut out);
    }
    out
}

/// The commands of a step's hints, the gentlest hint's first.
pub(super) fn hints(lesson: &Lesson, index: usize) -> Vec<Told> {
    let mut out = Vec::new();
    if let Some(words) = lesson.text.steps.get(&lesson.data.steps[index].id) {
        words.hints.iter().for_each(|hint| collect(hint, &mut out));
    }
    out
}

/// Whether a command only ends when it is interrupted, or wants a person.
pub(super) fn goes_on(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.last() == Some(&"&") {
        return false;
    }
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    match words.as_slice() {
        [
            "watch" | "vi" | "vim" | "nano" | "edit" | "ssh" | "top" | "fault" | "ping",
            ..,
        ] => true,
        ["kubectl" | "k", verb, ..] => match *verb {
            "edit" | "port-forward" | "proxy" | "attach" | "debug" => true,
            "logs" => has(&["-f", "--follow"]),
            "exec" | "run" => has(&["-it", "-ti", "-i", "--stdin"]),
            _ => has(&["-w", "--watch", "--watch-only"]),
        },
        _ => false,
    }
}

/// The first line that is not there. Spaces count as one, and `…` stands for anything.
pub(super) fn missing_line(wanted: &str, output: &str) -> Option<String> {
    let lines: Vec<String> = output.lines().map(squeeze).collect();
    let fits = |wanted: &str| lines.iter().any(|line| matches(wanted, line));
    let wanted = wanted.lines().map(squeeze);
    let mut wanted = wanted.filter(|line| !line.is_empty() && line != "…");
    wanted.find(|line| !fits(line))
}

fn squeeze(line: &str) -> String {
    line.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn matches(wanted: &str, line: &str) -> bool {
    let mut parts = wanted.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let mut ends_open = false;
    for part in parts {
        ends_open = part.is_empty();
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    ends_open || rest.is_empty()
}

fn collect(blocks: &[Block], out: &mut Vec<Told>) {
    for block in blocks {
        match block {
            Block::Code {
                run: true,
                text,
                language,
            } => {
                let fails = language.split_whitespace().any(|word| word == "fails");
                let lines = text.trim_end();
                // A here-document is one command; else each line is one.
                let one = lines.contains("<<") || lines.contains("\\\n");
                let lines: Vec<&str> = if one {
                    vec![lines]
                } else {
                    lines.lines().collect()
                };
                out.extend(lines.into_iter().enumerate().map(|(number, line)| Told {
                    line: line.to_owned(),
                    fails,
                    prints: String::new(),
                    follows: number > 0,
                }));
            }
            Block::Code { language, text, .. } if language == "output" => {
                if let Some(last) = out.last_mut() {
                    last.prints.clone_from(text);
                }
            }
            Block::Paragraph(words) | Block::Heading { text: words, .. } => inlines(words, out),
            Block::List { items, .. } => items.iter().for_each(|item| collect(item, out)),
            Block::Note(inner) => collect(inner, out),
            Block::Code { .. } => {}
        }
    }
}

fn inlines(words: &[Inline], out: &mut Vec<Told>) {
    for word in words {
        match word {
            Inline::Code { text, run: true } => out.push(Told {
                line: text.clone(),
                fails: false,
                prints: String::new(),
                follows: false,
            }),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
                inlines(inner, out);
            }
            _ => {}
        }
    }
}

/// How many words are read.
fn count(blocks: &[Block]) -> usize {
    let one = |block: &Block| match block {
        Block::Paragraph(text) | Block::Heading { text, .. } => count_inlines(text),
        Block::Code { text, .. } => words(text),
        Block::List { items, .. } => items.iter().map(|item| count(item)).sum(),
        Block::Note(inner) => count(inner),
    };
    blocks.iter().map(one).sum()
}

fn count_inlines(inlines: &[Inline]) -> usize {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code { text, .. } => words(text),
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
            count_inlines(inner)
        }
    };
    inlines.iter().map(one).sum()
}

fn words(text: &str) -> usize {
    text.split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_compared_by_line_with_room_for_names_and_ages() {
        let output = "NAME     READY   AGE\nweb-abc  1/1     12s\n";
        for (wanted, missing) in [
            ("NAME READY AGE\nweb-… 1/1 …", None),
            ("…", None),
            ("web-… 0/1 …", Some("web-… 0/1 …")),
            ("web-abc 1/1", Some("web-abc 1/1")),
        ] {
            assert_eq!(missing_line(wanted, output).as_deref(), missing, "{wanted}");
        }
    }
}
