//! The line between two panes: drag it, or move it by the arrow keys; a double click sets it back.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use crate::state::layout::Size;

/// Which way a line is dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// It stands upright and moves sideways.
    Sideways,
    /// It lies and moves up and down.
    UpDown,
}

/// A line between two panes that sets `size`.
///
/// `from_pointer` turns the pointer's place (in pixels from the page's left and top) into the size's value; it gets
/// the splitter's own element to find its surroundings.
#[component]
pub fn Splitter(
    /// What it is between, for those who hear the page.
    label: &'static str,
    /// Which way it is dragged.
    axis: Axis,
    /// What it sets.
    size: Size,
    /// Whether the value grows when the line moves right or down.
    #[prop(default = true)]
    grows: bool,
    /// The value for a place of the pointer.
    from_pointer: fn(&web_sys::Element, f64, f64) -> Option<f64>,
) -> impl IntoView {
    let line = NodeRef::<Div>::new();
    let held = RwSignal::new(false);
    let orientation = match axis {
        Axis::Sideways => "vertical",
        Axis::UpDown => "horizontal",
    };
    let down = move |event: PointerEvent| {
        if let Some(line) = line.get_untracked() {
            event.prevent_default();
            let _ = line.set_pointer_capture(event.pointer_id());
            let _ = line.focus();
            held.set(true);
        }
    };
    let moved = move |event: PointerEvent| {
        let line = line.get_untracked().filter(|_| held.get_untracked());
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if let Some(value) = line.and_then(|line| from_pointer(&line, x, y)) {
            size.set(value);
        }
    };
    let up = move |_: PointerEvent| {
        held.set(false);
        size.keep();
    };
    let key = move |event: KeyboardEvent| {
        let step = (size.max - size.min) / 20.0;
        let forward = match (event.key().as_str(), axis) {
            ("ArrowRight", Axis::Sideways) | ("ArrowDown", Axis::UpDown) => true,
            ("ArrowLeft", Axis::Sideways) | ("ArrowUp", Axis::UpDown) => false,
            ("Home", _) => return size.restore(),
            _ => return,
        };
        event.prevent_default();
        let sign = if forward == grows { 1.0 } else { -1.0 };
        size.set(size.value.get_untracked() + sign * step);
        size.keep();
    };
    let percent = move || (size.value.get() - size.min) / (size.max - size.min) * 100.0;
    view! {
        <div
            class="splitter"
            class:held=move || held.get()
            role="separator"
            tabindex="0"
            aria-label=label
            aria-orientation=orientation
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", percent())
            node_ref=line
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
            on:keydown=key
            on:dblclick=move |_| size.restore()
        ></div>
    }
}
