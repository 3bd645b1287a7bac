//! Memory, which an engine of maps and short texts asks for and compares all the time.
//!
//! What Rust brings along for wasm is made to be small: an allocator that searches, and a comparison byte by byte.

use std::ffi::c_int;

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

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
