//! One StackSet: its operations one after the other, never two at once.
//!
//! A line has one thing outstanding at a time, a question or a wait; [`Line::hear`] takes what came of it and gives the next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::Timestamp;
use model::call::{Call, CallError, CallErrorKind, Reply};
use model::digest::Digest;
use model::event::{Cause, EventKind, OperationOutcome};
use model::ids::{AccountId, OperationId, StackSetId, StackSetName, UnitId};
use model::plan::{Operation, PlanFreeze, Precondition};

use super::asking::{Asking, Raw, Turn};
use super::cause::Kind;
use super::job::Job;
use crate::options::Options;

mod hold;
mod look;
mod send;
mod settle;
mod stop;
mod units;
mod watch;
mod way;

pub(super) use settle::is_current;

/// Repetitions of a question while AWS is unavailable: about six minutes.
const PATIENCE: u32 = 10;
/// The same while our own operation is at work: more than an hour.
const LONG_PATIENCE: u32 = 70;

/// One StackSet on its way.
#[derive(Debug)]
pub(super) struct Line<'p> {
    /// The name in the manifest.
    pub(super) name: &'p str,
    /// The operations, in the plan's order.
    pub(super) jobs: Vec<Job<'p>>,
    /// Why it stopped, for the summary.
    pub(super) causes: Vec<Cause>,
    /// How it ended; none while it goes on.
    pub(super) stop: Option<Stop>,
    aws_name: &'p StackSetName,
    before: &'p Precondition,
    ours: BTreeSet<&'p OperationId>,
    /// The operation that is next or at work.
    at: usize,
    /// Its id, as soon as it is known.
    pub(super) id: Option<StackSetId>,
    /// How it ends when its last operation is over, if not well.
    verdict: Option<Stop>,
    created_now: bool,
    fingerprint: Option<Digest>,
    /// Parts of the definition that are not as the plan found them, in words; empty as soon as an operation of ours was sent.
    differs: Vec<String>,
    over: BTreeSet<OperationId>,
    units_checked: Option<Timestamp>,
    /// The moment it is.
    now: Timestamp,
    /// When the last look at the StackSet began.
    looked: Timestamp,
    /// How often that was repeated because it was old when the write was to be sent.
    repeats: u32,
    joined: BTreeSet<AccountId>,
    held_since: Option<Timestamp>,
    tries: u32,
    step: Step,
    asking: Option<Asking>,
}

/// What a line is waiting for.
#[derive(Debug)]
enum Step {
    /// Its turn: operations of others, or a free place.
    Parked,
    /// What does the StackSet say.
    Definition,
    /// It is not there; are we still who we were.
    Absence,
    /// Are all operations of a StackSet that we seem to have made ours.
    Claim(StackSetId),
    /// Is the next operation there already.
    Operation,
    /// Did anybody else do something.
    Operations,
    /// Who stands below the units that the next operation names.
    Units,
    /// The end of somebody else's operation.
    Holding(OperationId),
    /// A moment, then everything is read again.
    Pause,
    /// The answer to a write.
    Sending,
    /// Whether a write was done by an earlier try of the SDK, before the credentials expired.
    Renewed,
    /// What became of a write without a clear answer.
    Doubt(CallErrorKind),
    /// Whether a refused write was done all the same, by an earlier try of the SDK.
    Refusal(CallError),
    /// The end of our operation.
    Polling,
    /// AWS does not know its StackSet: is that gone.
    Gone,
    /// How far it is.
    Progress,
    /// What it did.
    Collecting,
    /// Is the definition as planned.
    SettleDefinition,
    /// Are the instances as planned.
    SettleInstances,
}

/// What a line wants.
#[derive(Debug)]
pub(super) enum Next {
    /// Ask AWS.
    Ask(Call),
    /// Wait.
    Sleep(Duration),
    /// Wait for its turn.
    Park,
    /// It is over.
    Stop(Stop),
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Everything was done, as far as AWS could.
    Complete,
    /// An operation failed or was stopped, or something about it contradicts the plan.
    Failed,
    /// AWS refused a write.
    Refused,
    /// For lack of rights.
    Denied,
    /// Something changed since the plan.
    Stale,
    /// Somebody else's operation did not end in time.
    Busy,
    /// A write was never answered and not found.
    Unknown,
    /// An operation of ours does not get on.
    Stuck,
    /// AWS could not be read.
    OutOfReach,
    /// The credentials are no longer good.
    Credentials,
    /// What it depends on did not succeed, or nothing new is to be started.
    Unmet,
    /// A stage of its rollout needs an approval.
    Unapproved,
    /// A freeze is on.
    Frozen,
    /// The user stopped it.
    Interrupted,
    /// Its operation is at work and was left to AWS, as the user wanted.
    Detached,
}

