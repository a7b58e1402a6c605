//! The end of an apply as a report: what was done, what failed and why, and the way on.

use model::event::{ApplyResult, ApplySummary, OperationOutcome, OperationSummaryLine};
use model::plan::Plan;

use super::build::{name, operation_id, sentence, strong, words};
use super::messages::way_on;
use super::{Block, Document, Row, Surroundings, Table, Text, Weight, failures, plan as of};
use crate::style::Meaning;
use crate::terms::apply_result;
use crate::text::summary as told;
use crate::told::lines::what;
use crate::words::{duration, number};

/// The whole apply.
pub(crate) fn of_apply(plan: &Plan, summary: &ApplySummary, around: &Surroundings) -> Document {
    let mut blocks = Vec::new();
    blocks.extend(causes(summary));
    blocks.push(state(summary));
    blocks.extend(operations(summary));
    blocks.extend(failures::sections(plan, summary));
    let project = plan.source.project.clone();
    Document {
        command: "apply",
        project: Some(project),
        digest: Some(summary.digest.short().to_owned()),
        title: words(title(summary)).into(),
        meaning: meaning(summary.result),
        place: of::where_and_of_what(&plan.source, &plan.scope),
        blocks,
        members: Vec::new(),
        closing: closing(around),
    }
}

fn title(summary: &ApplySummary) -> String {
    format!(
        "stackfleet apply {} (exit {}), {}",
        apply_result(summary.result),
        summary.exit_code,
        duration(summary.seconds)
    )
}

fn meaning(result: ApplyResult) -> Meaning {
    match result {
        ApplyResult::Succeeded | ApplyResult::NoChanges => Meaning::Good,
        ApplyResult::Partial
        | ApplyResult::StillRunning
        | ApplyResult::AwaitingApproval
        | ApplyResult::Interrupted => Meaning::Attention,
        _ => Meaning::Bad,
    }
}

fn causes(summary: &ApplySummary) -> Option<Block> {
    let told = summary.causes.iter().map(|cause| {
        let mut text = vec![strong(&cause.code).meaning(Meaning::Bad), words(" ")];
        if let Some(set) = &cause.stack_set {
            text.extend([name(set), words(": ")]);
        }
        text.extend(sentence(&cause.message));
        text.extend(cause.help.iter().flat_map(|help| way_on(help)));
        text
    });
    let told: Vec<Text> = told.collect();
    (!told.is_empty()).then_some(Block::Callout(Meaning::Bad, told))
}

fn state(summary: &ApplySummary) -> Block {
    let mut lines = vec![vec![
        strong("State now"),
        words(format!(" {}", told::state(summary))),
    ]];
    if let Some(next) = told::next(summary) {
        lines.push(vec![strong("Next"), words(format!(" {next}"))]);
    }
    if !summary.secrets_sent.is_empty() {
        lines.push(vec![
            strong("Secrets"),
            words(" sent: "),
            name(summary.secrets_sent.join(", ")),
        ]);
    }
    lines.push(vec![strong("Plan"), words(" "), name(summary.digest.short())]);
    Block::Lines(lines)
}

fn operations(summary: &ApplySummary) -> Option<Block> {
    let row = |line: &OperationSummaryLine| {
        let (sign, word, meaning) = outcome(line.outcome);
        let id = line.aws_operation_id.as_ref();
        Row {
            kept: line.outcome != OperationOutcome::Succeeded,
            ..Row::of(vec![
                words(format!("{sign} {word}")).meaning(meaning).into(),
                name(&line.stack_set).into(),
                words(what(line)).into(),
                words(line.stage.as_deref().unwrap_or_default()).into(),
                words(counts(line)).into(),
                took(line).into(),
                id.map_or_else(Text::new, |id| operation_id(id).into()),
            ])
        }
    };
    let rows: Vec<Row> = summary.operations.iter().map(row).collect();
    let titles = [
        "Outcome",
        "StackSet",
        "Operation",
        "Stage",
        "Instances",
        ">Took",
        "Operation id",
    ];
    (!rows.is_empty()).then(|| Block::Table(Table::of(Weight::Kept, "Operations", &titles, rows)))
}

/// A call that starts no operation is over with its answer.
fn took(line: &OperationSummaryLine) -> super::Piece {
    match line.seconds {
        0 => words("–"),
        seconds => words(duration(seconds)),
    }
}

/// The sign, the word and the meaning of how an operation ended.
pub(super) fn outcome(outcome: OperationOutcome) -> (&'static str, &'static str, Meaning) {
    match outcome {
        OperationOutcome::Succeeded => ("✓", "done", Meaning::Good),
        OperationOutcome::Partial => (
            "⚠",
            "done, with failures within the tolerance",
            Meaning::Attention,
        ),
        OperationOutcome::Failed => ("✗", "failed", Meaning::Bad),
        OperationOutcome::Stopped => ("■", "stopped by somebody", Meaning::Attention),
        OperationOutcome::Running => ("…", "still running in AWS", Meaning::Attention),
        OperationOutcome::Unknown => ("?", "sent, not answered", Meaning::Attention),
        OperationOutcome::NotStarted => ("○", "not started", Meaning::Aside),
        OperationOutcome::NotNeeded => ("○", "not needed", Meaning::Aside),
    }
}

fn counts(line: &OperationSummaryLine) -> String {
    let counts = line.instances;
    let parts = [
        (counts.succeeded, "done"),
        (counts.failed, "failed"),
        (counts.cancelled, "cancelled"),
        (counts.pending, "at work"),
        (counts.not_started, "not started"),
    ];
    let told = parts.iter().filter(|(n, _)| *n > 0);
    let told: Vec<String> = told.map(|(n, word)| format!("{} {word}", number(*n))).collect();
    told.join(", ")
}

fn closing(around: &Surroundings) -> Text {
    let link = |job: &String| super::Piece {
        kind: super::Kind::Link(job.clone()),
        ..words("job log")
    };
    around.job.as_ref().map(link).into_iter().collect()
}
