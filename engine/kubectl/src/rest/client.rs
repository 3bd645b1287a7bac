//! Sends requests, shows warnings, tells what it does at `-v=6` and up, and turns bad answers into errors.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{Either, select};
use serde_json::Value;

use crate::context::Context;
use crate::error::{Error, Status};
use crate::host::Wait;
use crate::transport::{
    Body, ByteStream, Dialer, Request, Response, Session, Target, Transport, Watch, WatchEvent,
};
use crate::util::{go, klog};

/// A connection to the server.
#[derive(Clone)]
pub struct Client {
    target: Rc<Target>,
    dialer: Rc<dyn Dialer>,
    transport: Rc<RefCell<Option<Rc<dyn Transport>>>>,
}

impl Client {
    /// A connection that is opened with the first request.
    pub fn new(target: Target, dialer: Rc<dyn Dialer>) -> Client {
        Client {
            target: Rc::new(target),
            dialer,
            transport: Rc::default(),
        }
    }

    /// Whom it asks, and as who.
    pub fn target(&self) -> &Target {
        &self.target
    }

    fn transport(&self, request: &Request) -> Result<Rc<dyn Transport>, Error> {
        if let Some(transport) = &*self.transport.borrow() {
            return Ok(Rc::clone(transport));
        }
        match self.dialer.dial(&self.target) {
            Ok(transport) => {
                *self.transport.borrow_mut() = Some(Rc::clone(&transport));
                Ok(transport)
            }
            Err(reason) => Err(Error::Connection {
                verb: go_verb(request.method).to_owned(),
                url: format!("{}{}", self.target.server, request.uri()),
                reason,
            }),
        }
    }

    /// Sends a request and gives the answer, good or bad.
    pub fn send_raw(&self, cx: &Context, request: Request) -> Result<Response, Error> {
        let transport = self.transport(&request)?;
        let level = cx.flags.int("v");
        let told = (level >= 6).then(|| {
            let mut request = request.clone();
            let timeout = cx.request_timeout();
            if timeout > 0 {
                let text = crate::util::time::go_duration(timeout);
                request.query.push(("timeout".to_owned(), text));
                request.query.sort();
            }
            request
        });
        let response = transport.send(request);
        if let Some(request) = told {
            klog::request(cx, level, &self.target.server, &request, &response);
        }
        for warning in &response.warnings {
            cx.warn(warning);
        }
        Ok(response)
    }

    /// Sends a request; an answer from 400 on is an error.
    pub fn send(&self, cx: &Context, request: Request) -> Result<Response, Error> {
        let asked = asked(&request);
        let response = self.send_raw(cx, request)?;
        if response.code >= 400 {
            Err(error_of(response, &asked).into())
        } else {
            Ok(response)
        }
    }

    /// Sends a request whose answer is JSON.
    pub fn json(&self, cx: &Context, request: Request) -> Result<Value, Error> {
        match self.send(cx, request)?.body {
            Body::Json(value) => Ok(value),
            Body::Bytes(bytes) => {
                serde_json::from_slice(&bytes).map_err(|e| Error::Message(e.to_string()))
            }
            _ => Ok(Value::Null),
        }
    }

    /// Sends a request whose answer is any text.
    pub fn bytes(&self, cx: &Context, request: Request) -> Result<Vec<u8>, Error> {
        Ok(match self.send(cx, request)?.body {
            Body::Json(value) => (crate::util::json::wire(&value) + "\n").into_bytes(),
            Body::Bytes(bytes) => bytes,
            _ => Vec::new(),
        })
    }

    /// Gets a path.
    pub fn get(&self, cx: &Context, path: &str) -> Result<Value, Error> {
        self.json(cx, Request::new("GET", path))
    }

    /// Starts a watch.
    pub fn watch(&self, cx: &Context, request: Request) -> Result<Box<dyn Watch>, Error> {
        match self.send(cx, request)?.body {
            Body::Watch(watch) => Ok(match end_of(cx) {
                Some(end) => Box::new(Ended { inner: watch, end }),
                None => watch,
            }),
            _ => Err("the server did not answer with a watch".into()),
        }
    }

    /// Starts reading a body that keeps coming; a body that is there at once comes as a stream, too.
    pub fn stream(&self, cx: &Context, request: Request) -> Result<Box<dyn ByteStream>, Error> {
        match self.send(cx, request)?.body {
            Body::Stream(stream) => Ok(match end_of(cx) {
                Some(end) => Box::new(Ended { inner: stream, end }),
                None => stream,
            }),
            Body::Bytes(bytes) => Ok(Box::new(Once(Some(bytes)))),
            Body::Json(value) => Ok(Box::new(Once(Some(value.to_string().into_bytes())))),
            _ => Ok(Box::new(Once(None))),
        }
    }

