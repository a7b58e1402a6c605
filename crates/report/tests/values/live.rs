//! What happened and what is there: events, an apply's end, an observation.

use model::call::{InstanceResult, ResultStatus};
use model::event::*;
use model::plan::OperationKind;

use super::*;

pub(crate) fn failed(account: u64, region_name: &str, reason: &str) -> InstanceResult {
    InstanceResult {
        key: model::instance::InstanceKey {
            account: id(account),
            region: region(region_name),
        },
        status: ResultStatus::Failed,
        reason: Some(reason.to_owned()),
    }
}

pub(crate) fn line(
    set: &str,
    kind: OperationKind,
    outcome: OperationOutcome,
    counts: [u64; 4],
) -> OperationSummaryLine {
    OperationSummaryLine {
        operation: "op-01".to_owned(),
        stack_set: set.to_owned(),
        aws_name: StackSetName::parse(set).unwrap(),
        kind,
        aws_operation_id: Some(operation_id(set)),
        outcome,
        instances: instance_counts(counts),
        rollback: false,
        stage: None,
        failures: BTreeMap::new(),
        reason: None,
        seconds: 772,
    }
}

pub(crate) fn instance_counts([succeeded, failed, cancelled, not_started]: [u64; 4]) -> InstanceCounts {
    InstanceCounts {
        succeeded,
        failed,
        cancelled,
        pending: 0,
        not_started,
    }
}

pub(crate) fn summary(result: ApplyResult, operations: Vec<OperationSummaryLine>) -> ApplySummary {
    let mut instances = InstanceCounts::default();
    for line in &operations {
        instances.succeeded += line.instances.succeeded;
        instances.failed += line.instances.failed;
        instances.cancelled += line.instances.cancelled;
        instances.not_started += line.instances.not_started;
    }
    ApplySummary {
        digest: Digest::of_bytes(b"a plan"),
        result,
        exit_code: result.exit_code(),
        operations,
        instances,
        seconds: 2823,
        causes: Vec::new(),
        secrets_sent: Vec::new(),
        break_glass: None,
        remaining_digest: None,
        remaining: BTreeMap::new(),
        recreate: Vec::new(),
    }
}

/// One StackSet done, one failed in three ways, one never started.
pub(crate) fn failed_summary() -> ApplySummary {
    use OperationKind::{Create, Delete, Update};
    let mut baseline = line(
        "security-baseline",
        Update,
        OperationOutcome::Failed,
        [174, 3, 1, 0],
    );
    baseline.failures = failures();
    baseline.reason = Some("failures exceeded the tolerance".to_owned());
    let mut later = line(
        "guardduty-members",
        Create,
        OperationOutcome::NotStarted,
        [0, 0, 0, 271],
    );
    later.reason = Some("waits for security-baseline".to_owned());
    let last = line(
        "legacy-cloudtrail",
        Delete,
        OperationOutcome::NotStarted,
        [0, 0, 0, 8],
    );
    let recorder = line(
        "config-recorder",
        Create,
        OperationOutcome::Succeeded,
        [69, 0, 0, 0],
    );
    summary(ApplyResult::Failed, vec![recorder, baseline, later, last])
}

fn failures() -> BTreeMap<String, Vec<InstanceResult>> {
    let exists = "AuditRole already exists in stack legacy-roles";
    let throttled = "Rate exceeded (AWS::Logs::LogGroup)";
    let cancelled = InstanceResult {
        status: ResultStatus::Cancelled,
        ..failed(42, "us-east-1", "")
    };
    let twice = [77, 81].map(|n| failed(n, "us-east-1", exists)).to_vec();
    [
        (exists, twice),
        (throttled, vec![failed(70, "us-east-1", throttled)]),
        ("the tolerance of the operation was exceeded", vec![cancelled]),
    ]
    .map(|(reason, hit)| (reason.to_owned(), hit))
    .into()
}

