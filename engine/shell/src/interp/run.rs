//! Lists and pipelines.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use os::{File, pipe};

use super::{Flow, Outcome, Shell};
use crate::expand::Expanding;
use crate::syntax::ast::{AndOr, Command, CommandKind, Connector, List, Pipeline};
use crate::syntax::print;

/// Levels of commands within commands that share one stack.
const STACK_LEVELS: usize = 6;

impl Shell {
    /// Runs a list.
    pub(crate) fn run_list(&mut self, list: Rc<List>) -> Expanding<'_, ()> {
        Box::pin(async move {
            for item in &list.0 {
                if item.background {
                    self.run_background(&item.and_or).await?;
                } else {
                    self.run_and_or(&item.and_or).await?;
                }
            }
            Ok(())
        })
    }

    async fn run_background(&mut self, and_or: &Rc<AndOr>) -> Outcome {
        if let Some(spec) = self.job_named(and_or) {
            self.status = crate::builtins::jobs::bg(self, vec!["bg".into(), spec]).await?;
            return Ok(());
        }
        let text = print::job(and_or);
        let node = and_or.clone();
        let group = self.options.monitor && !self.is_subshell;
        let stdin = if self.options.monitor {
            None
        } else {
            Some(File::null())
        };
        let proc = self
            .fork(group, stdin, move |mut shell| async move {
                shell.options.monitor = false;
                let alone =
                    node.rest.is_empty() && !node.first.negated && node.first.timed.is_none();
                let outcome = match node.first.commands.as_slice() {
                    // A program takes the place of the shell: `$!` is its number.
                    [command] if alone => shell.run_command_in_place(command).await,
                    _ => shell.run_and_or(&node).await,
                };
                shell.end_of_subshell(outcome).await
            })
            .await?;
        let pid = proc.pid();
        self.last_background = Some(pid);
        let id = self.jobs.add(vec![proc], &text, true);
        if self.is_interactive() {
            self.proc.eprint(format!("[{id}] {pid}\n")).await;
        }
        self.status = 0;
        Ok(())
    }

    /// `%1 &`: the job that goes on in the background.
    fn job_named(&self, and_or: &AndOr) -> Option<String> {
        let [command] = and_or.first.commands.as_slice() else {
            return None;
        };
        let CommandKind::Simple { words, .. } = &command.kind else {
            return None;
        };
        let [word] = words.as_slice() else {
            return None;
        };
        let spec = word.literal().filter(|text| text.starts_with('%'))?;
        (self.options.monitor && !self.is_subshell && and_or.rest.is_empty())
            .then(|| spec.to_owned())
    }

    pub(crate) async fn run_and_or(&mut self, and_or: &AndOr) -> Outcome {
        // `errexit` looks only at the last pipeline.
        let guarded = !and_or.rest.is_empty();
        self.quiet_errors += usize::from(guarded);
        let first = self.run_pipeline(&and_or.first, !guarded).await;
        self.quiet_errors -= usize::from(guarded);
        first?;
        for (at, (connector, pipeline)) in and_or.rest.iter().enumerate() {
            let run = match connector {
                Connector::And => self.status == 0,
                Connector::Or => self.status != 0,
            };
            if !run {
                continue;
            }
            let last = at + 1 == and_or.rest.len();
            self.quiet_errors += usize::from(!last);
            let outcome = self.run_pipeline(pipeline, last).await;
            self.quiet_errors -= usize::from(!last);
            outcome?;
        }
        Ok(())
    }

    async fn run_pipeline(&mut self, pipeline: &Pipeline, last: bool) -> Outcome {
        let began = (self.proc.now(), self.proc.machine().cpu_used());
        self.quiet_errors += usize::from(pipeline.negated);
        let outcome = match pipeline.commands.as_slice() {
            [] => {
                self.status = 0;
                Ok(())
            }
            [command] => self.run_command(command).await,
            commands => self.run_pipe(commands).await,
        };
        self.quiet_errors -= usize::from(pipeline.negated);
        if let Some(posix) = pipeline.timed {
            let real = self.proc.now().since(began.0);
            let cpu = self.proc.machine().cpu_used().saturating_sub(began.1);
            let format = self.vars.get("TIMEFORMAT").filter(|_| !posix);
            let text = match format {
                Some("") => String::new(),
                Some(format) => time_format(format, real, cpu),
                None => time_report(real, cpu, posix),
            };
            self.proc.eprint(text).await;
        }
        outcome?;
        if pipeline.negated {
            self.status = i32::from(self.status == 0);
        }
        let single_compound = matches!(pipeline.commands.as_slice(), [command]
            if !matches!(command.kind, CommandKind::Simple { .. } | CommandKind::Subshell(_) | CommandKind::Cond(_) | CommandKind::Arith(_)));
        // A compound command has seen to it itself.
        if last && !pipeline.negated && !single_compound {
            self.check_errexit().await?;
        }
        Ok(())
    }

    pub(crate) async fn check_errexit(&mut self) -> Outcome {
        if self.status == 0 || self.quiet_errors > 0 {
            return Ok(());
        }
        if let Some(action) = self.traps.get("ERR").cloned()
            && !self.in_trap
        {
            self.run_trap_action(&action).await?;
        }
        if self.options.errexit {
            return Err(Flow::Exit);
        }
        Ok(())
    }

    /// Runs commands with pipes between them, each in a process of its own.
    async fn run_pipe(&mut self, commands: &[Rc<Command>]) -> Outcome {
        let mut procs = Vec::new();
        let mut input: Option<File> = None;
        let mut group = None;
        let job_control = self.options.monitor && !self.is_subshell;
        let here = self.options.is_on("lastpipe") && !job_control;
        for (at, command) in commands.iter().enumerate() {
            let last = at + 1 == commands.len();
            if last && here {
                return self.run_last_here(command, input.take(), procs).await;
            }
            let (reader, writer) = if last {
                (None, None)
            } else {
                let (reader, writer) = pipe();
                (Some(reader), Some(writer))
            };
            let mut spawn = self.fork_spawn();
            if let Some(input) = input.take() {
                let _ = spawn.fds.set(0, input);
            }
            if let Some(writer) = writer {
                let _ = spawn.fds.set(1, writer);
            }
            if job_control {
                spawn.group = match group {
                    Some(leader) => os::Group::Join(leader),
                    None => os::Group::New,
                };
            }
            let command = command.clone();
            let proc = self
                .fork_with(spawn, move |mut shell| async move {
                    let outcome = shell.run_command_in_place(&command).await;
                    shell.end_of_subshell(outcome).await
                })
                .await;
            let proc = match proc {
                Ok(proc) => proc,
                Err(flow) => {
                    // What has been started loses its other end and ends by itself.
                    drop(reader);
                    return Err(flow);
                }
            };
            group.get_or_insert(proc.pid());
            procs.push(proc);
            input = reader;
        }
        let text = || print::pipe(commands);
        let statuses = self.wait_foreground(procs, &text).await?;
        let failed = statuses.iter().rev().find(|status| **status != 0).copied();
        self.status = if self.options.pipefail {
            failed.unwrap_or(0)
        } else {
            statuses.last().copied().unwrap_or(0)
        };
        self.pipe_status = statuses;
        Ok(())
    }

    /// `lastpipe`: the last command of a pipeline runs in this shell, and reads what the others write.
    async fn run_last_here(
        &mut self,
        command: &Rc<Command>,
        input: Option<File>,
        procs: Vec<os::Proc>,
    ) -> Outcome {
        let before = self.proc.fd(0);
        if let Some(input) = input {
            let _ = self.proc.set_fd(0, input);
        }
        let outcome = Box::pin(self.run_command(command)).await;
        match before {
            Ok(file) => drop(self.proc.set_fd(0, file)),
            Err(_) => drop(self.proc.close_fd(0)),
        }
        let status = self.status;
        let text = || print::command(command);
        let mut statuses = self.wait_foreground(procs, &text).await?;
        statuses.push(status);
        let failed = statuses.iter().rev().find(|status| **status != 0).copied();
        self.status = match self.options.pipefail {
            true => failed.unwrap_or(0),
            false => status,
        };
        self.pipe_status = statuses;
        outcome
    }

    /// Runs one command with its redirections.
    pub(crate) async fn run_command(&mut self, command: &Rc<Command>) -> Outcome {
        self.run_command_as(command, false).await
    }

    /// As [`Shell::run_command`] in a process that has nothing else to do: a program takes its place.
    pub(crate) async fn run_command_in_place(&mut self, command: &Rc<Command>) -> Outcome {
        self.run_command_as(command, true).await
    }

    async fn run_command_as(&mut self, command: &Rc<Command>, in_place: bool) -> Outcome {
        self.line = command.line;
        self.proc.cpu(super::COMMAND_COST).await;
        self.run_pending_traps().await?;
        if self.interrupted() {
            self.status = 130;
            return Err(Flow::Interrupt);
        }
        if self.options.noexec && !self.is_interactive() {
            return Ok(());
        }
        if !self.in_trap && matches!(command.kind, CommandKind::Simple { .. }) {
            self.current = Some(Rc::clone(command));
        }
        if let Some(action) = self.traps.get("DEBUG").cloned()
            && !self.in_trap
        {
            Box::pin(self.run_trap_action(&action)).await?;
        }
        if let CommandKind::Simple { assigns, words } = &command.kind {
            let outcome = self
                .run_simple(
                    assigns,
                    words,
                    &command.redirects,
                    &|| print::command(command),
                    in_place,
                )
                .await;
            self.pipe_status = vec![self.status];
            return outcome;
        }
        let keep = self.open_substitutions();
        let saved = match self.redirect(&command.redirects).await? {
            Some(saved) => saved,
            None => {
                self.status = self.redirection_failure();
                self.pipe_status = vec![self.status];
                return Ok(());
            }
        };
        let outcome = self.run_compound_deeper(command).await;
        self.undo_redirects(saved);
        self.close_substitutions(keep);
        if matches!(command.kind, CommandKind::Subshell(_)) {
            self.pipe_status = vec![self.status];
        }
        outcome
    }
}

