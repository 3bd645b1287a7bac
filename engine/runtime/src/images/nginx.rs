//! `nginx`: starts as the official image does, serves `/usr/share/nginx/html` on port 80, logs accesses.
//!
//! Of its configuration it reads `listen`, `root`, and `location` blocks with `return`; see `nginx/conf.rs`.

mod conf;

use std::rc::Rc;

use network::http::{Request, Response, reason_phrase, serve};
use network::{HostAddr, Listener};
use os::{Cred, Errno, Proc, Programs, Signal};
use sim::futures_util::future::join_all;

use crate::files::Files;
use crate::image::{DEFAULT_PATH, Image, ImageConfig};
use crate::server::{access_log_time, http_date, listen, media_type, slash_time, until_signal};
use crate::tags::Tags;
use conf::{Action, Conf, Server};

const VERSION: &str = "1.29.4";

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "docker.io/library/nginx",
        "docker.io/nginxinc/nginx-unprivileged",
        "registry.k8s.io/nginx-slim",
        "registry.k8s.io/nginx",
        "k8s.gcr.io/nginx-slim",
        "gcr.io/google-containers/nginx",
        "gcr.io/google_containers/nginx",
        "docker.io/bprashanth/nginxhttps",
        "public.ecr.aws/nginx/nginx",
    ],
    tags: Tags {
        names: &["stable", "mainline"],
        versions: &[(0, 30), (1, 29)],
        variants: &[
            "alpine", "perl", "otel", "bookworm", "bullseye", "trixie", "slim",
        ],
    },
    size: 72_324_501,
    config: ImageConfig {
        entrypoint: &["/docker-entrypoint.sh"],
        command: &["nginx", "-g", "daemon off;"],
        env: &[
            ("PATH", DEFAULT_PATH),
            ("NGINX_VERSION", VERSION),
            ("NJS_VERSION", "0.9.4"),
            ("NJS_RELEASE", "1~trixie"),
            ("PKG_RELEASE", "1~trixie"),
            ("DYNPKG_RELEASE", "1~trixie"),
        ],
        stop_signal: Signal::QUIT,
        version: Some(("NGINX_VERSION", PATCHES)),
        memory: 3 << 20,
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

/// The last release of each minor version that is still met.
const PATCHES: &[(&str, &str)] = &[
    ("1.14", "1.14.2"),
    ("1.16", "1.16.1"),
    ("1.19", "1.19.10"),
    ("1.20", "1.20.2"),
    ("1.21", "1.21.6"),
    ("1.22", "1.22.1"),
    ("1.23", "1.23.4"),
    ("1.24", "1.24.0"),
    ("1.25", "1.25.5"),
    ("1.26", "1.26.3"),
    ("1.27", "1.27.5"),
    ("1.28", "1.28.1"),
    ("1.29", VERSION),
];

fn files(files: &mut Files) {
    files.base();
    files.program("/usr/bin/curl", "curl", "gnu");
    files.program("/usr/sbin/nginx", "nginx", "gnu");
    files.program("/docker-entrypoint.sh", "nginx-entrypoint", "gnu");
    files.users(&[("root", 0, 0, "/root"), ("nginx", 101, 101, "/nonexistent")]);
    files.file("/usr/share/nginx/html/index.html", INDEX);
    files.file("/usr/share/nginx/html/50x.html", ERROR_50X);
    files.file("/etc/nginx/nginx.conf", NGINX_CONF);
    files.file("/etc/nginx/conf.d/default.conf", DEFAULT_CONF);
    files.dir("/docker-entrypoint.d", 0o755);
    files.dir("/var/cache/nginx", 0o755);
    files.dir("/var/log/nginx", 0o755);
    files.link("/var/log/nginx/access.log", "/dev/stdout");
    files.link("/var/log/nginx/error.log", "/dev/stderr");
}

fn programs(programs: &Programs) {
    programs.add("nginx", nginx);
    programs.add("nginx-entrypoint", entrypoint);
}

/// What the official image's entrypoint does before it becomes the command.
async fn entrypoint(proc: Proc) -> i32 {
    let args = proc.args()[1..].to_vec();
    let Some(command) = args.first() else {
        return 0;
    };
    if command == "nginx" || command == "nginx-debug" {
        let e = "/docker-entrypoint.sh:";
        let ten = "10-listen-on-ipv6-by-default.sh: info:";
        let conf = "/etc/nginx/conf.d/default.conf";
        proc.print(format!(
            "{e} /docker-entrypoint.d/ is not empty, will attempt to perform configuration\n\
             {e} Looking for shell scripts in /docker-entrypoint.d/\n\
             {e} Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh\n\
             {ten} Getting the checksum of {conf}\n\
             {ten} Enabled listen on IPv6 in {conf}\n\
             {e} Sourcing /docker-entrypoint.d/15-local-resolvers.envsh\n\
             {e} Launching /docker-entrypoint.d/20-envsubst-on-templates.sh\n\
             {e} Launching /docker-entrypoint.d/30-tune-worker-processes.sh\n\
             {e} Configuration complete; ready for start up\n"
        ))
        .await;
    }
    let found = proc.machine().find_executable(
        &proc.cred(),
        &proc.cwd(),
        &proc.env("PATH").unwrap_or_default(),
        command,
    );
    let ran = match found {
        Ok(path) => proc.exec(&path, &args).await,
        Err(error) => Err(error),
    };
    match ran {
        Ok(code) => code,
        Err(_) => {
            proc.eprint(format!(
                "/docker-entrypoint.sh: 47: exec: {command}: not found\n"
            ))
            .await;
            127
        }
    }
}

/// A line of the error log.
async fn log(proc: &Proc, level: &str, text: &str) {
    let now = slash_time(proc.now());
    proc.eprint(format!("{now} [{level}] 1#1: {text}\n")).await;
}

/// What nginx listens on, and what it serves there.
type Listeners = Vec<(Listener, Rc<Server>)>;

/// All that comes before serving; the error is the exit code.
async fn prepare(proc: &Proc, version: &str) -> Result<Listeners, i32> {
    let args = proc.args();
    let conf = Conf::read(proc);
    match args.get(1).map(String::as_str) {
        Some("-v") => {
            proc.eprint(format!("nginx version: nginx/{version}\n"))
                .await;
            return Err(0);
        }
        Some("-t") => return Err(test_configuration(proc, &conf).await),
        Some("-s") => return Err(0),
        _ => {}
    }
    let conf = match conf {
        Ok(conf) => conf,
        Err(error) => {
            proc.eprint(format!("nginx: [emerg] {error}\n")).await;
            return Err(1);
        }
    };
    let mut listeners = Vec::with_capacity(conf.servers.len());
    for (port, server) in &conf.servers {
        let port = *port;
        let Some(listener) = listen(proc, port) else {
            let text = format!("bind() to 0.0.0.0:{port} failed (98: Address already in use)");
            log(proc, "emerg", &text).await;
            proc.eprint(format!("nginx: [emerg] {text}\n")).await;
            return Err(1);
        };
        listeners.push((listener, Rc::clone(server)));
    }
    for line in [
        "using the \"epoll\" event method",
        &format!("nginx/{version}"),
        "built by gcc 14.2.0 (Debian 14.2.0-19)",
        "OS: Linux 6.1.0-37-amd64",
        "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
        "start worker processes",
        "start worker process 29",
    ] {
        log(proc, "notice", line).await;
    }
    Ok(listeners)
}

async fn nginx(proc: Proc) -> i32 {
    let version = proc.env("NGINX_VERSION").unwrap_or_else(|| VERSION.into());
    // In a box: what is needed at the start is not kept while it serves.
    let listeners = match Box::pin(prepare(&proc, &version)).await {
        Ok(listeners) => listeners,
        Err(code) => return code,
    };
    let version: Rc<str> = version.into();
    let serving = join_all(listeners.into_iter().map(|(listener, server)| {
        let (proc, version) = (proc.clone(), Rc::clone(&version));
        serve(listener, move |request, peer| {
            let (proc, server, version) = (proc.clone(), Rc::clone(&server), Rc::clone(&version));
            async move { respond(&proc, &server, &version, &request, peer).await }
        })
    }));
    let signals = [Signal::QUIT, Signal::TERM, Signal::INT];
    let signal = until_signal(&proc, &signals, serving).await.err();
    let (number, how) = match signal {
        Some(Signal::QUIT) => (3, "gracefully shutting down"),
        Some(signal) => (signal.number(), "exiting"),
        None => return 0,
    };
    let name = signal.map_or("", Signal::name);
    let received = format!("signal {number} (SIG{name}) received, {how}");
    Box::pin(log(&proc, "notice", &received)).await;
    Box::pin(log(&proc, "notice", "exit")).await;
    0
}

async fn test_configuration(proc: &Proc, conf: &Result<Rc<Conf>, String>) -> i32 {
    const FILE: &str = "/etc/nginx/nginx.conf";
    match conf {
        Ok(_) => {
            proc.eprint(format!(
                "nginx: the configuration file {FILE} syntax is ok\n\
                 nginx: configuration file {FILE} test is successful\n"
            ))
            .await;
            0
        }
        Err(error) => {
            proc.eprint(format!(
                "nginx: [emerg] {error}\nnginx: configuration file {FILE} test failed\n"
            ))
            .await;
            1
        }
    }
}

/// Answers a request and logs it.
async fn respond(
    proc: &Proc,
    server: &Server,
    version: &str,
    request: &Request,
    peer: HostAddr,
) -> Response {
    let response = match server.action(request.path()) {
        Some(Action::Return(status, body)) => {
            Response::new(*status, "application/octet-stream", body.as_bytes())
        }
        Some(Action::Redirect(status, to)) => error_page(*status, version).with("Location", to),
        Some(Action::Root(root)) => file(proc, root, version, request, peer).await,
        None => file(proc, &server.root, version, request, peer).await,
    };
    let field = |name| request.headers.get(name).unwrap_or("-").to_owned();
    let sent = match request.method.as_str() {
        "HEAD" => 0,
        _ => response.body.len(),
    };
    proc.print(format!(
        "{} - - [{}] \"{} {} HTTP/1.1\" {} {sent} \"{}\" \"{}\" \"{}\"\n",
        peer.ip,
        access_log_time(proc.now()),
        request.method,
        request.target,
        response.status,
        field("Referer"),
        field("User-Agent"),
        field("X-Forwarded-For"),
    ))
    .await;
    let mut out = Response {
        status: response.status,
        ..Response::default()
    };
    out.headers.push("Server", &format!("nginx/{version}"));
    out.headers.push("Date", &http_date(proc.now()));
    for (name, value) in response.headers.iter() {
        out.headers.push(name, value);
    }
    out.body = response.body;
    out
}

/// Serves a file below `root`.
async fn file(
    proc: &Proc,
    root: &str,
    version: &str,
    request: &Request,
    peer: HostAddr,
) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return error_page(405, version);
    }
    let cred = Cred::root(proc.now().as_micros());
    let mut path = os::path::clean(&format!("{root}/{}", request.path()));
    if proc.vfs().is_dir(&cred, &path) {
        if !request.path().ends_with('/') {
            let host = request.headers.get("Host").unwrap_or("localhost");
            let to = format!("http://{host}{}/", request.path());
            return error_page(301, version).with("Location", &to);
        }
        path.push_str("/index.html");
    }
    match proc.vfs().read_file(&cred, &path) {
        Ok(body) => Response::new(200, media_type(&path), body.as_slice()),
        Err(errno) => {
            let (status, why) = match errno {
                Errno::EACCES | Errno::EISDIR => (403, "13: Permission denied"),
                _ => (404, "2: No such file or directory"),
            };
            let now = slash_time(proc.now());
            let host = request.headers.get("Host").unwrap_or("localhost");
            proc.eprint(format!(
                "{now} [error] 29#29: *1 open() \"{path}\" failed ({why}), client: {}, server: localhost, \
                 request: \"{} {} HTTP/1.1\", host: \"{host}\"\n",
                peer.ip, request.method, request.target
            ))
            .await;
            error_page(status, version)
        }
    }
}

fn error_page(status: u16, version: &str) -> Response {
    let reason = match status {
        405 => "Not Allowed",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        _ => reason_phrase(status),
    };
    let title = format!("{status} {reason}");
    Response::new(
        status,
        "text/html",
        format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx/{version}</center>\r\n</body>\r\n</html>\r\n"
        ),
    )
}

const INDEX: &str = "<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href=\"http://nginx.org/\">nginx.org</a>.<br/>
Commercial support is available at
<a href=\"http://nginx.com/\">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
";

const ERROR_50X: &str = "<!DOCTYPE html>
<html>
<head>
<title>Error</title>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
</body>
</html>
";

const NGINX_CONF: &str = "user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
";

const DEFAULT_CONF: &str = "server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
";
