//! What could stand at the cursor: commands, files, variables, and what programs know of their own arguments.

use std::collections::BTreeSet;

use os::{Candidate, CompletionRequest, Node, Proc, path};

use crate::builtins;
use crate::escape;
use crate::interp::Dialect;
use crate::session::Known;

/// Candidates given at most.
const MAX_CANDIDATES: usize = 2000;
/// Words of the language that can begin a command.
const KEYWORDS: [&str; 12] = [
    "case", "do", "done", "elif", "else", "fi", "for", "function", "if", "then", "until", "while",
];

/// A word of the line before the cursor.
#[derive(Clone, Debug, Default, PartialEq)]
struct Word {
    /// Without quotes.
    text: String,
    /// Where it begins in the line.
    start: usize,
    /// The quote it is still in at its end.
    quote: Option<char>,
}

/// The command that the cursor is in: its words, the last of them up to the cursor (it may be empty).
fn words_at_cursor(line: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote: Option<char> = None;
    let mut redirect = false;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let fresh = Word {
            start: at,
            ..Word::default()
        };
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => {
                let word = word.get_or_insert(fresh);
                word.text.extend(chars.next().map(|(_, c)| c));
            }
            (Some(_), c) => word.get_or_insert(fresh).text.push(c),
            (None, '\'' | '"') => {
                word.get_or_insert(fresh);
                quote = Some(c);
            }
            (None, ' ' | '\t') => {
                if let Some(word) = word.take()
                    && !std::mem::take(&mut redirect)
                {
                    words.push(word);
                }
            }
            (None, '<' | '>') => {
                // A descriptor's number is part of the redirection; its file is no argument.
                let number = word.take().filter(|word| word.text.parse::<u32>().is_err());
                words.extend(number);
                redirect = true;
            }
            (None, '&') if redirect => {}
            (None, ';' | '|' | '&' | '(' | '\n' | '`') => {
                words.clear();
                word = None;
                redirect = false;
            }
            (None, '{' | '!') if word.is_none() => words.clear(),
            (None, c) => word.get_or_insert(fresh).text.push(c),
        }
        // `$(` begins a command of its own.
        if quote == Some('"') && c == '(' && line[..at].ends_with('$') {
            words.clear();
            word = None;
            quote = None;
        }
    }
    let mut last = word.unwrap_or(Word {
        start: line.len(),
        ..Word::default()
    });
    last.quote = quote;
    if redirect {
        // The file of a redirection: completed as an argument of nothing.
        words = vec![Word::default()];
    }
    words.push(last);
    // Assignments and words of the language stand before the command.
    while words.len() > 1 && is_before_command(&words[0].text) {
        words.remove(0);
    }
    words
}

fn is_before_command(text: &str) -> bool {
    let assigns = text
        .split_once('=')
        .is_some_and(|(name, _)| builtins::is_name(name));
    assigns
        || matches!(
            text,
            "if" | "then" | "else" | "elif" | "while" | "until" | "do" | "time" | "sudo"
        )
}

/// The place where the word at the cursor begins, and what it could become.
pub(crate) fn complete(
    proc: &Proc,
    known: &Known,
    line: &str,
    cursor: usize,
) -> (usize, Vec<Candidate>) {
    let mut cursor = cursor.min(line.len());
    while !line.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let words = words_at_cursor(&line[..cursor]);
    let last = words.last().cloned().unwrap_or_default();
    let mut candidates = candidates(proc, known, &words);
    candidates.sort();
    candidates.dedup_by(|a, b| a.word == b.word);
    candidates.truncate(MAX_CANDIDATES);
    (last.start, candidates)
}

