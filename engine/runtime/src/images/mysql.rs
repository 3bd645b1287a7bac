//! `mysql` and `mariadb`: a server on port 3306, and `mysql` to speak to it. See [`super::sql`] for what it knows.

use os::{Proc, Programs, Signal};

use super::sql::{Answer, Connection, Dialect, Failure, Server, serve, statements, table_of};
use crate::files::Files;
use crate::image::{DEFAULT_PATH, Image, ImageConfig};
use crate::server::{listen, until_signal};
use crate::tags::Tags;

const ROOT: &str = "/var/lib/mysql";

const CONFIG: ImageConfig = ImageConfig {
    entrypoint: &["docker-entrypoint.sh"],
    command: &["mysqld"],
    env: &[("PATH", DEFAULT_PATH), ("MYSQL_VERSION", "9.5.0")],
    version: Some((
        "MYSQL_VERSION",
        &[("5.7", "5.7.44"), ("8.0", "8.0.44"), ("8.4", "8.4.7")],
    )),
    ..ImageConfig::DEFAULT
};

pub(super) static MYSQL: Image = Image {
    repositories: &[
        "docker.io/library/mysql",
        "docker.io/bitnami/mysql",
        "public.ecr.aws/docker/library/mysql",
    ],
    tags: Tags {
        names: &["lts", "innovation", "oracle"],
        versions: &[(5, 7), (8, 4), (9, 5)],
        variants: &["debian", "oracle", "oraclelinux", "r"],
    },
    size: 264_000_000,
    config: CONFIG,
    files,
    programs,
};

pub(super) static MARIADB: Image = Image {
    repositories: &[
        "docker.io/library/mariadb",
        "docker.io/bitnami/mariadb",
        "public.ecr.aws/docker/library/mariadb",
    ],
    tags: Tags {
        names: &["lts"],
        versions: &[(5, 5), (10, 11), (11, 8), (12, 1)],
        variants: &["jammy", "noble", "focal", "ubi", "r"],
    },
    size: 110_000_000,
    config: ImageConfig {
        command: &["mariadbd"],
        env: &[("PATH", DEFAULT_PATH), ("MYSQL_VERSION", "12.1.2-MariaDB")],
        version: None,
        ..CONFIG
    },
    files,
    programs,
};

/// A helper of the documentation's replicated MySQL: it waits, and copies nothing.
pub(super) static XTRABACKUP: Image = Image {
    repositories: &["gcr.io/google-samples/xtrabackup"],
    tags: Tags::ANY,
    size: 96_000_000,
    config: ImageConfig {
        command: &["bash"],
        ..ImageConfig::DEFAULT
    },
    files: |files_| {
        files(files_);
        files_.program("/usr/bin/ncat", "nc", "gnu");
        files_.program("/usr/bin/xbstream", "cat", "gnu");
        files_.program("/usr/bin/xtrabackup", "true", "gnu");
    },
    programs,
};

fn files(files: &mut Files) {
    files.debian("bookworm");
    files.users(&[("root", 0, 0, "/root"), ("mysql", 999, 999, ROOT)]);
    files.dir(ROOT, 0o755);
    files.dir("/etc/mysql/conf.d", 0o755);
    files.dir("/mnt/config-map", 0o755);
    files.dir("/docker-entrypoint-initdb.d", 0o755);
    files.program(
        "/usr/local/bin/docker-entrypoint.sh",
        "mysql-entrypoint",
        "gnu",
    );
    for name in ["mysqld", "mariadbd"] {
        files.program(&format!("/usr/sbin/{name}"), "mysqld", "gnu");
    }
    for name in ["mysql", "mariadb"] {
        files.program(&format!("/usr/bin/{name}"), "mysql", "gnu");
    }
    for name in ["mysqladmin", "mariadb-admin"] {
        files.program(&format!("/usr/bin/{name}"), "mysqladmin", "gnu");
    }
    files.program("/usr/local/bin/healthcheck.sh", "mysqladmin", "gnu");
}

