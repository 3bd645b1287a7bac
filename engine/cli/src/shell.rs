//! `tabernetes shell`: reads commands from standard input and runs them in one cluster, in virtual time.
//!
//! Without options it prints what a terminal would show, the playground's hints included, and variables, functions and
//! the working directory carry over from line to line. With `--jsonl` each command is run by itself, as `bash -c` with no
//! terminal and no input, and gives one line of JSON; commands are at least 0.4 virtual seconds apart. That is the form
//! of the recordings in `tests/recordings/kubectl`.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use cluster::{Cluster, Config};
use serde_json::json;

/// The least time between two commands with `--jsonl`.
const PACE: Duration = Duration::from_millis(400);

#[derive(Args)]
pub(crate) struct Options {
    /// Number of nodes
    #[arg(long, value_name = "N", default_value_t = 3)]
    nodes: u16,
    /// Seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Folder that is copied into the shell's working directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Print one JSON object per command: cmd, stdout, stderr, exit, t
    #[arg(long)]
    jsonl: bool,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut cluster = Cluster::new(Config {
        seed: options.seed,
        nodes: options.nodes,
        ..Config::default()
    });
    cluster.settle();
    if let Some(dir) = &options.dir {
        cluster
            .copy_in(dir)
            .with_context(|| format!("copying {}", dir.display()))?;
    }
    let input = std::io::stdin().lock();
    if options.jsonl {
        jsonl(&mut cluster, input)
    } else {
        plain(&mut cluster, input)
    }
}

/// One JSON object per command.
fn jsonl(cluster: &mut Cluster, mut input: impl BufRead) -> Result<ExitCode> {
    let start = cluster.now();
    let mut next = start;
    while let Some(cmd) = read_command(&mut input)? {
        cluster.run_until(next);
        let began = cluster.now();
        let done = cluster.run(&cmd);
        let t = began.since(start).as_secs_f64();
        // Three decimals, as in the recordings; more would only be noise.
        let t = (t * 1000.0).round() / 1000.0;
        let line = json!({ "cmd": cmd, "stdout": done.stdout, "stderr": done.stderr, "exit": done.exit, "t": t });
        writeln!(std::io::stdout(), "{line}")?;
        next = began + PACE;
    }
    Ok(ExitCode::SUCCESS)
}

/// As in a terminal. Ends with the exit code of the last command.
fn plain(cluster: &mut Cluster, mut input: impl BufRead) -> Result<ExitCode> {
    let mut code = 0;
    let mut out = std::io::stdout();
    while let Some(cmd) = read_command(&mut input)? {
        let done = cluster.run_line(&cmd);
        out.write_all(done.output.as_bytes())?;
        for hint in &done.hints {
            writeln!(out, "\u{1b}[2m  hint: {hint}\u{1b}[0m")?;
        }
        out.flush()?;
        code = done.exit;
        if done.exited {
            return Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)));
        }
    }
    // An unfinished command is complained of, as bash does.
    if let Some(done) = cluster.end_of_input() {
        out.write_all(done.output.as_bytes())?;
        code = done.exit;
    }
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// The next command: a line, with the lines of its here-documents. `None` at the end of the input.
fn read_command(input: &mut impl BufRead) -> Result<Option<String>> {
    loop {
        let mut command = String::new();
        if input.read_line(&mut command)? == 0 {
            return Ok(None);
        }
        trim_line_end(&mut command);
        if command.trim().is_empty() || command.trim_start().starts_with('#') {
            continue;
        }
        for delimiter in here_documents(&command) {
            loop {
                let mut line = String::new();
                if input.read_line(&mut line)? == 0 {
                    break;
                }
                trim_line_end(&mut line);
                command.push('\n');
                command.push_str(&line);
                if line.trim_start_matches('\t') == delimiter {
                    break;
                }
            }
        }
        return Ok(Some(command));
    }
}

fn trim_line_end(line: &mut String) {
    while line.ends_with(['\n', '\r']) {
        line.pop();
    }
}

/// The delimiters of the here-documents that a line opens.
fn here_documents(line: &str) -> Vec<String> {
    let mut delimiters = Vec::new();
    let mut quote = None;
    let mut chars = line.char_indices();
    while let Some((i, c)) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '\\') => {
                chars.next();
            }
            (None, '<') if line[i..].starts_with("<<<") => {
                chars.nth(1);
            }
            (None, '<') if line[i..].starts_with("<<") => {
                let word = line[i + 2..].trim_start_matches('-').trim_start();
                let word: String = word
                    .chars()
                    .take_while(|c| !" \t;|&<>()".contains(*c))
                    .collect();
                delimiters.push(word.replace(['\'', '"', '\\'], ""));
                chars.next();
            }
            _ => {}
        }
    }
    delimiters
}

#[cfg(test)]
mod tests {
    use super::here_documents;

    #[test]
    fn here_documents_are_found_outside_of_quotes() {
        for (line, want) in [
            ("cat <<EOF", vec!["EOF"]),
            ("kubectl apply -f - <<'EOF' | tee x", vec!["EOF"]),
            ("cat <<-A <<B", vec!["A", "B"]),
            ("cat <<< word", vec![]),
            ("echo '<<EOF'", vec![]),
        ] {
            assert_eq!(here_documents(line), want, "{line}");
        }
    }
}
