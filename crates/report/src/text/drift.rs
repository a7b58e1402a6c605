//! What was changed past CloudFormation: first how much, then where and what, then what the plan makes of it.

use crate::drift::{DriftReport, DriftedResource, StackSetDrift};
use crate::layout::{Cell, Line, Page, natural_width, table};
use crate::style::Meaning;
use crate::told::drift::{self as told, Alike};
use crate::told::head::short_commit;
use crate::words::{age, count, number};

/// Groups of instances that are shown of a StackSet; the JSON report has all instances.
const GROUPS: usize = 20;

/// Where differences stand.
const INDENT: usize = 4;

/// The report as text for so many columns.
pub fn drift(report: &DriftReport, width: usize) -> String {
    let mut page = Page::new(width);
    let (meaning, start, text) = told::head(report);
    page.hanging(Line::new().put(meaning, start), Meaning::Plain, &text);
    let alone = report.stack_sets.len() == 1;
    for set in &report.stack_sets {
        stack_set(&mut page, report, set, alone);
    }
    if let Some(never) = told::never_checked(report) {
        page.blank();
        page.hanging(Line::new(), Meaning::Plain, &never);
    }
    page.finish()
}

fn stack_set(page: &mut Page, report: &DriftReport, set: &StackSetDrift, alone: bool) {
    if !alone {
        page.blank();
        title(page, set);
    }
    detection(page, report, set);
    groups(page, set);
    if set.instances.total > 0 && (set.detection.is_some() || set.running.is_some()) {
        if !set.drifted.is_empty() || alone {
            page.blank();
        }
        page.hanging(Line::new().text("  "), Meaning::Plain, &told::counts(set));
    }
    if !set.drifted.is_empty()
        && let Some(legend) = told::legend(set)
    {
        page.hanging(Line::new().text("  "), Meaning::Aside, &legend);
    }
    beside(page, report, set);
}

fn title(page: &mut Page, set: &StackSetDrift) {
    let n = set.instances;
    let text = match (set.exists, n.drifted) {
        (false, _) => "does not exist yet (stackfleet plan)".to_owned(),
        (true, 0) if n.total == 0 => "has no instances".to_owned(),
        (true, 0) if n.in_sync == 0 => format!("nothing is known about its {}", count(n.total, "instance")),
        (true, 0) => "no drift".to_owned(),
        (true, drifted) => format!("{} of {} drifted", number(drifted), count(n.total, "instance")),
    };
    let start = Line::new().put(Meaning::Heading, &set.name).text(": ");
    let meaning = if n.drifted > 0 {
        Meaning::Bad
    } else {
        Meaning::Plain
    };
    page.hanging(start, meaning, &text);
}

/// When it was checked, how that ended, and what is at work now.
fn detection(page: &mut Page, report: &DriftReport, set: &StackSetDrift) {
    if let Some(found) = &set.detection {
        let text = format!(
            "{} (--refresh starts a new one)",
            told::checked(found, report.taken_at)
        );
        page.hanging(Line::new(), Meaning::Aside, &text);
        if let Some(unfinished) = told::unfinished(found) {
            page.hanging(
                Line::new().put(Meaning::Attention, "! "),
                Meaning::Plain,
                &unfinished,
            );
        }
    }
    if let Some(running) = &set.running {
        let long = running
            .age_seconds
            .map(|seconds| format!(" for {}", age(seconds)));
        let text = format!(
            "a detection is at work{}; what it found so far is in here (stackfleet ops watch)",
            long.unwrap_or_default()
        );
        page.hanging(Line::new().put(Meaning::Attention, "! "), Meaning::Plain, &text);
    }
}

/// Every group with what differs in it, up to a bound that is told.
fn groups(page: &mut Page, set: &StackSetDrift) {
    let groups = told::alike(&set.drifted);
    if !groups.is_empty() {
        page.blank();
    }
    for group in groups.iter().take(GROUPS) {
        differences(page, group);
    }
    let rest: u64 = groups.iter().skip(GROUPS).map(|group| group.instances).sum();
    if rest > 0 {
        let text = format!(
            "and {} with other differences (-f json has them)",
            count(rest, "instance")
        );
        page.hanging(Line::new().text("  "), Meaning::Aside, &text);
    }
}

fn differences(page: &mut Page, group: &Alike<'_>) {
    for line in group.lines() {
        page.hanging(Line::new().text("  "), Meaning::Heading, &line);
    }
    let Some(resources) = &group.resources else {
        let text = "AWS has no details of that detection any more";
        return page.hanging(Line::new().to(4), Meaning::Plain, text);
    };
    let rows: Vec<Vec<Cell>> = resources.iter().flat_map(rows).collect();
    if INDENT + natural_width(&rows) <= page.width() {
        table(page, INDENT, &rows);
    } else {
        for resource in resources {
            below(page, resource);
        }
    }
}

/// The symbol and the name of a resource.
fn name(resource: &DriftedResource) -> (Meaning, String) {
    let (mark, meaning) = if resource.deleted {
        ("-", Meaning::Delete)
    } else {
        ("~", Meaning::Update)
    };
    (meaning, format!("{mark} {}", told::short(&resource.logical_id)))
}

fn rows(resource: &DriftedResource) -> Vec<Vec<Cell>> {
    let (meaning, name) = name(resource);
    let row = |found: told::Told| {
        let (word, good) = told::fate(found.fate);
        vec![
            Cell::new(meaning, name.clone()),
            Cell::text(told::short(&resource.resource_type)),
            Cell::text(found.property),
            Cell::text(found.what),
            Cell::new(good, word),
        ]
    };
    told::tell(resource).into_iter().map(row).collect()
}

/// The same below each other, where it does not fit beside each other.
fn below(page: &mut Page, resource: &DriftedResource) {
    let (meaning, name) = name(resource);
    let start = Line::new().to(INDENT).put(meaning, &name).text("  ");
    page.hanging(start, Meaning::Plain, &told::short(&resource.resource_type));
    for found in told::tell(resource) {
        let (word, good) = told::fate(found.fate);
        let property = match found.property.as_str() {
            "" => String::new(),
            property => format!("{property}: "),
        };
        let start = Line::new().to(INDENT + 2).put(good, word).text("  ");
        page.hanging(start, Meaning::Plain, &format!("{property}{}", found.what));
    }
}

fn beside(page: &mut Page, report: &DriftReport, set: &StackSetDrift) {
    let commit = report
        .source
        .git
        .as_ref()
        .map(|git| format!(" @ {}", short_commit(&git.commit)));
    let rows = told::beside(set, &commit.unwrap_or_default());
    if rows.is_empty() {
        return;
    }
    page.blank();
    page.line(&Line::new().text(&told::beside_title(rows.len())));
    for (title, lines) in rows {
        for (at, line) in lines.iter().enumerate() {
            let title = if at == 0 { title } else { "" };
            let start = Line::new().text("  ").put(Meaning::Heading, title).to(14);
            page.hanging(start, Meaning::Plain, line);
        }
    }
}
