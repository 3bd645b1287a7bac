//! Values that can be watched: the page's signals.
//!
//! Leptos' own signals and memos carry a copy of their machinery for every type they hold. The page holds some forty
//! types, and its module has to fit beside a terminal into the few hundred kilobytes that are loaded before the first
//! paint. Here a value lies in a plain cell, and only a trigger beside it, which is the same for all types, takes part
//! in the reactive graph. They are read and written like Leptos' own.

use std::cell::RefCell;
use std::sync::Arc;

use leptos::prelude::*;
use reactive_graph::computed::ArcMemo;
use reactive_graph::signal::ArcTrigger;
use send_wrapper::SendWrapper;

/// A value that can be watched.
pub struct Watched<T: 'static> {
    value: SendWrapper<RefCell<T>>,
    changed: ArcTrigger,
}

/// A value that lives as long as the page.
pub type Live<T> = &'static Watched<T>;

/// A value that lives as long as somebody holds it.
pub type Row<T> = Arc<Watched<T>>;

/// A value that lives as long as the page.
pub fn live<T>(value: T) -> Live<T> {
    Box::leak(Box::new(Watched::new(value)))
}

impl<T> Watched<T> {
    /// A value to be watched.
    pub fn new(value: T) -> Watched<T> {
        Watched {
            value: SendWrapper::new(RefCell::new(value)),
            changed: ArcTrigger::new(),
        }
    }

    /// Reads it, and listens to it.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.changed.track();
        read(&self.value.borrow())
    }

    /// Reads it without listening.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.value.borrow())
    }

    /// Changes it, and tells everyone.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        self.changed.notify();
    }

    /// Changes it, and tells nobody: for what is not shown.
    pub fn quietly<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.value.borrow_mut())
    }

    /// Replaces it, and tells everyone.
    pub fn set(&self, value: T) {
        drop(self.value.replace(value));
        self.changed.notify();
    }
}

impl<T: Clone> Watched<T> {
    /// Its value; listens to it.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// Its value, without listening.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: PartialEq> Watched<T> {
    /// Replaces it, and tells everyone if that makes a difference.
    pub fn put(&self, value: T) {
        if self.with_untracked(|old| *old != value) {
            self.set(value);
        }
    }
}

/// A value that follows from others, computed again when one of them has changed and somebody asks; whoever listens
/// hears only of real differences.
pub struct Derivation<T: 'static> {
    value: &'static Slot<T>,
    /// How often the value has become another one.
    version: ArcMemo<u32>,
}

/// Empty until somebody asks for the first time.
type Slot<T> = SendWrapper<RefCell<Option<T>>>;

/// A derived value that lives as long as the page.
pub type Derived<T> = &'static Derivation<T>;

/// A derived value that lives as long as the page.
pub fn derived<T: PartialEq>(compute: impl Fn() -> T + 'static) -> Derived<T> {
    let value: &'static Slot<T> = Box::leak(Box::new(SendWrapper::new(RefCell::new(None))));
    let version = version(Box::new(move || {
        let new = Some(compute());
        let differs = *value.borrow() != new;
        if differs {
            *value.borrow_mut() = new;
        }
        differs
    }));
    Box::leak(Box::new(Derivation { value, version }))
}

impl<T: Default> Derivation<T> {
    /// Reads it, and listens to it.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        let _ = self.version.get();
        match &*self.value.borrow() {
            Some(value) => read(value),
            None => read(&T::default()),
        }
    }

    /// Reads it without listening.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        let _ = self.version.get_untracked();
        match &*self.value.borrow() {
            Some(value) => read(value),
            None => read(&T::default()),
        }
    }
}

impl<T: Clone + Default> Derivation<T> {
    /// Its value; listens to it.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// Its value, without listening.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }
}

fn version(recompute: Box<dyn Fn() -> bool>) -> ArcMemo<u32> {
    let recompute = SendWrapper::new(recompute);
    ArcMemo::new(move |version: Option<&u32>| {
        version.copied().unwrap_or(0) + u32::from(recompute())
    })
}

/// Runs now and again whenever something it listens to has changed.
pub fn watch(run: impl FnMut() + 'static) {
    fn watch(mut run: Box<dyn FnMut()>) {
        Effect::new(move |_: Option<()>| run());
    }
    watch(Box::new(run));
}
