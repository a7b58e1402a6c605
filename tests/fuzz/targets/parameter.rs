//! See [`stackfleet_fuzz::parameter`].
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| stackfleet_fuzz::parameter(text));
