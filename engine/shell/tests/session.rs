//! The interactive shell: keys for programs, jobs, typing ahead, completion.

mod world;

use std::time::Duration;

use os::WindowSize;
use shell::Session;
use world::World;

struct Terminal {
    world: World,
    session: Session,
}

impl Terminal {
    fn new() -> Self {
        let world = World::new(false);
        let session = world.session();
        Terminal { world, session }
    }

    /// Enters a line, without waiting for its end.
    fn enter(&self, line: &str, millis: u64) {
        self.session.line(line);
        self.pass(millis);
    }

    fn keys(&self, keys: &str, millis: u64) {
        self.session.keys(keys.as_bytes());
        self.pass(millis);
    }

    fn pass(&self, millis: u64) {
        let mut budget = 1_000_000;
        let until = self.world.sim.now() + Duration::from_millis(millis);
        self.world.sim.run_until(until, &mut budget);
    }

    fn output(&self) -> String {
        String::from_utf8(self.session.tty().take_output())
            .unwrap()
            .replace("\r\n", "\n")
    }

    fn prompt(&self) -> Option<String> {
        self.session.prompt().map(|prompt| prompt.text)
    }
}

const PROMPT: &str = "root@tabernetes:~# ";

#[test]
fn interrupt_ends_a_command() {
    let terminal = Terminal::new();
    assert_eq!(terminal.prompt().as_deref(), Some(PROMPT));
    terminal.enter("sleep 100; echo not reached", 1000);
    assert_eq!(terminal.prompt(), None);
    terminal.keys("\x03", 100);
    assert_eq!(terminal.output(), "^C\n");
    assert_eq!(terminal.prompt().as_deref(), Some(PROMPT));
    assert_eq!(terminal.session.status(), 130);
}

#[test]
fn interrupt_ends_loops_of_the_shell_itself() {
    let terminal = Terminal::new();
    for line in [
        "while :; do :; done",
        "while true; do x=$((x+1)); done",
        "for ((;;)); do echo -n; done",
        "while sleep 1; do echo x; done >/dev/null",
    ] {
        terminal.enter(line, 2000);
        assert_eq!(terminal.prompt(), None, "{line}");
        terminal.keys("\x03", 200);
        assert_eq!(terminal.prompt().as_deref(), Some(PROMPT), "{line}");
        assert_eq!(terminal.session.status(), 130, "{line}");
        assert_eq!(terminal.output(), "^C\n", "{line}");
    }
}

#[test]
fn programs_read_keys() {
    let terminal = Terminal::new();
    terminal.enter("cat", 100);
    terminal.keys("hello\r", 100);
    assert_eq!(terminal.output(), "hello\nhello\n");
    terminal.keys("\x04", 100);
    assert_eq!(terminal.session.status(), 0);
    terminal.enter("read -p 'name? ' x", 100);
    terminal.keys("Ada\r", 100);
    terminal.enter("echo \"<$x>\"", 100);
    assert_eq!(terminal.output(), "name? Ada\n<Ada>\n");
}

#[test]
fn jobs_stop_and_go_on() {
    let terminal = Terminal::new();
    terminal.enter("sleep 10", 1000);
    terminal.keys("\x1a", 100);
    assert_eq!(
        terminal.output(),
        "^Z\n[1]+  Stopped                 sleep 10\n"
    );
    assert_eq!(terminal.session.status(), 148);
    terminal.enter("jobs", 100);
    assert_eq!(
        terminal.output(),
        "[1]+  Stopped                 sleep 10\n"
    );
    terminal.enter("bg", 100);
    assert_eq!(terminal.output(), "[1]+ sleep 10 &\n");
    terminal.enter("fg", 100);
    assert_eq!(terminal.output(), "sleep 10\n");
    terminal.pass(20_000);
    assert_eq!(terminal.prompt().as_deref(), Some(PROMPT));
    terminal.enter("sleep 5 &", 100);
    let text = terminal.output();
    assert!(text.starts_with("[1] "), "{text}");
    terminal.pass(6000);
    terminal.enter("", 100);
    assert_eq!(terminal.output(), "[1]+  Done                    sleep 5\n");
    terminal.enter("sleep 100 & kill %1; wait", 100);
    terminal.enter("", 100);
    let text = terminal.output();
    assert!(
        text.ends_with("[1]+  Terminated              sleep 100\n"),
        "{text}"
    );
}

#[test]
fn what_is_typed_ahead_comes_back_with_the_prompt() {
    let terminal = Terminal::new();
    terminal.enter("sleep 3", 100);
    terminal.keys("echo a", 100);
    terminal.pass(5000);
    let prompt = terminal.session.prompt().unwrap();
    assert_eq!((prompt.keys, prompt.unread.as_slice()), (6, &b"echo a"[..]));
}

