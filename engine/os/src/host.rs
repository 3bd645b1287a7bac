//! What programs ask of the world outside the machine: an editor to be opened, a hint to be shown.
//!
//! The embedder (page, native binary) takes the events from the queue when it likes; programs wait for answers where
//! there is one to wait for.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use sim::oneshot;

/// Hints kept for an embedder that does not look.
const MAX_EVENTS: usize = 64;

/// The playground's own words under an error; never part of a program's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// One line.
    pub text: String,
}

/// How editing a file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditOutcome {
    /// Saved at least once and closed; the new text.
    Saved(String),
    /// Closed without saving.
    Closed,
}

/// A program wants a file edited, and waits for the end of it.
#[derive(Debug)]
pub struct EditRequest {
    /// Numbers the request.
    pub id: u32,
    /// Absolute path.
    pub path: String,
    /// The present text; empty when there is no file yet.
    pub text: String,
    /// Line to go to, from 1.
    pub line: u32,
}

/// Something for the embedder.
#[derive(Debug)]
pub enum HostEvent {
    /// Show the playground's own words.
    Hint(Hint),
    /// Open an editor.
    Edit(EditRequest),
}

/// Events of one machine, and answers to them; clones share the queue.
#[derive(Clone, Default)]
pub struct HostQueue(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    events: VecDeque<HostEvent>,
    last_id: u32,
    edits: Vec<(u32, oneshot::Sender<EditOutcome>)>,
    can_edit: bool,
}

impl HostQueue {
    /// Says that there is someone who opens editors; without it, programs are told that there is none.
    pub fn set_can_edit(&self, can_edit: bool) {
        self.0.borrow_mut().can_edit = can_edit;
    }

    /// Whether editors can be opened.
    pub fn can_edit(&self) -> bool {
        self.0.borrow().can_edit
    }

    /// Takes the oldest event.
    pub fn next_event(&self) -> Option<HostEvent> {
        self.0.borrow_mut().events.pop_front()
    }

    /// Answers an [`EditRequest`]; false if nobody waits for it any more.
    pub fn edit_done(&self, id: u32, outcome: EditOutcome) -> bool {
        let mut inner = self.0.borrow_mut();
        let Some(at) = inner.edits.iter().position(|(known, _)| *known == id) else {
            return false;
        };
        let (_, sender) = inner.edits.remove(at);
        sender.send(outcome).is_ok()
    }

    /// Whether a program waits for the end of this editing.
    pub fn is_editing(&self, id: u32) -> bool {
        let inner = self.0.borrow();
        let mut edits = inner.edits.iter();
        edits.any(|(known, sender)| *known == id && !sender.is_canceled())
    }

    pub(crate) fn hint(&self, text: &str) {
        let mut inner = self.0.borrow_mut();
        if inner.events.len() < MAX_EVENTS {
            let text = text.to_owned();
            inner.events.push_back(HostEvent::Hint(Hint { text }));
        }
    }

    pub(crate) fn edit(
        &self,
        path: String,
        text: String,
        line: u32,
    ) -> oneshot::Receiver<EditOutcome> {
        let (sender, receiver) = oneshot::channel();
        let mut inner = self.0.borrow_mut();
        inner.last_id += 1;
        let id = inner.last_id;
        inner.edits.retain(|(_, sender)| !sender.is_canceled());
        inner.edits.push((id, sender));
        inner.events.push_back(HostEvent::Edit(EditRequest {
            id,
            path,
            text,
            line,
        }));
        receiver
    }
}
