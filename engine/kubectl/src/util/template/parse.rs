//! Builds the tree of a template from its words.

use serde_json::Value;

use super::ast::{Arg, ArgKind, Branch, Command, Node, Pipe};
use super::lex::{Kind, Token, lex};
use crate::util::go;

/// Blocks and parentheses nest this deep at most.
const MAX_DEPTH: usize = 64;

/// All named trees; the template itself is called `output`.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Vec<Node>)>, String> {
    let mut parser = Parser {
        source: text,
        tokens: lex(text),
        at: 0,
        variables: vec!["$".to_owned()],
        trees: Vec::new(),
        ranges: 0,
        depth: 0,
    };
    let mut root = Vec::new();
    loop {
        match parser.node()? {
            Parsed::Node(node) => root.push(node),
            Parsed::Nothing => {}
            Parsed::Eof => break,
            Parsed::End => return Err(parser.error("unexpected {{end}}")),
            Parsed::Else => return Err(parser.error("unexpected {{else}}")),
        }
    }
    parser.trees.insert(0, ("output".to_owned(), root));
    Ok(parser.trees)
}

enum Parsed {
    Node(Node),
    Nothing,
    Eof,
    End,
    Else,
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    variables: Vec<String>,
    trees: Vec<(String, Vec<Node>)>,
    ranges: usize,
    depth: usize,
}

