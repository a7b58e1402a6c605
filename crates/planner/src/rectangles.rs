//! Cells into the fewest rectangles: the heart of batching, since one call is one full product of rows and columns.
//!
//! The cells are split without overlap. Rows with equal columns always go together and so do columns with equal rows, which
//! leaves a small matrix; where it is small enough the fewest rectangles are searched for, otherwise the better of one
//! rectangle for each distinct row and one for each distinct column is taken. All of it is linear in the cells but for logarithms.
//!
//! A run may end between two calls, and the next plan sees only the cells that are left. So the rectangle with the first cell is
//! taken, and what is left is split anew, as that plan would do it: the rest of a plan is the plan for the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::limits::Limits;

/// Cells by row.
pub(crate) type Cells<R, C> = BTreeMap<R, BTreeSet<C>>;

/// A full product of rows and columns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Block<R, C> {
    pub(crate) rows: BTreeSet<R>,
    pub(crate) columns: BTreeSet<C>,
}

/// Splits cells into rectangles: exactly these cells, none twice, as few rectangles as the limits let us find, in the order of
/// their first cells.
pub(crate) fn partition<R: Ord + Copy, C: Ord + Copy>(
    cells: &Cells<R, C>,
    limits: &Limits,
) -> Vec<Block<R, C>> {
    let by_row = group_rows(cells);
    if by_row.len() <= 1 {
        return by_row;
    }
    let by_column = group_columns(&by_row);
    let mut left = matrix(&by_row, &by_column);
    let mut blocks = Vec::new();
    while let Some(block) = first(&left, limits) {
        for row in &block.rows {
            if let Some(columns) = left.get_mut(row) {
                columns.retain(|column| !block.columns.contains(column));
            }
        }
        left.retain(|_, columns| !columns.is_empty());
        blocks.push(Block {
            rows: rows_of(&by_row, &block.rows),
            columns: columns_of(&by_column, &block.columns),
        });
    }
    blocks
}

/// Which groups of columns each group of rows has, by their places.
fn matrix<R: Ord, C: Ord>(by_row: &[Block<R, C>], by_column: &[Block<R, C>]) -> Cells<usize, usize> {
    let columns = |row: &Block<R, C>| {
        let held = by_column
            .iter()
            .enumerate()
            .filter(|(_, group)| holds(row, group));
        held.map(|(place, _)| place).collect()
    };
    let rows = by_row.iter().enumerate();
    rows.map(|(place, row)| (place, columns(row))).collect()
}

fn holds<R: Ord, C: Ord>(row: &Block<R, C>, group: &Block<R, C>) -> bool {
    let first = group.columns.first();
    first.is_some_and(|column| row.columns.contains(column))
}

/// The rectangle with the first cell.
fn first(left: &Cells<usize, usize>, limits: &Limits) -> Option<Block<usize, usize>> {
    let (row, columns) = left.first_key_value()?;
    let column = columns.first()?;
    let mut blocks = split(left, limits).into_iter();
    blocks.find(|block| block.rows.contains(row) && block.columns.contains(column))
}

fn split(cells: &Cells<usize, usize>, limits: &Limits) -> Vec<Block<usize, usize>> {
    let by_row = group_rows(cells);
    let by_column = group_columns(&by_row);
    let simple = by_row.len().min(by_column.len());
    let small = by_row.len().max(by_column.len()) <= limits.exact_rows.min(32);
    if small && let Some(found) = fewest(&by_row, &by_column, simple, limits.exact_steps) {
        return found;
    }
    if by_column.len() < by_row.len() {
        by_column
    } else {
        by_row
    }
}

/// One rectangle for each distinct set of columns.
fn group_rows<R: Ord + Copy, C: Ord + Copy>(cells: &Cells<R, C>) -> Vec<Block<R, C>> {
    let mut groups: BTreeMap<&BTreeSet<C>, BTreeSet<R>> = BTreeMap::new();
    for (row, columns) in cells.iter().filter(|(_, columns)| !columns.is_empty()) {
        groups.entry(columns).or_default().insert(*row);
    }
    let mut blocks: Vec<_> = groups
        .into_iter()
        .map(|(columns, rows)| Block {
            rows,
            columns: columns.clone(),
        })
        .collect();
    blocks.sort();
    blocks
}

/// One rectangle for each distinct set of rows.
fn group_columns<R: Ord + Copy, C: Ord + Copy>(by_row: &[Block<R, C>]) -> Vec<Block<R, C>> {
    let mut holders: BTreeMap<C, BTreeSet<usize>> = BTreeMap::new();
    for (index, block) in by_row.iter().enumerate() {
        for column in &block.columns {
            holders.entry(*column).or_default().insert(index);
        }
    }
    let mut groups: BTreeMap<BTreeSet<usize>, BTreeSet<C>> = BTreeMap::new();
    for (column, holding) in holders {
        groups.entry(holding).or_default().insert(column);
    }
    let mut blocks: Vec<_> = groups
        .into_iter()
        .map(|(holding, columns)| Block {
            rows: rows_of(by_row, &holding),
            columns,
        })
        .collect();
    // By what does not depend on how rows are grouped.
    blocks.sort_by(|one, two| one.columns.first().cmp(&two.columns.first()));
    blocks
}

fn rows_of<R: Ord + Copy, C>(by_row: &[Block<R, C>], chosen: &BTreeSet<usize>) -> BTreeSet<R> {
    let blocks = chosen.iter().filter_map(|place| by_row.get(*place));
    blocks.flat_map(|block| block.rows.iter().copied()).collect()
}

