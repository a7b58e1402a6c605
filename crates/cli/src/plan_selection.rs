//! What `plan` is asked to plan: names and patterns to what they mean. One that means nothing is an error, never an empty plan.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::{Desired, Target};
use model::diagnostic::{Diagnostic, Sources};
use model::ids::AccountId;
use model::observed::Observed;
use model::plan::Selection;

use crate::args::{Instance, Selected};
use crate::failure::Failure;
use crate::selection::{chosen, matching, unknown};

/// Every name in it exists; every mistake is told.
pub(crate) fn of(asked: &Selected, desired: &Desired, observed: &Observed) -> Result<Selection, Failure> {
    let known = Known::of(desired, Some(observed));
    known.check(asked)?;
    Ok(known.narrow(asked, observed, known.again(asked)))
}

/// The same for several manifests: every name exists in one of them. AWS is not known of those that could not be observed, and
/// nothing is selected of them.
pub(crate) fn of_each(
    asked: &Selected,
    sides: &[(&Desired, Option<&Observed>)],
) -> Result<Vec<Option<Selection>>, Failure> {
    let known: Vec<Known> = sides
        .iter()
        .map(|(desired, observed)| Known::of(desired, *observed))
        .collect();
    let mut all = Known::default();
    for one in &known {
        all.add(one);
    }
    all.check(asked)?;
    let narrowed = known.iter().zip(sides).map(|(known, (_, observed))| {
        let observed = (*observed)?;
        Some(known.narrow(asked, observed, all.again(asked)))
    });
    Ok(narrowed.collect())
}

/// What there is to be named.
#[derive(Default)]
struct Known {
    stack_sets: BTreeSet<String>,
    /// Those of them that do not go.
    wanted: BTreeSet<String>,
    /// The same, with what can only be left out.
    left_out: BTreeSet<String>,
    /// Of them, those that several manifests have.
    repeated: BTreeSet<String>,
    /// Ids of accounts.
    accounts: BTreeSet<String>,
    /// The accounts of each name.
    named: BTreeMap<String, BTreeSet<String>>,
    regions: BTreeSet<String>,
    stages: BTreeSet<String>,
}

impl Known {
    fn of(desired: &Desired, observed: Option<&Observed>) -> Self {
        let stack_sets = stack_sets(desired);
        let ours = observed.map(|observed| ours(desired, observed));
        Self {
            left_out: ours.into_iter().flatten().chain(stack_sets.clone()).collect(),
            accounts: observed
                .map(|observed| accounts(desired, observed))
                .unwrap_or_default(),
            named: observed.map(named).unwrap_or_default(),
            repeated: BTreeSet::new(),
            wanted: desired.stack_sets.keys().cloned().collect(),
            regions: regions(desired, observed),
            stages: stages(desired),
            stack_sets,
        }
    }

    fn add(&mut self, other: &Self) {
        let both = self.wanted.intersection(&other.wanted).cloned();
        self.repeated.extend(both);
        for (name, ids) in &other.named {
            self.named
                .entry(name.clone())
                .or_default()
                .extend(ids.iter().cloned());
        }
        for (all, more) in [
            (&mut self.stack_sets, &other.stack_sets),
            (&mut self.wanted, &other.wanted),
            (&mut self.left_out, &other.left_out),
            (&mut self.accounts, &other.accounts),
            (&mut self.regions, &other.regions),
            (&mut self.stages, &other.stages),
        ] {
            all.extend(more.iter().cloned());
        }
    }