fn candidates(proc: &Proc, known: &Known, words: &[Word]) -> Vec<Candidate> {
    let current = words.last().map_or("", |word| word.text.as_str());
    let single = words.last().is_some_and(|word| word.quote == Some('\''));
    if !single && let Some(found) = variables(known, current) {
        return found;
    }
    if words.len() == 1 && !current.contains('/') {
        return commands(proc, known, current);
    }
    if words.len() == 1 {
        return files(proc, known, current, true);
    }
    // An alias stands for its words.
    let mut all: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
    if let Some(alias) = known.aliases.get(&all[0]) {
        let expanded = alias.split_whitespace().map(str::to_owned);
        all.splice(..1, expanded);
    }
    let name = path::basename(&all[0]).to_owned();
    let completer = proc
        .machine()
        .programs()
        .get(&name)
        .and_then(|program| program.completer);
    if let Some(completer) = completer {
        let request = CompletionRequest::new(proc.clone(), all);
        let found = completer(&request);
        if !found.is_empty() || !request.wants_files() {
            return found;
        }
    }
    match name.as_str() {
        "cd" | "pushd" | "rmdir" | "mkdir" => {
            let all = files(proc, known, current, false);
            all.into_iter()
                .filter(|candidate| candidate.word.ends_with('/'))
                .collect()
        }
        "type" | "which" | "command" | "man" | "help" | "exec" | "watch" | "time" | "timeout"
        | "xargs" | "env" | "nohup"
            if words.len() == 2 =>
        {
            commands(proc, known, current)
        }
        "export" | "unset" | "readonly" | "declare" | "local" | "read" => known
            .variables
            .keys()
            .filter(|name| name.starts_with(current))
            .map(Candidate::word)
            .collect(),
        "alias" | "unalias" => known
            .aliases
            .keys()
            .filter(|name| name.starts_with(current))
            .map(Candidate::word)
            .collect(),
        _ => files(proc, known, current, false),
    }
}

/// `$NA`, `${NA`: variables.
fn variables(known: &Known, current: &str) -> Option<Vec<Candidate>> {
    let at = current.rfind('$')?;
    let (before, rest) = current.split_at(at);
    let (open, part) = match rest[1..].strip_prefix('{') {
        Some(part) => ("${", part),
        None => ("$", &rest[1..]),
    };
    if !part.is_empty() && !builtins::is_name(part) {
        return None;
    }
    let close = if open == "${" { "}" } else { "" };
    let found = known.variables.keys().filter(|name| name.starts_with(part));
    Some(
        found
            .map(|name| Candidate {
                word: format!("{before}{open}{name}{close}"),
                about: String::new(),
                complete: true,
            })
            .collect(),
    )
}

fn commands(proc: &Proc, known: &Known, current: &str) -> Vec<Candidate> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    names.extend(known.aliases.keys().cloned());
    names.extend(known.functions.iter().cloned());
    names.extend(KEYWORDS.iter().map(|word| (*word).to_owned()));
    names.extend(
        builtins::TOOLS
            .iter()
            .filter(|tool| builtins::builtin(tool.name, Dialect::Bash).is_some())
            .map(|tool| tool.name.to_owned()),
    );
    let cred = proc.cred();
    let list = known
        .variables
        .get("PATH")
        .map(String::as_str)
        .unwrap_or_default();
    for dir in list.split(':').filter(|dir| !dir.is_empty()) {
        let Ok(entries) = proc.vfs().read_dir(&cred, dir) else {
            continue;
        };
        let programs = entries
            .into_iter()
            .filter(|(_, stat)| !stat.inode.is_dir() && cred.allows(&stat.inode, 1));
        names.extend(programs.map(|(name, _)| name.to_string()));
    }
    let about = |name: &str| {
        let tool = builtins::TOOLS.iter().find(|tool| tool.name == name);
        tool.map_or("", |tool| tool.about)
    };
    names
        .iter()
        .filter(|name| name.starts_with(current))
        .map(|name| Candidate {
            word: name.clone(),
            about: about(name).to_owned(),
            complete: true,
        })
        .collect()
}

