//! Simple commands: assignments, functions, builtins, programs.

use os::{ExecError, Group};

use super::{Flow, Found, Outcome, Shell};
use crate::builtins::{Run, Tool};
use crate::syntax::ast::{Assign, Part, Redirect, Word};

/// Builtins that take assignments as arguments.
const DECLARERS: [&str; 5] = ["declare", "typeset", "local", "export", "readonly"];

impl Shell {
    pub(super) async fn run_simple(
        &mut self,
        assigns: &[Assign],
        words: &[Word],
        redirects: &[Redirect],
        text: super::Text<'_>,
        in_place: bool,
    ) -> Outcome {
        let keep = self.open_substitutions();
        let outcome = self
            .run_simple_inner(assigns, words, redirects, text, in_place)
            .await;
        self.close_substitutions(keep);
        outcome
    }

    async fn run_simple_inner(
        &mut self,
        assigns: &[Assign],
        words: &[Word],
        redirects: &[Redirect],
        text: super::Text<'_>,
        in_place: bool,
    ) -> Outcome {
        self.substituted = None;
        let declares = words
            .first()
            .and_then(Word::literal)
            .is_some_and(|name| DECLARERS.contains(&name) && !self.functions.contains_key(name));
        let args = if declares {
            self.declaration_words(words).await?
        } else {
            self.expand_words(words).await?
        };
        let Some(name) = args.first().cloned() else {
            return self.assign_only(assigns, redirects).await;
        };
        if self.options.xtrace {
            self.trace(assigns, &args).await?;
        }
        if let Some(last) = args.last() {
            let _ = self.vars.set("_", last.as_str());
        }
        let Some(saved) = self.redirect(redirects).await? else {
            self.status = self.redirection_failure();
            return Ok(());
        };
        // `%1` alone is `fg %1`.
        if name.starts_with('%') && args.len() == 1 && self.options.monitor && !self.is_subshell {
            let fg = vec!["fg".to_owned(), name];
            self.undo_redirects(saved);
            self.status = Box::pin(crate::builtins::jobs::fg(self, fg)).await?;
            return Ok(());
        }
        if !matches!(name.as_str(), "exit" | "jobs") {
            self.warned_of_jobs = false;
        }
        let found = self.find_command(&name);
        let outcome = match found {
            Found::Function(body) => {
                let hidden = self.assign_temporarily(assigns).await?;
                let outcome = self.call_function(&name, &body, &args[1..]).await;
                self.restore_assigned(hidden);
                outcome
            }
            Found::Builtin(tool) => {
                let keeps = name == "exec" && args.len() == 1;
                let hidden = self.assign_temporarily(assigns).await?;
                let arrays = if declares {
                    array_words(words)
                } else {
                    Vec::new()
                };
                let outcome = self.run_builtin(tool, args, &arrays).await;
                self.restore_assigned(hidden);
                if keeps && self.status == 0 {
                    // `exec > file`: the redirections stay.
                    return outcome;
                }
                outcome
            }
            Found::Program(path) => {
                self.run_program(&path, args, assigns, text, in_place, saved)
                    .await?;
                return Ok(());
            }
            Found::Nothing(error) => {
                self.not_found(&name, error).await;
                Ok(())
            }
        };
        self.undo_redirects(saved);
        outcome
    }

    async fn assign_only(&mut self, assigns: &[Assign], redirects: &[Redirect]) -> Outcome {
        let Some(saved) = self.redirect(redirects).await? else {
            self.status = self.redirection_failure();
            return Ok(());
        };
        let mut outcome = Ok(());
        for assign in assigns {
            outcome = self.assign(assign).await;
            if outcome.is_err() {
                break;
            }
            if self.options.xtrace {
                let text = self.traced(assign);
                self.trace_line(&text).await;
            }
        }
        self.undo_redirects(saved);
        outcome?;
        self.status = self.substituted.unwrap_or(0);
        Ok(())
    }

    /// The words of `export a=$x`: what is assigned is not split.
    async fn declaration_words(&mut self, words: &[Word]) -> Result<Vec<String>, Flow> {
        let mut out = Vec::new();
        for word in words {
            if let [Part::Array(assign)] = word.parts.as_slice() {
                out.push(assign.name.to_string());
            } else if let Some(Part::Literal(text)) = word.parts.first()
                && let Some((name, value)) = text.split_once('=')
            {
                // The value by itself, for a tilde at its start is a home folder.
                let name = name.to_owned();
                let mut rest = word.clone();
                rest.parts[0] = Part::Literal(value.into());
                let value = self.expand_value(&rest).await?;
                out.push(format!("{name}={value}"));
            } else {
                out.extend(self.expand_words(std::slice::from_ref(word)).await?);
            }
        }
        Ok(out)
    }

