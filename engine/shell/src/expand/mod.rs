//! Expansion: from a parsed word to the words a command gets.
//!
//! The order is bash's: braces; then tilde, parameters, commands, arithmetic from left to right; then splitting into
//! fields; then file names; quotes go last, by not being there: every piece of text knows whether it was quoted.

mod brace;
mod glob;
mod param;
mod split;

use std::future::Future;
use std::pin::Pin;

use crate::interp::{Flow, Shell};
use crate::pattern::Pattern;
use crate::syntax::ast::{Part, Word};

pub(crate) use brace::expand_braces;

/// Words that one command line may expand to.
pub(crate) const MAX_FIELDS: usize = 200_000;
/// Bytes that one expansion may give.
pub(crate) const MAX_TEXT: usize = 16 << 20;

/// A piece of an expanded word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// Text.
    Text {
        text: String,
        /// It was quoted: no globs in it.
        quoted: bool,
        /// It came from an expansion outside quotes: it is split.
        split: bool,
    },
    /// Between the elements of `"$@"`: a new field begins.
    Break,
}

impl Piece {
    pub(crate) fn quoted(text: impl Into<String>) -> Self {
        Piece::Text {
            text: text.into(),
            quoted: true,
            split: false,
        }
    }
}

/// What the word is expanded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A command's argument.
    Argument,
    /// A value that is assigned: `~` also after `:`.
    Assignment,
    /// Anything else that stays one word.
    Single,
}

pub(crate) type Expanding<'a, T> = Pin<Box<dyn Future<Output = Result<T, Flow>> + 'a>>;

impl Shell {
    /// Expands words to a command's fields.
    pub(crate) async fn expand_words(&mut self, words: &[Word]) -> Result<Vec<String>, Flow> {
        let mut fields = Vec::new();
        for word in words {
            self.expand_field_word(word, &mut fields).await?;
            if fields.len() > MAX_FIELDS {
                return Err(self.too_long().await);
            }
        }
        Ok(fields)
    }

    pub(crate) async fn too_long(&mut self) -> Flow {
        self.complain("Argument list too long").await;
        self.expansion_error(1)
    }

    async fn expand_field_word(
        &mut self,
        word: &Word,
        fields: &mut Vec<String>,
    ) -> Result<(), Flow> {
        // Most words are plain text.
        if let Some(text) = word.literal()
            && !text.contains(['{', '~', '*', '?', '[', '='])
        {
            fields.push(text.to_owned());
            return Ok(());
        }
        let words = match expand_braces(word, self.is_ash()) {
            Ok(words) => words,
            Err(()) => return Err(self.too_long().await),
        };
        for word in &words {
            let pieces = self.expand_pieces(word, Mode::Argument).await?;
            for field in split::split(&pieces, &self.ifs()) {
                if let Err(text) = glob::expand(self, field, fields) {
                    self.complain(&format!("no match: {text}")).await;
                    return Err(self.expansion_error(1));
                }
                if fields.len() > MAX_FIELDS {
                    return Err(self.too_long().await);
                }
            }
        }
        Ok(())
    }

    /// Expands a word that stays one: no splitting, no file names.
    pub(crate) async fn expand_single(&mut self, word: &Word) -> Result<String, Flow> {
        self.expand_text(word, Mode::Single).await
    }

    /// Expands the value of an assignment.
    pub(crate) async fn expand_value(&mut self, word: &Word) -> Result<String, Flow> {
        self.expand_text(word, Mode::Assignment).await
    }

    async fn expand_text(&mut self, word: &Word, mode: Mode) -> Result<String, Flow> {
        if let Some(text) = word.literal()
            && !text.contains('~')
        {
            return Ok(text.to_owned());
        }
        let pieces = self.expand_pieces(word, mode).await?;
        Ok(join(&pieces))
    }

    /// Expands a pattern (`case`, `[[ == ]]`, `${x#…}`): what was quoted stands for itself.
    pub(crate) async fn expand_pattern(&mut self, word: &Word) -> Result<Pattern, Flow> {
        let groups = self.options.is_on("extglob");
        self.expand_pattern_as(word, groups).await
    }

    /// The pattern of `[[ == ]]`: `@(a|b)` and its kin always mean something there.
    pub(crate) async fn expand_cond_pattern(&mut self, word: &Word) -> Result<Pattern, Flow> {
        let groups = !self.is_ash();
        self.expand_pattern_as(word, groups).await
    }

    async fn expand_pattern_as(&mut self, word: &Word, groups: bool) -> Result<Pattern, Flow> {
        let pieces = self.expand_pieces(word, Mode::Single).await?;
        let mut chars = Vec::new();
        for piece in &pieces {
            match piece {
                Piece::Text { text, quoted, .. } => {
                    chars.extend(text.chars().map(|c| (c, *quoted)));
                }
                Piece::Break => chars.push((' ', true)),
            }
        }
        Ok(Pattern::with_groups(&chars, groups))
    }

