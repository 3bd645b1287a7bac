//! How much heap a stored pod takes: the budget on which the store's size rests.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use api::core::v1::Pod;
use apimachinery::codec;

struct Counting;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "counting allocations needs a global allocator")]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.with(|live| live.set(live.get() + layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.with(|live| live.set(live.get() - layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_stored_pod_is_small() {
    let value: serde_json::Value = serde_json::from_str(include_str!("pod.json")).unwrap();
    let before = LIVE.with(Cell::get);
    let pod: Pod = codec::from_value(&value).unwrap();
    let heap = LIVE.with(Cell::get) - before;
    let total = heap as usize + size_of::<Pod>();
    println!(
        "stored pod: {total} bytes ({} in the struct itself)",
        size_of::<Pod>()
    );
    assert!(total <= 5632, "{total}");
    assert_eq!(codec::to_value(&pod), value);

    // A new version of which only the status changes shares the rest.
    let before = LIVE.with(Cell::get);
    let mut next = pod.clone();
    next.status.phase = "Failed".into();
    let heap = (LIVE.with(Cell::get) - before) as usize + size_of::<Pod>();
    println!("next version: {heap} bytes");
    assert!(std::ptr::addr_eq(
        &raw const *next.spec,
        &raw const *pod.spec
    ));
    assert!(heap <= 3072, "{heap}");
}
