//! Compound commands.

use std::rc::Rc;

use super::{Flow, Outcome, Shell};
use crate::expand::Expanding;
use crate::syntax::ast::{CaseClause, CaseEnd, Command, CommandKind, List, Word};
use crate::syntax::print;

impl Shell {
    pub(super) fn run_compound<'a>(&'a mut self, command: &'a Command) -> Expanding<'a, ()> {
        Box::pin(async move {
            match &command.kind {
                CommandKind::Group(list) => self.run_list(list.clone()).await,
                CommandKind::Subshell(list) => self.run_subshell(list.clone(), command).await,
                CommandKind::If {
                    branches,
                    otherwise,
                } => self.run_if(branches, otherwise.as_ref()).await,
                CommandKind::While {
                    until,
                    condition,
                    body,
                } => self.run_while(*until, condition, body).await,
                CommandKind::For {
                    name,
                    words,
                    body,
                    select,
                } => {
                    let items = match words {
                        Some(words) => self.expand_words(words).await?,
                        None => self.positional.to_vec(),
                    };
                    if !crate::builtins::is_name(name) {
                        self.complain(&format!("`{name}': not a valid identifier"))
                            .await;
                        self.status = 1;
                        return Ok(());
                    }
                    if *select {
                        self.run_select(name, &items, body).await
                    } else {
                        {
                            let source = match words {
                                Some(words) => words
                                    .iter()
                                    .map(|word| &*word.source)
                                    .collect::<Vec<_>>()
                                    .join(" "),
                                None => "\"$@\"".to_owned(),
                            };
                            self.run_for(name, items, &source, body).await
                        }
                    }
                }
                CommandKind::ForArith { parts, body } => self.run_for_arith(parts, body).await,
                CommandKind::Case { word, clauses } => self.run_case(word, clauses).await,
                CommandKind::Function { name, body } => {
                    self.functions.insert(name.to_string(), body.clone());
                    self.status = 0;
                    Ok(())
                }
                CommandKind::Cond(_) if self.is_dash() => {
                    self.not_found("[[", os::ExecError::NotFound).await;
                    Ok(())
                }
                CommandKind::Cond(cond) => {
                    let value = self.evaluate_cond(cond).await?;
                    self.status = value;
                    Ok(())
                }
                CommandKind::Arith(word) => {
                    let text = crate::expand::join(
                        &self
                            .expand_pieces(word, crate::expand::Mode::Single)
                            .await?,
                    );
                    if self.options.xtrace {
                        self.trace_line(&format!("(( {} ))", text)).await;
                    }
                    match self.evaluate(&text, "((: ").await {
                        Ok(value) => self.status = i32::from(value == 0),
                        Err(_) => self.status = 1,
                    }
                    Ok(())
                }
                CommandKind::Coproc {
                    name,
                    command: inner,
                } => self.run_coproc(name, inner).await,
                CommandKind::Simple { .. } => Ok(()),
            }
        })
    }

    async fn run_subshell(&mut self, list: Rc<List>, command: &Command) -> Outcome {
        let group = self.options.monitor && !self.is_subshell;
        let proc = self
            .fork(group, None, move |mut shell| async move {
                shell.options.monitor = false;
                let outcome = shell.run_list(list).await;
                shell.end_of_subshell(outcome).await
            })
            .await?;
        let text = || print::command(command);
        let statuses = self.wait_foreground(vec![proc], &text).await?;
        self.status = statuses.last().copied().unwrap_or(0);
        Ok(())
    }

    /// Runs a list whose failure decides something and is no error.
    async fn run_condition(&mut self, list: &Rc<List>) -> Result<bool, Flow> {
        self.quiet_errors += 1;
        let outcome = self.run_list(list.clone()).await;
        self.quiet_errors -= 1;
        outcome?;
        Ok(self.status == 0)
    }

    async fn run_if(
        &mut self,
        branches: &[(Rc<List>, Rc<List>)],
        otherwise: Option<&Rc<List>>,
    ) -> Outcome {
        for (condition, body) in branches {
            if self.run_condition(condition).await? {
                return self.run_list(body.clone()).await;
            }
        }
        match otherwise {
            Some(body) => self.run_list(body.clone()).await,
            None => {
                self.status = 0;
                Ok(())
            }
        }
    }

    /// Runs a loop's body once. False: the loop is over.
    async fn run_body(&mut self, body: &Rc<List>) -> Result<bool, Flow> {
        self.loops += 1;
        let outcome = self.run_list(body.clone()).await;
        self.loops -= 1;
        match outcome {
            Ok(()) | Err(Flow::Continue(1)) => Ok(true),
            Err(Flow::Break(1)) => Ok(false),
            Err(Flow::Break(n)) => Err(Flow::Break(n - 1)),
            Err(Flow::Continue(n)) => Err(Flow::Continue(n - 1)),
            Err(flow) => Err(flow),
        }
    }

