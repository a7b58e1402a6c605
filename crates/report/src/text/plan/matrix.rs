//! Instances as a matrix: a row for accounts of a unit that are treated alike, a column for each Region.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};
use model::plan::{Action, InstanceGroup, Plan, StackSetPlan};

use super::{Diff, PlanView};
use crate::layout::{Cell, Line, Page, table, width};
use crate::style::Meaning;
use crate::terms::{Names, account, mark, meaning, reason, reasons};
use crate::words::{count, number};

/// Columns that the unit, the number of accounts and the reasons are given at least.
const AROUND_REGIONS: usize = 54;
/// Accounts that are named in a row; more are counted.
const NAMED: usize = 2;

/// What happens to one account, Region by Region, and why: accounts with the same treatment share a row.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Treatment<'a> {
    cells: BTreeMap<&'a Region, Action>,
    why: Vec<&'a str>,
}

struct Row<'a> {
    unit: &'a str,
    first: bool,
    accounts: BTreeSet<&'a AccountId>,
    treatment: Treatment<'a>,
}

/// The section of one StackSet; Regions that do not fit beside each other get a block of their own.
pub(super) fn write(page: &mut Page, plan: &Plan, set: &StackSetPlan, view: &PlanView<'_>) {
    let rows = rows(&set.instances.groups);
    if rows.is_empty() {
        return;
    }
    let names = &plan.account_names;
    let regions = regions(plan, set);
    let because = reasons(set);
    for block in blocks(&regions, page.width()) {
        let mut cells = vec![header(block)];
        cells.extend(rows.iter().map(|row| row_cells(row, block, &because, names)));
        table(page, 2, &cells);
    }
    if view.diff == Diff::Full {
        every_account(page, &rows, names);
    }
}

fn rows(groups: &[InstanceGroup]) -> Vec<Row<'_>> {
    let mut units: Vec<(&str, BTreeMap<&AccountId, Treatment<'_>>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for group in groups {
        let place = *places.entry(&group.unit).or_insert(units.len());
        if place == units.len() {
            units.push((&group.unit, BTreeMap::new()));
        }
        if let Some((_, accounts)) = units.get_mut(place) {
            treat(accounts, group);
        }
    }
    units
        .into_iter()
        .flat_map(|(unit, accounts)| unit_rows(unit, accounts))
        .collect()
}

fn treat<'a>(accounts: &mut BTreeMap<&'a AccountId, Treatment<'a>>, group: &'a InstanceGroup) {
    for id in &group.rectangle.accounts {
        let treatment = accounts.entry(id).or_default();
        // What is left out with a remark is not the same as what is there and stays: it has no number.
        if group.action != Action::None || group.note.is_none() {
            let regions = group.rectangle.regions.iter();
            treatment
                .cells
                .extend(regions.map(|region| (region, group.action)));
        }
        let reasons = group.reasons.iter().map(|one| reason(*one, group.action));
        let why: Vec<&str> = match group.note.as_deref() {
            Some(note) => vec![note],
            None => reasons.collect(),
        };
        for word in why {
            if !treatment.why.contains(&word) {
                treatment.why.push(word);
            }
        }
    }
}

/// The largest group of accounts stands for the unit, the others follow below it.
fn unit_rows<'a>(unit: &'a str, accounts: BTreeMap<&'a AccountId, Treatment<'a>>) -> Vec<Row<'a>> {
    let mut alike: BTreeMap<Treatment<'a>, BTreeSet<&'a AccountId>> = BTreeMap::new();
    for (id, treatment) in accounts {
        alike.entry(treatment).or_default().insert(id);
    }
    let mut rows: Vec<Row<'a>> = alike
        .into_iter()
        .map(|(treatment, accounts)| Row {
            unit,
            first: false,
            accounts,
            treatment,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.accounts.len()));
    if let Some(row) = rows.first_mut() {
        row.first = true;
    }
    rows
}

/// In the order of the rollout where an operation gives one.
fn regions<'a>(plan: &'a Plan, set: &'a StackSetPlan) -> Vec<&'a Region> {
    let all: BTreeSet<&Region> = set
        .instances
        .groups
        .iter()
        .flat_map(|group| &group.rectangle.regions)
        .collect();
    let operations = plan
        .operations
        .iter()
        .filter(|operation| operation.stack_set == set.name);
    let mut ordered: Vec<&Region> = Vec::new();
    for region in operations.flat_map(|operation| super::schedule::regions(&operation.call)) {
        if all.contains(region) && !ordered.contains(&region) {
            ordered.push(region);
        }
    }
    let rest: Vec<&Region> = all
        .into_iter()
        .filter(|region| !ordered.contains(region))
        .collect();
    ordered.extend(rest);
    ordered
}

fn blocks<'a, 'b>(regions: &'b [&'a Region], width_of_page: usize) -> Vec<&'b [&'a Region]> {
    let room = width_of_page.saturating_sub(AROUND_REGIONS);
    let mut blocks = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, region) in regions.iter().enumerate() {
        let wide = width(region.as_str()) + 2;
        if at > start && used + wide > room {
            blocks.extend(regions.get(start..at));
            (start, used) = (at, 0);
        }
        used += wide;
    }
    blocks.extend(regions.get(start..));
    blocks
}

fn header(regions: &[&Region]) -> Vec<Cell> {
    let mut cells = vec![
        Cell::new(Meaning::Heading, "Instances"),
        Cell::new(Meaning::Aside, "accounts").right(),
    ];
    cells.extend(
        regions
            .iter()
            .map(|region| Cell::new(Meaning::Aside, region.as_str()).right()),
    );
    cells.push(Cell::new(Meaning::Aside, "why"));
    cells
}

fn row_cells(row: &Row<'_>, regions: &[&Region], because: &[&str], names: &Names) -> Vec<Cell> {
    let n = row.accounts.len() as u64;
    let mut cells = vec![Cell::text(title(row, names)), Cell::text(number(n)).right()];
    cells.extend(
        regions
            .iter()
            .map(|region| match row.treatment.cells.get(region) {
                // A bare number is left alone, a point is not targeted; both keep the digits below each other.
                None => Cell::text("·  ").right(),
                Some(Action::None) => Cell::text(format!("{}  ", number(n))).right(),
                Some(action) => {
                    Cell::new(meaning(*action), format!("{} {}", number(n), mark(*action))).right()
                }
            }),
    );
    // What the StackSet's own line has said is not said again in every row.
    let why = if row.treatment.why == because {
        String::new()
    } else {
        row.treatment.why.join(", ")
    };
    cells.push(Cell::text(why));
    cells
}

fn title(row: &Row<'_>, names: &Names) -> String {
    if row.first {
        return format!("  {}", row.unit);
    }
    if row.accounts.len() > NAMED {
        return format!("    {} there", count(row.accounts.len() as u64, "other account"));
    }
    let people: Vec<String> = row.accounts.iter().map(|id| account(names, id)).collect();
    format!("    {}", people.join(", "))
}

fn every_account(page: &mut Page, rows: &[Row<'_>], names: &Names) {
    for row in rows {
        let people: Vec<String> = row.accounts.iter().map(|id| account(names, id)).collect();
        let n = count(people.len() as u64, "account");
        let unit = format!("{} ({n}):", row.unit);
        page.hanging(Line::new().text("    "), Meaning::Aside, &unit);
        page.items(Line::new().text("      "), &people);
    }
}
