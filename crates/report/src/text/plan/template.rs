//! What differs in a template: a line for each property, then the text itself.

use model::plan::{Action, PropertyChange, ResourceChange, TemplateChange};
use serde_json::Value;

use super::Diff;
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{marked, meaning};
use crate::words::{count, number};

/// Lines of a text difference in [`Diff::Auto`].
const CUT: usize = 40;
/// Columns of a property's value; the text difference below shows all of it.
const VALUE: usize = 60;
/// Characters in front of a difference inside a value.
const CONTEXT: usize = 12;

/// The section of one StackSet.
pub(super) fn write(page: &mut Page, change: &TemplateChange, diff: Diff) {
    let new = change.before.is_none();
    let what = if new {
        format!(", new: {}", count(change.resources.len() as u64, "resource"))
    } else {
        format!(
            ", +{} −{} lines",
            number(change.lines_added),
            number(change.lines_removed)
        )
    };
    let label = Line::new().text("  ").put(Meaning::Heading, "Template").to(13);
    page.hanging(label, Meaning::Plain, &format!("{}{what}", change.path));
    if diff >= Diff::Summary && (!new || diff == Diff::Full) {
        resources(page, &change.resources, new);
    }
    if diff >= Diff::Auto {
        unified(page, &change.unified_diff, diff);
    }
}

fn resources(page: &mut Page, resources: &[ResourceChange], new: bool) {
    let mut rows = Vec::new();
    for resource in resources {
        // A new resource is told by its type: its properties are the template itself.
        if resource.properties.is_empty() || resource.action != Action::Update || new {
            rows.push(resource_row(resource, outcome(resource.action).to_owned()));
        } else {
            rows.extend(
                resource
                    .properties
                    .iter()
                    .map(|property| resource_row(resource, property_text(property))),
            );
        }
    }
    table(page, 4, &rows);
}

fn outcome(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Delete => "deleted",
        Action::Detach => "let go, it stays",
        Action::Update | Action::Adopt | Action::None => "updated",
    }
}

fn resource_row(resource: &ResourceChange, what: String) -> Vec<Cell> {
    vec![
        Cell::new(
            meaning(resource.action),
            marked(resource.action, &resource.logical_id),
        ),
        Cell::new(Meaning::Aside, resource.resource_type.clone()),
        Cell::text(what),
    ]
}

/// `MaxSessionDuration: 3600 → 7200`
fn property_text(property: &PropertyChange) -> String {
    let path = &property.path;
    match (&property.before, &property.after) {
        (Some(before), Some(after)) => {
            let (before, after) = (plain(before), plain(after));
            let same = same_start(&before, &after);
            format!("{path}: {} → {}", clip(&before, same), clip(&after, same))
        }
        (None, Some(after)) => format!("{path}: + {}", clip(&plain(after), 0)),
        (Some(before), None) => format!("{path}: - {}", clip(&plain(before), 0)),
        (None, None) => path.clone(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Characters at which two texts are the same, less a few that show where one is.
fn same_start(one: &str, other: &str) -> usize {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    same.count().saturating_sub(CONTEXT)
}

/// The part of a long text that differs from its counterpart.
fn clip(text: &str, same: usize) -> String {
    if text.chars().count() <= VALUE {
        return text.to_owned();
    }
    let part: String = text.chars().skip(same).take(VALUE).collect();
    let before = if same > 0 { "…" } else { "" };
    let after = if text.chars().count() > same + VALUE {
        "…"
    } else {
        ""
    };
    format!("{before}{part}{after}")
}

fn unified(page: &mut Page, text: &str, diff: Diff) {
    if text.is_empty() {
        return;
    }
    page.blank();
    // The names of the two files, which the line above has told.
    let lines: Vec<&str> = text.lines().skip_while(|line| is_file_header(line)).collect();
    let shown = if diff == Diff::Full { lines.len() } else { CUT };
    for line in lines.iter().take(shown) {
        // A tab has no width of its own; in a template it is only ever indentation.
        let line = line.replace('\t', "    ");
        page.hanging(Line::new().text("    "), line_meaning(&line), &line);
    }
    if lines.len() > shown {
        let rest = count((lines.len() - shown) as u64, "more line");
        let text = format!("… {rest}: --diff full");
        page.line(&Line::new().text("    ").put(Meaning::Aside, &text));
    }
    page.blank();
}

fn is_file_header(line: &str) -> bool {
    line.starts_with("--- ") || line.starts_with("+++ ")
}

fn line_meaning(line: &str) -> Meaning {
    match line.as_bytes().first() {
        Some(b'+') => Meaning::Create,
        Some(b'-') => Meaning::Delete,
        Some(b'@') => Meaning::Aside,
        _ => Meaning::Plain,
    }
}
