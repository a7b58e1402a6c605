//! What was changed past CloudFormation, as data: what drift detection found, held against the plan that would come next.

mod beside;
mod pending;

use std::collections::BTreeMap;

use model::Timestamp;
use model::desired::Desired;
use model::drift::{DetectionStatus, DriftReading, DriftedInstance};
use model::ids::{AccountId, OperationId, Region, StackSetName};
use model::instance::{DetailedStatus, InstanceKey};
use model::observed::{Observed, ObservedStackSet};
use model::plan::{Plan, PlanSource, Scope};
use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::MAJOR;
use pending::Pending;

/// `format` of the JSON form.
pub const FORMAT: &str = "stackfleet.drift";
/// `format_version` of the JSON form: a minor version only adds.
pub const FORMAT_VERSION: &str = "1.0";

/// Everything that `drift` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DriftReport {
    /// Always [`FORMAT`].
    #[schemars(extend("const" = FORMAT))]
    pub format: &'static str,
    /// [`FORMAT_VERSION`]
    #[schemars(extend("pattern" = MAJOR))]
    pub format_version: &'static str,
    /// When AWS was read; ages count from here.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub taken_at: Timestamp,
    /// The manifest that it is compared with.
    pub source: PlanSource,
    /// Where.
    pub scope: Scope,
    /// Instances of all these StackSets.
    pub instances: DriftCounts,
    /// The StackSets, by name.
    pub stack_sets: Vec<StackSetDrift>,
}

/// One StackSet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StackSetDrift {
    /// The name in the manifest.
    pub name: String,
    /// The name in AWS.
    pub aws_name: StackSetName,
    /// Whether AWS has it.
    pub exists: bool,
    /// The last detection that came to its end; none when it was never checked.
    pub detection: Option<DriftDetection>,
    /// A detection that is at work; what it found so far is in the report.
    pub running: Option<RunningDetection>,
    /// Its instances; each is counted once.
    pub instances: DriftCounts,
    /// Instances that differ from their own templates.
    pub drifted: Vec<DriftedRow>,
    /// Instances about which the last detection says nothing; not listed where there was never one.
    pub not_checked: Vec<NotCheckedRow>,
    /// What else differs, and needs no detection to be known.
    pub beside: Beside,
}

/// The last detection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DriftDetection {
    /// Its operation; none when AWS does not list it any more.
    pub operation_id: Option<OperationId>,
    /// Whether this tool started it.
    pub ours: bool,
    /// How it ended.
    pub status: DetectionStatus,
    /// When it was started.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub ended_at: Option<Timestamp>,
    /// Seconds since it ended.
    pub age_seconds: Option<u64>,
    /// Instances that it could not check.
    pub failed: u64,
}

/// A detection that is at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunningDetection {
    /// Its operation.
    pub operation_id: OperationId,
    /// Whether this tool started it.
    pub ours: bool,
    /// Seconds since it was started; none when AWS does not say.
    pub age_seconds: Option<u64>,
}

/// Instances by what is known of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DriftCounts {
    /// All of them.
    pub total: u64,
    /// They are as their own templates say.
    pub in_sync: u64,
    /// They are not.
    pub drifted: u64,
    /// Nobody knows.
    pub not_checked: u64,
}

/// An instance that differs from its own template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DriftedRow {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub account_name: Option<String>,
    /// The Region.
    pub region: Region,
    /// When it was checked.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub checked_at: Option<Timestamp>,
    /// The resources that differ; none when AWS has no details any more.
    pub resources: Option<Vec<DriftedResource>>,
}

/// A resource that is not as its template says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct DriftedResource {
    /// The logical id.
    pub logical_id: String,
    /// For example `AWS::IAM::Role`.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The physical id.
    pub physical_id: Option<String>,
    /// Whether the resource itself is gone.
    pub deleted: bool,
    /// What the plan makes of a resource that is gone; none for one that is there.
    pub fate: Option<Fate>,
    /// The properties that differ.
    pub properties: Vec<DriftedProperty>,
}

/// A property that is not as its template says. `NoEcho` values are masked by AWS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct DriftedProperty {
    /// Where it is, as a JSON pointer below `Properties`.
    pub path: String,
    /// The same as people read it: `Policies.read.PolicyDocument`.
    pub property: String,
    /// The value that the template says; none when it says nothing.
    pub expected: Option<String>,
    /// The value that it has; none when it is not there.
    pub found: Option<String>,
    /// What the plan makes of it.
    pub fate: Fate,
}

/// What the plan that would come next makes of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The plan writes this property, or makes the resource anew.
    Repaired,
    /// The plan takes the resource or the stack away.
    Removed,
    /// It is not certain that anything touches it.
    Stays,
}

/// An instance about which nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotCheckedRow {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub account_name: Option<String>,
    /// The Region.
    pub region: Region,
    /// Why.
    pub cause: NotChecked,
    /// Why, in AWS's words.
    pub reason: Option<String>,
}

/// Why nothing is known about an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotChecked {
    /// Its account is suspended or closed: AWS leaves it out.
    Suspended,
    /// The detection failed on it or did not come to it.
    Failed,
    /// No detection was there since it was made.
    Never,
}

/// What else differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Beside {
    /// Wanted instances that are not there.
    pub missing: u64,
    /// Instances that nobody wants.
    pub extra: Vec<ExtraRow>,
    /// What differs from the manifest: `template`, `3 parameters`.
    pub settings: Vec<String>,
}

/// An instance that nobody wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExtraRow {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub account_name: Option<String>,
    /// The Region.
    pub region: Region,
    /// Why nobody wants it.
    pub reason: String,
}

