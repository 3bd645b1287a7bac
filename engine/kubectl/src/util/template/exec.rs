//! Walks a template's tree over its data.

use std::borrow::Cow;

use serde_json::Value;

use super::Template;
use super::ast::{Arg, ArgKind, Branch, Command, Node, Pipe, template_text};
use super::funcs;
use crate::util::go;

/// Steps after which a template is stopped.
const MAX_STEPS: usize = 4_000_000;
/// Bytes after which a template is stopped.
const MAX_OUTPUT: usize = 64 << 20;
/// Templates may call each other this deep.
const MAX_CALLS: usize = 120;

/// A value under way.
#[derive(Debug, Clone)]
pub(super) struct Val<'a> {
    pub(super) value: Cow<'a, Value>,
    /// Whether the template made it: its whole numbers are Go's `int`, those of the data `int64`.
    pub(super) made: bool,
}

impl<'a> Val<'a> {
    pub(super) fn made(value: Value) -> Val<'a> {
        Val {
            value: Cow::Owned(value),
            made: true,
        }
    }

    fn data(value: Cow<'a, Value>) -> Val<'a> {
        Val { value, made: false }
    }

    /// Name of its Go type.
    pub(super) fn type_name(&self) -> &'static str {
        match &*self.value {
            Value::Null => "<nil>",
            Value::Bool(_) => "bool",
            Value::Number(n) if n.is_f64() => "float64",
            Value::Number(_) if self.made => "int",
            Value::Number(_) => "int64",
            Value::String(_) => "string",
            Value::Array(_) => "[]interface {}",
            Value::Object(_) => "map[string]interface {}",
        }
    }

    /// Whether it counts as true.
    pub(super) fn truth(&self) -> bool {
        match &*self.value {
            Value::Null => false,
            Value::Bool(b) => *b,
            Value::Number(n) => n.as_f64() != Some(0.0),
            Value::String(s) => !s.is_empty(),
            Value::Array(a) => !a.is_empty(),
            Value::Object(m) => !m.is_empty(),
        }
    }
}

/// Why walking stopped.
enum Stop {
    Break,
    Continue,
    Error(String),
}

/// The node an error is told about.
#[derive(Clone, Copy)]
enum At<'a> {
    Nowhere,
    Arg(&'a Arg),
    Command(&'a Command),
    Template(usize, &'a str, Option<&'a Pipe>),
}

struct State<'a> {
    template: &'a Template,
    /// Name of the tree being walked.
    name: &'a str,
    variables: Vec<(&'a str, Val<'a>)>,
    out: String,
    at: At<'a>,
    steps: usize,
    calls: usize,
}

type Eval<T> = Result<T, Stop>;

pub(super) fn execute(template: &Template, data: &Value) -> Result<String, (String, String)> {
    let dot = Val::data(Cow::Borrowed(data));
    let mut state = State {
        template,
        name: "output",
        variables: vec![("$", dot.clone())],
        out: String::new(),
        at: At::Nowhere,
        steps: 0,
        calls: 0,
    };
    let nodes = template
        .trees
        .first()
        .map_or(&[] as &[Node], |(_, nodes)| nodes);
    match state.list(nodes, &dot) {
        Ok(()) | Err(Stop::Break | Stop::Continue) => Ok(state.out),
        Err(Stop::Error(error)) => Err((state.out, error)),
    }
}

impl<'a> State<'a> {
    fn error(&self, message: impl AsRef<str>) -> Stop {
        let (pos, context) = match self.at {
            At::Nowhere => {
                return Stop::Error(format!("template: {}: {}", self.name, message.as_ref()));
            }
            At::Arg(arg) => (arg.pos, arg.to_string()),
            At::Command(command) => (command.pos, command.to_string()),
            At::Template(pos, name, pipe) => (pos, template_text(name, pipe)),
        };
        let before = &self.template.source[..pos.min(self.template.source.len())];
        let line = 1 + before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        Stop::Error(format!(
            "template: output:{line}:{column}: executing {} at <{context}>: {}",
            go::quote(self.name),
            message.as_ref()
        ))
    }

