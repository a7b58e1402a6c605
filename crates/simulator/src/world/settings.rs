//! What a world's owner decides: failures and durations; and the log.

use jiff::Timestamp;
use model::ids::{AccountId, Region};
use serde::{Deserialize, Serialize};

/// Instances that are to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Only this StackSet, by name.
    pub stack_set: Option<String>,
    /// Only this account.
    pub account: Option<AccountId>,
    /// Only this Region.
    pub region: Option<Region>,
    /// Only this action: `CREATE`, `UPDATE`, `DELETE`.
    pub action: Option<String>,
    /// What AWS would say.
    pub reason: String,
    /// How often it still happens; none for ever.
    pub times: Option<u32>,
}

/// Durations in seconds of world time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timing {
    /// The shortest time that one instance takes.
    pub instance_least: u64,
    /// The longest time that one instance takes.
    pub instance_most: u64,
    /// From the call to the first instance.
    pub operation_start: u64,
    /// From a move in the organization to the operation of automatic deployment.
    pub auto_deployment_delay: u64,
    /// From `CreateAccount` to the account.
    pub account_creation: u64,
    /// From `CloseAccount` to the account's end.
    pub account_closure: u64,
}

/// One call, as it came and as the service answered it. What a fault made of the answer is in `fault`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// The account that called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<AccountId>,
    /// The actor of the world that did it; none for a client's call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The service: `cloudformation`, `organizations`, `sts`, `s3`.
    pub service: String,
    /// The API call.
    pub action: String,
    /// The StackSet named in it.
    pub stack_set: Option<String>,
    /// The operation id named in it or answered.
    pub operation_id: Option<String>,
    /// The HTTP status; 0 when the call never arrived.
    pub status: u16,
    /// The error code, when refused.
    pub error: Option<String>,
    /// The fault that hit it: its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The knobs that are not at their default, `name=word` apart by spaces.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub knobs: String,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            instance_least: 20,
            instance_most: 60,
            operation_start: 3,
            auto_deployment_delay: 120,
            account_creation: 0,
            account_closure: 0,
        }
    }
}
