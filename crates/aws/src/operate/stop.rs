//! The one order that no plan gives: a person stops an operation.

use model::call::CallError;
use model::ids::{OperationId, StackSetId};

use crate::Aws;
use crate::error::call_error;

const STOP: &str = "StopStackSetOperation";

impl Aws {
    /// Stops an operation: instances that are not begun are cancelled, those at work run to their end (reference §1.6). It may be
    /// repeated; one that is over is refused as [`model::call::CallErrorKind::Invalid`].
    ///
    /// It is not a [`model::call::Call`], so that whoever carries a plan out has no word for it.
    pub async fn stop(&self, stack_set: &StackSetId, operation: &OperationId) -> Result<(), CallError> {
        tracing::info!(api = STOP, %stack_set, %operation);
        let call = self.cloudformation.stop_stack_set_operation();
        let call = call
            .stack_set_name(stack_set.as_str())
            .operation_id(operation.as_str());
        let answer = call.call_as(self.call_as.clone()).send().await;
        answer.map(|_| ()).map_err(|error| call_error(STOP, &error))
    }
}
