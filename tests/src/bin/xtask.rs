//! Work that is too long for every change: `cargo xtask soak`.

use std::process::{Command, ExitCode};

/// Cases of each property in a soak, unless `STACKFLEET_CASES` says otherwise.
const CASES: &str = "20000";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("soak") => soak(),
        _ => usage(),
    }
}

/// Every test of the workspace with many cases, optimised.
fn soak() -> ExitCode {
    let cases = std::env::var("STACKFLEET_CASES").unwrap_or_else(|_| CASES.to_owned());
    let status = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--release"])
        .env("STACKFLEET_CASES", cases)
        .status();
    if status.is_ok_and(|status| status.success()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[expect(clippy::print_stderr, reason = "this is the whole user interface")]
fn usage() -> ExitCode {
    eprintln!(
        "usage: cargo xtask soak    every test with {CASES} cases of each property (STACKFLEET_CASES changes that)"
    );
    ExitCode::FAILURE
}
