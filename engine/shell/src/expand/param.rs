//! Parameters: `$x`, `${x:-y}`, `$@`, arrays, and what can be done to their values.

use super::{MAX_TEXT, Mode, Piece, join};
use crate::escape;
use crate::interp::{Flow, Shell};
use crate::pattern::Pattern;
use crate::syntax::ast::{Index, Param, ParamOp, Word};
use crate::vars::Value;

/// The value of a parameter: one text, or the elements of a list.
enum Values {
    One(Option<String>),
    /// The elements; true for `*`: they are joined within quotes.
    Many(Vec<String>, bool),
}

impl Shell {
    pub(super) async fn expand_param(
        &mut self,
        param: &Param,
        mode: Mode,
        in_double: bool,
        out: &mut Vec<Piece>,
    ) -> Result<(), Flow> {
        let param = match self.resolve_indirection(param).await? {
            Some(param) => param,
            None => return Ok(()),
        };
        let splits = !in_double && mode == Mode::Argument;
        let piece = |text: String| Piece::Text {
            text,
            quoted: in_double,
            split: splits,
        };
        if let ParamOp::Names(_) = &param.op {
            let names: Vec<String> = self
                .vars
                .iter()
                .filter(|(name, _)| name.starts_with(&*param.name))
                .map(|(name, _)| name.clone())
                .collect();
            return self.push_many(names, false, in_double, splits, out);
        }
        if let ParamOp::Keys = &param.op {
            let keys = match self.vars.var(&param.name).map(|var| &var.value) {
                Some(Value::Indexed(array)) => array.keys().map(i64::to_string).collect(),
                Some(Value::Assoc(map)) => map.keys().cloned().collect(),
                Some(Value::Scalar(_)) => vec!["0".into()],
                _ => Vec::new(),
            };
            let star = param.index == Some(Index::Star);
            return self.push_many(keys, star, in_double, splits, out);
        }
        let values = self.parameter_values(&param).await?;
        if param.op == ParamOp::Length {
            let length = match &values {
                Values::Many(items, _) => items.len(),
                Values::One(Some(text)) => text.chars().count(),
                Values::One(None) => {
                    self.check_set(&param, true).await?;
                    0
                }
            };
            out.push(piece(length.to_string()));
            return Ok(());
        }
        if let ParamOp::Alternative(kind, colon, word) = &param.op {
            return self
                .alternative(&param, values, *kind, *colon, word, mode, in_double, out)
                .await;
        }
        let whole = matches!(param.index, Some(Index::At | Index::Star));
        if let (ParamOp::Transform(kind @ ('A' | 'K' | 'k')), Some(var)) =
            (&param.op, self.vars.var(&param.name))
        {
            let lists = !matches!(var.value, Value::Scalar(_) | Value::Unset);
            if *kind == 'A' && (whole || !lists) {
                out.push(piece(crate::builtins::declare::assignment(
                    &param.name,
                    var,
                )));
                return Ok(());
            }
            if *kind != 'A' && whole && lists {
                let quoted = |text: &str| match kind {
                    'K' => escape::double_quote(text),
                    _ => text.to_owned(),
                };
                let pairs: Vec<String> = match &var.value {
                    Value::Assoc(map) => {
                        let pairs = map.iter();
                        pairs.flat_map(|(k, v)| [k.clone(), quoted(v)]).collect()
                    }
                    Value::Indexed(array) => {
                        let pairs = array.iter();
                        pairs
                            .flat_map(|(k, v)| [k.to_string(), quoted(v)])
                            .collect()
                    }
                    _ => Vec::new(),
                };
                if *kind == 'k' {
                    return self.push_many(pairs, false, in_double, splits, out);
                }
                let end = if matches!(var.value, Value::Assoc(_)) {
                    " "
                } else {
                    ""
                };
                out.push(piece(pairs.join(" ") + end));
                return Ok(());
            }
        }
        if matches!(param.op, ParamOp::Transform('a')) {
            let flags = self
                .vars
                .var(&param.name)
                .map(crate::builtins::declare::flags);
            out.push(piece(flags.unwrap_or_default()));
            return Ok(());
        }
        match values {
            Values::One(None) => {
                self.check_set(&param, false).await?;
                // What is not set stays nothing, even quoted.
                let quotes = matches!(param.op, ParamOp::Transform('Q'));
                let empty = if quotes {
                    String::new()
                } else {
                    self.apply_op(&param.op, String::new()).await?
                };
                out.push(piece(empty));
            }
            Values::One(Some(text)) => {
                let text = self.apply_op(&param.op, text).await?;
                if out.len() > MAX_TEXT {
                    return Err(self.too_long().await);
                }
                out.push(piece(text));
            }
            Values::Many(items, star) => {
                let items = match &param.op {
                    ParamOp::Substring(offset, length) => {
                        let is_positional = matches!(&*param.name, "@" | "*");
                        self.slice(items, offset, length.as_ref(), is_positional)
                            .await?
                    }
                    op => {
                        let mut changed = Vec::with_capacity(items.len());
                        for item in items {
                            changed.push(self.apply_op(op, item).await?);
                        }
                        changed
                    }
                };
                self.push_many(items, star, in_double, splits, out)?;
            }
        }
        Ok(())
    }

