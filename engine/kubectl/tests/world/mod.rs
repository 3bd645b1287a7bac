//! A machine with kubectl on it and an API server beside it, for tests.

#![allow(dead_code, missing_docs, unreachable_pub)]

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use apiserver::{ApiServer, Config};
use client::Client;
use kubectl::Kubectl;
use kubectl::adapter::{ProcHost, Servers, certificate};
use os::{Capture, FdTable, File, Fs, Input, Machine, Programs, Spawn, Vfs};
use sim::{Sim, Time};

pub struct World {
    pub sim: Sim,
    pub server: ApiServer,
    pub client: Client,
    pub machine: Machine,
    kubectl: Kubectl,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

const KUBECONFIG: &str = "apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Y2E=
    server: https://127.0.0.1:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
users:
- name: kubernetes-admin
  user:
    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tClZHRmlaWEp1WlhSbGN3PT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=
    client-key-data: a2V5
";

impl World {
    pub fn new() -> World {
        let sim = Sim::new(7, Time::from_secs(1_795_000_000));
        let server = ApiServer::new(sim.clone(), Config::default());
        let client = Client::new(server.clone());
        let vfs = Vfs::new(Fs::new("overlay", 0));
        vfs.make_basics(0).unwrap();
        let machine = Machine::new(&sim, &Programs::new(), "workstation", vfs);
        let servers = Servers::new().with(
            "https://127.0.0.1:6443",
            client.clone(),
            Rc::new(|target| certificate::user(target, 0)),
        );
        let world = World {
            sim,
            server,
            client,
            machine,
            kubectl: Kubectl::new(Rc::new(servers)),
        };
        world.write("/root/.kube/config", KUBECONFIG);
        world
    }

    pub fn write(&self, path: &str, text: &str) {
        let (folder, _) = path.rsplit_once('/').unwrap();
        let cred = self.machine.root_cred();
        self.machine
            .vfs()
            .mkdir_all(&cred, if folder.is_empty() { "/" } else { folder }, 0o755)
            .unwrap();
        self.machine
            .vfs()
            .write_file(&cred, path, text.as_bytes())
            .unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        let data = self
            .machine
            .vfs()
            .read_file(&self.machine.root_cred(), path)
            .unwrap();
        String::from_utf8_lossy(&data).into_owned()
    }

    /// Runs kubectl with words; waits at most `seconds` of virtual time.
    pub fn run_for(&self, args: &[&str], stdin: &str, seconds: u64) -> Ran {
        let (out, err) = (Capture::new(8 << 20), Capture::new(8 << 20));
        let input = Input::fixed(stdin.as_bytes());
        let fds = FdTable::standard(
            File::from_stream(input),
            File::from_stream(out.clone()),
            File::from_stream(err.clone()),
        );
        let mut words = vec!["kubectl".to_owned()];
        words.extend(args.iter().map(|a| (*a).to_owned()));
        let env = BTreeMap::from([
            ("HOME".to_owned(), "/root".to_owned()),
            ("PATH".to_owned(), "/bin".to_owned()),
            ("TERM".to_owned(), "dumb".to_owned()),
        ]);
        let kubectl = self.kubectl.clone();
        let spawn = Spawn {
            args: words,
            env: env.into(),
            cwd: "/root".into(),
            fds,
            ..Spawn::default()
        };
        let proc = self
            .machine
            .spawn(spawn, |proc| async move {
                let args: Vec<String> = proc.args().iter().skip(1).cloned().collect();
                kubectl.run(Rc::new(ProcHost::new(proc)), &args).await.code
            })
            .unwrap();
        let end = self.sim.now() + Duration::from_secs(seconds);
        let mut budget = 50_000_000;
        while proc.ended().is_none() && budget > 0 && self.sim.step(end) {
            budget -= 1;
        }
        let code = proc.ended().map_or(-1, os::ExitStatus::code);
        let text = |capture: &Capture| String::from_utf8_lossy(&capture.take()).into_owned();
        Ran {
            stdout: text(&out),
            stderr: text(&err),
            code,
        }
    }

    pub fn run(&self, line: &str) -> Ran {
        let words = split(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.run_for(&words, "", 600)
    }

    /// Runs a line that must succeed; its standard output.
    pub fn ok(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!(ran.code, 0, "{line}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    }
}

/// Words of a line, with quotes.
pub fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut open) = (Vec::new(), String::new(), None, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('"') | None, '\\') => word.extend(chars.next()),
            (Some(_), c) => word.push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                open = true;
            }
            (None, c) if c.is_whitespace() => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            (None, c) => word.push(c),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    words
}

impl World {
    /// What is suggested for the last word of a line; a trailing `…` marks words that go on, `FILES` stands for files.
    pub fn suggest(&self, line: &str) -> String {
        use kubectl::complete::{Answer, complete};
        let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if line.is_empty() || line.ends_with(' ') {
            words.push(String::new());
        }
        let out = Capture::new(1 << 20);
        let fds = FdTable::standard(
            File::null(),
            File::from_stream(out.clone()),
            File::from_stream(out.clone()),
        );
        let env = BTreeMap::from([("HOME".to_owned(), "/root".to_owned())]);
        let spawn = Spawn {
            args: vec!["bash".into()],
            env: env.into(),
            cwd: "/root".into(),
            fds,
            ..Spawn::default()
        };
        let kubectl = self.kubectl.clone();
        let proc = self
            .machine
            .spawn(spawn, |proc| async move {
                let host = Rc::new(ProcHost::new(proc.clone()));
                let text = match complete(&kubectl, host, &words) {
                    Answer::Files => "FILES".to_owned(),
                    Answer::Choices(choices) => {
                        let mark = |ends: bool| if ends { "" } else { "…" };
                        let words = choices
                            .iter()
                            .map(|c| format!("{}{}", c.word, mark(c.ends)));
                        words.collect::<Vec<_>>().join(" ")
                    }
                };
                let _ = proc.write(1, text.into_bytes()).await;
                0
            })
            .unwrap();
        let end = self.sim.now() + Duration::from_secs(1);
        while proc.ended().is_none() && self.sim.step(end) {}
        String::from_utf8_lossy(&out.take()).into_owned()
    }
}
