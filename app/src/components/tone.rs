//! What state a thing is in, in eight tones: each a colour, a glyph of its own shape, and a word.
//!
//! The words beside the glyphs come from the server (`ContainerCreating`, `CrashLoopBackOff`); tones sort them into
//! what a person should feel about them.

use super::markup::Html;
use leptos::prelude::*;
use view::{ContainerState, PodPhase, PodView};

/// What state a thing is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Wrong: it failed, or keeps failing.
    Failed,
    /// Nobody has taken it up yet.
    Waiting,
    /// On its way up.
    Starting,
    /// Runs, but is not ready.
    Unready,
    /// As it should be.
    Running,
    /// On its way out.
    Ending,
    /// Ended well.
    Done,
    /// Nobody knows.
    Unknown,
}

impl Tone {
    /// All of them, the most urgent first.
    pub const ALL: [Tone; 8] = [
        Tone::Failed,
        Tone::Waiting,
        Tone::Starting,
        Tone::Unready,
        Tone::Running,
        Tone::Ending,
        Tone::Done,
        Tone::Unknown,
    ];

    /// The style sheet's class.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Failed => "tone tone-failed",
            Tone::Waiting => "tone tone-waiting",
            Tone::Starting => "tone tone-starting",
            Tone::Unready | Tone::Running => "tone tone-running",
            Tone::Ending => "tone tone-ending",
            Tone::Done | Tone::Unknown => "tone",
        }
    }

    /// A word for it, for sums over many.
    pub fn word(self) -> &'static str {
        match self {
            Tone::Failed => "failing",
            Tone::Waiting => "waiting",
            Tone::Starting => "starting",
            Tone::Unready => "not ready",
            Tone::Running => "running",
            Tone::Ending => "terminating",
            Tone::Done => "completed",
            Tone::Unknown => "unknown",
        }
    }

    /// Its glyph: a shape that can be told from the others without its colour. Strokes, and what of them is filled.
    fn shape(self) -> (&'static str, &'static str) {
        match self {
            Tone::Running => ("", "M1.5 6a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z"),
            Tone::Unready => (
                "M1.75 6a4.25 4.25 0 1 0 8.5 0a4.25 4.25 0 1 0-8.5 0z",
                "M6 1.75a4.25 4.25 0 0 1 0 8.5z",
            ),
            Tone::Waiting => (
                "M6 1.75a4.25 4.25 0 0 1 2.1.55M9.7 3.9a4.25 4.25 0 0 1 .5 2.6M9.3 8.7a4.25 4.25 0 0 1-1.9 1.3\
                 M5 10.1a4.25 4.25 0 0 1-1.9-1M1.9 7.1a4.25 4.25 0 0 1 .2-2.6M3 3a4.25 4.25 0 0 1 1.2-.9",
                "",
            ),
            Tone::Starting => ("M6 1.5v5.5M3.5 4.8L6 7.3l2.5-2.5M2 10.2h8", ""),
            Tone::Failed => ("", "M6 .8l5.6 10.2H.4z"),
            Tone::Ending => (
                "M2.8 1.8h6.4a1 1 0 0 1 1 1v6.4a1 1 0 0 1-1 1H2.8a1 1 0 0 1-1-1V2.8a1 1 0 0 1 1-1zM4 6h4",
                "",
            ),
            Tone::Done => ("M1.8 6.3l2.8 2.9 5.6-6.2", ""),
            Tone::Unknown => (
                "M3.8 4.3a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.9-1.1 1.7M6 10.2v.1",
                "",
            ),
        }
    }

    /// Its glyph, for the eye only.
    pub fn glyph(self) -> AnyView {
        let (strokes, full) = self.shape();
        view! {
            <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true">
                <path d=strokes />
                <path class="full" d=full />
            </svg>
        }
        .into_any()
    }

    /// The same, written.
    pub fn write_glyph(self, html: &mut Html) {
        let (strokes, full) = self.shape();
        html.raw("<svg class=\"glyph\" viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path d=\"");
        html.raw(strokes).raw("\"/><path class=\"full\" d=\"");
        html.raw(full).raw("\"/></svg>");
    }

    /// Glyph and word together, written.
    pub fn write_state(self, html: &mut Html, word: &str) {
        html.raw("<span class=\"state ")
            .raw(self.class())
            .raw("\">");
        self.write_glyph(html);
        html.raw(" ").text(word).raw("</span>");
    }

    /// Of a pod.
    pub fn of_pod(pod: &PodView) -> Tone {
        if pod.termination.is_some() {
            return Tone::Ending;
        }
        match pod.phase {
            PodPhase::Failed => Tone::Failed,
            PodPhase::Succeeded => Tone::Done,
            PodPhase::Unknown => Tone::Unknown,
            _ if is_trouble(&pod.status) => Tone::Failed,
            PodPhase::Running if pod.ready => Tone::Running,
            PodPhase::Running => Tone::Unready,
            PodPhase::Pending if pod.node.is_none() => Tone::Waiting,
            PodPhase::Pending => Tone::Starting,
        }
    }

    /// Of a container.
    pub fn of_container(state: &ContainerState, ready: bool) -> Tone {
        match state {
            ContainerState::Running { .. } if ready => Tone::Running,
            ContainerState::Running { .. } => Tone::Unready,
            ContainerState::Terminated { exit_code: 0, .. } => Tone::Done,
            ContainerState::Terminated { .. } => Tone::Failed,
            ContainerState::Waiting { reason, .. } if is_trouble(reason) => Tone::Failed,
            ContainerState::Waiting { pull: Some(_), .. } => Tone::Starting,
            ContainerState::Waiting { .. } => Tone::Waiting,
        }
    }
}

/// Whether a status or a waiting reason says that something is wrong.
fn is_trouble(status: &str) -> bool {
    let status = status.strip_prefix("Init:").unwrap_or(status);
    status.ends_with("BackOff")
        || status.starts_with("Err")
        || status.ends_with("Error")
        || matches!(
            status,
            "OOMKilled" | "Evicted" | "InvalidImageName" | "ContainerCannotRun"
        )
}

/// Glyph and word together.
pub fn state(tone: Tone, word: impl Into<String>) -> AnyView {
    fn state(tone: Tone, word: String) -> AnyView {
        let class = format!("state {}", tone.class());
        view! { <span class=class>{tone.glyph()} {word}</span> }.into_any()
    }
    state(tone, word.into())
}
