//! Commands as bash prints them: `jobs`, `declare -f`, `type`, notices of what ended.
//!
//! Words are printed as they were written; what is between them is laid out anew. Outside of functions a list stays on one
//! line (`{ a; b; }`), within them each command has its own.
//!
//! Not here: quoting of values ([`crate::escape`]), traces (`set -x`).

use super::ast::{
    AndOr, Assign, AssignValue, CaseEnd, Command, CommandKind, Cond, Connector, List, Pipeline,
    Redirect, RedirectKind, Word,
};

/// Columns of one level.
const STEP: usize = 4;

/// A command that runs or ran, in one piece.
pub fn command(command: &Command) -> String {
    let mut printer = Printer::default();
    printer.command(command);
    printer.finish()
}

/// Commands joined by `|`.
pub fn pipe(commands: &[std::rc::Rc<Command>]) -> String {
    let mut printer = Printer::default();
    printer.pipe(commands);
    printer.finish()
}

/// Pipelines joined by `&&` and `||`.
pub fn and_or(and_or: &AndOr) -> String {
    let mut printer = Printer::default();
    printer.and_or(and_or);
    printer.finish()
}

/// As [`and_or`], but a lone `!` before it is of no use there.
pub fn job(item: &AndOr) -> String {
    if item.rest.is_empty() && item.first.timed.is_none() {
        return pipe(&item.first.commands);
    }
    and_or(item)
}

/// A function as `declare -f` shows it.
pub fn function(name: &str, body: &Command) -> String {
    let mut printer = Printer::default();
    printer.push(&format!("{name} () \n{{ \n"));
    printer.function_body(body);
    printer.finish() + "\n"
}

#[derive(Default)]
struct Printer {
    out: String,
    indent: usize,
    /// Functions around: lists have a line for each command.
    functions: usize,
    /// Bodies of here-documents, to be put where the line ends.
    pending: String,
}

impl Printer {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// A new line, as far in as we are.
    fn newline(&mut self, text: &str) {
        self.out.push('\n');
        self.margin();
        self.out.push_str(text);
    }

    fn margin(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', self.indent));
    }

    /// The end of a command, unless a here-document or `&` has ended it.
    fn semicolon(&mut self) {
        if !self.out.ends_with(['&', '\n']) {
            self.out.push(';');
        }
    }

