//! A process that is killed at any instant leaves the world as it was when the last write was answered.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod script;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use model::clock::Clock;
use simulator::Simulator;
use simulator::store::{Store, StoreError};
use simulator::world::World;

use script::{Draws, ManualClock};

const SEEDS: u64 = 60;
const CALLS: u64 = 40;

fn open(directory: &Path, seed: u64) -> (Store, World) {
    Store::open::<StoreError>(directory, || Ok(script::world(seed))).unwrap()
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// Runs some calls of a seed and lets go of everything, as a killed process does. The world as it was when the journal last grew.
fn killed(directory: &Path, seed: u64, draws: &mut Draws) -> World {
    let (store, mut kept) = open(directory, seed);
    let clock = ManualClock::new();
    let simulator = Simulator::kept(kept.clone(), store, Arc::clone(&clock) as Arc<dyn Clock>);
    let journal = directory.join("journal.jsonl");
    for _ in 0..draws.below(CALLS) {
        clock.pass(draws.below(90));
        let before = length(&journal);
        simulator.take(script::call(draws));
        if length(&journal) > before {
            kept = simulator.world();
        }
    }
    kept
}

#[test]
fn a_killed_process_leaves_the_world_as_it_was_when_the_last_write_was_answered() {
    let mut replayed = 0;
    for seed in 0..SEEDS {
        let directory = tempfile::tempdir().unwrap();
        let mut draws = Draws(!seed);
        for _ in 0..3 {
            let expected = killed(directory.path(), seed, &mut draws);
            replayed += u64::from(length(&directory.path().join("journal.jsonl")) > 0);
            let (store, found) = open(directory.path(), seed);
            assert!(
                found == expected,
                "seed {seed}: another world than {expected:#?}\n{found:#?}"
            );
            drop(store);
        }
    }
    assert!(replayed > SEEDS, "there was something to do again");
}

#[test]
fn a_line_that_was_being_written_is_a_call_that_was_never_answered() {
    let directory = tempfile::tempdir().unwrap();
    let expected = killed(directory.path(), 3, &mut Draws(5));
    let journal = directory.path().join("journal.jsonl");
    let whole = fs::read(&journal).unwrap();
    assert!(!whole.is_empty());
    let torn = [&whole[..], b"{\"generation\":1,\"calls\":[{\"at\":\"20"].concat();
    fs::write(&journal, torn).unwrap();
    assert_eq!(open(directory.path(), 3).1, expected);
}
