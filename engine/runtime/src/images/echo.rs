//! Servers that tell what they were asked: `hashicorp/http-echo`, `ealen/echo-server`, `registry.k8s.io/echoserver`,
//! `kicbase/echo-server`; and those that say hello: `hello-app`, `node-hello`.

use network::HostAddr;
use network::http::{Request, Response, serve};
use os::{Proc, Programs, Signal};

use crate::files::Files;
use crate::image::{DEFAULT_PATH, Image, ImageConfig};
use crate::server::{listen, slash_time, until_signal};
use crate::tags::Tags;

const fn image(repositories: &'static [&'static str], size: u64, config: ImageConfig) -> Image {
    Image {
        repositories,
        tags: Tags::ANY,
        size,
        config,
        files,
        programs,
    }
}

const fn runs(entrypoint: &'static [&'static str]) -> ImageConfig {
    ImageConfig {
        entrypoint,
        ..ImageConfig::DEFAULT
    }
}

pub(super) static HTTP_ECHO: Image = image(
    &["docker.io/hashicorp/http-echo"],
    4_130_000,
    ImageConfig {
        user: "65532:65532",
        ..runs(&["/http-echo"])
    },
);

pub(super) static ECHO_SERVER: Image = image(
    &["docker.io/ealen/echo-server", "ghcr.io/ealenn/echo-server"],
    50_800_000,
    ImageConfig {
        env: &[("PATH", DEFAULT_PATH), ("PORT", "80")],
        ..runs(&["/echo", "json"])
    },
);

pub(super) static ECHOSERVER: Image = image(
    &[
        "registry.k8s.io/echoserver",
        "registry.k8s.io/e2e-test-images/echoserver",
        "k8s.gcr.io/echoserver",
        "gcr.io/google_containers/echoserver",
        "gcr.io/google-containers/echoserver",
        "gcr.io/k8s-minikube/echoserver",
    ],
    46_200_000,
    ImageConfig {
        env: &[("PATH", DEFAULT_PATH), ("PORT", "8080")],
        ..runs(&["/echo", "nginx"])
    },
);

pub(super) static KICBASE: Image = image(
    &[
        "docker.io/kicbase/echo-server",
        "docker.io/jmalloc/echo-server",
    ],
    4_940_000,
    ImageConfig {
        env: &[("PATH", DEFAULT_PATH), ("PORT", "8080")],
        ..runs(&["/echo", "plain"])
    },
);

pub(super) static HELLO_APP: Image = image(
    &[
        "gcr.io/google-samples/hello-app",
        "us-docker.pkg.dev/google-samples/containers/gke/hello-app",
        "us-docker.pkg.dev/google-samples/containers/gke/hello-app-cdn",
    ],
    11_500_000,
    ImageConfig {
        version: Some(("APP_VERSION", &[])),
        env: &[
            ("PATH", DEFAULT_PATH),
            ("PORT", "8080"),
            ("APP_VERSION", "1.0.0"),
        ],
        ..runs(&["/hello-app"])
    },
);

pub(super) static NODE_HELLO: Image = image(
    &[
        "gcr.io/google-samples/node-hello",
        "gcr.io/google-samples/hello-go-gke",
        "docker.io/paulbouwer/hello-kubernetes",
        "gcr.io/google-samples/hello-frontend",
    ],
    240_000_000,
    ImageConfig {
        env: &[("PATH", DEFAULT_PATH), ("PORT", "8080")],
        ..runs(&["/hello"])
    },
);

fn files(files: &mut Files) {
    files.busybox();
    files.program("/http-echo", "http-echo", "gnu");
    files.program("/echo", "echo-server", "gnu");
    files.program("/hello-app", "hello-app", "gnu");
    files.program("/hello", "hello-server", "gnu");
}

fn programs(programs: &Programs) {
    programs.add("http-echo", http_echo);
    programs.add("echo-server", echo);
    programs.add("hello-app", hello_app);
    programs.add("hello-server", hello);
}

