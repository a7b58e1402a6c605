//! What was changed past CloudFormation as a report: how much, then each StackSet with its differences.

use model::Timestamp;

use super::build::{name, strong, words};
use super::{Block, Document, Piece, Row, Section, Table, Text, Weight, plan as of};
use crate::drift::{DriftReport, DriftedResource, StackSetDrift};
use crate::style::Meaning;
use crate::told::drift::{self as told, Alike};
use crate::told::head::short_commit;
use crate::words::{count, number};

/// Groups of instances that are shown of a StackSet; the JSON report has all instances.
const GROUPS: usize = 50;

/// The whole report.
pub(crate) fn of_drift(report: &DriftReport) -> Document {
    let (meaning, start, text) = told::head(report);
    let never = told::never_checked(report);
    let blocks = report.stack_sets.iter().map(|set| stack_set(report, set));
    let never = never.map(|text| Block::Lines(vec![words(text).into()]));
    Document {
        command: "drift",
        project: Some(report.source.project.clone()),
        title: words(if report.is_drifted() {
            format!("stackfleet drift: {text}")
        } else {
            format!("stackfleet drift: {}{text}", start.to_lowercase())
        })
        .into(),
        meaning,
        place: of::where_and_of_what(&report.source, &report.scope),
        blocks: blocks.chain(never).collect(),
        closing: words("The JSON report has every instance and every value as a whole.").into(),
        ..Document::default()
    }
}

fn stack_set(report: &DriftReport, set: &StackSetDrift) -> Block {
    let n = set.instances;
    let outcome = match (set.exists, n.drifted) {
        (false, _) => ": does not exist yet".to_owned(),
        (true, 0) => String::new(),
        (true, drifted) => format!(": {} of {} drifted", number(drifted), count(n.total, "instance")),
    };
    let mut blocks = vec![Block::Lines(lines(set, report.taken_at))];
    let groups = told::alike(&set.drifted);
    for group in groups.iter().take(GROUPS) {
        blocks.extend(differences(group));
    }
    let rest: u64 = groups.iter().skip(GROUPS).map(|group| group.instances).sum();
    if rest > 0 {
        let text = format!("and {} with other differences", count(rest, "instance"));
        blocks.push(Block::Lines(vec![words(text).into()]));
    }
    if let Some(legend) = told::legend(set) {
        blocks.push(Block::Lines(vec![words(legend).into()]));
    }
    blocks.extend(beside(report, set));
    Block::Section(Section {
        title: vec![strong(&set.name), words(outcome)],
        weight: if n.drifted > 0 {
            Weight::Kept
        } else {
            Weight::Unchanged
        },
        blocks,
    })
}

fn lines(set: &StackSetDrift, now: Timestamp) -> Vec<Text> {
    let mut lines: Vec<Text> = Vec::new();
    if let Some(found) = &set.detection {
        lines.push(words(told::checked(found, now)).into());
        let unfinished = told::unfinished(found);
        lines.extend(unfinished.map(|text| words(text).meaning(Meaning::Attention).into()));
    }
    if set.running.is_some() {
        let text = "a detection is at work; what it found so far is in here";
        lines.push(words(text).meaning(Meaning::Attention).into());
    }
    if set.instances.total > 0 {
        lines.push(words(told::counts(set)).into());
    }
    lines
}

/// Where, and what differs there.
fn differences(group: &Alike<'_>) -> Vec<Block> {
    let places = group.lines().into_iter().map(|line| Text::from(strong(line)));
    let mut blocks = vec![Block::Lines(places.collect())];
    let Some(resources) = &group.resources else {
        let text = "AWS has no details of that detection any more";
        blocks.push(Block::Lines(vec![words(text).into()]));
        return blocks;
    };
    let rows = resources.iter().flat_map(rows).collect();
    let columns = ["Resource", "Type", "Property", "Difference", "After the plan"];
    blocks.push(Block::Table(Table::of(
        Weight::Resources,
        "differences",
        &columns,
        rows,
    )));
    blocks
}

fn rows(resource: &DriftedResource) -> Vec<Row> {
    let named = |text: &str| -> Text {
        let piece: Option<Piece> = (!text.is_empty()).then(|| name(text));
        piece.into_iter().collect()
    };
    let row = |found: told::Told| {
        let (word, meaning) = told::fate(found.fate);
        Row::of(vec![
            named(&told::short(&resource.logical_id)),
            named(&told::short(&resource.resource_type)),
            named(&found.property),
            words(found.what).into(),
            words(word).meaning(meaning).into(),
        ])
    };
    told::tell(resource).into_iter().map(row).collect()
}

fn beside(report: &DriftReport, set: &StackSetDrift) -> Option<Block> {
    let git = report.source.git.as_ref();
    let commit = git.map(|git| format!(" @ {}", short_commit(&git.commit)));
    let rows = told::beside(set, &commit.unwrap_or_default());
    let items = rows
        .iter()
        .map(|(title, lines)| vec![strong(*title), words(format!(" {}", lines.join(" – ")))]);
    (!rows.is_empty()).then(|| Block::List(items.collect()))
}
