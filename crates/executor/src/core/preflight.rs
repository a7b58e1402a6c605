//! Before anything is touched: may and can this plan be carried out, here and now.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::call::Write;
use model::event::Cause;
use model::ids::{AccountId, UnitId};
use model::observed::Identity;
use model::organization::Organization;
use model::plan::{Plan, PlanResult, RunsIf};
use model::secrets::Secrets;

use super::cause::Kind;
use super::secrets::references;

/// What is wrong with the plan itself; empty when it can be carried out.
pub(super) fn check_plan(plan: &Plan, secrets: &Secrets) -> Vec<Cause> {
    if !plan.applyable || matches!(plan.result, PlanResult::Blocked | PlanResult::Error) {
        return vec![
            Kind::NotApplyable.for_all("the plan may not be applied: something in it is wrong or held"),
        ];
    }
    let mut causes = check_bases(plan);
    causes.extend(check_order(plan));
    causes.extend(check_stages(plan));
    let needed: BTreeSet<&str> = plan
        .operations
        .iter()
        .flat_map(|operation| references(&operation.call))
        .collect();
    let missing = needed
        .into_iter()
        .filter(|reference| secrets.reveal(reference).is_none());
    causes.extend(missing.map(|reference| Kind::MissingSecret.for_all(without_value(reference))));
    causes
}

/// What a reference without a value means for whoever has to give it one.
fn without_value(reference: &str) -> String {
    match reference.split_once(':') {
        Some(("env", name)) => format!("environment variable `{name}` is not set here"),
        Some(("ssm", name)) => format!("Systems Manager has no parameter `{name}`"),
        _ => format!("`{reference}` has no value"),
    }
}

/// Each StackSet that is written to needs the state that the plan stands on.
fn check_bases(plan: &Plan) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut begun = BTreeSet::new();
    for operation in &plan.operations {
        let name = operation.stack_set.as_str();
        let first = begun.insert(name);
        let creates = matches!(operation.call, Write::CreateStackSet { .. });
        let Some(base) = plan.preconditions.stack_sets.get(name) else {
            causes.push(Kind::Inconsistent.of(name, format!("the plan does not say what `{name}` was like")));
            continue;
        };
        let fits = (creates == (first && base.id.is_none()))
            && operation.call.starts_operation() == operation.operation_id.is_some()
            && base.aws_name == operation.aws_name;
        if !fits {
            let message = format!(
                "{} of StackSet `{name}` does not follow from the plan",
                operation.id
            );
            causes.push(Kind::Inconsistent.of(name, message));
        }
    }
    causes
}

/// Operations have names and ids of their own and depend on others of the plan.
fn check_order(plan: &Plan) -> Vec<Cause> {
    let mut names = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let mut causes = Vec::new();
    for operation in &plan.operations {
        let known = names.insert(operation.id.as_str(), operation.stack_set.as_str());
        let reused = operation.operation_id.as_ref().is_some_and(|id| !ids.insert(id));
        if known.is_some() || reused {
            causes.push(Kind::Inconsistent.for_all(format!("the plan has {} twice", operation.id)));
        }
    }
    for operation in &plan.operations {
        for unknown in operation
            .depends_on
            .iter()
            .filter(|name| !names.contains_key(name.as_str()))
        {
            let message = format!(
                "{} waits for {unknown}, which the plan does not have",
                operation.id
            );
            causes.push(Kind::Inconsistent.of(&operation.stack_set, message));
        }
    }
    causes
}

