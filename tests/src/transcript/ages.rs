//! Ages and durations within a line.

use std::sync::LazyLock;

use fancy_regex::Regex;

/// A whole word that reads as an age or duration, unless it is a setting (`delay=5s`).
static AGE: LazyLock<Regex> = LazyLock::new(|| {
    let age = r"(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?(?:\d+(?:\.\d+)?ms)?";
    Regex::new(&format!(r#"(?<![\w=./:"'-])(?=\d)({age})(?![\w./"'-])"#))
        .expect("a constant pattern")
});
/// Words before a duration that say it is a setting of a message.
static KEEP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\bfor|back-off|sleep|every|within|timeout of) $").expect("a constant pattern")
});
static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^ \(\d+%\)").expect("a constant pattern"));

/// Masks ages; `250m` beside "cpu" or before a percentage is a quantity, not 250 minutes.
pub(super) fn mask(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut end = 0;
    for found in AGE.find_iter(line).flatten() {
        out.push_str(&line[end..found.start()]);
        end = found.end();
        let token = found.as_str();
        let keep = token.is_empty()
            || matches(&KEEP, &line[..found.start()])
            || (is_minutes(token)
                && (line.to_ascii_lowercase().contains("cpu") || matches(&PERCENT, &line[end..])));
        out.push_str(if keep { token } else { "<age>" });
    }
    out.push_str(&line[end..]);
    out
}

fn matches(pattern: &Regex, text: &str) -> bool {
    pattern.is_match(text).unwrap_or(false)
}

fn is_minutes(token: &str) -> bool {
    token
        .strip_suffix('m')
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn ages_are_masked_and_settings_are_not() {
        for (line, want) in [
            ("web 1/1 Running 0 2m3s", "web 1/1 Running 0 <age>"),
            ("cpu 250m", "cpu 250m"),
            ("delay=5s timeout=1s", "delay=5s timeout=1s"),
            (
                "not-ready:NoExecute op=Exists for 300s",
                "not-ready:NoExecute op=Exists for 300s",
            ),
            ("pulled in 600ms", "pulled in <age>"),
        ] {
            assert_eq!(mask(line), want);
        }
    }
}
