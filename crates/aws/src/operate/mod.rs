//! One call each: what the executor decides is sent as it is, and answered in our nouns.
//!
//! A new caller starts at [`Operate`]; `stack_set` and `instances` hold the writes, `drift` the one order that
//! changes nothing, `stop` what a person may order besides, `read/` the questions.

mod drift;
mod instances;
mod stack_set;
mod stop;
mod template;

use std::future::Future;
use std::pin::Pin;

use model::call::{Call, CallError, Reply, Write, WriteCall};
use model::ids::OperationId;

use crate::Aws;
use crate::error::invalid;
use crate::read;

/// Answers calls: AWS, or in a test anything else.
pub trait Operate: Send + Sync {
    /// Sends one call. An error whose kind [leaves doubt](model::call::CallErrorKind::leaves_doubt) may have been done all the same.
    fn operate(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, CallError>> + Send + '_>>;
}

impl Operate for Aws {
    fn operate(&self, call: Call) -> Pin<Box<dyn Future<Output = Result<Reply, CallError>> + Send + '_>> {
        Box::pin(answer(self, call))
    }
}

async fn answer(aws: &Aws, call: Call) -> Result<Reply, CallError> {
    match call {
        Call::Identity => read::identity::identity(aws).await.map(Reply::Identity),
        Call::Organization => {
            let card = read::organization::card(aws).await?;
            let tree = read::organization::tree(aws, card).await?;
            Ok(Reply::Organization(Box::new(tree)))
        }
        Call::Definition(name) => {
            let described = read::definition::definition(aws, name.as_str()).await?;
            Ok(Reply::Definition(described.map(Box::new)))
        }
        Call::Operations(set) => read::operations::operations(aws, &set)
            .await
            .map(Reply::Operations),
        Call::Operation(set, id) => {
            let operation = read::operations::operation(aws, &set, &id).await?;
            Ok(Reply::Operation(operation.map(Box::new)))
        }
        Call::Results(set, id) => read::instances::results(aws, &set, &id).await.map(Reply::Results),
        Call::Instances(set) => read::instances::instances(aws, &set).await.map(Reply::Instances),
        Call::Alarms(arns) => read::alarms::alarms(aws, &arns).await.map(Reply::Alarms),
        Call::DetectDrift(wanted) => drift::detect(aws, &wanted).await,
        Call::Write(call) => write(aws, &call).await,
    }
}

async fn write(aws: &Aws, call: &WriteCall) -> Result<Reply, CallError> {
    let stack_set = call.stack_set.as_str();
    let operation = call.operation_id.as_ref().map(OperationId::as_str);
    tracing::info!(api = call.write.api(), stack_set, operation);
    match &call.write {
        Write::CreateStackSet {
            definition,
            template_at,
            client_request_token,
        } => {
            let template = template::sent(aws, definition, template_at.as_ref());
            stack_set::create(aws, stack_set, definition, template.await?, client_request_token).await
        }
        Write::DeleteStackSet => stack_set::delete(aws, stack_set).await,
        Write::UpdateStackSet(update) => stack_set::update(aws, stack_set, operation_id(call)?, update).await,
        Write::CreateStackInstances { .. }
        | Write::UpdateStackInstances { .. }
        | Write::DeleteStackInstances { .. } => {
            instances::write(aws, stack_set, operation_id(call)?, &call.write).await
        }
    }
}

/// Without one the SDK would make one up, and a lost answer could never be resolved (reliability §1.4).
fn operation_id(call: &WriteCall) -> Result<&OperationId, CallError> {
    let missing = || invalid(call.write.api(), "no operation id was decided for it");
    call.operation_id.as_ref().ok_or_else(missing)
}

/// The answer to a write that starts an operation.
fn started(api: &'static str, id: Option<&str>) -> Result<Reply, CallError> {
    crate::convert::id(api, OperationId::parse, id).map(Reply::Started)
}
