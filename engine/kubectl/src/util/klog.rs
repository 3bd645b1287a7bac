//! klog's lines on standard error: what `-v` shows, and the few that come without it.

use crate::context::Context;
use crate::error::Error;
use crate::transport::{Body, Request, Response};
use crate::util::go;
use crate::util::time;

const USER_AGENT: &str = "kubectl/v1.36.2 (linux/amd64) kubernetes/1ba3b4c";

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

/// What a client says of itself before its first request. (The order of the gates is chance upstream.)
pub fn configuration(cx: &Context, file: &str) {
    if cx.flags.int("v") < 6 {
        return;
    }
    line(
        cx,
        'I',
        "loader.go:407",
        &format!("Config loaded from file:  {file}"),
    );
    for (gate, on) in [
        ("AtomicFIFO", true),
        ("ClientsAllowCARotation", true),
        ("ClientsAllowCBOR", false),
        ("ClientsAllowTLSCacheGC", true),
        ("ClientsPreferCBOR", false),
        ("InOrderInformers", true),
        ("InOrderInformersBatchProcess", true),
        ("InformerResourceVersion", true),
        ("UnlockWhileProcessingFIFO", true),
        ("WatchListClient", true),
    ] {
        let text = format!("\"Feature gate default state\" feature=\"{gate}\" enabled={on}");
        line(cx, 'I', "envvar.go:195", &text);
    }
}

/// The server's answer behind an error that ends the program.
pub fn answer(cx: &Context, error: &Error) {
    let mut error = error;
    while let Error::Many(errors) = error
        && let [only] = errors.as_slice()
    {
        error = only;
    }
    let Error::Status(status) = error else { return };
    if cx.flags.int("v") < 4 {
        return;
    }
    let text = |text: &str| go::quote(text);
    let mut lines = vec![
        "  \"kind\": \"Status\"".to_owned(),
        "  \"apiVersion\": \"v1\"".to_owned(),
        "  \"metadata\": {}".to_owned(),
        "  \"status\": \"Failure\"".to_owned(),
        format!("  \"message\": {}", text(&status.message)),
    ];
    if !status.reason.is_empty() {
        lines.push(format!("  \"reason\": {}", text(&status.reason)));
    }
    if let Some(details) = &status.details {
        // In the order of upstream's struct.
        let fields = [
            "name",
            "group",
            "kind",
            "uid",
            "causes",
            "retryAfterSeconds",
        ];
        let fields = fields.iter().filter_map(|field| {
            let value = serde_json::to_string_pretty(details.get(field)?).unwrap_or_default();
            Some(format!(
                "    \"{field}\": {}",
                value.replace('\n', "\n    ")
            ))
        });
        let fields: Vec<String> = fields.collect();
        lines.push(format!("  \"details\": {{\n{}\n  }}", fields.join(",\n")));
    }
    lines.push(format!("  \"code\": {}", status.code));
    let body = format!("server response object: %s[{{\n{}\n}}]", lines.join(",\n"));
    line(cx, 'I', "helpers.go:246", &body);
}

/// A value in a line: in quotes, or in lines of its own if it has several.
fn value(text: &str) -> String {
    if !text.contains('\n') {
        return go::quote(text);
    }
    let lines = text
        .strip_suffix('\n')
        .unwrap_or(text)
        .replace('\n', "\n\t");
    format!("<\n\t{lines}\n >")
}

/// Where kubectl's code sends such a request: the builder's helper, mostly.
fn place(request: &Request) -> &'static str {
    let has = |name: &str| request.query.iter().any(|(key, _)| key == name);
    match (request.method, request.path.as_str()) {
        (_, "/api") => return "discovery_client.go:255",
        (_, "/apis") => return "discovery_client.go:318",
        ("GET", "/version") if has("timeout") => return "discovery_client.go:667",
        ("POST", _) => return "helper.go:246",
        ("PATCH", _) => return "helper.go:269",
        ("PUT", _) => return "helper.go:319",
        ("DELETE", _) => return "helper.go:202",
        _ => {}
    }
    if has("watch") {
        return "helper.go:170";
    }
    let mut parts: Vec<&str> = request.path.split('/').skip(1).collect();
    let versioned = match parts.first() {
        Some(&"api") => 2,
        Some(&"apis") => 3,
        _ => return "raw.go:84",
    };
    parts.drain(..versioned.min(parts.len()));
    match parts.as_slice() {
        [] => "discovery_client.go:413",
        [_] | ["namespaces", _, _] => "helper.go:113",
        _ => "helper.go:105",
    }
}

