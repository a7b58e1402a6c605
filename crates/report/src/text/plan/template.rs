//! What differs in a template: a line for each property, then the text itself.

use model::plan::{
    Action, PermissionChange, PropertyChange, Replacement, ResourceChange, SectionChange, TemplateChange,
};
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
/// Actions, resources or principals of a permission that are named; the text difference has the rest.
const NAMED: usize = 4;
/// Characters in front of a difference inside a value.
const CONTEXT: usize = 12;

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

/// One thing that is said about a resource: what changes, and what that does to it.
struct Told {
    what: String,
    effect: &'static str,
    meaning: Meaning,
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

fn tell(resource: &ResourceChange, new: bool) -> Vec<Told> {
    // A new resource is told by its type: its properties are the template itself.
    if is_whole(resource) || new {
        let (effect, meaning) = match resource.action {
            Action::Update => replacement(resource.replacement),
            _ => ("", Meaning::Plain),
        };
        let whole = Told {
            what: outcome(resource.action).to_owned(),
            effect,
            meaning,
        };
        // What comes or goes as a whole has its permissions in its template, but nobody should have to look for these.
        let broader = resource.permissions.iter().filter(|change| change.broader);
        return std::iter::once(whole).chain(broader.map(permission)).collect();
    }
    let permissions = &resource.permissions;
    let property = |property: &PropertyChange| {
        let (effect, meaning) = replacement(property.replacement);
        // The lines below say what a policy's statements come to.
        let told_below = permissions
            .iter()
            .any(|change| is_in(&property.path, &change.policy));
        let what = if told_below {
            format!("{}: other statements", property.path)
        } else {
            property_text(property)
        };
        Told {
            what,
            effect,
            meaning,
        }
    };
    let properties = resource.properties.iter().map(property);
    properties.chain(permissions.iter().map(permission)).collect()
}

/// Whether a property is a policy or a part of one.
fn is_in(path: &str, policy: &str) -> bool {
    path.strip_prefix(policy)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// `Policies.read: + s3:ListBucket on *`
fn permission(change: &PermissionChange) -> Told {
    let sign = if change.action == Action::Delete {
        "−"
    } else {
        "+"
    };
    let mut words = Vec::new();
    if change.effect != "Allow" {
        words.push(change.effect.to_lowercase());
    }
    let parts = [
        ("", &change.actions),
        ("on ", &change.resources),
        ("for ", &change.principals),
    ];
    let named = parts.iter().filter(|(_, items)| !items.is_empty());
    words.extend(named.map(|(word, items)| format!("{word}{}", shortened(items))));
    let mut what = format!("{}: {sign} {}", change.policy, words.join(" "));
    if change.conditional {
        what.push_str(", under a condition");
    }
    let (effect, meaning) = if change.broader {
        ("! broader", Meaning::Bad)
    } else {
        ("", Meaning::Plain)
    };
    Told {
        what,
        effect,
        meaning,
    }
}

fn shortened(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| clip(item, 0)).collect();
    let named = items.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match items.len().checked_sub(NAMED) {
        Some(0) | None => named,
        Some(more) => format!("{named} and {more} more"),
    }
}

fn replacement(replacement: Replacement) -> (&'static str, Meaning) {
    match replacement {
        Replacement::Never => ("in place", Meaning::Aside),
        Replacement::Unknown => ("unknown", Meaning::Attention),
        Replacement::Conditional => ("may replace", Meaning::Attention),
        Replacement::Always => ("replaces", Meaning::Bad),
    }
}

fn is_whole(resource: &ResourceChange) -> bool {
    let parts = resource.properties.len() + resource.permissions.len();
    parts == 0 || resource.action != Action::Update
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

fn outcome(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Delete => "deleted",
        Action::Detach => "let go, it stays",
        Action::Update | Action::Adopt | Action::None => "updated",
    }
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

/// `MaxSessionDuration: 3600 → 7200`, and what makes it differ when that is elsewhere.
fn property_text(property: &PropertyChange) -> String {
    let path = &property.path;
    let (before, after) = (property.before.as_ref(), property.after.as_ref());
    match &property.through {
        Some(through) if before == after => format!("{path}: through {through}"),
        Some(through) => format!("{path}: {}, through {through}", values(before, after)),
        None if before.is_none() && after.is_none() => path.clone(),
        None => format!("{path}: {}", values(before, after)),
    }
}

fn values(before: Option<&Value>, after: Option<&Value>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = (plain(before), plain(after));
            let same = same_start(&before, &after);
            format!("{} → {}", clip(&before, same), clip(&after, same))
        }
        (None, Some(after)) => format!("+ {}", clip(&plain(after), 0)),
        (Some(before), None) => format!("- {}", clip(&plain(before), 0)),
        (None, None) => String::new(),
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
