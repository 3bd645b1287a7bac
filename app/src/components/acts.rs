//! What the buttons of written views do: `data-do` names it, `data-of` says with what.

use view::ToEngine;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::faults;
use super::inspector::content::addressed;
use crate::bridge::{Bridge, page};
use crate::state::Stores;
use crate::state::inspector::Dock;
use crate::state::layout::PhoneTab;

/// A listener for clicks, for the element around written views.
pub fn clicks() -> impl Fn(MouseEvent) + Clone + 'static {
    let (stores, bridge) = page();
    move |event| {
        let target = event.target().and_then(|target| target.dyn_into().ok());
        let pressed = target.and_then(|target: Element| target.closest("[data-do]").ok()?);
        if let Some(button) = pressed {
            let of = button.get_attribute("data-of").unwrap_or_default();
            act(
                stores,
                bridge,
                &button.get_attribute("data-do").unwrap_or_default(),
                &of,
            );
        }
    }
}

/// Does it.
pub fn act(stores: Stores, bridge: Bridge, name: &str, of: &str) {
    let lesson = stores.lesson;
    match name {
        "type" => {
            stores.layout.show(PhoneTab::Terminal);
            stores.terminal.propose(of);
        }
        "lesson" => {
            stores.layout.home.put(false);
            bridge.open_lesson(of);
        }
        "language" => bridge.choose_language(of),
        "home" => {
            stores.layout.home.put(true);
            stores.layout.show(PhoneTab::Lesson);
        }
        "back" => stores.layout.home.put(false),
        "free" => bridge.free_play(),
        "show" => bridge.show_me(of.parse().unwrap_or(usize::MAX)),
        "restart" => bridge.restart_step(of.parse().unwrap_or(0)),
        "skip" => bridge.skip_step(),
        "hint" => lesson.more_hints(of.parse().unwrap_or(0)),
        "answer" => {
            let mut parts = of.split('/').filter_map(|part| part.parse().ok());
            if let (Some(question), Some(answer)) = (parts.next(), parts.next()) {
                lesson.answer(question, answer);
            }
        }
        "open-folder" => bridge.open_own_lesson(true),
        "open-files" => bridge.open_own_lesson(false),
        "object" => stores.inspector.dock.set(Dock::Object(addressed(of))),
        "break" => {
            if let Some(fault) = faults::fault(of) {
                bridge.send(ToEngine::Fault(fault));
            }
        }
        "heal" => bridge.send(ToEngine::Heal(of.parse().ok())),
        _ => {}
    }
}