/// Tells about a request and its answer, more of it with a higher level.
pub fn request(cx: &Context, level: i64, server: &str, request: &Request, response: &Response) {
    let url = format!("{server}{}", request.uri());
    let place = place(request);
    if level >= 8 {
        let mut sent = request.body.clone().unwrap_or_default();
        if !sent.is_empty() && request.method != "PATCH" {
            // As Go's encoder ends an object.
            sent.push(b'\n');
        }
        let body = bodies(level, &sent);
        line(
            cx,
            'I',
            place,
            &format!("\"Request Body\" body={}", value(&body)),
        );
    }
    let mut headers = vec![(
        "Accept",
        match request.accept {
            None if place == "raw.go:84" => "application/json, */*".to_owned(),
            accept => accept.unwrap_or("application/json").to_owned(),
        },
    )];
    if let Some(kind) = request.content_type {
        headers.push(("Content-Type", kind.to_owned()));
    }
    headers.push(("User-Agent", USER_AGENT.to_owned()));
    let text = match level {
        ..7 => String::new(),
        7 | 8 => {
            let lines: String = headers.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
            format!(
                " verb={} url={} headers={}",
                go::quote(request.method),
                go::quote(&url),
                value(&lines)
            )
        }
        _ => {
            let flags: String = headers
                .iter()
                .map(|(n, v)| format!(" -H \"{n}: {v}\""))
                .collect();
            let command = format!("curl -v -X{} {flags} '{url}'\n", request.method);
            format!(" curlCommand={}", value(&command))
        }
    };
    if level >= 7 {
        line(
            cx,
            'I',
            "round_trippers.go:527",
            &format!("\"Request\"{text}"),
        );
    }
    let mut text = String::from("\"Response\"");
    if !matches!(level, 7 | 8) {
        text.push_str(&format!(
            " verb={} url={}",
            go::quote(request.method),
            go::quote(&url)
        ));
    }
    let status = format!("{} {}", response.code, reason(response.code));
    text.push_str(&format!(" status={}", go::quote(&status)));
    let body = match &response.body {
        Body::Json(value) => super::json::wire(value) + "\n",
        Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    if level >= 8 {
        let kind = match &response.body {
            Body::Bytes(bytes) if !bytes.starts_with(b"{") => "text/plain; charset=utf-8",
            _ => "application/json",
        };
        let lines = format!(
            "Cache-Control: no-cache, private\nContent-Length: {}\nContent-Type: {kind}\nDate: {}\n",
            body.len(),
            time::long(cx.host.now()).replace("+0000", "GMT")
        );
        text.push_str(&format!(" headers={}", value(&lines)));
    }
    text.push_str(" milliseconds=1");
    if level >= 9 {
        text.push_str(
            " dnsLookupMilliseconds=0 dialMilliseconds=0 tlsHandshakeMilliseconds=0 serverProcessingMilliseconds=1",
        );
    }
    line(cx, 'I', "round_trippers.go:632", &text);
    if level >= 8 && !body.is_empty() && place != "raw.go:84" {
        let text = format!(
            "\"Response Body\" body={}",
            value(&bodies(level, body.as_bytes()))
        );
        line(cx, 'I', place, &text);
    }
}

/// A body, cut as klog cuts it.
fn bodies(level: i64, body: &[u8]) -> String {
    let limit = match level {
        ..9 => 1024,
        9 => 10_240,
        _ => usize::MAX,
    };
    let text = String::from_utf8_lossy(body);
    if text.len() <= limit {
        return text.into_owned();
    }
    let mut at = limit;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    format!("{} [truncated {} chars]", &text[..at], text.len() - at)
}

/// What a code is called.
pub fn reason(code: u16) -> &'static str {
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
