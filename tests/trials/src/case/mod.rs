//! A case: an organization, manifests, and what happens to them, drawn from a seed.
//!
//! 1. [`scenario`]: what a case is, as plain data that can be printed and read again;
//! 2. [`generate`]: how cases are drawn, by size;
//! 3. [`organization`], [`manifest`]: the case as a world file and as manifests;
//! 4. [`edits`], [`plant`]: what changes from one manifest to the next, and in the organization;
//! 5. [`outline`], [`expect`], [`audit`]: what must hold when it was walked.

pub mod audit;
pub mod edits;
pub mod expect;
pub mod generate;
pub mod manifest;
pub mod organization;
pub mod outline;
pub mod plant;
pub mod scenario;
