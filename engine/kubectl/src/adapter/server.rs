//! API servers of this process as kubectl's [`Dialer`]: requests go straight to their handler.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll};

use apimachinery::codec;
use client::rest::{self, Method, RequestBody, ResponseBody, User};
use client::{Client, Switch};
use futures_util::StreamExt;
use futures_util::future::{Either, FutureExt, select};
use serde_json::{Value, json};

use super::certificate;
use crate::host::Wait;
use crate::transport::{
    Body, ByteStream, Dialer, Frame, Request, Response, Session, Target, Transport, Watch,
    WatchEvent,
};
use crate::util::json as j;

/// Who a user entry of a kubeconfig stands for; `None` for credentials that are worth nothing.
pub type Authenticator = Rc<dyn Fn(&Target) -> Option<User>>;

/// A server that is not there until somebody asks for it.
pub trait Waiting {
    /// Its client, once it is up.
    fn client(&self) -> Option<Client>;
    /// Starts it; done when it is up.
    fn start(&self) -> Wait<'static, ()>;
}

/// Servers by address.
#[derive(Clone, Default)]
pub struct Servers {
    known: Vec<(String, Client, Authenticator)>,
    waiting: Vec<(String, Rc<dyn Waiting>)>,
}

impl Servers {
    /// No servers at all.
    pub fn new() -> Servers {
        Servers::default()
    }

    /// One more, at an address such as `https://127.0.0.1:6443`.
    #[must_use]
    pub fn with(mut self, address: &str, client: Client, authenticator: Authenticator) -> Servers {
        self.known.push((address.to_owned(), client, authenticator));
        self
    }

    /// One more, which starts when it is first asked, for those with a certificate.
    #[must_use]
    pub fn with_waiting(mut self, address: &str, server: Rc<dyn Waiting>) -> Servers {
        self.waiting.push((address.to_owned(), server));
        self
    }

    fn find(&self, server: &str) -> Option<(Client, Authenticator)> {
        let known = self.known.iter().find(|(address, ..)| address == server);
        if let Some((_, client, authenticate)) = known {
            return Some((client.clone(), Rc::clone(authenticate)));
        }
        let (_, waiting) = self.waiting.iter().find(|(address, _)| address == server)?;
        let client = waiting.client()?;
        let sim = client.sim().clone();
        let authenticate = move |target: &Target| certificate::user(target, sim.now().as_secs());
        Some((client, Rc::new(authenticate)))
    }
}

impl Dialer for Servers {
    fn dial(&self, target: &Target) -> Result<Rc<dyn Transport>, String> {
        let server = target.server.replace("//localhost:", "//127.0.0.1:");
        let Some((client, authenticate)) = self.find(&server) else {
            let host = server
                .split_once("://")
                .map_or(server.as_str(), |(_, host)| host);
            let host = host.split('/').next().unwrap_or(host);
            let (name, port) = host.rsplit_once(':').unwrap_or((host, "443"));
            let numeric = name.split('.').all(|part| part.parse::<u8>().is_ok());
            return Err(if numeric {
                format!("dial tcp {name}:{port}: connect: connection refused")
            } else {
                format!("dial tcp: lookup {name}: no such host")
            });
        };
        let address = server
            .split_once("://")
            .map_or(server.as_str(), |(_, address)| address);
        if let Some(refusal) = client.reach().refusal(address) {
            return Err(refusal);
        }
        let user = authenticate(target).map(|user| impersonated(user, target));
        Ok(Rc::new(Direct {
            client: user.map(|u| client.impersonating(u)),
        }))
    }

    fn start(&self, server: &str) -> Option<Wait<'static, ()>> {
        let (_, waiting) = self.waiting.iter().find(|(address, _)| address == server)?;
        waiting.client().is_none().then(|| waiting.start())
    }
}

fn impersonated(user: User, target: &Target) -> User {
    if target.impersonate.is_empty() {
        return user;
    }
    let mut user = User::component(target.impersonate.as_str());
    if user.name == "system:anonymous" {
        user.groups = vec!["system:unauthenticated".into()];
    }
    if !target.impersonate_groups.is_empty() {
        user.groups = target
            .impersonate_groups
            .iter()
            .map(|g| g.as_str().into())
            .collect();
        user.groups.push("system:authenticated".into());
    }
    user.uid = target.impersonate_uid.as_str().into();
    for pair in &target.impersonate_extra {
        if let Some((key, value)) = pair.split_once('=') {
            let mut values = user.extra.get(key).cloned().unwrap_or_default();
            values.push(value.into());
            user.extra.insert(key, values);
        }
    }
    user
}

/// A connection; without a user when the credentials were refused.
struct Direct {
    client: Option<Client>,
}

const USER_AGENT: &str = "kubectl/v1.36.2 (linux/amd64) kubernetes/1ba3b4c";

impl Direct {
    fn answer(&self, request: Request) -> rest::Response {
        let Some(client) = &self.client else {
            return rest::Response {
                code: 401,
                warnings: Vec::new(),
                body: ResponseBody::Json(json!({
                    "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "Unauthorized",
                    "reason": "Unauthorized", "code": 401,
                })),
            };
        };
        let method = match request.method {
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            _ => Method::Get,
        };
        let mut sent = rest::Request::new(method, request.path).with_user_agent(USER_AGENT);
        sent.query = request.query;
        sent.accept = request.accept.unwrap_or_default().to_owned();
        sent.content_type = request.content_type.unwrap_or_default().to_owned();
        if let Some(body) = request.body {
            let text = String::from_utf8_lossy(&body).into_owned();
            sent.body = match request.content_type {
                Some(
                    "application/json"
                    | "application/merge-patch+json"
                    | "application/strategic-merge-patch+json"
                    | "application/json-patch+json",
                ) => match serde_json::from_str::<Value>(&text) {
                    Ok(value) => RequestBody::Json(value),
                    Err(_) => RequestBody::Text(text),
                },
                _ => RequestBody::Text(text),
            };
        }
        client.request(sent)
    }
}

