//! `postgres`: a server on port 5432, with `psql` and `pg_isready`. See [`super::sql`] for what it knows.

use os::{Proc, Programs, Signal};

use super::mysql::run_or;
use super::sql::{Answer, Connection, Dialect, Failure, Server, serve, statements, table_of};
use crate::files::Files;
use crate::image::{Image, ImageConfig};
use crate::server::{listen, until_signal};
use crate::tags::Tags;

const ROOT: &str = "/var/lib/postgresql/data";

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "docker.io/library/postgres",
        "docker.io/bitnami/postgresql",
        "docker.io/postgis/postgis",
        "public.ecr.aws/docker/library/postgres",
    ],
    tags: Tags {
        names: &[],
        versions: &[
            (9, 6),
            (10, 23),
            (11, 22),
            (12, 22),
            (13, 23),
            (14, 20),
            (15, 15),
            (16, 11),
            (17, 7),
            (18, 1),
        ],
        variants: &["alpine", "bookworm", "bullseye", "trixie"],
    },
    size: 162_000_000,
    config: ImageConfig {
        entrypoint: &["docker-entrypoint.sh"],
        command: &["postgres"],
        env: &[
            (
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin",
            ),
            ("PG_VERSION", "18.1"),
            ("PGDATA", ROOT),
        ],
        version: Some(("PG_VERSION", &[])),
        stop_signal: Signal::INT,
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

fn files(files: &mut Files) {
    files.base();
    // Alpine's, too: its entrypoint is written for it.
    files.program("/bin/bash", "bash", "gnu");
    files.users(&[
        ("root", 0, 0, "/root"),
        ("postgres", 999, 999, "/var/lib/postgresql"),
    ]);
    files.dir(ROOT, 0o1777);
    files.dir("/docker-entrypoint-initdb.d", 0o755);
    files.program(
        "/usr/local/bin/docker-entrypoint.sh",
        "postgres-entrypoint",
        "gnu",
    );
    files.program("/usr/local/bin/postgres", "postgres", "gnu");
    files.program("/usr/local/bin/psql", "psql", "gnu");
    files.program("/usr/local/bin/pg_isready", "pg_isready", "gnu");
}

fn programs(programs: &Programs) {
    programs.add("postgres-entrypoint", entrypoint);
    programs.add("postgres", postgres);
    programs.add("psql", psql);
    programs.add("pg_isready", is_ready);
}

fn env(proc: &Proc, name: &str) -> Option<String> {
    proc.env(name).or_else(|| {
        let path = proc.env(&format!("{name}_FILE"))?;
        let text = proc.vfs().read_file(&proc.cred(), &path).ok()?;
        Some(String::from_utf8_lossy(&text).trim_end().to_owned())
    })
}

async fn log(proc: &Proc, text: &str) {
    let now = apimachinery::Time::from_unix_micros(proc.now().as_micros());
    let stamp = now.to_string().replace('T', " ");
    let millis = proc.now().as_micros().rem_euclid(1_000_000) / 1000;
    let stamp = stamp.trim_end_matches('Z');
    proc.eprint(format!("{stamp}.{millis:03} UTC [1] LOG:  {text}\n"))
        .await;
}

async fn entrypoint(proc: Proc) -> i32 {
    let first = proc
        .args()
        .get(1)
        .cloned()
        .unwrap_or_else(|| "postgres".to_owned());
    if first != "postgres" && !first.starts_with('-') {
        return run_or(&proc, "postgres", proc.args()[1..].to_vec()).await;
    }
    let cred = proc.machine().root_cred();
    let data = proc.env("PGDATA").unwrap_or_else(|| ROOT.to_owned());
    let mark = format!("{data}/PG_VERSION");
    if proc.vfs().exists(&cred, &mark) {
        proc.print("\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n").await;
        return postgres(proc).await;
    }
    let trust = proc
        .env("POSTGRES_HOST_AUTH_METHOD")
        .is_some_and(|method| method == "trust");
    if env(&proc, "POSTGRES_PASSWORD").is_none_or(|password| password.is_empty()) && !trust {
        proc.eprint(
            "Error: Database is uninitialized and superuser password is not specified.\n       You must specify \
             POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, \"-e \
             POSTGRES_PASSWORD=password\" on \"docker run\".\n\n       You may also use \
             \"POSTGRES_HOST_AUTH_METHOD=trust\" to allow all\n       connections without a password. This is *not* \
             recommended.\n\n       See PostgreSQL documentation about \"trust\":\n       \
             https://www.postgresql.org/docs/current/auth-trust.html\n",
        )
        .await;
        return 1;
    }
    let _ = proc.vfs().mkdir_all(&cred, &data, 0o700);
    let entries = proc.vfs().read_dir(&cred, &data).unwrap_or_default();
    if entries.iter().any(|(name, _)| &**name == "lost+found") {
        proc.eprint(format!(
            "initdb: error: directory \"{data}\" exists but is not empty\ninitdb: detail: It contains a lost+found \
             directory, perhaps due to it being a mount point.\n"
        ))
        .await;
        return 1;
    }
    proc.print("The files belonging to this database system will be owned by user \"postgres\".\n")
        .await;
    proc.sleep(std::time::Duration::from_secs(2)).await;
    let user = env(&proc, "POSTGRES_USER").unwrap_or_else(|| "postgres".to_owned());
    let database = env(&proc, "POSTGRES_DB").unwrap_or_else(|| user.clone());
    for name in ["postgres", "template1", &database] {
        let _ = proc
            .vfs()
            .mkdir_all(&cred, &format!("{data}/{name}"), 0o700);
    }
    let version = proc.env("PG_VERSION").unwrap_or_default();
    if let Err(errno) = proc
        .vfs()
        .write_file(&cred, &mark, format!("{version}\n").as_bytes())
    {
        let why = errno.text();
        proc.eprint(format!(
            "initdb: error: could not access directory \"{data}\": {why}\n"
        ))
        .await;
        return 1;
    }
    proc.print("\nPostgreSQL init process complete; ready for start up.\n\n")
        .await;
    postgres(proc).await
}

async fn postgres(proc: Proc) -> i32 {
    let version = proc.env("PG_VERSION").unwrap_or_default();
    log(
        &proc,
        &format!("starting PostgreSQL {version} on x86_64-pc-linux-gnu, 64-bit"),
    )
    .await;
    let Some(listener) = listen(&proc, 5432) else {
        log(
            &proc,
            "could not bind IPv4 address \"0.0.0.0\": Address already in use",
        )
        .await;
        return 1;
    };
    log(&proc, "listening on IPv4 address \"0.0.0.0\", port 5432").await;
    log(&proc, "database system is ready to accept connections").await;
    let user = env(&proc, "POSTGRES_USER").unwrap_or_else(|| "postgres".to_owned());
    let password = env(&proc, "POSTGRES_PASSWORD");
    let server = Server {
        proc: proc.clone(),
        dialect: Dialect::Postgres,
        root: proc.env("PGDATA").unwrap_or_else(|| ROOT.to_owned()),
        version: format!("PostgreSQL {version} on x86_64-pc-linux-gnu, 64-bit"),
        users: password
            .map(|password| (user, password))
            .into_iter()
            .collect(),
    };
    let signals = [Signal::INT, Signal::TERM];
    if until_signal(&proc, &signals, serve(server, listener))
        .await
        .is_err()
    {
        log(&proc, "received fast shutdown request").await;
        log(&proc, "database system is shut down").await;
    }
    0
}

/// What `psql` and `pg_isready` are told.
struct Told {
    host: String,
    local: bool,
    port: u16,
    user: String,
    password: String,
    database: String,
    command: Vec<String>,
    tuples: bool,
    unaligned: bool,
    list: bool,
}

fn told(proc: &Proc) -> Told {
    let args = proc.args();
    let host = proc.env("PGHOST");
    let own = env(proc, "POSTGRES_USER").unwrap_or_else(|| "postgres".to_owned());
    let mut told = Told {
        local: host.is_none(),
        host: host.unwrap_or_else(|| "127.0.0.1".to_owned()),
        port: 5432,
        user: proc.env("PGUSER").unwrap_or_else(|| "root".to_owned()),
        password: proc.env("PGPASSWORD").unwrap_or_default(),
        database: proc.env("PGDATABASE").unwrap_or_default(),
        command: Vec::new(),
        tuples: false,
        unaligned: false,
        list: false,
    };
    let mut rest = args[1..].iter();
    while let Some(arg) = rest.next() {
        let (name, value) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
            _ => match arg.split_at_checked(2) {
                Some((short, value))
                    if arg.starts_with('-') && !arg.starts_with("--") && !value.is_empty() =>
                {
                    // Letters without a value can stand together: -tA.
                    if matches!(short, "-t" | "-A" | "-q" | "-X") {
                        told.tuples |= arg.contains('t');
                        told.unaligned |= arg.contains('A');
                        continue;
                    }
                    (short, Some(value.to_owned()))
                }
                _ => (arg.as_str(), None),
            },
        };
        let mut needed = || {
            value
                .clone()
                .or_else(|| rest.next().cloned())
                .unwrap_or_default()
        };
        match name {
            "-h" | "--host" => {
                told.host = needed();
                told.local = false;
            }
            "-p" | "--port" => told.port = needed().parse().unwrap_or(5432),
            "-U" | "--username" => told.user = needed(),
            "-d" | "--dbname" => told.database = needed(),
            "-c" | "--command" => told.command.push(needed()),
            "-t" | "--tuples-only" => told.tuples = true,
            "-A" | "--no-align" => told.unaligned = true,
            "-l" | "--list" => told.list = true,
            "-v" | "-f" => drop(needed()),
            name if name.starts_with('-') => {}
            word => word.clone_into(&mut told.database),
        }
    }
    if told.local {
        // The socket of the image asks nobody for a password.
        told.password = env(proc, "POSTGRES_PASSWORD").unwrap_or(told.password);
        if told.user != own {
            told.local = false;
        }
    }
    if told.database.is_empty() {
        told.database.clone_from(&told.user);
    }
    told
}

