use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

type Matrix = Cells<u8, u8>;

fn matrix(rows: &[&[u8]]) -> Matrix {
    (0..)
        .zip(rows.iter().map(|row| row.iter().copied().collect()))
        .collect()
}

fn count(rows: &[&[u8]]) -> usize {
    partition(&matrix(rows), &Limits::default()).len()
}

fn cells(matrix: &Matrix) -> BTreeSet<(u8, u8)> {
    matrix
        .iter()
        .flat_map(|(row, columns)| columns.iter().map(|column| (*row, *column)))
        .collect()
}

/// The fewest rectangles, by trying every one that holds the first cell that is left.
fn brute_force(left: &BTreeSet<(u8, u8)>, most: usize) -> Option<usize> {
    let Some((row, column)) = left.first().copied() else {
        return Some(0);
    };
    if most == 0 {
        return None;
    }
    let mut best = None;
    for rows in subsets(5).filter(|rows| rows.contains(&row)) {
        for columns in subsets(5).filter(|columns| columns.contains(&column)) {
            let block: BTreeSet<_> = rows
                .iter()
                .flat_map(|row| columns.iter().map(|column| (*row, *column)))
                .collect();
            if !block.is_subset(left) {
                continue;
            }
            let limit = best.unwrap_or(most + 1) - 1;
            if limit == 0 {
                return best;
            }
            let rest = left.difference(&block).copied().collect();
            if let Some(found) = brute_force(&rest, limit - 1) {
                best = Some(found + 1);
            }
        }
    }
    best
}

fn subsets(size: u8) -> impl Iterator<Item = Vec<u8>> {
    (1_u8..1 << size).map(move |bits| (0..size).filter(|bit| bits >> bit & 1 == 1).collect())
}

#[test]
fn nothing_needs_no_rectangle() {
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&[&[], &[]]), 0);
}

#[test]
fn a_full_product_is_one_rectangle() {
    assert_eq!(count(&[&[1, 2, 3], &[1, 2, 3], &[1, 2, 3]]), 1);
}

#[test]
fn one_missing_cell_costs_one_more_rectangle() {
    assert_eq!(count(&[&[1, 2, 3], &[1, 2, 3], &[1, 2]]), 2);
}

#[test]
fn the_better_of_rows_and_columns_is_never_beaten_by_less_than_the_search_finds() {
    // Four distinct rows and four distinct columns, yet three rectangles do: {0,1}x{1,2}, {1,2}x{3}, {3,2}x{4} style overlaps.
    let rows: &[&[u8]] = &[&[1, 2], &[1, 2, 3], &[3, 4], &[4], &[1, 2, 4]];
    assert_eq!(count(rows), 3);
}

#[test]
fn a_huge_matrix_takes_the_better_simple_grouping() {
    let columns: Vec<BTreeSet<u32>> = (0..3).map(|first| (first..40).collect()).collect();
    let cells: Cells<u32, u32> = (0..30_000_u32)
        .map(|row| (row, columns[row as usize % 3].clone()))
        .collect();
    assert_eq!(partition(&cells, &Limits::default()).len(), 3);
}

#[test]
fn the_search_gives_up_in_bounded_time_and_still_answers() {
    let cells: Cells<u8, u8> = (0..12)
        .map(|row| {
            (
                row,
                (0..12)
                    .filter(|column| (row * 7 + column * 5) % 3 != 0 || row == *column)
                    .collect(),
            )
        })
        .collect();
    let limits = Limits {
        exact_steps: 10,
        ..Limits::default()
    };
    assert!(partition(&cells, &limits).len() <= 12);
}

fn any_matrix(size: u8) -> impl Strategy<Value = Matrix> {
    proptest::collection::btree_map(
        0..size,
        proptest::collection::btree_set(0..size, 0..=usize::from(size)),
        0..=usize::from(size),
    )
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn rectangles_cover_exactly_the_cells_and_none_twice(matrix in any_matrix(20)) {
        let blocks = partition(&matrix, &Limits::default());
        let mut seen = BTreeSet::new();
        for block in &blocks {
            for row in &block.rows {
                for column in &block.columns {
                    prop_assert!(seen.insert((*row, *column)), "twice: {row} {column}");
                }
            }
        }
        prop_assert_eq!(seen, cells(&matrix));
        let rows: BTreeSet<_> = matrix.values().filter(|columns| !columns.is_empty()).collect();
        prop_assert!(blocks.len() <= rows.len());
    }

    #[test]
    fn small_partitions_are_the_smallest(matrix in any_matrix(5)) {
        let found = partition(&matrix, &Limits::default()).len();
        prop_assert_eq!(brute_force(&cells(&matrix), 5), Some(found));
    }
}
