//! The same seed and the same calls give the same bytes: every answer, the log and the world.
//!
//! `STACKFLEET_CASES` sets how many seeds are run, 200 when it is not set.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod script;

use std::sync::Arc;

use model::clock::Clock;
use simulator::Simulator;

use script::{Draws, ManualClock};

const CASES: u64 = 200;
const CALLS: usize = 60;

/// Everything that there is to see of a run.
fn trace(seed: u64) -> Vec<u8> {
    let clock = ManualClock::new();
    let simulator = Simulator::new(script::world(seed), Arc::clone(&clock) as Arc<dyn Clock>);
    let mut draws = Draws(!seed);
    let mut trace = Vec::new();
    for _ in 0..CALLS {
        clock.pass(draws.below(90));
        let response = simulator.handle(script::call(&mut draws));
        trace.extend(format!("{:?}\n", response.headers()).into_bytes());
        trace.extend(response.status().as_str().bytes());
        trace.extend_from_slice(response.body());
        trace.push(b'\n');
    }
    clock.pass(100_000);
    trace.extend(serde_json::to_vec(&simulator.world()).unwrap());
    trace
}

#[test]
fn two_runs_of_a_seed_are_the_same_to_the_byte() {
    let cases = std::env::var("STACKFLEET_CASES").ok();
    let cases = cases
        .and_then(|cases| cases.parse::<u64>().ok())
        .map_or(CASES, |cases| cases.max(CASES));
    let mut lengths = std::collections::BTreeSet::new();
    for seed in 0..cases {
        let (one, other) = (trace(seed), trace(seed));
        let differs = one.iter().zip(&other).position(|(a, b)| a != b);
        assert!(
            one == other,
            "seed {seed} differs at byte {differs:?} of {} and {}",
            one.len(),
            other.len()
        );
        lengths.insert(one.len());
    }
    assert!(lengths.len() > 100, "the seeds do different things");
}