/// A canary is done, the stage after it is done but for one instance, and the last one wants an approval.
pub(crate) fn unapproved_summary() -> ApplySummary {
    use OperationKind::{Create, Detach, Update};
    let staged = |set: &str, stage: &str, kind, outcome, counts| OperationSummaryLine {
        stage: Some(format!("careful/{stage}")),
        reason: (outcome == OperationOutcome::NotStarted).then(|| format!("stage {stage} needs an approval")),
        ..line(set, kind, outcome, counts)
    };
    let (done, not) = (OperationOutcome::Succeeded, OperationOutcome::NotStarted);
    let mut detach = line("legacy-cloudtrail", Detach, not, [0, 0, 0, 96]);
    detach.reason = Some("waits for security-baseline".to_owned());
    let mut back = staged(
        "security-baseline",
        "canary",
        Update,
        OperationOutcome::NotNeeded,
        [0; 4],
    );
    back.rollback = true;
    summary(
        ApplyResult::AwaitingApproval,
        vec![
            staged("security-baseline", "canary", Update, done, [6, 0, 0, 0]),
            staged("config-recorder", "canary", Create, done, [2, 0, 0, 0]),
            staged("security-baseline", "nonprod", Update, done, [201, 0, 0, 0]),
            staged("security-baseline", "prod", Update, not, [0, 0, 0, 201]),
            staged("config-recorder", "prod", Create, not, [0, 0, 0, 58]),
            detach,
            back,
        ],
    )
}

/// Gates of a rollout in their order.
pub(crate) fn gate_events() -> Vec<Event> {
    let gate = |stage: &str, gate, state, instances, reason: Option<&str>| EventKind::Gate {
        stage_id: format!("careful/{stage}"),
        stage: stage.to_owned(),
        gate,
        state,
        until: (gate == GateKind::Soak).then(|| time("2026-11-22T10:22:05Z")),
        instances,
        reason: reason.map(str::to_owned),
    };
    let start = EventKind::OperationStart {
        operation: "op-01".to_owned(),
        stack_set: SET.to_owned(),
        kind: OperationKind::Update,
        instances: 6,
        aws_operation_id: Some(operation_id(SET)),
        adopted: false,
    };
    let all = [
        start,
        gate("canary", GateKind::Soak, GateState::Waiting, 0, None),
        gate("canary", GateKind::Health, GateState::Passed, 8, None),
        gate("canary", GateKind::Alarms, GateState::Passed, 0, None),
        gate(
            "nonprod",
            GateKind::Health,
            GateState::Failed,
            201,
            Some("1 instance is not CURRENT"),
        ),
        gate("prod", GateKind::Approval, GateState::Waiting, 0, None),
        gate("prod", GateKind::Approval, GateState::Passed, 0, None),
    ];
    let event = |(index, kind): (u64, EventKind)| Event {
        seq: index + 1,
        ts: time("2026-11-22T10:05:12Z") + std::time::Duration::from_secs(index * 31),
        kind,
    };
    (0..).zip(all).map(event).collect()
}

/// The stream of a short apply.
pub(crate) fn events() -> Vec<Event> {
    let holder = OperationId::parse("b3c0a1d2-0000-4000-8000-000000000000").unwrap();
    let first = [
        EventKind::ApplyStart {
            digest: Digest::of_bytes(b"a plan"),
            operations: 8,
            instances: 599,
            break_glass: None,
        },
        EventKind::Waiting {
            stack_set: SET.to_owned(),
            holder: Some(holder),
        },
    ];
    let last = EventKind::ApplySummary(Box::new(failed_summary()));
    let event = |(index, kind): (u64, EventKind)| Event {
        seq: index + 1,
        ts: time("2026-11-22T10:05:12Z") + std::time::Duration::from_secs(index * 31),
        kind,
    };
    let all = first.into_iter().chain(operation_events()).chain([last]);
    (0..).zip(all).map(event).collect()
}

const SET: &str = "security-baseline";

fn operation_events() -> [EventKind; 4] {
    let (operation, stack_set) = ("op-01".to_owned(), SET.to_owned());
    [
        EventKind::OperationStart {
            operation: operation.clone(),
            stack_set: stack_set.clone(),
            kind: OperationKind::Update,
            instances: 285,
            aws_operation_id: Some(operation_id(SET)),
            adopted: false,
        },
        EventKind::OperationProgress {
            operation: operation.clone(),
            stack_set: stack_set.clone(),
            done: 24,
            running: 16,
            failed: 0,
            instances: 285,
        },
        EventKind::Instance {
            operation: operation.clone(),
            stack_set: stack_set.clone(),
            result: failed(77, "us-east-1", "AuditRole already exists in stack legacy-roles"),
        },
        EventKind::OperationEnd {
            operation,
            stack_set,
            kind: OperationKind::Update,
            outcome: OperationOutcome::Partial,
            instances: instance_counts([284, 1, 0, 0]),
            seconds: 773,
            reason: Some("1 failure within the tolerance".to_owned()),
        },
    ]
}
