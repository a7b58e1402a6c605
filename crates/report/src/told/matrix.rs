//! What is told of instances: accounts × Regions in few rows.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};
use model::plan::{Action, InstanceGroup, Plan, Reason, StackSetPlan};

use super::{schedule, stages, units};
use crate::style::Meaning;
use crate::terms::{Names, mark, meaning, reason, reasons, short};
use crate::words::{count, number};

/// Reasons that are the definition's: they hold for every instance that is updated with it.
const DEFINITION: [Reason; 8] = [
    Reason::Template,
    Reason::Parameters,
    Reason::Tags,
    Reason::Description,
    Reason::Capabilities,
    Reason::Roles,
    Reason::AutoDeployment,
    Reason::ManagedExecution,
];

/// The stage that reaches each account, in the order of the stages.
pub(crate) fn stages_of_accounts<'a>(plan: &'a Plan, set: &'a StackSetPlan) -> Tallies<'a> {
    let mut tallies = Tallies::new();
    for group in &set.instances.groups {
        let Some(id) = group.stage.as_deref() else {
            continue;
        };
        let at = plan.stages.iter().position(|stage| stage.id == id);
        for account in &group.rectangle.accounts {
            let stage = (at.unwrap_or(usize::MAX), stages::name(plan, id));
            tallies.entry(account).or_default().insert(stage);
        }
    }
    tallies
}

/// The rows of a StackSet's instances.
pub(crate) fn rows<'a>(set: &'a StackSetPlan, stages: &Tallies<'a>) -> Vec<Row<'a>> {
    let mut units = units::told(set, stages);
    let said = said_already(set);
    for treatment in units.iter_mut().flat_map(|(_, accounts)| accounts.values_mut()) {
        treatment.why.retain(|word| !said.contains(word.as_str()));
    }
    units
        .into_iter()
        .flat_map(|(unit, accounts)| unit_rows(unit, accounts))
        .collect()
}

/// Words of the StackSet's own line that part no rows: what all that changes shares, and what every update brings.
fn said_already(set: &StackSetPlan) -> BTreeSet<&'static str> {
    let groups = || set.instances.groups.iter();
    let mut said = shared(groups().filter(|group| group.action != Action::None), |_| true);
    let updates = groups().filter(|group| group.action == Action::Update);
    said.extend(shared(updates, |reason| DEFINITION.contains(&reason)));
    let because = reasons(set);
    said.retain(|word| because.contains(word));
    said
}

/// Words for the reasons that all of these groups have.
fn shared<'a>(
    groups: impl Iterator<Item = &'a InstanceGroup>,
    counts: impl Fn(Reason) -> bool,
) -> BTreeSet<&'static str> {
    let words = groups.map(|group| {
        let reasons = group.reasons.iter().filter(|one| counts(**one));
        reasons
            .map(|one| reason(*one, group.action))
            .collect::<BTreeSet<_>>()
    });
    words.reduce(|one, two| &one & &two).unwrap_or_default()
}

/// Adds what a group says of its accounts.
pub(super) fn treat<'a>(accounts: &mut Accounts<'a>, group: &'a InstanceGroup) {
    let action = group.action;
    for id in &group.rectangle.accounts {
        let treatment = accounts.entry(id).or_default();
        // What is left out with a remark is not the same as what is there and stays: it has no number.
        if action != Action::None || group.note.is_none() {
            let regions = group.rectangle.regions.iter();
            let mark = Mark::Number(mark(action), meaning(action));
            treatment.cells.extend(regions.map(|region| (region, mark)));
        }
        match &group.note {
            Some(note) => treatment.say(note.clone()),
            None => {
                for one in &group.reasons {
                    treatment.say(reason(*one, action).to_owned());
                }
            }
        }
    }
}

