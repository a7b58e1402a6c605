//! P12: the totals that are printed are those of what then happens.

use std::collections::{BTreeMap, BTreeSet};

use model::instance::InstanceKey;
use model::plan::OperationKind;
use proptest::prelude::*;

use super::cases::any_world;
use super::{always, make};
use crate::testing::aws::Aws;

/// Numbers by the word that follows `to` in the line `Plan: 5 to create, 1 to delete.`
fn printed(text: &str) -> BTreeMap<String, usize> {
    let line = text
        .lines()
        .rev()
        .find(|line| line.trim_start().starts_with("Plan: "))
        .unwrap_or_default();
    let sentence = line
        .trim()
        .trim_start_matches("Plan: ")
        .split('.')
        .next()
        .unwrap_or_default();
    let parts = sentence.split(", ");
    let numbers = parts.filter_map(|part| {
        let (number, word) = part.split_once(" to ")?;
        Some((word.to_owned(), number.replace(',', "").parse().ok()?))
    });
    numbers.collect()
}

fn word(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Create => "create",
        OperationKind::Update => "update",
        OperationKind::Delete => "delete",
        OperationKind::Detach | OperationKind::Forget => "detach",
        _ => "nothing",
    }
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p12_printed_totals_are_what_then_happens(world in any_world()) {
        let mut aws = Aws::of(&world.observed);
        let plan = make(&world.desired, &aws.seen());
        let text = report::text::plan(&plan, &report::text::PlanView::default());
        let text = strip(&text);
        let mut done: BTreeMap<String, BTreeSet<(&str, InstanceKey)>> = BTreeMap::new();
        for operation in always(&plan) {
            let touched = aws.carry_out_of(&plan, operation).touched;
            let cells = touched.into_iter().map(|key| (operation.stack_set.as_str(), key));
            done.entry(word(operation.kind).to_owned()).or_default().extend(cells);
        }
        done.retain(|_, cells| !cells.is_empty());
        let counts: BTreeMap<String, usize> = done.into_iter().map(|(word, cells)| (word, cells.len())).collect();
        prop_assert_eq!(printed(&text), counts, "{}", text);
    }
}

/// Without colours.
fn strip(text: &str) -> String {
    let mut plain = String::new();
    let mut escape = false;
    for letter in text.chars() {
        match (escape, letter) {
            (_, '\u{1b}') => escape = true,
            (true, 'm') => escape = false,
            (true, _) => {}
            (false, letter) => plain.push(letter),
        }
    }
    plain
}
