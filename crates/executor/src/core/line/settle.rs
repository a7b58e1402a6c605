//! After the last operation: does a strong read show what the plan says. Exit code 0 is a claim.

use std::collections::{BTreeMap, BTreeSet};

use model::call::{Call, Described};
use model::event::OperationOutcome;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::ObservedInstance;
use model::plan::OperationKind;

use super::{Kind, Line, Next, PATIENCE, Step, Stop};
use crate::core::pace;

/// How often instances are read that are not as planned: their list lags behind (reference §1.7).
const READS: u32 = 5;

impl Line<'_> {
    /// Starts, or repeats, the last check.
    pub(super) fn settle(&mut self) -> Next {
        if let (Step::SettleInstances, Some(id)) = (&self.step, self.id.clone()) {
            return self.ask(Step::SettleInstances, Call::Instances(id), PATIENCE);
        }
        let call = Call::Definition(self.aws_name.clone());
        self.ask(Step::SettleDefinition, call, PATIENCE)
    }

    pub(super) fn on_settle_definition(&mut self, found: Option<&Described>) -> Next {
        let found = found.filter(|found| Some(&found.id) == self.id.as_ref());
        let says = found.map(|found| found.definition.fingerprint());
        let planned = self
            .jobs
            .last()
            .and_then(|job| job.operation.definition_after.as_ref());
        if says.as_ref() != planned {
            if self.tries < READS && self.created_now && found.is_none() {
                self.tries += 1;
                return self.sleep(Step::SettleDefinition, pace::again(self.tries));
            }
            return self.stale("its definition is not the planned one after the last operation");
        }
        if found.is_none() || self.jobs.iter().all(|job| job.operation.instances == 0) {
            return Next::Stop(Stop::Complete);
        }
        self.tries = 0;
        self.step = Step::SettleInstances;
        self.settle()
    }

    pub(super) fn on_settle_instances(&mut self, found: &BTreeMap<InstanceKey, ObservedInstance>) -> Next {
        let planned = self.planned_instances();
        let wrong: BTreeSet<&InstanceKey> = planned
            .iter()
            .filter(|(key, there)| !is_as_planned(found.get(*key), **there))
            .map(|(key, _)| key)
            .collect();
        let Some(first) = wrong.first() else {
            return Next::Stop(Stop::Complete);
        };
        self.tries += 1;
        if self.tries < READS {
            return self.sleep(Step::SettleInstances, pace::again(self.tries));
        }
        let message = format!(
            "AWS calls the operations of StackSet `{}` a success, but {} of {} instances are not as planned, {first} among them",
            self.name,
            wrong.len(),
            planned.len()
        );
        if let Some(job) = self
            .jobs
            .last_mut()
            .filter(|job| job.outcome == OperationOutcome::Succeeded)
        {
            job.outcome = OperationOutcome::Partial;
            job.reason = Some(message.clone());
        }
        self.end(Stop::Complete, Kind::NotAsPlanned, message)
    }

    /// Whether each touched instance must be there; those that are reported as failed are left out.
    fn planned_instances(&self) -> BTreeMap<InstanceKey, bool> {
        let mut planned = BTreeMap::new();
        for job in &self.jobs {
            let there = match job.operation.kind {
                OperationKind::Forget | OperationKind::Delete | OperationKind::Detach => false,
                OperationKind::CreateStackSet
                | OperationKind::ManagedExecution
                | OperationKind::AutoDeploymentOff
                | OperationKind::Update
                | OperationKind::Create
                | OperationKind::AutoDeployment
                | OperationKind::DeleteStackSet => true,
            };
            let keys = job
                .operation
                .touches
                .iter()
                .flat_map(model::instance::Rectangle::keys);
            planned.extend(keys.map(|key| (key, there)));
        }
        for job in &self.jobs {
            for failure in job.failures() {
                planned.remove(&failure.key);
            }
        }
        planned
    }
}

fn is_as_planned(found: Option<&ObservedInstance>, there: bool) -> bool {
    match found {
        None => !there,
        Some(found) if there => {
            found.status == InstanceStatus::Current
                || found.detailed == DetailedStatus::SkippedSuspendedAccount
        }
        Some(_) => false,
    }
}
