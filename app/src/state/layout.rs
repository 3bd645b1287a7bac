//! Sizes of the panes and what is in front on a phone; remembered by the browser.

use leptos::prelude::*;

use crate::interop::{media, remember};

/// The phone's tabs, one pane each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneTab {
    /// The lesson.
    Lesson,
    /// The cluster map.
    Map,
    /// The terminal.
    Terminal,
    /// The editor.
    Editor,
}

impl PhoneTab {
    /// All, in the tab bar's order.
    pub const ALL: [PhoneTab; 4] = [
        PhoneTab::Lesson,
        PhoneTab::Map,
        PhoneTab::Terminal,
        PhoneTab::Editor,
    ];

    /// Its name in the style sheet.
    pub fn id(self) -> &'static str {
        match self {
            PhoneTab::Lesson => "lesson",
            PhoneTab::Map => "map",
            PhoneTab::Terminal => "terminal",
            PhoneTab::Editor => "editor",
        }
    }
}

/// A size that a person can change.
#[derive(Clone, Copy)]
pub struct Size {
    /// Its present value.
    pub value: RwSignal<f64>,
    /// Its name in the browser's memory.
    name: &'static str,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    default: f64,
}

impl Size {
    fn new(name: &'static str, min: f64, default: f64, max: f64) -> Size {
        let kept = remember::get(name).and_then(|text| text.parse().ok());
        let value = kept.unwrap_or(default).clamp(min, max);
        Size {
            value: RwSignal::new(value),
            name,
            min,
            max,
            default,
        }
    }

    /// Sets it, within its bounds.
    pub fn set(&self, value: f64) {
        self.value.set(value.clamp(self.min, self.max));
    }

    /// Remembers it for the next visit.
    pub fn keep(&self) {
        remember::set(self.name, &format!("{:.1}", self.value.get_untracked()));
    }

    /// Sets it back to what it was made as.
    pub fn restore(&self) {
        self.value.set(self.default);
        remember::forget(self.name);
    }
}

/// Sizes of panes.
#[derive(Clone, Copy)]
pub struct LayoutStore {
    /// The lesson's width in rem.
    pub lesson: Size,
    /// The map's part of the height in percent.
    pub map: Size,
    /// The terminal's part of the width in percent, beside the editor.
    pub terminal: Size,
    /// The dock's width in rem.
    pub dock: Size,
    /// Whether the lesson is folded away.
    pub lesson_hidden: RwSignal<bool>,
    /// What is in front on a phone.
    pub tab: RwSignal<PhoneTab>,
    /// Whether the screen is that narrow.
    pub phone: RwSignal<bool>,
}

impl LayoutStore {
    /// The layout as it was left.
    pub fn new() -> Self {
        let phone = RwSignal::new(media::matches(media::PHONE));
        media::watch(media::PHONE, move |narrow| phone.set(narrow));
        LayoutStore {
            lesson: Size::new("lesson-width", 16.0, 22.0, 40.0),
            map: Size::new("map-share", 15.0, 50.0, 80.0),
            terminal: Size::new("terminal-share", 20.0, 52.0, 80.0),
            dock: Size::new("dock-width", 20.0, 27.0, 60.0),
            lesson_hidden: RwSignal::new(remember::get("lesson-hidden").is_some()),
            tab: RwSignal::new(PhoneTab::Lesson),
            phone,
        }
    }

    /// The sizes as custom properties for the style sheet.
    pub fn style(&self) -> String {
        let (map, terminal) = (self.map.value.get(), self.terminal.value.get());
        format!(
            "--lesson-width:{:.2}rem;--dock-width:{:.2}rem;--map-share:{map:.2}fr;--desk-share:{:.2}fr;\
             --terminal-share:{terminal:.2}fr;--editor-share:{:.2}fr",
            self.lesson.value.get(),
            self.dock.value.get(),
            100.0 - map,
            100.0 - terminal,
        )
    }

    /// Folds the lesson away, or back.
    pub fn toggle_lesson(&self) {
        self.lesson_hidden.update(|hidden| *hidden = !*hidden);
        if self.lesson_hidden.get_untracked() {
            remember::set("lesson-hidden", "1");
        } else {
            remember::forget("lesson-hidden");
        }
    }

    /// Brings a pane to the front, where only one has room.
    pub fn show(&self, tab: PhoneTab) {
        if self.tab.get_untracked() != tab {
            self.tab.set(tab);
        }
    }
}

impl Default for LayoutStore {
    fn default() -> Self {
        LayoutStore::new()
    }
}
