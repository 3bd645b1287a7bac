//! awk's interpreter: rules, statements, expressions.

mod eval;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use os::Proc;

use super::ast::{Expr, Place, Program, Redirect, Stmt, Var, When};
use super::io::{Input, Outputs};
use super::value::{Array, Slot, Value, keys};
use crate::regex::{self, Regex};

/// Calls within each other.
const MAX_CALLS: usize = 1000;
/// Of these, how many share one stack.
const CALLS_ON_STACK: usize = 4;
/// Fields of a record.
const MAX_FIELDS: usize = 100_000;
/// Bytes of one text.
pub(super) const MAX_TEXT: usize = 16 << 20;
/// Processor time of a statement.
const COST: Duration = Duration::from_micros(2);

/// Why a list of statements ends early.
#[derive(Debug)]
pub(super) enum Stop {
    Next,
    NextFile,
    Break,
    Continue,
    Return(Value),
    Exit,
    /// An error ends the program.
    Fatal(String),
}

pub(super) type Done<T> = Result<T, Stop>;
type Running<'a, T> = Pin<Box<dyn Future<Output = Done<T>> + 'a>>;

/// A running program.
pub(super) struct Awk {
    pub(super) proc: Proc,
    pub(super) program: Program,
    globals: RefCell<Vec<Slot>>,
    frames: RefCell<Vec<Vec<Slot>>>,
    fields: RefCell<Vec<Value>>,
    /// `$0` is to be put together from the fields.
    stale: Cell<bool>,
    regexes: RefCell<BTreeMap<String, Rc<Regex>>>,
    pub(super) input: Input,
    pub(super) outputs: Outputs,
    pub(super) exit: Cell<i32>,
    in_range: RefCell<Vec<bool>>,
    pub(super) random: RefCell<sim::Rng>,
    pub(super) seed: Cell<f64>,
}

/// Places of the special variables; see `parse::SPECIAL`.
pub(super) const NF: usize = 0;
pub(super) const NR: usize = 1;
pub(super) const FNR: usize = 2;
pub(super) const FS: usize = 3;
const OFS: usize = 4;
const ORS: usize = 5;
pub(super) const RS: usize = 6;
pub(super) const FILENAME: usize = 7;
const SUBSEP: usize = 8;
pub(super) const RSTART: usize = 9;
pub(super) const RLENGTH: usize = 10;
const CONVFMT: usize = 11;
const OFMT: usize = 12;
const ENVIRON: usize = 13;
const ARGC: usize = 14;

pub(super) fn fatal<T>(text: impl Into<String>) -> Done<T> {
    Err(Stop::Fatal(text.into()))
}

impl Awk {
    pub(super) fn new(proc: &Proc, program: Program, operands: Vec<String>) -> Self {
        let mut globals = vec![Slot::Unset; program.globals.len()];
        for (at, text) in [
            (FS, " "),
            (OFS, " "),
            (ORS, "\n"),
            (RS, "\n"),
            (SUBSEP, "\x1c"),
            (CONVFMT, "%.6g"),
            (OFMT, "%.6g"),
            (FILENAME, ""),
        ] {
            globals[at] = Slot::Value(Value::text(text));
        }
        let environ: Array = Rc::default();
        for (name, value) in proc.environment() {
            environ
                .borrow_mut()
                .insert(name, Value::Input(value.into()));
        }
        globals[ENVIRON] = Slot::Array(environ);
        #[allow(clippy::cast_precision_loss, reason = "a count of arguments")]
        let count = (operands.len() + 1) as f64;
        globals[ARGC] = Slot::Value(Value::Number(count));
        if let Some(at) = program.globals.iter().position(|name| name == "ARGV") {
            let argv: Array = Rc::default();
            for (at, arg) in std::iter::once("awk".to_owned())
                .chain(operands.iter().cloned())
                .enumerate()
            {
                argv.borrow_mut()
                    .insert(at.to_string(), Value::Input(arg.into()));
            }
            globals[at] = Slot::Array(argv);
        }
        let rules = program.rules.len();
        Awk {
            proc: proc.clone(),
            program,
            globals: RefCell::new(globals),
            frames: RefCell::default(),
            fields: RefCell::new(vec![Value::Unset]),
            stale: Cell::new(false),
            regexes: RefCell::default(),
            input: Input::new(operands),
            outputs: Outputs::default(),
            exit: Cell::new(0),
            in_range: RefCell::new(vec![false; rules]),
            random: RefCell::new(proc.sim().rng(&format!("awk/{}", proc.pid()))),
            seed: Cell::new(0.0),
        }
    }

