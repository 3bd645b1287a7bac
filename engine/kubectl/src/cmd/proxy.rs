//! `kubectl proxy`: a server on the workstation that passes requests on to the API server, with the user's credentials.
//!
//! Requests are read and answered as HTTP/1.1, several on one connection; what keeps coming (watches, followed logs) comes
//! in chunks. Not here: upgraded connections (`exec` through the proxy), which it refuses by default anyway.

use std::pin::pin;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::host::{Socket, Wait};
use crate::transport::{Body, Request, unescape};
use crate::util::{json as j, klog, pattern::Pattern};

/// `proxy`
pub const COMMAND: Command = Command {
    name: "proxy",
    usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    no_flags_in_use: true,
    short: "Run a proxy to the Kubernetes API server",
    long: "Runs a proxy between localhost and the Kubernetes API server: what comes in at one port is passed on to the \
API server with your credentials. Static files can be served beside it, under a path of their own.",
    example: "# All of the API and nothing else
kubectl proxy --api-prefix=/

# Part of the API, and some static files; get pods with 'curl localhost:8001/api/v1/pods'
kubectl proxy --www=/my/files --www-prefix=/static/ --api-prefix=/api/

# The API under another root; get pods with 'curl localhost:8001/custom/api/v1/pods'
kubectl proxy --api-prefix=/custom/

# On port 8011, with static files of ./local/www/
kubectl proxy --port=8011 --www=./local/www/

# On any free port, which is printed
kubectl proxy --port=0",
    flags: &[&[
        Flag::string(
            "accept-hosts",
            "Regular expression for hosts that the proxy should accept.",
        )
        .default("^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$"),
        Flag::string(
            "accept-paths",
            "Regular expression for paths that the proxy should accept.",
        )
        .default("^.*"),
        Flag::string("address", "The IP address on which to serve on.").default("127.0.0.1"),
        Flag::string("api-prefix", "Prefix to serve the proxied API under.").default("/"),
        Flag::bool(
            "append-server-path",
            "If true, the path of the context's server goes before that of each request.",
        ),
        Flag::bool(
            "disable-filter",
            "If true, every request is accepted. This is dangerous: pages you visit could use the proxy.",
        ),
        Flag::duration(
            "keepalive",
            "0s",
            "keepalive specifies the keep-alive period for an active network connection. Set to 0 to disable keepalive.",
        ),
        Flag::int(
            "port",
            "8001",
            "The port on which to run the proxy. Set to 0 to pick a random port.",
        )
        .short('p'),
        Flag::string(
            "reject-methods",
            "Regular expression for HTTP methods that the proxy should reject (example \
             --reject-methods='POST,PUT,PATCH'). ",
        )
        .default("^$"),
        Flag::string(
            "reject-paths",
            "Regular expression for paths that the proxy should reject, even where --accept-paths accepts them.",
        )
        .default("^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach"),
        Flag::string("unix-socket", "Unix socket on which to run the proxy.").short('u'),
        Flag::string(
            "www",
            "Also serve static files from the given directory under the specified prefix.",
        )
        .short('w'),
        Flag::string(
            "www-prefix",
            "Prefix to serve static files under, if static file directory is specified.",
        )
        .short('P')
        .default("/static/"),
    ]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// A request's head longer than this is refused.
const MAX_HEAD: usize = 64 << 10;
/// A request's body longer than this is refused.
const MAX_BODY: usize = 4 << 20;

/// Which requests are passed on.
struct Filter {
    accept_paths: Vec<Pattern>,
    reject_paths: Vec<Pattern>,
    accept_hosts: Vec<Pattern>,
    reject_methods: Vec<Pattern>,
}

impl Filter {
    fn from_flags(cx: &Context) -> Result<Option<Filter>, Error> {
        if cx.flags.bool("disable-filter") {
            klog::line(
                cx,
                'W',
                "proxy.go:175",
                "Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious",
            );
            return Ok(None);
        }
        let patterns = |flag: &str| -> Result<Vec<Pattern>, Error> {
            let text = cx.flags.string(flag);
            let parts = text.split(',').filter(|part| !part.is_empty());
            parts
                .map(|part| {
                    Pattern::new(part).map_err(|reason| {
                        let text = format!("Error compiling re: error parsing regexp: {reason}");
                        klog::line(cx, 'F', "proxy_server.go:83", &text);
                        Error::Exit(255)
                    })
                })
                .collect()
        };
        Ok(Some(Filter {
            accept_paths: patterns("accept-paths")?,
            reject_paths: patterns("reject-paths")?,
            accept_hosts: patterns("accept-hosts")?,
            reject_methods: patterns("reject-methods")?,
        }))
    }

    fn accepts(&self, method: &str, path: &str, host: &str) -> bool {
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        let any = |patterns: &[Pattern], text: &str| patterns.iter().any(|p| p.is_in(text));
        !any(&self.reject_paths, path)
            && !any(&self.reject_methods, method)
            && any(&self.accept_paths, path)
            && any(&self.accept_hosts, host)
    }
}

/// What the server does.
struct Serving {
    filter: Option<Filter>,
    api_prefix: String,
    www: String,
    www_prefix: String,
}

fn with_slash(mut text: String) -> String {
    if !text.ends_with('/') {
        text.push('/');
    }
    text
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        cx.selected()?;
        let serving = Serving {
            filter: Filter::from_flags(&cx)?,
            api_prefix: with_slash(cx.flags.string("api-prefix")),
            www: cx.flags.string("www"),
            www_prefix: with_slash(cx.flags.string("www-prefix")),
        };
        if !cx.flags.str("unix-socket").is_empty() {
            return match cx.flags.int("port") {
                8001 => Err("there are no unix sockets here; serve on a port".into()),
                _ => Err("cannot set --unix-socket and --port at the same time".into()),
            };
        }
        let address = cx.flags.string("address");
        let port = cx.flags.int("port");
        let number =
            u16::try_from(port).map_err(|_| fail!("listen tcp: address {port}: invalid port"))?;
        let listener = cx
            .host
            .listen(&address, number)
            .map_err(|why| fail!("listen tcp {address}:{port}: bind: {why}"))?;
        cx.out(&format!(
            "Starting to serve on {address}:{}\n",
            listener.port()
        ));
        cx.flush().await?;
        let mut open: FuturesUnordered<Wait<'_, ()>> = FuturesUnordered::new();
        loop {
            let ended = async {
                match open.next().await {
                    Some(()) => {}
                    None => std::future::pending().await,
                }
            };
            let accepted = match select(pin!(listener.accept()), pin!(ended)).await {
                Either::Left((socket, _)) => Some(socket),
                Either::Right(_) => None,
            };
            if let Some(socket) = accepted {
                let (cx, serving) = (&cx, &serving);
                open.push(Box::pin(async move {
                    // Whoever asked may be gone in the middle of an answer.
                    let _ = connection(cx, serving, &*socket).await;
                    socket.finish();
                }));
            }
        }
    })
}