    async fn run_while(&mut self, until: bool, condition: &Rc<List>, body: &Rc<List>) -> Outcome {
        let mut status = 0;
        loop {
            self.loops += 1;
            let met = self.run_condition(condition).await;
            self.loops -= 1;
            match met {
                Ok(met) if met == until => break,
                Ok(_) => {}
                Err(Flow::Break(1)) => break,
                Err(Flow::Break(n)) => return Err(Flow::Break(n - 1)),
                Err(Flow::Continue(1)) => continue,
                Err(Flow::Continue(n)) => return Err(Flow::Continue(n - 1)),
                Err(flow) => return Err(flow),
            }
            let more = self.run_body(body).await?;
            status = self.status;
            if !more {
                break;
            }
        }
        self.status = status;
        Ok(())
    }

    async fn run_for(
        &mut self,
        name: &str,
        items: Vec<String>,
        source: &str,
        body: &Rc<List>,
    ) -> Outcome {
        self.status = 0;
        for item in items {
            self.proc.cpu(super::COMMAND_COST).await;
            if self.options.xtrace {
                self.trace_line(&format!("for {name} in {source}")).await;
            }
            self.assign_scalar(name, &item).await?;
            if !self.run_body(body).await? {
                break;
            }
        }
        Ok(())
    }

    async fn run_for_arith(&mut self, parts: &[Word; 3], body: &Rc<List>) -> Outcome {
        let [first, condition, step] = parts;
        self.status = 0;
        if self.evaluate_word(first).await.is_err() {
            self.status = 1;
            return Ok(());
        }
        loop {
            self.proc.cpu(super::COMMAND_COST).await;
            let endless = condition.source.trim().is_empty();
            let goes_on = match self.evaluate_word(condition).await {
                Ok(value) => endless || value != 0,
                Err(_) => {
                    self.status = 1;
                    return Ok(());
                }
            };
            if !goes_on || !self.run_body(body).await? {
                return Ok(());
            }
            if self.evaluate_word(step).await.is_err() {
                self.status = 1;
                return Ok(());
            }
        }
    }

    async fn run_select(&mut self, name: &str, items: &[String], body: &Rc<List>) -> Outcome {
        if items.is_empty() {
            return Ok(());
        }
        let width = items.len().to_string().len();
        let mut menu = true;
        loop {
            for (at, item) in items.iter().enumerate().filter(|_| menu) {
                self.proc
                    .eprint(format!("{:width$}) {item}\n", at + 1))
                    .await;
            }
            let prompt = self.vars.get("PS3").unwrap_or("#? ").to_owned();
            self.proc.eprint(prompt).await;
            let Some(line) = crate::builtins::read::read_line(&self.proc).await else {
                self.proc.eprint("\n").await;
                self.status = 1;
                return Ok(());
            };
            let _ = self.vars.set("REPLY", line.trim());
            // An empty answer asks for the menu again.
            menu = line.trim().is_empty();
            if menu {
                continue;
            }
            let choice = line.trim().parse::<usize>().ok();
            let item = choice.and_then(|n| items.get(n.wrapping_sub(1)));
            let value = item.cloned().unwrap_or_default();
            self.assign_scalar(name, &value).await?;
            if !self.run_body(body).await? {
                return Ok(());
            }
        }
    }

    async fn run_case(&mut self, word: &Word, clauses: &[CaseClause]) -> Outcome {
        let text = self.expand_single(word).await?;
        if self.options.xtrace {
            self.trace_line(&format!(
                "case {} in",
                crate::escape::quote_if_needed(&text)
            ))
            .await;
        }
        let text = self.fold(text);
        self.status = 0;
        let mut fall_through = false;
        for clause in clauses {
            let mut matched = fall_through;
            for pattern in &clause.patterns {
                if matched {
                    break;
                }
                let pattern = self.expand_pattern(pattern).await?;
                matched = pattern.matches(&text);
            }
            if !matched {
                continue;
            }
            self.run_list(clause.body.clone()).await?;
            match clause.end {
                CaseEnd::Break => return Ok(()),
                CaseEnd::FallThrough => fall_through = true,
                CaseEnd::Continue => fall_through = false,
            }
        }
        Ok(())
    }

    pub(super) fn fold(&self, text: String) -> String {
        if self.options.nocasematch {
            text.to_lowercase()
        } else {
            text
        }
    }
}
