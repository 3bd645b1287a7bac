//! Sizes of the panes and what is in front on a phone; remembered by the browser.

use super::live::{Live, live};
use crate::interop::{browser, media, remember};

/// The list of all lessons, in the address behind `#`.
pub const HOME: &str = "lessons";

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

/// A size that a person can change: pixels, or thousandths of what there is.
#[derive(Clone, Copy)]
pub struct Size {
    /// Its present value.
    pub value: Live<i32>,
    /// Its name in the browser's memory.
    name: &'static str,
    /// Smallest value.
    pub min: i32,
    /// Largest value.
    pub max: i32,
    default: i32,
}

impl Size {
    fn new(name: &'static str, min: i32, default: i32, max: i32) -> Size {
        let kept = remember::get(name).and_then(|text| text.parse().ok());
        let value = live(kept.unwrap_or(default).clamp(min, max));
        Size {
            value,
            name,
            min,
            max,
            default,
        }
    }

    /// Sets it, within its bounds.
    pub fn set(&self, value: i32) {
        self.value.put(value.clamp(self.min, self.max));
    }

    /// Remembers it for the next visit.
    pub fn keep(&self) {
        remember::set(self.name, &self.value.get_untracked().to_string());
    }

    /// Sets it back to what it was made as.
    pub fn restore(&self) {
        self.value.put(self.default);
        remember::forget(self.name);
    }
}

/// Sizes of panes.
#[derive(Clone, Copy)]
pub struct LayoutStore {
    /// The lesson's width.
    pub lesson: Size,
    /// The map's part of the height.
    pub map: Size,
    /// The terminal's part of the width, beside the editor.
    pub terminal: Size,
    /// The dock's width.
    pub dock: Size,
    /// Whether the list of all lessons covers the page.
    pub home: Live<bool>,
    /// Whether the page is a part of another one: less of it is shown.
    pub embedded: bool,
    /// Whether the lesson is folded away.
    pub lesson_hidden: Live<bool>,
    /// What is in front on a phone.
    pub tab: Live<PhoneTab>,
}

impl LayoutStore {
    /// The layout as it was left.
    pub fn new() -> Self {
        LayoutStore {
            lesson: Size::new("lesson-width", 256, 352, 640),
            map: Size::new("map-share", 150, 500, 800),
            terminal: Size::new("terminal-share", 200, 520, 800),
            dock: Size::new("dock-width", 320, 432, 960),
            home: live(browser::fragment() == HOME),
            embedded: browser::query("embed").is_some(),
            lesson_hidden: live(remember::get("lesson-hidden").is_some()),
            tab: live(PhoneTab::Lesson),
        }
    }

    /// The sizes as custom properties for the style sheet.
    pub fn style(&self) -> String {
        let (map, terminal) = (self.map.value.get(), self.terminal.value.get());
        format!(
            "--lesson-width:{}px;--dock-width:{}px;--map-share:{map}fr;--desk-share:{}fr;\
             --terminal-share:{terminal}fr;--editor-share:{}fr",
            self.lesson.value.get(),
            self.dock.value.get(),
            1000 - map,
            1000 - terminal,
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
        self.tab.put(tab);
    }

    /// Whether the screen has room for one pane only.
    pub fn is_phone(&self) -> bool {
        media::matches(media::PHONE)
    }
}

impl Default for LayoutStore {
    fn default() -> Self {
        LayoutStore::new()
    }
}