    /// `${!x}`: the parameter whose name is the value of `x`.
    async fn resolve_indirection(&mut self, param: &Param) -> Result<Option<Param>, Flow> {
        if !param.indirect {
            return Ok(Some(param.clone()));
        }
        let Some(name) = self.scalar(&param.name) else {
            self.complain(&format!("{}: invalid indirect expansion", param.name))
                .await;
            return Err(self.expansion_error(1));
        };
        let (name, index) = match name.split_once('[') {
            Some((name, "@]")) => (name.to_owned(), Some(Index::At)),
            Some((name, "*]")) => (name.to_owned(), Some(Index::Star)),
            Some((base, rest)) => {
                let key = rest.trim_end_matches(']').to_owned();
                let word = Word {
                    parts: vec![crate::syntax::ast::Part::Quoted(key)],
                    source: "".into(),
                };
                (base.to_owned(), Some(Index::Word(word)))
            }
            None => (name, None),
        };
        Ok(Some(Param {
            name: name.as_str().into(),
            index,
            indirect: false,
            ..param.clone()
        }))
    }

    async fn parameter_values(&mut self, param: &Param) -> Result<Values, Flow> {
        let name = &*param.name;
        if name == "@" || name == "*" {
            return Ok(Values::Many(self.positional.to_vec(), name == "*"));
        }
        match &param.index {
            Some(index @ (Index::At | Index::Star)) => {
                let items = match self.vars.var(name).map(|var| &var.value) {
                    Some(Value::Indexed(array)) => array.values().cloned().collect(),
                    Some(Value::Assoc(map)) => map.values().cloned().collect(),
                    Some(Value::Scalar(text)) => vec![text.clone()],
                    _ => self.special_array(name),
                };
                Ok(Values::Many(items, *index == Index::Star))
            }
            Some(Index::Word(word)) => {
                let value = self.element(name, word).await?;
                Ok(Values::One(value))
            }
            None => Ok(Values::One(self.scalar(name))),
        }
    }

    async fn element(&mut self, name: &str, word: &Word) -> Result<Option<String>, Flow> {
        if self.vars.is_assoc(name) {
            let key = self.expand_single(word).await?;
            return Ok(match self.vars.var(name).map(|var| &var.value) {
                Some(Value::Assoc(map)) => map.get(&key).cloned(),
                _ => None,
            });
        }
        let index = self.evaluate_word(word).await?;
        let items = match self.vars.var(name).map(|var| &var.value) {
            Some(Value::Indexed(array)) => {
                let index = if index < 0 {
                    array.last_key_value().map_or(0, |(last, _)| last + 1) + index
                } else {
                    index
                };
                return Ok(array.get(&index).cloned());
            }
            Some(Value::Scalar(text)) => vec![text.clone()],
            _ => self.special_array(name),
        };
        let len = items.len() as i64;
        let index = if index < 0 { index + len } else { index };
        Ok(usize::try_from(index)
            .ok()
            .and_then(|index| items.into_iter().nth(index)))
    }

