//! See [`stackfleet_fuzz::manifest`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stackfleet_fuzz::manifest(bytes));
