//! Requests between pods: dots that fly over the map, and a list to read.
//!
//! The engine says of each request who asked, by which name and service, who answered, and what. Whoever wishes for less
//! motion has the list.

use leptos::prelude::*;
use view::RequestTrace;
use view::request::Verdict;
use web_sys::Element;

use super::dom::show;
use super::markup::{Html, markup};
use super::{format, icon};
use crate::bridge::page;
use crate::interop::{flip, media};
use crate::state::inspector::Dock;
use crate::state::watch;

/// Dots that may start at once; what comes beyond that is only listed.
const FLIGHTS: usize = 8;

/// The map's button: the way to the list, once there is one.
pub fn opener() -> AnyView {
    let (stores, _) = page();
    let dock = stores.inspector.dock;
    let requests = stores.cluster.requests;
    fly();
    let open = move || dock.with(|dock| *dock == Dock::Requests);
    let toggle = move || dock.set(if open() { Dock::Closed } else { Dock::Requests });
    let button = move || {
        view! {
            <button
                class="button quiet head-button"
                aria-expanded=move || open().to_string()
                title="Who asked whom over the network"
                on:click=move |_| toggle()
            >
                {icon::icon(icon::ROUTE)}
                <span>"Requests"</span>
            </button>
        }
        .into_any()
    };
    show(
        move || requests.with(|requests| !requests.is_empty()) || open(),
        button,
    )
}

/// Lets a dot fly for each request that is new.
fn fly() {
    let (stores, _) = page();
    let requests = stores.cluster.requests;
    let mut seen = None;
    watch(move || {
        requests.with(|requests| {
            let last = requests.iter().map(|trace| trace.id).max();
            // What was there before the map was looked at has been, and another cluster counts anew.
            let from = seen.replace(last.unwrap_or(0)).or(last).unwrap_or(0);
            if media::matches(media::STILL) {
                return;
            }
            let new = requests.iter().rev().filter(|trace| trace.id > from);
            for trace in new.take(FLIGHTS) {
                fly_one(trace);
            }
        });
    });
}

fn fly_one(trace: &RequestTrace) {
    let from = place(&trace.from, &trace.from_node);
    let goal = trace.endpoint.as_deref().unwrap_or_default();
    let to = place(goal, trace.endpoint_node.as_deref().unwrap_or_default());
    let name = |key: &str| key.rsplit('/').next().unwrap_or_default().to_owned();
    let label = trace.service.as_deref().map(name).unwrap_or_default();
    match (from, to) {
        (Some(from), Some(to)) => flip::fly(&from, &to, arrived(trace), &label),
        // It never left.
        (Some(from), None) => flip::fly(&from, &from, false, &label),
        (None, _) => {}
    }
}

/// The tile of a pod, named with its namespace; else the head of its node; for what comes from outside, the map's head.
fn place(name: &str, node: &str) -> Option<Element> {
    let (stores, _) = page();
    let (namespace, pod) = name.split_once('/').unwrap_or(("", name));
    let mut uid = None;
    untrack(|| {
        stores.cluster.pods.each(|key, view| {
            if view.name == pod && view.namespace == namespace {
                uid = Some(key.clone());
            }
        });
    });
    let selector = match (uid, node) {
        (Some(uid), _) => format!(".map [data-uid='{uid}']"),
        (None, _) if matches!(name, "workstation" | "traffic") => ".map .pane-head h2".into(),
        (None, "") => return None,
        (None, node) => format!(".map [data-node='{node}']"),
    };
    document().query_selector(&selector).ok()?
}

/// Whether it got an answer that is no complaint.
fn arrived(trace: &RequestTrace) -> bool {
    trace.verdict == Verdict::Connected && trace.status.is_none_or(|status| status < 500)
}

/// The last requests, newest first.
pub fn panel() -> AnyView {
    view! { <div class="pane-body scroll" tabindex="0">{markup(write)}</div> }.into_any()
}

fn write(html: &mut Html) {
    let (stores, _) = page();
    let started = stores.clock.started.get_untracked();
    stores.cluster.requests.with(|requests| {
        if requests.is_empty() {
            html.tag("p", "empty", "No request has been made yet.");
            return;
        }
        html.raw("<ol class=\"requests\" reversed>");
        for trace in requests.iter().rev() {
            html.open("li", if arrived(trace) { "" } else { "failed" });
            html.raw("<p class=\"request-head\">");
            html.icon(if arrived(trace) {
                icon::CHECK
            } else {
                icon::ALERT
            });
            let words = trace.request.as_ref();
            html.raw("<b>").text(words.map_or("", |(method, _)| method));
            html.raw(" <span class=\"mono\">");
            html.text(words.map_or("", |(_, path)| path)).raw("</span>");
            match trace.status {
                Some(status) => html.raw(" ").number(status.into()),
                None => html.raw(" ").raw(word(trace.verdict)),
            };
            html.raw("</b><time class=\"mono\">+");
            html.text(&format::span(started, trace.began));
            html.raw("</time></p>");
            way(html, trace);
            html.raw("</li>");
        }
        html.raw("</ol>");
    });
}

/// From whom, by which names, to whom.
fn way(html: &mut Html, trace: &RequestTrace) {
    html.raw("<p class=\"request-way\">");
    html.tag("span", "", &trace.from);
    if let Some(lookup) = &trace.lookup {
        html.raw("<span><small>name</small> ").text(&lookup.name);
        html.raw("</span>");
    }
    html.tag("span", "mono", &trace.address);
    if let Some(service) = &trace.service {
        html.raw("<span><small>service</small> ").text(service);
        html.raw("</span>");
    }
    if let Some(endpoint) = &trace.endpoint {
        html.raw("<span>").text(endpoint);
        if let Some(node) = &trace.endpoint_node {
            html.raw(" <small>on ").text(node).raw("</small>");
        }
        html.raw("</span>");
    }
    html.raw("</p>");
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Connected => "connected",
        Verdict::Refused => "refused",
        Verdict::NoEndpoints => "no endpoints",
        Verdict::NoRoute => "no route",
        Verdict::Denied => "denied by a policy",
        Verdict::TimedOut => "timed out",
        Verdict::NetworkDown => "network down",
    }
}
