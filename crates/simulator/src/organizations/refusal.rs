//! Why a call was refused (reference §8.3).

use model::ids::UnitId;
use serde_json::{Value, json};

/// An error of the service; HTTP 400 in all cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The name of the exception.
    pub(super) code: &'static str,
    message: String,
    reason: Option<&'static str>,
}

impl Refusal {
    /// A refusal without a reason code.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            reason: None,
        }
    }

    /// `InvalidInputException` with its reason.
    pub(super) fn invalid(reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            reason: Some(reason),
            ..Self::new("InvalidInputException", message)
        }
    }

    /// `ConstraintViolationException` with its reason.
    pub(super) fn constraint(reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            reason: Some(reason),
            ..Self::new("ConstraintViolationException", message)
        }
    }

    /// A call that the simulator does not have.
    pub(super) fn unknown_operation(action: &str) -> Self {
        Self::new(
            "UnknownOperationException",
            format!("the simulator does not know the call {action}"),
        )
    }

    /// `AccountNotFoundException`
    pub(super) fn no_account() -> Self {
        Self::new(
            "AccountNotFoundException",
            "You specified an account that doesn't exist.",
        )
    }

    /// A service that Organizations does not know.
    pub(super) fn unrecognized_principal(principal: &str) -> Self {
        let message = format!("You specified the unrecognized service principal {principal}.");
        Self::invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", message)
    }

    /// `OrganizationalUnitNotFoundException`
    pub(super) fn no_unit(id: &UnitId) -> Self {
        Self::new(
            "OrganizationalUnitNotFoundException",
            format!("You specified the unit {id}, which doesn't exist."),
        )
    }

    /// The members of the answer but its type.
    pub(super) fn fields(&self) -> Value {
        match self.reason {
            Some(reason) => json!({ "Message": self.message, "Reason": reason }),
            None => json!({ "Message": self.message }),
        }
    }
}