/// Fewer rectangles than `simple`, if there are and the search ends in time.
fn fewest<R: Ord + Copy, C: Ord + Copy>(
    by_row: &[Block<R, C>],
    by_column: &[Block<R, C>],
    simple: usize,
    steps: u32,
) -> Option<Vec<Block<R, C>>> {
    let masks: Vec<u32> = by_row.iter().map(|row| mask(row, by_column)).collect();
    let mut order: Vec<usize> = (0..masks.len()).collect();
    // Short rows first: they cannot be split much, and long ones are often made of them.
    order.sort_by_key(|row| masks.get(*row).map(|mask| (mask.count_ones(), *mask)));
    let rows: Vec<u32> = order.iter().filter_map(|row| masks.get(*row).copied()).collect();
    let mut search = Search::new(&rows, steps);
    for most in rank(&rows)..simple {
        if search.within(most) {
            return Some(search.blocks(&order, by_row, by_column));
        }
    }
    None
}

/// The column groups of a row group, one bit each.
fn mask<R: Ord, C: Ord>(row: &Block<R, C>, by_column: &[Block<R, C>]) -> u32 {
    let groups = by_column.iter().rev();
    groups.fold(0, |bits, group| bits << 1 | u32::from(holds(row, group)))
}

/// The rank over the field of two elements: no partition has fewer rectangles, since each is a matrix of rank one.
fn rank(rows: &[u32]) -> usize {
    let mut basis: Vec<u32> = Vec::new();
    for row in rows {
        let rest = basis.iter().fold(*row, |rest, element| rest.min(rest ^ element));
        if rest != 0 {
            basis.push(rest);
            basis.sort_unstable_by(|one, two| two.cmp(one));
        }
    }
    basis.len()
}

/// Looks for a family of column sets such that every row is a disjoint union of members: one member is one rectangle.
struct Search<'a> {
    rows: &'a [u32],
    family: Vec<u32>,
    most: usize,
    steps: u32,
}

impl<'a> Search<'a> {
    fn new(rows: &'a [u32], steps: u32) -> Self {
        Self {
            rows,
            family: Vec::new(),
            most: 0,
            steps,
        }
    }

    /// Whether so many members are enough; on success the family stays.
    fn within(&mut self, most: usize) -> bool {
        self.family.clear();
        self.most = most;
        self.fill(0, self.rows.first().copied().unwrap_or_default())
    }

    fn fill(&mut self, at: usize, rest: u32) -> bool {
        if rest == 0 {
            let next = at + 1;
            return match self.rows.get(next) {
                Some(row) => self.fill(next, *row),
                None => true,
            };
        }
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        let lowest = rest & rest.wrapping_neg();
        for member in self.family.clone() {
            if member & lowest != 0 && member & !rest == 0 && self.fill(at, rest & !member) {
                return true;
            }
        }
        self.family.len() < self.most && self.extend(at, rest, lowest)
    }

    /// Tries every new member with the lowest bit, the whole rest first.
    fn extend(&mut self, at: usize, rest: u32, lowest: u32) -> bool {
        let others = rest & !lowest;
        let mut part = others;
        loop {
            let member = part | lowest;
            self.family.push(member);
            if self.fill(at, rest & !member) {
                return true;
            }
            self.family.pop();
            if part == 0 || self.steps == 0 {
                return false;
            }
            part = (part - 1) & others;
        }
    }

    /// The rectangles of the family that was found.
    fn blocks<R: Ord + Copy, C: Ord + Copy>(
        &self,
        order: &[usize],
        by_row: &[Block<R, C>],
        by_column: &[Block<R, C>],
    ) -> Vec<Block<R, C>> {
        let mut holders = vec![BTreeSet::new(); self.family.len()];
        for (row, bits) in order.iter().zip(self.rows) {
            for index in disjoint_union(&self.family, *bits).unwrap_or_default() {
                if let Some(rows) = holders.get_mut(index) {
                    rows.insert(*row);
                }
            }
        }
        let mut blocks: Vec<_> = holders
            .iter()
            .zip(&self.family)
            .filter(|(rows, _)| !rows.is_empty())
            .map(|(rows, bits)| Block {
                rows: rows_of(by_row, rows),
                columns: columns_of(by_column, &places(*bits)),
            })
            .collect();
        blocks.sort();
        blocks
    }
}

/// The members whose disjoint union a row is.
fn disjoint_union(family: &[u32], rest: u32) -> Option<Vec<usize>> {
    if rest == 0 {
        return Some(Vec::new());
    }
    let lowest = rest & rest.wrapping_neg();
    let fitting = family
        .iter()
        .enumerate()
        .filter(|(_, member)| *member & lowest != 0 && *member & !rest == 0);
    for (index, member) in fitting {
        if let Some(mut found) = disjoint_union(family, rest & !member) {
            found.push(index);
            return Some(found);
        }
    }
    None
}

fn places(bits: u32) -> BTreeSet<usize> {
    (0..32).filter(|place| bits >> place & 1 == 1).collect()
}

fn columns_of<R, C: Ord + Copy>(by_column: &[Block<R, C>], chosen: &BTreeSet<usize>) -> BTreeSet<C> {
    let groups = chosen.iter().filter_map(|place| by_column.get(*place));
    groups.flat_map(|group| group.columns.iter().copied()).collect()
}

#[cfg(test)]
#[path = "rectangles_tests.rs"]
mod tests;