    /// Expands to pieces, not yet split.
    pub(crate) fn expand_pieces<'a>(
        &'a mut self,
        word: &'a Word,
        mode: Mode,
    ) -> Expanding<'a, Vec<Piece>> {
        Box::pin(async move {
            let mut out = Vec::new();
            self.expand_parts(&word.parts, mode, false, &mut out)
                .await?;
            Ok(out)
        })
    }

    async fn expand_parts(
        &mut self,
        parts: &[Part],
        mode: Mode,
        in_double: bool,
        out: &mut Vec<Piece>,
    ) -> Result<(), Flow> {
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Literal(text) => {
                    let text = self.expand_tildes(text, mode, at == 0, parts.len() == at + 1);
                    out.extend(text);
                }
                Part::Quoted(text) => out.push(Piece::quoted(text.clone())),
                Part::Double(inner) => {
                    let before = out.len();
                    Box::pin(self.expand_parts(inner, Mode::Single, true, out)).await?;
                    // `""` is an empty field, but `"$@"` without parameters is none.
                    let only_at = matches!(inner.as_slice(), [Part::Param(p)]
                        if &*p.name == "@" || matches!(p.index, Some(crate::syntax::ast::Index::At)));
                    if out.len() == before && !only_at {
                        out.push(Piece::quoted(""));
                    }
                }
                Part::Param(param) => self.expand_param(param, mode, in_double, out).await?,
                Part::Command(list) => {
                    let text = self.command_substitution(list.clone()).await?;
                    out.push(Piece::Text {
                        text,
                        quoted: in_double,
                        split: !in_double && mode == Mode::Argument,
                    });
                }
                Part::Arith(word) => {
                    let value = self.evaluate_word(word).await?;
                    out.push(Piece::Text {
                        text: value.to_string(),
                        quoted: in_double,
                        split: !in_double && mode == Mode::Argument,
                    });
                }
                Part::Process(output, list) => {
                    let path = self.process_substitution(*output, list.clone()).await?;
                    out.push(Piece::quoted(path));
                }
                Part::Array(assign) => {
                    // Only a declaring builtin gets here; it finds the assignment by its text.
                    out.push(Piece::quoted(format!("{}=", assign.name)));
                }
                Part::Bad(text) => {
                    self.complain(&format!("{text}: bad substitution")).await;
                    return Err(self.expansion_error(1));
                }
            }
        }
        Ok(())
    }

    /// Expands and evaluates an arithmetic expression.
    pub(crate) async fn evaluate_word(&mut self, word: &Word) -> Result<i64, Flow> {
        let text = join(&self.expand_pieces(word, Mode::Single).await?);
        self.evaluate(&text, "").await
    }

    /// Evaluates an arithmetic expression; `prefix` goes before an error's text.
    pub(crate) async fn evaluate(&mut self, text: &str, prefix: &str) -> Result<i64, Flow> {
        self.prepare_arith_variables(text);
        match crate::arith::evaluate(text, &mut self.vars) {
            Ok(value) => Ok(value),
            Err(error) => {
                let message = if self.is_ash() {
                    let text = error.render();
                    if text.contains("division by 0") {
                        "divide by zero".into()
                    } else {
                        "arithmetic syntax error".to_owned()
                    }
                } else {
                    format!("{prefix}{}", error.render())
                };
                self.complain(&message).await;
                Err(self.expansion_error(1))
            }
        }
    }

    /// `~`, `~/x`, `~root`; in assignments also behind `:` and `=`.
    fn expand_tildes(&self, text: &str, mode: Mode, first: bool, last: bool) -> Vec<Piece> {
        let plain = |text: &str| Piece::Text {
            text: text.to_owned(),
            quoted: false,
            split: false,
        };
        if !text.contains('~') {
            return vec![plain(text)];
        }
        let mut out = Vec::new();
        let mut pending = String::new();
        let pieces: Vec<&str> = if mode == Mode::Assignment {
            text.split_inclusive(':').collect()
        } else {
            vec![text]
        };
        let count = pieces.len();
        for (at, piece) in pieces.into_iter().enumerate() {
            let starts_word = if at == 0 { first } else { true };
            let end = piece.find(['/', ':']).unwrap_or(piece.len());
            // A user name must not go on in a quoted part.
            let whole = end < piece.len() || at + 1 < count || last;
            let home = piece
                .strip_prefix('~')
                .filter(|_| starts_word && whole)
                .and_then(|_| self.home_of(&piece[1..end]));
            match home {
                Some(home) => {
                    if !pending.is_empty() {
                        out.push(plain(&std::mem::take(&mut pending)));
                    }
                    out.push(Piece::quoted(home));
                    pending.push_str(&piece[end..]);
                }
                None => pending.push_str(piece),
            }
        }
        if !pending.is_empty() || out.is_empty() {
            out.push(plain(&pending));
        }
        out
    }

    fn home_of(&self, user: &str) -> Option<String> {
        match user {
            "" => Some(
                self.vars
                    .get("HOME")
                    .map_or_else(|| "/root".into(), str::to_owned),
            ),
            "+" => self.vars.get("PWD").map(str::to_owned),
            "-" => self.vars.get("OLDPWD").map(str::to_owned),
            name => {
                let passwd = self.proc.vfs().read_file(&self.proc.cred(), "/etc/passwd");
                let Ok(passwd) = passwd else {
                    return (name == "root").then(|| "/root".into());
                };
                let passwd = String::from_utf8_lossy(&passwd).into_owned();
                let line = passwd
                    .lines()
                    .find(|line| line.split(':').next() == Some(name))?;
                line.split(':').nth(5).map(str::to_owned)
            }
        }
    }

    pub(crate) fn ifs(&self) -> String {
        match self.vars.var("IFS") {
            Some(_) => self.vars.get("IFS").unwrap_or_default().to_owned(),
            None => " \t\n".into(),
        }
    }
}

/// Joins pieces to one text.
pub(crate) fn join(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text { text, .. } => out.push_str(text),
            Piece::Break => out.push(' '),
        }
    }
    out
}
