//! The controls of virtual time: pause, jump to what happens next, and how fast it runs. The clock is always in sight.

use leptos::prelude::*;
use view::ToEngine;

use super::dom::choose;
use super::{format, icon};
use crate::bridge::page;

/// Virtual seconds in a real one, to choose from.
const SPEEDS: [u16; 4] = [1, 5, 20, 60];

/// Clock and controls.
#[component]
pub fn TimeBar() -> impl IntoView {
    let (stores, bridge) = page();
    let clock = stores.clock;
    let waits = move || !stores.session.is_ready();
    let runs = move || clock.clock().running;
    let toggle = move || {
        bridge.send(if runs() {
            ToEngine::Pause
        } else {
            ToEngine::Resume
        })
    };
    let speed = move |choice: u16| {
        view! {
            <button
                role="radio"
                aria-checked=move || (clock.clock().speed == choice).to_string()
                aria-label=format!("{choice} times real time")
                disabled=move || waits()
                on:click=move |_| bridge.send(ToEngine::Speed(choice))
            >
                {format!("{choice}×")}
            </button>
        }
        .into_any()
    };
    let pause = move || String::from(if runs() { "Pause time" } else { "Let time run" });
    let note = move || {
        let word = clock.clock();
        if !word.running && !waits() {
            "paused".into()
        } else if word.behind {
            "catching up".into()
        } else {
            format!("+{}", format::span(clock.started.get(), clock.now.get()))
        }
    };
    view! {
        <div class="time-bar" role="group" aria-label="Virtual time">
            <button
                class="button quiet square"
                aria-label=move || pause()
                title=move || pause()
                disabled=move || waits()
                on:click=move |_| toggle()
            >
                {choose(move || runs().into(), |runs| icon::icon([icon::PLAY, icon::PAUSE][runs]))}
            </button>
            <button
                class="button quiet square"
                aria-label="Jump to the next event"
                title="Jump to the next event"
                disabled=move || waits()
                on:click=move |_| bridge.send(ToEngine::StepToNextEvent)
            >
                {icon::icon(icon::NEXT)}
            </button>
            <div class="segments" role="radiogroup" aria-label="Speed of time">
                {SPEEDS.into_iter().map(speed).collect::<Vec<AnyView>>()}
            </div>
            <p class=move || String::from(if runs() { "clock" } else { "clock paused" })>
                <span class="unseen">"Virtual time "</span>
                <time class="mono" id="clock">{move || format::clock(clock.now.get())}</time>
                <span class="clock-note">{move || note()}</span>
            </p>
        </div>
    }
}
