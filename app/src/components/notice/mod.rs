//! Notices over the page, and the live region through which screen readers hear what happens.

use leptos::prelude::*;

use super::dom::part;
use super::icon;
use crate::bridge::page;
use crate::state::notices::{Act, Notice, Weight};
use crate::state::session::Phase;

/// Notices, and what is said.
#[component]
pub fn Notices() -> impl IntoView {
    let (stores, _) = page();
    let notices = stores.notices;
    let shown = move || {
        notices
            .list
            .get()
            .into_iter()
            .map(notice)
            .collect::<Vec<AnyView>>()
            .into_any()
    };
    let failure = move || match stores.session.phase.get() {
        Phase::Failed(reason) => failure(reason),
        _ => ().into_any(),
    };
    view! {
        <p class="unseen" role="status" aria-live="polite">{move || notices.spoken.get()}</p>
        <ul class="notices">{part(shown)}</ul>
        {part(failure)}
    }
}

fn notice(notice: Notice) -> AnyView {
    let (stores, bridge) = page();
    let class = if notice.weight == Weight::Trouble {
        "notice trouble"
    } else {
        "notice"
    };
    view! {
        <li class=class>
            {icon::icon(icon::ALERT)}
            <p>{notice.text.to_string()}</p>
            {notice.act.map(|(label, act)| view! {
                <button
                    class="button"
                    on:click=move |_| {
                        stores.notices.close(notice.id);
                        match act {
                            Act::BringBack => bridge.bring_back(),
                        }
                    }
                >
                    {label}
                </button>
            }.into_any())}
            <button
                class="button quiet square"
                aria-label="Close the message"
                on:click=move |_| stores.notices.close(notice.id)
            >
                {icon::icon(icon::CLOSE)}
            </button>
        </li>
    }
    .into_any()
}

fn failure(reason: String) -> AnyView {
    let (_, bridge) = page();
    view! {
        <div class="failure" role="alertdialog" aria-labelledby="failure-title">
            <h2 id="failure-title">"The engine has stopped"</h2>
            <p>"It could not be brought back, not even with less of what was done before."</p>
            <pre class="scroll">{reason}</pre>
            <button class="button primary" on:click=move |_| bridge.reset()>
                "Start a new cluster"
            </button>
        </div>
    }
    .into_any()
}
