//! The terminal: xterm.js in its pane, and the files at hand beside its title.
//!
//! - [`session`]: who has the keyboard, the line editor or a program; what is typed and shown.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use view::ToEngine;

use super::icon;
use crate::bridge::page;
use crate::interop::{media, resize, terminal};
use crate::state::files;

mod session;

use session::Session;

/// How the terminal introduces itself, with the way out for those who use the keyboard.
const LABEL: &str = "Terminal. Tab completes; press F6 to leave to the next pane.";

/// The terminal's pane.
#[component]
pub fn Terminal() -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let trouble = RwSignal::new(None::<String>);
    place.on_load(move |element| start(element.into(), trouble));
    view! {
        <section class="pane terminal" aria-label="Terminal">
            <div class="pane-head">
                <h2 class="eyebrow">"Terminal"</h2>
                <Files />
            </div>
            <div class="pane-body terminal-place" node_ref=place></div>
            {move || trouble.get().map(|why| view! { <p class="empty">"The terminal cannot be loaded: " {why}</p> })}
        </section>
    }
}

fn start(place: web_sys::HtmlElement, trouble: RwSignal<Option<String>>) {
    let (stores, bridge) = page();
    spawn_local(async move {
        match terminal::Terminal::open(&place, LABEL).await {
            Err(error) => trouble.set(Some(error.to_string())),
            Ok(xterm) => {
                let session = Session::start(xterm, stores, bridge);
                let themed = session.clone();
                media::watch(media::DARK, move |_| themed.xterm().theme());
                resize::watch(&place, move || {
                    session.xterm().fit();
                });
            }
        }
    });
}

/// The files of the home folder; one leads to the editor.
#[component]
fn Files() -> impl IntoView {
    let (stores, bridge) = page();
    // Files in folders and hidden ones are the shell's affair.
    let shown = Memo::new(move |_| {
        let home = format!("{}/", stores.session.home.get());
        stores.files.entries.with(|entries| {
            let below = entries
                .iter()
                .filter_map(|entry| entry.path.strip_prefix(&home));
            let plain = below.filter(|name| !name.contains('/') && !name.starts_with('.'));
            plain
                .map(|name| format!("{home}{name}"))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="files" aria-label="Files">
            <For each=move || shown.get() key=String::clone let(path)>
                <li>
                    <button
                        class="button quiet file"
                        title="Open in the editor"
                        data-file=path.clone()
                        on:click={
                            let path = path.clone();
                            move |_| bridge.send(ToEngine::ReadFile(path.clone()))
                        }
                    >
                        {icon::icon(icon::FILE)}
                        <span class="mono">{files::name(&path).to_owned()}</span>
                    </button>
                </li>
            </For>
        </ul>
    }
}
