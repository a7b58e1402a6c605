//! One StackSet of a plan: its template, then everything else.

use std::collections::BTreeMap;

use model::plan::{
    Action, Plan, RegisteredTarget, ResourceChange, SectionChange, StackSetPlan, TemplateChange,
};

use super::build::{listed, name, place, sentence, strong, symbol, words};
use super::{Block, Piece, Row, Section, Surroundings, Table, Text, Weight, values};
use crate::style::Meaning;
use crate::terms::{account, mark, meaning};
use crate::told::failures;
use crate::told::matrix::{self, Mark};
use crate::told::template::{Told, tell, values as properties};
use crate::words::{count, number};

/// Reasons of failures that are shown.
const REASONS: usize = 12;
/// Accounts that are named of a row; where there are more, they are counted.
pub(super) const NAMED: usize = 2000;

/// What a reader opens to see all of it.
pub(super) fn sections(plan: &Plan, set: &StackSetPlan, around: &Surroundings) -> Vec<Block> {
    let mut sections = Vec::new();
    if let Some(change) = &set.changes.template {
        sections.push(section(
            set,
            &template_title(change),
            template(set, change),
            around,
        ));
    }
    let rest: Vec<Block> = [
        reasons(set),
        values::changed(plan, set),
        values::every(plan, set),
        settings(set),
        targets(set),
        instances(plan, set),
        accounts(plan, set),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !rest.is_empty() {
        sections.push(section(set, "values and instances", rest, around));
    }
    sections
}

/// Why it goes, in the manifest's words, and why instances failed last time, in AWS's.
fn reasons(set: &StackSetPlan) -> Option<Block> {
    let removal = failures::removal(set).into_iter();
    let removal = removal.map(|reason| vec![strong("Reason"), words(": "), words(reason)]);
    let failed = failures::last_time(set, REASONS).into_iter();
    let failed = failed.map(|reason| vec![strong("Failed last time"), words(": "), words(reason)]);
    let told: Vec<Text> = removal.chain(failed).collect();
    (!told.is_empty()).then_some(Block::List(told))
}

fn section(set: &StackSetPlan, what: &str, blocks: Vec<Block>, around: &Surroundings) -> Block {
    let mut title = symbol(set.action);
    title.extend([words(" "), strong(&set.name), words(format!(": {what}"))]);
    if let Some(span) = &set.span {
        let at = format!("{}:{}", span.file, span.start.line);
        title.extend([words(" "), place(at, span, around).meaning(Meaning::Aside)]);
    }
    Block::Section(Section {
        title,
        weight: Weight::Resources,
        blocks,
    })
}

fn template_title(change: &TemplateChange) -> String {
    if change.before.is_none() {
        return format!(
            "new template, {}",
            count(change.resources.len() as u64, "resource")
        );
    }
    let (added, removed) = (number(change.lines_added), number(change.lines_removed));
    format!("template difference (+{added} −{removed})")
}

fn template(set: &StackSetPlan, change: &TemplateChange) -> Vec<Block> {
    let new = change.before.is_none();
    let stacks = set
        .instances
        .counts
        .get(&Action::Update)
        .copied()
        .unwrap_or_default();
    let mut rows: Vec<Row> = change
        .resources
        .iter()
        .flat_map(|resource| resource_rows(resource, new, stacks))
        .collect();
    rows.extend(change.sections.iter().map(section_row));
    let notes = change.resources.iter().flat_map(|resource| {
        let told = |note: &String| {
            let start = [name(&resource.logical_id), words(": ")];
            start.into_iter().chain(sentence(note)).collect()
        };
        resource.notes.iter().map(told)
    });
    let notes: Vec<Text> = notes.collect();
    let titles = ["", "Resource", "Type", "Change", "Effect"];
    let mut blocks = vec![
        Block::Lines(vec![name(&change.path).into()]),
        Block::Table(Table::of(Weight::Resources, "Resources", &titles, rows)),
    ];
    blocks.extend((!notes.is_empty()).then_some(Block::List(notes)));
    blocks.extend((!change.unified_diff.is_empty()).then(|| Block::Diff(change.unified_diff.clone())));
    blocks
}

fn resource_rows(resource: &ResourceChange, new: bool, stacks: u64) -> Vec<Row> {
    let effect = |told: &Told| -> Piece {
        if told.effect.is_empty() && resource.action == Action::Delete && stacks > 0 {
            return words(format!("in {}", count(stacks, "stack"))).meaning(Meaning::Bad);
        }
        words(told.effect).meaning(told.meaning)
    };
    let row = |(at, told): (usize, Told)| Row {
        below: at > 0,
        kept: resource.action == Action::Delete,
        cells: vec![
            symbol(resource.action),
            name(&resource.logical_id).into(),
            name(&resource.resource_type).into(),
            words(&told.what).into(),
            effect(&told).into(),
        ],
    };
    tell(resource, new).into_iter().enumerate().map(row).collect()
}

fn section_row(section: &SectionChange) -> Row {
    Row::of(vec![
        symbol(section.action),
        name(&section.name).into(),
        words(&section.section).into(),
        words(properties(section.before.as_ref(), section.after.as_ref())).into(),
        Text::new(),
    ])
}

/// A row for each value, and below it the first of those that some instances have alone.
fn settings(set: &StackSetPlan) -> Option<Block> {
    let value = |value: &Option<String>| -> Text {
        match value {
            Some(value) => name(value).into(),
            None => words("–").into(),
        }
    };
    let row = |change: &model::plan::SettingChange| {
        Row::of(vec![
            name(&change.setting).into(),
            value(&change.before),
            value(&change.after),
        ])
    };
    let rows: Vec<Row> = set.changes.settings.iter().map(row).collect();
    let titles = ["Setting", "Before", "After"];
    (!rows.is_empty()).then(|| Block::Table(Table::of(Weight::Instances, "Settings", &titles, rows)))
}

/// Registered units with their Regions.
fn targets(set: &StackSetPlan) -> Option<Block> {
    let changes = &set.changes;
    let mut rows = target_rows(Action::Create, &changes.targets_added);
    rows.extend(target_rows(Action::Delete, &changes.targets_removed));
    let titles = ["", "Target", "Regions"];
    (!rows.is_empty()).then(|| Block::Table(Table::of(Weight::Instances, "Targets", &titles, rows)))
}

fn target_rows(action: Action, targets: &[RegisteredTarget]) -> Vec<Row> {
    let mut units: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for target in targets {
        units
            .entry(&target.unit)
            .or_default()
            .push(target.region.as_str());
    }
    let row = |(unit, regions): (&str, Vec<&str>)| {
        Row::of(vec![
            symbol(action),
            name(unit).into(),
            words(regions.join(", ")).into(),
        ])
    };
    units.into_iter().map(row).collect()
}

/// Accounts × Regions, accounts that are treated alike in one row.
fn instances(plan: &Plan, set: &StackSetPlan) -> Option<Block> {
    let stages = matrix::stages_of_accounts(plan, set);
    let rows = matrix::rows(set, &stages);
    let regions = matrix::regions(plan, set);
    let mut titles = vec!["Unit".to_owned(), ">Accounts".to_owned()];
    titles.extend(regions.iter().map(|region| format!(">{region}")));
    titles.push("Stage, why".to_owned());
    let cells = |row: &matrix::Row<'_>| {
        let n = number(row.accounts.len() as u64);
        let mut cells: Vec<Text> = vec![
            name(matrix::title(row, &plan.account_names).trim()).into(),
            words(n.clone()).into(),
        ];
        let marks = regions.iter().map(|region| row.treatment.cells.get(region));
        cells.extend(marks.map(|mark| cell(&n, mark.copied()).into()));
        cells.push(words(matrix::behind(row, &stages)).into());
        Row {
            below: !row.first,
            kept: row.treatment.cells.values().any(|one| is_deletion(*one)),
            ..Row::of(cells)
        }
    };
    let rows: Vec<Row> = rows.iter().map(cells).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    (!rows.is_empty()).then(|| Block::Table(Table::of(Weight::Instances, "Instances", &titles, rows)))
}

