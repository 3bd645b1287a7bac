//! The terminal: xterm.js in its pane, and the files at hand beside its title.
//!
//! - [`session`]: who has the keyboard, the line editor or a program; what is typed and shown.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use view::ToEngine;

use super::dom::{each, show};
use super::icon;
use crate::bridge::page;
use crate::interop::{media, resize, terminal};
use crate::state::{Key, Live, files, live};

mod session;

use session::Session;

/// How the terminal introduces itself, with the way out for those who use the keyboard.
const LABEL: &str = "Terminal. Tab completes; press F6 to leave to the next pane.";

/// The terminal's pane.
#[component]
pub fn Terminal() -> impl IntoView {
    let (stores, _) = page();
    let place = NodeRef::<Div>::new();
    let trouble = live(String::new());
    place.on_load(move |element| start(element.into(), trouble));
    view! {
        <section
            class="pane terminal"
            aria-label="Terminal"
            data-prompt=move || stores.terminal.at_prompt.get().to_string()
        >
            <div class="pane-head">
                <h2 class="eyebrow">"Terminal"</h2>
                {show(move || stores.show.on.get(), showing)}
                {file_list()}
            </div>
            <div class="pane-body terminal-place" node_ref=place></div>
            {show(move || trouble.with(|why| !why.is_empty()), move || {
                view! { <p class="empty">{format!("The terminal cannot be loaded: {}", trouble.get())}</p> }.into_any()
            })}
        </section>
    }
}

/// The solution types itself, until it is stopped.
fn showing() -> AnyView {
    let (stores, _) = page();
    view! {
        <p class="showing" role="status">
            <span>"Showing the solution"</span>
            <button class="button quiet" on:click=move |_| stores.show.stop()>
                {icon::icon(icon::STOP)}
                "Stop"
            </button>
        </p>
    }
    .into_any()
}

fn start(place: web_sys::HtmlElement, trouble: Live<String>) {
    let (stores, bridge) = page();
    spawn_local(async move {
        match terminal::Terminal::open(&place, LABEL).await {
            Err(error) => trouble.set(error.to_string()),
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
pub fn file_list() -> AnyView {
    let (stores, bridge) = page();
    // Files in folders and hidden ones are the shell's affair.
    let shown = move || {
        let home = format!("{}/", stores.session.home.get());
        stores.files.entries.with(|entries| {
            let below = entries.iter().filter(|entry| {
                let name = entry.path.strip_prefix(&home).unwrap_or("/");
                !name.contains('/') && !name.starts_with('.')
            });
            below.map(|entry| Key::from(entry.path.as_str())).collect()
        })
    };
    let file = move |path: Key| {
        let name = files::name(&path).to_owned();
        view! {
            <li>
                <button
                    class="button quiet file"
                    title="Open in the editor"
                    data-file=path.to_string()
                    on:click=move |_| bridge.send(ToEngine::ReadFile(path.to_string()))
                >
                    {icon::icon(icon::FILE)}
                    <span class="mono">{name}</span>
                </button>
            </li>
        }
        .into_any()
    };
    view! { <ul class="files" aria-label="Files">{each(shown, file)}</ul> }.into_any()
}
