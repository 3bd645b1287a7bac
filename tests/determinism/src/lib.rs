//! One run of a cluster from a seed, as text: what every command of a script printed, and every link of the causal trace.
//!
//! `cargo xtask test determinism` writes the text of a native run to a file, compiles it into `tests/wasm.rs`, and lets
//! that compare it, byte for byte, with a run of the same code as wasm. A difference means that something other than
//! the seed and the script had a say: a hash map's order, the wall clock, the width of `usize`, a float's rounding.
//!
//! It does not judge whether the cluster behaves as Kubernetes.

use std::fmt::Write as _;
use std::time::Duration;

use cluster::{Cluster, Config};

/// The seed that native and wasm runs are compared with.
pub const SEED: u64 = 2026;

/// A command a line; each has two virtual seconds before the next.
const SCRIPT: &str = include_str!("../script.sh");

/// How long the cluster is left to itself at the end.
const AFTERWARDS: Duration = Duration::from_secs(600);

/// Runs the script and tells everything that happened.
pub fn run(seed: u64) -> String {
    let mut cluster = Cluster::new(Config {
        seed,
        ..Config::default()
    });
    cluster.settle();
    let mut text = String::new();
    let commands = SCRIPT
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for command in commands {
        tell(&mut cluster, command, &mut text);
        cluster.run_until(cluster.now() + Duration::from_secs(2));
    }
    cluster.run_until(cluster.now() + AFTERWARDS);
    tell(
        &mut cluster,
        "kubectl get nodes,pods,events -A -o yaml",
        &mut text,
    );
    for link in cluster.sim().trace().iter() {
        let _ = writeln!(text, "{link}");
    }
    let _ = writeln!(text, "digest {:016x}", cluster.sim().trace().digest());
    text
}

fn tell(cluster: &mut Cluster, command: &str, text: &mut String) {
    let done = cluster.run(command);
    let _ = writeln!(
        text,
        "$ {command}\n{}{}? {}",
        done.stdout, done.stderr, done.exit
    );
}

/// Where two texts part, for people; `None` if they are equal.
pub fn first_difference(native: &str, wasm: &str) -> Option<String> {
    if native == wasm {
        return None;
    }
    let pairs = native.lines().zip(wasm.lines());
    let line = pairs.take_while(|(a, b)| a == b).count();
    let show = |text: &str| text.lines().nth(line).unwrap_or("(ended)").to_string();
    Some(format!(
        "from line {} on:\n native: {}\n   wasm: {}",
        line + 1,
        show(native),
        show(wasm)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_history() {
        let (one, again, other) = (run(1), run(1), run(2));
        assert_eq!(first_difference(&one, &again), None);
        assert_ne!(one, other, "the seed has no say");
        assert!(
            one.contains("Successfully assigned"),
            "nothing was scheduled:\n{one}"
        );
    }

    #[test]
    fn a_difference_is_shown() {
        let shown = first_difference("a\nb\n", "a\nc\n").unwrap_or_default();
        assert_eq!(shown, "from line 2 on:\n native: b\n   wasm: c");
        assert!(first_difference("a\n", "a\nb\n").is_some_and(|shown| shown.contains("(ended)")));
    }
}
