//! Batching against an exact solver that shares nothing with it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};
use model::instance::Rectangle;
use planner::{Limits, batches};

const REGIONS: [&str; 8] = [
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-south-1",
];

type Instances = BTreeMap<AccountId, BTreeSet<Region>>;

fn account(number: usize) -> AccountId {
    AccountId::parse(&format!("{number:012}")).unwrap()
}

/// One account for each row, one Region for each bit.
fn instances(rows: &[u8]) -> Instances {
    let regions = |row: u8| {
        let set = (0..8).filter(move |bit| row >> bit & 1 == 1);
        set.map(|bit| Region::parse(REGIONS[bit]).unwrap()).collect()
    };
    let rows = rows.iter().enumerate();
    rows.map(|(number, row)| (account(number), regions(*row)))
        .collect()
}

/// The number of calls; they are checked to be exactly the instances.
fn calls(instances: &Instances) -> usize {
    let batches = batches(instances, &Limits::default());
    let named: Vec<_> = batches.iter().flat_map(Rectangle::keys).collect();
    let unique: BTreeSet<_> = named.iter().collect();
    assert_eq!(unique.len(), named.len(), "an instance twice");
    assert_eq!(named.len(), instances.values().map(BTreeSet::len).sum::<usize>());
    for key in &named {
        assert!(instances[&key.account].contains(&key.region), "a stranger");
    }
    batches.len()
}

/// The rows of every matrix of four by four, by its bits.
fn four_by_four(bits: u32) -> [u8; 4] {
    [0, 4, 8, 12].map(|shift| (bits >> shift & 15) as u8)
}

/// The least number of rectangles for every matrix of four by four: one that holds the lowest cell, and the best of the rest.
fn all_optima() -> Vec<u8> {
    let mut rectangles = Vec::new();
    for rows in 1_u32..16 {
        for columns in 1_u32..16 {
            let chosen = (0..4).filter(|row| rows >> row & 1 == 1);
            rectangles.push(chosen.fold(0, |bits, row| bits | columns << (4 * row)));
        }
    }
    let mut optima = vec![0_u8; 1 << 16];
    for bits in 1..1_u32 << 16 {
        let lowest = bits & bits.wrapping_neg();
        let fitting = rectangles
            .iter()
            .filter(|it| *it & lowest != 0 && *it & !bits == 0);
        let best = fitting.map(|it| optima[(bits & !it) as usize]).min().unwrap();
        optima[bits as usize] = best + 1;
    }
    optima
}

#[test]
fn every_matrix_of_four_by_four_takes_the_fewest_calls() {
    let optima = all_optima();
    let mut worse = 0;
    for bits in 0..1_u32 << 16 {
        let found = calls(&instances(&four_by_four(bits)));
        let best = usize::from(optima[bits as usize]);
        assert!(found <= best + 1, "{bits:016b}: {found} and not {best}");
        worse += usize::from(found > best);
    }
    println!("4 × 4: {worse} of 65,536 are not the fewest");
    assert!(worse * 100 <= 1 << 16, "{worse} are not the fewest");
}

/// The rank over the rationals: no partition has fewer rectangles, since each is a matrix of rank one.
fn rank(rows: &[u8]) -> usize {
    let mut matrix: Vec<Vec<i64>> = rows
        .iter()
        .map(|row| (0..8).map(|bit| i64::from(row >> bit & 1)).collect())
        .collect();
    let mut rank = 0;
    for column in 0..8 {
        let Some(pivot) = (rank..matrix.len()).find(|row| matrix[*row][column] != 0) else {
            continue;
        };
        matrix.swap(rank, pivot);
        let (done, rest) = matrix.split_at_mut(rank + 1);
        let pivot = &done[rank];
        for row in rest {
            let (own, other) = (pivot[column], row[column]);
            for (cell, above) in row.iter_mut().zip(pivot) {
                *cell = *cell * own - above * other;
            }
        }
        rank += 1;
    }
    rank
}

/// Whether so many rectangles are enough: every rectangle that holds the first cell that is left is tried.
fn within(rows: &[u8], most: usize) -> bool {
    let Some(first) = rows.iter().position(|row| *row != 0) else {
        return true;
    };
    if rank(rows) > most {
        return false;
    }
    let lowest = rows[first] & rows[first].wrapping_neg();
    let others = rows[first] & !lowest;
    let mut part = others;
    loop {
        let columns = part | lowest;
        let fitting: Vec<usize> = (first + 1..rows.len())
            .filter(|row| rows[*row] & columns == columns)
            .collect();
        for chosen in 0_u32..1 << fitting.len() {
            let mut left = rows.to_vec();
            left[first] &= !columns;
            for (bit, row) in fitting.iter().enumerate() {
                if chosen >> bit & 1 == 1 {
                    left[*row] &= !columns;
                }
            }
            if within(&left, most - 1) {
                return true;
            }
        }
        if part == 0 {
            return false;
        }
        part = (part - 1) & others;
    }
}

fn optimum(rows: &[u8]) -> usize {
    (rank(rows)..=16).find(|most| within(rows, *most)).unwrap()
}

#[test]
fn random_matrices_of_six_by_six_take_the_fewest_calls_or_one_more() {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut worse = 0;
    for case in 0..10_000 {
        // Three densities: a quarter, a half and three quarters.
        let bits = match case % 3 {
            0 => draw() & draw(),
            1 => draw(),
            _ => draw() | draw(),
        };
        let rows: Vec<u8> = (0..6).map(|row| (bits >> (6 * row) & 63) as u8).collect();
        let (found, best) = (calls(&instances(&rows)), optimum(&rows));
        assert!(found <= best + 1, "{rows:?}: {found} and not {best}");
        worse += usize::from(found > best);
    }
    println!("6 × 6: {worse} of 10,000 are not the fewest");
    assert!(worse <= 100, "{worse} are not the fewest");
}

#[test]
fn a_large_organization_takes_as_many_calls_as_its_structure_has() {
    // Ten units with Regions of their own, and three accounts that lack one Region each.
    let mut instances = Instances::new();
    for number in 0..5_000 {
        let unit = number % 10;
        let regions = (0..8).filter(|bit| ((unit + 1) * 23) >> bit & 1 == 1);
        instances.insert(
            account(number),
            regions.map(|bit| Region::parse(REGIONS[bit]).unwrap()).collect(),
        );
    }
    let shapes: BTreeSet<_> = instances.values().cloned().collect();
    let columns = 8;
    assert!(calls(&instances) <= shapes.len().min(columns));
    for number in [17, 1_234, 4_999] {
        instances.get_mut(&account(number)).unwrap().pop_first();
    }
    let shapes: BTreeSet<_> = instances.values().cloned().collect();
    assert!(calls(&instances) <= shapes.len().min(columns));
}

#[test]
fn regions_or_units_alone_are_one_call() {
    assert_eq!(calls(&instances(&[7; 200])), 1);
    let mut one_missing = [7; 200];
    one_missing[100] = 5;
    assert_eq!(calls(&instances(&one_missing)), 2);
}