    fn step(&mut self) -> Eval<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.out.len() > MAX_OUTPUT {
            return Err(self.error("template takes too long"));
        }
        Ok(())
    }

    fn list(&mut self, nodes: &'a [Node], dot: &Val<'a>) -> Eval<()> {
        for node in nodes {
            self.step()?;
            self.node(node, dot)?;
        }
        Ok(())
    }

    fn node(&mut self, node: &'a Node, dot: &Val<'a>) -> Eval<()> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Action(pipe) => {
                let value = self.pipeline(pipe, dot)?;
                if pipe.variables.is_empty() {
                    match &*value.value {
                        Value::Null => self.out.push_str("<no value>"),
                        value => self.out.push_str(&go::display(value)),
                    }
                }
            }
            Node::If(branch) | Node::With(branch) => {
                let known = self.variables.len();
                let value = self.pipeline(&branch.pipe, dot)?;
                let with = matches!(node, Node::With(_));
                let result = if value.truth() {
                    self.list(&branch.list, if with { &value } else { dot })
                } else {
                    self.list(&branch.otherwise, dot)
                };
                self.variables.truncate(known);
                result?;
            }
            Node::Range(branch) => {
                let known = self.variables.len();
                let result = self.range(branch, dot);
                self.variables.truncate(known);
                result?;
            }
            Node::Template { pos, name, pipe } => {
                self.call_template(*pos, name, pipe.as_ref(), dot)?
            }
            Node::Break => return Err(Stop::Break),
            Node::Continue => return Err(Stop::Continue),
        }
        Ok(())
    }

    fn call_template(
        &mut self,
        pos: usize,
        name: &'a str,
        pipe: Option<&'a Pipe>,
        dot: &Val<'a>,
    ) -> Eval<()> {
        self.at = At::Template(pos, name, pipe);
        let trees = &self.template.trees;
        let Some((name, nodes)) = trees.iter().find(|(known, _)| known == name) else {
            return Err(self.error(format!("template {} not defined", go::quote(name))));
        };
        if self.calls >= MAX_CALLS {
            return Err(self.error("exceeded maximum template depth (100000)"));
        }
        let dot = match pipe {
            Some(pipe) => self.pipeline(pipe, dot)?,
            None => Val::made(Value::Null),
        };
        let outer_name = std::mem::replace(&mut self.name, name);
        let outer_variables = std::mem::replace(&mut self.variables, vec![("$", dot.clone())]);
        self.calls += 1;
        let result = self.list(nodes, &dot);
        self.calls -= 1;
        self.name = outer_name;
        self.variables = outer_variables;
        result
    }

    fn range(&mut self, branch: &'a Branch, dot: &Val<'a>) -> Eval<()> {
        let over = self.pipeline(&branch.pipe, dot)?;
        let count = match &*over.value {
            Value::Null => 0,
            Value::Array(items) => items.len(),
            Value::Object(map) => map.len(),
            Value::Number(n) if n.is_i64() || n.is_u64() => {
                usize::try_from(n.as_i64().unwrap_or(0)).unwrap_or(0)
            }
            other => {
                let shown = go::display(other);
                return Err(self.error(format!("range can't iterate over {shown}")));
            }
        };
        if count == 0 {
            return self.list(&branch.otherwise, dot);
        }
        let keys: Vec<String> = match &*over.value {
            Value::Object(map) => map.keys().cloned().collect(),
            _ => Vec::new(),
        };
        let known = self.variables.len();
        for i in 0..count {
            self.step()?;
            let (index, element) = match &over.value {
                Cow::Borrowed(Value::Array(items)) => {
                    (Val::made(i.into()), Val::data(Cow::Borrowed(&items[i])))
                }
                Cow::Borrowed(Value::Object(map)) => {
                    let element = map.get(&keys[i]).unwrap_or(&Value::Null);
                    (
                        Val::made(keys[i].clone().into()),
                        Val::data(Cow::Borrowed(element)),
                    )
                }
                Cow::Owned(Value::Array(items)) => {
                    (Val::made(i.into()), Val::data(Cow::Owned(items[i].clone())))
                }
                Cow::Owned(Value::Object(map)) => {
                    let element = map.get(&keys[i]).cloned().unwrap_or(Value::Null);
                    (
                        Val::made(keys[i].clone().into()),
                        Val::data(Cow::Owned(element)),
                    )
                }
                _ => (
                    Val::made(i.into()),
                    Val {
                        value: Cow::Owned(i.into()),
                        made: over.made,
                    },
                ),
            };
            self.set_range_variables(&branch.pipe, &index, &element)?;
            let result = self.list(&branch.list, &element);
            self.variables.truncate(known);
            match result {
                Ok(()) | Err(Stop::Continue) => {}
                Err(Stop::Break) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn set_range_variables(
        &mut self,
        pipe: &'a Pipe,
        index: &Val<'a>,
        element: &Val<'a>,
    ) -> Eval<()> {
        let values: &[&Val<'a>] = match pipe.variables.len() {
            0 => return Ok(()),
            1 => &[element],
            _ => &[index, element],
        };
        for (name, value) in pipe.variables.iter().zip(values) {
            if pipe.assign {
                self.assign(name, (*value).clone())?;
            } else if let Some(known) = self
                .variables
                .iter_mut()
                .rev()
                .find(|(known, _)| known == name)
            {
                known.1 = (*value).clone();
            }
        }
        Ok(())
    }

    fn assign(&mut self, name: &str, value: Val<'a>) -> Eval<()> {
        match self
            .variables
            .iter_mut()
            .rev()
            .find(|(known, _)| *known == name)
        {
            Some(known) => {
                known.1 = value;
                Ok(())
            }
            None => Err(self.error(format!("undefined variable: {name}"))),
        }
    }

    fn pipeline(&mut self, pipe: &'a Pipe, dot: &Val<'a>) -> Eval<Val<'a>> {
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(command, dot, value)?);
        }
        let value = value.unwrap_or_else(|| Val::made(Value::Null));
        for name in &pipe.variables {
            if pipe.assign {
                self.assign(name, value.clone())?;
            } else {
                self.variables.push((name, value.clone()));
            }
        }
        Ok(value)
    }

    fn command(
        &mut self,
        command: &'a Command,
        dot: &Val<'a>,
        last: Option<Val<'a>>,
    ) -> Eval<Val<'a>> {
        self.step()?;
        let first = &command.args[0];
        let has_args = command.args.len() > 1 || last.is_some();
        match &first.kind {
            ArgKind::Field(names) => {
                self.at = At::Arg(first);
                return self.fields(dot.clone(), names, has_args);
            }
            ArgKind::Chain(inner, names) => {
                let base = self.argument(inner, dot)?;
                return self.fields(base, names, has_args);
            }
            ArgKind::Function(name) => {
                self.at = At::Arg(first);
                return self.function(name, command, dot, last);
            }
            ArgKind::Pipe(pipe) => {
                self.at = At::Arg(first);
                self.no_arguments(first, has_args)?;
                return self.pipeline(pipe, dot);
            }
            ArgKind::Variable(name, names) => {
                self.at = At::Arg(first);
                let value = self.variable(name)?;
                if names.is_empty() {
                    self.no_arguments(first, has_args)?;
                    return Ok(value);
                }
                return self.fields(value, names, has_args);
            }
            _ => {}
        }
        self.at = At::Arg(first);
        self.no_arguments(first, has_args)?;
        match &first.kind {
            ArgKind::Nil => Err(self.error("nil is not a command")),
            _ => self.argument(first, dot),
        }
    }

    fn no_arguments(&self, first: &Arg, has_args: bool) -> Eval<()> {
        if has_args {
            return Err(self.error(format!("can't give argument to non-function {first}")));
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Eval<Val<'a>> {
        match self
            .variables
            .iter()
            .rev()
            .find(|(known, _)| *known == name)
        {
            Some((_, value)) => Ok(value.clone()),
            None => Err(self.error(format!("undefined variable: {name}"))),
        }
    }

    fn fields(&mut self, mut value: Val<'a>, names: &'a [String], has_args: bool) -> Eval<Val<'a>> {
        for (i, name) in names.iter().enumerate() {
            let strict = self.template.missing_is_error;
            let last = i + 1 == names.len();
            value = match value.value {
                Cow::Borrowed(Value::Object(map)) => {
                    if last && has_args {
                        return Err(self.error(format!("{name} is not a method but has arguments")));
                    }
                    match map.get(name) {
                        Some(found) => Val::data(Cow::Borrowed(found)),
                        None if strict => {
                            return Err(
                                self.error(format!("map has no entry for key {}", go::quote(name)))
                            );
                        }
                        None => Val::data(Cow::Owned(Value::Null)),
                    }
                }
                Cow::Owned(Value::Object(mut map)) => match map.remove(name) {
                    Some(found) => Val::data(Cow::Owned(found)),
                    None if strict => {
                        return Err(
                            self.error(format!("map has no entry for key {}", go::quote(name)))
                        );
                    }
                    None => Val::data(Cow::Owned(Value::Null)),
                },
                Cow::Borrowed(Value::Null) | Cow::Owned(Value::Null) => {
                    if strict {
                        return Err(
                            self.error(format!("nil data; no entry for key {}", go::quote(name)))
                        );
                    }
                    Val::data(Cow::Owned(Value::Null))
                }
                _ => {
                    let kind = if value.made {
                        value.type_name()
                    } else {
                        "interface {}"
                    };
                    return Err(self.error(format!("can't evaluate field {name} in type {kind}")));
                }
            };
        }
        Ok(value)
    }

    /// An argument of any type.
    fn argument(&mut self, arg: &'a Arg, dot: &Val<'a>) -> Eval<Val<'a>> {
        self.at = At::Arg(arg);
        match &arg.kind {
            ArgKind::Dot => Ok(dot.clone()),
            ArgKind::Nil => Ok(Val::made(Value::Null)),
            ArgKind::Bool(b) => Ok(Val::made((*b).into())),
            ArgKind::Number(value, _) => Ok(Val::made(value.clone())),
            ArgKind::String(text, _) => Ok(Val::made(text.clone().into())),
            ArgKind::Field(names) => self.fields(dot.clone(), names, false),
            ArgKind::Variable(name, names) => {
                let value = self.variable(name)?;
                self.fields(value, names, false)
            }
            ArgKind::Pipe(pipe) => self.pipeline(pipe, dot),
            ArgKind::Chain(inner, names) => {
                let value = self.argument(inner, dot)?;
                self.fields(value, names, false)
            }
            // A function's name as an argument is a call without arguments.
            ArgKind::Function(name) => self.call(name, Vec::new()),
        }
    }

    fn function(
        &mut self,
        name: &'a str,
        command: &'a Command,
        dot: &Val<'a>,
        last: Option<Val<'a>>,
    ) -> Eval<Val<'a>> {
        let args = &command.args[1..];
        let given = args.len() + usize::from(last.is_some());
        self.check_number(name, given)?;
        if name == "and" || name == "or" {
            let mut value = Val::made(Value::Null);
            for arg in args {
                value = self.argument(arg, dot)?;
                if value.truth() == (name == "or") {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let wants_text = matches!(name, "printf" | "base64decode");
        let mut values = Vec::with_capacity(given);
        for (i, arg) in args.iter().enumerate() {
            let value = if i == 0 && wants_text {
                self.text_argument(arg, dot)?
            } else {
                self.argument(arg, dot)?
            };
            values.push(value);
        }
        if let Some(last) = last {
            if values.is_empty() && wants_text {
                self.must_be_text(&last)?;
            }
            values.push(last);
        }
        if name == "call" {
            self.at = At::Command(command);
            let shown = args.first().map(ToString::to_string).unwrap_or_default();
            let kind = values.first().map_or("<nil>", Val::type_name);
            return Err(self.error(format!(
                "error calling call: non-function {shown} of type {kind}"
            )));
        }
        self.at = At::Command(command);
        self.call(name, values)
    }

    fn text_argument(&mut self, arg: &'a Arg, dot: &Val<'a>) -> Eval<Val<'a>> {
        self.at = At::Arg(arg);
        match &arg.kind {
            ArgKind::Nil => Err(self.error("cannot assign nil to string")),
            ArgKind::Number(..) | ArgKind::Bool(_) => {
                Err(self.error(format!("expected string; found {arg}")))
            }
            _ => {
                let value = self.argument(arg, dot)?;
                self.must_be_text(&value)?;
                Ok(value)
            }
        }
    }

    fn must_be_text(&self, value: &Val<'a>) -> Eval<()> {
        match &*value.value {
            Value::String(_) => Ok(()),
            Value::Null => Err(self.error("invalid value; expected string")),
            _ => Err(self.error(format!(
                "wrong type for value; expected string; got {}",
                value.type_name()
            ))),
        }
    }

    /// Whether a function takes so many arguments.
    fn check_number(&self, name: &str, given: usize) -> Eval<()> {
        let (least, most) = funcs::arity(name);
        if (least..=most).contains(&given) {
            return Ok(());
        }
        let want = if least == most {
            format!("{least}")
        } else {
            format!("at least {least}")
        };
        Err(self.error(format!(
            "wrong number of args for {name}: want {want} got {given}"
        )))
    }

    fn call(&mut self, name: &str, values: Vec<Val<'a>>) -> Eval<Val<'a>> {
        // A function's name alone is a call without arguments.
        self.check_number(name, values.len())?;
        funcs::call(name, values)
            .map_err(|reason| self.error(format!("error calling {name}: {reason}")))
    }
}
