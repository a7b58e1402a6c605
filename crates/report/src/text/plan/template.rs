//! What differs in a template: a line for each property, then the text itself.

use model::plan::{Action, PropertyChange, ResourceChange, TemplateChange};
use serde_json::Value;

use super::Diff;
use crate::layout::{Cell, Line, Page, natural_width, table};
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

/// A line for each property where that fits the page, else the properties below their resource.
fn resources(page: &mut Page, resources: &[ResourceChange], new: bool) {
    let told: Vec<(&ResourceChange, Vec<String>)> = resources
        .iter()
        .map(|resource| (resource, what_changes(resource, new)))
        .collect();
    let rows: Vec<Vec<Cell>> = told
        .iter()
        .flat_map(|(resource, changes)| changes.iter().map(|what| resource_row(resource, what.clone())))
        .collect();
    if natural_width(&rows) + 4 <= page.width() {
        table(page, 4, &rows);
        return;
    }
    let types = column_after(&rows, 1, page.width());
    let outcomes = column_after(&rows, 2, page.width());
    for (resource, changes) in told {
        resource_below(page, resource, &changes, (types, outcomes));
    }
}

fn what_changes(resource: &ResourceChange, new: bool) -> Vec<String> {
    // A new resource is told by its type: its properties are the template itself.
    if is_whole(resource) || new {
        vec![outcome(resource.action).to_owned()]
    } else {
        resource.properties.iter().map(property_text).collect()
    }
}

fn is_whole(resource: &ResourceChange) -> bool {
    resource.properties.is_empty() || resource.action != Action::Update
}

/// Where what follows the first cells of every row begins.
fn column_after(rows: &[Vec<Cell>], cells: usize, page: usize) -> usize {
    let rows: Vec<Vec<Cell>> = rows
        .iter()
        .map(|row| row.iter().take(cells).cloned().collect())
        .collect();
    (natural_width(&rows) + 6).min(page * 2 / 3)
}

fn resource_below(
    page: &mut Page,
    resource: &ResourceChange,
    changes: &[String],
    (types, outcomes): (usize, usize),
) {
    let line = Line::new()
        .to(4)
        .put(
            meaning(resource.action),
            &marked(resource.action, &resource.logical_id),
        )
        .text("  ")
        .to(types)
        .put(Meaning::Aside, &resource.resource_type);
    if is_whole(resource) {
        page.line(&line.text("  ").to(outcomes).text(&changes.join(", ")));
        return;
    }
    page.line(&line);
    for change in changes {
        page.hanging(Line::new().to(8), Meaning::Plain, change);
    }
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
