//! As much of Python as examples' one-liners and little scripts use: assignments, `if`, `while`, `for … in range`, prints with
//! f-strings, `sys.exit`, `time.sleep`, `os.environ`.
//!
//! A script is lines with their indentation; statements run as they are met, expressions are evaluated as they are read.
//! Anything else (functions, classes, dictionaries, other modules) is not understood: the program says so and ends with 2.

mod expression;

use std::collections::BTreeMap;
use std::time::Duration;

use os::Proc;

pub(super) use expression::Value;
use expression::{Args, Trouble, evaluate};

/// A script is no longer than this.
const MOST_LINES: usize = 2000;
/// What a statement costs of the processor.
const COST: Duration = Duration::from_micros(20);

/// A line: its number, how far it is indented, what it says.
struct Line {
    number: usize,
    indent: usize,
    text: String,
}

/// Why a block did not run to its end.
enum Stop {
    Break,
    Continue,
    Exit(i32),
    Trouble(usize, Trouble),
}

/// A script at work.
struct Run<'a> {
    proc: &'a Proc,
    lines: Vec<Line>,
    variables: BTreeMap<String, Value>,
}

/// Runs a script; its exit code, or `None` if it is not understood.
pub(super) async fn run(proc: &Proc, file: &str, code: &str) -> Option<i32> {
    let mut run = Run {
        proc,
        lines: lines(code)?,
        variables: BTreeMap::new(),
    };
    let end = run.lines.len();
    match run.block(0, end).await {
        Ok(()) | Err(Stop::Break | Stop::Continue) => Some(0),
        Err(Stop::Exit(code)) => Some(code),
        Err(Stop::Trouble(_, Trouble::NotUnderstood)) => None,
        Err(Stop::Trouble(line, Trouble::Raised(what))) => {
            let text = format!(
                "Traceback (most recent call last):\n  File \"{file}\", line {line}, in <module>\n{what}\n"
            );
            proc.eprint(text).await;
            Some(1)
        }
    }
}

/// The lines that say something, with statements behind semicolons and colons on lines of their own.
fn lines(code: &str) -> Option<Vec<Line>> {
    let mut out = Vec::new();
    for (at, raw) in code.lines().enumerate() {
        let text = raw.trim_start();
        let indent = (raw.len() - text.len()) * 2;
        let text = without_comment(text).trim_end();
        if text.is_empty() {
            continue;
        }
        let mut push = |indent, text: &str| {
            let (number, text) = (at + 1, text.trim().to_owned());
            out.push(Line {
                number,
                indent,
                text,
            });
        };
        let is_compound = ["if ", "elif ", "else:", "while ", "for "]
            .iter()
            .any(|word| text.starts_with(word));
        let colon = split(text, ':').filter(|_| is_compound);
        match colon {
            Some((head, body)) if !body.trim().is_empty() => {
                push(indent, &format!("{head}:"));
                statements(body, &mut |text| push(indent + 1, text));
            }
            Some(_) => push(indent, text),
            None => statements(text, &mut |text| push(indent, text)),
        }
    }
    (out.len() <= MOST_LINES).then_some(out)
}

fn statements(text: &str, push: &mut dyn FnMut(&str)) {
    let mut rest = text;
    while let Some((first, after)) = split(rest, ';') {
        push(first);
        rest = after;
    }
    if !rest.trim().is_empty() {
        push(rest);
    }
}

