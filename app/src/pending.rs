//! Patches of the read model on their way to the stores, in portions.
//!
//! A thousand pods that start say more than can be drawn while a person types. What the engine says to the terminal
//! goes there at once ([`bridge`](crate::bridge)); what it says about the cluster waits here when there is much of it: the
//! last word about an object takes the place of the one before, and the page rests between two portions for as long as
//! a portion costs it several times over, and while somebody types. A single patch is never kept waiting.

use view::ViewPatch;

/// Pods and nodes drawn at a time.
const PORTION: usize = 32;
/// Milliseconds between two portions, at least and at most.
const REST: (f64, f64) = (50.0, 400.0);
/// The page rests so many times as long as a portion took.
const SHARE: f64 = 3.0;

/// More than this many patches wait for a pause in the typing, as long as [`REST`] allows.
const FEW: usize = 8;
/// Milliseconds after a key: a pause.
const PAUSE: f64 = 100.0;

/// What waits.
#[derive(Default)]
pub(crate) struct Pending {
    waiting: Vec<ViewPatch>,
    /// When (ms) the next portion may be drawn.
    next: f64,
    /// When the last one was.
    last: f64,
    /// When the pause after the last key begins.
    pause: f64,
}

impl Pending {
    /// More has come.
    pub(crate) fn add(&mut self, patches: Vec<ViewPatch>) {
        for patch in patches {
            if matches!(patch, ViewPatch::Reset) {
                self.waiting.clear();
            }
            let mut waiting = self.waiting.iter_mut().rev();
            match waiting.find(|old| replaces(&patch, old)) {
                Some(old) => *old = patch,
                None => self.waiting.push(patch),
            }
        }
    }

    /// A key was pressed.
    pub(crate) fn typed(&mut self, now: f64) {
        self.pause = now + PAUSE;
    }

    /// When the next portion may be drawn.
    fn begins(&self) -> f64 {
        match self.waiting.len() > FEW {
            true => self.next.max(self.pause.min(self.last + REST.1)),
            false => self.next,
        }
    }

    /// What is to be drawn at the moment `now`; all of it for a page that nobody sees.
    pub(crate) fn portion(&mut self, now: f64, unseen: bool) -> Vec<ViewPatch> {
        if now < self.begins() && !unseen {
            return Vec::new();
        }
        let mut room = if unseen { usize::MAX } else { PORTION };
        let end = self.waiting.iter().position(|patch| {
            room -= usize::from(is_drawn(patch));
            room == 0
        });
        let end = end.map_or(self.waiting.len(), |last| last + 1);
        if end > 0 {
            self.next = now + REST.0;
            self.last = now;
        }
        self.waiting.drain(..end).collect()
    }

    /// A portion that was begun at this moment has taken so long.
    pub(crate) fn took(&mut self, began: f64, cost: f64) {
        self.next = began + (cost * (SHARE + 1.0)).clamp(REST.0, REST.1);
    }

    /// Milliseconds until the next portion, if there is one.
    pub(crate) fn due(&self, now: f64) -> Option<u32> {
        (!self.waiting.is_empty()).then(|| (self.begins() - now).clamp(0.0, REST.1).ceil() as u32)
    }
}

/// Whether there is nothing to be said any more by the older one.
fn replaces(new: &ViewPatch, old: &ViewPatch) -> bool {
    match (new, old) {
        (ViewPatch::Pod(new), ViewPatch::Pod(old)) => new.uid == old.uid,
        (ViewPatch::PodGone(new), ViewPatch::Pod(old)) => *new == old.uid,
        (ViewPatch::Node(new), ViewPatch::Node(old)) => new.uid == old.uid,
        (ViewPatch::NodeGone(new), ViewPatch::Node(old)) => *new == old.uid,
        (ViewPatch::Event(new), ViewPatch::Event(old)) => new.uid == old.uid,
        _ => false,
    }
}

/// Whether it costs something to draw.
fn is_drawn(patch: &ViewPatch) -> bool {
    matches!(
        patch,
        ViewPatch::Pod(_) | ViewPatch::PodGone(_) | ViewPatch::Node(_) | ViewPatch::NodeGone(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use view::PodView;

    fn pod(uid: usize, status: &str) -> ViewPatch {
        ViewPatch::Pod(PodView {
            uid: uid.to_string(),
            status: status.into(),
            ..PodView::default()
        })
    }

    #[test]
    fn a_patch_alone_does_not_wait_and_many_come_in_portions() {
        let mut pending = Pending::default();
        pending.add(vec![pod(1, "Pending")]);
        assert_eq!(pending.portion(1000.0, false), [pod(1, "Pending")]);
        assert_eq!(pending.due(1000.0), None);

        pending.add((0..100).map(|uid| pod(uid, "Pending")).collect());
        assert_eq!(pending.portion(1010.0, false), []);
        assert_eq!(pending.due(1010.0), Some(40));
        assert_eq!(pending.portion(1050.0, false).len(), PORTION);
        pending.took(1050.0, 20.0);
        assert_eq!(pending.due(1070.0), Some(60));
        // A portion that took forever does not stop the page.
        pending.took(1050.0, 9000.0);
        assert_eq!(pending.due(1050.0), Some(400));
        assert_eq!(pending.portion(1051.0, true).len(), 100 - PORTION);
    }

    #[test]
    fn a_crowd_waits_for_a_pause_in_the_typing_but_not_for_long() {
        let mut pending = Pending::default();
        pending.add((0..100).map(|uid| pod(uid, "Pending")).collect());
        assert_eq!(pending.portion(1000.0, false).len(), PORTION);
        pending.typed(1040.0);
        assert_eq!(pending.portion(1060.0, false), []);
        assert_eq!(pending.due(1060.0), Some(80));
        // Somebody who types without a pause sees the map change all the same.
        pending.typed(1390.0);
        assert_eq!(pending.due(1390.0), Some(10));
        assert_eq!(pending.portion(1400.0, false).len(), PORTION);
        // What is little does not wait.
        pending.portion(2000.0, false);
        pending.portion(3000.0, false);
        pending.add(vec![pod(1, "Running")]);
        pending.typed(3090.0);
        assert_eq!(pending.portion(3100.0, false).len(), 1);
    }

    #[test]
    fn the_last_word_about_a_pod_counts_and_a_new_cluster_forgets_the_old_one() {
        let mut pending = Pending::default();
        pending.add(vec![
            pod(1, "Pending"),
            pod(2, "Pending"),
            pod(1, "Running"),
        ]);
        pending.add(vec![ViewPatch::PodGone("2".into())]);
        let wanted = [pod(1, "Running"), ViewPatch::PodGone("2".into())];
        assert_eq!(pending.portion(0.0, false), wanted);
        pending.add(vec![pod(3, "Pending"), ViewPatch::Reset, pod(4, "Pending")]);
        let wanted = [ViewPatch::Reset, pod(4, "Pending")];
        assert_eq!(pending.portion(1000.0, false), wanted);
    }
}
