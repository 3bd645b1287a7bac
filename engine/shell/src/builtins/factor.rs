//! `factor`: numbers taken apart into primes

use os::Proc;

/// Divisions before the clock moves.
const ROUND: u64 = 1 << 16;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let mut words: Vec<String> = args.into_iter().skip(1).filter(|arg| arg != "--").collect();
    if words.is_empty() {
        let Ok(input) = proc.read_to_end(0, 1 << 20).await else {
            return 1;
        };
        let text = String::from_utf8_lossy(&input);
        words = text.split_whitespace().map(str::to_owned).collect();
    }
    let mut status = 0;
    for word in words {
        let Ok(number) = word.trim_start_matches('+').parse::<u64>() else {
            let text = format!("factor: '{word}' is not a valid positive integer\n");
            proc.eprint(text).await;
            status = 1;
            continue;
        };
        let mut text = format!("{number}:");
        let (mut rest, mut by) = (number, 2_u64);
        while rest > 1 {
            if by.saturating_mul(by) > rest {
                by = rest;
            }
            while rest.is_multiple_of(by) {
                text.push_str(&format!(" {by}"));
                rest /= by;
            }
            by += 1 + (by & 1);
            if by & (ROUND - 1) <= 1 {
                proc.cpu(std::time::Duration::from_micros(500)).await;
            }
        }
        proc.print(text + "\n").await;
    }
    status
}