    /// `a=1 cmd`: the variable has the value while a builtin or function runs.
    async fn assign_temporarily(
        &mut self,
        assigns: &[Assign],
    ) -> Result<Vec<(String, Option<crate::vars::Var>)>, Flow> {
        let mut hidden = Vec::new();
        for assign in assigns {
            hidden.push((
                assign.name.to_string(),
                self.vars.var(&assign.name).cloned(),
            ));
            self.assign(assign).await?;
            self.vars.entry(&assign.name).exported = true;
        }
        Ok(hidden)
    }

    fn restore_assigned(&mut self, hidden: Vec<(String, Option<crate::vars::Var>)>) {
        for (name, old) in hidden.into_iter().rev() {
            self.vars.restore(&name, old);
        }
    }

    pub(crate) async fn call_function(
        &mut self,
        name: &str,
        body: &std::rc::Rc<crate::syntax::ast::Command>,
        args: &[String],
    ) -> Outcome {
        self.enter(name).await?;
        let positional = std::mem::replace(&mut self.positional, args.into());
        let loops = std::mem::take(&mut self.loops);
        let line = self.line;
        self.vars.push_frame();
        self.function_names.push(name.to_owned());
        self.call_lines.push(line);
        let body = body.clone();
        let outer = self.traps.remove("RETURN");
        let outcome = Box::pin(self.run_command(&body)).await;
        if let Some(action) = self.traps.remove("RETURN") {
            let _ = self.run_trap_action(&action).await;
        }
        if let Some(outer) = outer {
            self.traps.insert("RETURN".into(), outer);
        }
        self.function_names.pop();
        self.call_lines.pop();
        self.vars.pop_frame();
        self.positional = positional;
        self.loops = loops;
        self.line = line;
        self.leave();
        match outcome {
            Err(Flow::Return) => Ok(()),
            other => other,
        }
    }

    pub(crate) async fn run_builtin(
        &mut self,
        tool: &'static Tool,
        args: Vec<String>,
        arrays: &[Assign],
    ) -> Outcome {
        let first = arrays.is_empty() || args[0] != "readonly";
        if !first {
            for assign in arrays {
                self.assign(assign).await?;
            }
        }
        self.proc.take_lost_output();
        match tool.run {
            Run::Shell(run) => {
                self.status = Box::pin(run(self, args)).await?;
            }
            Run::Both(run) => {
                let proc = self.proc.clone();
                self.status = if self.is_dash() && tool.name == "echo" {
                    crate::builtins::echo::with_escapes(proc, args).await
                } else {
                    run(proc, args).await
                };
            }
            Run::Program(_) => {}
        }
        if let Some(error) = self.proc.take_lost_output() {
            self.output_lost(tool.name, error).await;
        }
        if first {
            for assign in arrays {
                self.assign(assign).await?;
            }
        }
        Ok(())
    }

    /// A builtin's output could not be written.
    async fn output_lost(&mut self, builtin: &str, error: os::Errno) {
        let why = format!("write error: {}", error.text());
        if !self.is_ash() {
            self.complain_of(builtin, &why).await;
        } else if builtin == "echo" {
            self.proc.eprint(format!("sh: {why}\n")).await;
        }
        self.status = 1;
    }

    /// Runs a program and waits for it; gives its status.
    pub(crate) async fn run_external(
        &mut self,
        path: &str,
        args: Vec<String>,
    ) -> Result<i32, Flow> {
        let source = args.join(" ");
        let text = || source.clone();
        self.run_program(path, args, &[], &text, false, super::Saved::default())
            .await?;
        Ok(self.status)
    }

