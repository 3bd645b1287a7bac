//! `set`

use super::declare;
use crate::interp::{Flow, Shell};

/// The options with their letters.
pub(crate) const OPTIONS: &[(&str, Option<char>)] = &[
    ("allexport", Some('a')),
    ("braceexpand", Some('B')),
    ("emacs", None),
    ("errexit", Some('e')),
    ("errtrace", Some('E')),
    ("functrace", Some('T')),
    ("hashall", Some('h')),
    ("histexpand", Some('H')),
    ("history", None),
    ("ignoreeof", None),
    ("interactive-comments", None),
    ("keyword", Some('k')),
    ("monitor", Some('m')),
    ("noclobber", Some('C')),
    ("noexec", Some('n')),
    ("noglob", Some('f')),
    ("nolog", None),
    ("notify", Some('b')),
    ("nounset", Some('u')),
    ("onecmd", Some('t')),
    ("physical", Some('P')),
    ("pipefail", None),
    ("posix", None),
    ("privileged", Some('p')),
    ("verbose", Some('v')),
    ("vi", None),
    ("xtrace", Some('x')),
];

/// The option that a letter stands for.
pub(crate) fn by_letter(letter: char) -> Option<&'static str> {
    OPTIONS
        .iter()
        .find(|(_, known)| *known == Some(letter))
        .map(|(name, _)| *name)
}

impl Shell {
    fn option_slot(&mut self, name: &str) -> Option<&mut bool> {
        let options = &mut self.options;
        Some(match name {
            "allexport" => &mut options.allexport,
            "errexit" => &mut options.errexit,
            "monitor" => &mut options.monitor,
            "noclobber" => &mut options.noclobber,
            "noexec" => &mut options.noexec,
            "noglob" => &mut options.noglob,
            "nounset" => &mut options.nounset,
            "pipefail" => &mut options.pipefail,
            "verbose" => &mut options.verbose,
            "xtrace" => &mut options.xtrace,
            _ => return None,
        })
    }

    /// Whether an option of `set` is on; none if there is no such option.
    pub(crate) fn option(&self, name: &str) -> Option<bool> {
        let options = &self.options;
        Some(match name {
            "allexport" => options.allexport,
            "errexit" => options.errexit,
            "monitor" => options.monitor,
            "noclobber" => options.noclobber,
            "noexec" => options.noexec,
            "noglob" => options.noglob,
            "nounset" => options.nounset,
            "pipefail" => options.pipefail,
            "verbose" => options.verbose,
            "xtrace" => options.xtrace,
            _ => {
                OPTIONS.iter().find(|(known, _)| *known == name)?;
                let interactive = self.is_interactive();
                let default = match name {
                    "braceexpand" | "hashall" | "interactive-comments" => true,
                    "emacs" | "histexpand" | "history" => interactive,
                    _ => false,
                };
                options.others.get(name).copied().unwrap_or(default)
            }
        })
    }

    /// Switches an option of `set`; false if there is no such option.
    pub(crate) fn set_option(&mut self, name: &str, on: bool) -> bool {
        if let Some(slot) = self.option_slot(name) {
            *slot = on;
            return true;
        }
        if OPTIONS.iter().any(|(known, _)| *known == name) {
            self.options.others.insert(name.to_owned(), on);
            return true;
        }
        false
    }
}

async fn show_options(shell: &Shell, as_commands: bool) {
    let mut out = String::new();
    for (name, _) in OPTIONS {
        let on = shell.option(name) == Some(true);
        if as_commands {
            out.push_str(&format!("set {}o {name}\n", if on { '-' } else { '+' }));
        } else {
            out.push_str(&format!("{name:<15}\t{}\n", if on { "on" } else { "off" }));
        }
    }
    shell.print(out).await;
}

async fn show_variables(shell: &Shell) {
    let lines: Vec<String> = shell
        .vars
        .iter()
        .filter_map(|(name, var)| declare::render_plain(name, var))
        .collect();
    shell.print(lines.concat()).await;
    for (name, body) in &shell.functions {
        shell
            .print(crate::syntax::print::function(name, body))
            .await;
    }
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if args.len() == 1 {
        show_variables(shell).await;
        return Ok(0);
    }
    let mut rest = args[1..].iter().peekable();
    while let Some(arg) = rest.peek().map(|arg| (*arg).clone()) {
        match arg.as_str() {
            "--" => {
                rest.next();
                shell.positional = rest.cloned().collect();
                return Ok(0);
            }
            "-" => {
                rest.next();
                shell.options.xtrace = false;
                shell.options.verbose = false;
                if rest.peek().is_some() {
                    shell.positional = rest.cloned().collect();
                }
                return Ok(0);
            }
            option if option.starts_with(['-', '+']) && option.len() > 1 => {
                rest.next();
                let on = option.starts_with('-');
                for letter in option[1..].chars() {
                    if letter == 'o' {
                        let Some(name) = rest.next() else {
                            show_options(shell, !on).await;
                            return Ok(0);
                        };
                        let unknown = shell.is_dash() && name == "pipefail";
                        if unknown || !shell.set_option(name, on) {
                            let text = if shell.is_dash() {
                                format!("Illegal option -o {name}")
                            } else if shell.is_ash() {
                                format!("illegal option -o {name}")
                            } else {
                                format!("{name}: invalid option name")
                            };
                            shell.complain_of("set", &text).await;
                            return illegal_option(shell);
                        }
                        continue;
                    }
                    let Some(name) = by_letter(letter) else {
                        let sign = if on { '-' } else { '+' };
                        if shell.is_ash() {
                            let illegal = if shell.is_dash() {
                                "Illegal"
                            } else {
                                "illegal"
                            };
                            shell
                                .complain_of("set", &format!("{illegal} option {sign}{letter}"))
                                .await;
                            return illegal_option(shell);
                        }
                        return Ok(super::usage(
                            shell,
                            "set",
                            &format!("{sign}{letter}: invalid option"),
                        )
                        .await);
                    };
                    shell.set_option(name, on);
                }
            }
            _ => break,
        }
    }
    if rest.peek().is_some() {
        shell.positional = rest.cloned().collect();
    }
    Ok(0)
}

/// What a wrong option comes to: dash' scripts end with it.
fn illegal_option(shell: &mut Shell) -> Result<i32, Flow> {
    if shell.is_dash() && !shell.is_interactive() {
        shell.status = 2;
        return Err(Flow::Exit);
    }
    Ok(2)
}
