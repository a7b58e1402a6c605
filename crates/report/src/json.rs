//! The same for programs: pretty JSON with a line break at its end.
//!
//! Every text is escaped as JSON asks, so that a control character from AWS stays a `\u` escape. Characters that JSON lets
//! through although a terminal acts on them (C1 controls, bidirectional and zero-width characters) are escaped as well.

mod event;
mod notes;
mod plans;

pub use event::event;
pub use notes::{Code, Note, codes, graph, note};
pub(crate) use notes::{Codes, Graph, Noted};
pub(crate) use plans::Together;
pub use plans::plans;

use model::diagnostic::{Diagnostic, Position, Severity, Span};
use model::event::{ApplySummary, InstanceCounts};
use model::plan::Plan;
use model::target_matrix::StackSetTargets;
use schemars::JsonSchema;
use serde::Serialize;

use crate::drift::DriftReport;
use crate::escape::is_hidden;
use crate::operations::{OperationList, OperationReport};
use crate::status::StatusReport;

/// A plan in the format of a saved one, without the seal of a file.
pub fn plan(plan: &Plan) -> String {
    pretty(plan)
}

/// What `status` says.
pub fn status(report: &StatusReport) -> String {
    pretty(report)
}

/// What drift detection found.
pub fn drift(report: &DriftReport) -> String {
    pretty(report)
}

/// A list of operations.
pub fn operations(list: &OperationList) -> String {
    pretty(list)
}

/// One operation with what it did to each instance.
pub fn operation(report: &OperationReport) -> String {
    pretty(report)
}

/// Which account gets what where, and which line says so.
pub fn targets(stack_sets: &[StackSetTargets]) -> String {
    pretty(&Document {
        format: "stackfleet.targets",
        format_version: FORMAT_VERSION,
        content: Targets { stack_sets },
    })
}

/// The end of an apply.
pub fn apply_summary(summary: &ApplySummary) -> String {
    pretty(&Document {
        format: APPLY,
        format_version: FORMAT_VERSION,
        content: summary,
    })
}

/// Why a file is no report of an apply.
#[derive(Debug, thiserror::Error)]
pub enum NotASummary {
    /// Something else; in words what.
    #[error("{0}")]
    AnotherDocument(String),
    /// A later major version of it.
    #[error("it is `{APPLY}` {0}, and {FORMAT_VERSION} is read here")]
    Later(String),
    /// Something in it is missing or of another form.
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    /// Numbers that no apply comes to, and that cannot be added up.
    #[error("it counts more instances than there can be")]
    TooMany,
}

/// The summary in a document that [`apply_summary`] made, also in one of a later minor version.
pub fn read_apply_summary(text: &str) -> Result<ApplySummary, NotASummary> {
    #[derive(serde::Deserialize)]
    struct Head {
        format: String,
        format_version: String,
    }
    let head: Head =
        serde_json::from_str(text).map_err(|error| NotASummary::AnotherDocument(error.to_string()))?;
    if head.format != APPLY {
        let what = format!("it is `{}`, not `{APPLY}`", head.format);
        return Err(NotASummary::AnotherDocument(what));
    }
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(&head.format_version) != major(FORMAT_VERSION) {
        return Err(NotASummary::Later(head.format_version));
    }
    let summary: ApplySummary = serde_json::from_str(text)?;
    let lines = summary.operations.iter().map(|line| line.instances);
    let counts = lines.chain([summary.instances]).flat_map(each);
    if counts
        .chain(summary.remaining.values().copied())
        .any(|count| count > MOST)
    {
        return Err(NotASummary::TooMany);
    }
    Ok(summary)
}

fn each(counts: InstanceCounts) -> [u64; 5] {
    [
        counts.succeeded,
        counts.failed,
        counts.cancelled,
        counts.pending,
        counts.not_started,
    ]
}

/// Diagnostics, flat: objects that an editor can use without following labels.
pub fn diagnostics(diagnostics: &[Diagnostic]) -> String {
    pretty(&Document {
        format: "stackfleet.diagnostics",
        format_version: FORMAT_VERSION,
        content: Diagnostics {
            diagnostics: diagnostics.iter().map(Flat::of).collect(),
        },
    })
}

/// More instances than any organization has.
const MOST: u64 = 1 << 40;
/// `format` of the end of an apply.
const APPLY: &str = "stackfleet.apply";
/// `format_version` of the documents that have no type of their own for it: a minor version only adds.
const FORMAT_VERSION: &str = "1.0";

/// What a program looks at first: plans and states have the same two keys.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document<T> {
    format: &'static str,
    format_version: &'static str,
    #[serde(flatten)]
    content: T,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Targets<'a> {
    stack_sets: &'a [StackSetTargets],
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Diagnostics<'a> {
    diagnostics: Vec<Flat<'a>>,
}

/// One diagnostic for programs. `file`, `start` and `end` are those of its first place.
#[derive(Debug, Serialize, JsonSchema)]
struct Flat<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    start: Option<Position>,
    end: Option<Position>,
    help: Vec<&'a str>,
    replacement: Option<Place<'a>>,
    related: Vec<Place<'a>>,
    notes: &'a [String],
}

/// A range of a file with a text: a remark on it, or what to put there.
#[derive(Debug, Serialize, JsonSchema)]
struct Place<'a> {
    file: &'a str,
    start: Position,
    end: Position,
    text: &'a str,
}

impl<'a> Place<'a> {
    fn of(span: &'a Span, text: &'a str) -> Self {
        Self {
            file: &span.file,
            start: span.start,
            end: span.end,
            text,
        }
    }
}

impl<'a> Flat<'a> {
    fn of(one: &'a Diagnostic) -> Self {
        let span = one.labels.first().map(|label| &label.span);
        let edit = one.help.iter().find_map(|help| help.replacement.as_ref());
        Self {
            code: &one.code,
            severity: one.severity,
            message: &one.message,
            file: span.map(|span| span.file.as_str()),
            start: span.map(|span| span.start),
            end: span.map(|span| span.end),
            help: one.help.iter().map(|help| help.text.as_str()).collect(),
            replacement: edit.map(|edit| Place::of(&edit.span, &edit.text)),
            related: one
                .labels
                .iter()
                .map(|label| Place::of(&label.span, &label.text))
                .collect(),
            notes: &one.notes,
        }
    }
}

pub(crate) fn pretty<T: Serialize>(value: &T) -> String {
    // The model's types have string keys only and no fallible serializer; an error would still be valid JSON.
    let text = serde_json::to_string_pretty(value)
        .unwrap_or_else(|error| serde_json::json!({ "error": error.to_string() }).to_string());
    let mut out = escaped(&text);
    out.push('\n');
    out
}

/// In one line, without a line break at its end.
pub(crate) fn compact(value: &serde_json::Value) -> String {
    escaped(&value.to_string())
}

/// JSON in which characters that a terminal acts on are escapes.
fn escaped(text: &str) -> String {
    // Two of these in a text may begin a command of a job's runner; outside of texts JSON has none.
    let text = text.replace("##", "#\\u0023");
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c != '\n' && is_hidden(c) {
            let mut units = [0; 2];
            out.extend(
                c.encode_utf16(&mut units)
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            );
        } else {
            out.push(c);
        }
    }
    out
}
