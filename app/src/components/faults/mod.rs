//! Faults: what can be broken on purpose, where it can be broken, and what is broken now, each with a button to heal it.
//!
//! A node's and a pod's faults are in their inspector; the registry's, the network's and the control plane's in the
//! list of all that is broken. Names and words come from the table in `view::fault`.

use leptos::prelude::*;
use view::fault::{KINDS, KindInfo};
use view::{ActiveFault, Fault, FaultKind, FaultTarget, ObjectRef};

use super::dom::show;
use super::markup::{Html, markup};
use super::{format, icon};
use crate::bridge::page;
use crate::state::Derived;
use crate::state::inspector::Dock;

/// What is not offered as a fault, because it heals itself at once and is a matter of time: the time bar has it.
const OF_TIME: FaultKind = FaultKind::ClockJump;

/// The fault of a button: `KIND TARGET`.
pub fn fault(of: &str) -> Option<Fault> {
    let (kind, target) = of.split_once(' ').unwrap_or((of, ""));
    Some(Fault::new(FaultKind::by_name(kind)?, target))
}

/// All that is broken, and what can be broken of the cluster as a whole.
pub fn panel() -> AnyView {
    view! { <div class="pane-body scroll faults" tabindex="0">{markup(write_panel)}</div> }
        .into_any()
}

/// What can be broken of one object.
pub fn of_object(object: Derived<ObjectRef>) -> AnyView {
    let write = move |html: &mut Html| object.with(|object| write_object(html, object));
    view! { <div class="scroll dock-scroll faults" tabindex="0">{markup(write)}</div> }.into_any()
}

/// The map's button: how many faults there are, and the way to them.
pub fn opener() -> AnyView {
    let (stores, _) = page();
    let dock = stores.inspector.dock;
    let open = move || dock.with(|dock| *dock == Dock::Faults);
    let toggle = move || dock.set(if open() { Dock::Closed } else { Dock::Faults });
    let count = move || stores.cluster.faults.with(Vec::len);
    let badge = move || view! { <b class="badge">{move || count().to_string()}</b> }.into_any();
    view! {
        <button
            class="button quiet head-button"
            aria-expanded=move || open().to_string()
            title="Break something on purpose"
            on:click=move |_| toggle()
        >
            {icon::icon(icon::FAULT)}
            <span>"Faults"</span>
            {show(move || count() > 0, badge)}
        </button>
    }
    .into_any()
}

/// The names of what is broken on a node or in a pod, for the map.
pub fn remarks(target: &str) -> Vec<&'static str> {
    let (stores, _) = page();
    let inside = format!("{target}/");
    stores.cluster.faults.with(|faults| {
        let here = |active: &&ActiveFault| {
            active.fault.target == target || active.fault.target.starts_with(&inside)
        };
        let names = faults.iter().filter(here);
        names.map(|active| active.fault.kind.info().name).collect()
    })
}

fn write_panel(html: &mut Html) {
    active(html, |_| true);
    html.raw("<h3>Break something</h3><p class=\"faults-about\">");
    html.raw("A node’s and a pod’s own faults are in their inspector, under Break.</p><ul class=\"fault-list\">");
    for info in KINDS.iter().filter(|info| info.kind != OF_TIME) {
        if matches!(info.target, FaultTarget::Cluster | FaultTarget::Network) {
            offer(html, info, "", "");
        }
    }
    html.raw("</ul>");
}

fn write_object(html: &mut Html, object: &ObjectRef) {
    let (stores, _) = page();
    if object.kind == "Node" {
        let name = object.name.as_str();
        active(html, |fault| fault.target == name);
        html.raw("<h3>Break this node</h3><ul class=\"fault-list\">");
        for info in KINDS {
            if matches!(info.target, FaultTarget::Node | FaultTarget::Network) {
                offer(html, info, name, "");
            }
        }
        html.raw("</ul>");
        return;
    }
    if object.kind != "Pod" {
        html.tag(
            "p",
            "faults-about",
            "Of this nothing can be broken by itself.",
        );
        return;
    }
    let pod = format!("{}/{}", object.namespace, object.name);
    let inside = format!("{pod}/");
    active(html, |fault| {
        fault.target == pod || fault.target.starts_with(&inside)
    });
    html.raw("<h3>Break this pod</h3><ul class=\"fault-list\">");
    for info in KINDS
        .iter()
        .filter(|info| info.target == FaultTarget::Network)
    {
        offer(html, info, &pod, "");
    }
    let names = stores.cluster.pods.row(&object.uid).map(|pod| {
        pod.with(|pod| {
            let names = pod
                .containers
                .iter()
                .map(|container| container.name.clone());
            names.collect::<Vec<String>>()
        })
    });
    for name in names.unwrap_or_default() {
        for info in KINDS
            .iter()
            .filter(|info| info.target == FaultTarget::Container)
        {
            offer(html, info, &format!("{pod}/{name}"), &name);
        }
    }
    html.raw("</ul>");
}

/// A fault that can be put in; or healed, if it is there.
fn offer(html: &mut Html, info: &KindInfo, target: &str, of: &str) {
    let (stores, _) = page();
    let there = stores.cluster.faults.with(|faults| {
        let same =
            |active: &&ActiveFault| active.fault.kind == info.kind && active.fault.target == target;
        faults.iter().find(same).map(|active| active.id)
    });
    html.open("li", if there.is_some() { "on" } else { "" });
    html.raw("<p><b>").text(&title(info.name));
    if !of.is_empty() {
        html.raw(" <span class=\"mono\">").text(of).raw("</span>");
    }
    html.raw("</b><small>").text(info.about);
    if !info.amount.0.is_empty() {
        html.raw(" (").number(info.amount.1.into()).raw(" ");
        html.raw(info.amount.0).raw(")");
    }
    html.raw("</small></p>");
    match there {
        Some(id) => drop(html.act("button", "heal", &id.to_string()).raw("Heal")),
        None => {
            let of = format!("{} {target}", info.name);
            html.act("button", "break", of.trim_end()).raw("Break");
        }
    }
    html.raw("</button></li>");
}

/// The faults that are there.
fn active(html: &mut Html, wanted: impl Fn(&Fault) -> bool) {
    let (stores, _) = page();
    let started = stores.clock.started.get_untracked();
    stores.cluster.faults.with(|faults| {
        let shown: Vec<&ActiveFault> = faults
            .iter()
            .filter(|active| wanted(&active.fault))
            .collect();
        if shown.is_empty() {
            html.tag("p", "faults-about none", "Nothing is broken on purpose.");
            return;
        }
        html.raw("<h3>Broken now</h3><ul class=\"fault-list\">");
        for active in &shown {
            html.raw("<li class=\"on\"><p><b>").icon(icon::FAULT);
            html.text(&title(active.fault.kind.info().name))
                .raw("</b><small class=\"mono\">");
            html.text(&active.fault.target).raw(" since +");
            html.text(&format::span(started, active.since));
            if let Some(until) = active.until {
                html.raw(" until +").text(&format::span(started, until));
            }
            html.raw("</small></p>");
            html.act("button", "heal", &active.id.to_string());
            html.raw("Heal</button></li>");
        }
        html.raw("</ul>");
        if shown.len() > 1 && shown.len() == faults.len() {
            html.act("button", "heal", "")
                .raw("Heal everything</button>");
        }
    });
}

/// `node-down` as a title.
fn title(name: &str) -> String {
    let mut words = name.replace("apiserver", "API server").replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
