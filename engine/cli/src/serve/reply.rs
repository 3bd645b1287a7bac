//! From the API server's answers to bytes. Bodies that go on (watches, logs, conversations) are fed by tasks of the
//! simulation into a bounded queue that the connection reads.

use apimachinery::{Status, Value, codec, yaml};
use apiserver::authn::{Credentials, Impersonation};
use apiserver::handler::{
    self, LogStream, Method, Request, RequestBody, Response, ResponseBody, Session, WatchStream,
};
use sim::futures_util::{FutureExt, StreamExt};
use sim::{Sim, mpsc};
use tokio::sync::mpsc as queue;

use super::engine::{Asked, Feeding, Running, SessionId};
use super::{openapi, proto};

/// How many pieces may wait for a slow reader.
const QUEUE: usize = 4096;
/// How long a log waits when its reader is slow.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(20);

/// An answer on its way to a socket.
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) warnings: Vec<String>,
    pub(super) content_type: std::borrow::Cow<'static, str>,
    /// The `Location` header; may be empty.
    pub(super) location: String,
    pub(super) retry_after: Option<i32>,
    pub(super) body: Body,
}

/// Its body.
pub(super) enum Body {
    Bytes(Vec<u8>),
    /// Pieces until the sender is gone.
    Stream(queue::Receiver<Piece>),
    /// The whole answer, when it has come from elsewhere.
    Later(tokio::sync::oneshot::Receiver<Box<Reply>>),
    /// A conversation.
    Session(SessionId, queue::Receiver<Piece>),
}

/// A part of a body that goes on.
#[derive(Debug)]
pub(super) enum Piece {
    /// Output.
    Out(Vec<u8>),
    /// Errors of a program.
    Err(Vec<u8>),
    /// The end of a conversation: the `Status` that exec's error channel carries, as JSON.
    End(Vec<u8>),
}

/// Where the input of a conversation goes.
pub(super) struct Inputs {
    pub(super) stdin: Option<mpsc::UnboundedSender<Vec<u8>>>,
    pub(super) resize: Option<mpsc::UnboundedSender<(u16, u16)>>,
}

impl Reply {
    fn status(status: Status) -> Self {
        finished(Response::from(status), Form::Json)
    }
}

/// An error that is known before the engine is asked.
pub(super) fn refused(status: Status) -> Reply {
    Reply::status(status)
}

/// Answers a request.
pub(super) fn answer(running: &mut Running, asked: &Asked) -> Reply {
    let request = match request(running, asked) {
        Ok(request) => request,
        Err(status) => return Reply::status(status),
    };
    let response = handler::handle(running.cluster.server(), &request);
    let form = Form::of(&request);
    let sim = running.cluster.sim().clone();
    let Response {
        code,
        warnings,
        body,
    } = response;
    let reply = |content_type: &'static str, body| Reply {
        code,
        warnings: warnings.clone(),
        content_type: content_type.into(),
        location: String::new(),
        retry_after: None,
        body,
    };
    match body {
        ResponseBody::Watch(stream) => {
            let (feed, pieces) = queue::channel(QUEUE);
            let task = sim.spawn("serve/watch", watch(sim.clone(), *stream, feed.clone()));
            running.feeding.push(Feeding {
                task,
                listener: feed,
            });
            reply("application/json", Body::Stream(pieces))
        }
        ResponseBody::Log(stream) => {
            let (feed, pieces) = queue::channel(QUEUE);
            let task = sim.spawn("serve/log", log(sim.clone(), stream, feed.clone()));
            running.feeding.push(Feeding {
                task,
                listener: feed,
            });
            reply("text/plain", Body::Stream(pieces))
        }
        ResponseBody::Session(session) => {
            let (feed, pieces) = queue::channel(QUEUE);
            let Session {
                stdin,
                stdout,
                stderr,
                resize,
                exit,
            } = *session;
            running.last_session += 1;
            let id = running.last_session;
            running.sessions.insert(id, Inputs { stdin, resize });
            let output = converse(sim.clone(), stdout, stderr, exit, feed.clone());
            let task = sim.spawn("serve/session", output);
            running.feeding.push(Feeding {
                task,
                listener: feed,
            });
            reply("", Body::Session(id, pieces))
        }
        // A page's own links need a path that ends in a slash.
        ResponseBody::Proxied(_)
            if asked.path.ends_with("/proxy") && matches!(&*asked.method, "GET" | "HEAD") =>
        {
            let mut moved = reply("", Body::Bytes(Vec::new()));
            moved.code = 301;
            moved.location = format!("{}/", asked.path);
            if !asked.raw_query.is_empty() {
                moved.location += &format!("?{}", asked.raw_query);
            }
            moved
        }
        ResponseBody::Proxied(proxied) => {
            let (tell, told) = tokio::sync::oneshot::channel();
            sim.spawn("serve/proxy", async move {
                let answer = proxied.answer().await;
                // Whoever asked may have gone away meanwhile.
                let _ = tell.send(Box::new(Reply {
                    code: answer.code,
                    warnings: Vec::new(),
                    content_type: answer.content_type.into(),
                    location: answer.location,
                    retry_after: None,
                    body: Body::Bytes(answer.body),
                }));
            });
            reply("", Body::Later(told))
        }
        ResponseBody::Json(document)
            if asked.path == "/openapi/v2" && openapi::is_wanted(&request.accept) =>
        {
            let bytes = openapi::encode(&document);
            reply(openapi::ANSWERED, Body::Bytes(bytes))
        }
        body => {
            let mut reply = finished(
                Response {
                    code,
                    warnings,
                    body,
                },
                form,
            );
            if code == 200
                && let Some(media) = written_as_text(&asked.path)
            {
                reply.content_type = media.into();
            }
            reply
        }
    }
}

