//! What awk's parser makes of a program.

use std::rc::Rc;

/// A whole program.
#[derive(Default)]
pub(super) struct Program {
    pub(super) rules: Vec<Rule>,
    pub(super) functions: Vec<Function>,
    /// The names of the global variables; expressions have their place in here.
    pub(super) globals: Vec<String>,
}

/// When an action runs.
pub(super) enum When {
    Begin,
    End,
    Always,
    If(Expr),
    /// From a record that fits the first to one that fits the second.
    Range(Expr, Expr),
}

/// A pattern with its action; without one, the record is printed.
pub(super) struct Rule {
    pub(super) when: When,
    pub(super) action: Option<Rc<Vec<Stmt>>>,
}

/// A function of the program.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) params: usize,
    pub(super) body: Rc<Vec<Stmt>>,
}

/// A statement.
pub(super) enum Stmt {
    Expr(Expr),
    Print(Vec<Expr>, Option<(Redirect, Expr)>),
    Printf(Vec<Expr>, Option<(Redirect, Expr)>),
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// Condition, body, what follows each round; the flag: the body runs first.
    While(Option<Expr>, Vec<Stmt>, Vec<Stmt>, bool),
    ForIn(Var, Var, Vec<Stmt>),
    Block(Vec<Stmt>),
    Next,
    NextFile,
    Exit(Option<Expr>),
    Return(Option<Expr>),
    Break,
    Continue,
    Delete(Var, Option<Vec<Expr>>),
}

/// Where output goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Redirect {
    Write,
    Append,
    Pipe,
}

/// A variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Var {
    Global(usize),
    Local(usize),
}

/// Something that can be assigned.
pub(super) enum Place {
    Var(Var),
    Field(Box<Expr>),
    Item(Var, Vec<Expr>),
}

/// An expression.
pub(super) enum Expr {
    Number(f64),
    Text(Rc<str>),
    /// `/…/`: alone it is matched against the record.
    Regex(Rc<str>),
    Get(Place),
    /// The operator is 0 for a plain `=`.
    Assign(Place, u8, Box<Expr>),
    /// By how much, and whether the old value is the result.
    Step(Place, f64, bool),
    Cond(Box<Expr>, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Plus(Box<Expr>),
    /// `+ - * / % ^`
    Arith(u8, Box<Expr>, Box<Expr>),
    Concat(Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    Match(Box<Expr>, Box<Expr>, bool),
    In(Vec<Expr>, Var),
    Group(Box<Expr>),
    Builtin(&'static str, Vec<Expr>),
    Call(usize, Vec<Expr>),
    /// From where a line is read, and to where.
    Getline(Source, Option<Box<Place>>),
}

/// Where `getline` reads.
pub(super) enum Source {
    Main,
    File(Box<Expr>),
    Command(Box<Expr>),
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}