fn programs(programs: &Programs) {
    programs.add("mysql-entrypoint", entrypoint);
    programs.add("mysqld", mysqld);
    programs.add("mysql", mysql);
    programs.add("mysqladmin", mysqladmin);
}

/// Options or nothing mean the server; anything else is run.
pub(super) async fn run_or(proc: &Proc, server: &str, mut args: Vec<String>) -> i32 {
    if args.first().is_none_or(|first| first.starts_with('-')) {
        args.insert(0, server.to_owned());
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
                "docker-entrypoint.sh: exec: {}: not found\n",
                args[0]
            ))
            .await;
            127
        }
    }
}

fn env(proc: &Proc, name: &str) -> Option<String> {
    let both = [format!("MYSQL_{name}"), format!("MARIADB_{name}")];
    both.iter().find_map(|name| {
        proc.env(name).or_else(|| {
            let path = proc.env(&format!("{name}_FILE"))?;
            let text = proc.vfs().read_file(&proc.cred(), &path).ok()?;
            Some(String::from_utf8_lossy(&text).trim_end().to_owned())
        })
    })
}

async fn note(proc: &Proc, text: &str) {
    let now = apimachinery::Time::from_unix_micros(proc.now().as_micros());
    let stamp = now.to_string().replace('T', " ");
    let stamp = stamp.trim_end_matches('Z');
    proc.print(format!("{stamp}+00:00 [Note] [Entrypoint]: {text}\n"))
        .await;
}

async fn entrypoint(proc: Proc) -> i32 {
    let args = proc.args();
    let server = match args.get(1).map(String::as_str) {
        None => "mysqld",
        Some(first) if first.starts_with('-') => "mysqld",
        Some(first) => first,
    }
    .to_owned();
    if !matches!(server.as_str(), "mysqld" | "mariadbd") {
        return run_or(&proc, "mysqld", proc.args()[1..].to_vec()).await;
    }
    let cred = proc.machine().root_cred();
    let brand = if server == "mysqld" {
        "MySQL"
    } else {
        "MariaDB"
    };
    let version = proc.env("MYSQL_VERSION").unwrap_or_default();
    note(
        &proc,
        &format!("Entrypoint script for {brand} Server {version} started."),
    )
    .await;
    let fresh = !proc.vfs().exists(&cred, &format!("{ROOT}/ibdata1"));
    let password = env(&proc, "ROOT_PASSWORD");
    let empty = [
        "ALLOW_EMPTY_PASSWORD",
        "ALLOW_EMPTY_ROOT_PASSWORD",
        "RANDOM_ROOT_PASSWORD",
    ];
    if fresh && password.is_none() && !empty.iter().any(|name| env(&proc, name).is_some()) {
        let now = apimachinery::Time::from_unix_micros(proc.now().as_micros());
        let stamp = now.to_string().replace('T', " ");
        let stamp = stamp.trim_end_matches('Z');
        proc.eprint(format!(
            "{stamp}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    \
             You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    \
             - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n"
        ))
        .await;
        return 1;
    }
    if fresh {
        note(&proc, "Initializing database files").await;
        proc.sleep(std::time::Duration::from_secs(4)).await;
        if let Err(errno) = proc
            .vfs()
            .write_file(&cred, &format!("{ROOT}/ibdata1"), b"")
        {
            proc.eprint(format!(
                "mysqld: Can't create/write to file '{ROOT}/ibdata1' (OS errno 13 - {})\n",
                errno.text()
            ))
            .await;
            return 1;
        }
        if let Some(database) = env(&proc, "DATABASE") {
            note(&proc, &format!("Creating database {database}")).await;
            let _ = proc
                .vfs()
                .mkdir_all(&cred, &format!("{ROOT}/{database}"), 0o750);
        }
        if let Some(user) = env(&proc, "USER") {
            note(&proc, &format!("Creating user {user}")).await;
        }
        note(
            &proc,
            &format!("{brand} init process done. Ready for start up."),
        )
        .await;
    }
    mysqld(proc).await
}

