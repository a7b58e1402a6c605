//! Every row of `docs/exit-codes.md`, reached by the real process: the code, the `result` in the summary's JSON where there is one, and
//! whether anything was written.
//!
//! 130 and 143 are in `interrupts.rs` and `commands.rs`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

#[path = "exit_codes/rows.rs"]
mod rows;
#[path = "exit_codes/scene.rs"]
mod scene;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use rows::{Row, rows};
use scene::Scene;
use serde_json::Value;
use support::fixture;

/// The head of the page's second table, and what takes a freeze that begins between plan and apply: the executor's tests have it.
const ELSEWHERE: [&str; 2] = ["result", "frozen"];

impl Row {
    /// What does not hold.
    fn check(&self) -> Result<(), String> {
        let scene = Scene::new();
        let run = (self.scene)(&scene);
        let summary: Option<Value> = serde_json::from_str(&run.stdout).ok();
        let result = summary.as_ref().and_then(|summary| summary["result"].as_str());
        let wrote = scene.writes() > 0;
        let is = (run.code, self.result.and(result), wrote);
        if is == (self.code, self.result, self.writes) {
            return Ok(());
        }
        Err(format!("is {is:?}:\n{}{}", run.stdout, run.stderr))
    }
}

#[test]
fn every_row_of_the_table_is_reached() {
    let mut table = String::from("| code | result | when | written |\n|---|---|---|---|\n");
    let mut wrong = String::new();
    for row in rows() {
        let wrote = if row.writes { "yes" } else { "no" };
        let _ = writeln!(
            table,
            "| {} | {} | {} | {wrote} |",
            row.code,
            row.result.unwrap_or("–"),
            row.when
        );
        if let Err(told) = row.check() {
            let _ = writeln!(wrong, "── {} {:?}: {} ──\n{told}", row.code, row.result, row.when);
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_row_of_the_page_is_without_a_scenario() {
    let page = fs::read_to_string(fixture::root().join("docs/exit-codes.md")).expect("the page is there");
    let first = |line: &str| line.split('|').nth(1).map(|cell| cell.trim().to_owned());
    let written: BTreeSet<String> = page.lines().filter_map(first).collect();
    let codes: BTreeSet<String> = rows().iter().map(|row| row.code.to_string()).collect();
    let listed = written.iter().filter(|cell| cell.parse::<i32>().is_ok()).cloned();
    assert_eq!(
        listed.collect::<BTreeSet<_>>(),
        codes,
        "130 and 143 stand in one cell"
    );
    let results: BTreeSet<String> = rows()
        .iter()
        .filter_map(|row| row.result.map(str::to_owned))
        .collect();
    let named = written
        .iter()
        .filter_map(|cell| cell.strip_prefix('`')?.strip_suffix('`'));
    let missing: Vec<_> = named
        .filter(|name| !results.contains(*name) && !ELSEWHERE.contains(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
