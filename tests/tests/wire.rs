//! Seeds with faults at the wire level: the real SDK over the simulator, throttled, cut off, answered late, wrongly or not at all.
//! Nothing that must not happen does, and in the end there is nothing to do.
//!
//! `STACKFLEET_WIRE_SEEDS` says how many; `STACKFLEET_WIRE_SEED=17` walks one.

#![allow(missing_docs, clippy::print_stdout)]
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::thread;

use support::random::wire::{Seen, walk};

/// Seeds without `STACKFLEET_WIRE_SEEDS`.
const SEEDS: u64 = 200;
/// Threads that share them.
const THREADS: u64 = 2;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Every so-manieth seed, from one on.
fn some(from: u64, seeds: u64) -> (Seen, Vec<String>) {
    let mut all = Seen::default();
    let mut wrong = Vec::new();
    for seed in (from..seeds).step_by(usize::try_from(THREADS).unwrap_or(1)) {
        let mut seen = Seen::default();
        if let Err(what) = walk(seed, &mut seen) {
            wrong.push(format!("seed {seed}: {what}"));
        }
        all += seen;
    }
    (all, wrong)
}

#[test]
fn no_seed_breaks_an_invariant_and_every_one_ends_with_nothing_to_do() {
    if let Some(seed) = number("STACKFLEET_WIRE_SEED") {
        walk(seed, &mut Seen::default()).unwrap_or_else(|what| panic!("{what}"));
        return;
    }
    let seeds = number("STACKFLEET_WIRE_SEEDS").unwrap_or(SEEDS);
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
    println!("{all:?}");
    let first = wrong.first().map_or("", String::as_str);
    assert!(wrong.is_empty(), "{} wrong, the first: {first}", wrong.len());
    if seeds >= SEEDS {
        assert_eq!(
            all.faults.len(),
            12,
            "a kind of fault never hit: {:?}",
            all.faults
        );
        assert!(
            all.compared * 4 > all.applies,
            "too few applies are compared: {all:?}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_requests_and_answers() {
    let of = |seed: u64| {
        let mut seen = Seen::default();
        let outcome = walk(seed, &mut seen);
        (outcome, seen)
    };
    for seed in 0..8 {
        assert_eq!(of(seed), of(seed), "seed {seed}");
    }
}
