//! The tree of commands: what each is called, which flags it takes, what runs it, and how a misspelt one is answered.
//!
//! A [`Command`] is constant data; each file in [`crate::cmd`] holds one or a family of them. Finding a command among
//! flags and arguments follows cobra, the library kubectl is built with, down to the order and reach of its
//! suggestions. Parsing flags is in [`super::parse`], help texts in [`super::help`].

use std::future::Future;
use std::pin::Pin;

use super::flag::{Flag, FlagSet};
use super::global;
use crate::context::Context;
use crate::error::Error;

/// A command under way.
pub type Running = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// What a command does when it is called.
#[derive(Clone, Copy)]
pub enum Action {
    /// Runs.
    Run(fn(Context) -> Running),
    /// Prints its help and succeeds.
    Help,
    /// Only holds other commands: prints its help on standard output or (`true`) standard error, and fails.
    SubCommandNeeded(bool),
}

/// One command.
pub struct Command {
    /// The word that calls it.
    pub name: &'static str,
    /// What follows the name in the usage line.
    pub usage: &'static str,
    /// Other words that call it.
    pub aliases: &'static [&'static str],
    /// Wrong words for which it is suggested.
    pub suggest_for: &'static [&'static str],
    /// One line for lists of commands.
    pub short: &'static str,
    /// The help's first part; paragraphs separated by blank lines.
    pub long: &'static str,
    /// The help's examples, without indentation.
    pub example: &'static str,
    /// Its own flags.
    pub flags: &'static [&'static [Flag]],
    /// Flags of its own that its subcommands take, too.
    pub persistent: &'static [Flag],
    /// Its subcommands, in the order in which suggestions list them.
    pub commands: &'static [&'static Command],
    /// What it does.
    pub action: Action,
    /// Whether `[flags]` is kept out of the usage line.
    pub no_flags_in_use: bool,
    /// Not listed and not suggested.
    pub hidden: bool,
}

impl Command {
    /// A command of that name, for `..Command::DEFAULT`.
    pub const DEFAULT: Command = Command {
        name: "",
        usage: "",
        aliases: &[],
        suggest_for: &[],
        short: "",
        long: "",
        example: "",
        flags: &[],
        persistent: &[],
        commands: &[],
        action: Action::Help,
        no_flags_in_use: false,
        hidden: false,
    };

    /// Its subcommands, by name.
    pub fn sorted_commands(&self) -> Vec<&'static Command> {
        let mut commands = self.commands.to_vec();
        commands.sort_by_key(|c| c.name);
        commands
    }

    fn answers_to(&self, word: &str) -> bool {
        self.name == word || self.aliases.contains(&word)
    }
}

/// A command as found on the command line: the way to it from the root, and what is left of the arguments.
pub struct Found {
    /// From the root to the command.
    pub path: Vec<&'static Command>,
    /// Arguments and flags without the commands' names.
    pub rest: Vec<String>,
    /// The word that called the last command.
    pub called_as: String,
}

impl Found {
    /// The command itself.
    pub fn command(&self) -> &'static Command {
        self.path[self.path.len() - 1]
    }
}

/// `kubectl rollout status` and the like.
pub fn path_text(path: &[&'static Command]) -> String {
    path.iter().map(|c| c.name).collect::<Vec<_>>().join(" ")
}

/// Every flag that the last command of `path` understands, the `help` flag and the global ones included.
pub fn flags_of(path: &[&'static Command]) -> FlagSet {
    let own = path.last().map_or(&[] as &[_], |c| c.flags);
    let inherited = path.iter().rev().map(|c| c.persistent);
    FlagSet::new(
        own.iter()
            .copied()
            .chain(inherited)
            .chain([global::FLAGS, global::HELP]),
    )
}

/// Finds the command that `args` (without the program's name) call.
///
/// The error is cobra's sentence for an unknown command of the root; groups below it take any words.
pub fn find(root: &'static Command, args: &[String]) -> Result<Found, String> {
    let mut found = Found {
        path: vec![root],
        rest: args.to_vec(),
        called_as: root.name.to_owned(),
    };
    loop {
        let flags = flags_of(&found.path);
        let words = strip_flags(&found.rest, &flags);
        let Some(word) = words.first() else { break };
        let next = found.command().commands.iter().find(|c| c.answers_to(word));
        let Some(next) = next else { break };
        found.called_as = word.clone();
        remove_first(&mut found.rest, word, &flags);
        found.path.push(next);
    }
    if found.path.len() == 1 {
        let flags = flags_of(&found.path);
        if let Some(word) = strip_flags(&found.rest, &flags).first() {
            return Err(unknown_command(root, word));
        }
    }
    Ok(found)
}

fn unknown_command(root: &'static Command, word: &str) -> String {
    let mut text = format!(
        "unknown command {} for \"{}\"",
        crate::util::go::quote(word),
        root.name
    );
    let suggestions = suggestions(root, word);
    if !suggestions.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        for name in suggestions {
            text.push('\t');
            text.push_str(name);
            text.push('\n');
        }
    }
    text
}

/// Subcommands within two edits of `word`, beginning with it, or naming it as a frequent mistake.
pub fn suggestions(command: &Command, word: &str) -> Vec<&'static str> {
    let lower = word.to_lowercase();
    let mut names = Vec::new();
    for sub in command.commands.iter().filter(|c| !c.hidden) {
        if distance(&lower, sub.name) <= 2 || sub.name.starts_with(&lower) {
            names.push(sub.name);
        }
        if sub.suggest_for.iter().any(|s| s.eq_ignore_ascii_case(word)) {
            names.push(sub.name);
        }
    }
    names
}

/// Levenshtein distance.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(256).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

/// Whether a word is a flag that takes the next word as its value, as far as cobra looks before it knows the command.
fn takes_next(word: &str, flags: &FlagSet) -> bool {
    if word.contains('=') {
        return false;
    }
    // At this point cobra does not know that there is help.
    if matches!(word, "--help" | "-h") {
        return true;
    }
    if let Some(name) = word.strip_prefix("--") {
        return flags.lookup(name).is_none_or(|f| f.no_value.is_none());
    }
    let mut letters = word.chars();
    match (letters.next(), letters.next(), letters.next()) {
        (Some('-'), Some(letter), None) => flags
            .lookup_short(letter)
            .is_none_or(|f| f.no_value.is_none()),
        _ => false,
    }
}

fn strip_flags(args: &[String], flags: &FlagSet) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = args;
    while let Some((word, tail)) = rest.split_first() {
        rest = tail;
        if word == "--" {
            break;
        }
        if takes_next(word, flags) {
            if rest.len() <= 1 {
                break;
            }
            rest = &rest[1..];
        } else if !word.is_empty() && !word.starts_with('-') {
            words.push(word.clone());
        }
    }
    words
}

fn remove_first(args: &mut Vec<String>, word: &str, flags: &FlagSet) {
    let mut at = 0;
    while at < args.len() {
        let arg = &args[at];
        if arg == "--" {
            return;
        }
        if takes_next(arg, flags) {
            at += 1;
        } else if arg == word {
            args.remove(at);
            return;
        }
        at += 1;
    }
}
