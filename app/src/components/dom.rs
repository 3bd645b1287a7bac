//! Pieces that components are made of, in one form each.
//!
//! `Show` and `For` and every closure of a view are compiled once for each type they are used with. Here a condition
//! is a closure that says yes or no, a list is a list of keys, and what they show is a view without its type, so
//! that all of the page shares one copy. `act` does the same for event handlers.

use leptos::prelude::*;
use reactive_graph::computed::ArcMemo;
use send_wrapper::SendWrapper;

use crate::state::{Key, stores};

/// Shows something while a condition holds; it is made anew only when the condition comes to hold.
pub fn show(when: impl Fn() -> bool + 'static, view: impl Fn() -> AnyView + 'static) -> AnyView {
    either(when, view, || ().into_any())
}

/// Shows one thing while a condition holds, and another one while it does not.
pub fn either(
    when: impl Fn() -> bool + 'static,
    yes: impl Fn() -> AnyView + 'static,
    no: impl Fn() -> AnyView + 'static,
) -> AnyView {
    choose(
        move || when().into(),
        move |choice| if choice == 1 { yes() } else { no() },
    )
}

/// Shows a view of the page's second half ([`crate::late`]) as soon as that is there, and until then what stands in.
pub fn later(view: fn() -> AnyView, meanwhile: impl Fn() -> AnyView + 'static) -> AnyView {
    let here = stores().late.here;
    either(move || here.get(), view, meanwhile)
}

/// Shows what belongs to a number; it is made anew only when the number changes.
pub fn choose(
    which: impl Fn() -> usize + 'static,
    view: impl Fn(usize) -> AnyView + 'static,
) -> AnyView {
    fn choose(which: Box<dyn Fn() -> usize>, view: Box<dyn Fn(usize) -> AnyView>) -> AnyView {
        let (which, view) = (SendWrapper::new(which), SendWrapper::new(view));
        let which = ArcMemo::new(move |_| which());
        part(move || view(which.get()))
    }
    choose(Box::new(which), Box::new(view))
}

/// Shows what a closure makes, again whenever something it listens to has changed.
pub fn part(view: impl Fn() -> AnyView + 'static) -> AnyView {
    fn part(view: Box<dyn Fn() -> AnyView>) -> AnyView {
        let view = SendWrapper::new(view);
        let view: Box<dyn Fn() -> AnyView + Send> = Box::new(move || view());
        view.into_any()
    }
    part(Box::new(view))
}

/// Shows a view for each key, and keeps it as long as the key is in the list.
pub fn each(
    keys: impl Fn() -> Vec<Key> + 'static,
    view: impl Fn(Key) -> AnyView + 'static,
) -> AnyView {
    type View = std::sync::Arc<SendWrapper<Box<dyn Fn(Key) -> AnyView>>>;
    fn each(keys: SendWrapper<Box<dyn Fn() -> Vec<Key>>>, view: View) -> AnyView {
        view! { <For each=move || keys() key=Key::clone children=move |key| view(key) /> }
            .into_any()
    }
    each(
        SendWrapper::new(Box::new(keys)),
        std::sync::Arc::new(SendWrapper::new(Box::new(view))),
    )
}

/// A text that follows what it is made of.
pub fn text(text: impl Fn() -> String + 'static) -> AnyView {
    fn follow(text: Box<dyn Fn() -> String>) -> AnyView {
        let text = SendWrapper::new(text);
        view! { {move || text()} }.into_any()
    }
    follow(Box::new(text))
}