/// In the order of the rollout where an operation gives one.
pub(crate) fn regions<'a>(plan: &'a Plan, set: &'a StackSetPlan) -> Vec<&'a Region> {
    let all: BTreeSet<&Region> = set
        .instances
        .groups
        .iter()
        .flat_map(|group| &group.rectangle.regions)
        .collect();
    let operations = plan
        .operations
        .iter()
        .filter(|operation| operation.stack_set == set.name);
    let mut ordered: Vec<&Region> = Vec::new();
    for region in operations.flat_map(|operation| schedule::regions(&operation.call)) {
        if all.contains(region) && !ordered.contains(&region) {
            ordered.push(region);
        }
    }
    let rest: Vec<&Region> = all
        .into_iter()
        .filter(|region| !ordered.contains(region))
        .collect();
    ordered.extend(rest);
    ordered
}

/// Accounts that are named in a row; more are counted.
pub(super) const NAMED: usize = 2;

/// What a Region's column says about the accounts of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// Their number and a symbol; a space for what is left as it is.
    Number(&'static str, Meaning),
    /// A word, for what is not there.
    Word(&'static str),
}

/// What one account is treated to, Region by Region, with words behind it: equal ones share a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Treatment<'a> {
    /// Regions that are not here are not targeted.
    pub(crate) cells: BTreeMap<&'a Region, Mark>,
    /// Words behind the Regions, once each.
    pub(crate) why: Vec<String>,
}

/// Accounts of a unit that are not grouped yet.
pub(crate) type Accounts<'a> = BTreeMap<&'a AccountId, Treatment<'a>>;

/// Words about single accounts, with their places in an order: they are counted in a row and do not part it.
pub(crate) type Tallies<'a> = BTreeMap<&'a AccountId, BTreeSet<(usize, &'a str)>>;

/// Accounts of a unit that share a treatment.
pub(crate) struct Row<'a> {
    pub(crate) unit: &'a str,
    /// Whether it stands for its unit.
    pub(crate) first: bool,
    pub(crate) accounts: BTreeSet<&'a AccountId>,
    pub(crate) treatment: Treatment<'a>,
}

impl Treatment<'_> {
    /// Adds a word behind the Regions, unless it is there.
    pub(crate) fn say(&mut self, word: String) {
        if !self.why.contains(&word) {
            self.why.push(word);
        }
    }
}

/// The rows of a unit: the largest group of accounts stands for it, the others follow below.
pub(crate) fn unit_rows<'a>(unit: &'a str, accounts: Accounts<'a>) -> Vec<Row<'a>> {
    let mut alike: BTreeMap<Treatment<'a>, BTreeSet<&'a AccountId>> = BTreeMap::new();
    for (id, treatment) in accounts {
        alike.entry(treatment).or_default().insert(id);
    }
    let row = |(treatment, accounts)| Row {
        unit,
        first: false,
        accounts,
        treatment,
    };
    let mut rows: Vec<Row<'a>> = alike.into_iter().map(row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.accounts.len()));
    if let Some(row) = rows.first_mut() {
        row.first = true;
    }
    rows
}

/// The stage and the reasons: `canary 2, nonprod 36`, `prod, overrides`.
pub(crate) fn behind(row: &Row<'_>, stages: &Tallies<'_>) -> String {
    let mut words = tallied(row, stages);
    words.extend(row.treatment.why.iter().cloned());
    words.join(", ")
}

/// `nonprod` where it is said of every account of a row, else `canary 2` and `nonprod 36`.
fn tallied(row: &Row<'_>, tallies: &Tallies<'_>) -> Vec<String> {
    let mut counts: BTreeMap<(usize, &str), u64> = BTreeMap::new();
    let words = row.accounts.iter().filter_map(|id| tallies.get(id));
    for word in words.flatten() {
        *counts.entry(*word).or_default() += 1;
    }
    let all = row.accounts.len() as u64;
    let told = counts.iter().map(|((_, word), n)| {
        if *n == all {
            (*word).to_owned()
        } else {
            format!("{word} {}", number(*n))
        }
    });
    told.collect()
}

pub(crate) fn title(row: &Row<'_>, names: &Names) -> String {
    if row.first {
        return format!("  {}", row.unit);
    }
    if row.accounts.len() > NAMED {
        return format!("    {} there", count(row.accounts.len() as u64, "other account"));
    }
    let people: Vec<&str> = row.accounts.iter().map(|id| short(names, id)).collect();
    format!("    {}", people.join(", "))
}
