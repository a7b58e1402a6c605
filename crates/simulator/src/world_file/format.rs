//! What may be in a world file.

use std::collections::BTreeMap;

use model::ids::{AccountId, OrganizationId, Region, UnitId};
use model::organization::AccountState;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::scenario::{ActorEntry, FaultEntry};
use crate::world::{AccountGate, Drift, Failure, Knobs, Quotas, SsmType, Timing};

/// The keys of the file itself.
pub(super) const KEYS: [&str; 21] = [
    "now",
    "seed",
    "caller",
    "organizations_access",
    "delegated_administrators",
    "service_access",
    "opt_in_regions",
    "organization",
    "unit",
    "account",
    "failure",
    "fault",
    "actor",
    "drift",
    "account_gate",
    "timing",
    "quotas",
    "knobs",
    "bucket",
    "objects",
    "parameter",
];

/// A whole file; a part with a mistake in it is left out here.
#[derive(Debug, Default)]
pub(super) struct WorldFile {
    pub(super) now: Option<Spanned<Datetime>>,
    pub(super) seed: Option<u64>,
    pub(super) caller: Option<AccountId>,
    pub(super) organizations_access: Option<bool>,
    pub(super) delegated_administrators: Entries<Spanned<AccountId>>,
    pub(super) service_access: Option<Vec<String>>,
    pub(super) opt_in_regions: Vec<Region>,
    pub(super) organization: Option<Organization>,
    pub(super) units: Entries<Unit>,
    pub(super) accounts: Entries<Account>,
    pub(super) failures: Entries<Failure>,
    pub(super) faults: Entries<Spanned<FaultEntry>>,
    pub(super) actors: Entries<Spanned<ActorEntry>>,
    pub(super) drifts: Entries<Drift>,
    pub(super) account_gates: Entries<AccountGate>,
    pub(super) timing: Option<Timing>,
    pub(super) quotas: Option<Quotas>,
    pub(super) knobs: Option<KnobsEntry>,
    pub(super) buckets: Entries<Bucket>,
    pub(super) objects: BTreeMap<Spanned<String>, Spanned<Object>>,
    pub(super) parameters: Entries<Parameter>,
}

/// The entries of a list.
#[derive(Debug)]
pub(super) struct Entries<T> {
    /// The ones without mistakes.
    pub(super) right: Vec<T>,
    /// Whether these are all.
    pub(super) whole: bool,
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self {
            right: Vec::new(),
            whole: true,
        }
    }
}

/// `[knobs]`, or `knobs = "drawn"`.
#[derive(Debug, Clone, Copy)]
pub(super) enum KnobsEntry {
    Drawn,
    Chosen(Knobs),
}

/// `[organization]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organization {
    pub(super) id: Option<OrganizationId>,
    pub(super) root: Option<Spanned<UnitId>>,
    pub(super) management_account: Spanned<AccountId>,
}

/// `[[unit]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    pub(super) path: Spanned<String>,
    pub(super) id: Option<Spanned<UnitId>>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
}

/// `[[account]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) id: Spanned<AccountId>,
    pub(super) name: Spanned<String>,
    pub(super) email: Option<Spanned<String>>,
    pub(super) unit: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) state: State,
    pub(super) roles: Option<Vec<String>>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    pub(super) opt_in_regions: Option<Vec<Region>>,
}

/// `state` of an account; the values that AWS may add later cannot be written.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    #[default]
    Active,
    Suspended,
    PendingClosure,
    Closed,
    PendingActivation,
}

impl From<State> for AccountState {
    fn from(state: State) -> Self {
        match state {
            State::Active => Self::Active,
            State::Suspended => Self::Suspended,
            State::PendingClosure => Self::PendingClosure,
            State::Closed => Self::Closed,
            State::PendingActivation => Self::PendingActivation,
        }
    }
}

/// `[[bucket]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bucket {
    pub(super) name: Spanned<String>,
    pub(super) account: Option<AccountId>,
    #[serde(default)]
    pub(super) encryption_required: bool,
}

/// `[[parameter]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: String,
    #[serde(default, rename = "type")]
    pub(super) kind: SsmType,
    pub(super) account: Option<AccountId>,
    pub(super) region: Option<Region>,
}

/// An object of `[objects]`: its text, or the file that has it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Object {
    Text(String),
    File(ObjectFile),
}

/// `{ file = "…" }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectFile {
    pub(super) file: String,
}
