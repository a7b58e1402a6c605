//! A plan on the terminal.

use std::path::Path;

use model::diagnostic::Sources;
use model::event::ApplySummary;
use model::plan::{Action, Plan};
use report::Names;
use report::plans::messages;
use report::text::PlanView;

use crate::args::{self, Format};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Prints a plan with its diagnostics and holds.
pub(crate) fn text(
    plan: &Plan,
    sources: &Sources,
    diff: args::Diff,
    saved: Option<&Path>,
    terminal: Terminal,
) -> Result<(), Failure> {
    terminal.tell(&messages(plan), sources);
    alone(plan, diff, saved, terminal)
}

/// Prints a plan whose diagnostics and holds have been told.
pub(crate) fn alone(
    plan: &Plan,
    diff: args::Diff,
    saved: Option<&Path>,
    terminal: Terminal,
) -> Result<(), Failure> {
    let saved = saved.map(|path| path.display().to_string());
    let diff = match diff {
        args::Diff::None => report::text::Diff::None,
        args::Diff::Summary => report::text::Diff::Summary,
        args::Diff::Auto => report::text::Diff::Auto,
        args::Diff::Full => report::text::Diff::Full,
    };
    let view = PlanView {
        diff,
        width: terminal.width(),
        saved_as: saved.as_deref(),
    };
    terminal.result(&report::text::plan(plan, &view))
}

/// The end of an apply in the format that is wanted, with the files that reports of it were written to.
pub(crate) fn applied(
    summary: &ApplySummary,
    names: &Names,
    written: &[String],
    terminal: Terminal,
) -> String {
    let width = terminal.width();
    match terminal.format {
        Format::Text => {
            report::text::apply_summary(summary, names, width) + &report::text::written(written, width)
        }
        Format::Json => report::json::apply_summary(summary),
    }
}

/// `3 to create, 2 to delete in 4 accounts`
pub(crate) fn totals(plan: &Plan) -> String {
    let words = [
        (Action::Create, "to create"),
        (Action::Update, "to update"),
        (Action::Delete, "to delete"),
        (Action::Detach, "to detach"),
        (Action::Recreate, "to recreate"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .map(|(action, word)| (plan.instances(action), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if parts.is_empty() {
        "no instances change".to_owned()
    } else {
        let accounts = plan.summary.accounts_touched;
        let noun = if accounts == 1 { "account" } else { "accounts" };
        format!("{} in {accounts} {noun}", parts.join(", "))
    }
}