/// What a line may know about the run.
#[derive(Debug)]
pub(super) struct Context<'r> {
    /// The moment it is.
    pub(super) now: Timestamp,
    /// How to go about it.
    pub(super) options: &'r Options,
    /// The account that the credentials must be for.
    pub(super) admin: &'r AccountId,
    /// Active accounts of units that calls name without exact accounts, as planned.
    pub(super) units: &'r BTreeMap<UnitId, BTreeSet<AccountId>>,
    /// Freezes that the plan knows of.
    pub(super) freezes: &'r [PlanFreeze],
    /// Nothing can be written any more: the credentials are no longer good.
    pub(super) cut_off: bool,
    /// When the units were compared with the organization before the first write.
    pub(super) units_checked: Timestamp,
    /// For the listeners.
    pub(super) events: &'r mut Vec<EventKind>,
}

impl<'p> Line<'p> {
    /// The line of a StackSet; `operations` are its own, in the plan's order.
    pub(super) fn new(name: &'p str, before: &'p Precondition, operations: Vec<&'p Operation>) -> Self {
        Self {
            name,
            ours: operations
                .iter()
                .filter_map(|operation| operation.operation_id.as_ref())
                .collect(),
            jobs: operations.into_iter().map(Job::new).collect(),
            causes: Vec::new(),
            stop: None,
            aws_name: &before.aws_name,
            before,
            at: 0,
            id: before.id.clone(),
            verdict: None,
            created_now: false,
            fingerprint: None,
            differs: Vec::new(),
            over: BTreeSet::new(),
            units_checked: None,
            now: Timestamp::UNIX_EPOCH,
            looked: Timestamp::UNIX_EPOCH,
            repeats: 0,
            joined: BTreeSet::new(),
            held_since: None,
            tries: 0,
            step: Step::Parked,
            asking: None,
        }
    }

    /// Whether it waits for its turn.
    pub(super) fn is_parked(&self) -> bool {
        self.stop.is_none() && matches!(self.step, Step::Parked)
    }

    /// Where it waits for its turn.
    pub(super) fn parked_at(&self) -> Option<usize> {
        self.is_parked().then_some(self.at)
    }

