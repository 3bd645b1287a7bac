//! The playground as people type in it: `tests/sessions/*.txt` hold commands with what the terminal shows.
//!
//! A session is read from top to bottom, all commands in one shell of one cluster of three nodes. `$ ` begins a command
//! (further lines of it begin with `> `), what follows is what the terminal shows, `hint: ` a line of the playground's own,
//! and `? 1` the exit code where it is not 0. Lines that begin with `#` before the first command say what the session is
//! about. `…` in an expected line stands for anything. `SESSIONS=FOLDER` reads another folder.

use std::path::{Path, PathBuf};

use cluster::{Cluster, Config};

/// A command, what it prints and its exit code.
struct Case {
    line: usize,
    command: String,
    shown: Vec<String>,
    exit: i32,
}

#[test]
fn every_session_shows_what_it_says() {
    let folder = std::env::var_os("SESSIONS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions"),
        PathBuf::from,
    );
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no sessions in {}", folder.display());
    // A program's main thread has this much; a test's thread has a quarter, and unoptimized frames are large.
    let player = std::thread::Builder::new().stack_size(8 << 20);
    let playing = player.spawn(move || play_all(&files)).unwrap();
    playing.join().unwrap();
}

fn play_all(files: &[PathBuf]) {
    let mut wrong = Vec::new();
    let mut commands = 0;
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let cases = parse(&text);
        assert!(!cases.is_empty(), "no commands in {}", file.display());
        commands += cases.len();
        play(
            &file.file_name().unwrap().to_string_lossy(),
            &cases,
            &mut wrong,
        );
    }
    println!("{} commands in {} sessions", commands, files.len());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            cases.push(Case {
                line: at + 1,
                command: command.to_owned(),
                shown: Vec::new(),
                exit: 0,
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if let Some(more) = line.strip_prefix("> ").filter(|_| case.shown.is_empty()) {
            case.command.push('\n');
            case.command.push_str(more);
        } else if let Some(exit) = line.strip_prefix("? ") {
            case.exit = exit.parse().unwrap();
        } else {
            case.shown.push(line.to_owned());
        }
    }
    // Blank lines at the end are for the reader.
    for case in &mut cases {
        while case.shown.last().is_some_and(String::is_empty) {
            case.shown.pop();
        }
    }
    cases
}

fn play(name: &str, cases: &[Case], wrong: &mut Vec<String>) {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    for case in cases {
        let done = cluster.run_line(&case.command);
        let mut shown: Vec<String> = done
            .output
            .replace("\r\n", "\n")
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        while shown.last().is_some_and(String::is_empty) {
            shown.pop();
        }
        shown.extend(done.hints.iter().map(|hint| format!("hint: {hint}")));
        let same = shown.len() == case.shown.len()
            && shown
                .iter()
                .zip(&case.shown)
                .all(|(got, want)| matches(got, want));
        if !same || done.exit != case.exit {
            wrong.push(format!(
                "{name}:{}: $ {}\n--- expected ({})\n{}\n--- got ({})\n{}",
                case.line,
                case.command,
                case.exit,
                case.shown.join("\n"),
                done.exit,
                shown.join("\n")
            ));
        }
    }
}

/// Whether a line is as expected, where `…` stands for anything.
fn matches(got: &str, want: &str) -> bool {
    let mut parts = want.split('…');
    let Some(mut rest) = parts.next().and_then(|first| got.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[test]
fn an_ellipsis_stands_for_anything() {
    assert!(matches("web-1234 Running 5s", "web-… Running …s"));
    assert!(matches("same", "same"));
    assert!(!matches("same and more", "same"));
    assert!(!matches("web Running", "…Pending…"));
}