async fn mysqld(proc: Proc) -> i32 {
    let version = proc.env("MYSQL_VERSION").unwrap_or_default();
    let port = super::echo::flag(&proc.args(), "port")
        .and_then(|port| port.parse().ok())
        .unwrap_or(3306);
    let Some(listener) = listen(&proc, port) else {
        proc.eprint("[ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use\n")
            .await;
        return 1;
    };
    let mut users = vec![(
        "root".to_owned(),
        env(&proc, "ROOT_PASSWORD").unwrap_or_default(),
    )];
    if let Some(user) = env(&proc, "USER") {
        users.push((user, env(&proc, "PASSWORD").unwrap_or_default()));
    }
    proc.sleep(std::time::Duration::from_millis(900)).await;
    let now = apimachinery::Time::from_unix_micros(proc.now().as_micros());
    proc.eprint(format!(
        "{now} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '{version}'  \
         socket: '/var/run/mysqld/mysqld.sock'  port: {port}  MySQL Community Server - GPL.\n"
    ))
    .await;
    let server = Server {
        proc: proc.clone(),
        dialect: Dialect::MySql,
        root: ROOT.to_owned(),
        version,
        users,
    };
    let served = until_signal(&proc, &[Signal::TERM, Signal::INT], serve(server, listener)).await;
    if served.is_err() {
        let now = apimachinery::Time::from_unix_micros(proc.now().as_micros());
        proc.eprint(format!(
            "{now} 0 [System] [MY-013172] [Server] Received SHUTDOWN from user <via user signal>.\n"
        ))
        .await;
        proc.sleep(std::time::Duration::from_millis(800)).await;
    }
    0
}

/// What `mysql` and `mysqladmin` are told.
struct Told {
    host: String,
    port: u16,
    user: String,
    password: String,
    database: String,
    execute: Option<String>,
    table: bool,
    no_names: bool,
    words: Vec<String>,
}

fn told(proc: &Proc) -> Told {
    let args = proc.args();
    let mut told = Told {
        host: "127.0.0.1".to_owned(),
        port: 3306,
        user: "root".to_owned(),
        password: proc.env("MYSQL_PWD").unwrap_or_default(),
        database: String::new(),
        execute: None,
        table: false,
        no_names: false,
        words: Vec::new(),
    };
    let mut rest = args[1..].iter();
    while let Some(arg) = rest.next() {
        // `-hNAME`, `-h NAME`, `--host=NAME`, `--host NAME`
        let (name, value) = match arg.strip_prefix("--") {
            Some(long) => match long.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (long.to_owned(), None),
            },
            None => match arg
                .strip_prefix('-')
                .and_then(|short| short.split_at_checked(1))
            {
                Some((letter, value)) => (
                    letter.to_owned(),
                    Some(value.to_owned()).filter(|v| !v.is_empty()),
                ),
                None => {
                    told.words.push(arg.clone());
                    continue;
                }
            },
        };
        let mut needed = || {
            value
                .clone()
                .or_else(|| rest.next().cloned())
                .unwrap_or_default()
        };
        match name.as_str() {
            "h" | "host" => told.host = needed(),
            "P" | "port" => told.port = needed().parse().unwrap_or(3306),
            "u" | "user" => told.user = needed(),
            "D" | "database" => told.database = needed(),
            "e" | "execute" => told.execute = Some(needed()),
            "p" | "password" => told.password = value.unwrap_or(told.password),
            "t" | "table" => told.table = true,
            "N" | "skip-column-names" => told.no_names = true,
            _ => {}
        }
    }
    if told.host == "localhost" {
        told.host = "127.0.0.1".to_owned();
    }
    told
}

