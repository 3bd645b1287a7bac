//! Assignments, and the parameters that the shell itself gives a value.

use super::{Flow, Outcome, Shell};
use crate::syntax::ast::{Assign, AssignValue, Word};
use crate::vars::{MAX_VALUE, Value};

impl Shell {
    /// Makes an assignment.
    pub(crate) async fn assign(&mut self, assign: &Assign) -> Outcome {
        let name = &*assign.name;
        match &assign.value {
            AssignValue::Scalar(word) => {
                let value = self.expand_value(word).await?;
                match &assign.index {
                    Some(index) => self.assign_element(name, index, value, assign.append).await,
                    None if assign.append => self.append(name, value).await,
                    None => self.assign_scalar(name, &value).await,
                }
            }
            AssignValue::Array(elements) => self.assign_array(name, elements, assign.append).await,
        }
    }

    async fn append(&mut self, name: &str, value: String) -> Outcome {
        if self.vars.var(name).is_some_and(|var| var.integer) {
            let old = self.vars.get(name).unwrap_or("0").to_owned();
            return self.assign_scalar(name, &format!("{old}+({value})")).await;
        }
        let joined = self.vars.get(name).unwrap_or_default().to_owned() + &value;
        self.assign_scalar(name, &joined).await
    }

    /// `name=value`
    pub(crate) async fn assign_scalar(&mut self, name: &str, value: &str) -> Outcome {
        if value.len() > MAX_VALUE {
            return Err(self.too_long().await);
        }
        let value = if self.vars.var(name).is_some_and(|var| var.integer) {
            self.evaluate(value, "").await?.to_string()
        } else {
            value.to_owned()
        };
        if self.vars.set(name, value.clone()).is_err() {
            return Err(self.read_only(name).await);
        }
        self.after_assignment(name, &value);
        Ok(())
    }

    fn after_assignment(&mut self, name: &str, value: &str) {
        if self.options.allexport {
            self.vars.entry(name).exported = true;
        }
        match name {
            "PATH" => self.hashed.clear(),
            "OPTIND" => self.getopts = (value.parse().unwrap_or(1), 0),
            "RANDOM" => {
                let seed = value.parse().unwrap_or(0);
                *self.random.borrow_mut() = sim::Rng::new(seed, "RANDOM");
            }
            "SECONDS" => {
                let seconds = value.parse::<u64>().unwrap_or(0);
                let since = i64::try_from(seconds).unwrap_or(0) * 1_000_000;
                self.started = sim::Time::from_micros(self.proc.now().as_micros() - since);
            }
            _ => {}
        }
    }

    pub(crate) async fn read_only(&mut self, name: &str) -> Flow {
        if self.is_ash() {
            self.complain(&format!("{name}: is read only")).await;
        } else {
            self.complain(&format!("{name}: readonly variable")).await;
        }
        self.status = 1;
        if self.is_interactive() {
            Flow::Abort
        } else if self.is_ash() {
            self.status = 2;
            Flow::Exit
        } else {
            Flow::Abort
        }
    }

    /// `name[key]` as an argument of a builtin.
    pub(crate) async fn assign_named_element(&mut self, element: &str, value: String) -> Outcome {
        let (name, key) = element
            .trim_end_matches(']')
            .split_once('[')
            .unwrap_or((element, "0"));
        let key = crate::syntax::literal_word(key);
        self.assign_element(name, &key, value, false).await
    }

    async fn assign_element(
        &mut self,
        name: &str,
        index: &Word,
        value: String,
        append: bool,
    ) -> Outcome {
        let (key, number) = self.subscript(name, index).await?;
        let value = if append {
            crate::arith::Scope::get_element(&self.vars, name, &key).unwrap_or_default() + &value
        } else {
            value
        };
        if self.vars.set_element(name, &key, number, value).is_err() {
            return Err(self.read_only(name).await);
        }
        Ok(())
    }

    /// A subscript's value: text for an associative array, else a number.
    pub(crate) async fn subscript(
        &mut self,
        name: &str,
        index: &Word,
    ) -> Result<(String, i64), Flow> {
        if self.vars.is_assoc(name) {
            return Ok((self.expand_single(index).await?, 0));
        }
        let mut number = self.evaluate_word(index).await?;
        if number < 0 {
            let end = match self.vars.var(name).map(|var| &var.value) {
                Some(Value::Indexed(array)) => {
                    array.last_key_value().map_or(0, |(last, _)| last + 1)
                }
                Some(Value::Scalar(_)) => 1,
                _ => 0,
            };
            number += end;
            if number < 0 {
                self.complain(&format!("{name}[{}]: bad array subscript", index.source))
                    .await;
                return Err(self.expansion_error(1));
            }
        }
        Ok((number.to_string(), number))
    }

