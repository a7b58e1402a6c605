//! Accounts × Regions in few lines: a row for accounts of a unit that are treated alike, a column for each Region.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};

use crate::layout::{Cell, Line, Page, table, width};
use crate::style::Meaning;
use crate::terms::{Names, account};
use crate::words::{count, number};

/// Columns that the unit, the number of accounts and the words behind the Regions are given at least.
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
    /// The words of each column behind the Regions, in their order and once each.
    pub(super) behind: Vec<Vec<String>>,
}

/// Accounts of a unit that share a treatment.
pub(super) struct Row<'a> {
    pub(super) unit: &'a str,
    first: bool,
    pub(super) accounts: BTreeSet<&'a AccountId>,
    pub(super) treatment: Treatment<'a>,
}

/// The titles of a grid: of the units, and of the columns behind the Regions.
pub(super) struct Titles {
    pub(super) units: &'static str,
    pub(super) behind: &'static [&'static str],
}

impl Treatment<'_> {
    /// Adds a word to a column behind the Regions, unless it is there.
    pub(super) fn say(&mut self, column: usize, word: String) {
        if self.behind.len() <= column {
            self.behind.resize_with(column + 1, Vec::new);
        }
        if let Some(words) = self.behind.get_mut(column)
            && !words.contains(&word)
        {
            words.push(word);
        }
    }
}

/// The rows of a unit: the largest group of accounts stands for it, the others follow below.
pub(super) fn unit_rows<'a>(unit: &'a str, accounts: BTreeMap<&'a AccountId, Treatment<'a>>) -> Vec<Row<'a>> {
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

/// Writes rows; Regions that do not fit beside each other get a block of their own. A column behind them that says nothing anywhere
/// is left out.
pub(super) fn write(page: &mut Page, titles: &Titles, regions: &[&Region], rows: &[Row<'_>], names: &Names) {
    let told: Vec<(usize, &str)> = titles
        .behind
        .iter()
        .copied()
        .enumerate()
        .filter(|(column, _)| rows.iter().any(|row| !words(row, *column).is_empty()))
        .collect();
    for block in blocks(regions, page.width()) {
        let mut cells = vec![header(titles.units, block, &told)];
        cells.extend(rows.iter().map(|row| row_cells(row, block, &told, names)));
        table(page, 2, &cells);
    }
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

fn words(row: &Row<'_>, column: usize) -> String {
    let words = row.treatment.behind.get(column);
    words.map(|words| words.join(", ")).unwrap_or_default()
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

fn header(units: &str, regions: &[&Region], behind: &[(usize, &str)]) -> Vec<Cell> {
    let mut cells = vec![
        Cell::new(Meaning::Heading, units),
        Cell::new(Meaning::Aside, "accounts").right(),
    ];
    let regions = regions.iter().map(|region| region.as_str());
    cells.extend(regions.map(|region| Cell::new(Meaning::Aside, region).right()));
    cells.extend(behind.iter().map(|(_, title)| Cell::new(Meaning::Aside, *title)));
    cells
}

fn row_cells(row: &Row<'_>, regions: &[&Region], behind: &[(usize, &str)], names: &Names) -> Vec<Cell> {
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
    cells.extend(behind.iter().map(|(column, _)| Cell::text(words(row, *column))));
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
