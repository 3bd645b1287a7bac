//! `echo`

use os::Proc;

use crate::escape;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let mut newline = true;
    let mut escapes = false;
    let mut rest = args.get(1..).unwrap_or_default();
    while let Some(option) = rest.first() {
        let letters = match option.strip_prefix('-') {
            Some(letters) if !letters.is_empty() && letters.chars().all(|c| "neE".contains(c)) => {
                letters
            }
            _ => break,
        };
        for c in letters.chars() {
            match c {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        rest = &rest[1..];
    }
    let text = rest.join(" ");
    let mut out = Vec::new();
    if escapes {
        if escape::echo(&text, &mut out) {
            newline = false;
        }
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    if newline {
        out.push(b'\n');
    }
    match proc.write(1, out).await {
        Ok(()) => 0,
        Err(error) => {
            proc.eprint(format!("bash: echo: write error: {}\n", error.text()))
                .await;
            1
        }
    }
}
