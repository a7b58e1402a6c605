//! Selectors of accounts, and the parts of a StackSet that use them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Parameter;
use crate::diagnostic::{Span, Spanned};
use crate::ids::{AccountId, Region, UnitId};

/// A selector of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// `Root/A/B`: that unit and everything below it; the names without `Root`.
    Path(Vec<String>),
    /// `ou-…` or `r-…`
    Unit(UnitId),
    /// `account:NAME`; a name of `[accounts]` comes as [`Target::Account`].
    AccountName(String),
    /// `account:sandbox-*`: every account whose name matches; `*` any characters, `?` one.
    AccountGlob(String),
    /// Twelve digits.
    Account(AccountId),
    /// `tag:KEY=VALUE`: every account with that tag in Organizations.
    Tag {
        /// The tag's key.
        key: String,
        /// Its whole value.
        value: String,
    },
    /// `@NAME`: a target set, written out where it is used.
    Set {
        /// Its name without the `@`.
        name: String,
        /// What is in it; no set again.
        include: Vec<Spanned<Target>>,
        /// What is taken out of it; no set again.
        exclude: Vec<Spanned<Target>>,
    },
}

/// `targets` × `regions`, or one `[[stackset.NAME.deploy]]`: a rectangle of wanted cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deploy {
    /// Where to deploy, in units and accounts.
    pub targets: Vec<Spanned<Target>>,
    /// Where to deploy, in Regions; their order is the order of the rollout.
    pub regions: Vec<Spanned<Region>>,
    /// Where it is written: the table's header, or the StackSet's.
    pub span: Span,
}

/// `[[stackset.NAME.skip]]`: cells that are left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// Which accounts.
    pub targets: Vec<Spanned<Target>>,
    /// Which Regions; every Region when it is empty.
    pub regions: Vec<Spanned<Region>>,
    /// Why, for the reviewer.
    pub reason: Spanned<String>,
    /// Where it is written.
    pub span: Span,
}

/// `[[stackset.NAME.override]]`: values of some instances alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Its name, for messages and plans.
    pub name: Spanned<String>,
    /// Which accounts.
    pub targets: Vec<Spanned<Target>>,
    /// Which Regions; every Region when it is empty.
    pub regions: Vec<Spanned<Region>>,
    /// The values.
    pub parameters: BTreeMap<String, Parameter>,
    /// Where it is written.
    pub span: Span,
}
