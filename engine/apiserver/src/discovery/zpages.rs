//! `/statusz` and `/flagz`: how long the server has been up, and with which settings, for people to read. Kubernetes' room
//! for this is `k8s.io/apiserver/pkg/server/{statusz,flagz}`.
//!
//! Upstream draws lots for what stands between names and values, so that nobody takes the text apart; here it is always the
//! same. Settings are named as the real server's flags, and only those whose value holds here are listed.

use std::collections::BTreeSet;

use apimachinery::{Status, Time, time};
use serde_json::{Value, json};

use super::GIT_VERSION;
use crate::ApiServer;
use crate::handler::{Request, Response};
use crate::tokens::ISSUER;

const FLAGS: [(&str, &str); 6] = [
    ("allow-privileged", "true"),
    ("authorization-mode", "[RBAC]"),
    ("event-ttl", "1h0m0s"),
    ("service-account-issuer", ISSUER),
    ("service-cluster-ip-range", "10.96.0.0/16"),
    ("service-node-port-range", "30000-32767"),
];
/// Paths that are no help in finding out what is wrong.
const NO_HELP: [&str; 5] = ["apis", "api", "openid", "openapi", ".well-known"];

/// Answers `/statusz`.
pub(super) fn statusz(server: &ApiServer, request: &Request, listed: &[String]) -> Response {
    let started = server.started();
    let up = (server.now().unix() - started.unix()).max(0);
    let first = listed.iter().filter_map(|path| path.split('/').nth(1));
    let paths: BTreeSet<String> = first
        .filter(|first| !first.is_empty() && !NO_HELP.contains(first))
        .map(|first| format!("/{first}"))
        .collect();
    let release = GIT_VERSION.trim_start_matches('v');
    let emulated = release.rsplit_once('.').map_or(release, |(minor, _)| minor);
    let text = || {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        format!(
            "{}\nStarted: {}\nUp: {} hr {:02} min {:02} sec\nGo version: \nBinary version: {release}\n\
             Emulation version: {emulated}\nPaths: {}\n",
            head("statusz"),
            unix_date(started),
            up / 3600,
            up / 60 % 60,
            up % 60,
            paths.join(" ")
        )
    };
    let fields = json!({
        "startTime": started.to_rfc3339().as_str(),
        "uptimeSeconds": up,
        "binaryVersion": release,
        "emulationVersion": emulated,
        "paths": paths,
    });
    answer(request, "Statusz", &fields, text)
}

/// Answers `/flagz`.
pub(super) fn flagz(request: &Request) -> Response {
    let text = || {
        let lines = FLAGS.iter();
        let lines: Vec<String> = lines
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        head("flagz") + &lines.concat()
    };
    let flags: Value = FLAGS
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect();
    answer(request, "Flagz", &json!({ "flags": flags }), text)
}

fn head(page: &str) -> String {
    format!(
        "\napiserver {page}\nWarning: This endpoint is not meant to be machine parseable, has no formatting compatibility \
         guarantees and is for debugging purposes only.\n"
    )
}

/// Text, unless the client asks for the page as an object of a version.
fn answer(request: &Request, kind: &str, fields: &Value, text: impl Fn() -> String) -> Response {
    for clause in request.accept.split(',') {
        let mut parts = clause.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let parts: Vec<&str> = parts.collect();
        let asked = |name: &str| {
            let mut found = parts.iter().filter_map(|part| part.split_once('='));
            found.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        match (media, asked("as")) {
            ("" | "text/plain" | "text/*" | "*/*", None) => return Response::text(text()),
            ("application/json" | "application/yaml" | "application/*" | "*/*", Some(wanted))
                if wanted == kind && asked("g") == Some("config.k8s.io") =>
            {
                let version = asked("v").unwrap_or_default();
                if !matches!(version, "v1beta1" | "v1alpha1") {
                    continue;
                }
                let mut page = json!({
                    "kind": kind,
                    "apiVersion": format!("config.k8s.io/{version}"),
                    "metadata": { "name": "apiserver" },
                });
                if let (Some(page), Some(fields)) = (page.as_object_mut(), fields.as_object()) {
                    page.extend(fields.clone());
                }
                let mut response = Response::json(page);
                if version == "v1alpha1" {
                    response.warnings.push(format!(
                        "This version of the {} endpoint is deprecated. Please use a newer version.",
                        kind.to_lowercase()
                    ));
                }
                return response;
            }
            _ => {}
        }
    }
    Status::not_acceptable(
        "only the following media types are accepted: application/json, application/yaml, text/plain",
    )
    .into()
}

/// A moment as Go's `time.UnixDate` writes it.
fn unix_date(moment: Time) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let civil = time::civil_from_unix(moment.unix());
    let named = |names: &[&'static str], at: u32| {
        let at = usize::try_from(at).unwrap_or_default();
        names.get(at).copied().unwrap_or_default()
    };
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} UTC {}",
        named(&DAYS, civil.weekday),
        named(&MONTHS, civil.month.saturating_sub(1)),
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        civil.year
    )
}
