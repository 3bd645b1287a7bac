//! `kubectl events`: events by time, those of one object, or as they happen.

use serde_json::{Value, json};

use super::shared;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::rest::mapper::Mapping;
use crate::transport::Request;
use crate::util::print::{Offer, PrintFlags, Printer};
use crate::util::tabwriter::TabWriter;
use crate::util::{json as j, time};

/// `events`
pub const COMMAND: Command = Command {
    name: "events",
    usage: "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|\
            jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
    no_flags_in_use: true,
    short: "List events",
    long: "Display events.

Prints a table with what matters most about events: those of a namespace, of all of them, or of one object.",
    example: "# Events of the current namespace
kubectl events

# Events everywhere
kubectl events --all-namespaces

# What happened to a pod, and what happens from now on
kubectl events --for pod/web-pod-13je7 --watch

# As YAML
kubectl events -oyaml

# Of some types only
kubectl events --types=Warning,Normal",
    flags: &[
        shared::PRINT,
        shared::CHUNK_SIZE,
        shared::ALL_NAMESPACES,
        &[
            Flag::string(
                "for",
                "Filter events to only those pertaining to the specified resource.",
            ),
            Flag::bool(
                "no-headers",
                "When using the default output format, don't print headers.",
            ),
            Flag::slice("types", "Output only events of given types."),
            Flag::bool(
                "watch",
                "After listing the requested events, watch for more events.",
            )
            .short('w'),
        ],
    ],
    action: Action::Run(run),
    ..Command::DEFAULT
};

struct Options {
    cx: Context,
    all: bool,
    types: Vec<String>,
    no_headers: bool,
    printer: Option<Printer>,
    out: TabWriter,
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let (namespace, _) = cx.namespace()?;
        let selector = field_selector(&cx)?;
        let flags = PrintFlags::new(&cx, Offer::Names);
        let printer = match flags.format() {
            "" => None,
            _ => Some(flags.printer(&cx, "")?.typed()),
        };
        let all = cx.flags.bool("all-namespaces");
        let mut options = Options {
            all,
            types: cx.flags.strings("types"),
            no_headers: cx.flags.bool("no-headers"),
            printer,
            out: TabWriter::table(),
            cx: cx.clone(),
        };
        let known =
            |t: &String| t.eq_ignore_ascii_case("normal") || t.eq_ignore_ascii_case("warning");
        if !options.types.iter().all(known) {
            return Err("valid --types are Normal or Warning".into());
        }
        let path = match all {
            true => "/api/v1/events".to_owned(),
            false => format!("/api/v1/namespaces/{namespace}/events"),
        };
        let mut request = Request::new("GET", path);
        if !selector.is_empty() {
            request = request.param("fieldSelector", selector);
        }
        request = request.param("limit", "500");
        if cx.flags.bool("watch") {
            return options.watch(request.param("watch", "true")).await;
        }
        let mut events = options.list(&request)?;
        events.retain(|event| options.wanted(event));
        if events.is_empty() {
            cx.err(&match all {
                true => "No events found.\n".to_owned(),
                false => format!("No events found in {namespace} namespace.\n"),
            });
            return Ok(());
        }
        events.sort_by_key(event_time);
        options.print(&events)
    })
}

/// The selector of `--for`.
fn field_selector(cx: &Context) -> Result<String, Error> {
    let object = cx.flags.str("for");
    if object.is_empty() {
        return Ok(String::new());
    }
    let mapper = cx.mapper()?;
    let (kind, name) = match object.split('/').collect::<Vec<_>>()[..] {
        [kind, name] => (kind.to_lowercase(), name),
        [_] => return Err("--for must be in resource/name form".into()),
        _ => {
            return Err("arguments in resource/name form may not have more than one slash".into());
        }
    };
    let mapping: Mapping = match kind.split_once('.') {
        None => mapper.resource_type(&kind, "", "")?,
        Some((name, group)) => mapper
            .resource(&kind)
            .or_else(|_| mapper.resource_type(name, group, ""))?,
    };
    if name.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(
        "involvedObject.kind={},involvedObject.apiVersion={},involvedObject.name={name}",
        mapping.kind,
        mapping.api_version()
    ))
}

impl Options {
    fn list(&self, request: &Request) -> Result<Vec<Value>, Error> {
        let client = self.cx.client()?;
        let mut events = Vec::new();
        let mut next = String::new();
        loop {
            let mut request = request.clone();
            if !next.is_empty() {
                request.query.insert(0, ("continue".to_owned(), next));
            }
            let mut list = client.json(&self.cx, request)?;
            next = j::text(&list, &["metadata", "continue"]).to_owned();
            if let Some(Value::Array(items)) = list.get_mut("items").map(Value::take) {
                events.extend(items);
            }
            if next.is_empty() {
                return Ok(events);
            }
        }
    }

