//! Quantities.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::apiserver::quantities(text));
