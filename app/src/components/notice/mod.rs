//! Notices over the page, and the live regions through which screen readers hear what happens on the map.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::icon;
use crate::bridge::page;
use crate::state::Key;
use crate::state::notices::Weight;
use crate::state::session::Phase;

/// Notices, and what is said.
#[component]
pub fn Notices() -> impl IntoView {
    let (stores, bridge) = page();
    let notices = stores.notices;
    announce();
    view! {
        <p class="unseen" role="status" aria-live="polite">{move || notices.spoken.get()}</p>
        <ul class="notices">
            <For each=move || notices.list.get() key=|notice| notice.id let(notice)>
                <li class="notice" class:trouble=notice.weight == Weight::Trouble>
                    {icon::icon(icon::ALERT)}
                    <p>{notice.text.to_string()}</p>
                    <button
                        class="button quiet square"
                        aria-label="Close the message"
                        on:click=move |_| notices.close(notice.id)
                    >
                        {icon::icon(icon::CLOSE)}
                    </button>
                </li>
            </For>
        </ul>
        {move || match stores.session.phase.get() {
            Phase::Failed(reason) => Some(
                view! {
                    <div class="failure" role="alertdialog" aria-labelledby="failure-title">
                        <h2 id="failure-title">"The engine has stopped"</h2>
                        <p>"It could not be brought back, not even with less of what was done before."</p>
                        <pre class="scroll">{reason}</pre>
                        <button class="button primary" on:click=move |_| bridge.reset()>
                            "Start a new cluster"
                        </button>
                    </div>
                },
            ),
            _ => None,
        }}
    }
}

/// Says the pods' changes of status, and the lesson's ticks.
fn announce() {
    let (stores, _) = page();
    let statuses = Memo::new(move |_| {
        let mut statuses = BTreeMap::new();
        stores.cluster.pods.each(|uid, pod| {
            statuses.insert(uid.clone(), (pod.name.clone(), pod.status.clone()));
        });
        statuses
    });
    Effect::new(move |before: Option<BTreeMap<Key, (String, String)>>| {
        let now = statuses.get();
        if let Some(before) = before {
            let changed = now
                .iter()
                .filter(|(uid, pod)| before.get(*uid) != Some(pod));
            let came = changed.map(|(_, (name, status))| format!("{name} {status}"));
            let gone = before.iter().filter(|(uid, _)| !now.contains_key(*uid));
            let went = gone.map(|(_, (name, _))| format!("{name} is gone"));
            let said: Vec<String> = came.chain(went).take(3).collect();
            if !said.is_empty() {
                stores.notices.say(&said.join(", "));
            }
        }
        now
    });
    let ticks = Memo::new(move |_| {
        stores
            .lesson
            .progress
            .with(|progress| progress.steps.iter().filter(|step| step.done).count())
    });
    Effect::new(move |before: Option<usize>| {
        let done = ticks.get();
        if before.is_some_and(|before| done > before) {
            let total = stores
                .lesson
                .progress
                .with_untracked(|progress| progress.steps.len());
            stores
                .notices
                .say(&format!("Step {done} of {total} is done."));
        }
        done
    });
}
