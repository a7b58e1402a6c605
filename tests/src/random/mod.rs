//! Random cases through the whole line in one process, the real SDK in it. What a case is and what must hold stands in
//! [`trials::case`].
//!
//! 1. [`line`](mod@line): simulator ← SDK ← planner and executor, on tokio's paused clock, with `faults` in between;
//! 2. [`walk`](mod@walk): one case from its first manifest to its last, `converge` one step of it;
//! 3. [`wire`]: a seed with faults on every kind of call, judged as strictly as at the model level.

mod converge;
mod faults;
pub mod line;
pub mod walk;
pub mod wire;

pub use trials::case::{generate, scenario};
