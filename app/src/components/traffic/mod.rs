//! The traffic meter: what is being sent to the cluster again and again, and how much of it is answered.
//!
//! A strip below the map while there is traffic, for a lesson's and for one's own (`traffic start`): a bar a second,
//! its part that failed on top, and the share of the last seconds in words.

use leptos::prelude::*;
use view::TrafficView;

use super::icon;
use super::markup::{Html, markup};
use crate::bridge::page;
use crate::state::traffic::Second;

/// The strip.
pub fn meter() -> AnyView {
    markup(write)
}

fn write(html: &mut Html) {
    let (stores, _) = page();
    stores.traffic.streams.with(|streams| {
        if streams.is_empty() {
            return;
        }
        html.raw("<section class=\"traffic\" aria-label=\"Traffic\">");
        for stream in streams {
            stores.traffic.seconds.with_untracked(|all| {
                let seconds = all.iter().find(|(url, _)| *url == stream.spec.url);
                one(html, stream, seconds.map_or(&[], |(_, seconds)| seconds));
            });
        }
        html.raw("</section>");
    });
}

fn one(html: &mut Html, stream: &TrafficView, seconds: &[Second]) {
    let percent = stream.success_percent().map(|percent| percent as i64);
    let troubled = percent.is_some_and(|percent| percent < 100);
    html.open(
        "div",
        if troubled {
            "stream troubled"
        } else {
            "stream"
        },
    );
    html.raw("<p class=\"stream-what\">");
    html.icon(if troubled { icon::ALERT } else { icon::ROUTE });
    html.raw("<b class=\"mono\">").text(&stream.spec.url);
    html.raw("</b><small>");
    if stream.running {
        html.number(stream.spec.rate.into()).raw(" a second");
    } else {
        html.raw("stopped");
    }
    if !stream.spec.from.is_empty() {
        html.raw(", from ").text(&stream.spec.from);
    }
    html.raw("</small></p>");
    bars(html, seconds);
    html.raw("<p class=\"stream-share\"><b>");
    match percent {
        Some(percent) => html.number(percent).raw("%</b> answered"),
        None => html.raw("…</b>"),
    };
    if stream.failed > 0 {
        html.raw("<small>").number(stream.failed as i64);
        html.raw(" of ").number(stream.requests as i64);
        html.raw(" failed: ").text(&stream.last_failure);
        html.raw("</small>");
    }
    html.raw("</p></div>");
}

/// A bar a second, the newest at the right.
fn bars(html: &mut Html, seconds: &[Second]) {
    let most = seconds.iter().map(|second| second.requests).max();
    let most = most.unwrap_or(0).max(1);
    let left = Second::KEPT.saturating_sub(seconds.len());
    html.raw(
        "<svg class=\"bars\" preserveAspectRatio=\"none\" aria-hidden=\"true\" viewBox=\"0 0 ",
    );
    html.number(Second::KEPT as i64 * 4).raw(" 24\">");
    for (number, second) in seconds.iter().enumerate() {
        let height = |requests: u64| (requests * 24).div_ceil(most) as i64;
        let (whole, failed) = (height(second.requests), height(second.failed));
        let x = (left + number) as i64 * 4;
        bar(html, "good", x, 24 - whole, whole - failed.min(whole));
        bar(html, "bad", x, 24 - failed, failed);
    }
    html.raw("</svg>");
}

fn bar(html: &mut Html, class: &str, x: i64, y: i64, height: i64) {
    if height <= 0 {
        return;
    }
    html.raw("<rect class=\"").raw(class).raw("\" width=\"3\"");
    for (name, value) in [(" x=\"", x), (" y=\"", y), (" height=\"", height)] {
        html.raw(name).number(value).raw("\"");
    }
    html.raw("/>");
}
