//! `redis`: a key-value server on port 6379, and `redis-cli` to speak to it.
//!
//! Strings, counters, lists, sets and hashes with the commands that examples use, and expiry. No persistence, no
//! replication, no scripting.

mod cli;
mod resp;
mod store;

use std::cell::RefCell;
use std::rc::Rc;

use network::{Listener, Stream};
use os::{Proc, Programs, Signal};

use crate::files::Files;
use crate::image::{DEFAULT_PATH, Image, ImageConfig};
use crate::server::{listen, redis_time, serve_each, until_signal};
use crate::tags::Tags;
use resp::{Reader, Value};
use store::Store;

const VERSION: &str = "8.4.0";

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "docker.io/library/redis",
        "registry.k8s.io/redis",
        "docker.io/bitnami/redis",
        "public.ecr.aws/docker/library/redis",
    ],
    tags: Tags {
        names: &["e2e", "stable"],
        versions: &[(2, 8), (3, 2), (4, 0), (5, 0), (6, 2), (7, 4), (8, 4)],
        variants: &["alpine", "bookworm", "bullseye", "buster", "trixie"],
    },
    size: 49_273_812,
    config: ImageConfig {
        entrypoint: &["docker-entrypoint.sh"],
        command: &["redis-server"],
        env: &[("PATH", DEFAULT_PATH), ("REDIS_VERSION", VERSION)],
        working_dir: "/data",
        version: Some((
            "REDIS_VERSION",
            &[("6.2", "6.2.21"), ("7.4", "7.4.7"), ("8.4", VERSION)],
        )),
        memory: 9 << 20,
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

fn files(files: &mut Files) {
    files.base();
    files.users(&[("root", 0, 0, "/root"), ("redis", 999, 999, "/home/redis")]);
    files.program(
        "/usr/local/bin/docker-entrypoint.sh",
        "redis-entrypoint",
        "gnu",
    );
    files.program("/usr/local/bin/redis-server", "redis-server", "gnu");
    files.program("/usr/local/bin/redis-cli", "redis-cli", "gnu");
    files.dir("/data", 0o755);
    files.owner("/data", 999, 999);
}

fn programs(programs: &Programs) {
    programs.add("redis-entrypoint", entrypoint);
    programs.add("redis-server", server);
    programs.add("redis-cli", cli::main);
}

/// The image's entrypoint: options alone mean the server with these options.
async fn entrypoint(proc: Proc) -> i32 {
    let mut args = proc.args()[1..].to_vec();
    if args
        .first()
        .is_none_or(|first| first.starts_with('-') || first.ends_with(".conf"))
    {
        args.insert(0, "redis-server".to_owned());
    }
    let path = proc.env("PATH").unwrap_or_default();
    let found = proc
        .machine()
        .find_executable(&proc.cred(), &proc.cwd(), &path, &args[0]);
    let ran = match found {
        Ok(path) => proc.exec(&path, &args).await,
        Err(error) => Err(error),
    };
    match ran {
        Ok(code) => code,
        Err(_) => {
            proc.eprint(format!(
                "/usr/local/bin/docker-entrypoint.sh: 59: exec: {}: not found\n",
                args[0]
            ))
            .await;
            127
        }
    }
}

/// `--name value` among the arguments.
fn option(args: &[String], name: &str) -> Option<String> {
    let at = args.iter().position(|arg| arg == name)?;
    args.get(at + 1).cloned()
}

async fn log(proc: &Proc, mark: char, text: &str) {
    let now = redis_time(proc.now());
    proc.print(format!("1:M {now} {mark} {text}\n")).await;
}

async fn server(proc: Proc) -> i32 {
    let args = proc.args();
    let port = option(&args, "--port")
        .and_then(|port| port.parse().ok())
        .unwrap_or(6379);
    let password = option(&args, "--requirepass");
    let version = proc.env("REDIS_VERSION").unwrap_or_else(|| VERSION.into());
    let now = redis_time(proc.now());
    proc.print(format!(
        "1:C {now} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n"
    ))
    .await;
    proc.print(format!(
        "1:C {now} * Redis version={version}, bits=64, commit=00000000, modified=0, pid=1, just started\n"
    ))
    .await;
    if args.len() == 1 {
        proc.print(format!(
            "1:C {now} # Warning: no config file specified, using the default config. In order to specify a \
             config file use redis-server /path/to/redis.conf\n"
        ))
        .await;
    }
    let Some(listener) = listen(&proc, port) else {
        log(
            &proc,
            '#',
            &format!("Warning: Could not create server TCP listening socket *:{port}: bind: Address already in use"),
        )
        .await;
        log(&proc, '#', "Failed listening on port 6379 (tcp), aborting.").await;
        return 1;
    };
    log(&proc, '*', "monotonic clock: POSIX clock_gettime").await;
    log(
        &proc,
        '*',
        &format!("Running mode=standalone, port={port}."),
    )
    .await;
    log(&proc, '*', "Server initialized").await;
    log(&proc, '*', "Ready to accept connections tcp").await;
    let serving = serve(proc.clone(), listener, password);
    let signal = until_signal(&proc, &[Signal::TERM, Signal::INT], serving).await;
    if let Err(signal) = signal {
        let name = if signal == Signal::TERM {
            "SIGTERM"
        } else {
            "SIGINT"
        };
        let now = redis_time(proc.now());
        proc.print(format!(
            "1:signal-handler ({}) Received {name} scheduling shutdown...\n",
            proc.now().as_secs()
        ))
        .await;
        proc.print(format!("1:M {now} * User requested shutdown...\n"))
            .await;
        log(&proc, '*', "Saving the final RDB snapshot before exiting.").await;
        log(&proc, '*', "DB saved on disk").await;
        log(&proc, '#', "Redis is now ready to exit, bye bye...").await;
    }
    0
}

/// Takes connections for ever.
async fn serve(proc: Proc, listener: Listener, password: Option<String>) {
    let store = Rc::new(RefCell::new(Store::default()));
    serve_each(listener, |stream| {
        converse(proc.clone(), stream, Rc::clone(&store), password.clone())
    })
    .await;
}

/// One client's commands, until it leaves.
async fn converse(
    proc: Proc,
    mut stream: Stream,
    store: Rc<RefCell<Store>>,
    password: Option<String>,
) {
    let mut reader = Reader::default();
    let mut allowed = password.is_none();
    while let Some(command) = reader.command(&mut stream).await {
        let name = command.first().map(|name| name.to_uppercase());
        let answer = match name.as_deref() {
            None => continue,
            Some("AUTH") => {
                allowed = command.last() == password.as_ref();
                if allowed {
                    Value::ok()
                } else {
                    Value::error("WRONGPASS invalid username-password pair or user is disabled.")
                }
            }
            Some(_) if !allowed => Value::error("NOAUTH Authentication required."),
            Some("QUIT") => {
                let _ = stream.write_all(&Value::ok().encode()).await;
                return;
            }
            Some(_) => store.borrow_mut().run(&command, proc.now()),
        };
        if stream.write_all(&answer.encode()).await.is_err() {
            return;
        }
    }
}
