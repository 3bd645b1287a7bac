//! The loop of an interactive shell: prompt, line, history, command.

use std::rc::Rc;

use os::{Disposition, LineReader, Signal};
use sim::futures_util::future::{Either, select};

use crate::history::Control;
use crate::interp::{Flow, Shell};
use crate::session::Feed;
use crate::syntax::{Parser, SyntaxErrorKind};

/// Bytes one command may have.
const MAX_COMMAND: usize = 8 << 20;

/// Where an interactive shell gets its lines.
pub(crate) enum Lines {
    /// A terminal that edits lines by itself.
    Terminal(LineReader),
    /// Somebody who edits lines elsewhere and hands over whole ones.
    Session(Rc<Feed>),
}

/// What came of asking for a line.
enum Asked {
    Line(String),
    Interrupted,
    End,
}

impl Lines {
    async fn ask(&mut self, shell: &Shell, prompt: String, continuation: bool) -> Asked {
        match self {
            Lines::Session(feed) => {
                feed.show_prompt(shell, prompt, continuation);
                match feed.next().await {
                    crate::session::Fed::Line(line) => Asked::Line(line + "\n"),
                    crate::session::Fed::Interrupt => Asked::Interrupted,
                    crate::session::Fed::End => Asked::End,
                }
            }
            Lines::Terminal(reader) => {
                shell.proc.eprint(prompt).await;
                let line = Box::pin(reader.next_line());
                let signal = std::pin::pin!(shell.proc.signal_waits());
                match select(line, signal).await {
                    Either::Left((Ok(Some(line)), _)) => {
                        Asked::Line(String::from_utf8_lossy(&line).into_owned())
                    }
                    Either::Left(_) => Asked::End,
                    Either::Right(_) => Asked::Interrupted,
                }
            }
        }
    }
}

/// Makes the process behave as an interactive shell: its own group in the foreground, deaf to the keyboard's signals.
pub(crate) fn start(shell: &mut Shell) {
    let proc = &shell.proc;
    proc.set_disposition(Signal::INT, Disposition::Catch);
    for signal in [
        Signal::QUIT,
        Signal::TERM,
        Signal::TSTP,
        Signal::TTIN,
        Signal::TTOU,
    ] {
        proc.set_disposition(signal, Disposition::Ignore);
    }
    proc.set_group(proc.pid());
    if let Some(tty) = proc.tty() {
        tty.set_foreground(Some(proc.group()));
    }
    if shell.vars.get("PS1").is_none() {
        let prompt = if shell.is_dash() {
            r"\$ "
        } else if shell.is_ash() {
            r"\w \$ "
        } else {
            r"\u@\h:\w\$ "
        };
        let _ = shell.vars.set("PS1", prompt);
    }
}

/// Whether more lines are needed before the text can be run.
pub(crate) fn is_unfinished(shell: &Shell, text: &str) -> bool {
    if text.ends_with("\\\n") && !text.ends_with("\\\\\n") {
        return true;
    }
    let aliases = shell.aliases.clone();
    let mut parser = if shell.options.expand_aliases {
        Parser::new(text, 1, &*aliases)
    } else {
        Parser::new(text, 1, &())
    };
    parser.groups = shell.options.is_on("extglob");
    loop {
        match parser.next_command() {
            Ok(None) => return parser.wants_more(),
            Ok(Some(_)) if parser.wants_more() => return true,
            Ok(Some(_)) => {}
            Err(error) => return error.is_incomplete(),
        }
    }
}

