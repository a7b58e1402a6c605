//! What a line needs beside its event.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::AccountId;
use model::plan::{Operation, Plan, Stage};

use crate::terms::{Names, subject};
use crate::told::schedule::{sides, tolerated, tolerated_in_words};
use crate::words::count;

/// What a line needs beside its event: where each operation stands in the plan, and names of accounts.
#[derive(Debug, Clone, Default)]
pub struct EventContext {
    operations: BTreeMap<String, Place>,
    total: usize,
    pub(super) names: Names,
    /// Rollouts by the ids of their stages, with the accounts that the stage reaches.
    stages: BTreeMap<String, (String, u64)>,
}

#[derive(Debug, Clone)]
struct Place {
    /// Its number among those that run when nothing fails.
    index: Option<usize>,
    accounts: u64,
    regions: u64,
    stage: Option<String>,
    /// Failures that each Region may have; none for what AWS runs without preferences.
    tolerated: Option<u64>,
}

impl EventContext {
    /// The context of a plan that is carried out.
    pub fn of(plan: &Plan) -> Self {
        let mut course = 0;
        let mut place = |operation: &Operation| {
            let (accounts, regions) = sides(operation);
            let is_course = operation.runs_if.is_always();
            course += usize::from(is_course);
            Place {
                index: is_course.then_some(course),
                accounts,
                regions,
                stage: operation.stage.clone(),
                tolerated: tolerated(operation),
            }
        };
        let reached = |stage: &Stage| {
            let operations = plan.operations.iter();
            let here = operations.filter(|operation| operation.stage.as_ref() == Some(&stage.id));
            let touched = here.flat_map(|operation| &operation.touches);
            let accounts: BTreeSet<_> = touched.flat_map(|one| &one.accounts).collect();
            (stage.rollout.clone(), accounts.len() as u64)
        };
        let placed = plan.operations.iter();
        let operations = placed
            .map(|operation| (operation.id.clone(), place(operation)))
            .collect();
        Self {
            stages: plan
                .stages
                .iter()
                .map(|stage| (stage.id.clone(), reached(stage)))
                .collect(),
            operations,
            total: course,
            names: plan.account_names.clone(),
        }
    }

    /// The name of the stage that an operation belongs to.
    pub(crate) fn stage(&self, operation: &str) -> Option<&str> {
        let stage = self.operations.get(operation)?.stage.as_deref()?;
        Some(stage.rsplit_once('/').map_or(stage, |(_, name)| name))
    }

    /// The name of an account, when it is known.
    pub(crate) fn account_name(&self, id: &AccountId) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// ` (3 tolerated per Region)`: beside failures of an operation, so that nobody has to look up whether it goes on.
    pub(super) fn tolerance(&self, operation: &str) -> String {
        let place = self.operations.get(operation);
        let told = place.and_then(|place| Some(tolerated_in_words(place.tolerated?, place.regions)));
        told.map(|told| format!(" ({told})")).unwrap_or_default()
    }

    /// ` (67 accounts × 3 Regions)`
    pub(super) fn size(&self, operation: &str) -> Option<String> {
        let place = self.operations.get(operation)?;
        let (accounts, regions) = (count(place.accounts, "account"), count(place.regions, "Region"));
        Some(format!(" ({accounts} × {regions})"))
    }

    /// `security-baseline canary`: the StackSet, and the stage that the operation belongs to.
    pub(super) fn subject(&self, stack_set: &str, operation: &str) -> String {
        let place = self.operations.get(operation);
        subject(stack_set, place.and_then(|place| place.stage.as_deref()))
    }

    /// `rollout careful wants an approval before prod (58 accounts)`
    pub(super) fn wants(&self, stage_id: &str, stage: &str) -> String {
        match self.stages.get(stage_id) {
            Some((rollout, accounts)) => {
                let whom = count(*accounts, "account");
                format!("rollout {rollout} wants an approval before {stage} ({whom})")
            }
            None => format!("{stage} wants an approval before it begins"),
        }
    }

    /// `3/9`, or `back` for the way back, which is no part of the plan's course.
    pub(super) fn position(&self, operation: &str) -> String {
        match self.operations.get(operation).map(|place| place.index) {
            Some(Some(index)) => format!("{index}/{}", self.total),
            Some(None) => "back".to_owned(),
            None => operation.to_owned(),
        }
    }

    /// Columns of the longest position and what parts it from the rest: `17/17 `.
    pub(super) fn position_width(&self) -> usize {
        let digits = self.total.to_string().len();
        5.max(2 * digits + 2)
    }
}
