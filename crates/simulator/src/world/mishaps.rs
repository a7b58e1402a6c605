//! What befalls stacks and accounts from outside of StackSets.

use model::ids::{AccountId, Region};
use model::instance::InstanceKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Somebody changes a resource by hand as soon as it is there: what drift detection finds (reference §7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// Only in stacks of this StackSet, by name.
    pub stack_set: Option<String>,
    /// Only in this account.
    pub account: Option<AccountId>,
    /// Only in this Region.
    pub region: Option<Region>,
    /// The logical id of the resource.
    pub resource: String,
    /// The property as a path, `/DelaySeconds`; empty or absent when the resource itself is deleted.
    #[serde(default)]
    pub property: String,
    /// The value that it gets; absent when it is removed.
    pub value: Option<Value>,
}

/// What the account gate of an account says (reference §2.10). Without one it is skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountGate {
    /// Only this account.
    pub account: Option<AccountId>,
    /// Only this Region.
    pub region: Option<Region>,
    /// Whether operations may go on.
    pub passes: bool,
    /// What the gate says to it.
    pub reason: Option<String>,
}

/// What the account gate said to one instance of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateResult {
    /// Whether the operation could go on.
    pub passed: bool,
    /// Why.
    pub reason: Option<String>,
}

impl Drift {
    /// Whether it is about the instance of a StackSet.
    pub fn fits(&self, stack_set: &str, key: &InstanceKey) -> bool {
        self.stack_set.as_deref().is_none_or(|wanted| wanted == stack_set)
            && self.account.as_ref().is_none_or(|wanted| *wanted == key.account)
            && self.region.as_ref().is_none_or(|wanted| *wanted == key.region)
    }
}

impl AccountGate {
    /// Whether it stands before an instance.
    pub fn fits(&self, key: &InstanceKey) -> bool {
        self.account.as_ref().is_none_or(|wanted| *wanted == key.account)
            && self.region.as_ref().is_none_or(|wanted| *wanted == key.region)
    }
}
