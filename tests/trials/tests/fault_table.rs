//! Every fault has its tests (docs/fault-table.md), and what the page says of phases is what the seeds do.
//!
//! A fault that befalls calls must be hit by seeds in every phase that the page names; no fault may be hit in a phase that the page leaves out.

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
use std::thread;

use trials::seen::{Phase, Seen};
use trials::walk::{Desk, Trial, walk};

/// The reference's faults but F59: plans are not signed (DESIGN §10).
const LAST: u8 = 66;
const UNSIGNED: u8 = 59;
/// The phases of an apply, in their order.
const PHASES: [&str; 10] = [
    "plan", "guard", "units", "look", "send", "watch", "collect", "settle", "wait", "sink",
];
/// Faults that the seeds draw for each call.
const OF_CALLS: [u8; 17] = [1, 2, 3, 13, 14, 15, 16, 17, 18, 21, 22, 23, 25, 26, 27, 29, 33];
/// Seeds whose hits are counted; as many as `tests/seeds.rs` walks.
const SEEDS: u64 = 1_600;

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

/// Whether there is such a test, as a test and not as a function that helps one.
fn exists(test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else {
        return false;
    };
    let source = std::fs::read_to_string(root().join(file)).unwrap_or_default();
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let begins = |line: &&str| line.contains(&format!("fn {name}("));
    let Some(at) = lines.iter().position(begins) else {
        return false;
    };
    let above = lines[..at].iter().rev();
    let mut marks = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    // A property is marked inside `proptest!` and named in the same way.
    marks.any(|line| line.contains("test")) || source.contains("proptest!")
}

#[test]
fn every_fault_has_a_row_with_tests_that_exist() {
    let rows = rows();
    let wanted: BTreeSet<u8> = (1..=LAST).filter(|fault| *fault != UNSIGNED).collect();
    assert_eq!(rows.keys().copied().collect::<BTreeSet<_>>(), wanted);
    let mut wrong = Vec::new();
    for (fault, row) in &rows {
        let missing: Vec<_> = row.tests.iter().filter(|test| !exists(test)).collect();
        if row.tests.is_empty() || !missing.is_empty() {
            wrong.push(format!(
                "F{fault:02}: {} tests, missing {missing:?}",
                row.tests.len()
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The page's word for a phase.
fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Guard => "guard",
        Phase::Units => "units",
        Phase::Look => "look",
        Phase::Call | Phase::Send => "send",
        Phase::Watch => "watch",
        Phase::Collect => "collect",
        Phase::Settle => "settle",
        Phase::Wait => "wait",
    }
}

/// How often each fault hit each phase.
fn hits() -> BTreeMap<(u8, &'static str), u64> {
    let some = |from: u64| {
        let (desk, mut all) = (Desk::new(), Seen::default());
        for seed in (from..SEEDS).step_by(2) {
            let mut seen = Seen::default();
            // Whether the seed holds is another test's question.
            let _ = walk(&Trial::draw(seed), &desk, &mut seen);
            all += seen;
        }
        all
    };
    let halves = thread::scope(|scope| {
        let halves = [0, 1].map(|from| scope.spawn(move || some(from)));
        halves.map(|half| half.join().expect("no panic"))
    });
    let mut hits = BTreeMap::new();
    for ((fault, phase), times) in halves.into_iter().flat_map(|seen| seen.hits) {
        *hits.entry((fault, word(phase))).or_default() += times;
    }
    hits
}

#[test]
fn the_matrix_is_what_the_seeds_hit_and_what_is_empty_has_its_reason() {
    let hits = hits();
    let mut wrong = Vec::new();
    print!("fault");
    for phase in PHASES {
        print!(" {phase:>8}");
    }
    println!();
    for (fault, row) in rows() {
        let unknown: Vec<_> = row
            .phases
            .iter()
            .filter(|it| !PHASES.contains(&it.as_str()))
            .collect();
        if !unknown.is_empty() || row.phases.is_empty() || row.elsewhere.is_empty() {
            wrong.push(format!(
                "F{fault:02}: {unknown:?} is no phase, or there is none, or no reason"
            ));
        }
        print!("F{fault:02}  ");
        for phase in PHASES {
            let (times, named) = (hits.get(&(fault, phase)), row.phases.contains(phase));
            let of_calls = OF_CALLS.contains(&fault) && !["plan", "wait", "sink"].contains(&phase);
            match (times, named) {
                (Some(_), false) => {
                    wrong.push(format!("F{fault:02} hits {phase}, and the page leaves it out"));
                }
                (None, true) if of_calls => wrong.push(format!("F{fault:02} never hits {phase}")),
                _ => {}
            }
            let cell = match (times, named) {
                (Some(times), _) => times.to_string(),
                (None, true) => "test".to_owned(),
                (None, false) => "-".to_owned(),
            };
            print!(" {cell:>8}");
        }
        println!("  {}", row.elsewhere);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
