//! Seeds with faults at the model level: nothing that must not happen does, and in the end there is nothing to do.
//!
//! `STACKFLEET_SEEDS` says how many; a seed that fails is shown whole by `cargo soak replay SEED`.

#![allow(missing_docs, clippy::print_stdout)]

use std::path::Path;
use std::thread;

use trials::seen::{PHASES, Phase, Seen};
use trials::walk::{Desk, Trial, walk};

/// Seeds without `STACKFLEET_SEEDS`.
const SEEDS: u64 = 2_000;
/// Threads that share them.
const THREADS: u64 = 2;

fn wanted() -> u64 {
    let wanted = std::env::var("STACKFLEET_SEEDS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(SEEDS)
}

/// Every so-manieth seed, from one on.
fn some(from: u64, seeds: u64) -> (Seen, Vec<String>) {
    let desk = Desk::new();
    let mut all = Seen::default();
    let mut wrong = Vec::new();
    for seed in (from..seeds).step_by(usize::try_from(THREADS).unwrap_or(1)) {
        let mut seen = Seen::default();
        if let Err(what) = walk(&Trial::draw(seed), &desk, &mut seen) {
            wrong.push(format!("seed {seed}: {what}"));
        }
        all += seen;
    }
    (all, wrong)
}

#[test]
fn no_seed_breaks_an_invariant_and_every_one_ends_with_nothing_to_do() {
    let seeds = wanted();
    let shares: Vec<_> = thread::scope(|scope| {
        let runs: Vec<_> = (0..THREADS)
            .map(|from| scope.spawn(move || some(from, seeds)))
            .collect();
        runs.into_iter()
            .map(|run| run.join().expect("no panic"))
            .collect()
    });
    let mut all = Seen::default();
    let mut wrong = Vec::new();
    for (seen, more) in shares {
        all += seen;
        wrong.extend(more);
    }
    println!("{}\nresults: {:?}", all.matrix(), all.results);
    println!(
        "{} seeds, {} applies, {} operations, {} calls, {} faults, at most {} rounds",
        all.seeds,
        all.applies,
        all.operations,
        all.calls,
        all.faults(),
        all.rounds
    );
    assert!(wrong.is_empty(), "{} wrong, the first: {}", wrong.len(), wrong[0]);
    if seeds >= SEEDS {
        every_phase_is_hit(&all);
    }
}

/// A generator that only draws what is easy proves nothing: where a fault can hit, it did.
fn every_phase_is_hit(all: &Seen) {
    let hit = |fault: u8, phase: Phase| all.hits.get(&(fault, phase)).is_some_and(|hits| *hits > 0);
    let mut missed = Vec::new();
    for fault in [1, 2, 3, 14, 15, 16, 17, 21, 22, 29, 33] {
        let phases = PHASES.into_iter().filter(|phase| *phase != Phase::Wait);
        missed.extend(
            phases
                .filter(|phase| !hit(fault, *phase))
                .map(|phase| format!("F{fault:02} at {phase:?}")),
        );
    }
    assert!(missed.is_empty(), "never hit: {missed:?}");
}

#[test]
fn the_same_seed_gives_the_same_calls_answers_and_ends() {
    let of = |seed: u64| {
        let mut seen = Seen {
            traced: true,
            ..Seen::default()
        };
        let outcome = walk(&Trial::draw(seed), &Desk::new(), &mut seen);
        assert!(
            seen.trace != 0 || seen.applies == 0,
            "seed {seed} leaves no trace"
        );
        (outcome, seen.trace, seen.calls, seen.results)
    };
    for seed in 0..40 {
        assert_eq!(of(seed), of(seed), "seed {seed}");
    }
}

#[test]
fn trials_that_once_failed_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
    for entry in std::fs::read_dir(folder).expect("there is the folder") {
        let file = entry.expect("a folder can be read").path();
        if file.extension().is_some_and(|it| it == "json") {
            let outcome = Trial::read(&file).and_then(|it| walk(&it, &Desk::new(), &mut Seen::default()));
            outcome.unwrap_or_else(|what| panic!("{}: {what}", file.display()));
        }
    }
}
