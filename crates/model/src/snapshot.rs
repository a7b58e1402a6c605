//! What AWS had at a moment, as a file: planning without credentials.
//!
//! It is an observation with what was asked for, so that a plan that needs more is refused instead of made from a part.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::Request;
use crate::observed::Observed;
use crate::seal;

/// Why a file is not a snapshot.
pub use crate::seal::SealError as SnapshotError;

/// `format` of a snapshot.
pub const FORMAT: &str = "stackfleet.snapshot";
/// `format_version` of a snapshot: a minor version only adds.
pub const FORMAT_VERSION: &str = "1.0";

/// A recorded observation. It holds no secret: those are never read for a plan, and NoEcho values read back masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    #[schemars(extend("const" = FORMAT))]
    format: String,
    #[schemars(extend("pattern" = "^1\\.[0-9]+$"))]
    format_version: String,
    /// What was asked for.
    pub scope: Request,
    /// What was there. The values of environment variables are those of whoever recorded it.
    pub observed: Observed,
}

impl Snapshot {
    /// An observation with what was asked for.
    pub fn new(scope: Request, observed: Observed) -> Self {
        Self {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION.to_owned(),
            scope,
            observed,
        }
    }

    /// The text of a file.
    pub fn seal(&self) -> Result<String, SnapshotError> {
        let json =
            serde_json::to_string(self).map_err(|error| SnapshotError::Unreadable(error.to_string()))?;
        seal::seal(&json)
    }

    /// The snapshot in a file's text, if not one byte of it was changed.
    pub fn open(text: &str) -> Result<Self, SnapshotError> {
        seal::open(text, (FORMAT, FORMAT_VERSION))
    }

    /// Whether it is of the place that is asked about: account, home Region, role, and organization where one is named.
    pub fn is_of(&self, asked: &Request) -> bool {
        let organization = asked.organization.as_ref();
        self.scope.admin_account == asked.admin_account
            && self.scope.region == asked.region
            && self.scope.call_as == asked.call_as
            && organization.is_none_or(|wanted| *wanted == self.observed.organization.id)
    }

    /// What is asked for and was not recorded, a phrase each. A StackSet that was not there then is known not to be.
    pub fn missing(&self, asked: &Request) -> Vec<String> {
        let mut missing = Vec::new();
        let mut tell = |what: &str, names: Vec<String>| {
            missing.extend(names.into_iter().map(|name| format!("{what} `{name}`")));
        };
        let unread = asked.stack_sets.difference(&self.scope.stack_sets);
        let unread = unread.filter(|name| self.observed.others.contains_key(*name));
        tell("StackSet", unread.map(ToString::to_string).collect());
        if !self.scope.deep {
            let there = |name: &&_| self.observed.stack_sets.contains_key(*name);
            let unread = asked.overrides.difference(&self.scope.overrides).filter(there);
            tell("overrides of StackSet", unread.map(ToString::to_string).collect());
        }
        tell("Systems Manager parameter", apart(&asked.ssm, &self.scope.ssm));
        tell("template", apart(&asked.templates, &self.scope.templates));
        let regions = asked.regions.difference(&self.scope.regions);
        let regions = regions.filter(|region| region.may_be_off());
        tell(
            "whether accounts have Region",
            regions.map(ToString::to_string).collect(),
        );
        if asked.account_tags && !self.scope.account_tags {
            missing.push("tags of accounts".to_owned());
        }
        if asked.deep && !self.scope.deep {
            missing.push("overrides of all instances".to_owned());
        }
        missing
    }
}

fn apart(asked: &BTreeSet<String>, known: &BTreeSet<String>) -> Vec<String> {
    asked.difference(known).cloned().collect()
}