    /// Refuses what means nothing.
    fn check(&self, asked: &Selected) -> Result<(), Failure> {
        let stage: Vec<String> = asked.stage.iter().cloned().collect();
        let accounts = self.accounts();
        let mut wrong = Vec::new();
        for (patterns, names, what) in [
            (&asked.stack_sets, &self.stack_sets, "StackSet"),
            (&asked.exclude, &self.left_out, "StackSet"),
            (&asked.account, &accounts, "account of the organization"),
            (&asked.region, &self.regions, "Region of these StackSets"),
            (&stage, &self.stages, "stage of a rollout"),
        ] {
            let found = chosen(patterns, names, what).err();
            wrong.extend(found.into_iter().flat_map(|failure| failure.diagnostics));
        }
        wrong.extend(
            asked
                .resend
                .iter()
                .filter_map(|pair| no_parameter(pair, &self.stack_sets)),
        );
        wrong.extend(asked.recreate.iter().flat_map(|one| self.no_instance(one)));
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Failure::of_files(wrong, Sources::new()))
        }
    }

    /// What of an instance means nothing, or more than one: what is deleted is named exactly.
    fn no_instance(&self, asked: &Instance) -> Vec<Diagnostic> {
        let is_id = AccountId::parse(&asked.account).is_ok();
        let accounts = if is_id {
            self.accounts.clone()
        } else {
            self.accounts()
        };
        let names = [
            unknown(&asked.stack_set, &self.wanted, "StackSet"),
            unknown(&asked.account, &accounts, "account of the organization"),
            unknown(&asked.region, &self.regions, "Region of these StackSets"),
        ];
        let shared = (self.ids(&asked.account).len() > 1).then(|| {
            let shown = report::escape(&asked.account);
            let message = format!("`--recreate` means one account, and several are called `{shown}`");
            Diagnostic::error("E0013", message).help("write the account's twelve digits")
        });
        let repeated = self.repeated.contains(&asked.stack_set).then(|| {
            let shown = report::escape(&asked.stack_set);
            let message = format!("`--recreate` means one StackSet, and several manifests have a `{shown}`");
            Diagnostic::error("E0013", message)
                .help("plan one manifest alone: stackfleet plan -m FILE --recreate …")
        });
        names
            .into_iter()
            .flatten()
            .chain(shared)
            .chain(repeated)
            .collect()
    }

    /// Accounts by id and by name.
    fn accounts(&self) -> BTreeSet<String> {
        self.accounts.iter().chain(self.named.keys()).cloned().collect()
    }

    /// The accounts that somebody means who names one exactly: what is an id is no name, also where an account is called so.
    fn ids(&self, asked: &String) -> Vec<String> {
        if AccountId::parse(asked).is_ok() {
            return self.accounts.get(asked).into_iter().cloned().collect();
        }
        self.named.get(asked).into_iter().flatten().cloned().collect()
    }

    /// The instances that are made again.
    fn again(&self, asked: &Selected) -> Vec<String> {
        let named: BTreeSet<String> = asked
            .recreate
            .iter()
            .map(|one| {
                format!(
                    "{}:{}/{}",
                    one.stack_set,
                    self.ids(&one.account).concat(),
                    one.region
                )
            })
            .collect();
        named.into_iter().collect()
    }

    /// What the patterns mean here. Patterns that mean nothing here stay as they are: they select nothing, where no pattern selects all.
    fn narrow(&self, asked: &Selected, observed: &Observed, recreate: Vec<String>) -> Selection {
        let stage: Vec<String> = asked.stage.iter().cloned().collect();
        let here = |pair: &&String| {
            let name = pair.split(':').next().unwrap_or_default();
            self.stack_sets.contains(name)
        };
        Selection {
            recreate,
            stack_sets: meant(&asked.stack_sets, &self.stack_sets),
            exclude: meant(&asked.exclude, &self.left_out),
            accounts: ids(meant(&asked.account, &self.accounts()), observed),
            regions: meant(&asked.region, &self.regions),
            stages: meant(&stage, &self.stages),
            only: asked.only.map(Into::into),
            resend: asked.resend.iter().filter(here).cloned().collect(),
        }
    }
}

fn meant(patterns: &[String], names: &BTreeSet<String>) -> Vec<String> {
    let found: BTreeSet<String> = patterns.iter().flat_map(|one| matching(one, names)).collect();
    if found.is_empty() {
        patterns.to_vec()
    } else {
        found.into_iter().collect()
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
fn ours(desired: &Desired, observed: &Observed) -> BTreeSet<String> {
    let others = observed.others.iter();
    let ours = others.filter(|(_, other)| other.project.as_ref() == Some(&desired.project.value));
    ours.map(|(name, _)| name.to_string()).collect()
}

/// Accounts of the organization, those that left it and still have instances, and those that a manifest names.
fn accounts(desired: &Desired, observed: &Observed) -> BTreeSet<String> {
    let members = observed.organization.accounts.keys();
    let instances = observed.stack_sets.values().flat_map(|set| set.instances.keys());
    let parts = desired.stack_sets.values().flat_map(|set| &set.deploy);
    let wanted = parts
        .flat_map(|part| &part.targets)
        .flat_map(|target| written(&target.value));
    let all = members.chain(instances.map(|key| &key.account)).chain(wanted);
    all.map(ToString::to_string).collect()
}

/// The ids that a selector itself names. A target set holds no other one.
fn written(target: &Target) -> Vec<&AccountId> {
    match target {
        Target::Account(id) => vec![id],
        Target::Set { include, .. } => include.iter().flat_map(|one| written(&one.value)).collect(),
        _ => Vec::new(),
    }
}

fn named(observed: &Observed) -> BTreeMap<String, BTreeSet<String>> {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, account) in &observed.organization.accounts {
        named
            .entry(account.name.clone())
            .or_default()
            .insert(id.to_string());
    }
    named
}

/// A name that several accounts have means all of them: a plan shows whom it reaches. A name that none has stays as it is.
fn ids(found: Vec<String>, observed: &Observed) -> Vec<String> {
    let of = |name: String| {
        let members = observed.organization.accounts.iter();
        let named = members.filter(|(_, account)| account.name == name);
        let ids: Vec<String> = named.map(|(id, _)| id.to_string()).collect();
        if ids.is_empty() { vec![name] } else { ids }
    };
    let ids: BTreeSet<String> = found.into_iter().flat_map(of).collect();
    ids.into_iter().collect()
}

fn regions(desired: &Desired, observed: Option<&Observed>) -> BTreeSet<String> {
    let wanted = desired
        .stack_sets
        .values()
        .flat_map(|set| &set.deploy)
        .flat_map(|part| &part.regions);
    let known = observed
        .into_iter()
        .flat_map(|observed| observed.stack_sets.values());
    let there = known.flat_map(|set| set.instances.keys());
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
fn no_parameter(pair: &str, names: &BTreeSet<String>) -> Option<Diagnostic> {
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

#[cfg(test)]
#[path = "plan_selection_tests.rs"]
mod tests;
