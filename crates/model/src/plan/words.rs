//! The words for what happens and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens to a StackSet or to a stack instance. One word, never a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::schema::open)]
pub enum Action {
    /// It does not exist yet.
    Create,
    /// It is brought up to date.
    Update,
    /// It goes, stacks and all.
    Delete,
    /// It goes; its stacks stay, unmanaged.
    Detach,
    /// It goes with its stack and is made again, because somebody asked for it.
    Recreate,
    /// An existing StackSet is taken over.
    Adopt,
    /// It matches, or is left out on purpose.
    None,
}

impl Action {
    /// Every action, with its word in JSON.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Create, "create"),
        (Self::Update, "update"),
        (Self::Delete, "delete"),
        (Self::Detach, "detach"),
        (Self::Recreate, "recreate"),
        (Self::Adopt, "adopt"),
        (Self::None, "none"),
    ];
}

/// Why something changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::schema::open)]
pub enum Reason {
    /// The StackSet does not exist.
    New,
    /// The template differs in more than its formatting.
    Template,
    /// A parameter's value differs.
    Parameters,
    /// A value of some instances alone differs.
    Overrides,
    /// AWS deployed the instance by itself, with the StackSet's values and not with its own (reference §2.6).
    OverrideDrift,
    /// A tag differs.
    Tags,
    /// The description differs.
    Description,
    /// What calls and automatic deployment may do unasked differs.
    Capabilities,
    /// A custom role differs.
    Roles,
    /// Automatic deployment is to be set otherwise.
    AutoDeployment,
    /// Managed execution is to be set otherwise.
    ManagedExecution,
    /// The instance is not there, or a unit is not registered yet: its unit or account is a new target.
    Targets,
    /// The instance is not there: its Region is new.
    Regions,
    /// The account stands in a targeted unit and has no instance: it joined, or somebody took away what it had.
    JoinedUnit,
    /// The instance is not there, and others of its account are: somebody took it away.
    Missing,
    /// The instance's account left the targeted units.
    LeftUnit,
    /// The last operation failed here.
    OutdatedFailed,
    /// The last operation never got here.
    OutdatedCancelled,
    /// An update has not reached the instance.
    OutdatedPending,
    /// A delete or an import failed here.
    Inoperable,
    /// `--recreate` names it.
    Recreate,
    /// The account is suspended or closed.
    Suspended,
    /// An existing StackSet is taken over.
    Adopt,
    /// `[removed.NAME]` says so.
    Removed,
}
