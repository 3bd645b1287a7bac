//! Reading options as GNU's getopt does: `-la`, `-n5`, `-n 5`, `--lines=5`, `--`, options after operands.

use os::Proc;

/// What was given.
#[derive(Debug, Default)]
pub(crate) struct Opts {
    flags: Vec<(char, Option<String>)>,
    /// Arguments that are no options.
    pub(crate) rest: Vec<String>,
}

impl Opts {
    /// Whether an option was given.
    pub(crate) fn has(&self, flag: char) -> bool {
        self.flags.iter().any(|(found, _)| *found == flag)
    }

    /// The value given last to an option.
    pub(crate) fn value(&self, flag: char) -> Option<&str> {
        self.flags
            .iter()
            .rev()
            .find(|(found, _)| *found == flag)
            .and_then(|(_, value)| value.as_deref())
    }

    /// All values given to an option.
    pub(crate) fn values(&self, flag: char) -> impl Iterator<Item = &str> {
        self.flags
            .iter()
            .filter(move |(found, _)| *found == flag)
            .filter_map(|(_, value)| value.as_deref())
    }

    /// Which of these options was given last.
    pub(crate) fn last_of(&self, flags: &str) -> Option<char> {
        self.flags
            .iter()
            .rev()
            .map(|(flag, _)| *flag)
            .find(|flag| flags.contains(*flag))
    }
}

/// What a tool takes: short options (with `:` behind those that take a value), long options with the short option (or
/// any character) they stand for.
pub(crate) struct Spec {
    pub(crate) short: &'static str,
    pub(crate) long: &'static [(&'static str, char)],
    /// Options end at the first operand.
    pub(crate) in_order: bool,
}

impl Spec {
    /// Options that may stand anywhere.
    pub(crate) const fn new(short: &'static str, long: &'static [(&'static str, char)]) -> Self {
        Spec {
            short,
            long,
            in_order: false,
        }
    }

    /// Options up to the first operand.
    pub(crate) const fn in_order(
        short: &'static str,
        long: &'static [(&'static str, char)],
    ) -> Self {
        Spec {
            short,
            long,
            in_order: true,
        }
    }

    fn takes_value(&self, flag: char) -> Option<bool> {
        let at = self.short.find(flag).filter(|_| flag != ':')?;
        Some(self.short[at + flag.len_utf8()..].starts_with(':'))
    }

    /// Reads the arguments (without the name).
    pub(crate) fn parse(&self, args: &[String]) -> Result<Opts, String> {
        let mut opts = Opts::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if arg == "--" {
                opts.rest.extend(args.cloned());
                break;
            }
            if let Some(long) = arg.strip_prefix("--") {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (long, None),
                };
                let exact = self.long.iter().find(|(known, _)| *known == name);
                let mut prefixed = self
                    .long
                    .iter()
                    .filter(|(known, _)| known.starts_with(name));
                let found = exact.or_else(|| match (prefixed.next(), prefixed.next()) {
                    (Some(found), None) => Some(found),
                    _ => None,
                });
                let Some((name, flag)) = found else {
                    return Err(format!("unrecognized option '--{name}'"));
                };
                let value = match (self.takes_value(*flag).unwrap_or(false), value) {
                    (true, None) => match args.next() {
                        Some(value) => Some(value.clone()),
                        None => return Err(format!("option '--{name}' requires an argument")),
                    },
                    (false, Some(_)) if self.takes_value(*flag).is_some() => {
                        return Err(format!("option '--{name}' doesn't allow an argument"));
                    }
                    (_, value) => value,
                };
                opts.flags.push((*flag, value));
                continue;
            }
            let Some(mut letters) = arg.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
                opts.rest.push(arg.clone());
                if self.in_order {
                    opts.rest.extend(args.cloned());
                    break;
                }
                continue;
            };
            while let Some(flag) = letters.chars().next() {
                letters = &letters[flag.len_utf8()..];
                match self.takes_value(flag) {
                    None => return Err(format!("invalid option -- '{flag}'")),
                    Some(false) => opts.flags.push((flag, None)),
                    Some(true) => {
                        let value = if letters.is_empty() {
                            match args.next() {
                                Some(value) => value.clone(),
                                None => {
                                    return Err(format!("option requires an argument -- '{flag}'"));
                                }
                            }
                        } else {
                            letters.to_owned()
                        };
                        opts.flags.push((flag, Some(value)));
                        break;
                    }
                }
            }
        }
        Ok(opts)
    }

    /// Reads the arguments of a tool (its name first), or prints what is wrong with them; the error is the exit code.
    pub(crate) async fn parse_or_complain(
        &self,
        proc: &Proc,
        args: &[String],
        status: i32,
    ) -> Result<Opts, i32> {
        let name = args.first().map_or("", |arg| os::path::basename(arg));
        match self.parse(args.get(1..).unwrap_or_default()) {
            Ok(opts) => Ok(opts),
            Err(message) => {
                let text = if proc.is_busybox() {
                    let message = message
                        .replace("invalid option -- '", "unrecognized option: ")
                        .replace("unrecognized option '--", "unrecognized option: ")
                        .trim_end_matches('\'')
                        .to_owned();
                    format!("{name}: {message}\n")
                } else {
                    format!("{name}: {message}\nTry '{name} --help' for more information.\n")
                };
                proc.eprint(text).await;
                Err(status)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_options() {
        let spec = Spec::new("lan:", &[("lines", 'n'), ("all", 'a')]);
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let opts = spec.parse(&args("-la x -n5 --lines=7 --al -- -z")).unwrap();
        assert!(opts.has('l') && opts.has('a'));
        assert_eq!(opts.value('n'), Some("7"));
        assert_eq!(opts.rest, ["x", "-z"]);
        for (text, error) in [
            ("-z", "invalid option -- 'z'"),
            ("--zz", "unrecognized option '--zz'"),
            ("-n", "option requires an argument -- 'n'"),
            ("--all=1", "option '--all' doesn't allow an argument"),
        ] {
            assert_eq!(spec.parse(&args(text)).unwrap_err(), error);
        }
    }
}
