//! A process's environment.
//!
//! Copies share it until one of them changes, and names and values can be shared between environments that have little
//! else in common: most containers of a cluster have most variables in common.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Variables by name, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env(Rc<Vec<(Rc<str>, Rc<str>)>>);

impl Env {
    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, value)| &**value)
    }

    /// Sets a variable.
    pub fn insert(&mut self, name: impl Into<Rc<str>>, value: impl Into<Rc<str>>) {
        let (name, value) = (name.into(), value.into());
        let place = self.place(&name);
        let all = Rc::make_mut(&mut self.0);
        match place {
            Ok(place) => all[place].1 = value,
            Err(place) => all.insert(place, (name, value)),
        }
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

impl From<BTreeMap<Rc<str>, Rc<str>>> for Env {
    fn from(variables: BTreeMap<Rc<str>, Rc<str>>) -> Self {
        let mut all = Vec::with_capacity(variables.len());
        all.extend(variables);
        Self(Rc::new(all))
    }
}

impl From<BTreeMap<String, String>> for Env {
    fn from(variables: BTreeMap<String, String>) -> Self {
        let mut all = Vec::with_capacity(variables.len());
        for (name, value) in variables {
            all.push((name.into(), value.into()));
        }
        Self(Rc::new(all))
    }
}

impl From<&Env> for BTreeMap<String, String> {
    fn from(env: &Env) -> Self {
        env.iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_kept_in_order_and_copies_apart() {
        let mut env = Env::default();
        for (name, value) in [("PATH", "/bin"), ("HOME", "/root"), ("PATH", "/usr/bin")] {
            env.insert(name, value);
        }
        let copy = env.clone();
        env.insert("A", "1");
        assert_eq!(copy.get("A"), None);
        let all: Vec<_> = env.iter().collect();
        assert_eq!(all, [("A", "1"), ("HOME", "/root"), ("PATH", "/usr/bin")]);
    }
}