/// Serves on a port until it is told to end.
pub(super) async fn serve_http<F, R>(proc: &Proc, port: u16, handler: F) -> i32
where
    F: Fn(Request, HostAddr) -> R,
    R: Future<Output = Response>,
{
    let Some(listener) = listen(proc, port) else {
        proc.eprint(format!(
            "listen tcp :{port}: bind: address already in use\n"
        ))
        .await;
        return 1;
    };
    match until_signal(proc, &[Signal::TERM, Signal::INT], serve(listener, handler)).await {
        Err(Signal::INT) => 130,
        _ => 0,
    }
}

/// The port that the environment says.
pub(super) fn port(proc: &Proc, usual: u16) -> u16 {
    let told = proc.env("PORT").or_else(|| proc.env("NODE_PORT"));
    told.and_then(|port| port.parse().ok()).unwrap_or(usual)
}

/// `--name=value`, `-name value`, …
pub(super) fn flag(args: &[String], name: &str) -> Option<String> {
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let Some(word) = arg.strip_prefix('-') else {
            continue;
        };
        let word = word.strip_prefix('-').unwrap_or(word);
        match word.split_once('=') {
            Some((key, value)) if key == name => return Some(value.to_owned()),
            None if word == name => return rest.next().cloned(),
            _ => {}
        }
    }
    None
}

async fn http_echo(proc: Proc) -> i32 {
    let args = proc.args();
    let text = flag(&args, "text").or_else(|| proc.env("ECHO_TEXT"));
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        proc.eprint("Missing -text option!\n").await;
        return 127;
    };
    let listen = flag(&args, "listen").unwrap_or_else(|| ":5678".to_owned());
    let code = flag(&args, "status-code").and_then(|code| code.parse().ok());
    let status: u16 = code.unwrap_or(200);
    let port = listen.rsplit(':').next().and_then(|port| port.parse().ok());
    let Some(port) = port else {
        proc.eprint(format!("invalid address: {listen}\n")).await;
        return 1;
    };
    let now = slash_time(proc.now());
    proc.print(format!("{now} [INFO] server is listening on {listen}\n"))
        .await;
    let logger = proc.clone();
    serve_http(&proc, port, move |request: Request, peer| {
        let (proc, text) = (logger.clone(), text.clone());
        async move {
            let now = slash_time(proc.now());
            let host = request.headers.get("Host").unwrap_or_default();
            let agent = request.headers.get("User-Agent").unwrap_or_default();
            let length = text.len() + 1;
            let (method, target) = (&request.method, &request.target);
            proc.print(format!(
                "{now} {host} {peer} \"{method} {target} HTTP/1.1\" {status} {length} \"{agent}\" 21.5µs\n"
            ))
            .await;
            Response::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
                .with("X-App-Name", "http-echo")
        }
    })
    .await
}

/// Which of the echo servers is meant is the first argument.
async fn echo(proc: Proc) -> i32 {
    let style = proc.args().get(1).cloned().unwrap_or_default();
    let port = port(&proc, if style == "json" { 80 } else { 8080 });
    match style.as_str() {
        "json" => proc.print(format!("Listening on port {port}.\n")).await,
        "plain" => {
            proc.print(format!("Echo server listening on port {port}.\n"))
                .await
        }
        _ => {
            proc.print("Generating self-signed cert\nStarting nginx\n")
                .await
        }
    }
    let logger = proc.clone();
    serve_http(&proc, port, move |request: Request, peer| {
        let (proc, style) = (logger.clone(), style.clone());
        async move {
            let name = proc.machine().hostname();
            let (method, target) = (&request.method, &request.target);
            match style.as_str() {
                "json" => {
                    proc.print(format!(
                        "{{\"host\":{{\"ip\":\"{}\"}},\"request\":{{\"method\":\"{method}\"}}}}\n",
                        peer.ip
                    ))
                    .await;
                    Response::new(
                        200,
                        "application/json; charset=utf-8",
                        json(&request, &name, peer),
                    )
                }
                "plain" => {
                    proc.print(format!("{peer} | {method} {target}\n")).await;
                    let mut text =
                        format!("Request served by {name}\n\n{method} {target} HTTP/1.1\n\n");
                    for (key, value) in request.headers.iter() {
                        text.push_str(&format!("{key}: {value}\n"));
                    }
                    text.push_str(&String::from_utf8_lossy(&request.body));
                    Response::new(200, "text/plain", text)
                }
                _ => Response::new(200, "text/plain", nginx_style(&request, &name, peer)),
            }
        }
    })
    .await
}

