//! A report as one page: no script, no network, nothing beside it. It reads on a phone, in the dark, and without seeing it.

mod blocks;
mod timeline;

use model::diagnostic::Diagnostic;
use model::event::ApplySummary;
use model::plan::Plan;

use crate::document::{self, Document, Surroundings};
use crate::drift::DriftReport;
use crate::escape::{clipped, markup};
use crate::plans::Plans;
use crate::words::joined;

/// Characters of a text; the JSON report has all of them.
const TEXT: usize = 4000;

/// Looks, in light and dark.
const STYLE: &str = include_str!("style.css");

/// Nothing is fetched and nothing runs, whatever a text says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A plan.
pub fn plan(plan: &Plan, around: &Surroundings) -> String {
    page(&document::of_plan(plan, around))
}

/// The plans of several manifests. Each has the surroundings of its own manifest.
pub fn plans(plans: &Plans<'_>, around: &[Surroundings]) -> String {
    page(&document::of_plans(plans, around))
}

/// The end of an apply.
pub fn apply(plan: &Plan, summary: &ApplySummary, around: &Surroundings) -> String {
    page(&document::of_apply(plan, summary, around))
}

/// What drift detection found.
pub fn drift(report: &DriftReport) -> String {
    page(&document::of_drift(report))
}

/// Why a command came to nothing, or what it has to say.
pub fn messages(command: &'static str, diagnostics: &[Diagnostic], around: &Surroundings) -> String {
    page(&document::of_messages(command, diagnostics, around))
}

fn text(text: &str) -> String {
    markup(&clipped(text, TEXT))
}

fn page(document: &Document) -> String {
    let title = joined(document.title.iter().map(|piece| text(&piece.text)));
    let project = document.project.as_deref().map(text).unwrap_or_default();
    let digest = document.digest.as_deref().map(text).unwrap_or_default();
    let head = head(document, "h1");
    let blocks = joined(document.blocks.iter().map(blocks::block));
    let members = joined(document.members.iter().map(member));
    let closing = blocks::line(&document.closing);
    let digest = if digest.is_empty() {
        String::new()
    } else {
        format!("<p>Digest <code>{digest}</code></p>")
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title} · {project}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         {head}<main>\n{blocks}{members}</main>\n<footer>\n<p>{closing}</p>\n{digest}\n</footer>\n</body>\n</html>\n"
    )
}

/// The title with where and of what.
fn head(document: &Document, level: &str) -> String {
    let title = blocks::line(&document.title);
    let class = blocks::class(document.meaning);
    let place = document.place.iter();
    let place = joined(place.map(|part| format!("<li>{}</li>", text(part))));
    format!(
        "<header class=\"{class}\">\n<{level}>{title}</{level}>\n<ul class=\"place\">{place}</ul>\n</header>\n"
    )
}

/// A report that this one is made of.
fn member(document: &Document) -> String {
    let head = head(document, "h2");
    let blocks = joined(document.blocks.iter().map(blocks::block));
    format!("<section>\n{head}{blocks}</section>\n")
}
