//! The part of regular expressions that `kubectl proxy`'s filters need: `^`, `$`, `.`, `\x`, and `*`, `+`, `?` after one
//! character. Groups, classes and alternatives are refused by name; a whole engine would weigh more than all of this.

/// A compiled expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<(One, Times)>,
    at_start: bool,
    at_end: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum One {
    Any,
    This(char),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    Maybe,
    Any,
    Some,
}

impl Pattern {
    /// Compiles an expression; the error is the reason, in Go's words where Go has any.
    pub fn new(text: &str) -> Result<Pattern, String> {
        let mut pattern = Pattern {
            parts: Vec::new(),
            at_start: false,
            at_end: false,
        };
        let mut chars = text.chars().peekable();
        if chars.next_if_eq(&'^').is_some() {
            pattern.at_start = true;
        }
        while let Some(c) = chars.next() {
            let one = match c {
                '$' if chars.peek().is_none() => {
                    pattern.at_end = true;
                    break;
                }
                '.' => One::Any,
                '\\' => match chars.next() {
                    Some(c) if !c.is_ascii_alphanumeric() => One::This(c),
                    Some(c) => return Err(format!("invalid escape sequence: `\\{c}`")),
                    None => return Err("trailing backslash at end of expression: ``".to_owned()),
                },
                '*' | '+' | '?' => {
                    return Err(format!("missing argument to repetition operator: `{c}`"));
                }
                '(' if !text.contains(')') => return Err(format!("missing closing ): `{text}`")),
                '(' | ')' | '[' | ']' | '|' | '{' | '^' | '$' => {
                    return Err(format!("not supported here: `{c}`"));
                }
                c => One::This(c),
            };
            let times = match chars.peek() {
                Some('*') => Times::Any,
                Some('+') => Times::Some,
                Some('?') => Times::Maybe,
                _ => Times::Once,
            };
            if times != Times::Once {
                chars.next();
            }
            pattern.parts.push((one, times));
        }
        Ok(pattern)
    }

    /// Whether some part of `text` fits.
    pub fn is_in(&self, text: &str) -> bool {
        // The set of places in the pattern that can be reached: linear in the text, whatever the pattern.
        let start = || self.closure(vec![true]);
        let mut states = start();
        let accepts = |states: &[bool]| states.last() == Some(&true);
        if accepts(&states) && (!self.at_end || text.is_empty()) {
            return true;
        }
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let mut next = vec![false; self.parts.len() + 1];
            for (i, (one, times)) in self.parts.iter().enumerate() {
                let fits = matches!(one, One::Any) || *one == One::This(c);
                if states.get(i) == Some(&true) && fits {
                    match times {
                        Times::Once | Times::Maybe => next[i + 1] = true,
                        Times::Any => next[i] = true,
                        Times::Some => {
                            next[i] = true;
                            next[i + 1] = true;
                        }
                    }
                }
            }
            if !self.at_start {
                next[0] = true;
            }
            states = self.closure(next);
            if accepts(&states) && (!self.at_end || rest.peek().is_none()) {
                return true;
            }
        }
        false
    }

    /// With the places that are reached without a character.
    fn closure(&self, mut states: Vec<bool>) -> Vec<bool> {
        states.resize(self.parts.len() + 1, false);
        for (i, (_, times)) in self.parts.iter().enumerate() {
            if states[i] && matches!(times, Times::Any | Times::Maybe) {
                states[i + 1] = true;
            }
        }
        states
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_fit_as_in_go() {
        for (pattern, text, fits) in [
            ("^.*", "/api", true),
            ("^$", "", true),
            ("^$", "GET", false),
            ("POST", "POST", true),
            ("^localhost$", "localhost", true),
            ("^localhost$", "localhosts", false),
            (r"^127\.0\.0\.1$", "127x0.0.1", false),
            (r"^\[::1\]$", "[::1]", true),
            (
                "^/api/.*/pods/.*/exec",
                "/api/v1/namespaces/a/pods/b/exec",
                true,
            ),
            ("^/api/.*/pods/.*/exec", "/api/v1/pods", false),
            ("ab+c?d", "xxabbdyy", true),
            ("ab+c?d", "xxadyy", false),
        ] {
            let compiled = Pattern::new(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
            assert_eq!(compiled.is_in(text), fits, "{pattern} {text}");
        }
        assert!(Pattern::new("(").is_err());
        assert!(Pattern::new("a|b").is_err());
    }
}