/// What is before and after the first such character outside of quotes and brackets.
fn split(text: &str, at: char) -> Option<(&str, &str)> {
    let (mut quote, mut depth, mut escaped) = (None, 0_i32, false);
    for (index, c) in text.char_indices() {
        if let Some(open) = quote {
            if c == open && !escaped {
                quote = None;
            }
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            c if c == at && depth == 0 => {
                return Some((&text[..index], &text[index + c.len_utf8()..]));
            }
            '"' | '\'' => quote = Some(c),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn without_comment(text: &str) -> &str {
    split(text, '#').map_or(text, |(before, _)| before)
}

impl Run<'_> {
    /// The end of the block that begins after a line.
    fn end_of(&self, at: usize, end: usize) -> usize {
        let indent = self.lines[at].indent;
        let mut after = at + 1;
        while after < end && self.lines[after].indent > indent {
            after += 1;
        }
        after
    }

    /// Runs the lines from `at` to `end`.
    fn block(
        &mut self,
        at: usize,
        end: usize,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Stop>> + '_>> {
        Box::pin(async move {
            let mut at = at;
            while at < end {
                self.proc.sleep(COST).await;
                let text = self.lines[at].text.clone();
                let body = self.end_of(at, end);
                if let Some(condition) = text.strip_prefix("if ") {
                    at = self.choose(at, end, condition).await?;
                    continue;
                }
                if let Some(condition) = text.strip_prefix("while ") {
                    let condition = head(condition);
                    while self.value(at, condition)?.is_true() {
                        self.proc.sleep(COST).await;
                        if self.turn(at + 1, body).await? {
                            break;
                        }
                    }
                } else if let Some(rest) = text.strip_prefix("for ") {
                    let parts = head(rest).split_once(" in ");
                    let (name, list) = parts.ok_or_else(|| self.stop(at))?;
                    let Value::List(items) = self.value(at, list)? else {
                        return Err(self.stop(at));
                    };
                    for item in items {
                        self.variables.insert(name.trim().to_owned(), item);
                        if self.turn(at + 1, body).await? {
                            break;
                        }
                    }
                } else if body > at + 1 {
                    return Err(self.stop(at));
                } else {
                    self.statement(at, &text).await?;
                }
                at = body;
            }
            Ok(())
        })
    }

    /// One turn of a loop; whether it was the last.
    async fn turn(&mut self, at: usize, end: usize) -> Result<bool, Stop> {
        match self.block(at, end).await {
            Ok(()) | Err(Stop::Continue) => Ok(false),
            Err(Stop::Break) => Ok(true),
            Err(stop) => Err(stop),
        }
    }

    /// `if` with what belongs to it; where it ends.
    async fn choose(&mut self, at: usize, end: usize, condition: &str) -> Result<usize, Stop> {
        let mut condition = Some(head(condition).to_owned());
        let (mut at, indent, mut done) = (at, self.lines[at].indent, false);
        loop {
            let body = self.end_of(at, end);
            let met = match &condition {
                _ if done => false,
                Some(condition) => self.value(at, condition)?.is_true(),
                None => true,
            };
            if met {
                self.block(at + 1, body).await?;
                done = true;
            }
            let next = self
                .lines
                .get(body)
                .filter(|next| body < end && next.indent == indent);
            condition = match next.map(|next| next.text.as_str()) {
                Some("else:") => None,
                Some(text) if text.starts_with("elif ") => Some(head(&text[5..]).to_owned()),
                _ => return Ok(body),
            };
            at = body;
        }
    }

    fn stop(&self, at: usize) -> Stop {
        Stop::Trouble(self.lines[at].number, Trouble::NotUnderstood)
    }

    fn value(&self, at: usize, text: &str) -> Result<Value, Stop> {
        let trouble = |trouble| Stop::Trouble(self.lines[at].number, trouble);
        evaluate(self.proc, &self.variables, text).map_err(trouble)
    }

    async fn statement(&mut self, at: usize, text: &str) -> Result<(), Stop> {
        match text {
            "pass" => return Ok(()),
            "break" => return Err(Stop::Break),
            "continue" => return Err(Stop::Continue),
            _ => {}
        }
        let is_import = text.starts_with("import ");
        if is_import || text.starts_with("from ") {
            let known = ["os", "sys", "time", "socket", "random", "datetime"];
            let mut names = text
                .trim_start_matches("import ")
                .trim_start_matches("from ")
                .split(" import ")
                .next()
                .unwrap_or_default()
                .split(',');
            // What `from x import y` brings has other names than those known here.
            let all = is_import && names.all(|name| known.contains(&name.trim()));
            return if all { Ok(()) } else { Err(self.stop(at)) };
        }
        if let Some((name, arguments)) = expression::call(text) {
            let trouble = |trouble| Stop::Trouble(self.lines[at].number, trouble);
            let args = Args::read(self.proc, &self.variables, arguments).map_err(trouble)?;
            match name {
                "print" => {
                    let (text, to_errors) = args.printed();
                    if to_errors {
                        self.proc.eprint(text).await;
                    } else {
                        self.proc.print(text).await;
                    }
                    return Ok(());
                }
                "time.sleep" => {
                    let seconds = args.first().and_then(Value::as_seconds);
                    let seconds = seconds.ok_or_else(|| self.stop(at))?;
                    self.proc.sleep(seconds).await;
                    return Ok(());
                }
                "sys.exit" | "exit" | "quit" | "os._exit" => {
                    return Err(match args.first() {
                        None | Some(Value::None) => Stop::Exit(0),
                        Some(Value::Int(code)) => {
                            Stop::Exit(i32::try_from(code & 0xff).unwrap_or(1))
                        }
                        Some(other) => {
                            self.proc.eprint(format!("{}\n", other.text())).await;
                            Stop::Exit(1)
                        }
                    });
                }
                "sys.stdout.write" => {
                    let text = args.first().map(Value::text).unwrap_or_default();
                    self.proc.print(text).await;
                    return Ok(());
                }
                "sys.stdout.flush" => return Ok(()),
                _ => {}
            }
        }
        if let Some(what) = text.strip_prefix("raise ") {
            let (name, arguments) = expression::call(what).ok_or_else(|| self.stop(at))?;
            let message = self.value(
                at,
                if arguments.is_empty() {
                    "''"
                } else {
                    arguments
                },
            )?;
            let message = format!("{name}: {}", message.text());
            return Err(Stop::Trouble(
                self.lines[at].number,
                Trouble::Raised(message),
            ));
        }
        let Some((target, value)) = assignment(text) else {
            return self.value(at, text).map(|_| ());
        };
        let (name, operator) = target;
        if !expression::is_name(name) {
            return Err(self.stop(at));
        }
        let value = match operator {
            Some(operator) => format!("{name} {operator} ({value})"),
            None => value.to_owned(),
        };
        let value = self.value(at, &value)?;
        self.variables.insert(name.to_owned(), value);
        Ok(())
    }
}

/// What is before the colon at the end of a line.
fn head(text: &str) -> &str {
    text.trim_end().trim_end_matches(':').trim()
}

/// A name with the operator before `=`, if there is one, and the value.
type Assignment<'a> = ((&'a str, Option<char>), &'a str);

fn assignment(text: &str) -> Option<Assignment<'_>> {
    let (before, after) = split(text, '=')?;
    if after.starts_with('=') || before.ends_with(['!', '<', '>']) {
        return None;
    }
    let before = before.trim_end();
    let operator = before.chars().last().filter(|c| "+-*/%".contains(*c));
    let name = match operator {
        Some(operator) => before.trim_end_matches(operator).trim_end(),
        None => before,
    };
    Some(((name, operator), after.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart() {
        let code = "import os; x = 'a;b'  # say\nif x == 'a:b': print(1); y = 2\nelse:\n  pass\n";
        let shown: Vec<String> = lines(code)
            .unwrap_or_default()
            .iter()
            .map(|line| format!("{} {}", line.indent, line.text))
            .collect();
        let expected = [
            "0 import os",
            "0 x = 'a;b'",
            "0 if x == 'a:b':",
            "1 print(1)",
            "1 y = 2",
            "0 else:",
            "4 pass",
        ];
        assert_eq!(shown, expected);
        assert_eq!(assignment("x += 2"), Some((("x", Some('+')), "2")));
        assert_eq!(assignment("x == 2"), None);
    }
}
