//! The nouns of StackSets: what every other crate speaks in.
//!
//! Read them in the order of the flow:
//!
//! 1. [`desired`]: what the manifest wants, values still as [`desired::Source`]s;
//! 2. [`observed`]: what AWS has, whole or not at all;
//! 3. [`plan`]: every change with its reason, every call with its exact inputs;
//! 4. [`call`]: what is asked of AWS and what it answers;
//! 5. [`event`]: what happened while a plan was carried out;
//! 6. [`drift`]: what was changed past CloudFormation.
//!
//! Both sides of a comparison share [`definition::Definition`] and [`instance::InstanceKey`], so that a difference is short
//! to compute. Nothing here reads a clock, a file, the environment or the network.

pub mod call;
pub mod clock;
pub mod definition;
pub mod desired;
pub mod diagnostic;
pub mod digest;
pub mod drift;
pub mod event;
pub mod ids;
pub mod instance;
pub mod observed;
pub mod operation_id;
pub mod organization;
pub mod plan;
pub mod plan_file;
pub mod preferences;
pub mod regions;
pub mod schema;
mod seal;
pub mod secrets;
pub mod snapshot;
pub mod source;
pub mod target_matrix;
pub mod targets;

/// A moment, in UTC.
pub use jiff::Timestamp;

/// The tag that marks a StackSet as kept by a project; its value is `[project] name`.
///
/// Tags are the only free metadata of a StackSet besides its description (reference §11).
pub const PROJECT_TAG: &str = "stackfleet:project";
