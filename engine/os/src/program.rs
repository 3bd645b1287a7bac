//! Programs: what an executable file runs.
//!
//! A program is an `async fn(Proc) -> i32`. Executables in the virtual file system name one ([`executable`]), so an
//! image decides by its files which programs it has, as a real one does.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::proc::Proc;

/// A program on its way.
pub type ProgramFuture = Pin<Box<dyn Future<Output = i32>>>;
/// A program's entry.
pub type Main = Rc<dyn Fn(Proc) -> ProgramFuture>;
/// How a program completes its own arguments.
pub type Completer = Rc<dyn Fn(&CompletionRequest) -> Vec<Candidate>>;

/// What a completer is asked.
#[derive(Clone)]
pub struct CompletionRequest {
    /// The shell's process, for its directory, environment and machine.
    pub proc: Proc,
    /// The words of the command so far, the program's name first, without quotes. The last is the one to complete,
    /// up to the cursor; it may be empty.
    pub words: Vec<String>,
    /// Whether files are suggested when the program has nothing to suggest; see [`CompletionRequest::no_files`].
    files: Cell<bool>,
}

impl CompletionRequest {
    /// A request for the last of `words`.
    pub fn new(proc: Proc, words: Vec<String>) -> Self {
        CompletionRequest {
            proc,
            words,
            files: Cell::new(true),
        }
    }

    /// Says that a file makes no sense here, even if nothing else does.
    pub fn no_files(&self) {
        self.files.set(false);
    }

    /// Whether files are suggested when there is nothing else.
    pub fn wants_files(&self) -> bool {
        self.files.get()
    }

    /// The word to complete, up to the cursor.
    pub fn current(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
}

/// Something that could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The whole word, without quotes.
    pub word: String,
    /// A few words about it; may be empty.
    pub about: String,
    /// The word is complete: a space follows.
    pub complete: bool,
}

impl Candidate {
    /// A candidate that a space follows.
    pub fn word(word: impl Into<String>) -> Self {
        Candidate {
            word: word.into(),
            about: String::new(),
            complete: true,
        }
    }
}

/// A program with what is known of it.
#[derive(Clone)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// What runs.
    pub main: Main,
    /// How its arguments are completed, if it knows.
    pub completer: Option<Completer>,
}

/// Says why there is no program of a name, if it is one that people know.
pub type Absence = fn(&str) -> Option<&'static str>;

/// All programs there are, on every machine; clones share the table.
#[derive(Clone, Default)]
pub struct Programs(
    Rc<RefCell<BTreeMap<String, Program>>>,
    Rc<Cell<Option<Absence>>>,
);

impl Programs {
    /// No programs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a program (or replaces it).
    pub fn add<F, Fut>(&self, name: &str, main: F)
    where
        F: Fn(Proc) -> Fut + 'static,
        Fut: Future<Output = i32> + 'static,
    {
        let main: Main = Rc::new(move |proc| Box::pin(main(proc)));
        let program = Program {
            name: name.to_owned(),
            main,
            completer: None,
        };
        self.0.borrow_mut().insert(name.to_owned(), program);
    }

    /// Says how a program's arguments are completed.
    pub fn set_completer(
        &self,
        name: &str,
        completer: impl Fn(&CompletionRequest) -> Vec<Candidate> + 'static,
    ) {
        if let Some(program) = self.0.borrow_mut().get_mut(name) {
            program.completer = Some(Rc::new(completer));
        }
    }

    /// Says why some programs are not there.
    pub fn set_absence(&self, absence: Absence) {
        self.1.set(Some(absence));
    }

    /// Why there is no program of that name, if somebody has said so.
    pub fn absence(&self, name: &str) -> Option<&'static str> {
        self.1.get().and_then(|absence| absence(name))
    }

    /// The program of that name.
    pub fn get(&self, name: &str) -> Option<Program> {
        self.0.borrow().get(name).cloned()
    }

    /// All names in order.
    pub fn names(&self) -> Vec<String> {
        self.0.borrow().keys().cloned().collect()
    }
}

const MAGIC: &[u8] = b"\x7fELF";

/// The content of an executable file that runs the program `name`. `flavor` says whose spelling of messages it has:
/// `gnu`, or `busybox` as in small images.
pub fn executable(name: &str, flavor: &str) -> Vec<u8> {
    let mut content = MAGIC.to_vec();
    content.push(0);
    content.extend_from_slice(name.as_bytes());
    content.push(0);
    content.extend_from_slice(flavor.as_bytes());
    content.push(0);
    content
}

/// The program and flavor that an executable's content names.
pub(crate) fn parse_executable(content: &[u8]) -> Option<(String, String)> {
    let rest = content.strip_prefix(MAGIC)?.strip_prefix(&[0])?;
    let mut parts = rest.split(|byte| *byte == 0);
    let name = String::from_utf8(parts.next()?.to_vec()).ok()?;
    let flavor = String::from_utf8(parts.next()?.to_vec()).ok()?;
    Some((name, flavor))
}
