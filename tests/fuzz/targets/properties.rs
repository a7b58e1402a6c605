//! See [`stackfleet_fuzz::properties`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| stackfleet_fuzz::properties(text));