/// A request's head and body.
struct Asked {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

/// Answers requests until one says that it is the last.
async fn connection(cx: &Context, serving: &Serving, socket: &dyn Socket) -> Result<(), ()> {
    let mut buffer = Vec::new();
    while let Some(asked) = read(socket, &mut buffer).await? {
        let last = asked.header("connection").eq_ignore_ascii_case("close");
        answer(cx, serving, socket, asked).await?;
        if last {
            break;
        }
    }
    Ok(())
}

/// The next request; `None` at the end of the connection.
async fn read(socket: &dyn Socket, buffer: &mut Vec<u8>) -> Result<Option<Asked>, ()> {
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        let bytes = socket.read().await;
        if bytes.is_empty() {
            return Ok(None);
        }
        buffer.extend_from_slice(&bytes);
        if buffer.len() > MAX_HEAD {
            return Err(());
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    buffer.drain(..head_end + 4);
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let mut asked = Asked {
        method: first.next().unwrap_or_default().to_owned(),
        path: first.next().unwrap_or_default().to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect(),
        body: Vec::new(),
    };
    let length: usize = asked.header("content-length").parse().unwrap_or(0);
    if length > MAX_BODY {
        return Err(());
    }
    while buffer.len() < length {
        let bytes = socket.read().await;
        if bytes.is_empty() {
            return Ok(None);
        }
        buffer.extend_from_slice(&bytes);
    }
    asked.body = buffer.drain(..length).collect();
    Ok(Some(asked))
}

async fn answer(
    cx: &Context,
    serving: &Serving,
    socket: &dyn Socket,
    asked: Asked,
) -> Result<(), ()> {
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    if !serving.www.is_empty()
        && let Some(file) = path.strip_prefix(&serving.www_prefix)
    {
        return file_of(cx, &serving.www, file, socket).await;
    }
    let Some(rest) = path.strip_prefix(serving.api_prefix.trim_end_matches('/')) else {
        return text(socket, 404, "404 page not found\n").await;
    };
    let path = if serving.api_prefix.starts_with("/api") {
        path
    } else {
        rest
    };
    let host = asked.header("host");
    let accepted = serving
        .filter
        .as_ref()
        .is_none_or(|filter| filter.accepts(&asked.method, path, host));
    if !accepted {
        return text(socket, 403, "Forbidden\n").await;
    }
    let request = request(&asked, path, query);
    let indented = j::is_read_by_people(&request.query, asked.header("user-agent"));
    let response = match cx.client().and_then(|client| client.send_raw(cx, request)) {
        Ok(response) => response,
        Err(error) => return text(socket, 500, &(error.text() + "\n")).await,
    };
    match response.body {
        Body::Json(value) => {
            let body = if indented {
                j::wire_indented(&value)
            } else {
                j::wire(&value) + "\n"
            };
            whole(socket, response.code, "application/json", body.as_bytes()).await
        }
        Body::Bytes(bytes) => {
            whole(socket, response.code, "text/plain; charset=utf-8", &bytes).await
        }
        Body::Empty => whole(socket, response.code, "text/plain", b"").await,
        Body::Watch(mut watch) => {
            start_chunks(socket, "application/json").await?;
            while let Some(event) = watch.next().await {
                let line = format!(
                    "{{\"type\":\"{}\",\"object\":{}}}\n",
                    event.kind,
                    j::compact_escaped(&event.object)
                );
                chunk(socket, line.as_bytes()).await?;
            }
            socket.write(b"0\r\n\r\n").await
        }
        Body::Stream(mut stream) => {
            start_chunks(socket, "text/plain").await?;
            while let Some(bytes) = stream.next().await {
                chunk(socket, &bytes).await?;
            }
            socket.write(b"0\r\n\r\n").await
        }
    }
}

fn request(asked: &Asked, path: &str, query: &str) -> Request {
    let method = match asked.method.as_str() {
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "GET",
    };
    let mut request = Request::new(method, path);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request = request.param(&unescape(name), unescape(value));
    }
    const TYPES: [&str; 6] = [
        "application/json",
        "application/yaml",
        "application/json-patch+json",
        "application/merge-patch+json",
        "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
    ];
    let sent = asked.header("content-type");
    let kind = TYPES
        .into_iter()
        .find(|kind| *kind == sent.split(';').next().unwrap_or_default());
    if !asked.body.is_empty() {
        request.content_type = Some(kind.unwrap_or("application/json"));
        request.body = Some(asked.body.clone());
    }
    request
}

/// A static file.
async fn file_of(cx: &Context, folder: &str, file: &str, socket: &dyn Socket) -> Result<(), ()> {
    if file.split('/').any(|part| part == "..") {
        return text(socket, 400, "invalid URL path\n").await;
    }
    let path = format!("{}/{file}", folder.trim_end_matches('/'));
    let is_dir = cx.host.stat(&path).is_ok_and(|info| info.is_dir);
    let path = if is_dir {
        with_slash(path) + "index.html"
    } else {
        path
    };
    match cx.host.read_file(&path) {
        Ok(bytes) => {
            let kind = match path.rsplit('.').next() {
                Some("html") => "text/html; charset=utf-8",
                Some("json") => "application/json",
                _ => "text/plain; charset=utf-8",
            };
            whole(socket, 200, kind, &bytes).await
        }
        Err(_) => text(socket, 404, "404 page not found\n").await,
    }
}

async fn text(socket: &dyn Socket, code: u16, text: &str) -> Result<(), ()> {
    whole(socket, code, "text/plain; charset=utf-8", text.as_bytes()).await
}

async fn whole(socket: &dyn Socket, code: u16, kind: &str, body: &[u8]) -> Result<(), ()> {
    let head = format!(
        "HTTP/1.1 {code} {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        klog::reason(code),
        body.len()
    );
    socket.write(head.as_bytes()).await?;
    socket.write(body).await
}

async fn start_chunks(socket: &dyn Socket, kind: &str) -> Result<(), ()> {
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n");
    socket.write(head.as_bytes()).await
}

async fn chunk(socket: &dyn Socket, bytes: &[u8]) -> Result<(), ()> {
    if bytes.is_empty() {
        return Ok(());
    }
    socket
        .write(format!("{:x}\r\n", bytes.len()).as_bytes())
        .await?;
    socket.write(bytes).await?;
    socket.write(b"\r\n").await
}
