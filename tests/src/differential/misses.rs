//! The list of known misses, each with its reason: `tests/differential/misses.txt`.
//!
//! ```text
//! [group] the command's first line
//!     why ours differs
//! ```

use std::collections::BTreeMap;

/// What stands for a reason that nobody has written yet.
const NO_REASON: &str = "not looked into yet";

/// Commands by group and line, with the reason each differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misses(pub BTreeMap<(String, String), String>);

impl Misses {
    /// Reads the list.
    pub fn read(text: &str) -> Misses {
        let mut out = BTreeMap::new();
        let mut last = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((group, cmd)) = line.strip_prefix('[').and_then(|l| l.split_once("] ")) {
                let key = (group.to_owned(), cmd.to_owned());
                out.insert(key.clone(), NO_REASON.to_owned());
                last = Some(key);
            } else if let Some(key) = last.take().filter(|_| !line.trim().is_empty()) {
                out.insert(key, line.trim().to_owned());
            }
        }
        Misses(out)
    }

    /// Writes the list.
    pub fn write(&self) -> String {
        let mut out = String::from(
            "# Command lines to which our kubectl answers otherwise than the real one, each with the reason.\n\
             # `cargo xtask bless differential` adds and removes lines; reasons are written by hand.\n",
        );
        for ((group, cmd), reason) in &self.0 {
            out.push_str(&format!("[{group}] {cmd}\n    {reason}\n"));
        }
        out
    }

    /// The reason for a miss, if it is known.
    pub fn reason(&self, group: &str, cmd: &str) -> Option<&str> {
        let first = cmd.lines().next().unwrap_or_default();
        self.0
            .get(&(group.to_owned(), first.to_owned()))
            .map(String::as_str)
    }

    /// Notes a miss, with the reason it had.
    pub fn add(&mut self, group: &str, cmd: &str, reason: Option<&str>) {
        let first = cmd.lines().next().unwrap_or_default();
        self.0.insert(
            (group.to_owned(), first.to_owned()),
            reason.unwrap_or(NO_REASON).to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_as_it_was_written() {
        let mut misses = Misses::default();
        misses.add("get", "kubectl get x\nmore", Some("because"));
        misses.add("get", "kubectl get [y] z", None);
        assert_eq!(Misses::read(&misses.write()), misses);
        assert_eq!(misses.reason("get", "kubectl get x"), Some("because"));
    }
}
