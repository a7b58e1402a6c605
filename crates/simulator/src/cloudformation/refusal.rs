//! Errors: code and HTTP status as in reference §1.5.

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) status: u16,
    /// The code on the wire.
    pub(super) code: &'static str,
    /// The words.
    pub(super) message: String,
}

impl Refusal {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// An input that is not valid by itself.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    /// Valid, but not for this StackSet now.
    pub(super) fn invalid_operation(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidOperationException", message)
    }

    /// A quota.
    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::new(400, "LimitExceededException", message)
    }

    /// The credentials are of an account that has not switched the Region on (reference §9).
    pub(super) fn region_is_off() -> Self {
        let message = "The security token included in the request is invalid";
        Self::new(403, "InvalidClientTokenId", message)
    }

    /// A capability is not acknowledged.
    pub(super) fn capabilities(missing: &str) -> Self {
        Self::new(
            400,
            "InsufficientCapabilitiesException",
            format!("Requires capabilities : [{missing}]"),
        )
    }

    /// No such StackSet in this account and Region.
    pub(super) fn no_stack_set(name: &str) -> Self {
        Self::new(
            404,
            "StackSetNotFoundException",
            format!("StackSet {name} not found"),
        )
    }

    /// No such instance.
    pub(super) fn no_instance(account: &str, region: &str, stack_set: &str) -> Self {
        let message = format!(
            "Stack instance for account {account} in region {region} of StackSet {stack_set} not found"
        );
        Self::new(404, "StackInstanceNotFoundException", message)
    }

    /// No such stack, for an import.
    pub(super) fn no_stack(id: &str) -> Self {
        Self::new(404, "StackNotFoundException", format!("Stack {id} not found"))
    }

    /// A stack of the name is there.
    pub(super) fn stack_exists(name: &str) -> Self {
        Self::new(
            400,
            "AlreadyExistsException",
            format!("Stack [{name}] already exists"),
        )
    }

    /// No such operation.
    pub(super) fn no_operation(id: &str, stack_set: &str) -> Self {
        Self::new(
            404,
            "OperationNotFoundException",
            format!("Operation {id} not found in StackSet {stack_set}"),
        )
    }

    /// The name is in use.
    pub(super) fn name_exists(name: &str) -> Self {
        Self::new(
            409,
            "NameAlreadyExistsException",
            format!("StackSet {name} already exists"),
        )
    }

    /// The same creation again, of a StackSet that is another one by now.
    pub(super) fn created_but_modified(name: &str) -> Self {
        let message = format!("StackSet {name} was created with this token and has been modified since");
        Self::new(409, "CreatedButModifiedException", message)
    }

    /// Another operation holds the slot.
    pub(super) fn in_progress(arn: &str) -> Self {
        let message = format!("Another Operation on StackSet {arn} is in progress");
        Self::new(409, "OperationInProgressException", message)
    }

    /// The operation id was used before.
    pub(super) fn operation_id_exists(id: &str) -> Self {
        Self::new(
            409,
            "OperationIdAlreadyExistsException",
            format!("Operation with id {id} already exists"),
        )
    }

    /// A later operation went first.
    pub(super) fn stale(id: &str) -> Self {
        Self::new(
            409,
            "StaleRequestException",
            format!("Another operation was performed since {id}"),
        )
    }

    /// Instances are left.
    pub(super) fn not_empty(name: &str) -> Self {
        Self::new(
            409,
            "StackSetNotEmptyException",
            format!("StackSet {name} is not empty"),
        )
    }

    /// An action that CloudFormation has, or has not, but not here.
    pub(super) fn unknown_action(action: &str) -> Self {
        Self::new(
            400,
            "InvalidAction",
            format!("Could not find operation {action} for version 2010-05-15"),
        )
    }
}
