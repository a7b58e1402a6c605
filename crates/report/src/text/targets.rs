//! Which account gets what where, and which line of the manifest says so.

use std::collections::{BTreeMap, BTreeSet};

use model::diagnostic::Span;
use model::ids::Region;
use model::target_matrix::{
    AccountTargets, CellState, StackSetTargets, TargetCell, TargetEffect, TargetLine, UnitTargets,
};

use super::grid::{self, Beside};
use super::plan::remarks;
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{Names, account};
use crate::told::matrix::{Mark, Row, Tallies, Treatment, unit_rows};
use crate::words::{count, number};

/// With so many accounts of a StackSet at most, each of their cells is explained.
const EXPLAINED: usize = 3;

/// How much of the targets is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TargetsDetail {
    /// Accounts that are treated alike share a row; three accounts of a StackSet at most are explained cell by cell.
    #[default]
    Auto,
    /// Every cell of every account is explained.
    Full,
}

/// A matrix for each StackSet with the lines of the manifest behind it, for so many columns.
pub fn targets(sets: &[StackSetTargets], detail: TargetsDetail, width: usize) -> String {
    let mut page = Page::new(width);
    for (index, set) in sets.iter().enumerate() {
        if index > 0 {
            page.blank();
        }
        stack_set(&mut page, set, detail);
    }
    page.finish()
}

fn stack_set(page: &mut Page, set: &StackSetTargets, detail: TargetsDetail) {
    let start = Line::new().put(Meaning::Heading, &set.stack_set).text("  ");
    page.hanging(start, Meaning::Plain, &totals(set));
    if !set.units.is_empty() {
        page.blank();
        let names = names(set);
        let regions: Vec<&Region> = set.regions.iter().collect();
        let beside = Beside {
            title: "Targets",
            stages: &Tallies::new(),
            names: &names,
        };
        grid::write(page, &regions, &rows(set), &beside);
        page.blank();
        lines(page, set);
        if detail == TargetsDetail::Full || accounts(set).count() <= EXPLAINED {
            page.blank();
            cells(page, set, &names);
        }
    }
    if !set.diagnostics.is_empty() {
        page.blank();
        remarks::each(page, &set.diagnostics);
    }
}

fn accounts(set: &StackSetTargets) -> impl Iterator<Item = &AccountTargets> {
    set.units.iter().flat_map(|unit| &unit.accounts)
}

fn names(set: &StackSetTargets) -> Names {
    accounts(set)
        .filter(|account| account.name != account.account.as_str())
        .map(|account| (account.account.clone(), account.name.clone()))
        .collect()
}

/// `405 instances in 136 accounts and 3 Regions; 1 skipped, 3 excluded`
fn totals(set: &StackSetTargets) -> String {
    let all = || accounts(set).flat_map(|account| &account.cells);
    let of = |state| all().filter(|cell| cell.state == state).count() as u64;
    let wanted = |account: &&AccountTargets| account.cells.iter().any(|cell| cell.state == CellState::Wanted);
    let regions: BTreeSet<_> = all()
        .filter(|cell| cell.state == CellState::Wanted)
        .map(|cell| &cell.region)
        .collect();
    let told = format!(
        "{} in {} and {}",
        count(of(CellState::Wanted), "instance"),
        count(accounts(set).filter(wanted).count() as u64, "account"),
        count(regions.len() as u64, "Region"),
    );
    let left_out: Vec<String> = [
        (CellState::Skipped, "skipped"),
        (CellState::Excluded, "excluded"),
        (CellState::Inactive, "in accounts that are not active"),
        (CellState::Management, "in the management account"),
    ]
    .into_iter()
    .map(|(state, word)| (of(state), word))
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{} {word}", number(n)))
    .collect();
    if left_out.is_empty() {
        told
    } else {
        format!("{told}; not: {}", left_out.join(", "))
    }
}

fn rows<'a>(set: &'a StackSetTargets) -> Vec<Row<'a>> {
    let of_unit = |unit: &'a UnitTargets| {
        let accounts = unit.accounts.iter();
        let treated = accounts.map(|account| (&account.account, treatment(account)));
        unit_rows(&unit.unit, treated.collect())
    };
    set.units.iter().flat_map(of_unit).collect()
}

fn treatment(account: &AccountTargets) -> Treatment<'_> {
    let mut treatment = Treatment::default();
    for cell in &account.cells {
        if let Some(mark) = mark(cell.state) {
            treatment.cells.insert(&cell.region, mark);
        }
        for word in why(cell) {
            treatment.say(word);
        }
    }
    treatment
}

fn mark(state: CellState) -> Option<Mark> {
    Some(match state {
        CellState::Wanted => Mark::Number(" ", Meaning::Plain),
        CellState::Skipped => Mark::Word("skip"),
        CellState::Excluded | CellState::Management => Mark::Word("out"),
        CellState::Inactive => Mark::Word("off"),
        CellState::NotTargeted => return None,
    })
}

