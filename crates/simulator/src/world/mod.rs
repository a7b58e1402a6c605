//! The state of the pretended AWS. Everything is in sorted maps, so that the same world and the same calls give the same bytes.
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | the world and its organization |
//! | `stack_set.rs` | StackSets, definitions, stack instances |
//! | `operation.rs` | operations and their cells |
//! | `stack.rs` | stacks in target accounts and what was changed in them by hand |
//! | `names.rs` | names that only one of them can have |
//! | `facts.rs`, `blueprint.rs` | what calls and stacks need to know of a template |
//! | `drift.rs` | what drift detection finds |
//! | `mishaps.rs` | drift to come, account gates |
//! | `agenda.rs` | what is due when |
//! | `draw.rs` | seeded draws |
//! | `settings.rs` | failures, durations, the log |
//! | `knobs.rs` | what AWS does not say |
//! | `call.rs`, `fault.rs`, `actor.rs` | calls, what goes wrong with them, others who make them |
//! | `quotas.rs` | limits on what is at work at one time |
//! | `object.rs`, `parameter.rs`, `opt_in.rs` | what S3, Systems Manager and Account Management keep |
//! | `keyed.rs` | how maps by instance become JSON |

mod actor;
mod agenda;
mod blueprint;
mod call;
mod draw;
mod drift;
mod facts;
mod fault;
mod keyed;
mod knobs;
mod mishaps;
mod names;
mod object;
mod operation;
mod opt_in;
mod parameter;
mod quotas;
mod settings;
mod stack;
mod stack_set;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::digest::Digest;
use model::ids::{AccountId, OrganizationId, Region, StackSetId, UnitId};
use model::instance::InstanceKey;
use model::organization::AccountState;
use serde::{Deserialize, Serialize};

