//! What the tests share: the tool as a process, clocks, a scratch copy of a fixture, the simulator on loopback, scenarios, and
//! random cases through the whole line.
//!
//! This is test code: it may panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

pub mod by_hand;
pub mod clock;
pub mod fixture;
pub mod random;
pub mod scenario;
pub mod served;
pub mod tool;
