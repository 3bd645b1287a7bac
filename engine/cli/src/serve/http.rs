//! HTTP requests and answers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Write as _;

use apimachinery::Status;
use axum::Router;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sim::futures_util::stream;
use tokio::sync::mpsc;

use super::engine::{Asked, Handle, Input};
use super::exec;
use super::portforward;
use super::reply::{Body, Piece, Reply, refused};

/// The largest body that is read; the API server says no to less than this by itself.
const MAX_BODY: usize = 4 << 20;
/// Smaller answers are sent as they are.
const WORTH_ZIPPING: usize = 128 * 1024;

/// The service.
pub(super) fn app(engine: Handle) -> Router {
    Router::new().fallback(answer).with_state(engine)
}

async fn answer(State(engine): State<Handle>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY).await else {
        return http(refused(Status::request_entity_too_large(
            "limit is 3145728",
        )));
    };
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers
            .entry(name.as_str().to_owned())
            .or_default()
            .push(value);
    }
    let asked = Asked {
        method: parts.method.as_str().to_owned(),
        path: percent_decode(parts.uri.path(), false),
        raw_query: parts.uri.query().unwrap_or_default().to_owned(),
        query: query(parts.uri.query().unwrap_or_default()),
        headers,
        body: body.to_vec(),
    };
    let zips = parts.method == Method::GET && takes_gzip(&parts.headers);
    let last = asked.path.rsplit('/').next().unwrap_or_default();
    // A POST asks for SPDY, as clients do that were refused a WebSocket: they are told why.
    let upgrades = parts.headers.contains_key(header::UPGRADE) && parts.method == Method::GET;
    match last {
        "exec" | "attach" if upgrades => {
            match axum::extract::ws::WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
                Ok(upgrade) => exec::answer(&engine, asked, upgrade).await,
                Err(refused) => refused.into_response(),
            }
        }
        "portforward" if upgrades => {
            match axum::extract::ws::WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
                Ok(upgrade) => portforward::answer(&engine, asked, upgrade).await,
                Err(refused) => refused.into_response(),
            }
        }
        _ => match engine.ask(asked).await {
            Some(Reply {
                body: Body::Later(answer),
                ..
            }) => match answer.await {
                Ok(reply) => http(*reply),
                Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the cluster has ended"),
            },
            Some(Reply {
                body: Body::Session(id, _),
                ..
            }) => {
                engine.input(id, Input::Close);
                if parts.headers.contains_key(header::UPGRADE) {
                    let text = "this server speaks WebSocket here, and no SPDY";
                    return plain(StatusCode::BAD_REQUEST, text);
                }
                http(refused(Status::bad_request("Upgrade request required")))
            }
            Some(reply) if zips && reply.code == 200 => zipped(reply),
            Some(reply) => http(reply),
            None => plain(StatusCode::SERVICE_UNAVAILABLE, "the cluster has ended"),
        },
    }
}

pub(super) fn plain(code: StatusCode, text: &'static str) -> Response {
    (code, text).into_response()
}

/// An answer of the engine as HTTP.
pub(super) fn http(reply: Reply) -> Response {
    if reply.code == 101 {
        return http(refused(Status::bad_request("Upgrade request required")));
    }
    let body = match reply.body {
        Body::Bytes(bytes) => HttpBody::from(bytes),
        Body::Stream(pieces) => streamed(pieces),
        // Conversations have the code 101, and what comes later has been waited for.
        Body::Session(..) | Body::Later(_) => HttpBody::empty(),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(reply.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&reply.content_type)
        && !reply.content_type.is_empty()
    {
        headers.insert(header::CONTENT_TYPE, value);
    }
    if let Ok(value) = HeaderValue::from_str(&reply.location)
        && !reply.location.is_empty()
    {
        headers.insert(header::LOCATION, value);
    }
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, private"),
    );
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for warning in &reply.warnings {
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_bytes(format!("299 - \"{quoted}\"").as_bytes()) {
            headers.append(header::WARNING, value);
        }
    }
    response
}

/// Whether a client has said that it takes compressed answers.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut clauses = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    clauses.any(|clause| clause.split(';').next().unwrap_or_default().trim() == "gzip")
}

/// An answer as HTTP, compressed if it is large (upstream's `APIResponseCompression`).
fn zipped(mut reply: Reply) -> Response {
    let Body::Bytes(bytes) = &reply.body else {
        return http(reply);
    };
    if bytes.len() <= WORTH_ZIPPING {
        return http(reply);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    let Ok(compressed) = written else {
        return http(reply);
    };
    reply.body = Body::Bytes(compressed);
    let mut response = http(reply);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

fn streamed(pieces: mpsc::Receiver<Piece>) -> HttpBody {
    HttpBody::from_stream(stream::unfold(pieces, |mut pieces| async move {
        match pieces.recv().await? {
            Piece::Out(bytes) | Piece::Err(bytes) => {
                Some((Ok::<Bytes, Infallible>(bytes.into()), pieces))
            }
            Piece::End(_) => None,
        }
    }))
}

/// A query's parameters in order, decoded.
fn query(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(name, true), percent_decode(value, true))
        })
        .collect()
}

/// Undoes `%41`, and in queries `+`.
fn percent_decode(text: &str, plus: bool) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let hex = |digit: Option<&u8>| digit.and_then(|digit| char::from(*digit).to_digit(16));
        match (byte, hex(after.first()), hex(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _, _) if plus => out.push(b' '),
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{percent_decode, query};

    #[test]
    fn decodes_what_urls_escape() {
        for (text, plus, want) in [
            ("/api/v1/namespaces/a%2Fb", false, "/api/v1/namespaces/a/b"),
            ("a+b%3Dc", true, "a b=c"),
            ("a+b", false, "a+b"),
            ("100%", false, "100%"),
            ("%zz", false, "%zz"),
            ("%c3%a9", false, "é"),
        ] {
            assert_eq!(percent_decode(text, plus), want, "{text}");
        }
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            query("command=sh&command=-c&tty"),
            [
                pair("command", "sh"),
                pair("command", "-c"),
                pair("tty", "")
            ]
        );
    }
}
