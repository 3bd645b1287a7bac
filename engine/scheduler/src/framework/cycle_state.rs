//! What plugins remember from one extension point to the next within one cycle (`framework.CycleState`).

use std::any::{Any, TypeId};
use std::rc::Rc;

/// The notes of one scheduling cycle: at most one of each type.
///
/// Cloning it is cheap, and changing a note of the clone does not change the original: preemption tries out what would
/// be if pods were gone.
#[derive(Clone, Default)]
pub struct CycleState {
    notes: Vec<(TypeId, Rc<dyn Any>)>,
    /// Plugins, by their place in the list, whose Filter has nothing to say about this pod.
    pub skip_filter: u64,
    /// Plugins, by their place in the list, whose Score has nothing to say about this pod.
    pub skip_score: u64,
}

impl CycleState {
    /// Puts a note, in place of an earlier one of its type.
    pub fn write<T: 'static>(&mut self, note: T) {
        let id = TypeId::of::<T>();
        let note: Rc<dyn Any> = Rc::new(note);
        match self.notes.iter_mut().find(|(i, _)| *i == id) {
            Some(slot) => slot.1 = note,
            None => self.notes.push((id, note)),
        }
    }

    /// The note of that type.
    pub fn read<T: 'static>(&self) -> Option<&T> {
        let id = TypeId::of::<T>();
        let (_, note) = self.notes.iter().find(|(i, _)| *i == id)?;
        note.downcast_ref()
    }

    /// The note of that type, to change; copied first if a clone of this state shares it.
    pub fn modify<T: Clone + 'static>(&mut self) -> Option<&mut T> {
        let id = TypeId::of::<T>();
        let (_, note) = self.notes.iter_mut().find(|(i, _)| *i == id)?;
        if Rc::get_mut(note).is_none() {
            let copy: T = note.downcast_ref::<T>()?.clone();
            *note = Rc::new(copy);
        }
        Rc::get_mut(note)?.downcast_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_changed_alone() {
        let mut state = CycleState::default();
        state.write(vec![1]);
        state.write("note");
        let mut copy = state.clone();
        copy.modify::<Vec<i32>>().expect("written above").push(2);
        assert_eq!(state.read::<Vec<i32>>(), Some(&vec![1]));
        assert_eq!(copy.read::<Vec<i32>>(), Some(&vec![1, 2]));
        assert_eq!(copy.read::<&str>(), Some(&"note"));
        assert_eq!(copy.read::<u8>(), None);
    }
}
