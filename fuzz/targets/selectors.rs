//! Label and field selectors.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::apiserver::selectors(text));
