//! What a world's owner decides: failures, durations and what AWS leaves open; and the log.

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
}

/// What AWS does not say (reference §12.2); the tool must be right under every setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Knobs {
    /// What the replay of an operation id answers.
    pub replay: Replay,
}

/// The answer to an operation id that was used before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// 409 `OperationIdAlreadyExistsException`.
    #[default]
    AlreadyExists,
    /// 200 with the same id.
    SameAnswer,
    /// 409 `OperationInProgressException` while it runs, `OperationIdAlreadyExistsException` after.
    InProgress,
    /// 409 `StaleRequestException`.
    Stale,
}

/// One call, as it came and as it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// The service: `cloudformation`, `organizations`, `sts`, `s3`.
    pub service: String,
    /// The API call.
    pub action: String,
    /// The StackSet named in it.
    pub stack_set: Option<String>,
    /// The operation id named in it or answered.
    pub operation_id: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// The error code, when refused.
    pub error: Option<String>,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            instance_least: 20,
            instance_most: 60,
            operation_start: 3,
            auto_deployment_delay: 120,
        }
    }
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            replay: Replay::AlreadyExists,
        }
    }
}
