//! Sets of field paths, as managed fields write them, and JSON pointers.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::apiserver::field_paths(text));