async fn open(proc: &Proc, told: &Told) -> Result<Connection, String> {
    let Told { host, port, .. } = told;
    let who = [told.user.as_str(), &told.password, &told.database];
    let place = format!("connection to server at \"{host}\", port {port} failed");
    match Connection::open(proc, host, *port, who).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err((_, message))) => Err(format!("psql: error: {place}: FATAL:  {message}\n")),
        Err(why) if why.contains("not known") => Err(format!(
            "psql: error: could not translate host name \"{host}\" to address: {why}\n"
        )),
        Err(why) => Err(format!(
            "psql: error: {place}: {why}\n\tIs the server running on that host and accepting TCP/IP connections?\n"
        )),
    }
}

fn show(answer: &Answer, told: &Told) -> String {
    if answer.columns.is_empty() {
        return format!("{}\n", answer.tag);
    }
    if told.tuples || told.unaligned {
        let separator = if told.unaligned { "|" } else { " | " };
        let lead = if told.unaligned { "" } else { " " };
        let titles = (!told.tuples).then_some(&answer.columns);
        let lines = titles.into_iter().chain(&answer.rows);
        let mut text: String = lines
            .map(|row| format!("{lead}{}\n", row.join(separator)))
            .collect();
        if !told.unaligned {
            text.push('\n');
        }
        return text;
    }
    table_of(answer, false)
}