fn files(proc: &Proc, known: &Known, current: &str, only_programs: bool) -> Vec<Candidate> {
    let (dir, part) = match current.rfind('/') {
        Some(at) => current.split_at(at + 1),
        None => ("", current),
    };
    let home = known.variables.get("HOME").map_or("/", String::as_str);
    let real = match dir.strip_prefix("~/") {
        Some(rest) => path::join(home, rest),
        None if dir.is_empty() => proc.cwd().to_string(),
        None => proc.absolute(dir),
    };
    let cred = proc.cred();
    let entries = proc.vfs().read_dir(&cred, &real).unwrap_or_default();
    let mut found = Vec::new();
    for (name, stat) in entries {
        let hidden = name.starts_with('.') && !part.starts_with('.');
        if hidden || !name.starts_with(part) {
            continue;
        }
        let is_dir = match &stat.inode.node {
            Node::Symlink(_) => proc.vfs().is_dir(&cred, &path::join(&real, &name)),
            _ => stat.inode.is_dir(),
        };
        if only_programs && !is_dir && !cred.allows(&stat.inode, 1) {
            continue;
        }
        found.push(Candidate {
            word: format!("{dir}{name}{}", if is_dir { "/" } else { "" }),
            about: String::new(),
            complete: !is_dir,
        });
    }
    found
}

/// The candidate as it is put into the line, quoted as the word at the cursor is.
pub(crate) fn quoted(line: &str, cursor: usize, candidate: &Candidate) -> String {
    let cut = line.get(..cursor).unwrap_or(line);
    let quote = words_at_cursor(cut).last().and_then(|word| word.quote);
    let word = &candidate.word;
    let mut out = match quote {
        Some('\'') => format!("'{}", word.replace('\'', "'\\''")),
        Some(_) => {
            let mut out = String::from("\"");
            for c in word.chars() {
                if matches!(c, '"' | '\\' | '`') {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        }
        // What the person meant to be expanded stays so.
        None if word.starts_with('$') => word.clone(),
        None => match word.strip_prefix("~/") {
            Some(rest) if !rest.is_empty() => format!("~/{}", backslashed(rest)),
            Some(_) => word.clone(),
            None => backslashed(word),
        },
    };
    if candidate.complete {
        out.extend(quote);
        out.push(' ');
    }
    out
}

/// With backslashes, if any are needed: a comma alone is no reason, as in `kubectl get pods,services`.
fn backslashed(word: &str) -> String {
    let quoted = escape::backslash_quote(word);
    if quoted.replace("\\,", ",") == word {
        word.to_owned()
    } else {
        quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (line, expected) in [
            ("", &[""][..]),
            ("kub", &["kub"]),
            ("kubectl get ", &["kubectl", "get", ""]),
            ("echo a; kubectl get po", &["kubectl", "get", "po"]),
            ("x=1 kubectl -n 'a b", &["kubectl", "-n", "a b"]),
            ("cat f | grep \"x y\" a\\ b", &["grep", "x y", "a b"]),
            ("echo $(kubectl g", &["kubectl", "g"]),
            ("echo \"$(kubectl g", &["kubectl", "g"]),
            ("kubectl get pods 2>&1 | hea", &["hea"]),
            ("kubectl get pods > fi", &["", "fi"]),
            ("kubectl get > out po", &["kubectl", "get", "po"]),
            ("if kub", &["kub"]),
            ("then kub", &["kub"]),
        ] {
            let words: Vec<String> = words_at_cursor(line)
                .into_iter()
                .map(|word| word.text)
                .collect();
            assert_eq!(words, expected, "{line}");
        }
        assert_eq!(
            words_at_cursor("ab cd").last().map(|word| word.start),
            Some(3)
        );
    }

    #[test]
    fn candidates_are_quoted_as_their_word() {
        let candidate = Candidate::word("a b");
        for (line, expected) in [
            ("cat a", "a\\ b "),
            ("cat 'a", "'a b' "),
            ("cat \"a", "\"a b\" "),
        ] {
            assert_eq!(quoted(line, line.len(), &candidate), expected, "{line}");
        }
        let kinds = Candidate::word("pods,services");
        assert_eq!(quoted("kubectl get po", 14, &kinds), "pods,services ");
    }
}