/// What decides about a cell, in short: where that is written is told below the matrix.
fn why(cell: &TargetCell) -> Vec<String> {
    let said = |effect| {
        let lines = cell.lines.iter().filter(move |line| line.effect == effect);
        lines.map(|line| line.text.clone())
    };
    match cell.state {
        CellState::Wanted => {
            let own = cell.values.keys().map(|name| format!("own {name}"));
            said(TargetEffect::Targets).chain(own).collect()
        }
        CellState::Skipped => said(TargetEffect::Skips)
            .map(|reason| format!("skip: {reason}"))
            .collect(),
        CellState::Excluded => said(TargetEffect::Excludes)
            .map(|by| format!("excluded by {by}"))
            .collect(),
        CellState::Inactive => vec!["not active".to_owned()],
        CellState::Management => vec!["the management account".to_owned()],
        CellState::NotTargeted => Vec::new(),
    }
}

/// What a line of the manifest does, over all cells.
#[derive(Default)]
struct Told<'a> {
    texts: BTreeSet<&'a str>,
    cells: u64,
}

/// Every line that decides about some cell, with the number of cells.
fn lines(page: &mut Page, set: &StackSetTargets) {
    let mut told: BTreeMap<(TargetEffect, &str, u32, u32), Told<'_>> = BTreeMap::new();
    let cells = accounts(set).flat_map(|account| &account.cells);
    for line in cells.flat_map(|cell| &cell.lines) {
        let at = (
            line.effect,
            line.span.file.as_str(),
            line.span.start.line,
            line.span.start.column,
        );
        let told = told.entry(at).or_default();
        told.texts.insert(&line.text);
        told.cells += 1;
    }
    if told.is_empty() {
        return;
    }
    let mut rows = vec![vec![
        Cell::new(Meaning::Heading, "Lines"),
        Cell::default(),
        Cell::default(),
        Cell::new(Meaning::Aside, "cells").right(),
    ]];
    rows.extend(told.iter().map(|((effect, file, line, _), told)| {
        vec![
            Cell::new(Meaning::Aside, format!("  {file}:{line}")),
            Cell::text(effect_word(*effect)),
            Cell::text(texts(&told.texts)),
            Cell::text(number(told.cells)).right(),
        ]
    }));
    table(page, 2, &rows);
}

/// A line that gives each account a value of its own has a text for each of them.
fn texts(texts: &BTreeSet<&str>) -> String {
    match (texts.first(), texts.len()) {
        (None, _) => String::new(),
        (Some(one), 1) => (*one).to_owned(),
        (Some(one), n) => format!("{one}, and {}", count(n as u64 - 1, "other value")),
    }
}

fn effect_word(effect: TargetEffect) -> &'static str {
    match effect {
        TargetEffect::Targets => "targets",
        TargetEffect::Excludes => "excludes",
        TargetEffect::Skips => "skips",
        TargetEffect::Gives => "gives",
    }
}

/// Every account with its cells, Regions with the same lines together.
fn cells(page: &mut Page, set: &StackSetTargets, names: &Names) {
    for unit in &set.units {
        for one in &unit.accounts {
            let start = Line::new()
                .text("  ")
                .put(Meaning::Heading, &account(names, &one.account))
                .text(" in ");
            page.hanging(start, Meaning::Plain, &unit.unit);
            for (cell, regions) in alike(&one.cells) {
                let start = Line::new().to(4).text(&regions.join(", ")).text(": ");
                page.hanging(start, Meaning::Plain, state(cell.state));
                for line in &cell.lines {
                    deciding(page, line);
                }
            }
        }
    }
}

fn alike(cells: &[TargetCell]) -> Vec<(&TargetCell, Vec<&str>)> {
    let mut groups: Vec<(&TargetCell, Vec<&str>)> = Vec::new();
    for cell in cells {
        let same = |(known, _): &&mut (&TargetCell, Vec<&str>)| {
            known.state == cell.state && known.lines == cell.lines && known.values == cell.values
        };
        match groups.iter_mut().find(same) {
            Some((_, regions)) => regions.push(cell.region.as_str()),
            None => groups.push((cell, vec![cell.region.as_str()])),
        }
    }
    groups
}

fn state(state: CellState) -> &'static str {
    match state {
        CellState::Wanted => "gets the stack",
        CellState::Skipped => "skipped",
        CellState::Excluded => "excluded from a target set",
        CellState::Inactive => "no stack, the account is suspended, closed or not yet active",
        CellState::Management => "no stack, units, patterns and tags never mean the management account",
        CellState::NotTargeted => "not targeted",
    }
}

fn deciding(page: &mut Page, line: &TargetLine) {
    let start = Line::new()
        .to(6)
        .put(Meaning::Aside, &place(&line.span))
        .text(&format!("  {} ", effect_word(line.effect)));
    page.hanging(start, Meaning::Plain, &line.text);
}

fn place(span: &Span) -> String {
    format!("{}:{}", span.file, span.start.line)
}
