//! How a plan is judged: risk, time, policies and freezes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

/// What was chosen on the command line; everything empty for a complete plan. Names and ids, patterns already resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Selection {
    /// Only these StackSets.
    pub stack_sets: Vec<String>,
    /// Not these StackSets.
    pub exclude: Vec<String>,
    /// Only these accounts.
    pub accounts: Vec<String>,
    /// Only these Regions.
    pub regions: Vec<String>,
    /// Only up to these stages, by name or as `ROLLOUT/STAGE`.
    pub stages: Vec<String>,
    /// Only instances that are behind in this way, brought to the definition that AWS has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// Only these instances, deleted with their stacks and made again: `STACKSET:ACCOUNT/REGION`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recreate: Vec<String>,
    /// Values that AWS does not show, sent again: `STACKSET:PARAMETER`. Leaves nothing out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resend: Vec<String>,
}

/// Instances that an operation left behind (reference §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::schema::open)]
pub enum Only {
    /// The last operation failed there, or was cancelled before it got there.
    Failed,
    /// They are `OUTDATED`, whatever the cause.
    Outdated,
}

impl Only {
    /// The word on the command line and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Outdated => "outdated",
        }
    }
}

impl Selection {
    /// Whether it can leave something out.
    pub fn is_narrow(&self) -> bool {
        let names = [&self.stack_sets, &self.exclude, &self.stages];
        self.names_instances() || names.iter().any(|names| !names.is_empty())
    }

    /// Whether it chooses among the instances of a StackSet by account, by Region or by how they are.
    pub fn names_instances(&self) -> bool {
        !self.accounts.is_empty() || !self.regions.is_empty() || self.does_again()
    }

    /// Whether it does again what was done before, with the definition that AWS has, and nothing else.
    pub fn does_again(&self) -> bool {
        self.only.is_some() || !self.recreate.is_empty()
    }

    /// Whether a StackSet is chosen: by its name, or by an instance of it.
    pub fn takes(&self, name: &str) -> bool {
        let has = |names: &[String]| names.iter().any(|one| one == name);
        let named = self.recreate.is_empty() || self.recreated(name).next().is_some();
        (self.stack_sets.is_empty() || has(&self.stack_sets)) && !has(&self.exclude) && named
    }

    /// The instances of a StackSet that are deleted and made again, as account and Region.
    pub fn recreated<'s>(&'s self, stack_set: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
        let named = self.recreate.iter().filter_map(|one| one.split_once(':'));
        let mine = named.filter_map(move |(name, instance)| (name == stack_set).then_some(instance));
        mine.filter_map(|instance| instance.rsplit_once('/'))
    }

    /// The parameters of a StackSet that are sent again.
    pub fn resent<'s>(&'s self, stack_set: &'s str) -> impl Iterator<Item = &'s str> {
        let pairs = self.resend.iter().filter_map(|pair| pair.split_once(':'));
        pairs.filter_map(move |(name, parameter)| (name == stack_set).then_some(parameter))
    }
}

/// How much can go wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// The worst of the reasons.
    pub level: RiskLevel,
    /// Why, the worst first.
    pub reasons: Vec<RiskReason>,
}

/// Levels of risk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Nothing changes.
    #[default]
    None,
    /// Instances are created or updated.
    Low,
    /// Many accounts, or much at once.
    Medium,
    /// Something is lost, replaced, or allowed more.
    High,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RiskReason {
    /// `R1` and two digits for what is reached and lost, `R2` for what a template changes.
    pub code: String,
    /// How bad it is by itself.
    pub level: RiskLevel,
    /// One sentence.
    pub message: String,
}

/// How long AWS will work, approvals and soaks apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// If it goes as the quickest operations did.
    pub low_seconds: u64,
    /// If it goes as the slowest did.
    pub high_seconds: u64,
    /// Seconds of soaks, which come on top.
    pub soak_seconds: u64,
    /// What it was made from.
    pub basis: String,
}

/// What one rule of a policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyResult {
    /// The rules' package.
    pub name: String,
    /// The file.
    pub source: String,
    /// What came out.
    pub outcome: PolicyOutcome,
    /// The rule's words; empty when nothing is said against the plan.
    pub message: String,
}

/// What a policy thinks of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyOutcome {
    /// Nothing against it.
    Pass,
    /// A remark.
    Warn,
    /// It may not be carried out.
    Deny,
}

/// A freeze that is on or still to come. Whoever carries the plan out looks at the clock before every operation and starts none
/// that touches a frozen account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanFreeze {
    /// Its name in the manifest.
    pub name: String,
    /// When it begins.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub from: Timestamp,
    /// When it is over.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub until: Timestamp,
    /// The frozen accounts as they were when the plan was made; none for every account.
    pub accounts: Option<BTreeSet<AccountId>>,
}

impl PlanFreeze {
    /// Whether it is on at a moment.
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    /// Whether it is about an account.
    pub fn covers(&self, account: &AccountId) -> bool {
        self.accounts
            .as_ref()
            .is_none_or(|accounts| accounts.contains(account))
    }
}
