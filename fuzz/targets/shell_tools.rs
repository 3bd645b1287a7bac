//! Programs of sed, awk, jq and the other tools.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::shell::tools(text));
