//! The page as a whole: its stores, its bridge, its panes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement, KeyboardEvent};

use crate::bridge::{Bridge, page};
use crate::components::cluster_map::ClusterMap;
use crate::components::dom::{later, show};
use crate::components::editor::Editor;
use crate::components::notice::Notices;
use crate::components::splitter::{Axis, splitter};
use crate::components::tab_bar::TabBar;
use crate::components::terminal::{Terminal, file_list};
use crate::components::time_bar::TimeBar;
use crate::components::timeline::Tape;
use crate::components::top_bar::TopBar;
use crate::interop::{fonts, perf};
use crate::late;
use crate::state::inspector::Dock as Shown;
use crate::state::{Stores, live};

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let stores = Stores::new();
    let bridge = Bridge::new(stores);
    provide_context(stores);
    provide_context(bridge);
    fonts::load_if_cached();
    perf::mark(perf::SHELL);
    // Two frames later the shell is on the screen; only then is the engine fetched.
    request_animation_frame(move || request_animation_frame(move || bridge.start()));
    // On the window: it is the way in, too, while nothing has the focus.
    window_event_listener(leptos::ev::keydown, cycle_panes);
    let layout = stores.layout;
    let body = move || {
        String::from(match (layout.home.get(), layout.lesson_hidden.get()) {
            (true, _) => "body at-home",
            (false, true) => "body no-lesson",
            (false, false) => "body",
        })
    };
    view! {
        <div
            class=if layout.embedded { "page embedded" } else { "page" }
            style=move || layout.style()
            data-tab=move || layout.tab.get().id().to_owned()
        >
            <TopBar />
            <main class=move || body()>
                {later(late::lesson, lesson_soon)}
                {splitter("Lesson's width", Axis::Sideways, layout.lesson, lesson_width)}
                <div class="work">
                    <ClusterMap />
                    <div class="time-strip">
                        <TimeBar />
                        <Tape />
                    </div>
                    {splitter("Map's height", Axis::UpDown, layout.map, map_share)}
                    {desk()}
                </div>
                {show(
                    move || stores.inspector.dock.with(|dock| *dock != Shown::Closed),
                    move || splitter("Inspector's width", Axis::Backwards, layout.dock, dock_width),
                )}
                {later(late::dock, || ().into_any())}
            </main>
            <TabBar />
            <Notices />
        </div>
    }
}

/// What the lesson's pane is before there are lessons, as `index.html` has it.
fn lesson_soon() -> AnyView {
    view! {
        <section class="pane lesson" aria-label="Lesson" aria-busy="true">
            <div class="pane-head"><h2 class="eyebrow">"Lessons"</h2></div>
            <div class="pane-body lesson-body">
                <h1>"Learn Kubernetes five minutes at a time"</h1>
                <p class="prose">
                    "A whole cluster runs in this tab. Take a lesson, or just type into the terminal: nothing can break."
                </p>
            </div>
        </section>
    }
    .into_any()
}

/// Terminal and editor, side by side once a file is open.
fn desk() -> AnyView {
    let (stores, _) = page();
    let files = stores.files;
    let editing = move || files.tabs.with(|tabs| !tabs.is_empty());
    // Once it was open it stays, so that Monaco is set up once.
    let opened = live(false);
    let ever = move || {
        opened.quietly(|opened| std::mem::replace(opened, *opened || editing()) || editing())
    };
    let line = move || {
        splitter(
            "Terminal's width",
            Axis::Sideways,
            stores.layout.terminal,
            terminal_share,
        )
    };
    view! {
        <div class=move || String::from(if editing() { "desk with-editor" } else { "desk" })>
            <Terminal />
            {show(editing, line)}
            {show(ever, || view! { <Editor /> }.into_any())}
            {show(move || !editing(), no_file)}
        </div>
    }
    .into_any()
}

/// What a phone shows in the editor's place while no file is open.
fn no_file() -> AnyView {
    view! {
        <section class="pane no-file" aria-label="Files">
            <div class="pane-head"><h2 class="eyebrow">"Files"</h2></div>
            <p class="prose">"Open a file to edit it here. The shell sees what you save."</p>
            {file_list()}
        </section>
    }
    .into_any()
}

/// The box of what a splitter divides.
fn around(line: &Element) -> Option<DomRect> {
    Some(line.parent_element()?.get_bounding_client_rect())
}

fn lesson_width(line: &Element, x: f64, _: f64) -> Option<i32> {
    Some((x - around(line)?.left()) as i32)
}

fn dock_width(line: &Element, x: f64, _: f64) -> Option<i32> {
    Some((around(line)?.right() - x) as i32)
}

fn map_share(line: &Element, _: f64, y: f64) -> Option<i32> {
    let work = around(line)?;
    let strip = line
        .previous_element_sibling()?
        .get_bounding_client_rect()
        .height();
    Some(((y - strip - work.top()) / (work.height() - strip) * 1000.0) as i32)
}

fn terminal_share(line: &Element, x: f64, _: f64) -> Option<i32> {
    let desk = around(line)?;
    Some(((x - desk.left()) / desk.width() * 1000.0) as i32)
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
    let step = if event.shift_key() { count - 1 } else { 1 };
    let mut next = here.map_or(0, |here| (here + step) % count);
    // A pane that has nothing to hold on to yet is passed over.
    for _ in 0..count {
        if let Some(target) = way_in(&panes[next]) {
            let _ = target.focus();
            return;
        }
        next = (next + step) % count;
    }
}

/// What has the focus when a pane is entered: where one types, else the first thing to press or to scroll.
fn way_in(pane: &HtmlElement) -> Option<HtmlElement> {
    let wanted = [
        "textarea",
        "button:not([disabled]):not([tabindex='-1']), [tabindex='0']",
    ];
    let mut found = wanted
        .into_iter()
        .filter_map(|wanted| pane.query_selector(wanted).ok().flatten());
    found.next()?.dyn_into().ok()
}