fn json(request: &Request, name: &str, peer: HostAddr) -> String {
    let quote = |text: &str| apimachinery::gotext::quote(text).to_string();
    let headers: Vec<String> = request
        .headers
        .iter()
        .map(|(key, value)| format!("{}:{}", quote(&key.to_lowercase()), quote(value)))
        .collect();
    let query: Vec<String> = request
        .query()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            format!("{}:{}", quote(key), quote(value))
        })
        .collect();
    let host = request.headers.get("Host").unwrap_or_default();
    format!(
        "{{\"host\":{{\"hostname\":{},\"ip\":\"::ffff:{}\",\"ips\":[]}},\"http\":{{\"method\":{},\"baseUrl\":\"\",\"originalUrl\":{},\"protocol\":\"http\"}},\"request\":{{\"params\":{{\"0\":{}}},\"query\":{{{}}},\"cookies\":{{}},\"body\":{},\"headers\":{{{}}}}},\"environment\":{{\"HOSTNAME\":{}}}}}",
        quote(host.split(':').next().unwrap_or_default()),
        peer.ip,
        quote(&request.method),
        quote(&request.target),
        quote(request.path()),
        query.join(","),
        quote(&String::from_utf8_lossy(&request.body)),
        headers.join(","),
        quote(name),
    )
}

fn nginx_style(request: &Request, name: &str, peer: HostAddr) -> String {
    let host = request.headers.get("Host").unwrap_or_default();
    let mut headers = String::new();
    for (key, value) in request.headers.iter() {
        headers.push_str(&format!("\t{}={value}  \n", key.to_lowercase()));
    }
    let body = match String::from_utf8_lossy(&request.body) {
        body if body.is_empty() => "-no body in request-".into(),
        body => body,
    };
    format!(
        "\n\nHostname: {name}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.14.2 - lua: 10015\n\nRequest Information:\n\tclient_address={}\n\tmethod={}\n\treal path={}\n\tquery={}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://{host}:8080{}\n\nRequest Headers:\n{headers}\nRequest Body:\n\t{body}\n\n",
        peer.ip,
        request.method,
        request.target,
        request.query(),
        request.path(),
    )
}

async fn hello_app(proc: Proc) -> i32 {
    let port = port(&proc, 8080);
    let version = proc.env("APP_VERSION").unwrap_or_default();
    let now = slash_time(proc.now());
    proc.eprint(format!("{now} Server listening on port {port}\n"))
        .await;
    let logger = proc.clone();
    serve_http(&proc, port, move |request: Request, _| {
        let (proc, version) = (logger.clone(), version.clone());
        async move {
            let now = slash_time(proc.now());
            proc.eprint(format!("{now} Serving request: {}\n", request.path()))
                .await;
            let name = proc.machine().hostname();
            let text = format!("Hello, world!\nVersion: {version}\nHostname: {name}\n");
            Response::new(200, "text/plain; charset=utf-8", text)
        }
    })
    .await
}

async fn hello(proc: Proc) -> i32 {
    let port = port(&proc, 8080);
    let logger = proc.clone();
    serve_http(&proc, port, move |request: Request, _| {
        let proc = logger.clone();
        async move {
            proc.print(format!("Received request for URL: {}\n", request.target))
                .await;
            Response::new(200, "text/plain", "Hello Kubernetes!")
        }
    })
    .await
}
