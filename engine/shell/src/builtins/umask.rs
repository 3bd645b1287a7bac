//! `umask`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let now = shell.proc.umask();
    match args.get(1).map(String::as_str) {
        None => shell.print(format!("{now:04o}\n")).await,
        Some("-S") => {
            let part = |shift: u16| -> String {
                let bits = !now >> shift & 7;
                [(4, 'r'), (2, 'w'), (1, 'x')]
                    .into_iter()
                    .filter(|(bit, _)| bits & bit != 0)
                    .map(|(_, c)| c)
                    .collect()
            };
            shell
                .print(format!("u={},g={},o={}\n", part(6), part(3), part(0)))
                .await;
        }
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => {
            match u16::from_str_radix(text, 8).ok().filter(|m| *m <= 0o777) {
                Some(mask) => shell.proc.set_umask(mask),
                None => {
                    shell
                        .complain_of("umask", &format!("{text}: octal number out of range"))
                        .await;
                    return Ok(1);
                }
            }
        }
        Some(text) => match super::chmod::parse_mode(text, !now & 0o777, true, 0) {
            Some(mode) => shell.proc.set_umask(!mode & 0o777),
            None => {
                shell
                    .complain_of(
                        "umask",
                        &format!("`{text}': invalid symbolic mode operator"),
                    )
                    .await;
                return Ok(1);
            }
        },
    }
    Ok(0)
}
