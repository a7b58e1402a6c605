//! Diagnostics of a plan, one line each: whoever shows a plan shows the whole messages too, see `text::diagnostics`.

use model::diagnostic::{Diagnostic, Severity};
use model::plan::Plan;

use crate::layout::{Line, Page};
use crate::style::Meaning;

/// Those of a plan, when it has any.
pub(super) fn write(page: &mut Page, plan: &Plan) {
    if plan.diagnostics.is_empty() {
        return;
    }
    each(page, &plan.diagnostics);
    page.blank();
}

/// A line for each, errors first.
pub(in crate::text) fn each(page: &mut Page, diagnostics: &[Diagnostic]) {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|one| one.severity);
    for one in sorted {
        let (word, meaning) = match one.severity {
            Severity::Error => ("error", Meaning::Bad),
            Severity::Warning => ("warning", Meaning::Attention),
        };
        let mut line = Line::new()
            .put(meaning, &format!("{word}[{}]", one.code))
            .text(" ");
        if let Some(place) = place(one) {
            line = line.put(Meaning::Aside, &place).text("  ");
        }
        page.hanging(line, Meaning::Plain, &one.message);
    }
}

/// The ways on from one diagnostic, under its code.
pub(super) fn help(page: &mut Page, diagnostic: &Diagnostic) {
    for help in &diagnostic.help {
        let mut start = Line::new()
            .to(4)
            .put(Meaning::Aside, &format!("{} help: ", diagnostic.code));
        for line in help.text.lines() {
            let column = start.width();
            page.hanging(start, Meaning::Plain, line);
            start = Line::new().to(column);
        }
    }
}

/// `stackfleet.toml:80`
pub(super) fn place(diagnostic: &Diagnostic) -> Option<String> {
    let label = diagnostic.labels.first()?;
    Some(format!("{}:{}", label.span.file, label.span.start.line))
}
