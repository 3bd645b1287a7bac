//! `httpd`: Apache's web server, serving `/usr/local/apache2/htdocs` on port 80.

use std::rc::Rc;

use network::HostAddr;
use network::http::{Request, Response, serve};
use os::{Cred, Proc, Programs, Signal};

use crate::files::Files;
use crate::image::{Image, ImageConfig};
use crate::server::{
    access_log_time, apache_time, http_date, listen, media_type, netns, until_signal,
};
use crate::tags::Tags;

const VERSION: &str = "2.4.66";
const ROOT: &str = "/usr/local/apache2/htdocs";

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "docker.io/library/httpd",
        "public.ecr.aws/docker/library/httpd",
    ],
    tags: Tags {
        names: &[],
        versions: &[(2, 4)],
        variants: &["alpine", "bookworm", "bullseye", "trixie"],
    },
    size: 45_182_640,
    config: ImageConfig {
        command: &["httpd-foreground"],
        env: &[
            (
                "PATH",
                "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
            ("HTTPD_PREFIX", "/usr/local/apache2"),
            ("HTTPD_VERSION", VERSION),
        ],
        working_dir: "/usr/local/apache2",
        stop_signal: Signal::TERM,
        version: Some(("HTTPD_VERSION", &[("2.4", VERSION)])),
        memory: 6 << 20,
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

fn files(files: &mut Files) {
    files.base();
    files.program("/usr/local/bin/httpd-foreground", "httpd", "gnu");
    files.program("/usr/local/apache2/bin/httpd", "httpd", "gnu");
    files.file(
        &format!("{ROOT}/index.html"),
        "<html><body><h1>It works!</h1></body></html>\n",
    );
    files.file(
        "/usr/local/apache2/conf/httpd.conf",
        "ServerRoot \"/usr/local/apache2\"\nListen 80\nDocumentRoot \"/usr/local/apache2/htdocs\"\n",
    );
}

fn programs(programs: &Programs) {
    programs.add("httpd", httpd);
}

async fn httpd(proc: Proc) -> i32 {
    let ip = netns(&proc).map_or_else(String::new, |netns| netns.ip().to_string());
    let unsure = format!(
        "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using {ip}. \
         Set the 'ServerName' directive globally to suppress this message\n"
    );
    proc.eprint(&unsure).await;
    proc.eprint(&unsure).await;
    let Some(listener) = listen(&proc, 80) else {
        proc.eprint(
            "(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\n\
             no listening sockets available, shutting down\nAH00015: Unable to open logs\n",
        )
        .await;
        return 1;
    };
    let notice = async |module: &str, text: &str| {
        let now = apache_time(proc.now());
        proc.eprint(format!("[{now}] [{module}:notice] [pid 1:tid 1] {text}\n"))
            .await;
    };
    notice(
        "mpm_event",
        &format!(
            "AH00489: Apache/{} (Unix) configured -- resuming normal operations",
            version(&proc)
        ),
    )
    .await;
    notice("core", "AH00094: Command line: 'httpd -D FOREGROUND'").await;
    let server = Rc::new(proc.clone());
    let serving = serve(listener, move |request, peer| {
        let proc = Rc::clone(&server);
        async move { respond(&proc, &request, peer).await }
    });
    let ended = until_signal(&proc, &[Signal::TERM, Signal::WINCH], serving).await;
    let text = match ended {
        Err(Signal::WINCH) => "AH00492: caught SIGWINCH, shutting down gracefully",
        _ => "AH00491: caught SIGTERM, shutting down",
    };
    notice("mpm_event", text).await;
    0
}

fn version(proc: &Proc) -> String {
    proc.env("HTTPD_VERSION").unwrap_or_else(|| VERSION.into())
}

async fn respond(proc: &Proc, request: &Request, peer: HostAddr) -> Response {
    let now = proc.now();
    let cred = Cred::root(now.as_micros());
    let mut path = os::path::clean(&format!("{ROOT}/{}", request.path()));
    if proc.vfs().is_dir(&cred, &path) {
        path.push_str("/index.html");
    }
    let found = match request.method.as_str() {
        "GET" | "HEAD" => proc.vfs().read_file(&cred, &path),
        _ => Err(os::Errno::EINVAL),
    };
    let (status, kind, body) = match found {
        Ok(body) => (200, media_type(&path), body.to_vec()),
        Err(os::Errno::EINVAL) => (405, "text/html", error_page("405 Method Not Allowed")),
        Err(_) => (404, "text/html", error_page("404 Not Found")),
    };
    let mut response = Response {
        status,
        ..Response::default()
    };
    response.headers.push("Date", &http_date(now));
    response
        .headers
        .push("Server", &format!("Apache/{} (Unix)", version(proc)));
    response.headers.push("Content-Type", kind);
    response.body = body;
    proc.print(format!(
        "{} - - [{}] \"{} {} HTTP/1.1\" {status} {}\n",
        peer.ip,
        access_log_time(now),
        request.method,
        request.target,
        response.body.len()
    ))
    .await;
    response
}

fn error_page(title: &str) -> Vec<u8> {
    let name = title.split_once(' ').map_or(title, |(_, name)| name);
    format!(
        "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{title}</title>\n\
         </head><body>\n<h1>{name}</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n"
    )
    .into_bytes()
}
