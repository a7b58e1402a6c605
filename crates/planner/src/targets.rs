//! Which account and Region gets what, and which line of the manifest says so.

use std::collections::BTreeMap;

use model::definition::ParameterValue;
use model::desired::{Desired, DesiredStackSet, Target};
use model::diagnostic::{Diagnostic, Span};
use model::ids::{AccountId, Region, UnitId};
use model::observed::Observed;

use crate::Limits;
use crate::context::Context;
use crate::expand::region_order;
use crate::stack_set::understand;

mod explain;

use explain::Explainer;

/// Everything that one StackSet's targets, skips and overrides say.
#[derive(Debug, Clone, PartialEq)]
pub struct StackSetTargets {
    /// Its name in the manifest.
    pub stack_set: String,
    /// The Regions that are named somewhere, in the order of the rollout.
    pub regions: Vec<Region>,
    /// Units with accounts that the targets mean, or would mean if nothing left them out; by path.
    pub units: Vec<UnitTargets>,
    /// What is wrong with its targets or values. With an error there are no units, or cells without values.
    pub diagnostics: Vec<Diagnostic>,
}

/// A unit with the accounts that stand directly in it.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitTargets {
    /// Its path.
    pub unit: String,
    /// Its id; the root's for accounts that are not in the organization.
    pub unit_id: UnitId,
    /// By id.
    pub accounts: Vec<AccountTargets>,
}

/// An account with a cell for each Region of the StackSet, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountTargets {
    /// Its id.
    pub account: AccountId,
    /// Its name, or the id of one that is not in the organization.
    pub name: String,
    /// One for each of [`StackSetTargets::regions`].
    pub cells: Vec<TargetCell>,
}

/// An account in a Region.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetCell {
    /// The Region.
    pub region: Region,
    /// Whether it gets the stack, and if not, why.
    pub state: CellState,
    /// The lines that decide: what puts it there, what leaves it out, what gives it values.
    pub lines: Vec<Line>,
    /// The values that it has for itself.
    pub values: BTreeMap<String, ParameterValue>,
}

/// Whether a cell gets the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellState {
    /// It does.
    Wanted,
    /// A skip leaves it out.
    Skipped,
    /// A target set leaves it out.
    Excluded,
    /// AWS does not deploy to the account: it is suspended, closed or not yet active.
    Inactive,
    /// It is the management account, which units, patterns and tags never mean.
    Management,
    /// Nothing targets the account in this Region.
    NotTargeted,
}

/// A line of the manifest that decides about a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it does.
    pub effect: Effect,
    /// Where it is.
    pub span: Span,
    /// What it says, for people: the selector as it is written, the reason of a skip, `NAME: PARAMETER = VALUE` of an override.
    pub text: String,
}

/// What a line does to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is a target.
    Targets,
    /// It takes the account out of a target set.
    Excludes,
    /// It skips the cell.
    Skips,
    /// It gives the cell a value.
    Gives,
}

/// Explains every cell of every StackSet of the manifest, by the StackSet's name.
pub fn targets(desired: &Desired, observed: &Observed) -> Vec<StackSetTargets> {
    let limits = Limits::default();
    let context = Context::new(desired, observed, &limits);
    let sets = desired.stack_sets.values();
    sets.map(|set| of_stack_set(&context, set)).collect()
}

fn of_stack_set<'a>(context: &Context<'a>, set: &'a DesiredStackSet) -> StackSetTargets {
    let mut diagnostics = Vec::new();
    let understood = understand(context, set, &mut diagnostics);
    let order = region_order(set);
    let units = match &understood.parts {
        Some(parts) => Explainer::new(context, set, parts, understood.values.as_ref()).units(&order),
        None => Vec::new(),
    };
    StackSetTargets {
        stack_set: set.name.value.clone(),
        regions: order.into_iter().cloned().collect(),
        units,
        diagnostics,
    }
}

/// A selector as the manifest writes it.
fn written(target: &Target) -> String {
    match target {
        Target::Path(names) => {
            let names = names.iter().map(|name| name.replace('/', "\\/"));
            std::iter::once("Root".to_owned())
                .chain(names)
                .collect::<Vec<_>>()
                .join("/")
        }
        Target::Unit(id) => id.to_string(),
        Target::AccountName(name) | Target::AccountGlob(name) => format!("account:{name}"),
        Target::Account(id) => id.to_string(),
        Target::Tag { key, value } => format!("tag:{key}={value}"),
        Target::Set { name, .. } => format!("@{name}"),
    }
}

#[cfg(test)]
#[path = "targets_tests.rs"]
mod tests;
