//! Scripts run for a while in bash and ash.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::shell::scripts(text));
