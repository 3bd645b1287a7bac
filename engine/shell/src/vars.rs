//! Variables: values, attributes, local scopes, the environment.

use std::collections::BTreeMap;

/// How many references may lead from one to the next.
const MAX_REFERENCES: usize = 8;

/// Elements an array may have, and bytes a value may have.
pub(crate) const MAX_VALUE: usize = 16 << 20;

/// A variable's value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Declared, but without a value.
    Unset,
    Scalar(String),
    Indexed(BTreeMap<i64, String>),
    Assoc(BTreeMap<String, String>),
}

/// A variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Var {
    pub(crate) value: Value,
    pub(crate) exported: bool,
    pub(crate) readonly: bool,
    pub(crate) integer: bool,
    pub(crate) lower: bool,
    pub(crate) upper: bool,
    /// It stands for the variable that its value names (`declare -n`).
    pub(crate) reference: bool,
}

impl Default for Var {
    fn default() -> Self {
        Var {
            value: Value::Unset,
            exported: false,
            readonly: false,
            integer: false,
            lower: false,
            upper: false,
            reference: false,
        }
    }
}

/// The variable may not be changed.
#[derive(Debug)]
pub(crate) struct ReadOnly;

/// All variables of a shell.
#[derive(Clone, Default)]
pub(crate) struct Vars {
    vars: BTreeMap<String, Var>,
    /// For each function that runs: what its local variables hide.
    frames: Vec<BTreeMap<String, Option<Var>>>,
}

impl Vars {
    pub(crate) fn from_env(env: &BTreeMap<String, String>) -> Self {
        let mut vars = Vars::default();
        for (name, value) in env {
            let var = Var {
                value: Value::Scalar(value.clone()),
                exported: true,
                ..Var::default()
            };
            vars.vars.insert(name.clone(), var);
        }
        vars
    }

    /// The name of the variable that is meant: references lead on.
    fn target<'a>(&'a self, name: &'a str) -> &'a str {
        let mut name = name;
        for _ in 0..MAX_REFERENCES {
            match self.vars.get(name) {
                Some(Var {
                    reference: true,
                    value: Value::Scalar(to),
                    ..
                }) if !to.is_empty() => name = to,
                _ => break,
            }
        }
        name
    }

    /// Makes the variable a reference to another.
    pub(crate) fn make_reference(&mut self, name: &str, to: &str) {
        let var = self.own_entry(name);
        var.reference = true;
        if !to.is_empty() && to != name {
            var.value = Value::Scalar(to.to_owned());
        }
    }

    /// The variable itself, if it is a reference too.
    pub(crate) fn own_entry(&mut self, name: &str) -> &mut Var {
        self.vars.entry(name.to_owned()).or_default()
    }

    pub(crate) fn var(&self, name: &str) -> Option<&Var> {
        self.vars.get(self.target(name))
    }

    /// The variable, made if it is not there.
    pub(crate) fn entry(&mut self, name: &str) -> &mut Var {
        let name = self.target(name).to_owned();
        self.vars.entry(name).or_default()
    }

    /// The value as a scalar: an array's element 0.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        match &self.var(name)?.value {
            Value::Unset => None,
            Value::Scalar(text) => Some(text),
            Value::Indexed(array) => array.get(&0).map(String::as_str),
            Value::Assoc(map) => map.get("0").map(String::as_str),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> Result<(), ReadOnly> {
        let var = self.entry(name);
        if var.readonly {
            return Err(ReadOnly);
        }
        let value = fold_case(var, value.into());
        match &mut var.value {
            Value::Indexed(array) => {
                array.insert(0, value);
            }
            Value::Assoc(map) => {
                map.insert("0".into(), value);
            }
            slot => *slot = Value::Scalar(value),
        }
        Ok(())
    }

    /// Sets an element; `key` is a number for arrays that are not associative.
    pub(crate) fn set_element(
        &mut self,
        name: &str,
        key: &str,
        index: i64,
        value: String,
    ) -> Result<(), ReadOnly> {
        let var = self.entry(name);
        if var.readonly {
            return Err(ReadOnly);
        }
        let value = fold_case(var, value);
        if let Value::Scalar(old) = &var.value {
            var.value = Value::Indexed(BTreeMap::from([(0, old.clone())]));
        }
        match &mut var.value {
            Value::Assoc(map) => {
                map.insert(key.to_owned(), value);
            }
            Value::Indexed(array) => {
                array.insert(index, value);
            }
            slot => *slot = Value::Indexed(BTreeMap::from([(index, value)])),
        }
        Ok(())
    }

    pub(crate) fn is_assoc(&self, name: &str) -> bool {
        matches!(self.var(name), Some(var) if matches!(var.value, Value::Assoc(_)))
    }

    pub(crate) fn unset(&mut self, name: &str) -> Result<bool, ReadOnly> {
        let name = self.target(name).to_owned();
        match self.vars.get(&name) {
            Some(var) if var.readonly => Err(ReadOnly),
            Some(_) => Ok(self.vars.remove(&name).is_some()),
            None => Ok(false),
        }
    }

    pub(crate) fn push_frame(&mut self) {
        self.frames.push(BTreeMap::new());
    }

    pub(crate) fn pop_frame(&mut self) {
        for (name, hidden) in self.frames.pop().unwrap_or_default() {
            match hidden {
                Some(var) => self.vars.insert(name, var),
                None => self.vars.remove(&name),
            };
        }
    }

    pub(crate) fn in_function(&self) -> bool {
        !self.frames.is_empty()
    }

    /// Makes the variable local to the running function.
    pub(crate) fn make_local(&mut self, name: &str) {
        let hidden = self.vars.get(name).cloned();
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if frame.contains_key(name) {
            return;
        }
        frame.insert(name.to_owned(), hidden.clone());
        // A local variable starts without a value but is exported if the hidden one was.
        let exported = hidden.is_some_and(|var| var.exported);
        let var = Var {
            exported,
            ..Var::default()
        };
        self.vars.insert(name.to_owned(), var);
    }

    /// What children get.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let exported = self.vars.iter().filter(|(_, var)| var.exported);
        exported
            .filter_map(|(name, var)| match &var.value {
                Value::Scalar(text) => Some((name.clone(), text.clone())),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Var)> {
        self.vars.iter()
    }

    /// Puts a variable back as it was (after `a=1 builtin`).
    pub(crate) fn restore(&mut self, name: &str, old: Option<Var>) {
        match old {
            Some(var) => self.vars.insert(name.to_owned(), var),
            None => self.vars.remove(name),
        };
    }
}

fn fold_case(var: &Var, value: String) -> String {
    if var.lower {
        value.to_lowercase()
    } else if var.upper {
        value.to_uppercase()
    } else {
        value
    }
}