/// The type of documents that are text already when they get here.
fn written_as_text(path: &str) -> Option<&'static str> {
    match path.trim_end_matches('/') {
        "/.well-known/openid-configuration" => Some("application/json"),
        "/openid/v1/jwks" => Some("application/jwk-set+json"),
        _ => None,
    }
}

/// The request as the handler takes it.
fn request(running: &Running, asked: &Asked) -> Result<Request, Status> {
    let method = match asked.method.as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "OPTIONS" => Method::Options,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => return Err(Status::method_not_allowed()),
    };
    // exec and attach may be asked for with GET (WebSocket) and POST (SPDY) alike.
    let mut request = Request::new(method, asked.path.clone());
    request.query = asked.query.clone();
    request.accept = asked.header_list("accept");
    request.content_type = asked.header("content-type").to_owned();
    request.user_agent = asked.header("user-agent").into();
    request.user = apiserver::authn::authenticate(running.cluster.server(), &credentials(asked))?;
    if request.content_type.starts_with(proto::MEDIA_TYPE) {
        let value = proto::decode(&asked.body).ok_or_else(|| {
            Status::bad_request(
                "couldn't get version/kind; the body is no protobuf of a known kind",
            )
        })?;
        request.content_type = "application/json".into();
        request.body = RequestBody::Json(value);
    } else if !asked.body.is_empty() {
        let text = String::from_utf8(asked.body.clone())
            .map_err(|_| Status::unsupported_media_type(
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml",
            ))?;
        request.body = RequestBody::Text(text);
    }
    Ok(request)
}

/// Who asks: nobody reaches the port but people of this machine, so without a token they are the administrator.
fn credentials(asked: &Asked) -> Credentials {
    let authorization = asked.header("authorization");
    let bearer = authorization
        .strip_prefix("Bearer ")
        .map(|token| token.trim().into());
    let user = asked.header("impersonate-user");
    let groups = asked.headers.get("impersonate-group").into_iter().flatten();
    let extra = asked.headers.iter().filter_map(|(name, values)| {
        let key = name.strip_prefix("impersonate-extra-")?;
        Some((
            key.into(),
            values.iter().map(|v| v.as_str().into()).collect(),
        ))
    });
    let impersonation = Impersonation {
        user: user.into(),
        uid: asked.header("impersonate-uid").into(),
        groups: groups.map(|group| group.as_str().into()).collect(),
        extra: extra.collect(),
    };
    Credentials {
        trusted: bearer.is_none(),
        bearer,
        impersonation,
    }
}

/// How a body is written.
#[derive(Clone, Copy)]
enum Form {
    Yaml,
    Json,
    /// With a line for every field.
    Indented,
}

impl Form {
    fn of(request: &Request) -> Self {
        if prefers_yaml(&request.accept) {
            Self::Yaml
        } else if codec::json::is_read_by_people(&request.query, &request.user_agent) {
            Self::Indented
        } else {
            Self::Json
        }
    }
}

/// Whether YAML comes first among what the client accepts.
fn prefers_yaml(accept: &str) -> bool {
    let first = accept
        .split(',')
        .map(|clause| clause.split(';').next().unwrap_or_default().trim());
    first
        .map(|media| {
            (
                media,
                matches!(
                    media,
                    "application/yaml" | "application/json" | "application/*" | "*/*"
                ),
            )
        })
        .find(|(_, known)| *known)
        .is_some_and(|(media, _)| media == "application/yaml")
}

