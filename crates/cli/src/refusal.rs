//! What AWS refused while it was read, with the place in the manifest that it concerns.

use aws::ObserveError;
use model::diagnostic::Diagnostic;

use crate::failure::Failure;
use crate::pipeline::Read;

/// The message for an observation that did not come to its end. There is no plan then, and exit 1.
pub(crate) fn of_observation(error: &ObserveError, read: &Read) -> Failure {
    let aws = &read.desired.aws;
    let place = match error {
        ObserveError::WrongAccount { .. } => {
            Some((&aws.admin_account.span, "run as this account or not at all"))
        }
        ObserveError::WrongOrganization { .. } => aws
            .organization
            .as_ref()
            .map(|id| (&id.span, "the organization that this manifest is for")),
        ObserveError::NoCredentials { .. } | ObserveError::Incomplete { .. } => None,
    };
    let with_place = |diagnostic: Diagnostic| match place {
        Some((span, text)) => diagnostic.label(span, text),
        None => diagnostic,
    };
    let diagnostics = error.diagnostics().into_iter().map(with_place).collect();
    Failure::of_files(diagnostics, read.sources.clone())
}
