//! What happened: as marks on a tape that moves with virtual time, and as a list to read.

use std::sync::Arc;

use leptos::prelude::*;
use view::{CommandView, EventView, ObjectRef, Time};

use super::{format, icon};
use crate::bridge::page;
use crate::state::inspector::Dock;

/// Virtual seconds that the tape shows.
const SPAN: f64 = 90.0;
/// Where now is on it, in percent: what happens next needs a little room.
const NOW: f64 = 97.0;
/// Virtual seconds between two of its lines.
const STEP: i64 = 15;

/// The tape: now is at its right end.
#[component]
pub fn Tape() -> impl IntoView {
    let (stores, _) = page();
    let open = move || stores.inspector.dock.with(|dock| *dock == Dock::Events);
    let toggle = move |_| {
        let next = if open() { Dock::Closed } else { Dock::Events };
        stores.inspector.dock.set(next);
    };
    let total = move || stores.cluster.events.with(Vec::len);
    view! {
        <div class="tape" aria-hidden="true">
            <Marks />
        </div>
        <button
            class="button quiet tape-open"
            aria-expanded=move || open().to_string()
            on:click=toggle
        >
            {icon::icon(icon::LIST)}
            <span>"Events"</span>
            <span class="mono">{total}</span>
        </button>
    }
}

/// A moment's place on the roll, in percents of the tape's width from where virtual time began.
fn place(at: Time, started: Time) -> f64 {
    at.seconds_since(started) / SPAN * 100.0
}

/// Marks on a roll that is drawn along behind the tape's window: only the roll moves with time, not every mark.
#[component]
fn Marks() -> impl IntoView {
    let (stores, _) = page();
    let clock = stores.clock;
    let left = move |at: Time| format!("left:{:.2}%", place(at, clock.started.get()));
    let roll = move || {
        let speed = clock.clock().speed.max(1);
        let glide = if speed == 1 { "1s" } else { "125ms" };
        let shift = NOW - place(clock.now.get(), clock.started.get());
        format!("transform:translateX({shift:.2}%);transition-duration:{glide}")
    };
    let recent = move |at: Time| clock.exact().seconds_since(at) < SPAN + 2.0;
    let step = Memo::new(move |_| clock.now.get().0.div_euclid(STEP * Time::SECOND));
    let lines = move || {
        let last = step.get() + 1;
        let first = last - (SPAN as i64) / STEP - 1;
        (first..=last)
            .map(|number| Time(number * STEP * Time::SECOND))
            .map(|at| view! { <i class="line" style=left(at)><b class="mono">{format::clock(at)}</b></i> })
            .collect_view()
    };
    let events = move || {
        stores.cluster.events.with(|events| {
            let shown = events
                .iter()
                .rev()
                .take(120)
                .filter(|event| recent(event.at));
            stack(&shown.collect::<Vec<_>>())
                .into_iter()
                .map(|(event, height)| {
                    let class = if event.warning {
                        "mark warning"
                    } else {
                        "mark"
                    };
                    let style = format!("{};bottom:{}px", left(event.at), 4 + height * 6);
                    view! { <i class=class style=style></i> }
                })
                .collect_view()
        })
    };
    let commands = move || {
        stores.cluster.commands.with(|commands| {
            let shown = commands
                .iter()
                .rev()
                .take(24)
                .filter(|command| recent(command.at));
            shown
                .map(|command| {
                    let failed = command.exit_code.is_some_and(|code| code != 0);
                    view! {
                        <i class="typed" class:failed=failed style=left(command.at)>
                            <b class="mono">{command.line.chars().take(48).collect::<String>()}</b>
                        </i>
                    }
                })
                .collect_view()
        })
    };
    view! { <div class="roll" style=roll>{lines} {events} {commands}</div> }
}

/// Events of about the same moment stand on one another, four high.
fn stack<'a>(events: &[&'a Arc<EventView>]) -> Vec<(&'a Arc<EventView>, usize)> {
    let near = |a: &EventView, b: &EventView| a.at.seconds_since(b.at).abs() < SPAN / 120.0;
    let mut stacked: Vec<(&'a Arc<EventView>, usize)> = Vec::new();
    for event in events {
        let height = stacked
            .last()
            .filter(|(last, _)| near(last, event))
            .map_or(0, |(_, height)| height + 1);
        stacked.push((event, height.min(3)));
    }
    stacked
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

    fn key(&self) -> (String, u32) {
        match self {
            Entry::Event(event) => (event.uid.clone(), event.count),
            Entry::Command(command) => (command.id.to_string(), command.exit_code.is_some().into()),
        }
    }
}

/// Events, newest first, with the commands between them; or those of one object alone.
#[component]
pub fn EventList(
    /// The object; none for everything.
    of: Option<Memo<ObjectRef>>,
) -> impl IntoView {
    let (stores, _) = page();
    let entries = Memo::new(move |_| {
        let uid = of.map(|object| object.with(|object| object.uid.clone()));
        let about =
            |event: &&Arc<EventView>| uid.as_ref().is_none_or(|uid| event.object.uid == *uid);
        let mut entries: Vec<Entry> = stores.cluster.events.with(|events| {
            events
                .iter()
                .filter(about)
                .cloned()
                .map(Entry::Event)
                .collect()
        });
        if uid.is_none() {
            stores.cluster.commands.with(|commands| {
                entries.extend(commands.iter().cloned().map(Entry::Command));
            });
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
        entries
    });
    view! {
        <div class="pane-body scroll" tabindex="0">
            <Show
                when=move || !entries.with(Vec::is_empty)
                fallback=|| view! { <p class="empty">"Nothing has happened yet."</p> }
            >
                <ol class="events" reversed=true>
                    <For each=move || entries.get() key=Entry::key let(entry)>
                        {line(entry)}
                    </For>
                </ol>
            </Show>
        </div>
    }
}

fn line(entry: Entry) -> AnyView {
    let (stores, _) = page();
    let started = stores.clock.started.get_untracked();
    let at = format!("+{}", format::span(entry.at().seconds_since(started)));
    match entry {
        Entry::Command(command) => view! {
            <li class="event command-line">
                <p class="mono">"$ " {command.line.clone()}</p>
                <time class="mono">{at}</time>
            </li>
        }
        .into_any(),
        Entry::Event(event) => {
            let object = event.object.clone();
            let name = format!("{}/{}", object.kind.to_lowercase(), object.name);
            let times = (event.count > 1).then(|| format!(" ×{}", event.count));
            view! {
                <li class="event" class:warning=event.warning>
                    <p>
                        <b>
                            {event.warning.then(|| icon::icon(icon::ALERT))}
                            {event.reason.clone()} {times}
                        </b>
                        <button
                            class="link mono"
                            on:click=move |_| stores.inspector.dock.set(Dock::Object(object.clone()))
                        >
                            {name}
                        </button>
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
