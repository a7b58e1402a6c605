//! Says it: plans, events and states as text and JSON. Pure functions from the model's types to strings.
//!
//! - [`text`]: for people. [`text::plan`], [`text::diagnostics`], [`text::event_line`], [`text::apply_summary`],
//!   [`text::status`], [`text::drift`], [`text::targets()`], [`text::validation`], all with terminal styles that a caller may strip;
//! - [`json`]: for programs, from the same data;
//! - [`StatusReport`]: what `status` says, as data ([`status`]);
//! - [`DriftReport`]: what `drift` says, as data ([`mod@drift`]);
//! - [`OperationList`] and [`OperationReport`]: what `ops` says, as data ([`operations`]);
//! - [`plans::Plans`]: the plans of several manifests as one result, for every format;
//! - [`graph`]: the order between StackSets as a drawing;
//! - [`schema`]: JSON Schemas of what is written for programs;
//! - [`WIDEST`]: columns of a line where no terminal is narrower;
//! - [`columns`]: how wide a line with styles is on a terminal;
//! - [`escape`]: how texts from AWS and from files are shown.
//!
//! Below them, not public: `told` (what is said of a plan, in words and rows), `layout` (lines, wrapping, tables), `words` (counts,
//! durations), `terms` (enumerations in words), `style` (colours by meaning).

mod document;
pub mod drift;
mod escape;
pub mod github;
pub mod gitlab;
pub mod graph;
pub mod html;
pub mod json;
pub mod junit;
mod layout;
pub mod markdown;
pub mod operations;
pub mod plans;
pub mod sarif;
pub mod schema;
pub mod status;
mod style;
mod terms;
pub mod text;
mod told;
mod words;

pub use document::Surroundings;
pub use drift::DriftReport;
pub use escape::escape;
pub use layout::{WIDEST, columns};
pub use operations::{OperationList, OperationReport, OperationRow};
pub use status::StatusReport;
pub use terms::{Names, operation_action};