fn is_deletion(one: Mark) -> bool {
    let deletes = |action| one == Mark::Number(mark(action), meaning(action));
    deletes(Action::Delete) || deletes(Action::Recreate)
}

fn cell(n: &str, mark: Option<Mark>) -> Piece {
    match mark {
        None => words("·").meaning(Meaning::Aside),
        Some(Mark::Number(symbol, meaning)) => words(format!("{n} {symbol}").trim_end()).meaning(meaning),
        Some(Mark::Word(word)) => words(word).meaning(Meaning::Aside),
    }
}

/// Every account of every row by its name, where there is room for that.
fn accounts(plan: &Plan, set: &StackSetPlan) -> Option<Block> {
    let rows = matrix::rows(set, &matrix::stages_of_accounts(plan, set));
    let told: Vec<Text> = rows
        .iter()
        .map(|row| {
            let people: Vec<String> = row
                .accounts
                .iter()
                .take(NAMED)
                .map(|id| account(&plan.account_names, id))
                .collect();
            let mut text = vec![strong(row.unit), words(": ")];
            text.extend(listed(&people));
            let more = row.accounts.len().saturating_sub(NAMED) as u64;
            text.extend((more > 0).then(|| words(format!(" and {}", count(more, "more account")))));
            text
        })
        .collect();
    (!told.is_empty()).then(|| {
        Block::Section(Section {
            title: words("every account").into(),
            weight: Weight::Page,
            blocks: vec![Block::List(told)],
        })
    })
}
