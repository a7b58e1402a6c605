//! Values of parameters that differ: the StackSet's, and those of some instances alone.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};
use model::plan::{Action, OverrideChange, ParameterChange, Plan, StackSetPlan};

use super::{Diff, PlanView};
use crate::layout::{Cell, Line, Page, table};
use crate::style::Meaning;
use crate::terms::{Names, marked, meaning, short};
use crate::words::{count, list};

/// Values of instances alone that are shown of one parameter, where not everything is.
const SHOWN: usize = 3;
/// Accounts that are named; more are counted.
const NAMED: usize = 2;

/// A value that some instances have alone.
struct Own<'a> {
    accounts: BTreeSet<&'a AccountId>,
    regions: BTreeSet<&'a Region>,
    of: &'a OverrideChange,
    change: &'a ParameterChange,
}

/// What is told of one parameter.
#[derive(Default)]
struct Told<'a> {
    shared: Option<&'a ParameterChange>,
    own: Vec<Own<'a>>,
}

/// The section of one StackSet: a line for each parameter, and below it those of instances with values of their own.
pub(super) fn write(page: &mut Page, plan: &Plan, set: &StackSetPlan, view: &PlanView<'_>) {
    let told = told(set);
    if told.is_empty() {
        return;
    }
    let start = Line::new().text("  ").put(Meaning::Heading, "Parameters");
    page.line(&start);
    let everywhere: BTreeSet<&Region> = set
        .instances
        .groups
        .iter()
        .flat_map(|group| &group.rectangle.regions)
        .collect();
    let mut rows = Vec::new();
    for (name, told) in &told {
        let action = told.shared.map_or(Action::Update, |shared| shared.action);
        rows.push(row(marked(action, name), meaning(action), told.shared));
        let shown = match view.diff {
            Diff::Full => told.own.len(),
            _ => SHOWN,
        };
        for own in told.own.iter().take(shown) {
            rows.push(own_row(own, &everywhere, &plan.account_names));
        }
        rows.extend(rest(told.own.get(shown..).unwrap_or_default()));
    }
    table(page, 4, &rows);
}

/// In the order of the StackSet's parameters, then those that only instances have otherwise.
fn told(set: &StackSetPlan) -> Vec<(&str, Told<'_>)> {
    let mut told: Vec<(&str, Told<'_>)> = Vec::new();
    for change in &set.changes.parameters {
        let shared = Told {
            shared: Some(change),
            own: Vec::new(),
        };
        told.push((&change.name, shared));
    }
    let places = told.iter().enumerate().map(|(at, (name, _))| (*name, at));
    let mut places: BTreeMap<&str, usize> = places.collect();
    for of in &set.changes.overrides {
        for change in &of.parameters {
            let place = *places.entry(&change.name).or_insert(told.len());
            if place == told.len() {
                told.push((&change.name, Told::default()));
            }
            if let Some((_, told)) = told.get_mut(place) {
                told.own.extend(owned(of, change));
            }
        }
    }
    told
}

/// The instances of an override, accounts with the same Regions together.
fn owned<'a>(of: &'a OverrideChange, change: &'a ParameterChange) -> Vec<Own<'a>> {
    let mut alike: BTreeMap<BTreeSet<&Region>, BTreeSet<&AccountId>> = BTreeMap::new();
    for rectangle in &of.rectangles {
        let regions = rectangle.regions.iter().collect();
        alike.entry(regions).or_default().extend(&rectangle.accounts);
    }
    let own = |(regions, accounts)| Own {
        accounts,
        regions,
        of,
        change,
    };
    alike.into_iter().map(own).collect()
}

fn row(name: String, meaning: Meaning, change: Option<&ParameterChange>) -> Vec<Cell> {
    vec![
        Cell::new(meaning, name),
        Cell::text(change.map(values).unwrap_or_default()),
        Cell::new(
            Meaning::Aside,
            change.map(|change| source(&change.source)).unwrap_or_default(),
        ),
    ]
}

/// `  in payments-prod  365 → 2555  eu-west-1 only, override "payments: PCI"`
fn own_row(own: &Own<'_>, everywhere: &BTreeSet<&Region>, names: &Names) -> Vec<Cell> {
    let mut remarks = Vec::new();
    if own.regions != *everywhere {
        let regions: Vec<&str> = own.regions.iter().map(|region| region.as_str()).collect();
        remarks.push(format!("{} only", list(&regions)));
    }
    match own.of.name.as_str() {
        "" => remarks.push("no override any more".to_owned()),
        name => remarks.push(format!("override \"{name}\"")),
    }
    let source = source(&own.change.source);
    if !source.is_empty() {
        remarks.push(source);
    }
    vec![
        Cell::text(format!("  in {}", people(&own.accounts, names))),
        Cell::text(values(own.change)),
        Cell::new(Meaning::Aside, remarks.join(", ")),
    ]
}

fn people(accounts: &BTreeSet<&AccountId>, names: &Names) -> String {
    if accounts.len() > NAMED {
        return count(accounts.len() as u64, "account");
    }
    let people: Vec<&str> = accounts.iter().map(|id| short(names, id)).collect();
    list(&people)
}

/// `and 55 more accounts: --diff full`
fn rest(left: &[Own<'_>]) -> Option<Vec<Cell>> {
    let accounts: BTreeSet<_> = left.iter().flat_map(|own| &own.accounts).collect();
    (!left.is_empty()).then(|| {
        let more = count(accounts.len() as u64, "more account");
        let text = format!("  and {more}: --diff full");
        vec![Cell::across(Meaning::Aside, text)]
    })
}

/// A value that the plan calls sensitive is never shown, whatever else the plan holds.
fn values(change: &ParameterChange) -> String {
    if change.sensitive {
        "(sensitive)".to_owned()
    } else {
        before_after(change.before.as_deref(), change.after.as_deref())
    }
}

/// Where a value comes from, unless it stands in the manifest.
fn source(source: &str) -> String {
    match source.split_once(':') {
        Some(("env", name)) => format!("from ${name}"),
        _ if source == "manifest" => String::new(),
        _ if source == "template" => "the template's default".to_owned(),
        _ => source.to_owned(),
    }
}

pub(super) fn before_after(before: Option<&str>, after: Option<&str>) -> String {
    let shown = |text: &str| {
        if text.is_empty() {
            "(empty)".to_owned()
        } else {
            text.to_owned()
        }
    };
    match (before, after) {
        (Some(before), Some(after)) => format!("{} → {}", shown(before), shown(after)),
        (None, Some(after)) => shown(after),
        (Some(before), None) => format!("{} → (none)", shown(before)),
        (None, None) => String::new(),
    }
}