    fn wanted(&self, event: &Value) -> bool {
        let kind = j::text(event, &["type"]);
        self.types.is_empty() || self.types.iter().any(|t| t.eq_ignore_ascii_case(kind))
    }

    fn print(&mut self, events: &[Value]) -> Result<(), Error> {
        if let Some(printer) = &mut self.printer {
            // Upstream's name printer does not know what the list's items are, and its error is dropped: nothing comes out.
            if self.cx.flags.str("output") == "name" {
                return Ok(());
            }
            let items: Vec<Value> = events.iter().map(|e| typed(e.clone())).collect();
            let list =
                json!({"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": items});
            return printer.print(&self.cx, &list);
        }
        self.rows(events);
        Ok(())
    }

    fn rows(&mut self, events: &[Value]) {
        if !std::mem::replace(&mut self.no_headers, true) {
            let first = if self.all { "NAMESPACE\t" } else { "" };
            self.out.push(&format!(
                "{first}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n"
            ));
        }
        let now = self.cx.host.now();
        for event in events {
            if self.all {
                self.out.push(&format!("{}\t", j::namespace(event)));
            }
            self.out.push(&format!(
                "{}\t{}\t{}\t{}/{}\t{}\n",
                interval(event, now),
                j::text(event, &["type"]),
                j::text(event, &["reason"]),
                j::text(event, &["involvedObject", "kind"]),
                j::text(event, &["involvedObject", "name"]),
                j::text(event, &["message"]).trim()
            ));
        }
        let text = self.out.flush();
        self.cx.out(&text);
    }

    async fn watch(&mut self, request: Request) -> Result<(), Error> {
        let mut watch = self.cx.client()?.watch(&self.cx, request)?;
        while let Some(event) = watch.next().await {
            let object = event.object;
            if event.kind == "DELETED" || j::kind(&object) != "Event" || !self.wanted(&object) {
                continue;
            }
            match &mut self.printer {
                Some(printer) => printer.print(&self.cx, &typed(object))?,
                None => self.rows(&[object]),
            }
            self.cx.flush().await?;
        }
        Ok(())
    }
}

fn typed(mut event: Value) -> Value {
    event["kind"] = json!("Event");
    event["apiVersion"] = json!("v1");
    event
}

/// When an event was last seen, in microseconds.
fn event_time(event: &Value) -> i64 {
    let at = |path: &[&str]| time::micros(j::at(event, path));
    at(&["series", "lastObservedTime"])
        .or_else(|| at(&["lastTimestamp"]))
        .or_else(|| at(&["eventTime"]))
        .unwrap_or(i64::MIN)
}

/// `5s`, or `2s (x3 over 1m)`.
fn interval(event: &Value, now: i64) -> String {
    let age = |path: &[&str]| time::age(now, j::at(event, path));
    let first = match time::micros(j::at(event, &["eventTime"])) {
        Some(_) => age(&["eventTime"]),
        None => age(&["firstTimestamp"]),
    };
    let (count, series) = (
        j::int(event, &["count"]),
        j::int(event, &["series", "count"]),
    );
    if j::at(event, &["series"]).is_object() {
        let last = age(&["series", "lastObservedTime"]);
        format!("{last} (x{series} over {first})")
    } else if count > 1 {
        format!("{} (x{count} over {first})", age(&["lastTimestamp"]))
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals() {
        let now = time::micros(&json!("2026-01-01T00:02:00Z")).unwrap();
        for (event, expected) in [
            (
                json!({"firstTimestamp": "2026-01-01T00:01:55Z", "count": 1}),
                "5s",
            ),
            (
                json!({"firstTimestamp": "2026-01-01T00:01:00Z", "lastTimestamp": "2026-01-01T00:01:58Z", "count": 3}),
                "2s (x3 over 60s)",
            ),
            (json!({"eventTime": "2026-01-01T00:01:59.500000Z"}), "0s"),
            (
                json!({"eventTime": "2026-01-01T00:01:50Z",
                    "series": {"count": 2, "lastObservedTime": "2026-01-01T00:01:56Z"}}),
                "4s (x2 over 10s)",
            ),
            (json!({}), "<unknown>"),
        ] {
            assert_eq!(interval(&event, now), expected);
        }
    }
}