async fn run(proc: &Proc, connection: &mut Connection, told: &Told, statement: &str) -> bool {
    let answer = match statement.trim().trim_end_matches(';') {
        "\\dt" => connection.ask("\\dt").await,
        meta if meta.starts_with('\\') => {
            proc.eprint(format!(
                "invalid command {meta} (a stand-in that knows \\dt and \\q)\n"
            ))
            .await;
            return false;
        }
        statement => connection.ask(statement).await,
    };
    let failed: Failure = match answer {
        Ok(answer) => {
            proc.print(show(&answer, told)).await;
            return true;
        }
        Err(failure) => failure,
    };
    proc.eprint(format!("ERROR:  {}\n", failed.1)).await;
    false
}

async fn psql(proc: Proc) -> i32 {
    if proc
        .args()
        .iter()
        .any(|arg| arg == "--version" || arg == "-V")
    {
        let version = proc.env("PG_VERSION").unwrap_or_default();
        proc.print(format!("psql (PostgreSQL) {version}\n")).await;
        return 0;
    }
    let told = told(&proc);
    let mut connection = match open(&proc, &told).await {
        Ok(connection) => connection,
        Err(message) => {
            proc.eprint(message).await;
            return 2;
        }
    };
    if !told.command.is_empty() {
        for command in &told.command {
            for statement in statements(command) {
                if !run(&proc, &mut connection, &told, &statement).await {
                    return 1;
                }
            }
        }
        return 0;
    }
    if !proc.is_tty(0) {
        let bytes = proc.read_to_end(0, 1 << 20).await.unwrap_or_default();
        for statement in statements(&String::from_utf8_lossy(&bytes)) {
            run(&proc, &mut connection, &told, &statement).await;
        }
        return 0;
    }
    let version = proc.env("PG_VERSION").unwrap_or_default();
    proc.print(format!("psql ({version})\nType \"help\" for help.\n\n"))
        .await;
    let Ok(input) = proc.fd(0) else { return 1 };
    let mut lines = os::LineReader::new(&proc, input);
    let mut pending = String::new();
    loop {
        let sign = if pending.is_empty() { '=' } else { '-' };
        proc.print(format!("{}{sign}# ", told.database)).await;
        let Ok(Some(line)) = lines.next_line().await else {
            return 0;
        };
        pending.push_str(&String::from_utf8_lossy(&line));
        let text = pending.trim();
        if matches!(text, "\\q" | "exit" | "quit") {
            return 0;
        }
        if text.is_empty() || text.starts_with('\\') || text.ends_with(';') {
            for statement in statements(&std::mem::take(&mut pending)) {
                run(&proc, &mut connection, &told, &statement).await;
            }
        }
    }
}

async fn is_ready(proc: Proc) -> i32 {
    let told = told(&proc);
    let place = if told.host == "127.0.0.1" && told.local {
        format!("/var/run/postgresql:{}", told.port)
    } else {
        format!("{}:{}", told.host, told.port)
    };
    match open(&proc, &told).await {
        Err(message) if !message.contains("FATAL") => {
            proc.print(format!("{place} - no response\n")).await;
            2
        }
        _ => {
            proc.print(format!("{place} - accepting connections\n"))
                .await;
            0
        }
    }
}
