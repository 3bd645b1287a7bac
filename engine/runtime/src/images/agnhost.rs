//! `agnhost`: Kubernetes' own image for tests, one program with many sub-commands.
//!
//! Those that documentation and examples use: `netexec`, `pause`, `serve-hostname`, `liveness`, `test-webserver`,
//! `connect`, `dns-suffix`, `grpc-health-checking`. Others are refused.

use network::http::{Request, Response};
use network::{ConnectError, HostAddr};
use os::{Disposition, Proc, Programs, Signal};
use sim::futures_util::future::{Either, select};

use super::echo::{flag, serve_http};
use crate::files::Files;
use crate::image::{Image, ImageConfig};
use crate::server::{netns, slash_time};
use crate::tags::Tags;

const VERSION: &str = "2.59";

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "registry.k8s.io/e2e-test-images/agnhost",
        "k8s.gcr.io/e2e-test-images/agnhost",
    ],
    tags: Tags::ANY,
    size: 52_800_000,
    config: ImageConfig {
        entrypoint: &["/agnhost"],
        command: &["pause"],
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

/// `serve_hostname`: an image of its own in older examples.
pub(super) static SERVE_HOSTNAME: Image = Image {
    repositories: &[
        "registry.k8s.io/serve_hostname",
        "k8s.gcr.io/serve_hostname",
        "registry.k8s.io/e2e-test-images/serve-hostname",
        "gcr.io/google_containers/serve_hostname",
    ],
    tags: Tags::ANY,
    size: 4_950_000,
    config: ImageConfig {
        entrypoint: &["/agnhost", "serve-hostname"],
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

/// The image of the documentation's liveness examples.
pub(super) static LIVENESS: Image = Image {
    repositories: &[
        "registry.k8s.io/liveness",
        "registry.k8s.io/e2e-test-images/liveness",
        "k8s.gcr.io/liveness",
        "registry.k8s.io/goproxy",
        "k8s.gcr.io/goproxy",
    ],
    tags: Tags::ANY,
    size: 4_600_000,
    config: ImageConfig {
        entrypoint: &["/server"],
        ..ImageConfig::DEFAULT
    },
    files,
    programs,
};

fn files(files: &mut Files) {
    files.busybox();
    files.program("/usr/bin/curl", "curl", "gnu");
    files.program("/usr/bin/dig", "dig", "gnu");
    files.program("/agnhost", "agnhost", "gnu");
    files.program("/server", "liveness-server", "gnu");
}

fn programs(programs: &Programs) {
    programs.add("agnhost", agnhost);
    programs.add("liveness-server", liveness);
}

async fn agnhost(proc: Proc) -> i32 {
    let args = proc.args();
    match args.get(1).map(String::as_str) {
        Some("pause") => pause(proc).await,
        Some("netexec") => netexec(proc).await,
        Some("serve-hostname") => serve_hostname(proc).await,
        Some("liveness") => liveness(proc).await,
        Some("test-webserver") => test_webserver(proc).await,
        Some("connect") => connect(proc).await,
        Some("grpc-health-checking") => super::grpc::health_checking(proc).await,
        Some("dns-suffix") => {
            let conf = proc.read_path("/etc/resolv.conf", 1 << 16).await;
            let conf = String::from_utf8_lossy(&conf.unwrap_or_default()).into_owned();
            let found = conf.lines().find_map(|line| line.strip_prefix("search "));
            let list: Vec<&str> = found.unwrap_or_default().split_whitespace().collect();
            proc.print(list.join(",")).await;
            0
        }
        Some("--version") => {
            proc.print(format!("agnhost version {VERSION}\n")).await;
            0
        }
        Some("help" | "--help" | "-h") | None => {
            proc.print(
                "Usage:\n  app [command]\n\nAvailable Commands:\n  connect\n  dns-suffix\n  grpc-health-checking\n  liveness\n  netexec\n  \
                 pause\n  serve-hostname\n  test-webserver\n",
            )
            .await;
            0
        }
        Some(other) => {
            proc.eprint(format!(
                "Error: unknown command \"{other}\" for \"app\"\nRun 'app --help' for usage.\n"
            ))
            .await;
            1
        }
    }
}

async fn pause(proc: Proc) -> i32 {
    proc.print("Paused\n").await;
    for signal in [Signal::INT, Signal::TERM] {
        proc.set_disposition(signal, Disposition::Catch);
    }
    proc.next_signal().await;
    0
}

fn port(args: &[String], name: &str, usual: u16) -> u16 {
    flag(args, name)
        .and_then(|port| port.parse().ok())
        .unwrap_or(usual)
}

async fn netexec(proc: Proc) -> i32 {
    let args = proc.args();
    let port = port(&args, "http-port", 8080);
    let now = slash_time(proc.now());
    proc.eprint(format!("{now} Started HTTP server on port {port}\n"))
        .await;
    let began = proc.now();
    let own = proc.clone();
    serve_http(&proc, port, move |request: Request, peer| {
        let proc = own.clone();
        async move { answer(&proc, began, &request, peer).await }
    })
    .await
}

/// One of netexec's pages.
async fn answer(proc: &Proc, began: sim::Time, request: &Request, peer: HostAddr) -> Response {
    let plain = |text: String| Response::new(200, "text/plain; charset=utf-8", text);
    let now = slash_time(proc.now());
    proc.eprint(format!("{now} {} {}\n", request.method, request.path()))
        .await;
    match request.path() {
        "/" => plain(format!("NOW: {}", proc.now())),
        "/hostname" | "/hostName" => plain(proc.machine().hostname()),
        "/healthz" | "/readyz" => plain(String::new()),
        "/clientip" => plain(peer.to_string()),
        "/echo" => plain(parameter(request, "msg").unwrap_or_default()),
        "/header" => {
            let key = parameter(request, "key").unwrap_or_default();
            plain(request.headers.get(&key).unwrap_or_default().to_owned())
        }
        "/uptime" => plain(format!("{}s", proc.now().since(began).as_secs())),
        path => Response::new(
            404,
            "text/plain; charset=utf-8",
            format!("{path}: 404 page not found\n"),
        ),
    }
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    request
        .query()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.replace('+', " ").replace("%20", " "))
}

async fn serve_hostname(proc: Proc) -> i32 {
    let port = port(&proc.args(), "port", 9376);
    let own = proc.clone();
    serve_http(&proc, port, move |_, _| {
        let name = own.machine().hostname();
        async move { Response::new(200, "text/plain; charset=utf-8", name) }
    })
    .await
}

/// Healthy for ten seconds, then not any more: the documentation's example.
async fn liveness(proc: Proc) -> i32 {
    let began = proc.now();
    let own = proc.clone();
    serve_http(&proc, 8080, move |request: Request, _| {
        let proc = own.clone();
        async move {
            let age = proc.now().since(began);
            match request.path() {
                "/healthz" if age.as_secs() > 10 => {
                    let text = format!("error: {}", age.as_secs_f64());
                    Response::new(500, "text/plain; charset=utf-8", text)
                }
                "/healthz" => Response::new(200, "text/plain; charset=utf-8", "ok"),
                _ => Response::new(
                    200,
                    "text/plain; charset=utf-8",
                    format!("started: {began}"),
                ),
            }
        }
    })
    .await
}

async fn test_webserver(proc: Proc) -> i32 {
    let port = port(&proc.args(), "port", 80);
    let own = proc.clone();
    serve_http(&proc, port, move |request: Request, _| {
        let found = own.vfs().read_file(&own.cred(), request.path());
        async move {
            match found {
                Ok(bytes) => Response::new(200, "text/plain; charset=utf-8", bytes.to_vec()),
                Err(_) => Response::new(404, "text/plain; charset=utf-8", "404 page not found\n"),
            }
        }
    })
    .await
}

/// `connect HOST:PORT --timeout=3s`: prints nothing if it can, else why not.
async fn connect(proc: Proc) -> i32 {
    let args = proc.args();
    let target = args.iter().skip(2).find(|arg| !arg.starts_with('-'));
    let Some((host, port)) = target.and_then(|target| target.rsplit_once(':')) else {
        proc.eprint("OTHER: an address HOST:PORT is needed\n").await;
        return 1;
    };
    let timeout =
        flag(&args, "timeout").and_then(|text| apimachinery::time::parse_go_duration(&text).ok());
    let timeout = std::time::Duration::from_nanos(u64::try_from(timeout.unwrap_or(0)).unwrap_or(0));
    let timeout = if timeout.is_zero() {
        std::time::Duration::from_secs(60)
    } else {
        timeout
    };
    let (Some(netns), Ok(port)) = (netns(&proc), port.parse()) else {
        proc.eprint("OTHER\n").await;
        return 1;
    };
    let addresses = net_tools::resolve::resolve(&proc, host).await;
    let Some(ip) = addresses.ok().and_then(|all| all.first().copied()) else {
        proc.eprint("DNS\n").await;
        return 1;
    };
    let connecting = std::pin::pin!(netns.connect(HostAddr::new(ip, port)));
    let word = match select(connecting, std::pin::pin!(proc.sleep(timeout))).await {
        Either::Left((Ok(_), _)) => return 0,
        Either::Left((Err(ConnectError::Refused), _)) => "REFUSED",
        Either::Left((Err(ConnectError::TimedOut), _)) | Either::Right(_) => "TIMEOUT",
        Either::Left(_) => "OTHER",
    };
    proc.eprint(format!("{word}\n")).await;
    1
}
