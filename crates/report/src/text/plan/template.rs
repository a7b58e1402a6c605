//! What differs in a template: a line for each property, then the text itself.

use model::plan::{ResourceChange, SectionChange, TemplateChange};

use super::Diff;
use crate::layout::{Cell, Line, Page, natural_width, table};
use crate::style::Meaning;
use crate::terms::{marked, meaning};
use crate::told::template::{Told, is_whole, tell, values};
use crate::words::{count, number};

/// Lines of a text difference in [`Diff::Auto`].
const CUT: usize = 40;

/// The section of one StackSet.
pub(super) fn write(page: &mut Page, change: &TemplateChange, diff: Diff) {
    let label = Line::new().text("  ").put(Meaning::Heading, "Template").to(13);
    let new = change.before.is_none();
    let text = format!("{}{}", change.path, size(change, diff));
    page.hanging(label, Meaning::Plain, &text);
    if diff >= Diff::Summary && (!new || diff == Diff::Full) {
        resources(page, &change.resources, new);
        sections(page, &change.sections);
    }
    if diff >= Diff::Auto {
        unified(page, &change.unified_diff, diff);
    }
}

fn size(change: &TemplateChange, diff: Diff) -> String {
    if change.before.is_some() {
        let (added, removed) = (number(change.lines_added), number(change.lines_removed));
        return format!(", +{added} −{removed} lines");
    }
    let resources = count(change.resources.len() as u64, "resource");
    match diff {
        Diff::Full => format!(", new: {resources}"),
        _ => format!(", new: {resources} (--diff full shows them)"),
    }
}

/// A line for each property where that fits the page, else the properties below their resource; remarks last.
fn resources(page: &mut Page, resources: &[ResourceChange], new: bool) {
    let told: Vec<(&ResourceChange, Vec<Told>)> = resources
        .iter()
        .map(|resource| (resource, tell(resource, new)))
        .collect();
    let rows: Vec<Vec<Cell>> = told
        .iter()
        .flat_map(|(resource, all)| all.iter().map(|told| resource_row(resource, told)))
        .collect();
    if natural_width(&rows) + 4 <= page.width() {
        table(page, 4, &rows);
    } else {
        let types = column_after(&rows, 1, page.width());
        let outcomes = column_after(&rows, 2, page.width());
        for (resource, all) in told {
            resource_below(page, resource, &all, (types, outcomes));
        }
    }
    for resource in resources {
        for note in &resource.notes {
            let start = Line::new().to(4).put(Meaning::Attention, "! ");
            page.hanging(start, Meaning::Plain, &format!("{}: {note}", resource.logical_id));
        }
    }
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
    all: &[Told],
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
    let (whole, below) = match all.split_first() {
        Some((first, rest)) if is_whole(resource) => (with_effect(first), rest),
        _ => (String::new(), all),
    };
    page.line(&line.text("  ").to(outcomes).text(&whole));
    for told in below {
        page.hanging(Line::new().to(8), Meaning::Plain, &with_effect(told));
    }
}

/// `MaxSessionDuration: 3600 → 7200 (in place)`
fn with_effect(told: &Told) -> String {
    if told.effect.is_empty() {
        told.what.clone()
    } else {
        format!("{} ({})", told.what, told.effect)
    }
}

/// Outputs, parameters, conditions and what else is not a resource.
fn sections(page: &mut Page, sections: &[SectionChange]) {
    let rows: Vec<Vec<Cell>> = sections
        .iter()
        .map(|change| {
            vec![
                Cell::new(meaning(change.action), marked(change.action, &change.section)),
                Cell::text(change.name.clone()),
                Cell::text(values(change.before.as_ref(), change.after.as_ref())),
            ]
        })
        .collect();
    table(page, 4, &rows);
}

fn resource_row(resource: &ResourceChange, told: &Told) -> Vec<Cell> {
    vec![
        Cell::new(
            meaning(resource.action),
            marked(resource.action, &resource.logical_id),
        ),
        Cell::new(Meaning::Aside, resource.resource_type.clone()),
        Cell::text(told.what.clone()),
        Cell::new(told.meaning, told.effect),
    ]
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
