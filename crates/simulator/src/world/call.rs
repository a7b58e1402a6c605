//! A call, taken apart as far as everything in front of the services needs it.

use jiff::Timestamp;
use model::ids::{AccountId, Region};
use serde::{Deserialize, Serialize};

use super::ObjectCall;

/// A service of the simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// CloudFormation's StackSets.
    CloudFormation,
    /// Organizations.
    Organizations,
    /// Who calls.
    Sts,
    /// Objects that templates are read from.
    S3,
    /// Parameters of Systems Manager.
    Ssm,
    /// Which Regions an account has switched on.
    Account,
}

/// A call of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiCall {
    /// The service that it is for.
    pub service: Service,
    /// The account that calls.
    pub caller: AccountId,
    /// The Region that it was signed for; none when it is not signed.
    pub region: Option<Region>,
    /// The API call; empty when there is none.
    pub action: String,
    /// The StackSet that it names, by name or id.
    pub stack_set: Option<String>,
    /// The body: a form, or JSON.
    pub body: String,
    /// What S3 reads instead of a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectCall>,
}

/// A call that is still on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelayedCall {
    /// When it arrives.
    pub at: Timestamp,
    /// The call.
    pub call: ApiCall,
}

impl Service {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::Organizations => "organizations",
            Self::Sts => "sts",
            Self::S3 => "s3",
            Self::Ssm => "ssm",
            Self::Account => "account",
        }
    }
}

impl ApiCall {
    /// Whether the answer may lag behind the world (reference §1.7).
    pub fn is_list(&self) -> bool {
        self.action.starts_with("List")
    }
}