impl DriftReport {
    /// What was found in these StackSets of a manifest, by their names in AWS. A StackSet of the manifest that has no reading and is
    /// there is left out.
    pub fn of(
        desired: &Desired,
        observed: &Observed,
        readings: &BTreeMap<StackSetName, DriftReading>,
        plan: &Plan,
        wanted: impl Fn(&str) -> bool,
    ) -> Self {
        let sets = desired.stack_sets.iter().filter(|(name, _)| wanted(name));
        let stack_sets: Vec<StackSetDrift> = sets
            .filter_map(|(name, set)| {
                let around = Around {
                    name,
                    aws_name: &set.aws_name,
                    observed,
                    plan,
                };
                match observed.stack_sets.get(&set.aws_name) {
                    None => Some(around.missing()),
                    Some(live) => Some(around.of(live, readings.get(&set.aws_name)?)),
                }
            })
            .collect();
        let mut instances = DriftCounts::default();
        for set in &stack_sets {
            instances.total += set.instances.total;
            instances.in_sync += set.instances.in_sync;
            instances.drifted += set.instances.drifted;
            instances.not_checked += set.instances.not_checked;
        }
        Self {
            format: FORMAT,
            format_version: FORMAT_VERSION,
            taken_at: observed.taken_at,
            source: plan.source.clone(),
            scope: plan.scope.clone(),
            instances,
            stack_sets,
        }
    }

    /// Whether an instance differs from its own template.
    pub fn is_drifted(&self) -> bool {
        self.instances.drifted > 0
    }
}

/// A StackSet of a manifest and what is known beside its drift.
struct Around<'a> {
    name: &'a str,
    aws_name: &'a StackSetName,
    observed: &'a Observed,
    plan: &'a Plan,
}

impl Around<'_> {
    fn missing(&self) -> StackSetDrift {
        StackSetDrift {
            name: self.name.to_owned(),
            aws_name: self.aws_name.clone(),
            exists: false,
            detection: None,
            running: None,
            instances: DriftCounts::default(),
            drifted: Vec::new(),
            not_checked: Vec::new(),
            beside: Beside::default(),
        }
    }

    fn of(&self, live: &ObservedStackSet, reading: &DriftReading) -> StackSetDrift {
        let now = self.observed.taken_at;
        let mut pending = Pending::new(self.plan, self.name, live);
        let there = reading.drifted.iter();
        let there = there.filter(|(key, _)| live.instances.contains_key(key));
        let drifted: Vec<DriftedRow> = there
            .map(|(key, found)| self.drifted(key, found, &mut pending))
            .collect();
        let total = live.instances.len() as u64;
        let not_checked: Vec<NotCheckedRow> = reading
            .not_checked
            .iter()
            .filter_map(|(key, reason)| self.not_checked(live, key, reason.as_deref()))
            .collect();
        let is_known = reading.check.is_some() || reading.running.is_some();
        let unknown = if is_known { not_checked.len() as u64 } else { total };
        StackSetDrift {
            exists: true,
            detection: detection(reading, now),
            running: reading.running.as_ref().map(|running| RunningDetection {
                operation_id: running.id.clone(),
                ours: running.id.is_ours(),
                age_seconds: running.created_at.map(|at| age(at, now)),
            }),
            instances: DriftCounts {
                total,
                in_sync: total.saturating_sub(drifted.len() as u64 + unknown),
                drifted: drifted.len() as u64,
                not_checked: unknown,
            },
            drifted,
            not_checked,
            beside: beside::of(self.plan, self.name, self.observed, live),
            ..self.missing()
        }
    }

    fn drifted(&self, key: &InstanceKey, found: &DriftedInstance, pending: &mut Pending<'_>) -> DriftedRow {
        let resources = found.resources.as_ref();
        DriftedRow {
            account: key.account.clone(),
            account_name: name_of(self.observed, &key.account),
            region: key.region.clone(),
            checked_at: found.checked_at,
            resources: resources.map(|all| all.iter().map(|one| pending.resource(key, one)).collect()),
        }
    }

    fn not_checked(
        &self,
        live: &ObservedStackSet,
        key: &InstanceKey,
        reason: Option<&str>,
    ) -> Option<NotCheckedRow> {
        let instance = live.instances.get(key)?;
        let account = self.observed.organization.accounts.get(&key.account);
        let suspended = account.is_some_and(|account| !account.state.is_active())
            || instance.detailed == DetailedStatus::SkippedSuspendedAccount;
        let cause = match reason {
            _ if suspended => NotChecked::Suspended,
            Some(_) => NotChecked::Failed,
            None => NotChecked::Never,
        };
        Some(NotCheckedRow {
            account: key.account.clone(),
            account_name: name_of(self.observed, &key.account),
            region: key.region.clone(),
            cause,
            reason: reason.map(str::to_owned),
        })
    }
}

fn detection(reading: &DriftReading, now: Timestamp) -> Option<DriftDetection> {
    let check = reading.check.as_ref()?;
    let operation = reading.operation.as_ref();
    let ended_at = operation.and_then(|found| found.ended_at).or(check.checked_at);
    Some(DriftDetection {
        operation_id: operation.map(|found| found.id.clone()),
        ours: operation.is_some_and(|found| found.id.is_ours()),
        status: check.status.clone(),
        started_at: operation.and_then(|found| found.created_at),
        ended_at,
        age_seconds: ended_at.map(|at| age(at, now)),
        failed: check.failed,
    })
}

/// Clocks differ: what ended in our future ended just now.
fn age(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.as_second() - at.as_second()).unwrap_or_default()
}

fn name_of(observed: &Observed, account: &AccountId) -> Option<String> {
    let found = observed.organization.accounts.get(account);
    found.map(|account| account.name.clone())
}