pub use actor::{Actor, Deed, ForeignCall};
pub use agenda::{Due, DueStep};
pub use blueprint::{Blueprint, ResourceModel};
pub use call::{ApiCall, DelayedCall, Service};
pub use drift::{DriftCheck, DriftDetection, InstanceDrift, PropertyDifference, ResourceDrift};
pub use facts::{ParameterFacts, TemplateFacts};
pub use fault::{Fault, FaultKind};
pub use knobs::{
    CreateOverrides, DeleteAbsent, DescribeDeleted, ErrorCodes, Filters, InstanceUnit, Knobs, ListOrder,
    ManagedConflict, OmittedDependencies, OperationHistory, Pages, ParallelFailure, QueuedTargets, Replay,
    Retries, StoppingCells, TargetsReadBack, UpdateMarks,
};
pub use mishaps::{AccountGate, Drift, GateResult};
pub use names::{name_property, taken_name_key};
pub use object::{Bucket, Encryption, ObjectCall, StoredObject};
pub use operation::{CellStatus, OperationCell, OperationTargets, RegionProgress, StackSetOperation};
pub(crate) use opt_in::{is_opt_in, known_regions};
pub use parameter::{SsmParameter, SsmType};
pub use quotas::{AtWork, Quotas};
pub use settings::{Failure, LogEntry, Timing};
pub use stack::{Change, Stack, stack_name};
pub use stack_set::{StackInstance, StackSet, StoredDefinition};

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    /// The moment that it is in the world; passes only while a command runs.
    pub now: Timestamp,
    /// Seed of every draw.
    pub seed: u64,
    /// Draws so far, so that a reloaded world goes on where it stopped.
    pub draws: u64,
    /// The partition, `aws`.
    pub partition: String,
    /// The account that unsigned and unknown credentials act as.
    pub caller: AccountId,
    /// Units and accounts.
    pub organization: OrganizationState,
    /// Whether `ActivateOrganizationsAccess` was called.
    pub organizations_access: bool,
    /// Accounts that may call as delegated administrators.
    pub delegated_administrators: BTreeSet<AccountId>,
    /// StackSets by home Region, then id; deleted ones stay with their status.
    pub stack_sets: BTreeMap<Region, BTreeMap<StackSetId, StackSet>>,
    /// Stacks by where they are, then stack name: also the retained ones that no StackSet knows any more.
    #[serde(default, with = "keyed")]
    pub stacks: BTreeMap<InstanceKey, BTreeMap<String, Stack>>,
    /// Which stack holds a name that is unique in an account or everywhere, by [`taken_name_key`]; kept by
    /// [`World::put_stack`] and [`World::remove_stack`].
    #[serde(default)]
    pub taken_names: BTreeMap<String, String>,
    /// Templates that stacks were made from, or will be, by the digest of their text.
    #[serde(default)]
    pub templates: BTreeMap<Digest, Blueprint>,
    /// IAM roles that were in an account before any stack, such as `OrganizationAccountAccessRole`.
    pub roles: BTreeMap<AccountId, BTreeSet<String>>,
    /// Opt-in Regions that accounts have switched on.
    #[serde(default)]
    pub opt_in_regions: BTreeMap<AccountId, BTreeSet<Region>>,
    /// S3 buckets by name; when there is none, every bucket is there and anybody's.
    #[serde(default)]
    pub buckets: BTreeMap<String, Bucket>,
    /// S3 objects by `bucket/key`.
    pub objects: BTreeMap<String, StoredObject>,
    /// Parameters of Systems Manager; of a name the first one that fits counts.
    #[serde(default)]
    pub parameters: Vec<SsmParameter>,
    /// Failures that are to happen, in order of precedence.
    pub failures: Vec<Failure>,
    /// What goes wrong between clients and the services, in order of precedence.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// Calls that a fault holds back.
    #[serde(default)]
    pub delayed: Vec<DelayedCall>,
    /// Others who act.
    #[serde(default)]
    pub actors: Vec<Actor>,
    /// What account gates say; the first that fits counts.
    #[serde(default)]
    pub account_gates: Vec<AccountGate>,
    /// Changes by hand to resources that are not there yet; each is made once in every stack that it fits.
    #[serde(default)]
    pub drifts: Vec<Drift>,
    /// How long things take.
    pub timing: Timing,
    /// Limits.
    #[serde(default)]
    pub quotas: Quotas,
    /// Instances at work, as far as there is a limit to them.
    #[serde(default)]
    pub at_work: AtWork,
    /// What AWS does not say, decided for this world.
    pub knobs: Knobs,
    /// What happens by itself when time passes, soonest first.
    #[serde(default)]
    pub agenda: BTreeSet<Due>,
    /// Every call, oldest first.
    pub log: Vec<LogEntry>,
}

/// The organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationState {
    /// `o-…`
    pub id: OrganizationId,
    /// `r-…`
    pub root: UnitId,
    /// The management account.
    pub management_account: AccountId,
    /// Units but the root.
    pub units: BTreeMap<UnitId, UnitState>,
    /// Accounts, the management account too.
    pub accounts: BTreeMap<AccountId, MemberAccount>,
    /// Services that `EnableAWSServiceAccess` was called for, and when. What StackSets does depends on
    /// [`World::organizations_access`] alone (reference §8.4).
    #[serde(default)]
    pub service_access: BTreeMap<String, Timestamp>,
    /// Accounts that were asked for and are not there yet.
    #[serde(default)]
    pub in_creation: BTreeMap<AccountId, AccountInCreation>,
    /// Tags of accounts, units and the root, by their ids.
    #[serde(default)]
    pub tags: BTreeMap<String, BTreeMap<String, String>>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitState {
    /// Its name.
    pub name: String,
    /// The unit or root above it.
    pub parent: UnitId,
}

/// An account that `CreateAccount` was called for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountInCreation {
    /// The account as it will be.
    pub account: MemberAccount,
    /// The role that Organizations makes in it.
    pub role: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberAccount {
    /// Its name.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// Whether it is in use.
    pub state: AccountState,
    /// Where it stands.
    pub parent: UnitId,
    /// When it joined.
    pub joined_at: Timestamp,
}