    /// Names of the operations that must have succeeded before it may go on.
    pub(super) fn waits_for(&self) -> &'p [String] {
        self.jobs
            .get(self.at)
            .map_or(&[], |job| job.operation.depends_on.as_slice())
    }

    /// The operation that is next or at work.
    pub(super) fn operation(&self) -> Option<&'p Operation> {
        self.job().map(|job| job.operation)
    }

    /// Its turn has come.
    pub(super) fn begin(&mut self, cx: &Context) -> Next {
        self.now = cx.now;
        self.tries = 0;
        self.look()
    }

    /// What came of the outstanding question or wait, and what is next.
    pub(super) fn hear(&mut self, raw: Raw, cx: &mut Context) -> Next {
        self.now = cx.now;
        let Some(asking) = self.asking.as_mut() else {
            return self.woke();
        };
        match asking.hear(raw, cx.admin) {
            Turn::Ask(call) => Next::Ask(call),
            Turn::Sleep(duration) => Next::Sleep(duration),
            Turn::Heard(answer) => {
                self.asking = None;
                self.heard(answer, cx)
            }
        }
    }

    fn woke(&mut self) -> Next {
        match &self.step {
            Step::Holding(holder) => {
                let holder = holder.clone();
                self.ask_about(holder)
            }
            Step::Polling => self.ask_about_job(LONG_PATIENCE),
            Step::Collecting => self.ask_results(Step::Collecting),
            Step::SettleDefinition | Step::SettleInstances => self.settle(),
            _ => self.look(),
        }
    }

    fn heard(&mut self, answer: Result<Reply, CallError>, cx: &mut Context) -> Next {
        if matches!(self.step, Step::Sending) {
            return self.on_sent(answer, cx);
        }
        match answer {
            Ok(reply) => self.read(reply, cx),
            Err(error) if error.kind == CallErrorKind::NotFound => self.read_nothing(cx),
            Err(_) if matches!(self.step, Step::Progress) => self.poll(),
            Err(_) if matches!(self.step, Step::Collecting) => self.finish_job(cx),
            Err(_) if matches!(self.step, Step::Refusal(_)) => self.unknown_refusal(),
            Err(error) => self.unreadable(&error),
        }
    }

    fn read(&mut self, reply: Reply, cx: &mut Context) -> Next {
        match (&self.step, reply) {
            (Step::Definition, Reply::Definition(found)) => self.on_definition(found.map(|found| *found)),
            (Step::Absence, Reply::Identity(identity)) => self.on_absence(&identity, cx),
            (Step::Claim(_), Reply::Operations(list)) => self.on_claim(&list, cx),
            (Step::Operation, Reply::Operation(found)) => self.on_operation(found.map(|found| *found), cx),
            (Step::Operations, Reply::Operations(list)) => self.on_operations(&list, cx),
            (Step::Units, Reply::Organization(organization)) => self.on_units(&organization, cx),
            (Step::Refusal(error), Reply::Operation(found)) => {
                let error = error.clone();
                self.on_refusal(&error, found.map(|found| *found), cx)
            }
            (Step::Holding(_), Reply::Operation(found)) => self.on_holder(found.as_deref(), cx),
            (Step::Renewed, Reply::Operation(found)) => self.on_renewed(found.map(|found| *found), cx),
            (Step::Doubt(kind), Reply::Operation(found)) => {
                let kind = *kind;
                self.on_doubt(kind, found.map(|found| *found), cx)
            }
            (Step::Doubt(_), Reply::Definition(found)) => {
                self.on_doubt_definition(found.map(|found| *found), cx)
            }
            (Step::Polling, Reply::Operation(found)) => self.on_poll(found.map(|found| *found)),
            (Step::Gone, Reply::Definition(found)) => self.on_gone(found.map(|found| *found)),
            (Step::Progress, Reply::Results(results)) => self.on_progress(results, cx),
            (Step::Collecting, Reply::Results(results)) => self.on_results(results, cx),
            (Step::SettleDefinition, Reply::Definition(found)) => self.on_settle_definition(found.as_deref()),
            (Step::SettleInstances, Reply::Instances(found)) => self.on_settle_instances(&found),
            _ => self.misunderstood(),
        }
    }

    /// AWS knows nothing of what was asked for: the same as an empty answer.
    fn read_nothing(&mut self, cx: &mut Context) -> Next {
        let empty = match self.step {
            Step::Polling => return self.ask_whether_gone(),
            Step::Definition | Step::Gone | Step::SettleDefinition => Reply::Definition(None),
            Step::Doubt(_) if self.job_has_no_id() => Reply::Definition(None),
            Step::Claim(_) | Step::Operations => Reply::Operations(Vec::new()),
            Step::Progress | Step::Collecting => Reply::Results(Vec::new()),
            Step::SettleInstances => Reply::Instances(BTreeMap::new()),
            _ => Reply::Operation(None),
        };
        self.read(empty, cx)
    }

    fn job(&self) -> Option<&Job<'p>> {
        self.jobs.get(self.at)
    }

    fn job_mut(&mut self) -> Option<&mut Job<'p>> {
        self.jobs.get_mut(self.at)
    }

    fn job_has_no_id(&self) -> bool {
        self.job().is_none_or(|job| job.operation.operation_id.is_none())
    }

    fn ask(&mut self, step: Step, call: Call, patience: u32) -> Next {
        self.step = step;
        self.asking = Some(Asking::new(call.clone(), patience));
        Next::Ask(call)
    }

    fn sleep(&mut self, step: Step, duration: Duration) -> Next {
        self.step = step;
        Next::Sleep(duration)
    }

    fn end(&mut self, stop: Stop, kind: Kind, message: impl Into<String>) -> Next {
        self.mark_unresolved();
        self.causes.push(kind.of(self.name, message));
        Next::Stop(stop)
    }

    /// Whether an earlier or this run has done a part of it.
    pub(super) fn is_begun(&self) -> bool {
        self.jobs.iter().any(|job| job.accepted || job.unresolved)
    }

    /// Whether every operation has succeeded, at least within its tolerance.
    pub(super) fn is_all_done(&self) -> bool {
        let done = [OperationOutcome::Succeeded, OperationOutcome::Partial];
        let mut normal = self.jobs.iter().filter(|job| !job.is_rollback());
        normal.all(|job| done.contains(&job.outcome))
    }
}