/// An answer that is all there.
fn finished(response: Response, form: Form) -> Reply {
    let retry_after = response
        .error()
        .and_then(|status| status.details.as_ref())
        .map(|details| details.retry_after_seconds)
        .filter(|seconds| *seconds > 0);
    let (content_type, bytes) = match (response.to_value(), response.body) {
        (Some(value), _) => match form {
            Form::Yaml => ("application/yaml", yaml::to_yaml(&value).into_bytes()),
            Form::Json => (json_type(&value), line(&value)),
            Form::Indented => (
                json_type(&value),
                codec::json::wire_indented(&value).into_bytes(),
            ),
        },
        (None, ResponseBody::Text(text)) => ("text/plain; charset=utf-8", text.into_bytes()),
        (None, _) => ("text/plain; charset=utf-8", Vec::new()),
    };
    Reply {
        code: response.code,
        warnings: response.warnings,
        content_type: content_type.into(),
        location: String::new(),
        retry_after,
        body: Body::Bytes(bytes),
    }
}

/// Discovery in one piece has a type of its own, by which clients know it.
fn json_type(value: &Value) -> &'static str {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    match (text("kind"), text("apiVersion")) {
        ("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2") => {
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        }
        _ => "application/json",
    }
}

fn line(value: &Value) -> Vec<u8> {
    let mut text = codec::json::wire(value);
    text.push('\n');
    text.into_bytes()
}

/// Feeds a watch. It ends when the client asked it to, and when its reader is too slow; clients then list again.
async fn watch(sim: Sim, mut stream: WatchStream, feed: queue::Sender<Piece>) {
    let limit = stream.timeout_seconds.unwrap_or(24 * 3600);
    let mut end = Box::pin(sim.sleep(std::time::Duration::from_secs(limit)).fuse());
    loop {
        let message = {
            let next = stream.next().fuse();
            let mut next = std::pin::pin!(next);
            sim::futures_util::select_biased! {
                message = next => message,
                () = end => None,
            }
        };
        let Some(message) = message else { return };
        if feed
            .try_send(Piece::Out(line(&message.to_value())))
            .is_err()
        {
            return;
        }
    }
}

/// Feeds a log.
async fn log(sim: Sim, mut stream: LogStream, feed: queue::Sender<Piece>) {
    while let Some(bytes) = stream.next().await {
        if !pass(&sim, &feed, Piece::Out(bytes)).await {
            return;
        }
    }
}

/// Feeds what a program says until it ends.
async fn converse(
    sim: Sim,
    stdout: mpsc::UnboundedReceiver<Vec<u8>>,
    stderr: mpsc::UnboundedReceiver<Vec<u8>>,
    exit: sim::oneshot::Receiver<Result<i32, Status>>,
    feed: queue::Sender<Piece>,
) {
    let out = stdout.map(Piece::Out);
    let err = stderr.map(Piece::Err);
    let mut output = std::pin::pin!(sim::futures_util::stream::select(out, err));
    while let Some(piece) = output.next().await {
        if !pass(&sim, &feed, piece).await {
            return;
        }
    }
    let Ok(end) = exit.await else { return };
    pass(&sim, &feed, Piece::End(ending(end))).await;
}

/// Hands a piece over, however slow the reader is; `false` when there is none any more.
async fn pass(sim: &Sim, feed: &queue::Sender<Piece>, mut piece: Piece) -> bool {
    loop {
        match feed.try_send(piece) {
            Ok(()) => return true,
            Err(queue::error::TrySendError::Closed(_)) => return false,
            Err(queue::error::TrySendError::Full(back)) => piece = back,
        }
        sim.sleep(PATIENCE).await;
    }
}

/// The `Status` that tells a client how its program ended.
fn ending(end: Result<i32, Status>) -> Vec<u8> {
    let value = match end {
        Ok(0) => serde_json::json!({ "metadata": {}, "status": "Success" }),
        Ok(code) => serde_json::json!({
            "metadata": {},
            "status": "Failure",
            "message": format!("command terminated with non-zero exit code: command terminated with exit code {code}"),
            "reason": "NonZeroExitCode",
            "details": { "causes": [{ "reason": "ExitCode", "message": code.to_string() }] },
        }),
        Err(status) => codec::to_value(&status),
    };
    value.to_string().into_bytes()
}
