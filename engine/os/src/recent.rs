//! Equal texts held once: lines of logs, variables and small files that many containers have in common.
//!
//! It knows the texts of late only, by a table of fixed size, so it needs no care and holds no more than that. What is
//! shared by it lives as long as whoever has it.

use std::cell::RefCell;
use std::rc::Rc;

/// How many texts it knows.
const SLOTS: usize = 1024;
/// Longer texts are not worth a look.
const LIMIT: usize = 4096;

/// The texts of late. Clones are the same table.
pub struct Recent<T: ?Sized>(Rc<RefCell<Vec<Option<Rc<T>>>>>);

impl<T: ?Sized> Clone for Recent<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: ?Sized> Default for Recent<T> {
    fn default() -> Self {
        Self(Rc::default())
    }
}

impl<T: ?Sized + AsRef<[u8]> + Eq> Recent<T>
where
    Rc<T>: for<'a> From<&'a T>,
{
    /// The text, shared with an equal one of late if there is one.
    pub fn share(&self, text: &T) -> Rc<T> {
        let bytes = text.as_ref();
        if bytes.len() > LIMIT {
            return text.into();
        }
        let mut slots = self.0.borrow_mut();
        if slots.is_empty() {
            slots.resize(SLOTS, None);
        }
        let slot = &mut slots[slot_of(bytes)];
        match slot {
            Some(known) if **known == *text => Rc::clone(known),
            _ => Rc::clone(slot.insert(text.into())),
        }
    }
}

/// FNV-1a.
fn slot_of(bytes: &[u8]) -> usize {
    let hash = bytes.iter().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    (hash ^ (hash >> 16)) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        let texts = Recent::<str>::default();
        let (a, b) = (texts.share("PATH"), texts.share("PATH"));
        assert!(Rc::ptr_eq(&a, &b));
        for i in 0..10 * SLOTS {
            assert_eq!(&*texts.share(&i.to_string()), i.to_string());
        }
        assert_eq!(&*a, "PATH");
    }
}
