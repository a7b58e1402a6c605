//! Defects on purpose, to see that the judges find each (reliability §4.6).
//!
//! A defect stands between the state machine and AWS, or between AWS and the planner: what the tool then asks, sends and
//! believes is what it would with the defect inside. So none of this is in a crate that users get.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::Timestamp;
use model::call::{
    Call, CallError, CallErrorKind, Described, Reply, ResultStatus, StackSetRef, Write, WriteCall,
};
use model::definition::ParameterValue;
use model::ids::{OperationId, StackSetId, StackSetName};
use model::observed::{Observed, OperationStatus};
use model::plan::{Plan, PlanResult};
use model::targets::CallTargets;

/// What other tools got wrong, and what a slip of ours would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    /// A run after a crash has ids of its own.
    FreshIdOnRestart,
    /// A repetition has an id of its own (terraform-provider-aws).
    FreshIdInRetry,
    /// QUEUED is the end (TF#22160).
    QueuedIsOver,
    /// OperationInProgress is a failure (copilot#1637).
    InProgressIsFailure,
    /// The own operation, met again, is somebody else's (TF#28675).
    OwnIsForeign,
    /// The next operation does not wait for the one before (ansible#1790).
    NoWait,
    /// An operation on a StackSet that nobody changed (ansible#103).
    UnchangedIsChanged,
    /// StaleRequest is a failure (jenkins#129).
    StaleRequestIsFailure,
    /// What takes longer than half an hour has failed (terraform-provider-aws).
    HalfAnHour,
    /// All accounts by all Regions (copilot).
    UnionRectangle,
    /// Whoever has the name now.
    NameInsteadOfId,
    /// The second page is never read.
    NoSecondPage,
    /// An empty page is the end.
    EmptyPageIsEnd,
    /// SUCCEEDED with failed instances is a success.
    FailedInstancesAreFine,
    /// Equal definitions mean that nothing is left to do.
    DefinitionIsAll,
    /// A value that reads back as `****` differs from what is wanted.
    MaskIsDifference,
    /// What may not be read is not there.
    DeniedIsAbsent,
    /// A quota is tried again.
    QuotaIsRetried,
    /// An answer is waited for without end.
    NoTimeLimit,
    /// An operation of somebody else is stopped to get on.
    ForeignIsStopped,
    /// Ctrl-C is not heard.
    InterruptIsIgnored,
    /// The account is checked at the start alone.
    IdentityOnce,
    /// The next attempt while the last one is at work.
    SecondAttempt,
    /// What was not found after a lost answer counts as done.
    DelayedIsDone,
    /// The template is sent again with the second stage.
    WaveMarksAgain,
    /// After a crash, stacks are deleted that should stay.
    RetainIsForgotten,
    /// After a crash, a journal says what was sent.
    JournalIsTrusted,
    /// Operations of others between ours are not looked for.
    ForeignUnnoticed,
    /// Nothing waits for anything.
    NoOrder,
    /// An operation is looked at every second.
    TightLoop,
}

/// Every defect.
pub const DEFECTS: [Defect; 30] = [
    Defect::FreshIdOnRestart,
    Defect::FreshIdInRetry,
    Defect::QueuedIsOver,
    Defect::InProgressIsFailure,
    Defect::OwnIsForeign,
    Defect::NoWait,
    Defect::UnchangedIsChanged,
    Defect::StaleRequestIsFailure,
    Defect::HalfAnHour,
    Defect::UnionRectangle,
    Defect::NameInsteadOfId,
    Defect::NoSecondPage,
    Defect::EmptyPageIsEnd,
    Defect::FailedInstancesAreFine,
    Defect::DefinitionIsAll,
    Defect::MaskIsDifference,
    Defect::DeniedIsAbsent,
    Defect::QuotaIsRetried,
    Defect::NoTimeLimit,
    Defect::ForeignIsStopped,
    Defect::InterruptIsIgnored,
    Defect::IdentityOnce,
    Defect::SecondAttempt,
    Defect::DelayedIsDone,
    Defect::WaveMarksAgain,
    Defect::RetainIsForgotten,
    Defect::JournalIsTrusted,
    Defect::ForeignUnnoticed,
    Defect::NoOrder,
    Defect::TightLoop,
];

