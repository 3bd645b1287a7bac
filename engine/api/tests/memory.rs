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

/// Heap bytes that `make` leaves allocated, with what it made.
fn heap_of<T>(make: impl FnOnce() -> T) -> (usize, T) {
    let before = LIVE.with(Cell::get);
    let made = make();
    ((LIVE.with(Cell::get) - before) as usize, made)
}

#[test]
fn a_stored_pod_is_small() {
    let value: serde_json::Value = serde_json::from_str(include_str!("pod.json")).unwrap();
    let read = || codec::from_value::<Pod>(&value).unwrap();
    // The first one also fills the cache of shared texts.
    let (_, first) = heap_of(read);
    let (heap, pod) = heap_of(read);
    let total = heap + size_of::<Pod>();
    println!(
        "stored pod: {total} bytes ({} in the struct itself)",
        size_of::<Pod>()
    );
    assert!(total <= 4608, "{total}");
    assert_eq!(pod, first);
    assert_eq!(codec::to_value(&pod), value);

    // A new version of which only the status changes shares the rest.
    let (heap, next) = heap_of(|| {
        let mut next = pod.clone();
        next.status.phase = "Failed".into();
        next
    });
    println!("next version: {} bytes", heap + size_of::<Pod>());
    assert!(std::ptr::addr_eq(
        &raw const *next.spec,
        &raw const *pod.spec
    ));
    assert!(heap + size_of::<Pod>() <= 3072, "{heap}");
}

#[test]
fn a_stored_pod_with_owners_and_an_address_of_its_own_fits_the_budget() {
    // Every pod has another address, so the kubelet's entry is nobody else's.
    let pod = |address: u8| {
        let mut value: serde_json::Value = serde_json::from_str(include_str!("pod.json")).unwrap();
        let fields: serde_json::Value =
            serde_json::from_str(include_str!("pod_managed_fields.json")).unwrap();
        let text = fields
            .to_string()
            .replace("10.244.0.1", &format!("10.244.0.{address}"));
        value["metadata"]["managedFields"] = serde_json::from_str(&text).unwrap();
        value
    };
    let (first, second) = (pod(10), pod(11));
    let _first = codec::from_value::<Pod>(&first).unwrap();
    let (heap, _pod) = heap_of(|| codec::from_value::<Pod>(&second).unwrap());
    let total = heap + size_of::<Pod>();
    println!("stored pod with managed fields: {total} bytes");
    assert!(total <= 6 * 1024, "{total}");
}

#[test]
fn managed_fields_cost_little() {
    let fields = serde_json::json!({"f:status": {"f:conditions": {"k:{\"type\":\"Ready\"}": {".": {}, "f:type": {}}}}});
    let entry = serde_json::json!({
        "manager": "kubelet", "operation": "Update", "apiVersion": "v1", "time": "2026-11-22T16:55:32Z",
        "fieldsType": "FieldsV1", "subresource": "status", "fieldsV1": fields,
    });
    let value = serde_json::json!({"metadata": {"managedFields": [entry, entry]}});
    let read = || codec::from_value::<Pod>(&value).unwrap();
    let empty = heap_of(Pod::default).0;
    let _first = read();
    let (heap, _pod) = heap_of(read);
    println!("two entries: {} bytes", heap - empty);
    assert!(heap - empty <= 512, "{heap}");
}
