//! What the page shows after its first view: the second half of its module begins here.
//!
//! A release build cuts the module in two (`xtask/src/build/split`): these functions, and all that only they need, are
//! fetched after the first prompt. Whatever calls one has to wait for [`LateStore::here`](crate::state::LateStore::here);
//! [`later`](crate::components::dom::later) does. `#[inline(never)]` is what keeps them from growing into the first
//! half.

use leptos::prelude::*;

use crate::bridge::bridge;
use crate::components::inspector::Dock;
use crate::components::lesson::Lesson;
use crate::components::{faults, requests, traffic};

/// The lesson's pane, and what leads to lessons.
#[inline(never)]
pub fn lesson() -> AnyView {
    bridge().follow_address();
    bridge().load_lessons();
    bridge().follow_authors();
    view! { <Lesson /> }.into_any()
}

/// The inspector.
#[inline(never)]
pub fn dock() -> AnyView {
    view! { <Dock /> }.into_any()
}

/// The map's buttons.
#[inline(never)]
pub fn map_buttons() -> AnyView {
    view! { <span class="head-buttons">{requests::opener()} {faults::opener()}</span> }.into_any()
}

/// What is sent to the cluster again and again, below the map.
#[inline(never)]
pub fn traffic_meter() -> AnyView {
    traffic::meter()
}
