//! One event of an apply as a line of JSON: the published form, which `schema events` describes.

use std::collections::BTreeMap;

use model::Timestamp;
use model::call::{FailedResource, InstanceResult, ResultStatus};
use model::digest::Digest;
use model::event::{ApplyResult, ApplySummary, Cause, Event, EventKind, InstanceCounts, OperationOutcome};
use model::ids::{AccountId, Region};
use model::plan::Action;
use serde::Serialize;

use super::escaped;
use crate::text::EventContext;

/// The form's version: a new kind of event or a new key does not change it.
const VERSION: u8 = 1;

/// An event as one line of JSON, without a line break.
pub fn event(event: &Event, context: &EventContext) -> String {
    let line = Line {
        v: VERSION,
        seq: event.seq,
        ts: event.ts,
        kind: Kind::of(&event.kind, context),
    };
    let text = serde_json::to_string(&line);
    escaped(&text.unwrap_or_else(|error| serde_json::json!({ "error": error.to_string() }).to_string()))
}

#[derive(Serialize)]
struct Line<'a> {
    v: u8,
    seq: u64,
    ts: Timestamp,
    #[serde(flatten)]
    kind: Kind<'a>,
}

/// What happened: as the model has it, but for what readers want flat or in fewer words.
#[derive(Serialize)]
#[serde(untagged)]
enum Kind<'a> {
    Same(&'a EventKind),
    OfOperation {
        #[serde(flatten)]
        kind: &'a EventKind,
        stage: Option<&'a str>,
    },
    Instance(Instance<'a>),
    Summary(Summary<'a>),
}

#[derive(Serialize)]
struct Instance<'a> {
    r#type: &'static str,
    operation: &'a str,
    stack_set: &'a str,
    stage: Option<&'a str>,
    account: &'a AccountId,
    account_name: Option<&'a str>,
    region: &'a Region,
    status: &'a str,
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<FailedResource<'a>>,
    retryable: bool,
}

#[derive(Serialize)]
struct Summary<'a> {
    r#type: &'static str,
    digest: &'a Digest,
    result: ApplyResult,
    exit_code: u8,
    operations: OperationCounts,
    instances: InstanceCounts,
    seconds: u64,
    causes: &'a [Cause],
    #[serde(skip_serializing_if = "Option::is_none")]
    break_glass: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_digest: Option<&'a Digest>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    remaining: &'a BTreeMap<Action, u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    recreate: &'a [String],
}

/// Operations by how they ended; rollbacks that were not needed are in none.
#[derive(Debug, Default, Serialize)]
struct OperationCounts {
    succeeded: u64,
    partial: u64,
    failed: u64,
    stopped: u64,
    running: u64,
    unknown: u64,
    not_started: u64,
}

impl OperationCounts {
    fn of(summary: &ApplySummary) -> Self {
        let mut counts = Self::default();
        for line in &summary.operations {
            let place = match line.outcome {
                OperationOutcome::Succeeded => &mut counts.succeeded,
                OperationOutcome::Partial => &mut counts.partial,
                OperationOutcome::Failed => &mut counts.failed,
                OperationOutcome::Stopped => &mut counts.stopped,
                OperationOutcome::Running => &mut counts.running,
                OperationOutcome::Unknown => &mut counts.unknown,
                OperationOutcome::NotStarted => &mut counts.not_started,
                OperationOutcome::NotNeeded => continue,
            };
            *place += 1;
        }
        counts
    }
}

impl<'a> Kind<'a> {
    fn of(kind: &'a EventKind, context: &'a EventContext) -> Self {
        match kind {
            EventKind::ApplyStart { .. } | EventKind::Waiting { .. } | EventKind::Gate { .. } => {
                Self::Same(kind)
            }
            EventKind::OperationStart { operation, .. }
            | EventKind::OperationProgress { operation, .. }
            | EventKind::OperationEnd { operation, .. } => Self::OfOperation {
                kind,
                stage: context.stage(operation),
            },
            EventKind::Instance {
                operation,
                stack_set,
                result,
            } => Self::Instance(Instance::of((operation, stack_set), result, context)),
            EventKind::ApplySummary(summary) => Self::Summary(Summary::of(summary)),
        }
    }
}

impl<'a> Instance<'a> {
    fn of(
        (operation, stack_set): (&'a str, &'a str),
        result: &'a InstanceResult,
        context: &'a EventContext,
    ) -> Self {
        let resource = result.resource();
        Self {
            r#type: "instance",
            operation,
            stack_set,
            stage: context.stage(operation),
            account: &result.key.account,
            account_name: context.account_name(&result.key.account),
            region: &result.key.region,
            status: status(&result.status),
            reason: resource.map(|found| found.reason).or(result.reason.as_deref()),
            resource,
            retryable: result.is_transient(),
        }
    }
}

impl<'a> Summary<'a> {
    fn of(summary: &'a ApplySummary) -> Self {
        Self {
            r#type: "apply_summary",
            digest: &summary.digest,
            result: summary.result,
            exit_code: summary.exit_code,
            operations: OperationCounts::of(summary),
            instances: summary.instances,
            seconds: summary.seconds,
            causes: &summary.causes,
            break_glass: summary.break_glass.as_deref(),
            remaining_digest: summary.remaining_digest.as_ref(),
            remaining: &summary.remaining,
            recreate: &summary.recreate,
        }
    }
}

fn status(status: &ResultStatus) -> &str {
    match status {
        ResultStatus::Pending => "pending",
        ResultStatus::Running => "running",
        ResultStatus::Succeeded => "succeeded",
        ResultStatus::Failed => "failed",
        ResultStatus::Cancelled => "cancelled",
        ResultStatus::Other(other) => other,
    }
}