    /// Puts in what here-documents are waiting.
    fn flush(&mut self) -> bool {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            self.out.push('\n');
            self.out.push_str(&pending);
        }
        !pending.is_empty()
    }

    fn finish(mut self) -> String {
        self.flush();
        self.out
    }

    /// A list one level further in.
    fn inner(&mut self, list: &List) {
        self.indent += STEP;
        self.margin();
        self.list(list);
        self.flush();
        self.indent -= STEP;
    }

    /// The commands of a list; the first stands where we are.
    fn list(&mut self, list: &List) {
        for (at, item) in list.0.iter().enumerate() {
            self.and_or(&item.and_or);
            let last = at + 1 == list.0.len();
            if item.background {
                let ended = self.flush();
                self.push(if ended { "&" } else { " &" });
                if !last {
                    self.push(" ");
                }
            } else if !last {
                if !self.flush() {
                    self.push(";");
                }
                match self.functions {
                    0 if self.out.ends_with('\n') => {}
                    0 => self.push(" "),
                    _ if self.out.ends_with('\n') => self.margin(),
                    _ => self.newline(""),
                }
            }
        }
    }

    fn and_or(&mut self, and_or: &AndOr) {
        self.pipeline(&and_or.first);
        for (connector, pipeline) in &and_or.rest {
            self.push(match connector {
                Connector::And => " && ",
                Connector::Or => " || ",
            });
            self.pipeline(pipeline);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        match pipeline.timed {
            Some(true) => self.push("time -p "),
            Some(false) => self.push("time "),
            None => {}
        }
        if pipeline.negated {
            self.push("! ");
        }
        self.pipe(&pipeline.commands);
    }

    fn pipe(&mut self, commands: &[std::rc::Rc<Command>]) {
        for (at, command) in commands.iter().enumerate() {
            if at > 0 {
                self.push(" | ");
            }
            self.command(command);
        }
    }

    fn words(&mut self, words: &[Word], between: &str) {
        let all: Vec<&str> = words.iter().map(|word| &*word.source).collect();
        self.push(&all.join(between));
    }

    fn command(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::Simple { assigns, words } => {
                let mut parts: Vec<String> = assigns.iter().map(assignment).collect();
                parts.extend(words.iter().map(|word| word.source.to_string()));
                let any = !parts.is_empty();
                self.push(&parts.join(" "));
                self.redirects(&command.redirects, any);
                return;
            }
            CommandKind::Group(list) => self.group(list),
            CommandKind::Subshell(list) => {
                self.push("( ");
                self.list(list);
                self.flush();
                self.push(" )");
            }
            CommandKind::If {
                branches,
                otherwise,
            } => self.branches(branches, otherwise.as_deref()),
            CommandKind::While {
                until,
                condition,
                body,
            } => {
                self.push(if *until { "until " } else { "while " });
                self.list(condition);
                self.semicolon();
                self.push(" do\n");
                self.loop_body(body);
            }
            CommandKind::For {
                name,
                words,
                body,
                select,
            } => {
                self.push(if *select { "select " } else { "for " });
                self.push(name);
                self.push(" in ");
                match words {
                    Some(words) => self.words(words, " "),
                    None => self.push("\"$@\""),
                }
                self.push(";");
                self.newline("do\n");
                self.loop_body(body);
            }
            CommandKind::ForArith { parts, body } => {
                let parts: Vec<&str> = parts.iter().map(|part| part.source.trim()).collect();
                self.push(&format!("for (({}))", parts.join("; ")));
                self.newline("do\n");
                self.loop_body(body);
            }
            CommandKind::Case { word, clauses } => {
                self.push(&format!("case {} in ", word.source));
                self.indent += STEP;
                for clause in clauses {
                    self.newline("");
                    self.words(&clause.patterns, " | ");
                    self.push(")\n");
                    self.inner(&clause.body);
                    self.newline(match clause.end {
                        CaseEnd::Break => ";;",
                        CaseEnd::FallThrough => ";&",
                        CaseEnd::Continue => ";;&",
                    });
                }
                self.indent -= STEP;
                self.newline("esac");
            }
            CommandKind::Function { name, body } => {
                self.push(&format!("function {name} () \n"));
                self.margin();
                self.push("{ \n");
                self.function_body(body);
            }
            CommandKind::Cond(cond) => {
                self.push(&format!("[[ {} ]]", condition(cond, false)));
            }
            CommandKind::Coproc { name, command } => {
                let named = !matches!(command.kind, CommandKind::Simple { .. });
                self.push("coproc ");
                if named {
                    self.push(&format!("{name} "));
                }
                self.command(command);
            }
            CommandKind::Arith(word) => self.push(&format!("(({}))", word.source)),
        }
        self.redirects(&command.redirects, true);
    }

    fn group(&mut self, list: &List) {
        self.push("{ ");
        if self.functions == 0 {
            self.list(list);
            self.flush();
            self.semicolon();
            self.push(" }");
        } else {
            self.push("\n");
            self.inner(list);
            self.newline("}");
        }
    }

    /// What stands between a function's braces, and the closing one.
    fn function_body(&mut self, body: &Command) {
        self.functions += 1;
        match &body.kind {
            CommandKind::Group(list) => self.inner(list),
            _ => {
                self.indent += STEP;
                self.margin();
                self.command(body);
                self.flush();
                self.indent -= STEP;
            }
        }
        self.functions -= 1;
        self.newline("}");
        if matches!(body.kind, CommandKind::Group(_)) {
            self.redirects(&body.redirects, true);
        }
    }

    fn loop_body(&mut self, body: &List) {
        self.inner(body);
        self.semicolon();
        self.newline("done");
    }

    fn branches(
        &mut self,
        branches: &[(std::rc::Rc<List>, std::rc::Rc<List>)],
        otherwise: Option<&List>,
    ) {
        let Some(((test, body), rest)) = branches.split_first() else {
            return;
        };
        self.push("if ");
        self.list(test);
        self.semicolon();
        self.push(" then\n");
        self.inner(body);
        if !rest.is_empty() || otherwise.is_some() {
            self.semicolon();
            self.newline("else\n");
            if rest.is_empty() {
                self.inner(otherwise.unwrap_or(&List::default()));
            } else {
                // `elif` is an `if` within `else`.
                self.indent += STEP;
                self.margin();
                self.branches(rest, otherwise);
                self.indent -= STEP;
            }
        }
        self.semicolon();
        self.newline("fi");
    }

    fn redirects(&mut self, redirects: &[Redirect], spaced: bool) {
        for (at, redirect) in redirects.iter().enumerate() {
            if at > 0 || spaced {
                self.push(" ");
            }
            let text = self.redirect(redirect);
            self.push(&text);
        }
    }

    fn redirect(&mut self, redirect: &Redirect) -> String {
        let fd = redirect.fd.map(|fd| fd.to_string()).unwrap_or_default();
        let number = |fallback: &str| redirect.fd.map_or(fallback.to_owned(), |fd| fd.to_string());
        match &redirect.kind {
            RedirectKind::Read(word) => format!("{fd}< {}", word.source),
            RedirectKind::Write(word, false) => format!("{fd}> {}", word.source),
            RedirectKind::Write(word, true) => format!("{fd}>| {}", word.source),
            RedirectKind::Append(word) => format!("{fd}>> {}", word.source),
            RedirectKind::ReadWrite(word) => format!("{fd}<> {}", word.source),
            RedirectKind::DupIn(word) => format!("{}<&{}", number("0"), word.source),
            RedirectKind::DupOut(word) if redirect.fd.is_none() && !is_target(&word.source) => {
                format!("&> {}", word.source)
            }
            RedirectKind::DupOut(word) => format!("{}>&{}", number("1"), word.source),
            RedirectKind::Both(word, false) => format!("&> {}", word.source),
            RedirectKind::Both(word, true) => format!("&>> {}", word.source),
            RedirectKind::HereString(word) => format!("{fd}<<< {}", word.source),
            RedirectKind::HereDoc(body, start) => {
                let end: String = start
                    .trim_start_matches(['<', '-'])
                    .chars()
                    .filter(|c| !"'\"\\".contains(*c))
                    .collect();
                if let Some(body) = body.get() {
                    self.pending.push_str(&body.source);
                    self.pending.push_str(&end);
                    self.pending.push('\n');
                }
                format!("{fd}{start}")
            }
        }
    }
}

