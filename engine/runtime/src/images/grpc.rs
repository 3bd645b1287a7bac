//! gRPC's health service (`grpc.health.v1.Health`), for the servers that have it: agnhost's `grpc-health-checking`, etcd.
//!
//! The network of the playground carries no HTTP/2: a call is an HTTP request of gRPC's type, whose body is the
//! service's name; the answer's body is the state by its name. Who does not know that type does not speak gRPC.

use std::cell::Cell;
use std::rc::Rc;

use network::http::{Request, Response, serve};
use os::{Proc, Signal};
use sim::futures_util::future::join;

use super::echo::flag;
use crate::server::{listen, slash_time, until_signal};

/// The type of calls and answers.
const TYPE: &str = "application/grpc";
const CHECK: &str = "/grpc.health.v1.Health/Check";
/// gRPC's code for a method that a server does not have.
const UNIMPLEMENTED: &str = "12";

/// Whether somebody speaks gRPC.
pub(super) fn is_call(request: &Request) -> bool {
    request.headers.get("Content-Type") == Some(TYPE)
}

/// Answers a call, with what `state` says of a service.
pub(super) fn answer(request: &Request, state: impl FnOnce(&str) -> &'static str) -> Response {
    if request.path() != CHECK {
        let message = format!("unknown method {}", request.path());
        return Response::new(200, TYPE, message).with("Grpc-Status", UNIMPLEMENTED);
    }
    let service = String::from_utf8_lossy(&request.body);
    Response::new(200, TYPE, state(&service)).with("Grpc-Status", "0")
}

/// `agnhost grpc-health-checking`: healthy until told otherwise, or for `--delay-unhealthy-sec`.
pub(super) async fn health_checking(proc: Proc) -> i32 {
    let args = proc.args();
    let number = |name: &str, usual: i64| {
        let given = flag(&args, name).and_then(|text| text.parse::<i64>().ok());
        given.unwrap_or(usual)
    };
    let port = |name: &str, usual: i64| u16::try_from(number(name, usual)).unwrap_or(0);
    let (port, http_port) = (port("port", 5000), port("http-port", 8080));
    let delay = number("delay-unhealthy-sec", -1);
    let service = flag(&args, "service").unwrap_or_default();
    let (Some(grpc), Some(http)) = (listen(&proc, port), listen(&proc, http_port)) else {
        let now = slash_time(proc.now());
        let text = format!("{now} failed to listen: bind: address already in use\n");
        proc.eprint(text).await;
        return 1;
    };
    let now = slash_time(proc.now());
    proc.eprint(format!(
        "{now} Http server starting to listen on :{http_port}\n{now} gRPC server starting to listen on :{port}\n"
    ))
    .await;
    let began = proc.now();
    let forced = Rc::new(Cell::new(false));
    let checks = serve(grpc, |request: Request, _| {
        let state = |asked: &str| {
            let age = i64::try_from(proc.now().since(began).as_secs()).unwrap_or(i64::MAX);
            if asked != service {
                "SERVICE_UNKNOWN"
            } else if forced.get() || (delay > 0 && age >= delay) {
                "NOT_SERVING"
            } else {
                "SERVING"
            }
        };
        let response = if is_call(&request) {
            answer(&request, state)
        } else {
            Response::new(400, "text/plain; charset=utf-8", "")
        };
        async move { response }
    });
    let switches = serve(http, |request: Request, _| {
        match request.path() {
            "/make-not-serving" => forced.set(true),
            "/make-serving" => forced.set(false),
            _ => {}
        }
        let age = format!("{}s", proc.now().since(began).as_secs_f64());
        async move { Response::new(200, "text/plain; charset=utf-8", age) }
    });
    let work = join(checks, switches);
    match until_signal(&proc, &[Signal::TERM, Signal::INT], work).await {
        Err(Signal::INT) => 130,
        Err(_) => 2,
        Ok(_) => 0,
    }
}
