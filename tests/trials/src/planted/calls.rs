//! What the tool sends, and what it understands.

use std::time::Duration;

use model::call::{
    Call, CallError, CallErrorKind, Described, InstanceResult, Reply, ResultStatus, StackSetRef, WriteCall,
};
use model::ids::{OperationId, StackSetName};
use model::observed::{OperationAction, OperationStatus, OperationSummary};
use model::plan::Plan;

use super::{Defect, Memory, Moment, other_id};

/// How long a plan counts, for a defect that looks at the wrong clock.
const A_DAY: Duration = Duration::from_hours(24);

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
        (memory, plan, now): (&mut Memory, &Plan, Moment),
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
            (Call::Identity, Ok(_))
                if self == Self::ExpiresByLocalClock && now.local > plan.created_at + A_DAY =>
            {
                Err(expired())
            }
            (Call::Operations(_), Ok(Reply::Operations(mut list))) if self == Self::ForeignUnnoticed => {
                list.retain(|it| it.id.is_ours() || is_base(plan, &it.id));
                Ok(Reply::Operations(list))
            }
            (Call::Results(..), Ok(Reply::Results(mut list))) if self == Self::FailedInstancesAreFine => {
                list.iter_mut().for_each(whitewash);
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
        found: Option<OperationSummary>,
        (memory, now): (&Memory, Moment),
    ) -> Option<OperationSummary> {
        let Some(mut found) = found else {
            return match self {
                Self::DelayedIsDone if memory.doubted.contains(id) => Some(done(id)),
                _ => None,
            };
        };
        let late = memory
            .began
            .is_some_and(|began| now.world > began + Duration::from_mins(30));
        match self {
            Self::QueuedIsOver if found.status == OperationStatus::Queued => {
                found.status = OperationStatus::Succeeded;
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
}

fn expired() -> CallError {
    CallError {
        api: "GetCallerIdentity",
        kind: CallErrorKind::Invalid,
        code: None,
        message: "the plan has expired".to_owned(),
    }
}

fn done(id: &OperationId) -> OperationSummary {
    OperationSummary {
        id: id.clone(),
        action: OperationAction::Other("ANY".to_owned()),
        status: OperationStatus::Succeeded,
        reason: None,
        created_at: None,
        ended_at: None,
        failed_instances: 0,
        preferences: None,
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

fn whitewash(result: &mut InstanceResult) {
    if result.status == ResultStatus::Failed {
        result.status = ResultStatus::Succeeded;
    }
}
