//! What happened: as marks on a tape that moves with virtual time, and as a list to read.

use std::sync::Arc;

use leptos::prelude::*;
use view::{CommandView, EventView, ObjectRef, Time};

use super::dom::{each, either, part};
use super::inspector::content::link;
use super::markup::{Html, markup};
use super::{format, icon};
use crate::bridge::page;
use crate::state::inspector::Dock;
use crate::state::{Derived, Key, derived};

/// Virtual seconds that the tape shows.
const SPAN: i64 = 90;
/// Where now is on it, in percent: what happens next needs a little room.
const NOW: i64 = 97;
/// Virtual seconds between two of its lines.
const STEP: i64 = 15;

/// The tape: now is near its right end.
#[component]
pub fn Tape() -> impl IntoView {
    let (stores, _) = page();
    let dock = stores.inspector.dock;
    let open = move || dock.with(|dock| *dock == Dock::Events);
    let toggle = move || dock.set(if open() { Dock::Closed } else { Dock::Events });
    view! {
        <div class="tape" aria-hidden="true">
            {roll()}
        </div>
        <button
            class="button quiet tape-open"
            aria-expanded=move || open().to_string()
            on:click=move |_| toggle()
        >
            {icon::icon(icon::LIST)}
            <span>"Events"</span>
            <span class="mono">{move || stores.cluster.events.with(Vec::len).to_string()}</span>
        </button>
    }
}

/// A moment's place on the roll, in percents of the tape's width from where virtual time began.
fn place(at: Time, started: Time) -> String {
    let thousandths = (at.0 - started.0) / (SPAN * 10);
    let sign = if thousandths < 0 { "-" } else { "" };
    format!("{sign}{}%", format::thousandths(thousandths.abs()))
}

/// Marks on a roll that is drawn along behind the tape's window: only the roll moves with time, not every mark.
fn roll() -> AnyView {
    let (stores, _) = page();
    let clock = stores.clock;
    let cluster = stores.cluster;
    let left = move |at: Time| format!("left:{}", place(at, clock.started.get()));
    let style = move || {
        // Between two ticks of the page's clock the browser moves it on.
        let glide = if clock.clock().speed <= 1 { 1000 } else { 125 };
        let now = place(clock.now.get(), clock.started.get());
        format!("transform:translateX(calc({NOW}% - {now}));transition-duration:{glide}ms")
    };
    let recent = move |at: Time| (clock.exact().0 - at.0) / Time::SECOND < SPAN + 2;
    let step = derived(move || clock.now.get().0.div_euclid(STEP * Time::SECOND));
    let line = move |number: i64| {
        let at = Time(number * STEP * Time::SECOND);
        view! { <i class="line" style=left(at)><b class="mono">{format::clock(at)}</b></i> }
            .into_any()
    };
    let lines = move || {
        let last = step.get() + 1;
        (last - SPAN / STEP - 1..=last)
            .map(line)
            .collect::<Vec<AnyView>>()
            .into_any()
    };
    let events = move |html: &mut Html| {
        cluster.events.with(|events| {
            let shown = events
                .iter()
                .rev()
                .take(120)
                .filter(|event| recent(event.at));
            let mut last: Option<(Time, usize)> = None;
            for event in shown {
                // Events of about the same moment stand on one another, four high.
                let near =
                    last.filter(|(at, _)| (at.0 - event.at.0).abs() < SPAN * Time::SECOND / 120);
                let height = near.map_or(0, |(_, height)| height + 1);
                last = Some((event.at, height));
                html.raw("<i class=\"mark");
                html.raw(if event.warning { " warning" } else { "" });
                html.raw("\" style=\"").raw(&left(event.at));
                html.raw(&format!(";bottom:{}px\"></i>", 4 + height.min(3) * 6));
            }
        });
    };
    // A label has the room back to the command before it; where that is next to nothing there is none.
    let command = move |command: &Arc<CommandView>, room: i64| {
        let failed = command.exit_code.is_some_and(|code| code != 0);
        let class = if failed { "typed failed" } else { "typed" };
        let line: String = command.line.chars().take(48).collect();
        let label = (room >= SPAN / 20).then(|| {
            let width = format!("max-width:min(12rem, {}cqw)", room * 100 / SPAN);
            view! { <b class="mono" style=width>{line}</b> }.into_any()
        });
        view! { <i class=class style=left(command.at)>{label}</i> }.into_any()
    };
    let commands = move || {
        cluster.commands.with(|commands| {
            let shown = commands
                .iter()
                .rev()
                .take(24)
                .filter(|command| recent(command.at));
            let mut shown = shown.peekable();
            let mut marks = Vec::new();
            while let Some(this) = shown.next() {
                let before = shown.peek().map_or(0, |before| before.at.0);
                marks.push(command(
                    this,
                    ((this.at.0 - before) / Time::SECOND).min(SPAN),
                ));
            }
            marks.into_any()
        })
    };
    view! {
        <div class="roll" style=move || style()>
            {part(lines)} {markup(events)} {part(commands)}
        </div>
    }
    .into_any()
}

