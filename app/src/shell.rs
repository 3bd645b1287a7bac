//! The skeleton page: mounts, paints, then starts the engine's worker and shows its first word.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::assets;

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let (state, set_state) = signal("loading");
    mark("tabernetes:shell");
    // Two frames later the shell is on the screen; only then is the engine fetched.
    request_animation_frame(move || {
        request_animation_frame(move || start_engine(set_state));
    });
    view! {
        <main>
            <h1>"Tabernetes"</h1>
            <p id="engine">"engine: " {move || state.get()}</p>
        </main>
    }
}

fn start_engine(set_state: WriteSignal<&'static str>) {
    let Some(url) = assets::url("worker") else {
        set_state.set("not part of this page");
        return;
    };
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name("engine");
    let Ok(worker) = Worker::new_with_options(&url, &options) else {
        set_state.set("could not be started");
        return;
    };
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if event.data().as_string().as_deref() == Some("ready") {
            set_state.set("ready");
            mark("tabernetes:prompt");
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}
