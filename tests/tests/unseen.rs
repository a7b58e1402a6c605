//! Nothing done behind the manifest's back goes unseen: after an apply, somebody changes one thing by hand through the API; the next
//! plan says so, and carrying it out makes everything as it was.
//!
//! | file | what |
//! |---|---|
//! | `unseen/course.rs` | one change from the converged world to the plan, the repair and the empty plan |
//! | `unseen/hand.rs` | calls as another client makes them |
//! | `unseen/instances.rs` | changes of instances and targets |
//! | `unseen/definitions.rs` | changes of StackSets |
//! | `unseen/accounts.rs` | changes of the organization |
//!
//! `cargo test -p stackfleet-tests --test unseen -- --nocapture` prints the table, and each plan with `UNSEEN_PLANS=1`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

#[path = "unseen/accounts.rs"]
mod accounts;
#[path = "unseen/course.rs"]
mod course;
#[path = "unseen/definitions.rs"]
mod definitions;
#[path = "unseen/hand.rs"]
mod hand;
#[path = "unseen/instances.rs"]
mod instances;

use course::walk;

#[test]
fn instances_that_somebody_deletes_adds_or_changes_are_seen() {
    walk(&instances::rows());
}

#[test]
fn a_definition_that_somebody_changes_is_seen() {
    walk(&definitions::rows());
}

#[test]
fn accounts_that_somebody_moves_or_suspends_are_seen() {
    walk(&accounts::rows());
}