    #[allow(clippy::too_many_arguments)]
    async fn alternative(
        &mut self,
        param: &Param,
        values: Values,
        kind: char,
        colon: bool,
        word: &Word,
        mode: Mode,
        in_double: bool,
        out: &mut Vec<Piece>,
    ) -> Result<(), Flow> {
        let (set, empty) = match &values {
            Values::One(value) => (value.is_some(), value.as_ref().is_none_or(String::is_empty)),
            Values::Many(items, _) => (!items.is_empty(), items.iter().all(String::is_empty)),
        };
        let missing = !set || (colon && empty);
        let use_word = if kind == '+' { !missing } else { missing };
        if !use_word {
            if kind != '+' {
                let splits = !in_double && mode == Mode::Argument;
                match values {
                    Values::One(text) => out.push(Piece::Text {
                        text: text.unwrap_or_default(),
                        quoted: in_double,
                        split: splits,
                    }),
                    Values::Many(items, star) => {
                        self.push_many(items, star, in_double, splits, out)?;
                    }
                }
            }
            return Ok(());
        }
        match kind {
            '?' => {
                let text = self.expand_single(word).await?;
                let text = if text.is_empty() {
                    if colon && self.is_dash() {
                        "parameter not set or null".to_owned()
                    } else if colon {
                        "parameter null or not set".to_owned()
                    } else {
                        "parameter not set".to_owned()
                    }
                } else {
                    text
                };
                self.complain(&format!("{}: {text}", param.name)).await;
                Err(self.fatal_error(if self.is_subshell { 1 } else { 127 }))
            }
            '=' => {
                let text = self.expand_single(word).await?;
                self.assign_scalar(&param.name, &text).await?;
                out.push(Piece::Text {
                    text,
                    quoted: in_double,
                    split: !in_double && mode == Mode::Argument,
                });
                Ok(())
            }
            _ => {
                let pieces = self.expand_pieces(word, mode).await?;
                for piece in pieces {
                    out.push(match piece {
                        Piece::Text {
                            text,
                            quoted,
                            split,
                        } => Piece::Text {
                            text,
                            quoted: quoted || in_double,
                            // The word's own text is split as well, outside of quotes.
                            split: split || (!quoted && !in_double && mode == Mode::Argument),
                        },
                        other => other,
                    });
                }
                Ok(())
            }
        }
    }

    fn push_many(
        &mut self,
        items: Vec<String>,
        star: bool,
        in_double: bool,
        splits: bool,
        out: &mut Vec<Piece>,
    ) -> Result<(), Flow> {
        if star && (in_double || !splits) {
            let ifs = self.ifs();
            let joiner = ifs.chars().next().map(String::from).unwrap_or_default();
            out.push(Piece::Text {
                text: items.join(&joiner),
                quoted: in_double,
                split: false,
            });
            return Ok(());
        }
        for (at, text) in items.into_iter().enumerate() {
            if at > 0 {
                out.push(Piece::Break);
            }
            out.push(Piece::Text {
                text,
                quoted: in_double,
                split: splits,
            });
        }
        Ok(())
    }

    async fn check_set(&mut self, param: &Param, _length: bool) -> Result<(), Flow> {
        if !self.options.nounset {
            return Ok(());
        }
        let message = if self.is_ash() {
            format!("{}: parameter not set", param.name)
        } else {
            match &param.index {
                Some(Index::Word(word)) => {
                    format!("{}[{}]: unbound variable", param.name, word.source)
                }
                _ if param.name.bytes().all(|b| b.is_ascii_digit()) => {
                    format!("${}: unbound variable", param.name)
                }
                _ => format!("{}: unbound variable", param.name),
            }
        };
        self.complain(&message).await;
        Err(self.fatal_error(match (self.is_ash(), self.is_subshell) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 127,
        }))
    }

    async fn slice(
        &mut self,
        mut items: Vec<String>,
        offset: &Word,
        length: Option<&Word>,
        positional: bool,
    ) -> Result<Vec<String>, Flow> {
        if positional {
            items.insert(0, self.name.to_string());
        }
        let count = items.len() as i64;
        let offset = self.evaluate_word(offset).await?;
        let start = if offset < 0 { count + offset } else { offset };
        let length = match length {
            Some(word) => self.evaluate_word(word).await?,
            None => count,
        };
        if start < 0 || length < 0 {
            return Ok(Vec::new());
        }
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        Ok(items.into_iter().skip(start).take(length).collect())
    }

    async fn apply_op(&mut self, op: &ParamOp, text: String) -> Result<String, Flow> {
        Ok(match op {
            ParamOp::Substring(offset, length) => {
                let chars: Vec<char> = text.chars().collect();
                let count = chars.len() as i64;
                let offset = self.evaluate_word(offset).await?;
                let start = if offset < 0 { count + offset } else { offset };
                let end = match length {
                    Some(word) => {
                        let length = self.evaluate_word(word).await?;
                        if length < 0 {
                            let end = count + length;
                            if end < start {
                                let shown = word.source.trim().to_owned();
                                self.complain(&format!("{shown}: substring expression < 0"))
                                    .await;
                                return Err(self.expansion_error(1));
                            }
                            end
                        } else {
                            start.saturating_add(length)
                        }
                    }
                    None => count,
                };
                if start < 0 || start > count {
                    return Ok(String::new());
                }
                let end = end.clamp(start, count);
                chars[start as usize..end as usize].iter().collect()
            }
            ParamOp::TrimStart(word, longest) => {
                let pattern = self.expand_pattern(word).await?;
                let chars: Vec<char> = text.chars().collect();
                match pattern.prefix(&chars, *longest) {
                    Some(len) => chars[len..].iter().collect(),
                    None => text,
                }
            }
            ParamOp::TrimEnd(word, longest) => {
                let pattern = self.expand_pattern(word).await?;
                let chars: Vec<char> = text.chars().collect();
                match pattern.suffix(&chars, *longest) {
                    Some(start) => chars[..start].iter().collect(),
                    None => text,
                }
            }
            ParamOp::Replace(how, pattern, with) => {
                let pattern = self.expand_pattern(pattern).await?;
                let pieces = self.expand_pieces(with, Mode::Single).await?;
                let with = if self.is_ash() {
                    vec![Some(join(&pieces))]
                } else {
                    replacement(&pieces)
                };
                match replace(&text, &pattern, &with, *how) {
                    Some(text) => text,
                    None => return Err(self.too_long().await),
                }
            }
            ParamOp::Case(how, all, pattern) => {
                let any = pattern.parts.is_empty();
                let pattern = self.expand_pattern(pattern).await?;
                let mut out = String::new();
                for (at, c) in text.chars().enumerate() {
                    let change = (*all || at == 0) && (any || pattern.matches_chars(&[c]));
                    match (change, how) {
                        (true, '^') => out.extend(c.to_uppercase()),
                        (true, '~') if c.is_lowercase() => out.extend(c.to_uppercase()),
                        (true, _) => out.extend(c.to_lowercase()),
                        _ => out.push(c),
                    }
                }
                out
            }
            ParamOp::Transform(kind) => match kind {
                'Q' | 'K' | 'k' => escape::quote(&text),
                'E' => escape::ansi_c(&text),
                'U' => text.to_uppercase(),
                'L' => text.to_lowercase(),
                'u' => {
                    let mut chars = text.chars();
                    chars.next().map_or_else(String::new, |first| {
                        first.to_uppercase().chain(chars).collect()
                    })
                }
                'P' => crate::interp::prompt::expand_prompt(self, &text),
                _ => text,
            },
            _ => text,
        })
    }
}

