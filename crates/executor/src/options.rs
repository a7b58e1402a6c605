//! How a plan is carried out.

use std::collections::BTreeSet;
use std::time::Duration;

/// What the user may decide about an apply; what it does is decided by the plan alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// StackSets worked on side by side; 0 counts as 1. One StackSet never has two operations at once.
    pub parallel: usize,
    /// How long an operation of somebody else is waited for, in all, on one StackSet.
    pub wait: Duration,
    /// What goes on when an operation fails.
    pub on_failure: OnFailure,
    /// Stages of rollouts that may begin though they need an approval, by name or by `ROLLOUT/STAGE`.
    pub approved: BTreeSet<String>,
    /// Whether somebody approved this very plan by its digest: stages that it begins with need no other approval.
    pub approved_plan: bool,
    /// Operations are started and left: nothing is waited for that this run would have to wait for.
    pub detach: bool,
    /// Freezes do not count, for this reason.
    pub break_glass: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            parallel: 4,
            wait: Duration::from_mins(15),
            on_failure: OnFailure::default(),
            approved: BTreeSet::new(),
            approved_plan: false,
            detach: false,
            break_glass: None,
        }
    }
}

/// What goes on when an operation fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// What depends on the failed StackSet stays undone, everything else is finished.
    #[default]
    StopStep,
    /// Nothing new is started.
    StopAll,
    /// An operation that ran and failed stands in nobody's way.
    Continue,
}
