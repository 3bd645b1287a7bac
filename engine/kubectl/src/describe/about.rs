//! What a page is made of beside its object: related objects, events, the time. And how every page begins and ends.

use api::core::v1::Event;

use super::Related;
use super::events::events;
use super::page::Page;

/// What is known beside the object.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// What belongs to it.
    pub(crate) related: &'a dyn Related,
    /// Its events, if they are to be shown.
    pub(crate) events: Option<&'a [Event]>,
    /// Now, in microseconds since the epoch.
    pub(crate) now: i64,
}

impl About<'_> {
    /// An empty page.
    pub(crate) fn page(&self) -> Page {
        Page::new(self.now)
    }

    /// The page's text, with the events at its end.
    pub(crate) fn finish(&self, mut page: Page) -> String {
        if let Some(list) = self.events {
            events(&mut page, list);
        }
        page.finish()
    }
}
