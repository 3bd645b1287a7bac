//! Arguments of kubectl, one a line.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::kubectl::arguments(text));