    /// Sets a variable from outside (`-v name=value`), by its name.
    pub(super) fn set_named(&self, name: &str, text: &str) {
        if let Some(at) = self
            .program
            .globals
            .iter()
            .position(|global| global == name)
        {
            self.set_global(at, Value::Input(super::lex::unescape(text).into()));
        }
    }

    pub(super) fn global(&self, at: usize) -> Value {
        if at == NF {
            #[allow(clippy::cast_precision_loss, reason = "a count of fields")]
            return Value::Number((self.fields.borrow().len() - 1) as f64);
        }
        match self.globals.borrow().get(at) {
            Some(Slot::Value(value)) => value.clone(),
            _ => Value::Unset,
        }
    }

    pub(super) fn set_global(&self, at: usize, value: Value) {
        if at == NF {
            let count = self.index(value.number());
            self.fields
                .borrow_mut()
                .resize(count.min(MAX_FIELDS) + 1, Value::Unset);
            self.stale.set(true);
            return;
        }
        if let Some(slot) = self.globals.borrow_mut().get_mut(at) {
            *slot = Slot::Value(value);
        }
    }

    pub(super) fn text_of(&self, value: &Value) -> Rc<str> {
        value.to_text(&self.global(CONVFMT).to_text("%.6g"))
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "negative is 0; too large is refused by the caller"
    )]
    fn index(&self, number: f64) -> usize {
        number.max(0.0) as usize
    }

    /// A dynamic regular expression.
    pub(super) fn regex(&self, text: &str) -> Done<Rc<Regex>> {
        if let Some(known) = self.regexes.borrow().get(text) {
            return Ok(known.clone());
        }
        let pattern = text
            .replace("\\\"", "\"")
            .replace("\\/", "/")
            .replace("\\t", "\t")
            .replace("\\n", "\n");
        let options = regex::Options {
            extended: true,
            ..regex::Options::default()
        };
        match Regex::new(&pattern, options) {
            Ok(made) => {
                let made = Rc::new(made);
                let mut regexes = self.regexes.borrow_mut();
                if regexes.len() > 500 {
                    regexes.clear();
                }
                regexes.insert(text.to_owned(), made.clone());
                Ok(made)
            }
            Err(error) => fatal(format!(
                "regular expression compile failed ({error})\n{text}"
            )),
        }
    }

    /// Splits a record into its parts.
    pub(super) fn split(&self, text: &str, separator: &str) -> Done<Vec<String>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let paragraphs = self.global(RS).to_text("").is_empty();
        Ok(match separator {
            " " => text
                .split([' ', '\t', '\n'])
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            "" => text.chars().map(String::from).collect(),
            "\t" | "," | ":" | ";" | "=" | "/" | "-" if !paragraphs => {
                text.split(separator).map(str::to_owned).collect()
            }
            _ => {
                let literal = separator.chars().count() == 1 && separator != "\\";
                let pattern = if literal {
                    format!("[{separator}]")
                } else {
                    separator.to_owned()
                };
                let pattern = if separator == "^" {
                    "\\^".to_owned()
                } else {
                    pattern
                };
                let pattern = if paragraphs {
                    format!("{pattern}|\n")
                } else {
                    pattern
                };
                let regex = self.regex(&pattern)?;
                let mut parts = Vec::new();
                let mut from = 0;
                for (start, end) in regex.find_all(text) {
                    if end > start {
                        parts.push(text[from..start].to_owned());
                        from = end;
                    }
                }
                parts.push(text[from..].to_owned());
                parts
            }
        })
    }

    pub(super) fn set_record(&self, text: &str) -> Done<()> {
        let parts = self.split(text, &self.global(FS).to_text(""))?;
        let mut fields = vec![Value::Input(text.into())];
        fields.extend(
            parts
                .into_iter()
                .take(MAX_FIELDS)
                .map(|part| Value::Input(part.into())),
        );
        *self.fields.borrow_mut() = fields;
        self.stale.set(false);
        Ok(())
    }

    pub(super) fn field(&self, at: usize) -> Value {
        if at == 0 && self.stale.get() {
            let separator = self.global(OFS).to_text("");
            let fields: Vec<Rc<str>> = self.fields.borrow()[1..]
                .iter()
                .map(|field| self.text_of(field))
                .collect();
            self.fields.borrow_mut()[0] = Value::Input(fields.join(&*separator).into());
            self.stale.set(false);
        }
        self.fields.borrow().get(at).cloned().unwrap_or_default()
    }

    fn set_field(&self, at: usize, value: Value) -> Done<()> {
        if at == 0 {
            return self.set_record(&self.text_of(&value));
        }
        if at > MAX_FIELDS {
            return fatal(format!("cannot set field {at}"));
        }
        let mut fields = self.fields.borrow_mut();
        if fields.len() <= at {
            fields.resize(at + 1, Value::Unset);
        }
        // A field keeps its text; it looks like a number if it is one.
        fields[at] = match value {
            Value::Unset => Value::Input("".into()),
            value => value,
        };
        self.stale.set(true);
        Ok(())
    }

    pub(super) fn with_slot<T>(&self, var: Var, f: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        match var {
            Var::Global(at) => self.globals.borrow_mut().get_mut(at).map(f),
            Var::Local(at) => self.frames.borrow_mut().last_mut()?.get_mut(at).map(f),
        }
    }

    pub(super) fn array(&self, var: Var) -> Done<Array> {
        let found = self.with_slot(var, |slot| match slot {
            Slot::Array(array) => Some(array.clone()),
            Slot::Unset => {
                let array = Array::default();
                *slot = Slot::Array(array.clone());
                Some(array)
            }
            Slot::Value(_) => None,
        });
        match found.flatten() {
            Some(array) => Ok(array),
            None => fatal("type error: scalar used as an array"),
        }
    }

    async fn key(self: &Rc<Self>, index: &[Expr]) -> Done<String> {
        let mut key = String::new();
        for (at, part) in index.iter().enumerate() {
            if at > 0 {
                key.push_str(&self.global(SUBSEP).to_text(""));
            }
            let part = self.eval(part).await?;
            key.push_str(&self.text_of(&part));
        }
        Ok(key)
    }

    pub(super) async fn set(self: &Rc<Self>, place: &Place, value: Value) -> Done<()> {
        match place {
            Place::Var(Var::Global(at)) if *at <= ARGC => {
                self.set_global(*at, value);
                Ok(())
            }
            Place::Var(var) => {
                let set = self.with_slot(*var, |slot| match slot {
                    Slot::Array(_) => false,
                    slot => {
                        *slot = Slot::Value(value);
                        true
                    }
                });
                if set == Some(true) {
                    Ok(())
                } else {
                    fatal("type error: array used as a scalar")
                }
            }
            Place::Field(index) => {
                let index = self.eval(index).await?.number();
                if index < 0.0 {
                    return fatal(format!("negative field index ${index}"));
                }
                self.set_field(self.index(index), value)
            }
            Place::Item(var, index) => {
                let key = self.key(index).await?;
                self.proc.charge(key.len() as u64 + 32).await;
                self.array(*var)?.borrow_mut().insert(key, value);
                Ok(())
            }
        }
    }

    async fn get(self: &Rc<Self>, place: &Place) -> Done<Value> {
        match place {
            Place::Var(Var::Global(at)) if *at <= ARGC => Ok(self.global(*at)),
            Place::Var(var) => {
                let value = self.with_slot(*var, |slot| match slot {
                    Slot::Value(value) => Ok(value.clone()),
                    Slot::Unset => Ok(Value::Unset),
                    Slot::Array(_) => Err(()),
                });
                match value {
                    Some(Ok(value)) => Ok(value),
                    None => Ok(Value::Unset),
                    Some(Err(())) => fatal("type error: array used as a scalar"),
                }
            }
            Place::Field(index) => {
                let index = self.eval(index).await?.number();
                if index < 0.0 {
                    return fatal(format!("negative field index ${index}"));
                }
                Ok(self.field(self.index(index)))
            }
            Place::Item(var, index) => {
                let key = self.key(index).await?;
                let array = self.array(*var)?;
                let value = array.borrow_mut().entry(key).or_default().clone();
                Ok(value)
            }
        }
    }

    /// Runs statements.
    pub(super) fn run<'a>(self: &'a Rc<Self>, body: &'a [Stmt]) -> Running<'a, ()> {
        Box::pin(async move {
            for stmt in body {
                self.proc.cpu(COST).await;
                self.statement(stmt).await?;
            }
            Ok(())
        })
    }

    async fn statement(self: &Rc<Self>, stmt: &Stmt) -> Done<()> {
        match stmt {
            Stmt::Expr(expr) => {
                self.eval(expr).await?;
            }
            Stmt::Print(args, to) => {
                let mut text = String::new();
                for (at, arg) in args.iter().enumerate() {
                    if at > 0 {
                        text.push_str(&self.global(OFS).to_text(""));
                    }
                    let value = self.eval(arg).await?;
                    text.push_str(&value.to_text(&self.global(OFMT).to_text("")));
                }
                if args.is_empty() {
                    text.push_str(&self.text_of(&self.field(0)));
                }
                text.push_str(&self.global(ORS).to_text(""));
                self.output(text, to.as_ref()).await?;
            }
            Stmt::Printf(args, to) => {
                let mut values = Vec::new();
                for arg in args {
                    values.push(self.eval(arg).await?);
                }
                let (text, error) = super::call::format(self, &values);
                self.output(text, to.as_ref()).await?;
                if let Some(error) = error {
                    return fatal(error);
                }
            }
            Stmt::If(condition, then, otherwise) => {
                let yes = self.eval(condition).await?.is_true();
                self.run(if yes { then } else { otherwise }).await?;
            }
            Stmt::While(condition, body, step, first) => {
                let mut skip = *first;
                loop {
                    self.proc.cpu(COST).await;
                    if let Some(condition) = condition
                        && !std::mem::take(&mut skip)
                        && !self.eval(condition).await?.is_true()
                    {
                        break;
                    }
                    match self.run(body).await {
                        Err(Stop::Break) => break,
                        Ok(()) | Err(Stop::Continue) => {}
                        stop => return stop,
                    }
                    self.run(step).await?;
                }
            }
            Stmt::ForIn(var, array, body) => {
                let array = self.array(*array)?;
                for key in keys(&array) {
                    self.set(&Place::Var(*var), Value::Input(key.into()))
                        .await?;
                    match self.run(body).await {
                        Err(Stop::Break) => break,
                        Ok(()) | Err(Stop::Continue) => {}
                        stop => return stop,
                    }
                }
            }
            Stmt::Block(body) => self.run(body).await?,
            Stmt::Next => return Err(Stop::Next),
            Stmt::NextFile => return Err(Stop::NextFile),
            Stmt::Break => return Err(Stop::Break),
            Stmt::Continue => return Err(Stop::Continue),
            Stmt::Exit(code) => {
                if let Some(code) = code {
                    #[allow(
                        clippy::cast_possible_truncation,
                        reason = "exit codes are cut to a byte"
                    )]
                    self.exit.set(self.eval(code).await?.number() as i32 & 0xff);
                }
                return Err(Stop::Exit);
            }
            Stmt::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(value).await?,
                    None => Value::Unset,
                };
                return Err(Stop::Return(value));
            }
            Stmt::Delete(array, None) => self.array(*array)?.borrow_mut().clear(),
            Stmt::Delete(array, Some(index)) => {
                let key = self.key(index).await?;
                self.array(*array)?.borrow_mut().remove(&key);
            }
        }
        Ok(())
    }

    async fn output(self: &Rc<Self>, text: String, to: Option<&(Redirect, Expr)>) -> Done<()> {
        let Some((how, target)) = to else {
            return match self.proc.write(1, text).await {
                Ok(()) => Ok(()),
                Err(_) => Err(Stop::Exit),
            };
        };
        let target = self.eval(target).await?;
        let target = self.text_of(&target).to_string();
        self.outputs.write(self, *how, &target, text).await
    }

    /// Runs the whole program; gives its exit code.
    pub(super) async fn main(self: &Rc<Self>) -> i32 {
        let mut outcome = self.rules_of(|when| matches!(when, When::Begin)).await;
        let reads = self
            .program
            .rules
            .iter()
            .any(|rule| !matches!(rule.when, When::Begin));
        if outcome.is_ok() && reads {
            outcome = self.records().await;
        }
        if matches!(outcome, Ok(()) | Err(Stop::Exit)) && reads {
            let ended = self.rules_of(|when| matches!(when, When::End)).await;
            if matches!(outcome, Ok(())) || matches!(ended, Err(Stop::Fatal(_))) {
                outcome = ended;
            }
        }
        self.outputs.close_all(self).await;
        if let Err(Stop::Fatal(text)) = outcome {
            self.proc.eprint(format!("awk: {text}\n")).await;
            return 2;
        }
        self.exit.get()
    }

    async fn rules_of(self: &Rc<Self>, wanted: impl Fn(&When) -> bool) -> Done<()> {
        for rule in self.program.rules.iter().filter(|rule| wanted(&rule.when)) {
            if let Some(action) = &rule.action {
                match self.run(action).await {
                    Ok(())
                    | Err(
                        Stop::Next
                        | Stop::NextFile
                        | Stop::Break
                        | Stop::Continue
                        | Stop::Return(_),
                    ) => {}
                    stop => return stop,
                }
            }
        }
        Ok(())
    }

    async fn records(self: &Rc<Self>) -> Done<()> {
        while let Some(record) = self.input.next_record(self).await? {
            for at in [NR, FNR] {
                self.set_global(at, Value::Number(self.global(at).number() + 1.0));
            }
            self.set_record(&record)?;
            match self.record().await {
                Ok(()) | Err(Stop::Next | Stop::Break | Stop::Continue | Stop::Return(_)) => {}
                Err(Stop::NextFile) => self.input.skip_file(),
                stop => return stop,
            }
        }
        Ok(())
    }

    async fn record(self: &Rc<Self>) -> Done<()> {
        for (at, rule) in self.program.rules.iter().enumerate() {
            let runs = match &rule.when {
                When::Begin | When::End => false,
                When::Always => true,
                When::If(condition) => self.eval(condition).await?.is_true(),
                When::Range(from, to) => {
                    let open = self.in_range.borrow()[at];
                    let inside = open || self.eval(from).await?.is_true();
                    let goes_on = inside && !self.eval(to).await?.is_true();
                    self.in_range.borrow_mut()[at] = goes_on;
                    inside
                }
            };
            if !runs {
                continue;
            }
            match &rule.action {
                Some(action) => self.run(action).await?,
                None => {
                    let text = format!(
                        "{}{}",
                        self.text_of(&self.field(0)),
                        self.global(ORS).to_text("")
                    );
                    let _ = self.proc.write(1, text).await;
                }
            }
        }
        Ok(())
    }
}