impl Shell {
    /// Runs a compound command. Commands within commands nest the futures that run them; every few levels go to a stack
    /// of their own, so that recursion costs memory and not the host's stack.
    async fn run_compound_deeper(&mut self, command: &Rc<Command>) -> Outcome {
        self.levels += 1;
        let outcome = if self.levels.is_multiple_of(STACK_LEVELS) {
            let command = Rc::clone(command);
            self.on_own_stack(move |mut shell| {
                Box::pin(async move {
                    let outcome = shell.run_compound(&command).await;
                    (shell, outcome)
                })
            })
            .await
        } else {
            Box::pin(self.run_compound(command)).await
        };
        self.levels -= 1;
        outcome
    }

    /// Hands the shell to a part of the program on a stack of its own, and takes it back.
    pub(super) async fn on_own_stack<F>(&mut self, part: F) -> Outcome
    where
        F: FnOnce(Shell) -> Pin<Box<dyn Future<Output = (Shell, Outcome)>>>,
    {
        let proc = self.proc.clone();
        let left_behind = self.copy_for(&proc);
        let shell = std::mem::replace(self, left_behind);
        let (shell, outcome) = proc.on_own_stack(part(shell)).await;
        *self = shell;
        outcome
    }
}

/// TIMEFORMAT: `%R`, `%U`, `%S`, `%P`, with digits and an `l` before the letter.
fn time_format(format: &str, real: std::time::Duration, cpu: std::time::Duration) -> String {
    let user = cpu.mul_f64(0.7);
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut digits = 3;
        if let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
            digits = usize::try_from(digit.min(3)).unwrap_or(3);
            chars.next();
        }
        let long = chars.next_if_eq(&'l').is_some();
        let time = match chars.next() {
            Some('R') => real,
            Some('U') => user,
            Some('S') => cpu - user,
            Some('P') => {
                let share = cpu.as_secs_f64() / real.as_secs_f64().max(1e-9) * 100.0;
                out.push_str(&format!("{share:.2}"));
                continue;
            }
            other => {
                out.extend(other);
                continue;
            }
        };
        let seconds = time.as_secs_f64();
        // Cut, not rounded, as bash does.
        let scale = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
        let cut = |seconds: f64| (seconds * scale).floor() / scale;
        if long {
            out.push_str(&format!(
                "{}m{:.digits$}s",
                time.as_secs() / 60,
                cut(seconds % 60.0)
            ));
        } else {
            out.push_str(&format!("{:.digits$}", cut(seconds)));
        }
    }
    out + "\n"
}

fn time_report(real: std::time::Duration, cpu: std::time::Duration, posix: bool) -> String {
    let user = cpu.mul_f64(0.7);
    let sys = cpu - user;
    if posix {
        let line = |d: std::time::Duration| format!("{:.2}", d.as_secs_f64());
        return format!(
            "real {}\nuser {}\nsys {}\n",
            line(real),
            line(user),
            line(sys)
        );
    }
    let line = |d: std::time::Duration| {
        format!(
            "{}m{}.{:03}s",
            d.as_secs() / 60,
            d.as_secs() % 60,
            d.subsec_millis()
        )
    };
    format!(
        "\nreal\t{}\nuser\t{}\nsys\t{}\n",
        line(real),
        line(user),
        line(sys)
    )
}
