//! Documents in YAML or JSON: decoded, defaulted, validated, and round.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tabernetes_fuzz::apiserver::objects(text));
