//! After the last operation: does a strong read show what the plan says. Exit code 0 is a claim.

use std::collections::{BTreeMap, BTreeSet};

use model::call::{Call, Described};
use model::event::OperationOutcome;
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus, Rectangle};
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
            .last_sent()
            .and_then(|job| job.operation.definition_after.as_ref());
        if says.as_ref() != planned {
            if self.tries < READS && self.created_now && found.is_none() {
                self.tries += 1;
                return self.sleep(Step::SettleDefinition, pace::again(self.tries));
            }
            return self.stale("its definition is not the planned one after the last operation");
        }
        let mut sent = self.jobs.iter().filter(|job| job.accepted);
        if found.is_none() || sent.all(|job| job.operation.instances == 0) {
            return self.complete();
        }
        self.tries = 0;
        self.step = Step::SettleInstances;
        self.settle()
    }

    pub(super) fn on_settle_instances(&mut self, found: &BTreeMap<InstanceKey, ObservedInstance>) -> Next {
        let planned = self.planned_instances(found);
        let wrong: BTreeSet<&InstanceKey> = planned
            .iter()
            .filter(|(key, there)| !is_as_planned(found.get(*key), **there))
            .map(|(key, _)| key)
            .collect();
        let Some(first) = wrong.first() else {
            return self.complete();
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
        let mut sent = self.jobs.iter_mut().rev().filter(|job| job.accepted);
        if let Some(job) = sent
            .next()
            .filter(|job| job.outcome == OperationOutcome::Succeeded)
        {
            job.outcome = OperationOutcome::Partial;
            job.reason = Some(message.clone());
        }
        let stop = self.verdict.unwrap_or(Stop::Complete);
        self.end(stop, Kind::NotAsPlanned, message)
    }

    /// Whether each touched instance must be there; those that are reported as failed are left out, and of a rollback those that
    /// are not there.
    fn planned_instances(
        &self,
        found: &BTreeMap<InstanceKey, ObservedInstance>,
    ) -> BTreeMap<InstanceKey, bool> {
        let mut planned = BTreeMap::new();
        for job in self.jobs.iter().filter(|job| job.accepted) {
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
            let touched = job.operation.touches.iter().flat_map(Rectangle::keys);
            let touched = touched.filter(|key| !job.is_rollback() || found.contains_key(key));
            planned.extend(touched.map(|key| (key, there)));
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
        Some(_) => there && is_current(found),
    }
}

/// Whether an instance is there and up to date, as far as AWS works in its account.
pub(in crate::core) fn is_current(found: Option<&ObservedInstance>) -> bool {
    found.is_some_and(|found| {
        found.status == InstanceStatus::Current || found.detailed == DetailedStatus::SkippedSuspendedAccount
    })
}
