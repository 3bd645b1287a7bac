//! What is wrong with a command line, in bash's words.

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What.
    pub kind: SyntaxErrorKind,
    /// The line bash names.
    pub line: u32,
    /// The source line that bash shows under "near unexpected token".
    pub source: String,
}

/// The kinds of syntax errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A token where it cannot stand.
    Unexpected(String),
    /// The text ends within a command.
    EndOfFile,
    /// The text ends within quotes or brackets.
    Unmatched(char),
    /// Something about `[[`, as bash words it.
    Conditional(String),
    /// More levels of nesting than are taken.
    TooDeep,
}

impl SyntaxError {
    /// Whether more lines could make it right (an interactive shell asks for them).
    pub fn is_incomplete(&self) -> bool {
        matches!(
            self.kind,
            SyntaxErrorKind::EndOfFile | SyntaxErrorKind::Unmatched(_)
        )
    }

    /// The message without what stands before it (`bash: -c: line 1: `), one or two lines.
    pub fn lines(&self) -> Vec<String> {
        match &self.kind {
            SyntaxErrorKind::Unexpected(token) => {
                let mut lines = vec![format!("syntax error near unexpected token `{token}'")];
                if !self.source.is_empty() {
                    lines.push(format!("`{}'", self.source));
                }
                lines
            }
            SyntaxErrorKind::EndOfFile => vec!["syntax error: unexpected end of file".into()],
            SyntaxErrorKind::Unmatched(quote) => {
                vec![format!(
                    "unexpected EOF while looking for matching `{quote}'"
                )]
            }
            SyntaxErrorKind::Conditional(text) => vec![text.clone()],
            SyntaxErrorKind::TooDeep => {
                vec!["maximum nesting level of commands exceeded".into()]
            }
        }
    }

    /// What Debian's dash says of it, after `sh: 1: `.
    pub fn dash_text(&self) -> String {
        let what = match &self.kind {
            SyntaxErrorKind::Unexpected(token) if token == "newline" => "newline unexpected".into(),
            SyntaxErrorKind::Unexpected(token) => format!("\"{token}\" unexpected"),
            SyntaxErrorKind::EndOfFile => "end of file unexpected".into(),
            SyntaxErrorKind::Unmatched(')') => "end of file unexpected (expecting \")\")".into(),
            SyntaxErrorKind::Unmatched('}') => "Missing '}'".into(),
            SyntaxErrorKind::Unmatched('`') => "EOF in backquote substitution".into(),
            SyntaxErrorKind::Unmatched(_) => "Unterminated quoted string".into(),
            SyntaxErrorKind::Conditional(_) => "\"(\" unexpected".into(),
            SyntaxErrorKind::TooDeep => "nested too deep".into(),
        };
        format!("Syntax error: {what}")
    }

    /// What busybox' ash says of it, after `sh: `.
    pub fn ash_text(&self) -> String {
        match &self.kind {
            SyntaxErrorKind::Unexpected(token) if token == "newline" => {
                "syntax error: unexpected newline".into()
            }
            SyntaxErrorKind::Unexpected(token) => format!("syntax error: unexpected \"{token}\""),
            SyntaxErrorKind::EndOfFile => "syntax error: unexpected end of file".into(),
            SyntaxErrorKind::Unmatched(')') => {
                "syntax error: unexpected end of file (expecting \")\")".into()
            }
            SyntaxErrorKind::Unmatched('}') => "syntax error: missing '}'".into(),
            SyntaxErrorKind::Unmatched('`') => "syntax error: EOF in backquote substitution".into(),
            SyntaxErrorKind::Unmatched(_) => "syntax error: unterminated quoted string".into(),
            SyntaxErrorKind::Conditional(text) => format!("syntax error: {text}"),
            SyntaxErrorKind::TooDeep => "syntax error: nested too deep".into(),
        }
    }
}
