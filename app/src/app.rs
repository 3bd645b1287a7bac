//! The page as a whole: its stores, its bridge, its panes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::bridge::{Bridge, page};
use crate::components::cluster_map::ClusterMap;
use crate::components::editor::Editor;
use crate::components::inspector::Dock;
use crate::components::lesson::Lesson;
use crate::components::notice::Notices;
use crate::components::splitter::{Axis, Splitter};
use crate::components::tab_bar::TabBar;
use crate::components::terminal::Terminal;
use crate::components::time_bar::TimeBar;
use crate::components::timeline::Tape;
use crate::components::top_bar::TopBar;
use crate::interop::perf;
use crate::state::Stores;
use crate::state::inspector::Dock as Shown;

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let stores = Stores::new();
    let bridge = Bridge::new(stores);
    provide_context(stores);
    provide_context(bridge);
    perf::mark(perf::SHELL);
    // Two frames later the shell is on the screen; only then is the engine fetched.
    request_animation_frame(move || request_animation_frame(move || bridge.start()));
    let layout = stores.layout;
    view! {
        <div class="page" style=move || layout.style() data-tab=move || layout.tab.get().id() on:keydown=cycle_panes>
            <TopBar />
            <main class="body" class:no-lesson=move || layout.lesson_hidden.get()>
                <Lesson />
                <Splitter
                    label="Lesson's width"
                    axis=Axis::Sideways
                    size=layout.lesson
                    from_pointer=|line, x, _| Some(to_rem(x - left(&line.parent_element()?)))
                />
                <div class="work">
                    <ClusterMap />
                    <div class="time-strip">
                        <TimeBar />
                        <Tape />
                    </div>
                    <Splitter
                        label="Map's height"
                        axis=Axis::UpDown
                        size=layout.map
                        from_pointer=|line, _, y| {
                            let all = line.parent_element()?.get_bounding_client_rect();
                            let strip = line.previous_element_sibling()?.get_bounding_client_rect().height();
                            Some((y - strip - all.top()) / (all.height() - strip) * 100.0)
                        }
                    />
                    <Desk />
                </div>
                <DockSplitter />
                <Dock />
            </main>
            <TabBar />
            <Notices />
        </div>
    }
}

/// Terminal and editor, side by side once a file is open.
#[component]
fn Desk() -> impl IntoView {
    let (stores, _) = page();
    let editing = Memo::new(move |_| stores.files.tabs.with(|tabs| !tabs.is_empty()));
    // Once it was open it stays, so that Monaco is set up once.
    let opened =
        Memo::new(move |before: Option<&bool>| before.copied().unwrap_or(false) || editing.get());
    view! {
        <div class="desk" class:with-editor=move || editing.get()>
            <Terminal />
            <Show when=move || editing.get()>
                <Splitter
                    label="Terminal's width"
                    axis=Axis::Sideways
                    size=stores.layout.terminal
                    from_pointer=|line, x, _| {
                        let desk = line.parent_element()?.get_bounding_client_rect();
                        Some((x - desk.left()) / desk.width() * 100.0)
                    }
                />
            </Show>
            <Show when=move || opened.get()>
                <Editor />
            </Show>
        </div>
    }
}

#[component]
fn DockSplitter() -> impl IntoView {
    let (stores, _) = page();
    let open = Memo::new(move |_| stores.inspector.dock.with(|dock| *dock != Shown::Closed));
    view! {
        <Show when=move || open.get()>
            <Splitter
                label="Inspector's width"
                axis=Axis::Sideways
                size=stores.layout.dock
                grows=false
                from_pointer=|line, x, _| {
                    Some(to_rem(line.parent_element()?.get_bounding_client_rect().right() - x))
                }
            />
        </Show>
    }
}

fn left(element: &web_sys::Element) -> f64 {
    element.get_bounding_client_rect().left()
}

/// Pixels as the style sheet's unit.
fn to_rem(pixels: f64) -> f64 {
    pixels / 16.0
}

/// F6 leads from pane to pane, Shift-F6 back: the way out of the terminal and the editor, where Tab has other work.
fn cycle_panes(event: KeyboardEvent) {
    if event.key() != "F6" {
        return;
    }
    event.prevent_default();
    let Ok(panes) = document().query_selector_all(".page .pane") else {
        return;
    };
    let panes: Vec<HtmlElement> = (0..panes.length())
        .filter_map(|index| panes.item(index)?.dyn_into::<HtmlElement>().ok())
        .filter(|pane| pane.offset_parent().is_some())
        .collect();
    if panes.is_empty() {
        return;
    }
    let focused = document().active_element();
    let here = panes
        .iter()
        .position(|pane| pane.contains(focused.as_ref().map(AsRef::as_ref)));
    let count = panes.len();
    let next = match (here, event.shift_key()) {
        (None, _) => 0,
        (Some(here), false) => (here + 1) % count,
        (Some(here), true) => (here + count - 1) % count,
    };
    let first = "textarea, button:not([disabled]):not([tabindex='-1']), [tabindex='0']";
    if let Ok(Some(target)) = panes[next].query_selector(first)
        && let Some(target) = target.dyn_ref::<HtmlElement>()
    {
        let _ = target.focus();
    }
}
