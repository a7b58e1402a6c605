//! See [`stackfleet_fuzz::template`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| stackfleet_fuzz::template(text));
