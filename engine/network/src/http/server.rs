//! The answering side.

use std::convert::Infallible;
use std::pin::pin;

use sim::futures_util::future::{Either, pending, select};
use sim::futures_util::stream::{FuturesUnordered, StreamExt};

use crate::http::codec::{Malformed, encode, read_body, read_head};
use crate::http::tls::{Certificate, welcome};
use crate::http::{Headers, Request, Response, reason_phrase};
use crate::{HostAddr, Listener, Stream};

/// Takes connections and answers one request on each, for ever. `handler` sees the request and where it came from.
///
/// Everything happens within this future: dropping it (as the end of a server's process does) closes all connections.
pub async fn serve<F, R>(listener: Listener, handler: F)
where
    F: Fn(Request, HostAddr) -> R,
    R: Future<Output = Response>,
{
    serve_all(listener, None, handler).await;
}

/// The same behind certificates, by the host that a client asks for.
pub async fn serve_tls<F, R>(
    listener: Listener,
    certificate: &dyn Fn(&str) -> Certificate,
    handler: F,
) where
    F: Fn(Request, HostAddr) -> R,
    R: Future<Output = Response>,
{
    serve_all(listener, Some(certificate), handler).await;
}

/// How a server finds the certificate to show, if it speaks TLS.
type Certificates<'a> = Option<&'a dyn Fn(&str) -> Certificate>;

async fn serve_all<F, R>(listener: Listener, certificates: Certificates<'_>, handler: F)
where
    F: Fn(Request, HostAddr) -> R,
    R: Future<Output = Response>,
{
    let mut open = FuturesUnordered::new();
    loop {
        let (stream, peer) = {
            let accept = pin!(listener.accept());
            let progress = pin!(drain(&mut open));
            match select(accept, progress).await {
                Either::Left((connection, _)) => connection,
                Either::Right((never, _)) => match never {},
            }
        };
        // In a box, as what holds connections keeps room for one even while there is none: most servers of a cluster wait.
        open.push(Box::pin(serve_one(stream, peer, certificates, &handler)));
    }
}

/// Lets connections make progress for as long as it is polled.
async fn drain<R: Future<Output = ()>>(open: &mut FuturesUnordered<R>) -> Infallible {
    while open.next().await.is_some() {}
    pending().await
}

async fn serve_one<F, R>(
    mut stream: Stream,
    peer: HostAddr,
    certificates: Certificates<'_>,
    handler: &F,
) where
    F: Fn(Request, HostAddr) -> R,
    R: Future<Output = Response>,
{
    if let Some(certificate) = certificates
        && welcome(&mut stream, certificate).await.is_none()
    {
        return;
    }
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    let head_only = request.method == "HEAD";
    let response = handler(request, peer).await;
    answer(&mut stream, response, head_only).await;
}

/// The request on a new connection; `None` when there is none, after refusing what is no request.
pub async fn read_request(stream: &mut Stream) -> Option<Request> {
    let mut head = match read_head(stream).await {
        Ok(head) => head,
        Err(Malformed::Ended { .. }) => return None,
        Err(Malformed::Head) => {
            answer(
                stream,
                Response::new(400, "text/plain", "Bad Request\n"),
                false,
            )
            .await;
            return None;
        }
    };
    let mut words = head.first_line.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next());
    let version = words.next();
    let (Some(target), Some("HTTP/1.0" | "HTTP/1.1")) = (target, version.as_deref()) else {
        answer(
            stream,
            Response::new(400, "text/plain", "Bad Request\n"),
            false,
        )
        .await;
        return None;
    };
    let body = read_body(stream, &mut head, false).await;
    Some(Request {
        method,
        target,
        headers: head.headers,
        body,
    })
}