#[test]
fn unfinished_commands_ask_for_more() {
    let terminal = Terminal::new();
    terminal.enter("echo 'a", 100);
    let prompt = terminal.session.prompt().unwrap();
    assert_eq!((prompt.text.as_str(), prompt.continuation), ("> ", true));
    terminal.keys("\x03", 100);
    assert_eq!(terminal.prompt().as_deref(), Some(PROMPT));
    terminal.enter("cat <<EOF\none\ntwo\nEOF", 100);
    assert_eq!(terminal.output(), "one\ntwo\n");
    terminal.enter("echo a; echo b\necho c", 100);
    assert_eq!(terminal.output(), "a\nb\nc\n");
    assert_eq!(terminal.session.history().len(), 4);
}

#[test]
fn the_end_of_input_ends_the_shell() {
    let terminal = Terminal::new();
    terminal.keys("\x04", 100);
    assert_eq!(terminal.output(), "exit\n");
    assert_eq!(terminal.session.ended(), Some(0));
}

#[test]
fn completes_commands_files_and_variables() {
    let terminal = Terminal::new();
    terminal.enter(
        "mkdir -p dir 'my dir'; echo x > file.yml; greet() { :; }; NAME=x",
        100,
    );
    let insert = |line: &str| -> Vec<String> {
        let (_, all) = terminal.session.complete(line, line.len());
        all.into_iter()
            .map(|completion| completion.insert)
            .collect()
    };
    assert_eq!(insert("gree"), ["greet "]);
    assert_eq!(insert("base"), ["base64 ", "basename "]);
    assert_eq!(insert("cat f"), ["file.yml "]);
    assert_eq!(insert("cat "), ["dir/", "file.yml ", "my\\ dir/"]);
    assert_eq!(insert("cd "), ["dir/", "my\\ dir/"]);
    assert_eq!(insert("echo x > fi"), ["file.yml "]);
    assert_eq!(insert("echo $NAM"), ["$NAME "]);
    assert_eq!(insert("cat ~/fi"), ["~/file.yml "]);
    assert_eq!(terminal.session.complete("cat fi", 6).0, 4);
}

#[test]
fn a_pager_takes_the_screen() {
    let terminal = Terminal::new();
    terminal.enter("seq 100 | less", 500);
    let text = terminal.output();
    assert!(
        text.contains("\n23\n") && !text.contains("\n24\n") && text.ends_with(':'),
        "{text:?}"
    );
    terminal.keys("G", 100);
    assert!(terminal.output().contains("(END)"));
    // The window shrinks: all is drawn anew, and a long line takes more of it.
    terminal.keys("q", 100);
    terminal.enter("printf 'x%.0s' {1..60} | less", 500);
    terminal.output();
    let (columns, rows) = (40, 10);
    terminal.session.tty().resize(WindowSize { columns, rows });
    terminal.pass(100);
    let (text, x) = (terminal.output(), "x");
    let drawn = format!(
        "\x1b[2J{}\n{}\n~\n~\n~\n~\n~\n~\n~\n",
        x.repeat(40),
        x.repeat(20)
    );
    assert!(text.contains(&drawn), "{text:?}");
    terminal.keys("q", 100);
    assert_eq!(terminal.prompt().as_deref(), Some(PROMPT));
}

#[test]
fn a_pager_wraps_and_searches() {
    let terminal = Terminal::new();
    terminal.enter("seq -f 'line %g 漢字' 200 | less", 500);
    terminal.output();
    terminal.keys("/line 150", 50);
    terminal.keys("\r", 100);
    let text = terminal.output();
    assert!(text.contains("\x1b[2Jline 150 漢字\n"), "{text:?}");
    terminal.keys("?line 7\r", 100);
    assert!(terminal.output().contains("\x1b[2Jline 79 "));
    terminal.keys("n", 100);
    assert!(terminal.output().contains("\x1b[2Jline 78 "));
    terminal.keys("N", 100);
    assert!(terminal.output().contains("\x1b[2Jline 79 "));
    terminal.keys("gq", 100);
    terminal.enter("printf 'x%.0s' {1..170} | less", 500);
    let text = terminal.output();
    let row = "x".repeat(80);
    assert!(
        text.contains(&format!("{row}\n{row}\nxxxxxxxxxx\n~")),
        "{text:?}"
    );
    terminal.keys("q", 100);
    assert_eq!(terminal.prompt().as_deref(), Some(PROMPT));
}

#[test]
fn processes_are_found_by_name() {
    let terminal = Terminal::new();
    terminal.enter(
        "sleep 100 & sleep 200 & pgrep -c sleep; pgrep -a -f 'sleep 2' | cut -d' ' -f2-",
        500,
    );
    let text = terminal.output();
    assert!(text.ends_with("\n2\nsleep 200\n"), "{text:?}");
    terminal.enter("pkill -f 'sleep 1'; pgrep -lx sleep | cut -d' ' -f2; killall nosuch; pgrep nosuch; echo $?", 500);
    assert_eq!(
        terminal.output(),
        "sleep\nnosuch: no process found\n1\n[1]-  Terminated              sleep 100\n"
    );
    terminal.enter("sudo -n whoami; sudo X=1 sh -c 'echo $X'; sudo nosuch; tput cols; tput setaf 1 | cat -v; echo", 500);
    assert_eq!(
        terminal.output(),
        "root\n1\nsudo: nosuch: command not found\n80\n^[[31m\n"
    );
}
