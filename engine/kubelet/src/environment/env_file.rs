//! Files of environment variables (`pkg/kubelet/util/env`): the part of a shell's assignments in which every value stands in
//! single quotes.
//!
//! ```text
//!   # a comment
//!   NAME='any text, also of several lines' # a comment
//! ```

/// The value of a variable in such a file, looked for from its beginning; empty if it is not there.
///
/// # Errors
/// If what comes before it, or it itself, cannot be understood.
pub(super) fn value_in(text: &str, key: &str) -> Result<String, NotUnderstood> {
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let start = line.trim_start();
        if start.is_empty() || start.starts_with('#') {
            rest = after;
            continue;
        }
        let (name, _) = start.split_once('=').ok_or(NotUnderstood)?;
        if name.is_empty() || name.ends_with(char::is_whitespace) {
            return Err(NotUnderstood);
        }
        // A value may be longer than its line.
        let (_, value) = rest.split_once('=').ok_or(NotUnderstood)?;
        let quoted = value.strip_prefix('\'').ok_or(NotUnderstood)?;
        let (value, behind) = quoted.split_once('\'').ok_or(NotUnderstood)?;
        let (tail, after) = behind.split_once('\n').unwrap_or((behind, ""));
        let comment = tail.trim_start();
        if !comment.is_empty() && (comment.len() == tail.len() || !comment.starts_with('#')) {
            return Err(NotUnderstood);
        }
        if name == key {
            return Ok(value.to_owned());
        }
        rest = after;
    }
    Ok(String::new())
}

/// The file is not of that form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotUnderstood;

#[cfg(test)]
mod tests {
    use super::{NotUnderstood, value_in};

    #[test]
    fn values_stand_in_quotes() {
        let text = "# a file\n\n  A='1'\nB='two words # and $more' # all of it\nC='one\n\ntwo'\nD=''\nE='e=f'";
        let cases = [
            ("A", "1"),
            ("B", "two words # and $more"),
            ("C", "one\n\ntwo"),
            ("D", ""),
            ("E", "e=f"),
            ("F", ""),
        ];
        for (key, value) in cases {
            assert_eq!(value_in(text, key).as_deref(), Ok(value), "{key}");
        }
    }

    #[test]
    fn nothing_else_is_understood() {
        for text in [
            "A=1\n",
            "A=\"1\"\n",
            "A ='1'\n",
            "A= '1'\n",
            "='1'\n",
            "A='1\n",
            "A='1''2'\n",
            "A='1'2\n",
            "word\nA='1'\n",
        ] {
            assert_eq!(value_in(text, "A"), Err(NotUnderstood), "{text}");
        }
        // What comes after it does not matter.
        assert_eq!(value_in("A='1'\nword\n", "A").as_deref(), Ok("1"));
    }
}
