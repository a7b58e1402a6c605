//! Texts for people. Lines are at most as wide as the caller says, from 60 to 98 columns; styles are terminal sequences that a caller may strip.

mod board;
mod diagnostics;
mod difference;
mod drift;
mod events;
mod explanation;
mod failures;
mod grid;
mod operations;
mod plan;
mod plans;
mod status;
pub(crate) mod summary;
mod targets;
mod validation;

pub use board::Board;
pub use diagnostics::diagnostics;
pub use difference::difference;
pub use drift::drift;
pub use events::{EventContext, event_line};
pub use explanation::explanation;
pub use operations::{WatchLines, operation, operations};
pub use plan::{Diff, PlanView, plan};
pub use plans::{no_plan, plan_heading, together};
pub use status::{Listed, operation_at_work, status};
pub use summary::{apply_summary, written};
pub use targets::{TargetsDetail, targets};
pub use validation::validation;
