//! What the cluster did during a lesson: in a few lines, and as a picture drawn from the timeline.
//!
//! ```text
//!             $           $          what was typed
//!   web-1   ░░▒▒▓▓█████████████      waiting, pulling, starting, running
//!   web-2       ░▓███████╳╱╱         told to end
//! ```
//!
//! It is drawn from the API's events. Their times lie unevenly, a burst and then a minute of reading, so that a gap
//! is as wide as the root of its length.

use std::sync::Arc;

use view::{EventView, Time};

use crate::bridge::page;
use crate::components::format;
use crate::components::markup::Html;

/// More pods than this are counted, not drawn.
const LANES: usize = 9;
/// Pixels from the left to where time begins, and its width.
const LEFT: f64 = 104.0;
const WIDTH: f64 = 252.0;
/// Height of a lane, and of the row of commands above them.
const LANE: f64 = 18.0;
const TOP: f64 = 16.0;

/// A pod's stations.
#[derive(Default)]
struct Lane {
    uid: String,
    name: String,
    scheduled: Option<Time>,
    pulling: Option<Time>,
    pulled: Option<Time>,
    started: Option<Time>,
    killed: Option<Time>,
    warnings: Vec<Time>,
    first: Time,
    last: Time,
}

/// Lines and picture.
pub(super) fn story(html: &mut Html) {
    let (stores, _) = page();
    let (began, now) = (stores.lesson.began.get(), stores.clock.exact());
    let events: Vec<Arc<EventView>> = stores.cluster.events.with(|events| {
        let during = |event: &&Arc<EventView>| event.at >= began && event.at <= now;
        events.iter().filter(during).cloned().collect()
    });
    let commands: Vec<Time> = stores.cluster.commands.with(|commands| {
        let times = commands.iter().map(|command| command.at);
        times.filter(|at| *at >= began).collect()
    });
    lines(html, &events, commands.len(), began, now);
    let lanes = lanes(&events);
    if !lanes.is_empty() {
        draw(html, &lanes, &commands);
    }
}

fn sum(events: &[Arc<EventView>], reason: &str) -> usize {
    let of = events.iter().filter(|event| event.reason == reason);
    of.map(|event| event.count.max(1) as usize).sum()
}

fn lines(html: &mut Html, events: &[Arc<EventView>], commands: usize, began: Time, now: Time) {
    let scaled = sum(events, "ScalingReplicaSet");
    let made = sum(events, "SuccessfulCreate");
    let pulls = events
        .iter()
        .filter(|event| event.reason == "Pulled" && !event.message.contains("already present"));
    let warnings = events.iter().filter(|event| event.warning).count();
    let mut said = vec![format!(
        "You typed {} in {} of the cluster’s time.",
        format::count(commands, "command"),
        format::span(began, now)
    )];
    let mut say = |number: usize, line: String| {
        if number > 0 {
            said.push(line);
        }
    };
    say(
        scaled + made,
        format!(
            "Controllers created {} and changed a size {scaled} times.",
            format::count(made, "object")
        ),
    );
    let placed = sum(events, "Scheduled");
    say(
        placed,
        format!(
            "The scheduler found a node for {}.",
            format::count(placed, "pod")
        ),
    );
    let (pulled, started) = (pulls.count(), sum(events, "Started"));
    say(
        started,
        format!(
            "The kubelets pulled {} and started {}.",
            format::count(pulled, "image"),
            format::count(started, "container")
        ),
    );
    let killed = sum(events, "Killing");
    say(
        killed,
        format!("They asked {} to end.", format::count(killed, "container")),
    );
    say(
        warnings,
        format!("{} came up on the way.", format::count(warnings, "warning")),
    );
    html.raw("<ul class=\"did\">");
    for line in said {
        html.tag("li", "", &line);
    }
    html.raw("</ul>");
}

fn lanes(events: &[Arc<EventView>]) -> Vec<Lane> {
    // In the order of their first events.
    let mut lanes: Vec<Lane> = Vec::new();
    for event in events.iter().filter(|event| event.object.kind == "Pod") {
        let known = lanes.iter().position(|lane| lane.uid == event.object.uid);
        let place = known.unwrap_or_else(|| {
            lanes.push(Lane {
                uid: event.object.uid.clone(),
                name: event.object.name.clone(),
                first: event.at,
                ..Lane::default()
            });
            lanes.len() - 1
        });
        let lane = &mut lanes[place];
        lane.first = lane.first.min(event.at);
        lane.last = lane.last.max(event.at);
        let station = match event.reason.as_str() {
            "Scheduled" => &mut lane.scheduled,
            "Pulling" => &mut lane.pulling,
            "Pulled" => &mut lane.pulled,
            "Killing" => &mut lane.killed,
            "Started" => &mut lane.started,
            _ if event.warning => {
                lane.warnings.push(event.at);
                continue;
            }
            _ => continue,
        };
        // Of several containers the first one to start counts, and the last one to end.
        if station.is_none() || matches!(event.reason.as_str(), "Killing" | "Pulled") {
            *station = Some(event.at);
        }
    }
    lanes
}

