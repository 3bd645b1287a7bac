//! File systems that hold nothing but what can be made again.
//!
//! Almost all containers never change the files that they were given, and nobody looks at them after the start. So
//! their trees are made when somebody looks, and a shelf keeps the few that were made last; the others are put away
//! until the next look. A file system that somebody changes keeps its tree from then on.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use super::fs::Inner;
use super::inode::Tree;

/// Makes a tree, always the same one.
pub type Recipe = Rc<dyn Fn() -> Tree>;

/// How many trees are kept that could be made again.
const PLACES: usize = 128;

/// The trees made last. Clones are the same shelf.
#[derive(Clone, Default)]
pub struct Shelf(Rc<RefCell<VecDeque<Weak<RefCell<Inner>>>>>);

impl Shelf {
    /// Takes note of a file system whose tree has just been made, and puts that of another away if there are too many.
    pub(super) fn note(&self, made: &Rc<RefCell<Inner>>) {
        let mut all = self.0.borrow_mut();
        all.push_back(Rc::downgrade(made));
        if all.len() <= PLACES {
            return;
        }
        let Some(oldest) = all.pop_front() else {
            return;
        };
        let used = oldest.upgrade().is_some_and(|oldest| {
            oldest
                .try_borrow_mut()
                .map_or(true, |mut oldest| !oldest.put_away())
        });
        if used {
            all.push_back(oldest);
        }
    }
}