impl Transport for Direct {
    fn send(&self, request: Request) -> Response {
        let bare_rows = request.bare_rows;
        let mut answer = self.answer(request);
        if bare_rows && let ResponseBody::Table(table) = &mut answer.body {
            table.leave_objects_out();
        }
        translate(answer, self.client.as_ref())
    }

    fn connect(&self, request: Request) -> Result<Rc<dyn Session>, Response> {
        let answer = self.answer(request);
        match answer.body {
            ResponseBody::Session(session) => Ok(Rc::new(Live::new(*session))),
            body => Err(translate(rest::Response { body, ..answer }, None)),
        }
    }
}

fn translate(answer: rest::Response, client: Option<&Client>) -> Response {
    let json = match &answer.body {
        ResponseBody::Table(table) => Some(table.to_printed_value()),
        _ => answer.to_value(),
    };
    let body = match (json, answer.body) {
        (Some(value), _) => Body::Json(value),
        (None, ResponseBody::Text(text)) => Body::Bytes(text.into_bytes()),
        (None, ResponseBody::Watch(stream)) => Body::Watch(Box::new(LiveWatch {
            stream,
            server: client
                .map(|client| client.reach().server().clone())
                .unwrap_or_default(),
        })),
        (None, ResponseBody::Log(stream)) => Body::Stream(Box::new(LiveLog(stream))),
        (None, ResponseBody::Proxied(proxied)) => {
            Body::Stream(Box::new(LiveProxied(Some(*proxied))))
        }
        (None, _) => Body::Empty,
    };
    Response {
        code: answer.code,
        warnings: answer.warnings,
        body,
    }
}

/// A watch; it ends when the server is stopped.
struct LiveWatch {
    stream: Box<rest::WatchStream>,
    server: Switch,
}

impl Watch for LiveWatch {
    fn next(&mut self) -> Wait<'_, Option<WatchEvent>> {
        Box::pin(async move {
            let stopped = std::pin::pin!(self.server.is_turned_off());
            let next = std::pin::pin!(self.stream.next());
            let message = match select(next, stopped).await {
                Either::Left((message, _)) => message?,
                Either::Right(_) => return None,
            };
            let object = message
                .to_value()
                .get_mut("object")
                .map(Value::take)
                .unwrap_or_default();
            Some(WatchEvent {
                kind: message.event.to_string(),
                object,
            })
        })
    }
}

struct LiveLog(rest::LogStream);

impl ByteStream for LiveLog {
    fn next(&mut self) -> Wait<'_, Option<Vec<u8>>> {
        Box::pin(async move { self.0.next().await })
    }
}

/// What a pod answers through the API server's proxy.
struct LiveProxied(Option<rest::Proxied>);

impl ByteStream for LiveProxied {
    fn next(&mut self) -> Wait<'_, Option<Vec<u8>>> {
        Box::pin(async move { Some(self.0.take()?.answer().await.body) })
    }
}

/// A conversation whose parts are polled together.
struct Live {
    session: RefCell<rest::Session>,
    over: Cell<bool>,
}

impl Live {
    fn new(session: rest::Session) -> Live {
        Live {
            session: RefCell::new(session),
            over: Cell::new(false),
        }
    }

    fn poll(&self, cx: &mut TaskContext<'_>) -> Poll<Option<Frame>> {
        if self.over.get() {
            return Poll::Ready(None);
        }
        let session = &mut *self.session.borrow_mut();
        if let Poll::Ready(Some(bytes)) = Pin::new(&mut session.stdout).poll_next_unpin(cx) {
            return Poll::Ready(Some(Frame::Out(bytes)));
        }
        if let Poll::Ready(Some(bytes)) = Pin::new(&mut session.stderr).poll_next_unpin(cx) {
            return Poll::Ready(Some(Frame::Err(bytes)));
        }
        let Poll::Ready(end) = session.exit.poll_unpin(cx) else {
            return Poll::Pending;
        };
        self.over.set(true);
        Poll::Ready(match end {
            Ok(Ok(code)) => Some(Frame::End(Ok(code))),
            Ok(Err(status)) => Some(Frame::End(Err(j::text(
                &codec::to_value(&status),
                &["message"],
            )
            .to_owned()))),
            Err(_) => None,
        })
    }
}

impl Session for Live {
    fn next(&self) -> Wait<'_, Option<Frame>> {
        Box::pin(poll_fn(|cx| self.poll(cx)))
    }

    fn send<'a>(&'a self, bytes: &'a [u8]) -> Wait<'a, Result<(), ()>> {
        let session = self.session.borrow();
        let sent = session
            .stdin
            .as_ref()
            .is_some_and(|s| s.unbounded_send(bytes.to_vec()).is_ok());
        Box::pin(std::future::ready(if sent { Ok(()) } else { Err(()) }))
    }

    fn close_input(&self) {
        self.session.borrow_mut().stdin = None;
    }

    fn resize(&self, columns: u16, rows: u16) {
        if let Some(resize) = &self.session.borrow().resize {
            let _ = resize.unbounded_send((columns, rows));
        }
    }
}
