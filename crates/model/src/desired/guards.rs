//! What may not happen: `[guard]`, `[protect]`, `[[freeze]]`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Target;
use crate::diagnostic::Spanned;
use crate::preferences::Amount;

/// `[guard]`: limits that a plan must stay inside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// The stacks that a plan may delete; none when it is not given. Retained ones do not count.
    pub max_deleted_instances: Option<Spanned<u64>>,
    /// The instances that a plan may touch in any way; no limit when it is not given.
    pub max_changed_instances: Option<Spanned<u64>>,
    /// The accounts that a plan may touch, as a number or a share of the active member accounts; no limit when it is not given.
    pub max_changed_accounts: Option<Spanned<Amount>>,
    /// Whether only what is committed may be applied.
    pub require_committed: Option<Spanned<bool>>,
    /// Rego files that judge the plan, in the order of their paths.
    pub policies: Vec<Policy>,
}

/// A file of Rego rules that `policies` names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its path as a pattern of the manifest found it; the place is the pattern's.
    pub path: Spanned<String>,
    /// Its text.
    pub text: String,
}

/// `[protect]`: names or globs of StackSets, kept apart from their tables so that deleting a table cannot delete its protection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protect {
    /// None of their stacks may be deleted, and they may not be removed.
    pub delete: Vec<Spanned<String>>,
    /// No instance may leave them, not even with its stack retained.
    pub shrink: Vec<Spanned<String>>,
    /// No change of their template may replace a resource.
    pub replace: Vec<Spanned<String>>,
}

/// `[[freeze]]`: a time in which nothing is written to some accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Its name, for messages.
    pub name: Spanned<String>,
    /// When it begins.
    pub from: Timestamp,
    /// When it is over; after `from`.
    pub until: Timestamp,
    /// Which accounts; every account when it is empty.
    pub targets: Vec<Spanned<Target>>,
}
