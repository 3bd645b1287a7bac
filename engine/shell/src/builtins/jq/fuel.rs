//! What a filter may use up: steps, depth and size, counted where jaq cannot be interrupted.
//!
//! Every term that is evaluated costs a step (see `machine`), every value that is made costs as much as it is long. Once
//! something is used up, [`why`] says what, and the machine answers all further terms with a halt.

use std::cell::Cell;

/// Steps for one run of the program: less than a second.
pub(super) const STEPS: u64 = if cfg!(debug_assertions) {
    250_000
} else {
    4_000_000
};
/// The weight of one value: so many elements, or sixteen times as many bytes of text.
const MAX_WEIGHT: u64 = 1_500_000;
/// Values may be nested as deep as this.
pub(super) const MAX_DEPTH: u32 = 1_000;
/// Bytes of the machine's stack that nested evaluation may take. What the browser grants is least, and unoptimized frames
/// are large.
const STACK: usize = if cfg!(target_family = "wasm") {
    128 << 10
} else if cfg!(debug_assertions) {
    900 << 10
} else {
    400 << 10
};

/// What was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Steps,
    Stack,
    Size,
}

impl Why {
    pub(super) fn text(self) -> &'static str {
        match self {
            Why::Steps => "the filter takes too many steps",
            Why::Stack => "the filter recurses too deeply",
            Why::Size => "the result is too large",
        }
    }
}

/// How large a value is with all that is in it, counted as often as it is in there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub(super) weight: u64,
    pub(super) depth: u32,
}

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(0) };
    static BASE: Cell<usize> = const { Cell::new(0) };
    static WHY: Cell<Option<Why>> = const { Cell::new(None) };
}

/// An address near the end of the stack.
#[inline(never)]
fn here() -> usize {
    let mark = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&mark)).addr()
}

/// From here on, this much is left; gives what `work` makes of it and what is left then.
pub(super) fn metered<T>(left: u64, work: impl FnOnce() -> T) -> (T, u64) {
    LEFT.set(left);
    BASE.set(here());
    WHY.set(None);
    let done = work();
    (done, LEFT.get())
}

/// What was used up since the last [`metered`].
pub(super) fn why() -> Option<Why> {
    WHY.get()
}

pub(super) fn exhausted(by: Why) {
    WHY.set(WHY.get().or(Some(by)));
}

/// Counts work; whether it may still be done.
pub(super) fn spend(steps: usize) -> bool {
    let left = LEFT.get().saturating_sub(steps as u64);
    LEFT.set(left);
    if left == 0 {
        exhausted(Why::Steps);
    }
    WHY.get().is_none()
}

/// Counts a term that is about to be evaluated; whether it may be.
pub(super) fn step() -> bool {
    if here().abs_diff(BASE.get()) > STACK {
        exhausted(Why::Stack);
    }
    spend(1)
}

/// Whether a value of that size may be made.
pub(super) fn allows(size: Size) -> bool {
    let allowed = size.weight <= MAX_WEIGHT && size.depth <= MAX_DEPTH;
    if !allowed {
        exhausted(Why::Size);
    }
    allowed
}

/// Whether a text of that many bytes may be made; counts the work.
pub(super) fn text(bytes: usize) -> bool {
    let weight = bytes as u64 / 16 + 1;
    allows(Size { weight, depth: 0 }) && spend(bytes / 16 + 1)
}