const BUILTINS: &[&str] = &[
    "and",
    "base64decode",
    "call",
    "eq",
    "exists",
    "ge",
    "gt",
    "html",
    "index",
    "js",
    "le",
    "len",
    "lt",
    "ne",
    "not",
    "or",
    "print",
    "printf",
    "println",
    "slice",
    "urlquery",
];

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
    }

    fn next_word(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    fn peek_word(&mut self) -> Token {
        self.skip_space();
        self.peek().clone()
    }

    /// An error on the line of the word before.
    fn error(&self, message: impl AsRef<str>) -> String {
        let token = &self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)];
        let line = 1 + self.source[..token.pos.min(self.source.len())]
            .matches('\n')
            .count();
        format!("template: output:{line}: {}", message.as_ref())
    }

    fn unexpected(&self, token: &Token, context: &str) -> String {
        match token.kind {
            Kind::Error => self.error(&token.text),
            Kind::Eof => self.error("unexpected EOF"),
            _ => self.error(format!("unexpected {} in {context}", show(token))),
        }
    }

    fn node(&mut self) -> Result<Parsed, String> {
        let token = self.next();
        match token.kind {
            Kind::Text => Ok(Parsed::Node(Node::Text(token.text))),
            Kind::Eof => Ok(Parsed::Eof),
            Kind::Open => self.action(),
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self) -> Result<Parsed, String> {
        let token = self.peek_word();
        if token.kind == Kind::Identifier {
            let start = self.at;
            self.at += 1;
            match token.text.as_str() {
                "block" => return self.block().map(Parsed::Node),
                "break" | "continue" => return self.jump(&token.text).map(Parsed::Node),
                "define" => return self.define().map(|()| Parsed::Nothing),
                "else" => return self.else_().map(|()| Parsed::Else),
                "end" => {
                    let close = self.next_word();
                    return match close.kind {
                        Kind::Close => Ok(Parsed::End),
                        _ => Err(self.unexpected(&close, "end")),
                    };
                }
                "if" => return Ok(Parsed::Node(Node::If(self.control("if")?))),
                "with" => return Ok(Parsed::Node(Node::With(self.control("with")?))),
                "range" => return Ok(Parsed::Node(Node::Range(self.control("range")?))),
                "template" => return self.template().map(Parsed::Node),
                _ => self.at = start,
            }
        }
        Ok(Parsed::Node(Node::Action(
            self.pipeline("command", Kind::Close)?,
        )))
    }

    fn jump(&mut self, word: &str) -> Result<Node, String> {
        let token = self.next_word();
        if token.kind != Kind::Close {
            return Err(self.unexpected(&token, &format!("{{{{{word}}}}}")));
        }
        if self.ranges == 0 {
            return Err(self.error(format!("{{{{{word}}}}} outside {{{{range}}}}")));
        }
        Ok(if word == "break" {
            Node::Break
        } else {
            Node::Continue
        })
    }

    fn else_(&mut self) -> Result<(), String> {
        let token = self.peek_word();
        if token.kind == Kind::Identifier && matches!(token.text.as_str(), "if" | "with") {
            return Ok(());
        }
        let token = self.next_word();
        if token.kind != Kind::Close {
            return Err(self.unexpected(&token, "else"));
        }
        Ok(())
    }

    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("template is nested too deeply"));
        }
        let result = f(self);
        self.depth -= 1;
        result
    }

    fn control(&mut self, context: &'static str) -> Result<Branch, String> {
        self.deeper(|p| {
            let known = p.variables.len();
            let pipe = p.pipeline(context, Kind::Close)?;
            p.ranges += usize::from(context == "range");
            let (list, has_else) = p.list()?;
            p.ranges -= usize::from(context == "range");
            let mut otherwise = Vec::new();
            if has_else {
                let token = p.peek_word();
                if token.kind == Kind::Identifier && token.text == context && context != "range" {
                    p.at += 1;
                    let branch = p.control(context)?;
                    otherwise.push(if context == "if" {
                        Node::If(branch)
                    } else {
                        Node::With(branch)
                    });
                } else {
                    let (list, has_else) = p.list()?;
                    if has_else {
                        return Err(p.error("expected end; found {{else}}"));
                    }
                    otherwise = list;
                }
            }
            p.variables.truncate(known);
            Ok(Branch {
                pipe,
                list,
                otherwise,
            })
        })
    }

    /// Nodes up to `end` or (`true`) `else`.
    fn list(&mut self) -> Result<(Vec<Node>, bool), String> {
        let mut nodes = Vec::new();
        loop {
            match self.node()? {
                Parsed::Node(node) => nodes.push(node),
                Parsed::Nothing => {}
                Parsed::End => return Ok((nodes, false)),
                Parsed::Else => return Ok((nodes, true)),
                Parsed::Eof => return Err(self.error("unexpected EOF")),
            }
        }
    }

    fn name(&mut self, context: &str) -> Result<(String, usize), String> {
        let token = self.next_word();
        match token.kind {
            Kind::String | Kind::RawString => match unquote(&token.text) {
                Some(name) => Ok((name, token.pos)),
                None => Err(self.error("invalid syntax")),
            },
            _ => Err(self.unexpected(&token, context)),
        }
    }

    /// A list with its own variables, up to its `end`.
    fn body(&mut self, context: &str) -> Result<Vec<Node>, String> {
        self.deeper(|p| {
            let outer = std::mem::replace(&mut p.variables, vec!["$".to_owned()]);
            let ranges = std::mem::take(&mut p.ranges);
            let (list, has_else) = p.list()?;
            if has_else {
                return Err(p.error(format!("unexpected {{{{else}}}} in {context}")));
            }
            p.variables = outer;
            p.ranges = ranges;
            Ok(list)
        })
    }

    fn define(&mut self) -> Result<(), String> {
        let (name, _) = self.name("define clause")?;
        let token = self.next_word();
        if token.kind != Kind::Close {
            return Err(self.unexpected(&token, "define clause"));
        }
        let list = self.body("define clause")?;
        self.add_tree(name, list);
        Ok(())
    }

    fn block(&mut self) -> Result<Node, String> {
        let (name, pos) = self.name("block clause")?;
        let pipe = self.pipeline("block clause", Kind::Close)?;
        let list = self.body("block clause")?;
        self.add_tree(name.clone(), list);
        Ok(Node::Template {
            pos,
            name,
            pipe: Some(pipe),
        })
    }

    fn add_tree(&mut self, name: String, list: Vec<Node>) {
        self.trees.retain(|(known, _)| *known != name);
        self.trees.push((name, list));
    }

    fn template(&mut self) -> Result<Node, String> {
        let (name, pos) = self.name("template clause")?;
        let mut pipe = None;
        if self.peek_word().kind == Kind::Close {
            self.next_word();
        } else {
            pipe = Some(self.pipeline("template clause", Kind::Close)?);
        }
        Ok(Node::Template { pos, name, pipe })
    }

    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, String> {
        self.deeper(|p| p.pipeline_inner(context, end))
    }

    fn pipeline_inner(&mut self, context: &str, end: Kind) -> Result<Pipe, String> {
        let mut pipe = Pipe::default();
        self.declarations(&mut pipe, context)?;
        loop {
            let token = self.next_word();
            match token.kind {
                kind if kind == end => {
                    if pipe.commands.is_empty() {
                        return Err(self.error(format!("missing value for {context}")));
                    }
                    let fixed = |arg: &Arg| {
                        matches!(
                            arg.kind,
                            ArgKind::Bool(_)
                                | ArgKind::Dot
                                | ArgKind::Nil
                                | ArgKind::Number(..)
                                | ArgKind::String(..)
                        )
                    };
                    let stage = pipe
                        .commands
                        .iter()
                        .skip(1)
                        .position(|c| c.args.first().is_some_and(fixed));
                    if let Some(i) = stage {
                        return Err(self.error(format!(
                            "non executable command in pipeline stage {}",
                            i + 2
                        )));
                    }
                    return Ok(pipe);
                }
                Kind::Identifier
                | Kind::Field
                | Kind::Variable
                | Kind::Dot
                | Kind::Number
                | Kind::Char
                | Kind::String
                | Kind::RawString
                | Kind::LeftParen => {
                    self.at -= 1;
                    pipe.commands.push(self.command()?);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        }
    }

    /// `$a := `, `$a = ` and, in `range`, `$a, $b := `.
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<(), String> {
        loop {
            let start = self.at;
            let token = self.peek_word();
            if token.kind != Kind::Variable {
                self.at = start;
                return Ok(());
            }
            self.at += 1;
            let next = self.peek_word();
            match next.kind {
                Kind::Declare | Kind::Assign => {
                    self.at += 1;
                    pipe.assign = next.kind == Kind::Assign;
                    pipe.variables.push(token.text.clone());
                    self.variables.push(token.text);
                    return Ok(());
                }
                Kind::Char1 if next.text == "," => {
                    if context != "range" || !pipe.variables.is_empty() {
                        return Err(self.error(format!("too many declarations in {context}")));
                    }
                    self.at += 1;
                    pipe.variables.push(token.text.clone());
                    self.variables.push(token.text);
                    let after = self.peek_word();
                    if after.kind != Kind::Variable {
                        return Err(self.error("range can only initialize variables"));
                    }
                }
                _ => {
                    self.at = start;
                    return Ok(());
                }
            }
        }
    }

    fn command(&mut self) -> Result<Command, String> {
        let pos = self.peek_word().pos;
        let mut args = Vec::new();
        loop {
            self.skip_space();
            if let Some(arg) = self.operand()? {
                args.push(arg);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::Close | Kind::RightParen => self.at -= 1,
                Kind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if args.is_empty() {
            return Err(self.error("empty command"));
        }
        Ok(Command { pos, args })
    }

    fn operand(&mut self) -> Result<Option<Arg>, String> {
        let Some(arg) = self.term()? else {
            return Ok(None);
        };
        if self.peek().kind != Kind::Field {
            return Ok(Some(arg));
        }
        let pos = self.peek().pos;
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            fields.push(self.next().text[1..].to_owned());
        }
        let kind = match arg.kind {
            ArgKind::Field(mut names) => {
                names.extend(fields);
                ArgKind::Field(names)
            }
            ArgKind::Variable(name, mut names) => {
                names.extend(fields);
                ArgKind::Variable(name, names)
            }
            ArgKind::Bool(_)
            | ArgKind::String(..)
            | ArgKind::Number(..)
            | ArgKind::Nil
            | ArgKind::Dot => {
                return Err(self.error(format!(
                    "unexpected . after term {}",
                    go::quote(&arg.to_string())
                )));
            }
            _ => {
                return Ok(Some(Arg {
                    pos,
                    kind: ArgKind::Chain(Box::new(arg), fields),
                }));
            }
        };
        Ok(Some(Arg { pos, kind }))
    }

    fn term(&mut self) -> Result<Option<Arg>, String> {
        let token = self.next_word();
        let kind = match token.kind {
            Kind::Identifier => match token.text.as_str() {
                "true" => ArgKind::Bool(true),
                "false" => ArgKind::Bool(false),
                "nil" => ArgKind::Nil,
                name if BUILTINS.contains(&name) => ArgKind::Function(token.text.clone()),
                name => return Err(self.error(format!("function {} not defined", go::quote(name)))),
            },
            Kind::Dot => ArgKind::Dot,
            Kind::Variable => {
                if !self.variables.contains(&token.text) {
                    return Err(
                        self.error(format!("undefined variable {}", go::quote(&token.text)))
                    );
                }
                ArgKind::Variable(token.text.clone(), Vec::new())
            }
            Kind::Field => ArgKind::Field(vec![token.text[1..].to_owned()]),
            Kind::Number | Kind::Char => match number(&token) {
                Ok(value) => ArgKind::Number(value, token.text.clone()),
                Err(error) => return Err(self.error(error)),
            },
            Kind::LeftParen => {
                ArgKind::Pipe(self.pipeline("parenthesized pipeline", Kind::RightParen)?)
            }
            Kind::String | Kind::RawString => match unquote(&token.text) {
                Some(value) => ArgKind::String(value, token.text.clone()),
                None => return Err(self.error("invalid syntax")),
            },
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Arg {
            pos: token.pos,
            kind,
        }))
    }
}

fn show(token: &Token) -> String {
    match token.kind {
        Kind::Identifier if is_keyword(&token.text) => format!("<{}>", token.text),
        Kind::Dot => "<.>".to_owned(),
        _ if token.text.chars().count() > 10 => {
            let short: String = token.text.chars().take(10).collect();
            format!("{}...", go::quote(&short))
        }
        _ => go::quote(&token.text),
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "block"
            | "break"
            | "continue"
            | "define"
            | "else"
            | "end"
            | "if"
            | "range"
            | "nil"
            | "template"
            | "with"
    )
}

fn number(token: &Token) -> Result<Value, String> {
    if token.kind == Kind::Char {
        let c = unquote(&token.text)
            .filter(|text| text.chars().count() == 1)
            .and_then(|t| t.chars().next());
        return match c {
            Some(c) => Ok(Value::from(c as u32)),
            None => Err(format!("malformed character constant: {}", token.text)),
        };
    }
    let text = &token.text;
    let whole = crate::cli::value::parse_int(text, 64);
    if let Ok(n) = whole {
        return Ok(Value::from(n));
    }
    let is_float = text.contains(['.', 'e', 'E']) && !text.starts_with("0x");
    match text.replace('_', "").parse::<f64>() {
        Ok(f) if is_float && f.is_finite() => Ok(Value::from(f)),
        _ if text.bytes().all(|b| b.is_ascii_digit()) => {
            Err(format!("integer overflow: {}", go::quote(text)))
        }
        _ => Err(format!("illegal number syntax: {}", go::quote(text))),
    }
}

/// `strconv.Unquote`
fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    let inner = &text[1..text.len().checked_sub(1)?];
    if quote == '`' {
        return Some(inner.replace('\r', ""));
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let escaped = chars.next()?;
        let simple = match escaped {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' => '\\',
            c if c == quote => c,
            'x' | 'u' | 'U' | '0'..='7' => {
                let (count, radix, mut digits) = match escaped {
                    'x' => (2, 16, String::new()),
                    'u' => (4, 16, String::new()),
                    'U' => (8, 16, String::new()),
                    c => (3, 8, c.to_string()),
                };
                let more = count - digits.len();
                digits.extend(chars.by_ref().take(more));
                if digits.len() != count {
                    return None;
                }
                char::from_u32(u32::from_str_radix(&digits, radix).ok()?)?
            }
            _ => return None,
        };
        out.push(simple);
    }
    Some(out)
}
