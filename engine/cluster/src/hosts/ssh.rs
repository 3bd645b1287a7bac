//! `ssh`: a shell, or one command, on a node.

use std::collections::BTreeMap;
use std::rc::Rc;

use os::{Candidate, Disposition, FdTable, Proc, Programs, Signal, Spawn, TtyMode};
use sim::futures_util::future::{Either, select};

use super::{Host, Hosts};

/// Options of ssh that take a value.
const VALUED: &str = "BbcDEeFIiJLlmOopQRSWw";

pub(super) fn register(programs: &Programs, hosts: &Hosts) {
    let command = hosts.clone();
    programs.add("ssh", move |proc| {
        let hosts = command.clone();
        async move { run(&hosts, proc).await }
    });
    let hosts = hosts.clone();
    programs.set_completer("ssh", move |request| {
        request.no_files();
        let names = hosts.names().into_iter();
        names
            .filter(|name| name.starts_with(request.current()))
            .map(Candidate::word)
            .collect()
    });
}

async fn run(hosts: &Hosts, proc: Proc) -> i32 {
    let args = proc.args();
    let mut rest = args.iter().skip(1).peekable();
    let mut terminal = None;
    while let Some(option) = rest.next_if(|arg| arg.starts_with('-') && arg.len() > 1) {
        let letter = option.chars().nth(1).unwrap_or('-');
        match letter {
            't' => terminal = Some(true),
            'T' => terminal = Some(false),
            letter if VALUED.contains(letter) && option.len() == 2 => drop(rest.next()),
            _ => {}
        }
    }
    let Some(target) = rest.next() else {
        proc.eprint("usage: ssh [-tTv] [-l login_name] [-o option] [-p port] destination [command [argument ...]]\n").await;
        return 255;
    };
    let name = target
        .rsplit_once('@')
        .map_or(target.as_str(), |(_, host)| host);
    let Some(host) = hosts.find(name) else {
        proc.eprint(format!(
            "ssh: Could not resolve hostname {name}: Name or service not known\n"
        ))
        .await;
        proc.hint(&format!(
            "The machines here are {}.",
            hosts.names().join(", ")
        ));
        return 255;
    };
    if let Some(why) = hosts.node(&host).and_then(|node| node.no_way()) {
        proc.eprint(format!("ssh: connect to host {name} port 22: {why}\n"))
            .await;
        return 255;
    }
    hosts.tend(&host);
    let command = rest.cloned().collect::<Vec<_>>().join(" ");
    let terminal = terminal.unwrap_or(command.is_empty()) && proc.is_tty(0);
    if terminal {
        return interactive(&proc, &host, &command).await;
    }
    let fds = [0, 1, 2].map(|fd| proc.fd(fd).unwrap_or_else(|_| os::File::null()));
    let [stdin, stdout, stderr] = fds;
    if command.is_empty() {
        proc.eprint("Pseudo-terminal will not be allocated because stdin is not a terminal.\n")
            .await;
    }
    let args = match command.as_str() {
        "" => vec!["bash".into()],
        command => vec!["bash".into(), "-c".into(), command.to_owned()],
    };
    let started = start(&host, args, FdTable::standard(stdin, stdout, stderr), None);
    let Some(child) = started else {
        proc.eprint(format!(
            "ssh: connect to host {name} port 22: Connection refused\n"
        ))
        .await;
        return 255;
    };
    proc.set_disposition(Signal::INT, Disposition::Catch);
    let ended = std::pin::pin!(child.wait_end());
    let interrupted = std::pin::pin!(proc.next_signal());
    match select(ended, interrupted).await {
        Either::Left((status, _)) => status.code(),
        Either::Right(_) => {
            host.machine.kill_group(child.group(), Signal::HUP);
            let _ = host.machine.kill(child.pid(), Signal::KILL);
            255
        }
    }
}

fn start(host: &Rc<Host>, args: Vec<String>, fds: FdTable, tty: Option<os::Tty>) -> Option<Proc> {
    let mut env: BTreeMap<String, String> = [
        ("HOME", "/root"),
        ("USER", "root"),
        ("LOGNAME", "root"),
        ("SHELL", "/usr/bin/bash"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("LANG", "C.UTF-8"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    env.insert(
        "TERM".into(),
        if tty.is_some() { "xterm" } else { "dumb" }.into(),
    );
    let spawn = Spawn {
        args,
        env: env.into(),
        cwd: "/root".into(),
        fds,
        tty,
        ..Spawn::default()
    };
    host.machine.spawn_command(spawn).ok()
}

/// A session on a terminal of the node's own; this one only carries its bytes.
async fn interactive(proc: &Proc, host: &Rc<Host>, command: &str) -> i32 {
    let tty = host
        .machine
        .open_tty(proc.window_size().unwrap_or_default());
    let args = match command {
        "" => vec!["bash".into()],
        command => vec!["bash".into(), "-c".into(), command.to_owned()],
    };
    let Some(child) = start(host, args, FdTable::terminal(&tty), Some(tty.clone())) else {
        return 255;
    };
    tty.set_foreground(Some(child.group()));
    let own = proc.tty();
    if let Some(own) = &own {
        own.set_mode(TtyMode::RAW);
    }
    proc.set_disposition(Signal::WINCH, Disposition::Catch);
    let input = async {
        loop {
            match proc.read(0, 4096).await {
                Ok(data) if !data.is_empty() => tty.feed(&data),
                _ => return,
            }
        }
    };
    let output = async {
        loop {
            let bytes = std::future::poll_fn(|cx| tty.poll_output(cx)).await;
            if bytes.is_empty() || proc.write(1, bytes).await.is_err() {
                return;
            }
        }
    };
    let size = async {
        loop {
            proc.next_signal().await;
            tty.resize(proc.window_size().unwrap_or_default());
        }
    };
    let status = {
        let mut output = std::pin::pin!(output);
        let input = std::pin::pin!(input);
        let size = std::pin::pin!(size);
        let carried = select(input, size);
        let ended = std::pin::pin!(child.wait_end());
        let carried = std::pin::pin!(select(carried, output.as_mut()));
        let status = match select(ended, carried).await {
            Either::Left((status, _)) => status.code(),
            Either::Right(_) => {
                host.machine.kill_group(child.group(), Signal::HUP);
                let _ = host.machine.kill(child.pid(), Signal::KILL);
                255
            }
        };
        tty.hang_up();
        status
    };
    let rest = tty.take_output();
    if !rest.is_empty() {
        let _ = proc.write(1, rest).await;
    }
    child.reap();
    if let Some(own) = own {
        own.set_mode(TtyMode::COOKED);
    }
    proc.eprint(format!("Connection to {} closed.\n", host.name))
        .await;
    status
}