/// Stages are those of the plan, each after an earlier one, and rollbacks come last in their StackSet.
fn check_stages(plan: &Plan) -> Vec<Cause> {
    let mut known = BTreeSet::new();
    let mut causes = Vec::new();
    for stage in &plan.stages {
        let after = stage.after.as_deref();
        if after.is_some_and(|after| !known.contains(after)) || !known.insert(stage.id.as_str()) {
            causes.push(
                Kind::Inconsistent.for_all(format!("stage {} does not follow from the plan", stage.id)),
            );
        }
    }
    let mut turned = BTreeSet::new();
    for operation in &plan.operations {
        let set = operation.stack_set.as_str();
        let stage = match &operation.runs_if {
            RunsIf::Always => operation.stage.as_ref(),
            RunsIf::StageFailed(stage) => Some(stage),
        };
        let unknown = stage.is_some_and(|stage| !known.contains(stage.as_str()));
        if unknown || (operation.runs_if.is_always() && turned.contains(set)) {
            let message = format!("{} is in no stage where it could be", operation.id);
            causes.push(Kind::Inconsistent.of(set, message));
        }
        if !operation.runs_if.is_always() {
            turned.insert(set);
        }
    }
    causes
}

/// The guard: these credentials, or nothing.
pub(super) fn check_identity(plan: &Plan, identity: &Identity) -> Option<Cause> {
    let wanted = &plan.scope.admin_account;
    (identity.account != *wanted).then(|| {
        Kind::WrongAccount.for_all(format!(
            "these credentials are for account {}, the plan is for {wanted}",
            identity.account
        ))
    })
}

/// Accounts that a call would reach without naming them must be the planned ones (rule R6).
pub(super) fn check_units(plan: &Plan, organization: &Organization) -> Vec<Cause> {
    let units = plan.preconditions.units.iter();
    let changes = units.filter_map(|(unit, planned)| UnitChange::find(unit, planned, organization));
    changes.map(|change| stale(plan, &change)).collect()
}

/// Whoever trusts what the same plan makes of accounts that came or went can say so beforehand.
fn stale(plan: &Plan, change: &UnitChange) -> Cause {
    let mut cause = Kind::Stale.for_all(change.to_string());
    if let (UnitChange::Accounts { .. }, Some(help)) = (change, cause.help.as_mut()) {
        let accept = format!(
            "; accept these accounts alone: stackfleet apply --approved {} --accept new-accounts",
            plan.digest.short()
        );
        help.push_str(&accept);
    }
    cause
}

/// What is different about a unit since the plan.
#[derive(Debug)]
pub(super) enum UnitChange {
    /// It does not exist any more.
    Gone(UnitId),
    /// Other accounts stand below it.
    Accounts {
        /// Its path.
        path: String,
        /// Accounts that the plan does not know there, with their names.
        joined: BTreeMap<AccountId, String>,
        /// Accounts that the plan expects there, with their names.
        left: BTreeMap<AccountId, String>,
    },
}

impl UnitChange {
    /// Compares a unit's active accounts with the planned ones; none when they are the same.
    pub(super) fn find(
        unit: &UnitId,
        planned: &BTreeSet<AccountId>,
        organization: &Organization,
    ) -> Option<Self> {
        if !unit.is_root() && !organization.units.contains_key(unit) {
            return Some(Self::Gone(unit.clone()));
        }
        let now = organization.active_below(unit);
        let named = |accounts: BTreeSet<&AccountId>| {
            let name = |id: &AccountId| organization.account_name(id).to_owned();
            accounts.into_iter().map(|id| (id.clone(), name(id))).collect()
        };
        let joined: BTreeMap<_, _> = named(now.difference(planned).collect());
        let left: BTreeMap<_, _> = named(planned.difference(&now).collect());
        (!joined.is_empty() || !left.is_empty()).then(|| Self::Accounts {
            path: organization.path(unit),
            joined,
            left,
        })
    }
}

impl fmt::Display for UnitChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, joined, left) = match self {
            Self::Gone(unit) => return write!(f, "unit {unit} does not exist any more"),
            Self::Accounts { path, joined, left } => (path, joined, left),
        };
        write!(f, "accounts of {path} changed after the plan was made")?;
        for (what, accounts) in [("joined", joined), ("left", left)] {
            let texts: Vec<_> = accounts
                .iter()
                .map(|(id, name)| format!("{name} ({id})"))
                .collect();
            if !texts.is_empty() {
                write!(f, "; {what}: {}", texts.join(", "))?;
            }
        }
        Ok(())
    }
}
