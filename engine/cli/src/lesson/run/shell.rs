//! The machine's own bash, in which the learner's commands run: one for the whole lesson, so that variables, the working
//! folder and background jobs stay.
//!
//! It reads command lines from a pipe and answers each with its exit code. What a command prints goes to a file, from which
//! it is shown as it comes, and kept for the checks. Programs that want the terminal itself (an editor, `exec -it`) get it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::Sender;

use anyhow::{Context, Result};

use super::Event;

/// Reads where a command's output goes and where its input comes from, then the command; each ends with a zero byte.
/// `trap : INT` lets Ctrl-C end the command and not the shell. `k` and `edit` are there as in the playground.
const LOOP: &str = r#"
exec 3>&1
k() { kubectl "$@"; }
edit() { ${VISUAL:-${EDITOR:-vi}} "$@"; }
trap : INT
trap 'kill $(jobs -p) 2>/dev/null' EXIT
while IFS= read -r -d '' out && IFS= read -r -d '' in && IFS= read -r -d '' line; do
  eval "$line" >"$out" 2>&1 <"$in" 3>&-
  printf '%s\n' "$?" >&3
done
"#;

/// A running bash.
pub(super) struct Shell {
    child: Child,
    input: Option<ChildStdin>,
    /// The lesson's folder: working folder, and place of what commands print.
    folder: PathBuf,
    count: usize,
}

impl Shell {
    /// Starts it in this folder; the exit codes of its commands are sent as [`Event::Exit`].
    pub(super) fn start(folder: &Path, kubeconfig: &Path, events: Sender<Event>) -> Result<Self> {
        let mut child = Command::new("bash")
            .args(["--noprofile", "--norc", "-c", LOOP])
            .current_dir(folder)
            .env("KUBECONFIG", kubeconfig)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run bash, which runs what you type")?;
        let codes = child.stdout.take().context("bash has no output")?;
        std::thread::spawn(move || {
            let lines = BufReader::new(codes).lines().map_while(Result::ok);
            for code in lines.filter_map(|line| line.parse().ok()) {
                if events.send(Event::Exit(Some(code))).is_err() {
                    return;
                }
            }
            // `exit` was typed, or the shell was killed. Nobody may be listening any more.
            let _ = events.send(Event::Exit(None));
        });
        Ok(Self {
            input: child.stdin.take(),
            child,
            folder: folder.to_path_buf(),
            count: 0,
        })
    }

    /// Starts a command line; `terminal` gives it the terminal instead of keeping what it prints.
    pub(super) fn run(&mut self, line: &str, terminal: bool) -> Result<Printed> {
        let path = self.folder.join(format!(".output-{}", self.count));
        self.count += 1;
        let file = File::create(&path).context("keeping what a command prints")?;
        let (out, input) = if terminal {
            ("/dev/tty".into(), "/dev/tty")
        } else {
            (path.display().to_string(), "/dev/null")
        };
        let shell = self.input.as_mut().context("the shell has ended")?;
        for part in [out.as_str(), input, line] {
            shell.write_all(part.as_bytes())?;
            shell.write_all(&[0])?;
        }
        shell.flush()?;
        drop(file);
        Ok(Printed {
            file: File::open(&path)?,
            text: String::new(),
        })
    }

    /// Ends it, and with it what runs in the background.
    pub(super) fn end(&mut self) {
        // The end of its input ends the loop; a command that still runs is killed.
        self.input = None;
        for _ in 0..20 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a command prints.
pub(super) struct Printed {
    file: File,
    /// All so far.
    pub(super) text: String,
}

impl Printed {
    /// What is new.
    pub(super) fn more(&mut self) -> String {
        let mut bytes = Vec::new();
        // What cannot be read is not shown.
        let _ = self.file.read_to_end(&mut bytes);
        let new = String::from_utf8_lossy(&bytes).into_owned();
        self.text.push_str(&new);
        new
    }
}

/// Whether a command is no use without the terminal.
pub(super) fn wants_the_terminal(line: &str) -> bool {
    // What comes after `--` is for a program in a container.
    let own = line.split(" -- ").next().unwrap_or(line);
    let words: Vec<&str> = own.split_whitespace().collect();
    let editors = ["edit", "vi", "vim", "nano", "less", "top", "watch"];
    let flags = ["-it", "-ti", "-i", "--stdin", "--tty"];
    let program = words.first().copied().unwrap_or_default();
    editors.contains(&program)
        || words.get(1) == Some(&"edit")
        || (words
            .iter()
            .any(|word| ["exec", "run", "attach", "debug"].contains(word))
            && words.iter().any(|word| flags.contains(word)))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[test]
    fn variables_jobs_and_folders_stay_from_line_to_line() {
        let folder = std::env::temp_dir().join(format!("lesson-shell-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("sub")).expect("a folder");
        let (sender, events) = channel();
        let mut shell =
            Shell::start(&folder, &folder.join("config"), sender).expect("there is a bash");
        for (line, exit, prints) in [
            ("X=5", 0, ""),
            ("echo $X; echo $KUBECONFIG | grep -c config", 0, "5\n1\n"),
            ("cd sub", 0, ""),
            ("basename $PWD", 0, "sub\n"),
            ("false | true; sh -c 'exit 3'", 3, ""),
            ("cat <<E\na\nE", 0, "a\n"),
            ("read line || echo nothing to read", 0, "nothing to read\n"),
            ("sleep 1000 &", 0, ""),
            ("kill %1", 0, ""),
        ] {
            let mut printed = shell.run(line, false).expect("the shell runs");
            let code = loop {
                match events.recv_timeout(Duration::from_secs(20)) {
                    Ok(Event::Exit(code)) => break code,
                    Ok(_) => {}
                    Err(error) => panic!("{line}: {error}"),
                }
            };
            printed.more();
            assert_eq!(
                (code, printed.text.as_str()),
                (Some(exit), prints),
                "{line}"
            );
        }
        shell.end();
        std::fs::remove_dir_all(&folder).expect("the folder goes");
    }

    #[test]
    fn editors_and_shells_in_pods_get_the_terminal() {
        for (line, want) in [
            ("kubectl edit pod web", true),
            ("vim pod.yml", true),
            ("kubectl exec -it web -- sh", true),
            ("kubectl exec web -- ls -i", false),
            ("kubectl get pods -w", false),
            ("kubectl apply -f web.yml", false),
        ] {
            assert_eq!(wants_the_terminal(line), want, "{line}");
        }
    }
}
