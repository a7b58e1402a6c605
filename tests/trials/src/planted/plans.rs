//! What the planner is given, and what is made of its plans.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::ParameterValue;
use model::ids::OperationId;
use model::observed::Observed;
use model::plan::{Plan, PlanResult};
use model::targets::CallTargets;

use super::{Defect, Memory, other_id};
use crate::direct::Direct;
use crate::draw::Draw;

/// Of a thousand lists of instances, so many may not be read (F33): a plan is refused, and asked for again.
const DENIED: u64 = 150;
/// Seconds that a list of instances lags behind (F26).
const LAG: u64 = 600;

impl Defect {
    /// What the planner is given.
    pub fn observes(self, observed: &mut Observed, direct: &Direct) {
        let mut denied = Draw::new(observed.taken_at.as_second().unsigned_abs(), "a denied page");
        for (name, set) in &mut observed.stack_sets {
            match self {
                Self::UnchangedIsChanged => drop(set.definition.tags.pop_first()),
                Self::NoSecondPage => drop(set.instances.pop_last()),
                Self::EmptyPageIsEnd => set.instances.clear(),
                Self::DeniedIsAbsent if denied.permille(DENIED) => set.instances.clear(),
                Self::StaleIsTrusted => {
                    let mut rows = direct.instances_before(LAG, name);
                    rows.append(&mut set.instances);
                    set.instances = rows;
                }
                Self::MaskIsDifference => set.definition.parameters.values_mut().for_each(unmask),
                _ => {}
            }
        }
    }

    /// What the planner gives, and the state machine is given.
    pub fn plans(self, plan: &mut Plan) {
        match self {
            Self::DefinitionIsAll => {
                let changes = |write: &Write| {
                    matches!(write, Write::UpdateStackSet(update) if update.content)
                        || !matches!(write, Write::UpdateStackInstances { .. })
                };
                plan.operations.retain(|operation| changes(&operation.call));
                if plan.operations.is_empty() {
                    plan.result = PlanResult::NoChanges;
                }
            }
            Self::UnionRectangle => union(plan),
            Self::WaveMarksAgain => second_wave(plan),
            _ => return,
        }
        // What such a planner makes is whole: its seal is no help against it.
        plan.digest = plan.compute_digest();
    }

    /// The plan that a process is given, when it is not the one that was judged.
    pub fn obeys(self, plan: &Plan, resumed: Option<&Memory>) -> Option<Plan> {
        let mut obeyed = plan.clone();
        match (self, resumed) {
            (Self::FreshIdOnRestart, Some(_)) => {
                for operation in &mut obeyed.operations {
                    operation.operation_id = operation.operation_id.as_ref().map(|id| other_id(id, "new"));
                }
            }
            (Self::RetainIsForgotten, Some(_)) => {
                for operation in &mut obeyed.operations {
                    if let Write::DeleteStackInstances { retain_stacks, .. } = &mut operation.call {
                        *retain_stacks = false;
                    }
                }
            }
            (Self::JournalIsTrusted, Some(memory)) => {
                let sent = |id: &Option<OperationId>| id.as_ref().is_some_and(|id| memory.sent.contains(id));
                obeyed
                    .operations
                    .retain(|operation| !sent(&operation.operation_id));
                let names: BTreeSet<String> = obeyed.operations.iter().map(|it| it.id.clone()).collect();
                for operation in &mut obeyed.operations {
                    operation.depends_on.retain(|name| names.contains(name));
                }
            }
            (Self::NoOrder, _) => {
                for operation in &mut obeyed.operations {
                    operation.depends_on.clear();
                }
            }
            _ => return None,
        }
        Some(obeyed)
    }
}

fn unmask(value: &mut ParameterValue) {
    if *value == ParameterValue::Masked {
        *value = ParameterValue::Plain("****".to_owned());
    }
}

/// Every account and Region of a StackSet's calls in each of them.
fn union(plan: &mut Plan) {
    let mut all: BTreeMap<String, (BTreeSet<_>, Vec<_>)> = BTreeMap::new();
    for operation in &plan.operations {
        if let Some(CallTargets::Accounts { accounts, regions }) = targets(&operation.call) {
            let (every, where_) = all.entry(operation.stack_set.clone()).or_default();
            every.extend(accounts.iter().cloned());
            where_.extend(regions.iter().cloned());
            where_.sort();
            where_.dedup();
        }
    }
    for operation in &mut plan.operations {
        let found = all.get(&operation.stack_set);
        if let (Some(CallTargets::Accounts { accounts, regions }), Some((every, where_))) =
            (targets_mut(&mut operation.call), found)
        {
            accounts.clone_from(every);
            regions.clone_from(where_);
        }
    }
}

fn targets(write: &Write) -> Option<&CallTargets> {
    match write {
        Write::UpdateStackSet(update) => Some(&update.targets),
        Write::CreateStackInstances { targets, .. }
        | Write::UpdateStackInstances { targets, .. }
        | Write::DeleteStackInstances { targets, .. } => Some(targets),
        Write::CreateStackSet { .. } | Write::DeleteStackSet => None,
    }
}

fn targets_mut(write: &mut Write) -> Option<&mut CallTargets> {
    match write {
        Write::UpdateStackSet(update) => Some(&mut update.targets),
        Write::CreateStackInstances { targets, .. }
        | Write::UpdateStackInstances { targets, .. }
        | Write::DeleteStackInstances { targets, .. } => Some(targets),
        Write::CreateStackSet { .. } | Write::DeleteStackSet => None,
    }
}

/// Updates of instances after an update of the definition become updates of the definition.
fn second_wave(plan: &mut Plan) {
    let mut updates: BTreeMap<String, Write> = BTreeMap::new();
    for operation in &mut plan.operations {
        let before = updates.get(&operation.stack_set).cloned();
        match (&operation.call, before) {
            (Write::UpdateStackSet(_), _) => {
                drop(updates.insert(operation.stack_set.clone(), operation.call.clone()));
            }
            (Write::UpdateStackInstances { targets, .. }, Some(Write::UpdateStackSet(mut update))) => {
                update.targets = targets.clone();
                update.content = true;
                operation.call = Write::UpdateStackSet(update);
            }
            _ => {}
        }
    }
}
