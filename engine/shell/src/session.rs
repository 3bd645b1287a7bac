//! An interactive shell for somebody who edits lines elsewhere: the page, or the native binary's terminal.
//!
//! The embedder hands over whole lines while a [`Prompt`] is out ([`Session::line`]). From then until the next prompt a
//! program has the terminal, and keys go to it as they are pressed ([`Session::keys`]). Output comes from the
//! terminal ([`Session::tty`]); who edits the line shows it, so the shell echoes nothing by itself.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use os::{
    Candidate, FdTable, Group, Machine, Proc, Signal, Spawn, SysResult, Tty, WakerSet, WindowSize,
};

use crate::history::History;
use crate::interactive::{self, Lines};
use crate::interp::{Dialect, Shell, Style};

/// The shell waits for a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// What stands before the cursor.
    pub text: String,
    /// It waits for the rest of something unfinished.
    pub continuation: bool,
    /// How many bytes were handed over by [`Session::keys`] since the last line.
    pub keys: u64,
    /// What of them no program has read: it was typed ahead, and belongs into the line.
    pub unread: Vec<u8>,
}

/// Something that could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What is shown in the list: of a path, only its last part.
    pub label: String,
    /// What is put into the line from where the word begins, quoted as needed, with a final space where the word is
    /// complete.
    pub insert: String,
    /// A few words about it; may be empty.
    pub about: String,
}

fn label(candidate: &Candidate) -> String {
    let word = candidate.word.as_str();
    // Of `--namespace=de` the value, as readline breaks words at `=`.
    let word = match word.split_once('=') {
        Some((flag, value)) if flag.starts_with('-') && !value.is_empty() => value,
        _ => word,
    };
    let end = word.len() - usize::from(word.len() > 1 && word.ends_with('/'));
    match word[..end].rfind('/') {
        Some(at) if !word.contains("://") => word[at + 1..].to_owned(),
        _ => word.to_owned(),
    }
}

/// What the embedder handed over.
pub(crate) enum Fed {
    Line(String),
    Interrupt,
    End,
}

/// What the shell's process and its session share.
#[derive(Default)]
pub(crate) struct Feed {
    fed: RefCell<VecDeque<Fed>>,
    wakers: RefCell<WakerSet>,
    prompt: RefCell<Option<Prompt>>,
    /// Counts prompts, so that an embedder sees a new one that looks like the one before.
    prompts: Cell<u64>,
    keys: Cell<u64>,
    status: Cell<i32>,
    known: RefCell<Known>,
}

/// What completion has to know of the shell.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) functions: Vec<String>,
    pub(crate) aliases: BTreeMap<String, String>,
}

impl Feed {
    pub(crate) fn show_prompt(&self, shell: &Shell, text: String, continuation: bool) {
        *self.known.borrow_mut() = Known {
            variables: shell
                .vars
                .iter()
                .map(|(name, _)| (name.clone(), shell.vars.get(name).unwrap_or("").to_owned()))
                .collect(),
            functions: shell.functions.keys().cloned().collect(),
            aliases: shell.aliases.borrow().clone(),
        };
        // Completers of programs look at the environment.
        shell.proc.set_environment(shell.vars.environment());
        self.status.set(shell.status);
        self.prompts.set(self.prompts.get() + 1);
        let unread = shell
            .proc
            .tty()
            .map(|tty| tty.take_unread())
            .unwrap_or_default();
        *self.prompt.borrow_mut() = Some(Prompt {
            text,
            continuation,
            keys: self.keys.take(),
            unread,
        });
    }

    pub(crate) async fn next(&self) -> Fed {
        poll_fn(|cx| match self.fed.borrow_mut().pop_front() {
            Some(fed) => {
                *self.prompt.borrow_mut() = None;
                Poll::Ready(fed)
            }
            None => {
                self.wakers.borrow_mut().register(cx);
                Poll::Pending
            }
        })
        .await
    }

    fn feed(&self, fed: Fed) {
        self.fed.borrow_mut().push_back(fed);
        self.wakers.borrow_mut().wake();
    }
}

/// How a session starts.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The environment, `HOME` and `PATH` among it.
    pub env: BTreeMap<String, String>,
    /// Where it starts.
    pub cwd: String,
    /// The terminal's size.
    pub size: WindowSize,
    /// Aliases that are there from the beginning.
    pub aliases: BTreeMap<String, String>,
    /// Variables of the shell that programs do not get, as a `.bashrc` sets them.
    pub variables: BTreeMap<String, String>,
    /// Lines typed in earlier sessions, oldest first.
    pub history: Vec<String>,
}

/// An interactive bash on a terminal.
pub struct Session {
    proc: Proc,
    tty: Tty,
    feed: Rc<Feed>,
    history: Rc<RefCell<History>>,
}

