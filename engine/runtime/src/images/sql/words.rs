//! Statements into words.

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A name or keyword, as written.
    Name(String),
    /// A text in quotes.
    Text(String),
    /// A number.
    Number(String),
    /// `(`, `,`, `=`, `*`, …
    Sign(char),
}

/// The words of a statement.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '-' if chars.peek() == Some(&'-') => while chars.next_if(|c| *c != '\n').is_some() {},
            '\'' | '"' | '`' => {
                let mut word = String::new();
                while let Some(next) = chars.next() {
                    if next == c {
                        // A doubled quote is one of the text.
                        if chars.next_if_eq(&c).is_none() {
                            break;
                        }
                    } else if next == '\\' && c == '\'' {
                        word.extend(chars.next());
                        continue;
                    }
                    word.push(next);
                }
                words.push(if c == '\'' {
                    Word::Text(word)
                } else {
                    Word::Name(word)
                });
            }
            c if c.is_ascii_digit() => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|c| c.is_ascii_digit() || *c == '.') {
                    word.push(next);
                }
                words.push(Word::Number(word));
            }
            c if c.is_alphabetic() || c == '_' || c == '@' => {
                let mut word = String::from(c);
                while let Some(next) =
                    chars.next_if(|c| c.is_alphanumeric() || matches!(*c, '_' | '@' | '.' | '$'))
                {
                    word.push(next);
                }
                words.push(Word::Name(word));
            }
            sign => words.push(Word::Sign(sign)),
        }
    }
    words
}

/// The statements of a script, without the semicolons between them.
pub(in crate::images) fn statements(script: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut quote = None;
    for c in script.chars() {
        match (quote, c) {
            (None, ';') => {
                all.push(String::new());
                continue;
            }
            (None, '\'' | '"' | '`') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
        if let Some(last) = all.last_mut() {
            last.push(c);
        }
    }
    all.into_iter()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect()
}
