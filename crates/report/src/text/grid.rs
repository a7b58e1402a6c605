//! Accounts × Regions in few lines: a row for accounts of a unit that are treated alike, a column for each Region.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};

use crate::layout::{Cell, Line, Page, natural_width, table, width};
use crate::style::Meaning;
use crate::terms::{Names, account, short};
use crate::words::{count, number};

/// Columns that the unit, the number of accounts and the words behind the Regions are left, if they need so many.
const AROUND_REGIONS: usize = 54;
/// Accounts that are named in a row; more are counted.
const NAMED: usize = 2;

/// What a Region's column says about the accounts of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Their number and a symbol; a space for what is left as it is.
    Number(&'static str, Meaning),
    /// A word, for what is not there.
    Word(&'static str),
}

/// What one account is treated to, Region by Region, with words behind it: equal ones share a row.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Treatment<'a> {
    /// Regions that are not here are not targeted.
    pub(super) cells: BTreeMap<&'a Region, Mark>,
    /// Words behind the Regions, once each.
    pub(super) why: Vec<String>,
}

/// Accounts of a unit that are not grouped yet.
pub(super) type Accounts<'a> = BTreeMap<&'a AccountId, Treatment<'a>>;

/// Words about single accounts, with their places in an order: they are counted in a row and do not part it.
pub(super) type Tallies<'a> = BTreeMap<&'a AccountId, BTreeSet<(usize, &'a str)>>;

/// Accounts of a unit that share a treatment.
pub(super) struct Row<'a> {
    pub(super) unit: &'a str,
    first: bool,
    pub(super) accounts: BTreeSet<&'a AccountId>,
    pub(super) treatment: Treatment<'a>,
}

impl Treatment<'_> {
    /// Adds a word behind the Regions, unless it is there.
    pub(super) fn say(&mut self, word: String) {
        if !self.why.contains(&word) {
            self.why.push(word);
        }
    }
}

/// The rows of a unit: the largest group of accounts stands for it, the others follow below.
pub(super) fn unit_rows<'a>(unit: &'a str, accounts: Accounts<'a>) -> Vec<Row<'a>> {
    let mut alike: BTreeMap<Treatment<'a>, BTreeSet<&'a AccountId>> = BTreeMap::new();
    for (id, treatment) in accounts {
        alike.entry(treatment).or_default().insert(id);
    }
    let row = |(treatment, accounts)| Row {
        unit,
        first: false,
        accounts,
        treatment,
    };
    let mut rows: Vec<Row<'a>> = alike.into_iter().map(row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.accounts.len()));
    if let Some(row) = rows.first_mut() {
        row.first = true;
    }
    rows
}

/// What is written beside a grid's rows.
pub(super) struct Beside<'a> {
    /// The title of the units.
    pub(super) title: &'static str,
    /// The stages that reach accounts.
    pub(super) stages: &'a Tallies<'a>,
    pub(super) names: &'a Names,
}

/// Writes rows; Regions that do not fit beside each other get a block of their own. The column behind them is left out when it says
/// nothing anywhere.
pub(super) fn write(page: &mut Page, regions: &[&Region], rows: &[Row<'_>], beside: &Beside<'_>) {
    let said: Vec<String> = rows.iter().map(|row| behind(row, beside)).collect();
    let why = rows.iter().any(|row| !row.treatment.why.is_empty());
    let title = match (beside.stages.is_empty(), why) {
        (true, true) => "why",
        (true, false) => "",
        (false, false) => "stage",
        (false, true) => "stage, why",
    };
    let around = around(rows, &said, beside.names);
    for block in blocks(regions, page.width().saturating_sub(around)) {
        let mut cells = vec![header(beside.title, block, title)];
        for (row, words) in rows.iter().zip(&said) {
            let mut line = row_cells(row, block, beside.names);
            line.push(Cell::text(words));
            cells.push(line);
        }
        table(page, 2, &cells);
    }
}

/// The stage and the reasons: `canary 2, nonprod 36`, `prod, overrides`.
fn behind(row: &Row<'_>, beside: &Beside<'_>) -> String {
    let mut words = tallied(row, beside.stages);
    words.extend(row.treatment.why.iter().cloned());
    words.join(", ")
}

/// `nonprod` where it is said of every account of a row, else `canary 2` and `nonprod 36`.
fn tallied(row: &Row<'_>, tallies: &Tallies<'_>) -> Vec<String> {
    let mut counts: BTreeMap<(usize, &str), u64> = BTreeMap::new();
    let words = row.accounts.iter().filter_map(|id| tallies.get(id));
    for word in words.flatten() {
        *counts.entry(*word).or_default() += 1;
    }
    let all = row.accounts.len() as u64;
    let told = counts.iter().map(|((_, word), n)| {
        if *n == all {
            (*word).to_owned()
        } else {
            format!("{word} {}", number(*n))
        }
    });
    told.collect()
}

/// Columns of everything beside the Regions.
fn around(rows: &[Row<'_>], said: &[String], names: &Names) -> usize {
    let cells = rows.iter().zip(said).map(|(row, words)| {
        let mut cells = row_cells(row, &[], names);
        cells.push(Cell::text(words));
        cells
    });
    let titles = vec![Cell::default(), Cell::text("accounts")];
    let cells: Vec<Vec<Cell>> = std::iter::once(titles).chain(cells).collect();
    (natural_width(&cells) + 2).min(AROUND_REGIONS)
}

/// Every account of every row by its name.
pub(super) fn every_account(page: &mut Page, rows: &[Row<'_>], names: &Names) {
    for row in rows {
        let people: Vec<String> = row.accounts.iter().map(|id| account(names, id)).collect();
        let n = count(people.len() as u64, "account");
        let unit = format!("{} ({n}):", row.unit);
        page.hanging(Line::new().text("    "), Meaning::Aside, &unit);
        page.items(Line::new().text("      "), &people);
    }
}

fn blocks<'a, 'b>(regions: &'b [&'a Region], room: usize) -> Vec<&'b [&'a Region]> {
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

fn header(units: &str, regions: &[&Region], behind: &str) -> Vec<Cell> {
    let mut cells = vec![
        Cell::new(Meaning::Heading, units),
        Cell::new(Meaning::Aside, "accounts").right(),
    ];
    let regions = regions.iter().map(|region| region.as_str());
    cells.extend(regions.map(|region| Cell::new(Meaning::Aside, region).right()));
    cells.push(Cell::new(Meaning::Aside, behind));
    cells
}

fn row_cells(row: &Row<'_>, regions: &[&Region], names: &Names) -> Vec<Cell> {
    let n = number(row.accounts.len() as u64);
    let mut cells = vec![Cell::text(title(row, names)), Cell::text(n.clone()).right()];
    cells.extend(
        regions
            .iter()
            .map(|region| match row.treatment.cells.get(region) {
                // A bare number is left alone, a point is not targeted; both keep the digits below each other.
                None => Cell::text("·  ").right(),
                Some(Mark::Number(symbol, meaning)) => Cell::new(*meaning, format!("{n} {symbol}")).right(),
                Some(Mark::Word(word)) => Cell::new(Meaning::Aside, *word).right(),
            }),
    );
    cells
}

fn title(row: &Row<'_>, names: &Names) -> String {
    if row.first {
        return format!("  {}", row.unit);
    }
    if row.accounts.len() > NAMED {
        return format!("    {} there", count(row.accounts.len() as u64, "other account"));
    }
    let people: Vec<&str> = row.accounts.iter().map(|id| short(names, id)).collect();
    format!("    {}", people.join(", "))
}