impl Session {
    /// Starts the shell.
    pub fn start(machine: &Machine, start: Start) -> SysResult<Self> {
        let tty = machine.open_tty(start.size);
        let feed: Rc<Feed> = Rc::default();
        let mut history = History::default();
        for line in &start.history {
            history.add(line, machine.sim().now());
        }
        let history = Rc::new(RefCell::new(history));
        let spawn = Spawn {
            args: vec!["bash".into()],
            env: start.env.into(),
            cwd: start.cwd,
            fds: FdTable::terminal(&tty),
            tty: Some(tty.clone()),
            group: Group::New,
            ..Spawn::default()
        };
        let (shared, lines) = (Rc::clone(&feed), Rc::clone(&history));
        let (aliases, variables) = (start.aliases, start.variables);
        let proc = machine.spawn(spawn, move |proc| async move {
            let mut shell = Shell::new(&proc, Dialect::Bash, Style::Interactive);
            shell.history = lines;
            shell.aliases.borrow_mut().extend(aliases);
            for (name, value) in variables {
                let _ = shell.vars.set(&name, value);
            }
            interactive::start(&mut shell);
            interactive::run(shell, &mut Lines::Session(shared)).await
        })?;
        Ok(Session {
            proc,
            tty,
            feed,
            history,
        })
    }

    /// The terminal: take its output, tell it of a new size.
    pub fn tty(&self) -> &Tty {
        &self.tty
    }

    /// The shell's process.
    pub fn proc(&self) -> &Proc {
        &self.proc
    }

    /// The prompt, while the shell waits for a line.
    pub fn prompt(&self) -> Option<Prompt> {
        self.feed.prompt.borrow().clone()
    }

    /// How many prompts there have been: a new number means a new prompt.
    pub fn prompts(&self) -> u64 {
        self.feed.prompts.get()
    }

    /// Whether the shell waits for a line, with none of those that were entered left to be read.
    pub fn is_idle(&self) -> bool {
        self.feed.prompt.borrow().is_some() && self.feed.fed.borrow().is_empty()
    }

    /// The exit code of the last command, as of the latest prompt.
    pub fn status(&self) -> i32 {
        self.feed.status.get()
    }

    /// The shell's exit code, once it has ended.
    pub fn ended(&self) -> Option<i32> {
        self.proc.ended().map(os::ExitStatus::code)
    }

    /// A line was entered, without its final line break. A pasted text with line breaks is taken as several.
    pub fn line(&self, line: &str) {
        let line = line.replace("\r\n", "\n").replace('\r', "\n");
        for part in line.split('\n') {
            self.feed.feed(Fed::Line(part.to_owned()));
        }
    }

    /// Keys were pressed: for the program that has the terminal. At a prompt, Ctrl-C gives up an unfinished command
    /// and Ctrl-D ends the shell; other keys are the line editor's.
    pub fn keys(&self, keys: &[u8]) {
        if self.feed.prompt.borrow().is_none() {
            if keys.contains(&3) && self.tty.mode().signals {
                // What was pasted after the running line is given up with it.
                self.feed.fed.borrow_mut().clear();
            }
            let count = self.feed.keys.get() + keys.len() as u64;
            self.feed.keys.set(count);
            self.tty.feed(keys);
            return;
        }
        for key in keys {
            match key {
                3 => self.feed.feed(Fed::Interrupt),
                4 => self.feed.feed(Fed::End),
                _ => {}
            }
        }
    }

    /// The terminal's size has changed.
    pub fn resize(&self, size: WindowSize) {
        self.tty.resize(size);
    }

    /// The lines typed so far, oldest first.
    pub fn history(&self) -> Vec<String> {
        self.history.borrow().lines().cloned().collect()
    }

    /// What could stand at the cursor (a byte offset): where the word begins, and the candidates.
    pub fn complete(&self, line: &str, cursor: usize) -> (usize, Vec<Completion>) {
        let known = self.feed.known.borrow().clone();
        let (start, candidates) = crate::complete::complete(&self.proc, &known, line, cursor);
        let completions = candidates.into_iter().map(|candidate| Completion {
            insert: crate::complete::quoted(line, cursor, &candidate),
            label: label(&candidate),
            about: candidate.about,
        });
        (start, completions.collect())
    }

    /// Kills the program that has the terminal, if it is not the shell itself: for what no key can end.
    pub fn kill_foreground(&self) {
        let group = self
            .tty
            .foreground()
            .filter(|group| *group != self.proc.group());
        if let Some(group) = group {
            self.proc.machine().kill_group(group, Signal::KILL);
        }
    }

    /// The terminal is gone: ends the shell and what it runs.
    pub fn hang_up(&self) {
        self.tty.hang_up();
        let _ = self.proc.machine().kill(self.proc.pid(), Signal::KILL);
    }
}
