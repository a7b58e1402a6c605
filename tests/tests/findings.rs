//! What a fuzzer once found is thrown again at what it broke: `cargo xtask fuzz` leaves new findings where this looks.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "for the fuzzer it is a crate")]
mod fuzz;

use std::fs;
use std::path::Path;

/// Throws every finding and every seed of a target.
fn throw(target: &str, at: impl Fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for kind in ["findings", "seeds"] {
        // A target that nothing was found in has no directory.
        let Ok(entries) = fs::read_dir(root.join(kind).join(target)) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("a directory can be read").path();
            at(&fs::read(&path).expect("a finding can be read"));
        }
    }
}

/// As libFuzzer hands over texts: what is not UTF-8 is not for this target.
fn as_text(bytes: &[u8], at: fn(&str)) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        at(text);
    }
}

#[test]
fn manifests_that_a_fuzzer_found_are_read_or_refused() {
    throw("manifest", fuzz::manifest);
}

#[test]
fn templates_that_a_fuzzer_found_are_read_or_refused() {
    throw("template", |bytes| as_text(bytes, fuzz::template));
    throw("properties", |bytes| as_text(bytes, fuzz::properties));
}

#[test]
fn parameters_that_a_fuzzer_found_take_a_value_or_refuse_it() {
    throw("parameter", |bytes| as_text(bytes, fuzz::parameter));
}