/// What a defect knows of one process.
#[derive(Debug, Default, Clone)]
pub struct Memory {
    began: Option<Timestamp>,
    sent: BTreeSet<OperationId>,
    started: BTreeSet<OperationId>,
    doubted: BTreeSet<OperationId>,
    known: BTreeMap<StackSetName, StackSetId>,
    told: Option<Reply>,
    looks: BTreeMap<OperationId, u32>,
}

impl Memory {
    /// A process that begins now, with this plan.
    pub fn new(plan: &Plan, now: Timestamp) -> Self {
        let bases = plan.preconditions.stack_sets.values();
        Self {
            began: Some(now),
            known: bases
                .filter_map(|base| Some((base.aws_name.clone(), base.id.clone()?)))
                .collect(),
            ..Self::default()
        }
    }

    /// Operations that were sent.
    pub fn sent(&self) -> &BTreeSet<OperationId> {
        &self.sent
    }
}

fn other_id(id: &OperationId, word: &str) -> OperationId {
    OperationId::parse(&format!("{id}-{word}")).expect("a longer id is one")
}

impl Defect {
    /// A call as the defect sends it; none when the defect answers it itself.
    pub fn asks(self, call: Call, memory: &mut Memory) -> Call {
        let Call::Write(mut write) = call else {
            return self.looks(call, memory);
        };
        let again = write
            .operation_id
            .as_ref()
            .is_some_and(|id| !memory.sent.insert(id.clone()));
        match (self, &write.operation_id) {
            (Self::FreshIdInRetry, Some(id)) if again => write.operation_id = Some(other_id(id, "again")),
            (Self::NameInsteadOfId, _) => by_name(&mut write),
            _ => {}
        }
        Call::Write(write)
    }

    fn looks(self, call: Call, memory: &mut Memory) -> Call {
        if let (Self::SecondAttempt, Call::Operation(_, id)) = (self, &call) {
            *memory.looks.entry(id.clone()).or_default() += 1;
        }
        call
    }

    /// Another change that the defect makes beside a call.
    pub fn adds(
        self,
        call: &Call,
        answer: &Result<Reply, CallError>,
        memory: &Memory,
        plan: &Plan,
    ) -> Option<Call> {
        let (Self::SecondAttempt, Call::Operation(set, id)) = (self, call) else {
            return None;
        };
        let at_work = matches!(answer, Ok(Reply::Operation(Some(found))) if !found.status.is_terminal());
        let operation = plan
            .operations
            .iter()
            .find(|it| it.operation_id.as_ref() == Some(id))?;
        let due = at_work && memory.looks.get(id).is_some_and(|looks| *looks == 4);
        due.then(|| {
            Call::Write(Box::new(WriteCall {
                stack_set: StackSetRef::Id(set.clone()),
                operation_id: Some(other_id(id, "2")),
                write: operation.call.clone(),
            }))
        })
    }

    /// An answer as the defect understands it.
    pub fn hears(
        self,
        call: &Call,
        answer: Result<Reply, CallError>,
        (memory, plan, now): (&mut Memory, &Plan, Timestamp),
    ) -> Result<Reply, CallError> {
        match (call, answer) {
            (Call::Write(write), answer) => self.hears_write(write, answer, memory),
            (Call::Operation(_, id), Ok(Reply::Operation(found))) => {
                let found = found.map(|found| *found);
                let seen = self.hears_operation(id, found, (memory, now));
                Ok(Reply::Operation(seen.map(Box::new)))
            }
            (Call::Definition(name), Ok(Reply::Definition(Some(mut found))))
                if self == Self::NameInsteadOfId =>
            {
                if let Some(id) = memory.known.get(name) {
                    found.id = id.clone();
                }
                Ok(Reply::Definition(Some(Box::new(Described { ..*found }))))
            }
            (Call::Definition(_), Err(error))
                if self == Self::DeniedIsAbsent && error.kind == CallErrorKind::Denied =>
            {
                Ok(Reply::Definition(None))
            }
            (Call::Operations(_), Ok(Reply::Operations(mut list))) if self == Self::ForeignUnnoticed => {
                list.retain(|it| it.id.is_ours() || is_base(plan, &it.id));
                Ok(Reply::Operations(list))
            }
            (Call::Results(..), Ok(Reply::Results(mut list))) if self == Self::FailedInstancesAreFine => {
                for result in &mut list {
                    if result.status == ResultStatus::Failed {
                        result.status = ResultStatus::Succeeded;
                    }
                }
                Ok(Reply::Results(list))
            }
            (Call::Instances(_), Ok(Reply::Instances(mut list))) if self == Self::FailedInstancesAreFine => {
                for instance in list.values_mut() {
                    instance.status = model::instance::InstanceStatus::Current;
                }
                Ok(Reply::Instances(list))
            }
            (Call::Identity, Ok(found)) if self == Self::IdentityOnce => {
                Ok(memory.told.get_or_insert(found).clone())
            }
            (_, answer) => answer,
        }
    }