/// A line of the list: an event or a command.
#[derive(Clone, PartialEq)]
enum Entry {
    Event(Arc<EventView>),
    Command(Arc<CommandView>),
}

impl Entry {
    fn at(&self) -> Time {
        match self {
            Entry::Event(event) => event.at,
            Entry::Command(command) => command.at,
        }
    }

    /// Changes when the line is to be drawn anew.
    fn key(&self) -> Key {
        match self {
            Entry::Event(event) => format!("{}/{}", event.uid, event.count).into(),
            Entry::Command(command) => {
                format!("{}/{:?}", command.id, command.exit_code.is_some()).into()
            }
        }
    }
}

/// Events, newest first, with the commands between them; or those of one object alone.
pub fn event_list(of: Option<Derived<ObjectRef>>) -> AnyView {
    let entries = move || entries(of.map(|object| object.with(|object| object.uid.clone())));
    let list = move || {
        let line = move |key: Key| {
            // The list is made of keys; what is behind one is looked up once.
            let found = untrack(entries)
                .into_iter()
                .find(|entry| entry.key() == key);
            found.map(line).unwrap_or_else(|| ().into_any())
        };
        view! {
            <ol class="events" reversed=true>
                {each(move || entries().iter().map(Entry::key).collect(), line)}
            </ol>
        }
        .into_any()
    };
    let none = || view! { <p class="empty">"Nothing has happened yet."</p> }.into_any();
    view! {
        <div class="pane-body scroll" tabindex="0">
            {either(move || entries().is_empty(), none, list)}
        </div>
    }
    .into_any()
}

/// Newest first: two lists, each oldest first, merged from their ends.
fn entries(of: Option<String>) -> Vec<Entry> {
    let (stores, _) = page();
    let cluster = stores.cluster;
    let about = |event: &&Arc<EventView>| of.as_ref().is_none_or(|uid| event.object.uid == *uid);
    let events: Vec<_> = cluster
        .events
        .with(|events| events.iter().filter(about).cloned().collect());
    let commands = if of.is_none() {
        cluster.commands.get()
    } else {
        Vec::new()
    };
    let mut events = events.into_iter().rev().map(Entry::Event).peekable();
    let mut commands = commands.into_iter().rev().map(Entry::Command).peekable();
    let mut merged = Vec::new();
    loop {
        let newer = match (events.peek(), commands.peek()) {
            (Some(event), Some(command)) if event.at() < command.at() => commands.next(),
            (Some(_), _) => events.next(),
            (None, _) => commands.next(),
        };
        match newer {
            Some(entry) => merged.push(entry),
            None => return merged,
        }
    }
}

fn line(entry: Entry) -> AnyView {
    let (stores, _) = page();
    let started = stores.clock.started.get_untracked();
    let at = format!("+{}", format::span(started, entry.at()));
    match entry {
        Entry::Command(command) => view! {
            <li class="event command-line">
                <p class="mono">{format!("$ {}", command.line)}</p>
                <time class="mono">{at}</time>
            </li>
        }
        .into_any(),
        Entry::Event(event) => {
            let class = if event.warning {
                "event warning"
            } else {
                "event"
            };
            let mut reason = event.reason.clone();
            if event.count > 1 {
                reason.push_str(&format!(" ×{}", event.count));
            }
            view! {
                <li class=class>
                    <p>
                        <b>{event.warning.then(|| icon::icon(icon::ALERT))} {reason}</b>
                        {link(event.object.clone())}
                    </p>
                    <p class="event-text">{event.message.clone()}</p>
                    <p class="event-source">{event.source.clone()}</p>
                    <time class="mono">{at}</time>
                </li>
            }
            .into_any()
        }
    }
}