/// A replacement's texts, with what matched between them where a `&` stands that is not quoted.
fn replacement(pieces: &[Piece]) -> Vec<Option<String>> {
    let mut out = vec![Some(String::new())];
    let mut push = |part: Option<char>| match (out.last_mut(), part) {
        (Some(Some(text)), Some(c)) => text.push(c),
        (_, None) => out.extend([None, Some(String::new())]),
        _ => {}
    };
    for piece in pieces {
        let Piece::Text { text, quoted, .. } = piece else {
            push(Some(' '));
            continue;
        };
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '&' if !quoted => push(None),
                '\\' if !quoted && chars.peek() == Some(&'&') => push(chars.next()),
                c => push(Some(c)),
            }
        }
    }
    out
}

/// Steps of matching that one replacement may take: quadratic in the worst case, so it has an end.
const MAX_STEPS: usize = 50_000_000;

/// `None` if it would take too long.
fn replace(text: &str, pattern: &Pattern, with: &[Option<String>], how: char) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let put = |out: &mut String, matched: &[char]| {
        for part in with {
            match part {
                Some(text) => out.push_str(text),
                None => out.extend(matched),
            }
        }
    };
    match how {
        '#' => match pattern.prefix(&chars, true) {
            Some(len) => {
                put(&mut out, &chars[..len]);
                out.extend(&chars[len..]);
                return Some(out);
            }
            None => return Some(text.to_owned()),
        },
        '%' => match pattern.suffix(&chars, true) {
            Some(start) => {
                out.extend(&chars[..start]);
                put(&mut out, &chars[start..]);
                return Some(out);
            }
            None => return Some(text.to_owned()),
        },
        _ => {}
    }
    let mut at = 0;
    let mut steps = 0_usize;
    while at < chars.len() {
        if steps > MAX_STEPS || out.len() > super::MAX_TEXT {
            return None;
        }
        let matched = pattern.prefix_counted(&chars[at..], &mut steps);
        match matched.filter(|len| *len > 0) {
            Some(len) => {
                put(&mut out, &chars[at..at + len]);
                at += len;
                if how != '/' {
                    break;
                }
            }
            None if pattern.begins_with_any() => break,
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out.extend(&chars[at.min(chars.len())..]);
    Some(out)
}
