//! Which account gets what where, and which line says so.

#![allow(clippy::indexing_slicing, reason = "a missing value fails the test")]

mod values;

use std::collections::BTreeMap;

use model::definition::ParameterValue;
use model::diagnostic::Diagnostic;
use model::target_matrix::*;
use report::text::{TargetsDetail, targets};
use values::{id, names, region, span, strip, unit_id};

const CORE: [&str; 3] = ["eu-west-1", "eu-central-1", "us-east-1"];

fn line(effect: TargetEffect, at: u32, text: &str) -> TargetLine {
    TargetLine {
        effect,
        span: span(at),
        text: text.to_owned(),
    }
}

fn cell(name: &str, state: CellState, lines: Vec<TargetLine>) -> TargetCell {
    TargetCell {
        region: region(name),
        state,
        lines,
        values: BTreeMap::new(),
    }
}

fn managed() -> TargetLine {
    line(TargetEffect::Targets, 66, "@managed")
}

fn account(n: u64, cells: Vec<TargetCell>) -> AccountTargets {
    AccountTargets {
        account: id(n),
        name: names().get(&id(n)).cloned().unwrap_or_else(|| id(n).to_string()),
        cells,
    }
}

/// An account with the same in every Region.
fn everywhere(n: u64, state: CellState, lines: &[TargetLine]) -> AccountTargets {
    let cells = CORE.map(|name| cell(name, state, lines.to_vec()));
    account(n, cells.to_vec())
}

fn unit(path: &str, accounts: Vec<AccountTargets>) -> UnitTargets {
    UnitTargets {
        unit: path.to_owned(),
        unit_id: unit_id(),
        accounts,
    }
}

/// A skip, an exclusion, a suspended account and the management account; one account with a value of its own.
fn baseline() -> StackSetTargets {
    let wanted = |n| everywhere(n, CellState::Wanted, &[managed()]);
    let mut payments = wanted(42);
    payments.cells[0].lines.push(line(
        TargetEffect::Gives,
        73,
        "payments: PCI: LogRetentionDays = 2555",
    ));
    payments.cells[0].values = [(
        "LogRetentionDays".to_owned(),
        ParameterValue::Plain("2555".to_owned()),
    )]
    .into();
    payments.cells[2].state = CellState::Skipped;
    payments.cells[2]
        .lines
        .push(line(TargetEffect::Skips, 91, "SEC-221: own detector until Q1"));
    let excluded = line(TargetEffect::Excludes, 30, "account:forensics");
    let dev = (1..39).map(wanted);
    let dev = dev.chain([everywhere(99, CellState::Inactive, &[managed()])]);
    let prod = (43..97).map(wanted).chain([payments]);
    StackSetTargets {
        stack_set: "security-baseline".to_owned(),
        regions: CORE.map(region).to_vec(),
        units: vec![
            unit("Root", vec![everywhere(5000, CellState::Management, &[])]),
            unit("Root/Workloads/Dev", dev.collect()),
            unit("Root/Workloads/Prod", prod.collect()),
            unit(
                "Root/Security",
                vec![everywhere(300, CellState::Excluded, &[excluded])],
            ),
        ],
        diagnostics: Vec::new(),
    }
}

fn shown(sets: &[StackSetTargets], detail: TargetsDetail, width: usize) -> String {
    strip(&targets(sets, detail, width))
}

#[test]
fn targets_are_a_matrix_and_the_lines_that_decide() {
    insta::assert_snapshot!(shown(&[baseline()], TargetsDetail::Auto, 98));
}

#[test]
fn few_accounts_are_explained_cell_by_cell() {
    let mut set = baseline();
    for unit in &mut set.units {
        unit.accounts
            .retain(|account| account.account == id(42) || account.account == id(300));
    }
    set.units.retain(|unit| !unit.accounts.is_empty());
    insta::assert_snapshot!(shown(&[set], TargetsDetail::Auto, 98));
}

#[test]
fn every_account_is_explained_when_asked_for() {
    let text = shown(&[baseline()], TargetsDetail::Full, 98);
    assert_eq!(text.matches("gets the stack").count(), 38 + 54 + 2, "{text}");
}

#[test]
fn a_stack_set_with_a_mistake_says_which() {
    let mut set = baseline();
    set.units = Vec::new();
    set.diagnostics =
        vec![Diagnostic::error("E0201", "no unit `Prodution` under `Root`").label(&span(3), "")];
    assert_eq!(
        shown(&[set], TargetsDetail::Auto, 98),
        "security-baseline  0 instances in 0 accounts and 0 Regions\n\nerror[E0201] stackfleet.toml:3  no unit `Prodution` under `Root`\n"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [60, 70, 80] {
        let text = shown(&[baseline()], TargetsDetail::Full, width);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{text}");
    }
}

#[test]
fn programs_get_every_cell_with_its_lines() {
    let json: serde_json::Value = serde_json::from_str(&report::json::targets(&[baseline()])).unwrap();
    assert_eq!(json["format"], "stackfleet.targets");
    let cell = &json["stack_sets"][0]["units"][2]["accounts"][54]["cells"][2];
    assert_eq!(cell["state"], "skipped");
    assert_eq!(cell["lines"][1]["effect"], "skips");
    assert_eq!(cell["lines"][1]["span"]["start"]["line"], 91);
}
