//! `Shared<T>`: a copy-on-write reference, the stand-in for Go's `*T` and for large parts of objects.
//!
//! Cloning an object clones pointers only; the first write through `DerefMut` copies the part that is written.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// A copy-on-write, reference-counted `T`.
pub struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(Rc::new(value))
    }

    /// Whether both point at the same memory (then they are equal, too).
    pub fn ptr_eq(a: &Self, b: &Self) -> bool {
        Rc::ptr_eq(&a.0, &b.0)
    }
}

impl<T: Clone> Shared<T> {
    /// Takes the value out, copying it only when it is shared.
    pub fn into_inner(this: Self) -> T {
        Rc::unwrap_or_clone(this.0)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    // One copy of the cloning code per type, not one per use.
    #[inline(never)]
    fn deref_mut(&mut self) -> &mut T {
        // There are never weak references, so this is all that `Rc::make_mut` would have to do.
        if Rc::get_mut(&mut self.0).is_none() {
            self.0 = Rc::new((*self.0).clone());
        }
        match Rc::get_mut(&mut self.0) {
            Some(value) => value,
            None => unreachable!("a fresh Rc has one owner"),
        }
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || *self.0 == *other.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
