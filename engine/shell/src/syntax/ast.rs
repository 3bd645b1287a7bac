//! What the parser makes of a command line: plain data, cheap to share.
//!
//! Compound commands hold their parts behind `Rc`, so that a subshell or a function takes its body along without
//! copying it.

use std::cell::OnceCell;
use std::rc::Rc;

/// Commands one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List(pub Vec<Item>);

/// One element of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is run.
    pub and_or: Rc<AndOr>,
    /// Ended by `&`.
    pub background: bool,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug, PartialEq)]
pub struct AndOr {
    /// The first.
    pub first: Pipeline,
    /// The others, each with what stands before it.
    pub rest: Vec<(Connector, Pipeline)>,
}

/// `&&` or `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// Begins with `!`.
    pub negated: bool,
    /// Begins with `time` (true: `time -p`).
    pub timed: Option<bool>,
    /// The commands; none for a lone `!` or `time`.
    pub commands: Vec<Rc<Command>>,
}

/// A command with its redirections.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The line it begins on, from 1.
    pub line: u32,
    /// What it is.
    pub kind: CommandKind,
    /// In the order written.
    pub redirects: Vec<Redirect>,
}

/// The kinds of commands.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandKind {
    /// `a=1 cmd arg…`
    Simple {
        /// Assignments before the command.
        assigns: Vec<Assign>,
        /// The command and its arguments; may be empty.
        words: Vec<Word>,
    },
    /// `{ …; }`
    Group(Rc<List>),
    /// `( … )`
    Subshell(Rc<List>),
    /// `if …; then …; elif …; else …; fi`
    If {
        /// Conditions and what follows each.
        branches: Vec<(Rc<List>, Rc<List>)>,
        /// The `else` part.
        otherwise: Option<Rc<List>>,
    },
    /// `while`, or `until`
    While {
        /// `until`: run while the condition fails.
        until: bool,
        /// The condition.
        condition: Rc<List>,
        /// The body.
        body: Rc<List>,
    },
    /// `for x in …; do …; done`, `select` likewise
    For {
        /// The variable.
        name: Rc<str>,
        /// The words; none means `"$@"`.
        words: Option<Vec<Word>>,
        /// The body.
        body: Rc<List>,
        /// `select` rather than `for`.
        select: bool,
    },
    /// `for ((a; b; c)); do …; done`
    ForArith {
        /// The three expressions.
        parts: [Word; 3],
        /// The body.
        body: Rc<List>,
    },
    /// `case x in …) …;; esac`
    Case {
        /// What is matched.
        word: Word,
        /// The clauses.
        clauses: Vec<CaseClause>,
    },
    /// `name() command`
    Function {
        /// Its name.
        name: Rc<str>,
        /// Its body, a compound command.
        body: Rc<Command>,
    },
    /// `[[ … ]]`
    Cond(Cond),
    /// `(( … ))`
    Arith(Word),
    /// `coproc NAME command`
    Coproc {
        /// The array of its descriptors.
        name: Rc<str>,
        /// What runs beside the shell.
        command: Rc<Command>,
    },
}

/// One clause of `case`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseClause {
    /// Patterns joined by `|`.
    pub patterns: Vec<Word>,
    /// What is run.
    pub body: Rc<List>,
    /// What comes after it.
    pub end: CaseEnd,
}

/// What ends a clause of `case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseEnd {
    /// `;;`
    Break,
    /// `;&`: run the next clause too
    FallThrough,
    /// `;;&`: test the next patterns too
    Continue,
}

/// An expression of `[[ … ]]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Cond {
    /// `-f x`
    Unary(Rc<str>, Word),
    /// `a == b`
    Binary(Word, Rc<str>, Word),
    /// `! …`
    Not(Box<Cond>),
    /// `… && …`
    And(Box<Cond>, Box<Cond>),
    /// `… || …`
    Or(Box<Cond>, Box<Cond>),
    /// A lone word: true if not empty.
    Word(Word),
}

