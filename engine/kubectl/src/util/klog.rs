//! klog's lines on standard error: what `-v` shows, and the few that come without it.

use crate::context::Context;
use crate::transport::{Body, Request, Response};
use crate::util::go;
use crate::util::time;

/// The head of a line: severity, date, time, process and place.
pub fn header(cx: &Context, severity: char, place: &str) -> String {
    let now = cx.host.now();
    let civil = time::parts(now.div_euclid(1_000_000));
    format!(
        "{severity}{:02}{:02} {:02}:{:02}:{:02}.{:06} {:>7} {place}] ",
        civil.month,
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        now.rem_euclid(1_000_000),
        1
    )
}

/// A line.
pub fn line(cx: &Context, severity: char, place: &str, text: &str) {
    cx.err(&format!("{}{text}\n", header(cx, severity, place)));
}

/// Tells about a request and its answer, more of it with a higher level.
pub fn request(cx: &Context, level: i64, server: &str, request: &Request, response: &Response) {
    let url = format!("{server}{}", request.uri());
    if level >= 8
        && let Some(body) = &request.body
    {
        line(
            cx,
            'I',
            "request.go:1424",
            &format!("\"Request Body\" body={}", bodies(level, body)),
        );
    }
    if level >= 7 {
        let mut headers = Vec::new();
        let accept = request.accept.unwrap_or("application/json, */*");
        headers.push(format!("\tAccept: {accept}"));
        if let Some(kind) = request.content_type {
            headers.push(format!("\tContent-Type: {kind}"));
        }
        headers.push("\tUser-Agent: kubectl/v1.36.2 (linux/amd64) kubernetes".to_owned());
        line(
            cx,
            'I',
            "round_trippers.go:527",
            &format!(
                "\"Request\" verb={} url={} headers=<\n{}\n >",
                go::quote(request.method),
                go::quote(&url),
                headers.join("\n")
            ),
        );
    }
    let status = format!("{} {}", response.code, reason(response.code));
    let mut text = String::from("\"Response\"");
    if level < 7 {
        text.push_str(&format!(
            " verb={} url={}",
            go::quote(request.method),
            go::quote(&url)
        ));
    }
    text.push_str(&format!(" status={}", go::quote(&status)));
    if level >= 8 {
        text.push_str(" headers=<\n\tContent-Type: application/json\n >");
    }
    text.push_str(" milliseconds=1");
    line(cx, 'I', "round_trippers.go:632", &text);
    if level >= 8 {
        let body = match &response.body {
            Body::Json(value) => super::json::compact_escaped(value).into_bytes(),
            Body::Bytes(bytes) => bytes.clone(),
            _ => return,
        };
        line(
            cx,
            'I',
            "request.go:1424",
            &format!("\"Response Body\" body={}", bodies(level, &body)),
        );
    }
}

/// A body in quotes, cut as klog cuts it.
fn bodies(level: i64, body: &[u8]) -> String {
    let limit = match level {
        ..9 => 1024,
        9 => 10_240,
        _ => usize::MAX,
    };
    let text = String::from_utf8_lossy(body);
    if text.len() <= limit {
        return go::quote(&text);
    }
    let mut at = limit;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let cut = format!("{} [truncated {} chars]", &text[..at], text.len() - at);
    go::quote(&cut)
}

fn reason(code: u16) -> &'static str {
    match code {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}
