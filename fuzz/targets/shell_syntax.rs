//! Scripts are parsed, printed and parsed again.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::shell::syntax(text));