    async fn run_program(
        &mut self,
        path: &str,
        args: Vec<String>,
        assigns: &[Assign],
        text: super::Text<'_>,
        in_place: bool,
        saved: super::Saved,
    ) -> Outcome {
        let hidden = self.assign_temporarily(assigns).await?;
        let mut spawn = self.fork_spawn();
        self.restore_assigned(hidden);
        if in_place {
            self.proc.set_environment(spawn.env);
            self.status = self.exec_here(path, &args).await;
            drop(saved);
            return Err(Flow::Exit);
        }
        if self.options.monitor && !self.is_subshell {
            spawn.group = Group::New;
        }
        spawn.args.clone_from(&args);
        let path = path.to_owned();
        let proc = self
            .fork_with(spawn, move |mut shell| async move {
                // Only the process is used: it becomes the program.
                shell.exec_here(&path, &args).await
            })
            .await;
        self.undo_redirects(saved);
        let statuses = self.wait_foreground(vec![proc?], text).await?;
        self.status = statuses.last().copied().unwrap_or(0);
        Ok(())
    }

    /// Replaces the shell in its process by a program; gives the program's exit code.
    pub(crate) async fn exec_here(&mut self, path: &str, args: &[String]) -> i32 {
        self.traps.clear();
        let outcome = self.proc.exec(path, args).await;
        match outcome {
            Ok(status) => status,
            Err(ExecError::Format) => {
                let mut all = args.to_vec();
                all[0] = path.to_owned();
                crate::program::run_script_file(&self.proc, self.dialect, path, &all).await
            }
            Err(error) => {
                self.not_found(args.first().map_or(path, String::as_str), error)
                    .await;
                self.status
            }
        }
    }

    /// Says why a command cannot be run, and sets the status.
    pub(crate) async fn not_found(&mut self, name: &str, error: ExecError) {
        let (status, text) = match (error, self.is_ash()) {
            (ExecError::NotFound, true) => (127, "not found".to_owned()),
            (ExecError::NotFound, false) if name.contains('/') => {
                (127, "No such file or directory".to_owned())
            }
            (ExecError::NotFound, false) => (127, "command not found".to_owned()),
            (ExecError::IsDirectory, false) => (126, "Is a directory".to_owned()),
            (ExecError::Denied | ExecError::IsDirectory, _) => {
                (126, "Permission denied".to_owned())
            }
            (ExecError::BadInterpreter, true) => (127, "not found".to_owned()),
            (ExecError::BadInterpreter, false) => {
                (126, "bad interpreter: No such file or directory".to_owned())
            }
            (error, _) => (126, error.errno().text().to_owned()),
        };
        self.complain(&format!("{name}: {text}")).await;
        if error == ExecError::NotFound
            && let Some(why) = self.proc.machine().programs().absence(name)
        {
            self.proc.hint(why);
        }
        self.status = status;
    }

    async fn trace(&mut self, assigns: &[Assign], args: &[String]) -> Outcome {
        for assign in assigns {
            let value = match &assign.value {
                crate::syntax::ast::AssignValue::Scalar(word) => self.expand_value(word).await?,
                crate::syntax::ast::AssignValue::Array(_) => String::new(),
            };
            let line = format!("{}={}", assign.name, crate::escape::quote_if_needed(&value));
            self.trace_line(&line).await;
        }
        let mut words = Vec::new();
        words.extend(args.iter().map(|arg| crate::escape::quote_if_needed(arg)));
        self.trace_line(&words.join(" ")).await;
        Ok(())
    }

    /// An assignment as a trace shows it.
    fn traced(&self, assign: &Assign) -> String {
        if let crate::syntax::ast::AssignValue::Array(elements) = &assign.value {
            let words: Vec<&str> = elements.iter().map(|(_, word)| &*word.source).collect();
            return format!("{}=({})", assign.name, words.join(" "));
        }
        let value = self.vars.get(&assign.name).unwrap_or_default();
        format!("{}={}", assign.name, crate::escape::quote_if_needed(value))
    }

    pub(crate) async fn trace_line(&mut self, text: &str) {
        // What the prompt runs is not traced itself.
        self.options.xtrace = false;
        let ps4 = Box::pin(self.prompt("PS4")).await;
        self.options.xtrace = true;
        // The first character is repeated for each level of substitutions.
        let level = usize::try_from(self.substitution_depth).unwrap_or(0);
        let first: String = ps4.chars().take(1).collect();
        self.proc
            .eprint(format!("{}{ps4}{text}\n", first.repeat(level)))
            .await;
    }
}

fn array_words(words: &[Word]) -> Vec<Assign> {
    words
        .iter()
        .filter_map(|word| match word.parts.as_slice() {
            [Part::Array(assign)] => Some((**assign).clone()),
            _ => None,
        })
        .collect()
}
