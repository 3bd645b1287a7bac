//! Reads flags out of a command line by pflag's rules: `-n dev`, `-ndev`, `--namespace=dev`, anywhere in the line.
//!
//! Arguments after `--` are never flags; [`Parsed::dash`] remembers where it stood. Values are checked by
//! [`super::value`]; which flags exist is the command's business.

use super::flag::{Flag, FlagSet};

/// A command line taken apart.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Flags with their values.
    pub flags: FlagSet,
    /// The arguments.
    pub args: Vec<String>,
    /// Number of arguments before `--`, if there was one.
    pub dash: Option<usize>,
    /// What deprecated flags have to say.
    pub messages: Vec<String>,
}

/// Takes `words` apart; the error is pflag's sentence.
pub fn parse(flags: FlagSet, words: &[String]) -> Result<Parsed, String> {
    let mut parsed = Parsed {
        flags,
        args: Vec::new(),
        dash: None,
        messages: Vec::new(),
    };
    let mut rest = words;
    while let Some((word, tail)) = rest.split_first() {
        rest = tail;
        if word == "--" {
            parsed.dash = Some(parsed.args.len());
            parsed.args.extend_from_slice(rest);
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            rest = parsed.long(word, long, rest)?;
        } else if word.len() > 1 && word.starts_with('-') {
            rest = parsed.short(&word[1..], rest)?;
        } else {
            parsed.args.push(word.clone());
        }
    }
    Ok(parsed)
}

impl Parsed {
    fn long<'a>(
        &mut self,
        word: &str,
        long: &str,
        rest: &'a [String],
    ) -> Result<&'a [String], String> {
        if long.is_empty() || long.starts_with(['-', '=']) {
            return Err(format!("bad flag syntax: {word}"));
        }
        let (name, given) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let Some(flag) = self.flags.lookup(name) else {
            return Err(format!("unknown flag: --{name}"));
        };
        let (value, rest) = match (given, flag.no_value, rest.split_first()) {
            (Some(value), _, _) => (value.to_owned(), rest),
            (None, Some(value), _) => (value.to_owned(), rest),
            (None, None, Some((value, tail))) => (value.clone(), tail),
            (None, None, None) => return Err(format!("flag needs an argument: {word}")),
        };
        self.set(flag, &value)?;
        Ok(rest)
    }

    fn short<'a>(&mut self, letters: &str, mut rest: &'a [String]) -> Result<&'a [String], String> {
        let mut left = letters;
        while let Some(letter) = left.chars().next() {
            let after = &left[letter.len_utf8()..];
            let Some(flag) = self.flags.lookup_short(letter) else {
                return Err(format!(
                    "unknown shorthand flag: {} in -{left}",
                    quote_letter(letter)
                ));
            };
            let value = if after.len() > 1 && after.starts_with('=') {
                left = "";
                after[1..].to_owned()
            } else if let Some(value) = flag.no_value {
                left = after;
                value.to_owned()
            } else if !after.is_empty() {
                left = "";
                after.to_owned()
            } else if let Some((value, tail)) = rest.split_first() {
                left = "";
                rest = tail;
                value.clone()
            } else {
                return Err(format!(
                    "flag needs an argument: {} in -{left}",
                    quote_letter(letter)
                ));
            };
            self.set(flag, &value)?;
        }
        Ok(rest)
    }

    fn set(&mut self, flag: &'static Flag, value: &str) -> Result<(), String> {
        self.flags.set(flag.name, value).map_err(|reason| {
            format!(
                "invalid argument {} for \"{}\" flag: {reason}",
                crate::util::go::quote(value),
                flag.display_name()
            )
        })?;
        if let Some(message) = flag.deprecated {
            self.messages.push(format!(
                "Flag --{} has been deprecated, {message}",
                flag.name
            ));
        }
        Ok(())
    }
}

fn quote_letter(letter: char) -> String {
    match letter {
        '\'' => "'\\''".to_owned(),
        '\\' => "'\\\\'".to_owned(),
        letter => format!("'{letter}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static FLAGS: &[Flag] = &[
        Flag::string("namespace", "").short('n'),
        Flag::bool("watch", "").short('w'),
        Flag::string("output", "").short('o'),
        Flag::slice("filename", "").short('f'),
        Flag::array("env", ""),
        Flag::string("dry-run", "")
            .default("none")
            .no_value("unchanged"),
    ];

    fn run(line: &str) -> Result<Parsed, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(FlagSet::new([FLAGS]), &words)
    }

    #[test]
    fn forms_of_flags() {
        for line in [
            "-n dev a b",
            "a -ndev b",
            "a b --namespace=dev",
            "--namespace dev a b",
            "a b -n=dev",
        ] {
            let parsed = run(line).unwrap();
            assert_eq!(parsed.flags.str("namespace"), "dev", "{line}");
            assert_eq!(parsed.args, ["a", "b"], "{line}");
        }
        let parsed = run("-won name -f a,b -f c --env x,y --dry_run -- -w --x").unwrap();
        assert!(parsed.flags.bool("watch"));
        assert_eq!(parsed.flags.str("output"), "n");
        assert_eq!(parsed.args, ["name", "-w", "--x"]);
        assert_eq!(parsed.dash, Some(1));
        assert_eq!(parsed.flags.strings("filename"), ["a", "b", "c"]);
        assert_eq!(parsed.flags.strings("env"), ["x,y"]);
        assert_eq!(parsed.flags.str("dry-run"), "unchanged");
    }

    #[test]
    fn errors_of_flags() {
        for (line, error) in [
            ("-x", "unknown shorthand flag: 'x' in -x"),
            ("-wx", "unknown shorthand flag: 'x' in -x"),
            ("--foo", "unknown flag: --foo"),
            ("--foo=1", "unknown flag: --foo"),
            ("-n", "flag needs an argument: 'n' in -n"),
            ("--namespace", "flag needs an argument: --namespace"),
            ("--=3", "bad flag syntax: --=3"),
            ("---x", "bad flag syntax: ---x"),
            (
                "--watch=maybe",
                "invalid argument \"maybe\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \"maybe\": \
                 invalid syntax",
            ),
        ] {
            assert_eq!(run(line).unwrap_err(), error, "{line}");
        }
    }
}
