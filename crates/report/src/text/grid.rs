//! Accounts × Regions in few lines: a row for accounts of a unit that are treated alike, a column for each Region.

use model::ids::Region;

use crate::layout::{Cell, Line, Page, natural_width, table, width};
use crate::style::Meaning;
use crate::terms::{Names, account};
use crate::told::matrix::{Mark, Row, Tallies, behind, title};
use crate::words::{count, number};

/// Columns that the unit, the number of accounts and the words behind the Regions are left, if they need so many.
const AROUND_REGIONS: usize = 54;

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
    let said: Vec<String> = rows.iter().map(|row| behind(row, beside.stages)).collect();
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
