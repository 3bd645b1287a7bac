//! The controls of virtual time: pause, jump to what happens next, and how fast it runs. The clock is always in sight.

use leptos::prelude::*;
use view::ToEngine;

use super::{format, icon};
use crate::bridge::page;

/// Virtual seconds in a real one, to choose from.
const SPEEDS: [u16; 4] = [1, 5, 20, 60];

/// Clock and controls.
#[component]
pub fn TimeBar() -> impl IntoView {
    let (stores, bridge) = page();
    let clock = stores.clock;
    let ready = move || stores.session.is_ready();
    let running = Memo::new(move |_| clock.clock().running);
    let speed = Memo::new(move |_| clock.clock().speed);
    let behind = Memo::new(move |_| clock.clock().behind);
    let toggle = move |_| {
        bridge.send(if running.get_untracked() {
            ToEngine::Pause
        } else {
            ToEngine::Resume
        });
    };
    let since_start = move || clock.now.get().seconds_since(clock.started.get());
    view! {
        <div class="time-bar" role="group" aria-label="Virtual time">
            <button
                class="button quiet square"
                aria-label=move || if running.get() { "Pause time" } else { "Let time run" }
                title=move || if running.get() { "Pause time" } else { "Let time run" }
                disabled=move || !ready()
                on:click=toggle
            >
                {move || icon::icon(if running.get() { icon::PAUSE } else { icon::PLAY })}
            </button>
            <button
                class="button quiet square"
                aria-label="Jump to the next event"
                title="Jump to the next event"
                disabled=move || !ready()
                on:click=move |_| bridge.send(ToEngine::StepToNextEvent)
            >
                {icon::icon(icon::NEXT)}
            </button>
            <div class="segments" role="radiogroup" aria-label="Speed of time">
                {SPEEDS
                    .map(|choice| {
                        view! {
                            <button
                                role="radio"
                                aria-checked=move || (speed.get() == choice).to_string()
                                aria-label=format!("{choice} times real time")
                                disabled=move || !ready()
                                on:click=move |_| bridge.send(ToEngine::Speed(choice))
                            >
                                {choice}
                                "×"
                            </button>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </div>
            <p class="clock" class:paused=move || !running.get()>
                <span class="unseen">"Virtual time "</span>
                <time class="mono" id="clock">{move || format::clock(clock.now.get())}</time>
                <span class="clock-note">
                    {move || {
                        if !running.get() && ready() {
                            "paused".into()
                        } else if behind.get() {
                            "catching up".into()
                        } else {
                            format!("+{}", format::span(since_start()))
                        }
                    }}
                </span>
            </p>
        </div>
    }
}
