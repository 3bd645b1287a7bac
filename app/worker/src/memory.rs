//! Memory, which an engine of maps and short texts asks for and compares all the time.
//!
//! What Rust brings along for wasm is made to be small: an allocator that searches, and a comparison byte by byte.

use std::alloc::Layout;
use std::arch::wasm32::{memory_grow, memory_size};
use std::ffi::c_int;
use std::ptr::NonNull;

use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

#[global_allocator]
static ALLOCATOR: TalcSyncCell<Growth, WasmBinning> = TalcSyncCell::new_wasm(Growth { end: None });

/// A page of wasm.
const PAGE: usize = 1 << 16;
/// Pages that memory grows by, at least.
const STEP: usize = 16;
/// Memory grows by this part of what it is,
const PART: usize = 16;
/// and by no more pages than these (32 MiB): most of the last step may be left over.
const MOST: usize = 512;

/// Where the allocator has its memory from.
///
/// It grows in large steps: after each the browser has a new buffer for all of it, which its garbage collector looks
/// at as if that much had been thrown away. Page by page, it did so four hundred times while a thousand pods started.
#[derive(Debug)]
struct Growth {
    /// Where what has been had so far ends.
    end: Option<NonNull<u8>>,
}

// SAFETY: it asks for nothing from the allocator that it serves.
#[expect(unsafe_code, reason = "memory that no allocator knows yet")]
unsafe impl Source for Growth {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        // A page more than is asked for has room for what the allocator itself needs.
        let needed = (layout.size().saturating_add(layout.align())) / PAGE + 2;
        let wanted = (memory_size::<0>() / PART).clamp(STEP, MOST).max(needed);
        let (before, pages) = match memory_grow::<0>(wanted) {
            usize::MAX => (memory_grow::<0>(needed), needed),
            before => (before, wanted),
        };
        if before == usize::MAX {
            return Err(());
        }
        let base = (before * PAGE) as *mut u8;
        let size = pages * PAGE;
        // SAFETY: these pages are new, and nobody else's.
        talc.source.end = unsafe {
            match talc.source.end.filter(|end| end.as_ptr() == base) {
                Some(end) => Some(talc.extend(end, base.wrapping_add(size))),
                None => talc.claim(base, size),
            }
        };
        talc.source.end.map(drop).ok_or(())
    }
}

/// Compares memory as C's `memcmp` does, eight bytes at a time. The linker takes it instead of the standard library's.
///
/// # Safety
/// There must be `len` bytes at both places.
#[expect(
    unsafe_code,
    unreachable_pub,
    reason = "the compiler calls it by this name, with places and lengths"
)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, len: usize) -> c_int {
    let mut at = 0;
    // SAFETY: `at` and what is read from there stays below `len`; nothing is said about alignment, nor needed.
    unsafe {
        while at + 8 <= len {
            let a = left.add(at).cast::<u64>().read_unaligned();
            let b = right.add(at).cast::<u64>().read_unaligned();
            if a != b {
                return order(u64::from_be(a).cmp(&u64::from_be(b)));
            }
            at += 8;
        }
        while at < len {
            let (a, b) = (*left.add(at), *right.add(at));
            if a != b {
                return order(a.cmp(&b));
            }
            at += 1;
        }
    }
    0
}

fn order(ordering: std::cmp::Ordering) -> c_int {
    ordering as c_int
}
