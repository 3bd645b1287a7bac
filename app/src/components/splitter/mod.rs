//! The line between two panes: drag it, or move it by the arrow keys; a double click sets it back.

use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use crate::state::layout::Size;
use crate::state::live;

/// Which way a line is dragged, and what grows with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// It stands upright; what is left of it grows as it moves right.
    Sideways,
    /// It stands upright; what is right of it grows as it moves left.
    Backwards,
    /// It lies; what is above it grows as it moves down.
    UpDown,
}

/// A line between two panes that sets `size`. `from_pointer` turns the pointer's place (in pixels from the page's left
/// and top) into the size's value; it gets the line's own element to find its surroundings.
pub fn splitter(
    label: &'static str,
    axis: Axis,
    size: Size,
    from_pointer: fn(&Element, f64, f64) -> Option<i32>,
) -> AnyView {
    let line = NodeRef::<Div>::new();
    let held = live(false);
    let orientation = match axis {
        Axis::Sideways | Axis::Backwards => "vertical",
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
        let step = (size.max - size.min) / 20;
        let sign = match (event.key().as_str(), axis) {
            ("ArrowRight", Axis::Sideways)
            | ("ArrowLeft", Axis::Backwards)
            | ("ArrowDown", Axis::UpDown) => 1,
            ("ArrowLeft", Axis::Sideways)
            | ("ArrowRight", Axis::Backwards)
            | ("ArrowUp", Axis::UpDown) => -1,
            ("Home", _) => return size.restore(),
            _ => return,
        };
        event.prevent_default();
        size.set(size.value.get_untracked() + sign * step);
        size.keep();
    };
    let percent = move || (size.value.get() - size.min) * 100 / (size.max - size.min);
    view! {
        <div
            class=move || String::from(if held.get() { "splitter held" } else { "splitter" })
            role="separator"
            tabindex="0"
            aria-label=label
            aria-orientation=orientation
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent().to_string()
            node_ref=line
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
            on:keydown=key
            on:dblclick=move |_| size.restore()
        ></div>
    }
    .into_any()
}