    /// Starts a session with a remote command.
    pub fn connect(&self, cx: &Context, request: Request) -> Result<Rc<dyn Session>, Error> {
        let transport = self.transport(&request)?;
        let asked = asked(&request);
        transport.connect(request).map_err(|response| {
            for warning in &response.warnings {
                cx.warn(warning);
            }
            error_of(response, &asked).into()
        })
    }
}

/// The end that `--request-timeout` sets to what keeps coming.
fn end_of(cx: &Context) -> Option<Wait<'static, ()>> {
    let timeout = cx.request_timeout();
    (timeout > 0).then(|| cx.host.sleep(timeout))
}

/// What keeps coming until its end.
struct Ended<T: ?Sized> {
    inner: Box<T>,
    end: Wait<'static, ()>,
}

impl Watch for Ended<dyn Watch> {
    fn next(&mut self) -> Wait<'_, Option<WatchEvent>> {
        Box::pin(async move {
            match select(self.inner.next(), self.end.as_mut()).await {
                Either::Left((event, _)) => event,
                Either::Right(_) => None,
            }
        })
    }
}

impl ByteStream for Ended<dyn ByteStream> {
    fn next(&mut self) -> Wait<'_, Option<Vec<u8>>> {
        Box::pin(async move {
            match select(self.inner.next(), self.end.as_mut()).await {
                Either::Left((bytes, _)) => bytes,
                Either::Right(_) => None,
            }
        })
    }
}

/// A body that was there at once.
struct Once(Option<Vec<u8>>);

impl ByteStream for Once {
    fn next(&mut self) -> Wait<'_, Option<Vec<u8>>> {
        let bytes = self.0.take();
        Box::pin(std::future::ready(bytes))
    }
}

/// `Get` for `GET`.
fn go_verb(method: &str) -> &'static str {
    match method {
        "POST" => "Post",
        "PUT" => "Put",
        "PATCH" => "Patch",
        "DELETE" => "Delete",
        _ => "Get",
    }
}

/// What a request asks for, in words: `get pods web`. Empty if it does not say.
fn asked(request: &Request) -> String {
    match request.about.as_str() {
        "" => String::new(),
        about => format!("{} {about}", request.method.to_lowercase()),
    }
}

/// The status that a bad answer carries, or the one its code stands for. Where the server does not explain itself, it tells what was asked for (client-go's
/// `NewGenericServerResponse`).
fn error_of(response: Response, asked: &str) -> Status {
    let code = response.code;
    match response.body {
        Body::Json(value) if value.get("kind").and_then(Value::as_str) == Some("Status") => {
            Status::from_value(&value, code)
        }
        Body::Bytes(bytes) => generic(code, String::from_utf8_lossy(&bytes).trim(), asked),
        _ => generic(code, "", asked),
    }
}

fn generic(code: u16, text: &str, asked: &str) -> Status {
    let (reason, message) = match code {
        400 => (
            "BadRequest",
            "the server rejected our request for an unknown reason",
        ),
        401 => (
            "Unauthorized",
            "the server has asked for the client to provide credentials",
        ),
        403 => ("Forbidden", "unknown"),
        404 => (
            "NotFound",
            "the server could not find the requested resource",
        ),
        405 => (
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        ),
        406 => (
            "NotAcceptable",
            "the server was unable to respond with a content type that the client supports",
        ),
        409 => ("Conflict", "the server reported a conflict"),
        415 => (
            "UnsupportedMediaType",
            "the server was unable to respond with a content type that the client supports",
        ),
        422 => (
            "Invalid",
            "the server rejected our request due to an error in our request",
        ),
        429 => (
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later",
        ),
        503 => (
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
        504 => (
            "Timeout",
            "the server was unable to return a response in the time allotted, but may still be processing the request",
        ),
        500.. => ("InternalError", "an error on the server"),
        _ => ("", "the server responded with an unknown status"),
    };
    let mut message = match (code, text) {
        (500, text) => format!(
            "{message} ({}) has prevented the request from succeeding",
            go::quote(text)
        ),
        _ => message.to_owned(),
    };
    if !asked.is_empty() {
        message = format!("{message} ({asked})");
    }
    Status {
        code,
        reason: reason.to_owned(),
        message,
        details: None,
    }
}
