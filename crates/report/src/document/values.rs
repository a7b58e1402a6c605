//! Values of one StackSet of a plan: its own, and those of some instances alone.

use std::collections::BTreeSet;

use model::ids::Region;
use model::plan::{Action, ParameterChange, Plan, StackSetPlan};

use super::build::{name, symbol, words};
use super::stack_set::NAMED;
use super::{Block, Row, Section, Table, Text, Weight};
use crate::style::Meaning;
use crate::terms::Names;
use crate::told::parameters::{Own, SECRET, Stays, everywhere, people, remarks, secret, source, told};
use crate::words::count;

/// Values of instances alone that are shown of one parameter at first.
const OWN: usize = 5;
/// Titles of values.
const VALUES: [&str; 5] = ["", "Parameter", "Before", "After", "Where"];

/// Values that differ, the first of each parameter.
pub(super) fn changed(plan: &Plan, set: &StackSetPlan) -> Option<Block> {
    let rows = value_rows(plan, set, OWN);
    let table = Table::of(Weight::Instances, "Parameters", &VALUES, rows);
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

/// Every value, where there is room for that and the table above has not all of them.
pub(super) fn every(plan: &Plan, set: &StackSetPlan) -> Option<Block> {
    let more = told(plan, set)
        .iter()
        .any(|(_, told)| told.own.len().max(told.stays.len()) > OWN);
    more.then(|| {
        let rows = value_rows(plan, set, NAMED);
        Block::Section(Section {
            title: words("every value").into(),
            weight: Weight::Page,
            blocks: vec![Block::Table(Table::of(
                Weight::Page,
                "Every value",
                &VALUES,
                rows,
            ))],
        })
    })
}

fn value_rows(plan: &Plan, set: &StackSetPlan, most: usize) -> Vec<Row> {
    let everywhere = everywhere(set);
    let mut rows = Vec::new();
    for (parameter, told) in told(plan, set) {
        if let Some(change) = told.shared {
            let source = source(&change.source);
            let from = match source.as_str() {
                "" => words("StackSet"),
                source => words(format!("StackSet, {source}")),
            };
            rows.push(value_row(change.action, parameter, change, vec![from]));
        }
        if let Some(reference) = told.secret {
            rows.push(secret_row(parameter, reference));
        }
        for own in told.own.iter().take(most) {
            let text = whose(own, &plan.account_names, &remarks(own, &everywhere));
            rows.push(Row {
                below: true,
                ..value_row(own.change.action, parameter, own.change, text)
            });
        }
        let stays = told.stays.iter().take(most);
        rows.extend(stays.map(|stays| stays_row(parameter, stays, plan, &everywhere)));
        let more = told.own.len().saturating_sub(most);
        if more > 0 {
            let text = words(format!("and {}", count(more as u64, "more account"))).meaning(Meaning::Aside);
            rows.push(Row {
                below: true,
                ..Row::of(vec![
                    Text::new(),
                    text.into(),
                    Text::new(),
                    Text::new(),
                    Text::new(),
                ])
            });
        }
    }
    rows
}

fn whose(own: &Own<'_>, names: &Names, remarks: &str) -> Text {
    vec![name(people(&own.accounts, names)), words(format!(": {remarks}"))]
}

fn value_row(action: Action, parameter: &str, change: &ParameterChange, from: Text) -> Row {
    let value = |value: &Option<String>| -> Text {
        match value {
            _ if change.sensitive => words(SECRET).into(),
            Some(value) => name(value).into(),
            None => words("–").into(),
        }
    };
    Row::of(vec![
        symbol(action),
        name(parameter).into(),
        value(&change.before),
        value(&change.after),
        from,
    ])
}

/// Values of their own that instances keep: a dot, since nothing happens to them.
fn stays_row(parameter: &str, stays: &Stays<'_>, plan: &Plan, everywhere: &BTreeSet<&Region>) -> Row {
    let value: Text = match stays.value() {
        Some(value) => name(value).into(),
        None => words(SECRET).into(),
    };
    let whose = name(stays.whose(&plan.account_names));
    let remark = words(format!(": {}", stays.remark(everywhere)));
    Row {
        below: true,
        ..Row::of(vec![
            Text::new(),
            name(parameter).into(),
            value,
            words("stays").meaning(Meaning::Aside).into(),
            vec![whose, remark],
        ])
    }
}

fn secret_row(parameter: &str, reference: &str) -> Row {
    Row::of(vec![
        symbol(Action::Update),
        name(parameter).into(),
        words(SECRET).into(),
        words(SECRET).into(),
        words(format!("StackSet, {}", secret(reference))).into(),
    ])
}
