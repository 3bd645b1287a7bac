//! Lines at the prompt: completion, history, jobs, keys.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::shell::prompt(text));