/// Sends a response, with the length of its body, and says that the connection ends with it.
pub async fn answer(stream: &mut Stream, response: Response, head_only: bool) {
    let Response {
        status,
        headers: given,
        body,
    } = response;
    let line = format!("HTTP/1.1 {status} {}", reason_phrase(status));
    let mut headers = Headers::default();
    for (name, value) in given.iter() {
        headers.push(name, value);
    }
    if headers.get("Content-Length").is_none() && !matches!(status, 100..=199 | 204 | 304) {
        headers.push("Content-Length", &body.len().to_string());
    }
    if headers.get("Connection").is_none() {
        headers.push("Connection", "close");
    }
    let body = if head_only { &[][..] } else { &body };
    // A client that has gone away does not care.
    let _ = stream.write_all(&encode(&line, &headers, body)).await;
    stream.finish();
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use sim::{Sim, Time};

    use super::*;
    use crate::http::{HttpError, fetch};
    use crate::{Fabric, Netns, NetnsConfig};

    fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Netns) -> F) {
        let sim = Sim::new(1, Time::default());
        let netns = Fabric::new(&sim).join(NetnsConfig {
            ip: "10.0.0.2".parse().expect("an address"),
            node: "n".into(),
            owner: "test".into(),
        });
        let server = netns.listen(80).expect("free");
        sim.spawn("server", async move {
            serve(server, |request, _| async move {
                match request.path() {
                    "/" => Response::new(200, "text/plain", request.body),
                    _ => Response::new(404, "text/html", "no"),
                }
            })
            .await;
        });
        let done = Rc::new(Cell::new(false));
        let future = test(netns);
        let d = Rc::clone(&done);
        sim.spawn("test", async move {
            future.await;
            d.set(true);
        });
        let mut budget = 100_000;
        sim.run_until(Time::from_secs(3600), &mut budget);
        assert!(done.get(), "the test hangs");
        sim.shutdown();
    }

    #[test]
    fn answers_requests_with_their_bodies() {
        run(|netns| async move {
            let to = HostAddr::new(netns.ip(), 80);
            let mut request = Request::get("10.0.0.2", "/?a=b");
            request.method = "POST".to_owned();
            request.body = vec![b'x'; 200_000];
            let response = fetch(&netns, to, &request).await.expect("answers");
            assert_eq!((response.status, response.body.len()), (200, 200_000));
            let request = Request::get("10.0.0.2", "/nosuch");
            let response = fetch(&netns, to, &request).await.expect("answers");
            assert_eq!((response.status, response.body), (404, b"no".to_vec()));
            let mut request = Request::get("10.0.0.2", "/nosuch");
            request.method = "HEAD".to_owned();
            let response = fetch(&netns, to, &request).await.expect("answers");
            assert_eq!(response.headers.get("content-length"), Some("2"));
            assert!(response.body.is_empty());
        });
    }

    #[test]
    fn refuses_what_is_no_http() {
        run(|netns| async move {
            let to = HostAddr::new(netns.ip(), 80);
            for garbage in ["\0\0\r\n\r\n", "GET\r\n\r\n", "GET / FTP/1\r\n\r\n"] {
                let mut stream = netns.connect(to).await.expect("listens");
                stream.write_all(garbage.as_bytes()).await.expect("open");
                let answer = stream.read_to_end(1000).await;
                assert!(answer.starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
            }
        });
    }

    #[test]
    fn tells_an_empty_reply_from_a_broken_one() {
        run(|netns| async move {
            let listener = netns.listen(81).expect("free");
            let n = netns.clone();
            netns.fabric().sim().spawn("mute", async move {
                let (stream, _) = listener.accept().await;
                drop(stream);
                let (mut stream, _) = listener.accept().await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            });
            let to = HostAddr::new(n.ip(), 81);
            let request = Request::get("x", "/");
            let error = fetch(&n, to, &request).await.err();
            assert!(
                matches!(error, Some(HttpError::EmptyReply | HttpError::Reset)),
                "{error:?}"
            );
            assert_eq!(fetch(&n, to, &request).await, Err(HttpError::Reset));
        });
    }
}