async fn open(proc: &Proc, told: &Told) -> Result<Connection, String> {
    let who = [told.user.as_str(), &told.password, &told.database];
    match Connection::open(proc, &told.host, told.port, who).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err((code, message))) => Err(format!("ERROR {code}: {message}\n")),
        Err(why) => {
            let (host, port) = (&told.host, told.port);
            let code = if why.contains("refused") { 111 } else { 110 };
            Err(if why.contains("not known") {
                format!("ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)\n")
            } else {
                format!(
                    "ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' ({code})\n"
                )
            })
        }
    }
}

fn show(answer: &Answer, told: &Told, tty: bool) -> String {
    if answer.columns.is_empty() {
        return if tty {
            "Query OK\n\n".to_owned()
        } else {
            String::new()
        };
    }
    if tty || told.table {
        if answer.rows.is_empty() {
            return if tty {
                "Empty set\n\n".to_owned()
            } else {
                String::new()
            };
        }
        return table_of(answer, true);
    }
    if answer.rows.is_empty() {
        return String::new();
    }
    let titles = (!told.no_names).then_some(&answer.columns);
    let lines = titles
        .into_iter()
        .chain(&answer.rows)
        .map(|row| format!("{}\n", row.join("\t")));
    lines.collect()
}

async fn mysql(proc: Proc) -> i32 {
    let mut told = told(&proc);
    if told.database.is_empty() {
        told.database = told.words.first().cloned().unwrap_or_default();
    }
    let mut connection = match open(&proc, &told).await {
        Ok(connection) => connection,
        Err(message) => {
            proc.eprint(message).await;
            return 1;
        }
    };
    let failed =
        |(code, message): Failure, line: usize| format!("ERROR {code} at line {line}: {message}\n");
    let interactive = told.execute.is_none() && proc.is_tty(0);
    if !interactive {
        let script = match &told.execute {
            Some(script) => script.clone(),
            None => {
                let bytes = proc.read_to_end(0, 1 << 20).await.unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            }
        };
        for statement in statements(&script) {
            match connection.ask(&statement).await {
                Ok(answer) => proc.print(show(&answer, &told, proc.is_tty(1))).await,
                Err(failure) => {
                    proc.eprint(failed(failure, 1)).await;
                    return 1;
                }
            }
        }
        return 0;
    }
    proc.print("Welcome to the MySQL monitor.  Commands end with ; or \\g.\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n")
        .await;
    let Ok(input) = proc.fd(0) else { return 1 };
    let mut lines = os::LineReader::new(&proc, input);
    let mut pending = String::new();
    loop {
        proc.print(if pending.is_empty() {
            "mysql> "
        } else {
            "    -> "
        })
        .await;
        let Ok(Some(line)) = lines.next_line().await else {
            proc.print("Bye\n").await;
            return 0;
        };
        pending.push_str(&String::from_utf8_lossy(&line));
        if matches!(
            pending.trim().trim_end_matches(';'),
            "exit" | "quit" | "\\q"
        ) {
            proc.print("Bye\n").await;
            return 0;
        }
        if !pending.trim_end().ends_with([';']) {
            continue;
        }
        for statement in statements(&std::mem::take(&mut pending)) {
            match connection.ask(&statement).await {
                Ok(answer) => proc.print(show(&answer, &told, true)).await,
                Err((code, message)) => proc.eprint(format!("ERROR {code}: {message}\n")).await,
            }
        }
    }
}

async fn mysqladmin(proc: Proc) -> i32 {
    let told = told(&proc);
    match open(&proc, &told).await {
        Err(message) if !message.contains("Access denied") => {
            proc.eprint(format!(
                "mysqladmin: connect to server at '{}' failed\nerror: '{}'\nCheck that mysqld is running on {}.\n",
                told.host,
                message.trim_end(),
                told.host,
            ))
            .await;
            1
        }
        // A server that refuses a password is alive.
        _ => {
            proc.print("mysqld is alive\n").await;
            0
        }
    }
}
