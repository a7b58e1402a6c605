//! Work that is too long for every change: `cargo xtask soak`, `cargo xtask fuzz`.

mod fuzz;

use std::process::{Command, ExitCode};

/// Cases of each property in a soak, unless `STACKFLEET_CASES` says otherwise.
const CASES: &str = "20000";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["soak"] => soak(),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        _ => usage(),
    };
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Every test of the workspace with many cases, optimised.
fn soak() -> bool {
    let cases = std::env::var("STACKFLEET_CASES").unwrap_or_else(|_| CASES.to_owned());
    succeeds(
        Command::new(env!("CARGO"))
            .args(["test", "--workspace", "--release"])
            .env("STACKFLEET_CASES", cases),
    )
}

/// Runs a program to its end.
fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

#[expect(clippy::print_stderr, reason = "this is the whole user interface")]
fn usage() -> bool {
    eprintln!(
        "usage: cargo xtask soak                     every test with {CASES} cases of each property (STACKFLEET_CASES changes that)\n       \
         cargo xtask fuzz [TARGET] [SECONDS]  each of {}, {} seconds unless said otherwise",
        fuzz::TARGETS.join(", "),
        fuzz::SECONDS
    );
    false
}
