//! Tests of the tests: a defect on purpose is found.
//!
//! Here the ones that are found soonest; `cargo run -p stackfleet-trials --bin soak -- planted` shows them all.

#![allow(missing_docs)]

use trials::planted::{DEFECTS, Defect};
use trials::seen::Seen;
use trials::walk::{Desk, Trial, walk_with};

/// Seeds that each is given here.
const SEEDS: u64 = 60;

/// Defects that need rare meetings: the long table has them.
const RARE: [Defect; 11] = [
    Defect::QueuedIsOver,
    Defect::InProgressIsFailure,
    Defect::OwnIsForeign,
    Defect::StaleRequestIsFailure,
    Defect::NameInsteadOfId,
    Defect::DeniedIsAbsent,
    Defect::NoTimeLimit,
    Defect::ForeignIsStopped,
    Defect::IdentityOnce,
    Defect::WaveMarksAgain,
    Defect::RetainIsForgotten,
];

#[test]
fn each_defect_is_found_soon() {
    let desk = Desk::new();
    let mut unseen = Vec::new();
    for defect in DEFECTS.into_iter().filter(|defect| !RARE.contains(defect)) {
        let finds =
            |seed: u64| walk_with(Some(defect), &Trial::draw(seed), &desk, &mut Seen::default()).is_err();
        if !(0..SEEDS).any(finds) {
            unseen.push(defect);
        }
    }
    assert!(unseen.is_empty(), "{unseen:?}");
}
