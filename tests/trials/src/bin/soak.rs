//! Long runs at the model level: `cargo soak seeds FROM COUNT`, `cargo soak replay SEED`, `cargo soak planted`.
//!
//! A seed that fails is written to `tests/seeds/` as the trial that it stands for, and the line for the ledger
//! (`docs/soak-ledger.md`) is printed at the end.

#![allow(clippy::print_stdout, reason = "this is the whole user interface")]

use std::path::Path;
use std::process::{Command, ExitCode};

use trials::planted::{DEFECTS, table};
use trials::seen::Seen;
use trials::walk::{Desk, Trial, walk};

/// Seeds within which a defect must be found.
const WITHIN: u64 = 1_000;
/// Seeds between two signs of life.
const PULSE: u64 = 5_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["seeds", from, count] => seeds(
            from.parse().unwrap_or_default(),
            count.parse().unwrap_or_default(),
        ),
        ["replay", what] => replay(what),
        ["planted"] => planted(None),
        ["planted", number] => planted(number.parse().ok()),
        _ => {
            println!("soak seeds FROM COUNT | soak replay SEED|FILE | soak planted [NUMBER]");
            false
        }
    };
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn seeds(from: u64, count: u64) -> bool {
    let desk = Desk::new();
    let mut all = Seen::default();
    let mut violations = 0;
    for seed in from..from.saturating_add(count) {
        let mut seen = Seen::default();
        let trial = Trial::draw(seed);
        if let Err(what) = walk(&trial, &desk, &mut seen) {
            violations += 1;
            println!("seed {seed}: {}", what.lines().next().unwrap_or_default());
            keep(&trial);
        }
        all += seen;
        if (seed + 1 - from).is_multiple_of(PULSE) {
            println!(
                "{} seeds, {} faults, {violations} violations",
                seed + 1 - from,
                all.faults()
            );
        }
    }
    println!("{}", all.matrix());
    println!("results: {:?}", all.results);
    println!(
        "| {} | {from} to {} | {} | {} | {} | {} h | {} | {violations} |",
        commit(),
        from + count - 1,
        all.applies,
        all.calls,
        all.faults(),
        all.seconds / 3600,
        all.rounds,
    );
    violations == 0
}

/// A failing seed is kept for ever; `tests/seeds.rs` walks it again.
fn keep(trial: &Trial) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
    let text = serde_json::to_string(trial).unwrap_or_default();
    let file = folder.join(format!("{}.json", trial.seed));
    if let Err(error) = std::fs::write(&file, text) {
        println!("{}: {error}", file.display());
    }
}

fn commit() -> String {
    let told = Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .output();
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    told.unwrap_or_default()
}

/// The expanded trial, everything that happened, and what is wrong with it.
fn replay(what: &str) -> bool {
    let trial = match what.parse() {
        Ok(seed) => Trial::draw(seed),
        Err(_) => match Trial::read(Path::new(what)) {
            Ok(trial) => trial,
            Err(error) => {
                println!("{error}");
                return false;
            }
        },
    };
    println!("{}", serde_json::to_string_pretty(&trial).unwrap_or_default());
    let mut seen = Seen {
        keep: true,
        ..Seen::default()
    };
    let outcome = walk(&trial, &Desk::new(), &mut seen);
    println!("{}", seen.trail.join("\n"));
    if let Err(what) = &outcome {
        println!("{what}");
    }
    outcome.is_ok()
}

/// Each defect, or one by its number in the reference, with the seed that finds it first.
fn planted(only: Option<u8>) -> bool {
    let chosen = || {
        DEFECTS
            .iter()
            .filter(|entry| only.is_none_or(|only| entry.number == only))
    };
    let caught = table(chosen(), WITHIN, &Desk::new(), |line| println!("{line}"));
    let planted = chosen().filter(|entry| entry.number > 0).count();
    println!("{caught} of {planted} found; the reference lists 31");
    caught == planted
}
