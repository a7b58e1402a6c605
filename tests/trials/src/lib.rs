//! Random cases, and the model level: planner, state machine and simulated AWS in one thread, on time that is only counted.
//!
//! Nothing of the SDK is in it, so that very many runs fit into a minute and the whole can be built with optimisation.
//!
//! 1. [`case`]: what a case is and what must hold when it was walked; the wire level in `tests/` walks the same cases;
//! 2. [`direct`]: AWS as the state machine sees it, answered from the simulator's world without a wire;
//! 3. [`trouble`], [`meddle`], [`others`]: what goes wrong, drawn from the seed ([`draw`]), and what becomes of it;
//! 4. [`drive`](mod@drive): runs of the state machine, one or more at once, with trouble at their calls; [`judge`] watches each call;
//! 5. [`walk`](mod@walk): one seed from its first manifest to its last empty plan; [`seen`] counts;
//! 6. [`pair`]: two runs in every order of their first turns;
//! 7. [`planted`]: defects on purpose, and whether they are found.
//!
//! This is test code: it may panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

pub mod case;
pub mod direct;
pub mod draw;
pub mod drive;
pub mod economy;
pub mod judge;
pub mod meddle;
pub mod others;
pub mod pair;
pub mod planted;
pub mod seen;
pub mod trouble;
pub mod walk;