/// `name=value`, `name+=value`, `name[i]=value`, `name=(…)`
#[derive(Clone, Debug, PartialEq)]
pub struct Assign {
    /// The variable.
    pub name: Rc<str>,
    /// The subscript.
    pub index: Option<Word>,
    /// `+=`
    pub append: bool,
    /// What is assigned.
    pub value: AssignValue,
}

/// The right side of an assignment.
#[derive(Clone, Debug, PartialEq)]
pub enum AssignValue {
    /// A word.
    Scalar(Word),
    /// `(a b [k]=v)`
    Array(Vec<(Option<Word>, Word)>),
}

/// A redirection.
#[derive(Clone, Debug, PartialEq)]
pub struct Redirect {
    /// The descriptor written before the operator.
    pub fd: Option<u32>,
    /// What is done.
    pub kind: RedirectKind,
}

/// What a redirection does.
#[derive(Clone, Debug, PartialEq)]
pub enum RedirectKind {
    /// `< file`
    Read(Word),
    /// `> file`; true for `>|`
    Write(Word, bool),
    /// `>> file`
    Append(Word),
    /// `<> file`
    ReadWrite(Word),
    /// `<& n`
    DupIn(Word),
    /// `>& n` (or `>& file`)
    DupOut(Word),
    /// `&> file`; true for `&>>`
    Both(Word, bool),
    /// `<<< text`
    HereString(Word),
    /// `<< end`: the body is filled in when the line ends; with what announced it, as written
    HereDoc(Rc<OnceCell<Word>>, Rc<str>),
}

/// A word before expansion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Word {
    /// Its parts in order.
    pub parts: Vec<Part>,
    /// How it was written.
    pub source: Rc<str>,
}

impl Word {
    /// The text of a word written without quotes or expansions: where reserved words, aliases, names are looked for.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Unquoted text: braces, `~` and globs in it have their meaning.
    Literal(String),
    /// Text that stands for itself.
    Quoted(String),
    /// `"…"`
    Double(Vec<Part>),
    /// `$x`, `${…}`
    Param(Box<Param>),
    /// `$(…)` or backquotes
    Command(Rc<List>),
    /// `$((…))`
    Arith(Word),
    /// `<(…)`, or with true `>(…)`
    Process(bool, Rc<List>),
    /// `name=(…)` as an argument of `declare`, `local`, …
    Array(Box<Assign>),
    /// A `${…}` that means nothing; an error once it is expanded.
    Bad(String),
}

/// A parameter expansion.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Which parameter.
    pub name: Rc<str>,
    /// `[…]` after it.
    pub index: Option<Index>,
    /// `${!x}`
    pub indirect: bool,
    /// What is done to its value.
    pub op: ParamOp,
    /// How it was written.
    pub source: Rc<str>,
}

/// The subscript of an expansion.
#[derive(Clone, Debug, PartialEq)]
pub enum Index {
    /// `[@]`
    At,
    /// `[*]`
    Star,
    /// `[expression]`
    Word(Word),
}

/// What an expansion does to the value.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamOp {
    /// Nothing.
    Plain,
    /// `${#x}`
    Length,
    /// `${x:-w}`, `=`, `?`, `+`; the flag tells whether there is a colon
    Alternative(char, bool, Word),
    /// `${x:offset:length}`
    Substring(Word, Option<Word>),
    /// `${x#p}`; true for `##`
    TrimStart(Word, bool),
    /// `${x%p}`; true for `%%`
    TrimEnd(Word, bool),
    /// `${x/p/w}`: mode is a blank, `/`, `#` or `%`
    Replace(char, Word, Word),
    /// `${x^}` `^^` `,` `,,`: upper?, all?, pattern
    Case(char, bool, Word),
    /// `${x@Q}`
    Transform(char),
    /// `${!x*}`, `${!x@}`: names that begin so; true for `@`
    Names(bool),
    /// `${!x[@]}`: subscripts
    Keys,
}
