//! JSONPath templates, run over an object.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::kubectl::jsonpath(text));
