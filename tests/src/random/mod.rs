//! Random organizations and random sequences of manifests, walked through the whole line in one process.
//!
//! 1. [`scenario`]: what a case is, as plain data that can be printed and read again;
//! 2. [`generate`]: how cases are drawn, by size;
//! 3. `organization`, `manifest`: the case as a world file and as manifests;
//! 4. `edits`: what changes from one manifest to the next, and in the organization;
//! 5. [`line`](mod@line): simulator ← SDK ← planner and executor, on tokio's paused clock, with `faults` in between;
//! 6. [`walk`](mod@walk): one case from its first manifest to its last; `converge`, `expect` and `audit` are what must hold.

mod audit;
mod converge;
mod edits;
mod expect;
mod faults;
pub mod generate;
pub mod line;
mod manifest;
mod organization;
pub mod scenario;
pub mod walk;
