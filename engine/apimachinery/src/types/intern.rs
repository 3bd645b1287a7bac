//! A small cache of texts that many objects share: default paths, images, condition types, whole sets of managed fields.
//!
//! It is a table of fixed size with one text a slot; a newcomer takes the slot of the one before. Being in it or not
//! changes memory only, never what anything means.

use std::cell::RefCell;
use std::rc::Rc;

use crate::Str;

const STRINGS: usize = 4096;
const TEXTS: usize = 1024;
/// Shorter strings need no memory of their own.
const SHORTEST: usize = ecow::EcoString::INLINE_LIMIT + 1;
const LONGEST: usize = 96;

thread_local! {
    static STRING_SLOTS: RefCell<Vec<Str>> = const { RefCell::new(Vec::new()) };
    static TEXT_SLOTS: RefCell<Vec<Option<Rc<str>>>> = const { RefCell::new(Vec::new()) };
}

fn slot(text: &str, slots: usize) -> usize {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // The low bits of this hash are its weakest.
    (hash >> 20) as usize % slots
}

/// The text as a string that shares its memory with equal ones made here lately.
pub fn intern(text: &str) -> Str {
    if !(SHORTEST..=LONGEST).contains(&text.len()) {
        return text.into();
    }
    STRING_SLOTS.with_borrow_mut(|slots| {
        if slots.is_empty() {
            slots.resize(STRINGS, Str::new());
        }
        let slot = &mut slots[slot(text, STRINGS)];
        if slot != text {
            *slot = text.into();
        }
        slot.clone()
    })
}

/// As [`intern`], for longer texts.
pub(super) fn intern_text(text: String) -> Rc<str> {
    TEXT_SLOTS.with_borrow_mut(|slots| {
        if slots.is_empty() {
            slots.resize(TEXTS, None);
        }
        let slot = &mut slots[slot(&text, TEXTS)];
        match slot {
            Some(shared) if **shared == *text => Rc::clone(shared),
            _ => Rc::clone(slot.insert(text.into())),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_memory() {
        let text = "/var/run/secrets/kubernetes.io/serviceaccount";
        assert_eq!(intern(text).as_ptr(), intern(&String::from(text)).as_ptr());
        assert_eq!(intern("short"), "short");
        let long = "x".repeat(300);
        assert!(Rc::ptr_eq(&intern_text(long.clone()), &intern_text(long)));
    }
}
