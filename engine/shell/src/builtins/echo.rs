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
    print(&proc, rest, escapes, newline).await
}

/// As dash has it: what a backslash means is always read, and `-n` is the only option.
pub(crate) async fn with_escapes(proc: Proc, args: Vec<String>) -> i32 {
    let rest = args.get(1..).unwrap_or_default();
    match rest.split_first() {
        Some((option, rest)) if option == "-n" => print(&proc, rest, true, false).await,
        _ => print(&proc, rest, true, true).await,
    }
}

async fn print(proc: &Proc, words: &[String], escapes: bool, mut newline: bool) -> i32 {
    let text = words.join(" ");
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
    let _ = proc.write(1, out).await;
    0
}
