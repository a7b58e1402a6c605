//! A report for the comment below a pull request and for the summary of a job: Markdown as GitHub and GitLab read it.
//!
//! A comment has a limit, so what is left out first is decided: tables of instances, text differences, tables of resources,
//! what loses nothing. Counts, the blast radius, deletions, holds and the digest stay; the end says what was left out.

mod fit;
mod inline;

use model::diagnostic::Diagnostic;
use model::event::ApplySummary;
use model::plan::Plan;

use crate::document::{self, Block, Document, Row, Section, Surroundings, Table, Text, Weight};
use crate::drift::DriftReport;
use crate::escape::{comment_word, fenced, line_of_code, prose};
use crate::plans::Plans;
use crate::style::Meaning;
use crate::words::count;

use fit::{Leaf, Node};
pub(crate) use inline::is_plain;
use inline::{html, inline};

/// Bytes of a comment that GitHub (65,536 characters) and GitLab surely accept.
pub const COMMENT: usize = 60_000;
/// Bytes of a job's summary on GitHub, which drops longer ones as a whole (1,024 KiB).
pub const STEP_SUMMARY: usize = 1_000_000;

/// What a title begins with.
const TITLE: &str = "###";

/// Lines of a text difference.
const LINES: usize = 150;
/// Characters of such a line.
const LINE: usize = 400;

/// A plan, in at most so many bytes.
pub fn plan(plan: &Plan, around: &Surroundings, limit: usize) -> String {
    write(&document::of_plan(plan, around), limit)
}

/// The plans of several manifests, in at most so many bytes together. Each has the surroundings of its own manifest.
pub fn plans(plans: &Plans<'_>, around: &[Surroundings], limit: usize) -> String {
    write(&document::of_plans(plans, around), limit)
}

/// The end of an apply, in at most so many bytes.
pub fn apply(plan: &Plan, summary: &ApplySummary, around: &Surroundings, limit: usize) -> String {
    write(&document::of_apply(plan, summary, around), limit)
}

/// What drift detection found, in at most so many bytes.
pub fn drift(report: &DriftReport, limit: usize) -> String {
    write(&document::of_drift(report), limit)
}

/// Why a command came to nothing, or what it has to say, in at most so many bytes.
pub fn messages(
    command: &'static str,
    diagnostics: &[Diagnostic],
    around: &Surroundings,
    limit: usize,
) -> String {
    write(&document::of_messages(command, diagnostics, around), limit)
}

/// The first line finds a comment again, so that it is updated and not written a second time.
fn write(document: &Document, limit: usize) -> String {
    let mut marker = vec![format!("stackfleet:{}", document.command)];
    let named = [("project", &document.project), ("digest", &document.digest)];
    let told = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    marker.extend(told.map(|(name, value)| format!("{name}={}", comment_word(value))));
    let marker = marker.join(" ");
    let mut nodes = vec![Node::always(format!("<!-- {marker} -->\n"))];
    nodes.extend(body(document, TITLE));
    fit::fit(nodes, limit)
}

/// The title and all below it; what a report is made of gets titles of the next level.
fn body(document: &Document, level: &str) -> Vec<Node> {
    let title = inline(&document.title);
    let mut nodes = vec![Node::always(format!("{level} {title}\n\n"))];
    nodes.extend(document.blocks.iter().flat_map(block));
    let below = format!("{level}#");
    nodes.extend(document.members.iter().flat_map(|one| body(one, &below)));
    if !document.closing.is_empty() {
        nodes.push(Node::always(format!("<sub>{}</sub>\n", html(&document.closing))));
    }
    nodes
}

fn block(block: &Block) -> Vec<Node> {
    match block {
        Block::Callout(meaning, items) => callout(*meaning, items),
        Block::Lines(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| inline(line)).collect();
            vec![Node::always(format!("{}\n\n", lines.join("  \n")))]
        }
        Block::List(items) => items_of(items, "- "),
        Block::Table(table) => self::table(table),
        Block::Diff(text) => vec![diff(text)],
        // A table of the same operations follows.
        Block::Timeline(_) => Vec::new(),
        Block::Section(section) => self::section(section),
    }
}

fn callout(meaning: Meaning, items: &[Text]) -> Vec<Node> {
    let kind = match meaning {
        Meaning::Bad => "CAUTION",
        _ => "WARNING",
    };
    let mut nodes = vec![Node::always(format!("> [!{kind}]\n"))];
    nodes.extend(items_of(items, "> - "));
    nodes
}

/// Items stay as long as anything does; the last of them go first.
fn items_of(items: &[Text], start: &str) -> Vec<Node> {
    let item = |item: &Text| {
        Node::Leaf(Leaf::new(
            Weight::Kept,
            "item",
            format!("{start}{}\n", inline(item)),
        ))
    };
    let mut nodes: Vec<Node> = items.iter().map(item).collect();
    nodes.push(Node::always("\n".to_owned()));
    nodes
}

fn table(table: &Table) -> Vec<Node> {
    let titles: Vec<String> = table.columns.iter().map(|(title, _)| prose(title, 100)).collect();
    let rules: Vec<&str> = table
        .columns
        .iter()
        .map(|(_, right)| if *right { "---:" } else { "---" })
        .collect();
    let head = format!("| {} |\n|{}|\n", titles.join(" | "), rules.join("|"));
    if table.weight == Weight::Kept {
        let mut nodes = vec![Node::always(head)];
        nodes.extend(table.rows.iter().map(|one| {
            let weight = if one.kept { Weight::Kept } else { Weight::Unchanged };
            Node::Leaf(Leaf::new(weight, "row", row(one)))
        }));
        nodes.push(Node::always("\n".to_owned()));
        return nodes;
    }
    let rows: String = table.rows.iter().map(row).collect();
    let what = match table.weight {
        Weight::Resources => "resource table",
        _ => "table",
    };
    vec![Node::Leaf(Leaf::new(
        table.weight,
        what,
        format!("{head}{rows}\n"),
    ))]
}

fn row(row: &Row) -> String {
    let cells: Vec<String> = row.cells.iter().map(|cell| inline(cell)).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn diff(text: &str) -> Node {
    let all: Vec<&str> = text
        .lines()
        .skip_while(|line| line.starts_with("--- ") || line.starts_with("+++ "))
        .collect();
    let mut lines: Vec<String> = all
        .iter()
        .take(LINES)
        .map(|line| line_of_code(line, LINE))
        .collect();
    if all.len() > LINES {
        lines.push(format!("… {}", count((all.len() - LINES) as u64, "more line")));
    }
    let text = format!("{}\n", fenced("diff", &lines));
    Node::Leaf(Leaf::new(Weight::Diffs, "text difference", text))
}

fn section(section: &Section) -> Vec<Node> {
    if section.weight == Weight::Page {
        return Vec::new();
    }
    let within = |node| match node {
        Node::Always(text) => Node::Leaf(Leaf::new(section.weight, "", text)),
        other => other,
    };
    let nodes = section.blocks.iter().flat_map(block).map(within).collect();
    vec![Node::Section {
        head: format!("<details><summary>{}</summary>\n\n", html(&section.title)),
        tail: "</details>\n\n".to_owned(),
        nodes,
    }]
}
