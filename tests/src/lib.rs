//! What the tests share: the tool as a process, clocks, a scratch copy of a fixture, and the simulator on loopback.
//!
//! This is test code: it may panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc
)]

pub mod clock;
pub mod fixture;
pub mod served;
pub mod tool;
