//! The shell as people use it: `tests/transcripts/*.txt` hold commands with what they print.
//!
//! A transcript is read from top to bottom, all commands in one directory of one machine. `$ ` begins a command (further
//! lines of it begin with `> `), what follows is its standard output and error in the order written, and `? 1` its exit
//! code where it is not 0. The first line names the shell: `bash -c`, `sh -c` (busybox), `dash -c` or `session` (an interactive
//! bash that gets the lines). With `fresh` in it, each command gets a machine of its own.

mod world;

use world::World;

/// A command, what it prints and its exit code.
struct Case {
    line: usize,
    command: String,
    output: String,
    status: i32,
}

fn parse(text: &str) -> (String, Vec<Case>) {
    let mut lines = text.lines().enumerate();
    let (_, first) = lines.next().unwrap();
    let mut cases: Vec<Case> = Vec::new();
    for (at, line) in lines {
        if let Some(command) = line.strip_prefix("$ ") {
            cases.push(Case {
                line: at + 1,
                command: command.into(),
                output: String::new(),
                status: 0,
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if let Some(more) = line.strip_prefix("> ").filter(|_| case.output.is_empty()) {
            case.command.push('\n');
            case.command.push_str(more);
        } else if let Some(status) = line.strip_prefix("? ") {
            case.status = status.parse().unwrap();
        } else {
            case.output.push_str(line);
            case.output.push('\n');
        }
    }
    // Blank lines between commands are for the reader; an output that ends in one has a line with `\` there.
    for case in &mut cases {
        let text = case.output.trim_end_matches('\n').replace("\n\\\n", "\n\n");
        case.output = if text.is_empty() {
            String::new()
        } else {
            text.trim_end_matches('\\').to_owned() + "\n"
        };
    }
    (first.trim_start_matches("# ").to_owned(), cases)
}

fn check(name: &str, text: &str) {
    let (kind, cases) = parse(text);
    let world = World::new(kind.starts_with("sh"));
    let mut wrong = Vec::new();
    for case in &cases {
        let fresh = kind.contains("fresh").then(|| World::new(false));
        let world = fresh.as_ref().unwrap_or(&world);
        let (output, status) = match kind.as_str() {
            "session" => world.in_session(&case.command),
            _ => world.run(kind.split(' ').next().unwrap(), &case.command),
        };
        let shown = if output.is_empty() || output.ends_with('\n') {
            output
        } else {
            output + "\n"
        };
        if shown != case.output || status != case.status {
            wrong.push(format!(
                "{name}:{}: $ {}\n--- expected ({})\n{}--- got ({status})\n{shown}",
                case.line, case.command, case.status, case.output
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

macro_rules! transcripts {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name), include_str!(concat!("transcripts/", stringify!($name), ".txt")));
        })*
    };
}

transcripts! { ash bash dash errors language session tools }
