//! `hpa-example`: Apache with a PHP page that computes a million square roots for every request. The documentation's
//! walkthrough of autoscaling puts load on it.

use std::rc::Rc;
use std::time::Duration;

use network::http::{Response, serve};
use os::{Proc, Programs, Signal};

use crate::files::Files;
use crate::image::{Image, ImageConfig};
use crate::server::{access_log_time, apache_time, http_date, listen, netns, until_signal};
use crate::tags::Tags;

/// What a request costs: the loop in `index.php` on a processor of today.
const COST: Duration = Duration::from_millis(30);

pub(super) static IMAGE: Image = Image {
    repositories: &["registry.k8s.io/hpa-example", "k8s.gcr.io/hpa-example"],
    tags: Tags {
        names: &[],
        versions: &[],
        variants: &[],
    },
    size: 176_409_224,
    config: ImageConfig {
        command: &["apache2-foreground"],
        working_dir: "/var/www/html",
        stop_signal: Signal::WINCH,
        env: &[
            (
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
            ("PHP_VERSION", "5.6.14"),
        ],
        memory: 11 << 20,
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

fn files(files: &mut Files) {
    files.debian("jessie");
    files.program("/usr/local/bin/apache2-foreground", "apache-php", "gnu");
    files.file(
        "/var/www/html/index.php",
        "<?php\n  $x = 0.0001;\n  for ($i = 0; $i <= 1000000; $i++) {\n\t$x += sqrt($x);\n  }\n  echo \"OK!\";\n?>\n",
    );
}

fn programs(programs: &Programs) {
    programs.add("apache-php", main);
}

async fn main(proc: Proc) -> i32 {
    let ip = netns(&proc).map_or_else(String::new, |netns| netns.ip().to_string());
    let unsure = format!(
        "AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using {ip}. Set the \
         'ServerName' directive globally to suppress this message\n"
    );
    proc.eprint(&unsure).await;
    proc.eprint(&unsure).await;
    let Some(listener) = listen(&proc, 80) else {
        proc.eprint("(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80\n")
            .await;
        return 1;
    };
    let notice = async |module: &str, text: &str| {
        let now = apache_time(proc.now());
        proc.eprint(format!("[{now}] [{module}:notice] [pid 1] {text}\n"))
            .await;
    };
    notice(
        "mpm_prefork",
        "AH00163: Apache/2.4.10 (Debian) PHP/5.6.14 configured -- resuming normal operations",
    )
    .await;
    notice("core", "AH00094: Command line: 'apache2 -D FOREGROUND'").await;
    let server = Rc::new(proc.clone());
    let serving = serve(listener, move |request, peer| {
        let proc = Rc::clone(&server);
        async move {
            let found = matches!(request.path(), "/" | "/index.php");
            if found {
                proc.work(COST).await;
            }
            let now = proc.now();
            let (status, body) = match found {
                true => (200, "OK!"),
                false => (404, "<html><body><h1>Not Found</h1></body></html>\n"),
            };
            proc.print(format!(
                "{} - - [{}] \"{} {} HTTP/1.1\" {status} {} \"-\" \"{}\"\n",
                peer.ip,
                access_log_time(now),
                request.method,
                request.target,
                body.len() + 186,
                request.headers.get("User-Agent").unwrap_or("-"),
            ))
            .await;
            let mut response = Response {
                status,
                ..Response::default()
            };
            response.headers.push("Date", &http_date(now));
            response.headers.push("Server", "Apache/2.4.10 (Debian)");
            response.headers.push("X-Powered-By", "PHP/5.6.14");
            response
                .headers
                .push("Content-Type", "text/html; charset=UTF-8");
            response.body = body.into();
            response
        }
    });
    let ended = until_signal(&proc, &[Signal::TERM, Signal::WINCH], serving).await;
    let text = match ended {
        Err(Signal::WINCH) => "AH00492: caught SIGWINCH, shutting down gracefully",
        _ => "AH00169: caught SIGTERM, shutting down",
    };
    notice("mpm_prefork", text).await;
    0
}
