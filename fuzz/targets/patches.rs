//! Patches of every type on a document.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::apiserver::patches(text));