/// Asks for lines and runs them until the shell ends; gives its status.
pub(crate) async fn run(mut shell: Shell, lines: &mut Lines) -> i32 {
    loop {
        shell.tell_jobs().await;
        if let Some(command) = shell.vars.get("PROMPT_COMMAND").map(str::to_owned) {
            let status = shell.status;
            let _ = shell.run_text(&command, 1).await;
            shell.status = status;
        }
        let Some(text) = next_command(&mut shell, lines).await else {
            continue;
        };
        let outcome = match text {
            Some(text) => {
                let line = shell.lines_run;
                shell.lines_run += 1;
                shell.run_text(&text, line).await
            }
            None if shell.is_ash() => {
                shell.proc.eprint("\n").await;
                Err(Flow::Exit)
            }
            // Says so, and stays if jobs are stopped.
            None => match crate::builtins::exit::run(&mut shell, vec!["exit".into()]).await {
                Ok(status) => {
                    shell.status = status;
                    Ok(())
                }
                Err(flow) => Err(flow),
            },
        };
        match outcome {
            Err(Flow::Exit) => break,
            Err(Flow::Interrupt) => {
                shell.proc.eprint("\n").await;
                shell.status = 130;
            }
            _ => {}
        }
        let _ = shell.interrupted();
    }
    let status = shell.finish().await;
    for job in &shell.jobs.list {
        shell.proc.machine().kill_group(job.group(), Signal::HUP);
    }
    status
}

/// Whether a command that goes on does so within quotes or a here-document, where a line's end stands for itself.
fn is_within_text(text: &str) -> bool {
    let mut parser = Parser::new(text, 1, &());
    parser.groups = true;
    loop {
        match parser.next_command() {
            Ok(None) => return parser.wants_more(),
            Ok(Some(_)) if parser.wants_more() => return true,
            Ok(Some(_)) => {}
            Err(error) => {
                return matches!(error.kind, SyntaxErrorKind::Unmatched('\'' | '"' | '`'))
                    || parser.wants_more();
            }
        }
    }
}

/// The next whole command. Outer none: there is nothing to run (an empty or interrupted line); inner none: the end.
async fn next_command(shell: &mut Shell, lines: &mut Lines) -> Option<Option<String>> {
    let mut text = String::new();
    // The same as the history keeps it.
    let mut kept = String::new();
    loop {
        let continuation = !text.is_empty();
        let prompt = shell.prompt(if continuation { "PS2" } else { "PS1" }).await;
        match lines.ask(shell, prompt, continuation).await {
            Asked::Line(line) => {
                let (line, only_shown) = match expand_history(shell, line).await {
                    Ok(line) => line,
                    Err(()) => return None,
                };
                let within_text = continuation && is_within_text(&text);
                crate::history::join(&mut kept, &line, within_text);
                if only_shown {
                    shell.remember(&kept);
                    return None;
                }
                text.push_str(&line);
                if text.len() > MAX_COMMAND {
                    shell.complain("line too long").await;
                    shell.status = 1;
                    return None;
                }
                if is_unfinished(shell, &text) {
                    continue;
                }
                shell.remember(&kept);
                return (!text.trim().is_empty()).then_some(Some(text));
            }
            Asked::Interrupted => {
                while shell.proc.take_signal().is_some() {}
                if matches!(lines, Lines::Terminal(_)) {
                    shell.proc.eprint("\n").await;
                }
                if continuation {
                    shell.remember(&kept);
                }
                shell.status = 130;
                return None;
            }
            Asked::End if continuation => {
                shell.remember(&kept);
                return Some(Some(text));
            }
            Asked::End => return Some(None),
        }
    }
}

/// The line with what `!!` and the like stand for, and whether it is only shown. It was told if that cannot be.
async fn expand_history(shell: &mut Shell, line: String) -> Result<(String, bool), ()> {
    if shell.is_ash() || shell.option("histexpand") == Some(false) {
        return Ok((line, false));
    }
    let expanded = crate::history_expand::expand(&shell.history.borrow(), &line);
    match expanded {
        Ok(None) => Ok((line, false)),
        Ok(Some(expanded)) => {
            // bash shows what it is about to run.
            let text = expanded.text + "\n";
            shell.proc.eprint(&text).await;
            Ok((text, expanded.only_shown))
        }
        Err(message) => {
            shell.complain(&message).await;
            shell.status = 1;
            Err(())
        }
    }
}

impl Shell {
    /// Puts a line into the history, if `HISTCONTROL` and the like allow it.
    pub(crate) fn remember(&mut self, line: &str) {
        let var = |name| self.vars.get(name);
        let control = Control::new(
            var("HISTCONTROL").unwrap_or_default(),
            var("HISTIGNORE").unwrap_or_default(),
            var("HISTSIZE"),
        );
        let mut history = self.history.borrow_mut();
        history.set_control(control);
        history.add(line, self.proc.now());
    }
}
