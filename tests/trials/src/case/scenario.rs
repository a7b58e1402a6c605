//! A case as plain data. Numbers stand for things modulo how many there are, so that every case means something and a part of a
//! case is a case.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fmt, fs};

use serde::{Deserialize, Serialize};

/// Everything that a case depends on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// The simulator's seed.
    pub seed: u64,
    /// Draws what AWS does not say; nothing for the simulator's defaults.
    pub knobs: Option<u64>,
    /// Whether a delegated administrator does it.
    pub delegated: bool,
    /// The organization at the start.
    pub organization: OrganizationSpec,
    /// The manifest at the start.
    pub stack_sets: Vec<StackSetSpec>,
    /// What comes after it; the first step has the first manifest.
    pub steps: Vec<Step>,
}

/// Units and accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSpec {
    /// For each unit, the one that it stands in: the root or an earlier unit.
    pub units: Vec<u8>,
    /// For each account, its unit (0 is the root).
    pub accounts: Vec<u8>,
    /// Accounts that are suspended from the start.
    pub suspended: BTreeSet<u8>,
}

/// One StackSet of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackSetSpec {
    /// The permission model.
    pub self_managed: bool,
    /// Which of the templates.
    pub template: u8,
    /// Where.
    pub targets: Vec<TargetSpec>,
    /// Where, in this order; twice the same counts once.
    pub regions: Vec<u8>,
    /// The parameter `Level`; the default when none.
    pub level: Option<u8>,
    /// Tags.
    pub tags: BTreeMap<u8, u8>,
    /// The description.
    pub description: Option<u8>,
    /// Off, on and retain, on and delete.
    pub auto_deploy: u8,
    /// `managed_execution`
    pub managed_execution: bool,
    /// Whether `on_leave` is `delete`.
    pub deletes: bool,
    /// How operations spread.
    pub preferences: PreferencesSpec,
    /// Earlier StackSets that it depends on, as bits.
    pub depends_on: u8,
    /// No rollout; two stages with a soak; the same with a way back; the same with an approval.
    #[serde(default)]
    pub rollout: u8,
    /// Accounts with a value of `Level` of their own.
    #[serde(default)]
    pub overrides: BTreeMap<u8, u8>,
    /// Whether it is to go, and if so whether its stacks are deleted.
    pub removed: Option<bool>,
}

/// A target as a manifest may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetSpec {
    /// The root or a unit, by path.
    Path(u8),
    /// The root or a unit, by id.
    Unit(u8),
    /// An account by id.
    Account(u8),
    /// An account by name.
    Name(u8),
}

/// How operations spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreferencesSpec {
    /// `max_concurrent`, in percent.
    pub concurrent: u8,
    /// `failure_tolerance`
    pub tolerance: u8,
    /// Whether the concurrency mode is soft.
    pub soft: bool,
    /// Whether Regions go side by side.
    pub parallel: bool,
}

/// From one manifest to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What changes in the manifest; nothing in the first step.
    pub edits: Vec<Edit>,
    /// What happens in the organization before the plan.
    pub moves: Vec<Move>,
    /// Seconds from the last move to the plan.
    pub lag: u16,
    /// What happens in the organization between plan and apply.
    pub late_moves: Vec<Move>,
    /// Seconds from the last late move to the apply.
    pub late_lag: u16,
    /// Instances that fail.
    pub failures: Vec<FailureSpec>,
    /// What goes wrong during the first apply.
    pub faults: Vec<FaultSpec>,
    /// Where the first apply is killed.
    pub kill: Option<Kill>,
}

/// A change of the manifest, of one of its StackSets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit {
    /// Another template.
    Template(u8, u8),
    /// Another value, or the default.
    Level(u8, Option<u8>),
    /// A tag comes, differs or goes.
    Tag(u8, u8, Option<u8>),
    /// Another description.
    Description(u8, u8),
    /// One more target.
    AddTarget(u8, TargetSpec),
    /// One target less, unless it is the last one.
    DropTarget(u8, u8),
    /// Other Regions.
    Regions(u8, Vec<u8>),
    /// Another `auto_deploy`.
    AutoDeploy(u8, u8),
    /// `managed_execution` flips.
    ManagedExecution(u8),
    /// `on_leave` flips.
    OnLeave(u8),
    /// An account has its own value of `Level`, or the StackSet's again.
    Override(u8, u8, Option<u8>),
    /// Other preferences.
    Preferences(u8, PreferencesSpec),
    /// It is to go.
    Remove(u8, bool),
    /// It is wanted again.
    Restore(u8),
}

/// A change of the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Move {
    /// A new account, then moved to a unit.
    Join(u8),
    /// An account goes to a unit.
    Account(u8, u8),
    /// An account is closed.
    Close(u8),
    /// An account leaves the organization.
    Leave(u8),
}

/// Instances that fail a few times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureSpec {
    /// Only of this StackSet.
    pub stack_set: Option<u8>,
    /// Only in this account.
    pub account: Option<u8>,
    /// Only in this Region.
    pub region: Option<u8>,
    /// Whether creating, updating or deleting fails.
    pub action: u8,
    /// How often.
    pub times: u8,
}

/// Calls of an apply that go wrong on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultSpec {
    /// What goes wrong.
    pub kind: u8,
    /// Which calls.
    pub action: u8,
    /// So many of them go well before.
    pub after: u8,
    /// How often.
    pub times: u8,
    /// For what is late: how much.
    pub seconds: u8,
}

/// An apply that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kill {
    /// At the how manieth call, any calls.
    pub call: u8,
    /// Whether AWS had done the call.
    pub done: bool,
    /// Whether the same plan is run again, or a fresh one is made.
    pub same_plan: bool,
    /// Seconds until then.
    pub pause: u16,
    /// Where the same plan is killed a second time.
    pub twice: Option<u8>,
}

impl Scenario {
    /// Reads a case from a file, as a failure prints it.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

impl fmt::Debug for Scenario {
    /// One line that can be written to a file and walked again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).unwrap_or_default())
    }
}
