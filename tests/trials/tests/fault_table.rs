//! Every fault has its tests (docs/fault-table.md), and what is open is known.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The reference's faults but F59: plans are not signed (DESIGN §10).
const LAST: u8 = 66;
const UNSIGNED: u8 = 59;
/// Faults without a test. A row that is filled leaves this list.
const OPEN: [u8; 6] = [7, 10, 11, 30, 55, 56];
/// The phases of an apply, in their order.
const PHASES: [&str; 10] = [
    "plan", "guard", "units", "look", "send", "watch", "collect", "settle", "wait", "sink",
];

struct Row {
    phases: BTreeSet<String>,
    elsewhere: String,
    tests: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rows() -> BTreeMap<u8, Row> {
    let page = std::fs::read_to_string(root().join("docs/fault-table.md")).expect("the page is there");
    let lines = page.lines().filter(|line| line.starts_with("| F"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let phases = cells[2].split(", ").flat_map(|phase| match phase {
            "calls" => PHASES[1..8].iter().map(|it| (*it).to_owned()).collect(),
            other => vec![other.to_owned()],
        });
        let row = Row {
            phases: phases.collect(),
            elsewhere: cells[3].to_owned(),
            tests: cells[4]
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect(),
        };
        (cells[1][1..].parse().expect("a fault has a number"), row)
    };
    lines.map(row).collect()
}

fn exists(test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else {
        return false;
    };
    let source = std::fs::read_to_string(root().join(file)).unwrap_or_default();
    source.contains(&format!("fn {name}("))
}

#[test]
fn every_fault_has_a_row_with_tests_that_exist() {
    let rows = rows();
    let wanted: BTreeSet<u8> = (1..=LAST).filter(|fault| *fault != UNSIGNED).collect();
    assert_eq!(rows.keys().copied().collect::<BTreeSet<_>>(), wanted);
    let mut wrong = Vec::new();
    for (fault, row) in &rows {
        let missing: Vec<_> = row.tests.iter().filter(|test| !exists(test)).collect();
        let open = OPEN.contains(fault);
        if open != row.tests.is_empty() || !missing.is_empty() {
            wrong.push(format!("F{fault:02}: open {open}, missing {missing:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_phase_without_a_fault_has_its_reason() {
    print!("fault");
    for phase in PHASES {
        print!(" {phase:>8}");
    }
    println!();
    for (fault, row) in rows() {
        if OPEN.contains(&fault) {
            continue;
        }
        let unknown: Vec<_> = row
            .phases
            .iter()
            .filter(|it| !PHASES.contains(&it.as_str()))
            .collect();
        assert!(unknown.is_empty(), "F{fault:02}: {unknown:?} is no phase");
        assert!(
            !row.elsewhere.is_empty(),
            "F{fault:02} has no reason for what is empty"
        );
        print!("F{fault:02}  ");
        for phase in PHASES {
            print!(" {:>8}", if row.phases.contains(phase) { "x" } else { "-" });
        }
        println!("  {}", row.elsewhere);
    }
}
