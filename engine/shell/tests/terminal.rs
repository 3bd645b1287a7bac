//! Differential test of the interactive shell: `tests/bash/terminal/*.txt` hold sessions with what a real bash 5.2 shows in them
//! (`record.py` there records them). Each runs here on a terminal of its own, in virtual time, and must show the same, but for
//! the steps of `differs`, each with its reason.

mod world;

use std::fmt::Write as _;
use std::time::Duration;

use shell::{Session, Start};
use world::World;

struct Bash {
    world: World,
    session: Session,
}

impl Bash {
    fn new() -> Self {
        let world = World::new(false);
        world.machine.set_last_pid(20_000);
        let cred = world.machine.root_cred();
        world
            .machine
            .vfs()
            .mkdir_all(&cred, "/tmp/bash-case", 0o755)
            .unwrap();
        let start = Start {
            env: [
                ("HOME", "/tmp/bash-case"),
                ("PATH", "/usr/local/bin:/usr/bin:/bin"),
                ("TERM", "xterm"),
            ]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
            cwd: "/tmp/bash-case".into(),
            ..Start::default()
        };
        let session = Session::start(&world.machine, start).unwrap();
        let bash = Bash { world, session };
        bash.pass(0.5);
        bash
    }

    fn pass(&self, seconds: f64) {
        let mut budget = 1_000_000;
        let until = self.world.sim.now() + Duration::from_secs_f64(seconds);
        self.world.sim.run_until(until, &mut budget);
    }

    fn step(&self, line: &str) -> String {
        let (mark, rest) = line.split_at(1);
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match mark {
            "$" if self.session.prompt().is_some() => {
                self.session.line(rest);
                self.pass(0.45);
            }
            "$" => {
                self.session.keys(format!("{rest}\r").as_bytes());
                self.pass(0.45);
            }
            "^" => {
                self.session.keys(&[rest.as_bytes()[0] & 31]);
                self.pass(0.45);
            }
            _ => self.pass(rest.parse().unwrap()),
        }
        let shown = self.session.tty().take_output();
        let shown = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
        shown.lines().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{}", without_pid(line));
            text
        })
    }
}

/// Process numbers as PID: after `[1] `, in the rows of `jobs -l`, and alone in a row.
fn without_pid(line: &str) -> String {
    let (head, rest) = match line.split_once(']') {
        Some((number, rest)) if number.starts_with('[') => {
            let mark = rest.len() - rest.trim_start_matches(['-', '+']).len();
            (
                format!("{number}]{} ", &rest[..mark]),
                rest[mark..].trim_start(),
            )
        }
        _ if line.starts_with("     ") => ("      ".to_owned(), line.trim_start()),
        _ => (String::new(), line),
    };
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = rest.len() - behind.len();
    let is_pid = match head.as_bytes().first() {
        None => digits >= 4 && behind.is_empty(),
        Some(b'[') => digits > 0 && (behind.is_empty() || behind.starts_with(' ')),
        Some(_) => digits > 0 && behind.trim_start().starts_with('|'),
    };
    if is_pid {
        format!("{head}PID{behind}")
    } else {
        line.to_owned()
    }
}

fn read(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bash/terminal/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

fn check(name: &str) {
    let (text, differs) = (read(&format!("{name}.txt")), read("differs"));
    let mut wrong = String::new();
    for session in text.split("\n== ").skip(1) {
        let (title, steps) = session.split_once('\n').unwrap();
        let bash = Bash::new();
        let mut steps = steps.lines().filter(|line| !line.is_empty()).peekable();
        while let Some(step) = steps.next() {
            let mut expected = String::new();
            while let Some(shown) = steps.next_if(|line| line.starts_with("| ")) {
                let _ = writeln!(expected, "{}", &shown[2..]);
            }
            let got = bash.step(step);
            let known = differs.lines().any(|line| {
                line.split_once(" :: ")
                    .is_some_and(|(_, of)| of == format!("{title} / {step}"))
            });
            // One step may stand in a session several times.
            if got != expected && !known
                || got == expected && known && session.matches(&format!("\n{step}\n")).count() == 1
            {
                let _ = writeln!(
                    wrong,
                    "\n{name}: {title} / {step}\nexpected:\n{expected}got:\n{got}"
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn jobs() {
    check("jobs");
}

#[test]
fn history() {
    check("history");
}
