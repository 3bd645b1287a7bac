//! Braces: `{a,b}` and `{1..5}`.

use crate::syntax::ast::{Part, Word};

/// Words that one word's braces may give.
const MAX_WORDS: usize = 100_000;
/// Braces in one word; where there are more, they are plain text.
const MAX_BRACES: usize = 1_000;

/// One element of a word as braces see it.
#[derive(Clone, Debug)]
enum Unit {
    Char(char),
    Other(Part),
}

/// Expands the braces of a word. An error means that there would be too many words. `ash` has no braces.
pub(crate) fn expand_braces(word: &Word, ash: bool) -> Result<Vec<Word>, ()> {
    let has_brace = word
        .parts
        .iter()
        .any(|part| matches!(part, Part::Literal(text) if text.contains('{')));
    if !has_brace || ash {
        return Ok(vec![word.clone()]);
    }
    let mut units = Vec::new();
    for part in &word.parts {
        match part {
            Part::Literal(text) => units.extend(text.chars().map(Unit::Char)),
            other => units.push(Unit::Other(other.clone())),
        }
    }
    if units.iter().filter(|unit| is_char(unit, '{')).count() > MAX_BRACES {
        return Ok(vec![word.clone()]);
    }
    let mut budget = MAX_WORDS;
    let expanded = expand(&units, &mut budget, 0)?;
    Ok(expanded
        .into_iter()
        .map(|units| Word {
            parts: to_parts(units),
            source: word.source.clone(),
        })
        .collect())
}

fn to_parts(units: Vec<Unit>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for unit in units {
        match unit {
            Unit::Char(c) => match parts.last_mut() {
                Some(Part::Literal(text)) => text.push(c),
                _ => parts.push(Part::Literal(c.to_string())),
            },
            Unit::Other(part) => parts.push(part),
        }
    }
    parts
}

fn is_char(unit: &Unit, c: char) -> bool {
    matches!(unit, Unit::Char(found) if *found == c)
}

fn expand(units: &[Unit], budget: &mut usize, depth: usize) -> Result<Vec<Vec<Unit>>, ()> {
    if depth > 50 {
        return Ok(vec![units.to_vec()]);
    }
    let mut from = 0;
    while let Some(open) = units[from..].iter().position(|unit| is_char(unit, '{')) {
        let open = from + open;
        let Some((close, commas)) = find_close(units, open) else {
            from = open + 1;
            continue;
        };
        let inner = &units[open + 1..close];
        let choices = if commas.is_empty() {
            match sequence(inner, *budget)? {
                Some(choices) => choices,
                None => {
                    from = open + 1;
                    continue;
                }
            }
        } else {
            let mut choices = Vec::new();
            let mut start = open + 1;
            for comma in commas.into_iter().chain([close]) {
                choices.extend(expand(&units[start..comma], budget, depth + 1)?);
                start = comma + 1;
            }
            choices
        };
        let tails = expand(&units[close + 1..], budget, depth + 1)?;
        let count = choices.len().saturating_mul(tails.len());
        *budget = budget.checked_sub(count).ok_or(())?;
        let head = &units[..open];
        let mut out = Vec::with_capacity(count);
        for choice in &choices {
            for tail in &tails {
                out.push([head, choice.as_slice(), tail.as_slice()].concat());
            }
        }
        return Ok(out);
    }
    Ok(vec![units.to_vec()])
}

/// The brace that closes the one at `open`, and the commas between them.
fn find_close(units: &[Unit], open: usize) -> Option<(usize, Vec<usize>)> {
    let mut depth = 0;
    let mut commas = Vec::new();
    for (at, unit) in units.iter().enumerate().skip(open) {
        match unit {
            Unit::Char('{') => depth += 1,
            Unit::Char('}') => {
                depth -= 1;
                if depth == 0 {
                    return Some((at, commas));
                }
            }
            Unit::Char(',') if depth == 1 => commas.push(at),
            _ => {}
        }
    }
    None
}

/// `1..5`, `a..e`, `1..10..2`
fn sequence(inner: &[Unit], budget: usize) -> Result<Option<Vec<Vec<Unit>>>, ()> {
    let mut text = String::new();
    for unit in inner {
        match unit {
            Unit::Char(c) => text.push(*c),
            Unit::Other(_) => return Ok(None),
        }
    }
    let parts: Vec<&str> = text.split("..").collect();
    let (from, to, step) = match parts.as_slice() {
        [from, to] => (*from, *to, 1),
        [from, to, step] => match step.parse::<i64>() {
            Ok(step) => (*from, *to, step.saturating_abs().max(1)),
            Err(_) => return Ok(None),
        },
        _ => return Ok(None),
    };
    let to_units = |text: String| text.chars().map(Unit::Char).collect::<Vec<_>>();
    if let (Ok(a), Ok(b)) = (from.parse::<i64>(), to.parse::<i64>()) {
        let zeros = |text: &str| {
            let digits = text.trim_start_matches('-');
            digits.len() > 1 && digits.starts_with('0')
        };
        let width = if zeros(from) || zeros(to) {
            from.len().max(to.len())
        } else {
            0
        };
        let count =
            (i128::from(b) - i128::from(a)).unsigned_abs() / step.unsigned_abs() as u128 + 1;
        if count > budget as u128 {
            return Err(());
        }
        let up = a <= b;
        return Ok(Some(
            (0..count as i64)
                .map(|n| if up { a + n * step } else { a - n * step })
                .map(|n| to_units(format!("{n:0width$}")))
                .collect(),
        ));
    }
    let mut ends = from.chars().chain(to.chars());
    if let (Some(a), Some(b), None) = (ends.next(), ends.next(), ends.next())
        && a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
        && from.len() == 1
    {
        let (a, b) = (a as i64, b as i64);
        let count = (b - a).abs() / step + 1;
        let direction = if a <= b { step } else { -step };
        return Ok(Some(
            (0..count)
                .filter_map(|n| u8::try_from(a + n * direction).ok())
                .map(|byte| to_units(char::from(byte).to_string()))
                .collect(),
        ));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn braces(text: &str) -> String {
        let word = Word {
            parts: vec![Part::Literal(text.into())],
            source: text.into(),
        };
        let words = expand_braces(&word, false).unwrap();
        let texts: Vec<String> = words
            .iter()
            .map(|word| word.literal().unwrap_or_default().to_owned())
            .collect();
        texts.join(" ")
    }

    #[test]
    fn expands_as_bash() {
        for (text, expected) in [
            ("a{b,c}d", "abd acd"),
            ("{a,b}{1,2}", "a1 a2 b1 b2"),
            ("{1..4}", "1 2 3 4"),
            ("{5..1..2}", "5 3 1"),
            ("{08..10}", "08 09 10"),
            ("{a..e..2}", "a c e"),
            ("x{a,{b,c}}", "xa xb xc"),
            ("{}", "{}"),
            ("{a}", "{a}"),
            ("a{,b}", "a ab"),
            ("{a,b", "{a,b"),
            ("{x{a,b}", "{xa {xb"),
            ("{1..a}", "{1..a}"),
        ] {
            assert_eq!(braces(text), expected, "{text}");
        }
        let huge = Word {
            parts: vec![Part::Literal("{1..9999999}".into())],
            source: "".into(),
        };
        assert!(expand_braces(&huge, false).is_err());
    }
}
