//! What is told of values that differ: the StackSet's, and those of some instances alone.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::ids::{AccountId, Region};
use model::plan::{OverrideChange, ParameterChange, Plan, StackSetPlan};

use crate::terms::{Names, short};
use crate::words::{count, list};

mod stays;

pub(crate) use stays::Stays;

/// Accounts that are named; more are counted.
const NAMED: usize = 2;

/// A value that some instances have alone.
pub(crate) struct Own<'a> {
    pub(crate) accounts: BTreeSet<&'a AccountId>,
    pub(crate) regions: BTreeSet<&'a Region>,
    pub(crate) of: &'a OverrideChange,
    pub(crate) change: &'a ParameterChange,
}

/// What is told of one parameter.
#[derive(Default)]
pub(crate) struct Told<'a> {
    pub(crate) shared: Option<&'a ParameterChange>,
    pub(crate) own: Vec<Own<'a>>,
    /// Values of their own that instances keep beside the StackSet's new one.
    pub(crate) stays: Vec<Stays<'a>>,
    /// The secret that is sent in its place; AWS shows no old value to compare it with.
    pub(crate) secret: Option<&'a str>,
}

/// In the order of the StackSet's parameters, then those that only instances have otherwise.
pub(crate) fn told<'a>(plan: &'a Plan, set: &'a StackSetPlan) -> Vec<(&'a str, Told<'a>)> {
    let mut told: Vec<(&str, Told<'_>)> = Vec::new();
    for change in &set.changes.parameters {
        let shared = Told {
            shared: Some(change),
            stays: stays::of(set, change),
            ..Told::default()
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
    for (name, reference) in secrets(plan, set) {
        if !places.contains_key(name) {
            let secret = Told {
                secret: Some(reference),
                ..Told::default()
            };
            told.push((name, secret));
        }
    }
    told
}

/// The secrets that operations of a StackSet send, by parameter.
fn secrets<'a>(plan: &'a Plan, set: &StackSetPlan) -> BTreeMap<&'a str, &'a str> {
    let operations = plan
        .operations
        .iter()
        .filter(|operation| operation.stack_set == set.name && operation.runs_if.is_always());
    let values = operations.flat_map(|operation| operation.call.values().into_iter().flatten());
    let secrets = values.filter_map(|(name, value)| match value {
        ParameterValue::Secret(reference) => Some((name.as_str(), reference.as_str())),
        _ => None,
    });
    secrets.collect()
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

pub(crate) fn people(accounts: &BTreeSet<&AccountId>, names: &Names) -> String {
    if accounts.len() > NAMED {
        return count(accounts.len() as u64, "account");
    }
    let people: Vec<&str> = accounts.iter().map(|id| short(names, id)).collect();
    list(&people)
}

/// A value that the plan calls sensitive is never shown, whatever else the plan holds.
pub(crate) fn values(change: &ParameterChange) -> String {
    if change.sensitive {
        SECRET.to_owned()
    } else {
        before_after(change.before.as_deref(), change.after.as_deref())
    }
}

/// What is shown in the place of a secret.
pub(crate) const SECRET: &str = "(sensitive)";

/// `from $WEBHOOK_TOKEN, sent again`: a secret of which nobody can tell whether it differs.
pub(crate) fn secret(reference: &str) -> String {
    format!("{}, sent again", source(reference))
}

/// Where a value comes from, unless it stands in the manifest.
pub(crate) fn source(source: &str) -> String {
    match source.split_once(':') {
        Some(("env", name)) => format!("from ${name}"),
        _ if source == "manifest" => String::new(),
        _ if source == "template" => "the template's default".to_owned(),
        _ => source.to_owned(),
    }
}

pub(crate) fn before_after(before: Option<&str>, after: Option<&str>) -> String {
    let shown = |text: &str| {
        if text.is_empty() {
            "(empty)".to_owned()
        } else {
            text.to_owned()
        }
    };
    match (before, after) {
        (Some(before), Some(after)) if before == after => format!("stays {}", shown(after)),
        (Some(before), Some(after)) => format!("{} → {}", shown(before), shown(after)),
        (None, Some(after)) => shown(after),
        (Some(before), None) => format!("{} → (none)", shown(before)),
        (None, None) => String::new(),
    }
}

/// Regions in which any instance of the StackSet is.
pub(crate) fn everywhere(set: &StackSetPlan) -> BTreeSet<&Region> {
    let groups = set.instances.groups.iter();
    groups.flat_map(|group| &group.rectangle.regions).collect()
}

/// `eu-west-1 only, override "payments: PCI"`: where some instances' own value holds, and why.
pub(crate) fn remarks(own: &Own<'_>, everywhere: &BTreeSet<&Region>) -> String {
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
    remarks.join(", ")
}
