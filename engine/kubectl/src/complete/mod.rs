//! What could stand at the cursor of a kubectl command line: commands, flags, their values, types and names of objects.
//!
//! The line is taken apart like any other; [`flags`] knows what goes behind a flag, [`args`] what goes where an argument
//! stands. Names come from the server and the kubeconfig that the line itself chooses, errors mean no suggestions.
//! Quoting, files and how suggestions are shown are the shell's.

mod args;
mod flags;
pub(crate) mod script;
mod source;

use std::rc::Rc;

use crate::Kubectl;
use crate::cli::command::{Found, find, flags_of, path_text};
use crate::cli::{Flag, FlagSet, parse};
use crate::cmd::ROOT;
use crate::context::Context;
use crate::host::Host;
use source::Source;

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The whole word.
    pub word: String,
    /// What it is, in a few words.
    pub about: String,
    /// Whether the word ends here; otherwise something goes right behind it.
    pub ends: bool,
}

impl Choice {
    fn new(word: impl Into<String>) -> Choice {
        Choice {
            word: word.into(),
            about: String::new(),
            ends: true,
        }
    }

    fn about(mut self, about: &str) -> Choice {
        self.about = about.to_owned();
        self
    }

    fn open(mut self) -> Choice {
        self.ends = false;
        self
    }
}

/// What to suggest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// One of these, or nothing.
    Choices(Vec<Choice>),
    /// A file.
    Files,
}

/// Suggestions for the last of `words` (those after `kubectl`), which may be empty.
pub fn complete(kubectl: &Kubectl, host: Rc<dyn Host>, words: &[String]) -> Answer {
    let Some((current, before)) = words.split_last() else {
        return Answer::Choices(Vec::new());
    };
    if before.iter().any(|word| word == "--") {
        return Answer::Files;
    }
    let Ok(found) = find(&ROOT, before) else {
        return Answer::Choices(Vec::new());
    };
    let set = flags_of(&found.path);
    let value_of = before.last().and_then(|word| awaits_value(word, &set));
    // The flag that waits for its value is not part of what was said so far.
    let said = match value_of {
        Some(_) => &found.rest[..found.rest.len().saturating_sub(1)],
        None => &found.rest[..],
    };
    let parsed = match parse::parse(set.clone(), said) {
        Ok(parsed) => parsed,
        Err(_) => match parse::parse(set.clone(), &[]) {
            Ok(parsed) => parsed,
            Err(_) => return Answer::Choices(Vec::new()),
        },
    };
    let cx = Context::new(
        found.path.clone(),
        before.to_vec(),
        parsed,
        host,
        Rc::clone(&kubectl.dialer),
        Rc::clone(&kubectl.cache),
    );
    let source = Source(&cx);
    let answer = if let Some(flag) = value_of {
        flags::values(&source, flag, current)
    } else if let Some((name, value)) = current.strip_prefix("--").and_then(|w| w.split_once('=')) {
        match set.lookup(name) {
            Some(flag) => within(&format!("--{name}="), flags::values(&source, flag, value)),
            None => Answer::Choices(Vec::new()),
        }
    } else if current.starts_with('-') {
        Answer::Choices(flags::names(&set, &cx.flags, current))
    } else {
        commands_or_args(&source, &found, current)
    };
    match answer {
        Answer::Choices(mut choices) => {
            choices.retain(|choice| choice.word.starts_with(current.as_str()));
            Answer::Choices(choices)
        }
        Answer::Files => Answer::Files,
    }
}

/// Values of a flag that stand in one word with its name.
fn within(prefix: &str, answer: Answer) -> Answer {
    match answer {
        Answer::Choices(choices) => Answer::Choices(
            choices
                .into_iter()
                .map(|choice| Choice {
                    word: format!("{prefix}{}", choice.word),
                    ..choice
                })
                .collect(),
        ),
        Answer::Files => Answer::Files,
    }
}

/// The flag at the end of a word that takes the next word as its value.
fn awaits_value(word: &str, set: &FlagSet) -> Option<&'static Flag> {
    if word.contains('=') {
        return None;
    }
    let flag = match word.strip_prefix("--") {
        Some(name) => set.lookup(name)?,
        None => {
            let letters = word.strip_prefix('-').filter(|l| !l.is_empty())?;
            let mut chars = letters.chars();
            let last = chars.next_back()?;
            // A letter before it that takes a value has the rest as its value.
            let bare = |c: char| set.lookup_short(c).is_some_and(|f| f.no_value.is_some());
            if !chars.all(bare) {
                return None;
            }
            set.lookup_short(last)?
        }
    };
    flag.no_value.is_none().then_some(flag)
}

fn commands_or_args(source: &Source, found: &Found, current: &str) -> Answer {
    let command = found.command();
    if source.0.args.is_empty() && !command.commands.is_empty() {
        let visible = command.sorted_commands().into_iter().filter(|c| !c.hidden);
        let choices: Vec<Choice> = visible
            .filter(|c| c.name.starts_with(current))
            .map(|c| Choice::new(c.name).about(c.short))
            .collect();
        return Answer::Choices(choices);
    }
    let path = path_text(&found.path);
    args::complete(source, path.strip_prefix("kubectl ").unwrap_or(""), current)
}
