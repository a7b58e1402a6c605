//! What `plan` is asked to plan: names and patterns to what they mean. One that means nothing is an error, never an empty plan.

use std::collections::BTreeSet;

use model::desired::Desired;
use model::diagnostic::{Diagnostic, Sources};
use model::observed::Observed;
use model::plan::Selection;

use crate::args::Selected;
use crate::failure::Failure;
use crate::selection::chosen;

/// Every name in it exists; every mistake is told.
pub(crate) fn of(asked: &Selected, desired: &Desired, observed: &Observed) -> Result<Selection, Failure> {
    let mut wrong = Vec::new();
    let stage: Vec<String> = asked.stage.iter().cloned().collect();
    let mut find = |patterns: &[String], names: &BTreeSet<String>, what: &str| {
        let found = if patterns.is_empty() {
            Ok(BTreeSet::new())
        } else {
            chosen(patterns, names, what)
        };
        found.unwrap_or_else(|failure| {
            wrong.extend(failure.diagnostics);
            BTreeSet::new()
        })
    };
    let names = stack_sets(desired);
    let listed = |names: BTreeSet<String>| names.into_iter().collect();
    let selection = Selection {
        stack_sets: listed(find(&asked.stack_sets, &names, "StackSet")),
        exclude: listed(find(
            &asked.exclude,
            &known_or_ours(names.clone(), desired, observed),
            "StackSet",
        )),
        accounts: ids(
            &find(&asked.account, &accounts(observed), "account of the organization"),
            observed,
        ),
        regions: listed(find(
            &asked.region,
            &regions(desired, observed),
            "Region of these StackSets",
        )),
        stages: listed(find(&stage, &stages(desired), "stage of a rollout")),
        resend: asked.resend.clone(),
    };
    wrong.extend(asked.resend.iter().filter_map(|pair| unknown(pair, &names)));
    if wrong.is_empty() {
        Ok(selection)
    } else {
        Err(Failure::of_files(wrong, Sources::new()))
    }
}

fn stack_sets(desired: &Desired) -> BTreeSet<String> {
    desired
        .stack_sets
        .keys()
        .chain(desired.removed.keys())
        .cloned()
        .collect()
}

/// A StackSet of the project that the manifest forgot can be left out as well.
fn known_or_ours(mut names: BTreeSet<String>, desired: &Desired, observed: &Observed) -> BTreeSet<String> {
    let ours = observed.others.iter();
    let ours = ours.filter(|(_, other)| other.project.as_ref() == Some(&desired.project.value));
    names.extend(ours.map(|(name, _)| name.to_string()));
    names
}

/// Accounts by id and by name, those that left the organization and still have instances among them.
fn accounts(observed: &Observed) -> BTreeSet<String> {
    let members = observed.organization.accounts.iter();
    let named = members.flat_map(|(id, account)| [id.to_string(), account.name.clone()]);
    let instances = observed.stack_sets.values().flat_map(|set| set.instances.keys());
    named
        .chain(instances.map(|key| key.account.to_string()))
        .collect()
}

/// A name that several accounts have means all of them: a plan shows whom it reaches.
fn ids(found: &BTreeSet<String>, observed: &Observed) -> Vec<String> {
    let members = observed.organization.accounts.iter();
    let named = members.filter(|(_, account)| found.contains(&account.name));
    let mut ids: BTreeSet<String> = named.map(|(id, _)| id.to_string()).collect();
    let is_id = |text: &&String| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    ids.extend(found.iter().filter(is_id).cloned());
    ids.into_iter().collect()
}

fn regions(desired: &Desired, observed: &Observed) -> BTreeSet<String> {
    let wanted = desired
        .stack_sets
        .values()
        .flat_map(|set| &set.deploy)
        .flat_map(|part| &part.regions);
    let there = observed.stack_sets.values().flat_map(|set| set.instances.keys());
    let wanted = wanted.map(|region| region.value.to_string());
    wanted.chain(there.map(|key| key.region.to_string())).collect()
}

fn stages(desired: &Desired) -> BTreeSet<String> {
    let rollouts = desired.stack_sets.values().filter_map(|set| set.rollout.as_ref());
    rollouts
        .flat_map(|rollout| {
            rollout
                .stages
                .iter()
                .map(|stage| (&rollout.name.value, &stage.name.value))
        })
        .flat_map(|(rollout, stage)| [stage.clone(), format!("{rollout}/{stage}")])
        .collect()
}

/// The parameter itself is looked for in the template, with the plan.
fn unknown(pair: &str, names: &BTreeSet<String>) -> Option<Diagnostic> {
    let shown = report::escape(pair);
    match pair.split_once(':') {
        Some((name, parameter)) if names.contains(name) && !parameter.is_empty() => None,
        Some((name, parameter)) if !parameter.is_empty() => {
            let failure = chosen(&[name.to_owned()], names, "StackSet").err()?;
            failure.diagnostics.into_iter().next()
        }
        _ => Some(
            Diagnostic::error("E0010", format!("`{shown}` names no parameter"))
                .help("write it as STACKSET:PARAMETER"),
        ),
    }
}
