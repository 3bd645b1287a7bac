//! What the page has to say beside the terminal: to the eye as a notice, to the ear through a live region.

use std::sync::Arc;

use gloo_timers::callback::Timeout;

use super::live::{Live, live};

/// Milliseconds until what is merely good to know goes by itself.
const INFO: u32 = 10_000;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Good to know; goes by itself.
    Info,
    /// Something went wrong; stays until it is closed.
    Trouble,
}

/// What a notice's button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Brings back the cluster that was put aside.
    BringBack,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Counts up.
    pub id: u32,
    /// How much it matters.
    pub weight: Weight,
    /// What is said.
    pub text: Arc<str>,
    /// What can be done about it: a button's label, and what it does.
    pub act: Option<(&'static str, Act)>,
}

/// Notices on show, and the last thing said to screen readers.
#[derive(Clone, Copy)]
pub struct NoticesStore {
    /// On show, oldest first.
    pub list: Live<Vec<Notice>>,
    /// The polite live region's text.
    pub spoken: Live<String>,
    next: Live<u32>,
}

impl NoticesStore {
    /// Nothing to say.
    pub fn new() -> Self {
        NoticesStore {
            list: live(Vec::new()),
            spoken: live(String::new()),
            next: live(1),
        }
    }

    /// Shows a notice, and says it.
    pub fn show(&self, weight: Weight, text: impl Into<Arc<str>>) {
        self.put(weight, text.into(), None);
    }

    /// Shows a notice with something that can be done about it: a button with this label, which does this.
    pub fn offer(&self, text: &str, label: &'static str, act: Act) {
        self.put(Weight::Info, text.into(), Some((label, act)));
    }

    fn put(&self, weight: Weight, text: Arc<str>, act: Option<(&'static str, Act)>) {
        let id = self.next.get_untracked();
        self.next.set(id + 1);
        self.say(&text);
        self.list.update(|list| {
            list.retain(|notice| notice.text != text);
            list.push(Notice {
                id,
                weight,
                text,
                act,
            });
            let surplus = list.len().saturating_sub(4);
            list.drain(..surplus);
        });
        if weight == Weight::Info {
            let list = self.list;
            let close = move || list.update(|list| list.retain(|notice| notice.id != id));
            Timeout::new(INFO, close).forget();
        }
    }

    /// Takes a notice away.
    pub fn close(&self, id: u32) {
        self.list
            .update(|list| list.retain(|notice| notice.id != id));
    }

    /// Takes away the notice of this text.
    pub fn withdraw(&self, text: &str) {
        let there = |list: &Vec<Notice>| list.iter().any(|notice| &*notice.text == text);
        if self.list.with_untracked(there) {
            self.list
                .update(|list| list.retain(|notice| &*notice.text != text));
        }
    }

    /// Says something to screen readers alone.
    pub fn say(&self, text: &str) {
        self.spoken.set(text.into());
    }
}

impl Default for NoticesStore {
    fn default() -> Self {
        NoticesStore::new()
    }
}
