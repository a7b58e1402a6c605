//! Which account and Region gets what of a StackSet, and which line of the manifest says so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::definition::ParameterValue;
use crate::diagnostic::{Diagnostic, Span};
use crate::ids::{AccountId, Region, UnitId};

/// Everything that one StackSet's targets, skips and overrides say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnitTargets {
    /// Its path.
    pub unit: String,
    /// Its id; the root's for accounts that are not in the organization.
    pub unit_id: UnitId,
    /// By id.
    pub accounts: Vec<AccountTargets>,
}

/// An account with a cell for each Region of the StackSet, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountTargets {
    /// Its id.
    pub account: AccountId,
    /// Its name, or the id of one that is not in the organization.
    pub name: String,
    /// One for each of [`StackSetTargets::regions`].
    pub cells: Vec<TargetCell>,
}

/// An account in a Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TargetCell {
    /// The Region.
    pub region: Region,
    /// Whether it gets the stack, and if not, why.
    pub state: CellState,
    /// The lines that decide: what puts it there, what leaves it out, what gives it values.
    pub lines: Vec<TargetLine>,
    /// The values that it has for itself.
    pub values: BTreeMap<String, ParameterValue>,
}

/// Whether a cell gets the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TargetLine {
    /// What it does.
    pub effect: TargetEffect,
    /// Where it is.
    pub span: Span,
    /// What it says, for people: the selector as it is written, the reason of a skip, `NAME: PARAMETER = VALUE` of an override.
    pub text: String,
}

/// What a line does to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetEffect {
    /// It is a target.
    Targets,
    /// It takes the account out of a target set.
    Excludes,
    /// It skips the cell.
    Skips,
    /// It gives the cell a value.
    Gives,
}
