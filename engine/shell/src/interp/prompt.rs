//! The prompt: `\u@\h:\w\$ ` and its kin.

use super::Shell;

/// Expands the backslash escapes of a prompt.
pub(crate) fn expand_prompt(shell: &Shell, text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let now = shell.proc.now();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            None => out.push('\\'),
            Some('u') => out.push_str(&crate::users::user_name(&shell.proc, shell.proc.ids().0)),
            Some('h') => {
                let name = shell.proc.machine().hostname();
                out.push_str(name.split('.').next().unwrap_or_default());
            }
            Some('H') => out.push_str(&shell.proc.machine().hostname()),
            Some('w') => out.push_str(&short_directory(shell)),
            Some('W') => {
                let dir = short_directory(shell);
                out.push_str(if dir == "~" {
                    "~"
                } else {
                    os::path::basename(&dir)
                });
            }
            Some('$') => out.push(if shell.proc.ids().0 == 0 { '#' } else { '$' }),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\u{7}'),
            Some('e') => out.push('\u{1b}'),
            Some('s') => out.push_str(os::path::basename(&shell.name).trim_start_matches('-')),
            Some('v') => out.push_str("5.2"),
            Some('V') => out.push_str("5.2.37"),
            Some('j') => out.push_str(&shell.jobs.list.len().to_string()),
            Some('!') => out.push_str(&(shell.history.borrow().next_number()).to_string()),
            Some('#') => out.push('1'),
            Some('t') => out.push_str(&crate::datetime::format(now, "%H:%M:%S")),
            Some('T') => out.push_str(&crate::datetime::format(now, "%I:%M:%S")),
            Some('@') => out.push_str(&crate::datetime::format(now, "%I:%M %p")),
            Some('A') => out.push_str(&crate::datetime::format(now, "%H:%M")),
            Some('d') => out.push_str(&crate::datetime::format(now, "%a %b %d")),
            Some('[' | ']') => {}
            Some('\\') => out.push('\\'),
            Some(digit @ '0'..='7') => {
                let mut value = digit.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some(next) = chars.peek().and_then(|c| c.to_digit(8)) {
                        value = value * 8 + next;
                        chars.next();
                    }
                }
                out.push(char::from_u32(value).unwrap_or(' '));
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out
}

fn short_directory(shell: &Shell) -> String {
    let dir = shell.vars.get("PWD").unwrap_or("/");
    let Some(home) = shell.vars.get("HOME").filter(|home| home.len() > 1) else {
        return dir.to_owned();
    };
    match dir.strip_prefix(home) {
        Some("") => "~".into(),
        Some(rest) if rest.starts_with('/') => format!("~{rest}"),
        _ => dir.to_owned(),
    }
}

impl Shell {
    /// A prompt variable's text, expanded.
    pub(crate) async fn prompt(&mut self, name: &str) -> String {
        let text = self.vars.get(name).unwrap_or_default().to_owned();
        let text = expand_prompt(self, &text);
        if !text.contains(['$', '`']) {
            return text;
        }
        // Only `$x` and `$(…)` are expanded here; a lone `$` stays.
        let mut parser = crate::syntax::Parser::new(&text, 1, &());
        match parser.heredoc_word() {
            Ok(word) => {
                let status = self.status;
                let out = self.expand_single(&word).await.unwrap_or(text);
                self.status = status;
                out
            }
            Err(_) => text,
        }
    }
}