    fn hears_write(
        self,
        write: &WriteCall,
        answer: Result<Reply, CallError>,
        memory: &mut Memory,
    ) -> Result<Reply, CallError> {
        let id = write.operation_id.clone();
        match answer {
            Err(error) => {
                let kind = match (self, error.kind) {
                    (Self::InProgressIsFailure, CallErrorKind::OperationInProgress)
                    | (Self::StaleRequestIsFailure, CallErrorKind::StaleRequest) => CallErrorKind::Invalid,
                    (Self::QuotaIsRetried, CallErrorKind::Limit) => CallErrorKind::Unavailable,
                    (_, kind) => kind,
                };
                let final_now = kind == CallErrorKind::Invalid && kind != error.kind;
                if kind == CallErrorKind::Unanswered {
                    memory.doubted.extend(id);
                }
                Err(CallError {
                    kind,
                    code: error.code.filter(|_| !final_now),
                    ..error
                })
            }
            Ok(reply) => {
                memory.started.extend(id);
                Ok(reply)
            }
        }
    }

    fn hears_operation(
        self,
        id: &OperationId,
        found: Option<model::observed::OperationSummary>,
        (memory, now): (&Memory, Timestamp),
    ) -> Option<model::observed::OperationSummary> {
        let Some(mut found) = found else {
            return match self {
                Self::DelayedIsDone if memory.doubted.contains(id) => Some(done(id)),
                _ => None,
            };
        };
        let late = memory
            .began
            .is_some_and(|began| now > began + Duration::from_mins(30));
        match self {
            Self::QueuedIsOver if found.status == OperationStatus::Queued => {
                found.status = OperationStatus::Succeeded
            }
            Self::NoWait if !found.status.is_terminal() => found.status = OperationStatus::Succeeded,
            Self::OwnIsForeign if !memory.started.contains(id) => return None,
            Self::HalfAnHour if late && !found.status.is_terminal() => found.status = OperationStatus::Failed,
            Self::FailedInstancesAreFine => found.failed_instances = 0,
            _ => {}
        }
        Some(found)
    }

    /// How long the defect waits.
    pub fn waits(self, wanted: Duration) -> Duration {
        match self {
            Self::TightLoop => wanted.min(Duration::from_secs(1)),
            _ => wanted,
        }
    }

    /// What the planner is given.
    pub fn observes(self, observed: &mut Observed) {
        for set in observed.stack_sets.values_mut() {
            match self {
                Self::UnchangedIsChanged => drop(set.definition.tags.pop_first()),
                Self::NoSecondPage => drop(set.instances.pop_last()),
                Self::EmptyPageIsEnd => set.instances.clear(),
                Self::MaskIsDifference => {
                    for value in set.definition.parameters.values_mut() {
                        if *value == ParameterValue::Masked {
                            *value = ParameterValue::Plain("****".to_owned());
                        }
                    }
                }
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
            _ => {}
        }
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

fn done(id: &OperationId) -> model::observed::OperationSummary {
    model::observed::OperationSummary {
        id: id.clone(),
        action: model::observed::OperationAction::Other("ANY".to_owned()),
        status: OperationStatus::Succeeded,
        reason: None,
        created_at: None,
        ended_at: None,
        failed_instances: 0,
    }
}

fn is_base(plan: &Plan, id: &OperationId) -> bool {
    let mut bases = plan.preconditions.stack_sets.values();
    bases.any(|base| base.newest_operation.as_ref() == Some(id))
}

fn by_name(write: &mut WriteCall) {
    if let StackSetRef::Id(id) = &write.stack_set {
        write.stack_set = StackSetRef::Name(StackSetName::parse(id.name()).expect("a StackSet has a name"));
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
                drop(updates.insert(operation.stack_set.clone(), operation.call.clone()))
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