/// Where moments lie: each gap as wide as the root of its length.
struct Scale {
    moments: Vec<Time>,
    places: Vec<f64>,
}

impl Scale {
    /// Moments in their order, each once. Put in one by one: a sort would cost more than all the rest of the picture.
    fn new(all: Vec<Time>) -> Scale {
        let mut moments: Vec<Time> = Vec::new();
        for moment in all {
            if let Err(place) = moments.binary_search(&moment) {
                moments.insert(place, moment);
            }
        }
        let mut places = Vec::new();
        let mut place = 0.0;
        for (at, moment) in moments.iter().enumerate() {
            if at > 0 {
                place += 0.4 + moment.seconds_since(moments[at - 1]).max(0.0).sqrt();
            }
            places.push(place);
        }
        // What goes on at the end goes on beyond it.
        let whole = place * 1.06 + 0.1;
        for place in &mut places {
            *place = LEFT + *place / whole * WIDTH;
        }
        Scale { moments, places }
    }

    fn at(&self, moment: Time) -> f64 {
        match self.moments.binary_search(&moment) {
            Ok(place) => self.places[place],
            Err(_) => LEFT + WIDTH,
        }
    }
}

fn draw(html: &mut Html, lanes: &[Lane], commands: &[Time]) {
    let (stores, _) = page();
    let (shown, more) = lanes.split_at(lanes.len().min(LANES));
    let mut moments = commands.to_vec();
    for lane in lanes {
        let stations = [
            lane.scheduled,
            lane.pulling,
            lane.pulled,
            lane.started,
            lane.killed,
        ];
        moments.extend(stations.into_iter().flatten());
        moments.extend(&lane.warnings);
        moments.extend([lane.first, lane.last]);
    }
    let scale = Scale::new(moments);
    let height = TOP + LANE * shown.len() as f64 + 4.0;
    html.raw("<svg class=\"picture\" role=\"img\" aria-label=\"Pods during the lesson: when each waited, pulled its image, ran and ended\" viewBox=\"0 0 360 ");
    html.number(height as i64).raw("\">");
    for command in commands {
        bar(html, "typed", scale.at(*command), 1.5, 2.0, height - 6.0);
    }
    let end = LEFT + WIDTH;
    for (number, lane) in shown.iter().enumerate() {
        let y = TOP + LANE * number as f64;
        html.raw("<text x=\"0\" y=\"")
            .number(y as i64 + 11)
            .raw("\">");
        let short: String = lane.name.chars().rev().take(15).collect();
        let short: String = short.chars().rev().collect();
        if short.len() < lane.name.len() {
            html.raw("…");
        }
        html.text(&short).raw("</text>");
        let exists = stores.cluster.pods.row_untracked(&lane.uid).is_some();
        let runs_until = match lane.killed {
            Some(killed) => scale.at(killed),
            None if exists => end,
            None => scale.at(lane.last),
        };
        let start = scale.at(lane.first);
        let until = lane.started.map_or(runs_until, |at| scale.at(at));
        bar(html, "waiting", start, until - start, y + 4.0, 6.0);
        if let Some(pulling) = lane.pulling {
            let from = scale.at(pulling);
            let to = lane.pulled.map_or(until, |at| scale.at(at));
            bar(html, "starting", from, to - from, y + 4.0, 6.0);
        }
        if lane.started.is_some() {
            bar(html, "running", until, runs_until - until, y + 2.0, 10.0);
        }
        if lane.killed.is_some() {
            let width = (end - runs_until).min(14.0);
            bar(html, "ending", runs_until, width, y + 4.0, 6.0);
        }
        for warning in &lane.warnings {
            bar(html, "failed", scale.at(*warning) - 1.5, 3.0, y + 1.0, 12.0);
        }
    }
    html.raw("</svg><ul class=\"picture-key\">");
    for (class, word) in [
        ("typed", "command"),
        ("waiting", "waiting"),
        ("starting", "image pull"),
        ("running", "running"),
        ("ending", "ending"),
        ("failed", "warning"),
    ] {
        html.raw("<li><i class=\"")
            .raw(class)
            .raw("\"></i>")
            .raw(word)
            .raw("</li>");
    }
    if !more.is_empty() {
        html.raw("<li>and ")
            .number(more.len() as i64)
            .raw(" more pods</li>");
    }
    html.raw("</ul>");
}

fn bar(html: &mut Html, class: &str, x: f64, width: f64, y: f64, height: f64) {
    html.raw("<rect class=\"").raw(class).raw("\" rx=\"1.5\"");
    for (name, value) in [
        ("x", x),
        ("y", y),
        ("width", width.max(1.5)),
        ("height", height),
    ] {
        // In tenths: a decimal point without the code that prints any number.
        let tenths = (value * 10.0) as i64;
        html.raw(" ")
            .raw(name)
            .raw("=\"")
            .number(tenths / 10)
            .raw(".");
        html.number((tenths % 10).abs()).raw("\"");
    }
    html.raw("/>");
}