/// Whether `>&` copies or closes a descriptor.
fn is_target(word: &str) -> bool {
    word == "-" || word.starts_with('$') || word.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

fn assignment(assign: &Assign) -> String {
    let index = match &assign.index {
        Some(index) if index.source.is_empty() => {
            // Its value holds the whole word as it was written.
            if let AssignValue::Scalar(word) = &assign.value {
                return word.source.to_string();
            }
            String::new()
        }
        Some(index) => format!("[{}]", index.source),
        None => String::new(),
    };
    let value = match &assign.value {
        AssignValue::Scalar(word) => word.source.to_string(),
        AssignValue::Array(elements) => {
            let all: Vec<String> = elements
                .iter()
                .map(|(key, word)| match key {
                    Some(key) => format!("[{}]={}", key.source, word.source),
                    None => word.source.to_string(),
                })
                .collect();
            format!("({})", all.join(" "))
        }
    };
    let sign = if assign.append { "+=" } else { "=" };
    format!("{}{index}{sign}{value}", assign.name)
}

/// An expression of `[[ … ]]`; alternatives within something that binds closer get their parentheses back.
fn condition(cond: &Cond, close: bool) -> String {
    match cond {
        Cond::Unary(op, word) => format!("{op} {}", word.source),
        Cond::Binary(left, op, right) => format!("{} {op} {}", left.source, right.source),
        Cond::Not(inner) => format!("! {}", condition(inner, true)),
        Cond::And(left, right) if close => format!("( {} )", both(left, "&&", right)),
        Cond::And(left, right) => both(left, "&&", right),
        Cond::Or(left, right) => {
            let text = format!("{} || {}", condition(left, false), condition(right, false));
            if close { format!("( {text} )") } else { text }
        }
        Cond::Word(word) => word.source.to_string(),
    }
}

fn both(left: &Cond, op: &str, right: &Cond) -> String {
    let side = |cond: &Cond| condition(cond, matches!(cond, Cond::Or(..)));
    format!("{} {op} {}", side(left), side(right))
}