    async fn assign_array(
        &mut self,
        name: &str,
        elements: &[(Option<Word>, Word)],
        append: bool,
    ) -> Outcome {
        if self.vars.var(name).is_some_and(|var| var.readonly) {
            return Err(self.read_only(name).await);
        }
        // The values may refer to the old array, so it is replaced afterwards.
        let mut items: Vec<(Option<(String, i64)>, String)> = Vec::new();
        for (key, word) in elements {
            match key {
                Some(key) => {
                    let key = self.subscript(name, key).await?;
                    let value = self.expand_value(word).await?;
                    items.push((Some(key), value));
                }
                None => {
                    let words = self.expand_words(std::slice::from_ref(word)).await?;
                    items.extend(words.into_iter().map(|word| (None, word)));
                }
            }
        }
        let assoc = self.vars.is_assoc(name);
        let var = self.vars.entry(name);
        if !append {
            var.value = if assoc {
                Value::Assoc(Default::default())
            } else {
                Value::Indexed(Default::default())
            };
        } else if let Value::Unset = var.value {
            var.value = Value::Indexed(Default::default());
        }
        let mut next = match &var.value {
            Value::Indexed(array) => array.last_key_value().map_or(0, |(last, _)| last + 1),
            Value::Scalar(_) => 1,
            _ => 0,
        };
        for (key, value) in items {
            let (key, index) = key.unwrap_or_else(|| (next.to_string(), next));
            next = index + 1;
            let _ = self.vars.set_element(name, &key, index, value);
        }
        Ok(())
    }

    /// A parameter's value as one text.
    pub(crate) fn scalar(&mut self, name: &str) -> Option<String> {
        let first = name.chars().next()?;
        if first.is_ascii_digit() {
            let number: usize = name.parse().ok()?;
            return match number {
                0 => Some(self.name.to_string()),
                n => self.positional.get(n - 1).cloned(),
            };
        }
        match name {
            "?" => return Some(self.status.to_string()),
            "#" => return Some(self.positional.len().to_string()),
            "$" => return Some(self.main_pid.to_string()),
            "!" => return self.last_background.map(|pid| pid.to_string()),
            "-" => return Some(self.flags()),
            "@" | "*" => return Some(self.positional.join(" ")),
            _ => {}
        }
        self.dynamic(name)
            .or_else(|| self.vars.get(name).map(str::to_owned))
    }

    fn flags(&self) -> String {
        let options = &self.options;
        let mut out = String::new();
        for (letter, on) in [
            ('a', options.allexport),
            ('e', options.errexit),
            ('f', options.noglob),
            ('h', !self.is_ash()),
            ('i', self.style == super::Style::Interactive),
            ('m', options.monitor),
            ('n', options.noexec),
            ('u', options.nounset),
            ('v', options.verbose),
            ('x', options.xtrace),
            ('B', !self.is_ash()),
            ('C', options.noclobber),
            (
                'H',
                self.style == super::Style::Interactive && !self.is_ash(),
            ),
            ('c', self.style == super::Style::Command),
            ('s', self.style == super::Style::Interactive),
        ] {
            if on {
                out.push(letter);
            }
        }
        out
    }

    /// Variables whose value is made when they are looked at.
    fn dynamic(&mut self, name: &str) -> Option<String> {
        let now = self.proc.now();
        Some(match name {
            "BASH_COMMAND" if !self.is_ash() => {
                crate::syntax::print::command(self.current.as_deref()?)
            }
            "RANDOM" if !self.is_ash() || self.vars.get("RANDOM").is_none() => {
                self.random.borrow_mut().below(32_768).to_string()
            }
            "SRANDOM" => self.random.borrow_mut().below(1 << 32).to_string(),
            "SECONDS" => now.since(self.started).as_secs().to_string(),
            "EPOCHSECONDS" => now.as_secs().to_string(),
            "EPOCHREALTIME" => {
                let micros = now.as_micros();
                format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
            }
            "LINENO" => self.line.to_string(),
            "PPID" => self.proc.parent().to_string(),
            "BASHPID" => self.proc.pid().to_string(),
            "UID" => self.proc.ids().0.to_string(),
            "EUID" => self.proc.ids().0.to_string(),
            "HOSTNAME" if self.vars.get("HOSTNAME").is_none() => self.proc.machine().hostname(),
            "BASH_SUBSHELL" => self.subshell_depth.to_string(),
            "FUNCNAME" => self.function_names.last()?.clone(),
            "PIPESTATUS" => self.pipe_status.first()?.to_string(),
            "SHELLOPTS" => self.shell_options(),
            "COLUMNS" if self.vars.get("COLUMNS").is_none() => {
                self.proc.window_size()?.columns.to_string()
            }
            "LINES" if self.vars.get("LINES").is_none() => {
                self.proc.window_size()?.rows.to_string()
            }
            _ => return None,
        })
    }

    fn shell_options(&self) -> String {
        let mut on: Vec<&str> = crate::builtins::set::OPTIONS
            .iter()
            .filter(|(name, _)| self.option(name) == Some(true))
            .map(|(name, _)| *name)
            .collect();
        on.sort_unstable();
        on.join(":")
    }

    pub(crate) fn special_array(&mut self, name: &str) -> Vec<String> {
        match name {
            "PIPESTATUS" => self.pipe_status.iter().map(i32::to_string).collect(),
            "FUNCNAME" => self.function_names.iter().rev().cloned().collect(),
            _ => self.scalar(name).into_iter().collect(),
        }
    }

    /// Arithmetic reads variables directly; those made on demand are put there first.
    pub(crate) fn prepare_arith_variables(&mut self, text: &str) {
        for name in [
            "RANDOM",
            "SECONDS",
            "LINENO",
            "EPOCHSECONDS",
            "BASHPID",
            "UID",
            "PPID",
            "SRANDOM",
            "COLUMNS",
            "LINES",
        ] {
            if text.contains(name)
                && let Some(value) = self.dynamic(name)
            {
                let _ = self.vars.set(name, value);
            }
        }
    }
}
