//! What the page shows after its first view: the second half of its module begins here.
//!
//! A release build cuts the module in two (`xtask/src/build/split`): these functions, and all that only they need, are
//! fetched after the first prompt. Whatever calls one has to wait for [`LateStore::here`](crate::state::LateStore::here);
//! [`later`](crate::components::dom::later) does. `#[inline(never)]` is what keeps them from growing into the first
//! half.

use leptos::prelude::*;

use crate::components::inspector::Dock;
use crate::components::lesson::Lesson;

/// The lesson's pane.
#[inline(never)]
pub fn lesson() -> AnyView {
    view! { <Lesson /> }.into_any()
}

/// The inspector.
#[inline(never)]
pub fn dock() -> AnyView {
    view! { <Dock /> }.into_any()
}
