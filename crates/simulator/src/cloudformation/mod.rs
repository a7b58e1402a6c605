//! CloudFormation's StackSets calls over the Query protocol (reference §1, §10.1).

use model::ids::{AccountId, Region};

use crate::world::World;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account of the credentials.
    pub account: AccountId,
}

/// What a call answers, with what the log wants to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The XML.
    pub body: String,
    /// The `Action` of the call; empty when there was none.
    pub action: String,
    /// The StackSet named in the call.
    pub stack_set: Option<String>,
    /// The operation id named in the call or answered.
    pub operation_id: Option<String>,
    /// The error code, when refused.
    pub error: Option<String>,
}

/// Answers one form-encoded call.
pub fn answer(world: &mut World, caller: &Caller, region: &Region, request: &[u8]) -> Answer {
    let _ = (world, caller, region, request);
    Answer {
        status: 400,
        body: String::new(),
        action: String::new(),
        stack_set: None,
        operation_id: None,
        error: None,
    }
}
