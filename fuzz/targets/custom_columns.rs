//! Custom columns, as a specification and as a file.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::kubectl::custom_columns(text));
