//! Writes about a StackSet itself (reference §2.4: what is always sent, and what is sent alone).

use aws_sdk_cloudformation::operation::update_stack_set::builders::UpdateStackSetFluentBuilder;
use aws_sdk_cloudformation::types as sdk;
use model::call::{CallError, Reply, UpdateStackSet};
use model::definition::{AutoDeployment, Definition, ParameterValue, Permission};
use model::ids::{OperationId, StackSetId};
use model::targets::CallTargets;

use super::started;
use super::template::{self, Sent};
use crate::Aws;
use crate::convert::{
    definition as convert, id, parameters::parameters, preferences::preferences, targets::targets,
};
use crate::error::{call_error, invalid};
use crate::read::definition::arn;

const CREATE: &str = "CreateStackSet";
const UPDATE: &str = "UpdateStackSet";
const DELETE: &str = "DeleteStackSet";

/// Makes a StackSet without instances.
pub(super) async fn create(
    aws: &Aws,
    name: &str,
    definition: &Definition,
    template: Sent,
    token: &str,
) -> Result<Reply, CallError> {
    check_create(definition, token)?;
    let (administration_role, execution_role) = convert::roles(&definition.permission);
    let auto_deployment = match &definition.permission {
        Permission::ServiceManaged { auto_deployment } => {
            Some(with_arns(aws, CREATE, auto_deployment).await?)
        }
        Permission::SelfManaged { .. } => None,
    };
    let managed_execution = definition
        .managed_execution
        .then(|| convert::managed_execution(true));
    let values = parameters(CREATE, &definition.parameters)?;
    let call = aws.cloudformation.create_stack_set().stack_set_name(name);
    let call = call
        .set_description(definition.description.clone())
        .set_template_body(template.body)
        .set_template_url(template.url)
        .set_parameters((!values.is_empty()).then_some(values))
        .set_capabilities(convert::capabilities(definition))
        .set_tags(Some(convert::tags(definition)))
        .permission_model(convert::permission_model(&definition.permission))
        .set_administration_role_arn(administration_role)
        .set_execution_role_name(execution_role)
        .set_auto_deployment(auto_deployment)
        .set_managed_execution(managed_execution)
        .client_request_token(token)
        .call_as(aws.call_as.clone());
    let answer = call.send().await.map_err(|error| call_error(CREATE, &error))?;
    id(CREATE, StackSetId::parse, answer.stack_set_id()).map(Reply::Created)
}

fn check_create(definition: &Definition, token: &str) -> Result<(), CallError> {
    if token.is_empty() {
        return Err(invalid(CREATE, "no request token was decided for it"));
    }
    let kept = definition
        .parameters
        .iter()
        .find(|(_, value)| **value == ParameterValue::Previous);
    match kept {
        Some((name, _)) => Err(invalid(
            CREATE,
            format!("parameter `{name}` has no value yet that could be kept"),
        )),
        None => Ok(()),
    }
}

/// Changes a StackSet and brings the targeted instances up to date.
pub(super) async fn update(
    aws: &Aws,
    stack_set: &str,
    operation: &OperationId,
    update: &UpdateStackSet,
) -> Result<Reply, CallError> {
    check_update(update)?;
    let (administration_role, execution_role) = convert::roles_again(&update.definition.permission);
    let named = targets(&update.targets);
    let auto_deployment = match &update.auto_deployment {
        Some(wanted) => Some(with_arns(aws, UPDATE, wanted).await?),
        None => None,
    };
    let call = aws.cloudformation.update_stack_set().stack_set_name(stack_set);
    let call = call
        .set_description(update.definition.description.clone())
        .set_capabilities(convert::capabilities(&update.definition))
        .set_tags(Some(convert::tags(&update.definition)))
        .set_administration_role_arn(administration_role)
        .set_execution_role_name(execution_role)
        .set_auto_deployment(auto_deployment)
        .set_managed_execution(update.managed_execution.map(convert::managed_execution))
        .set_accounts(named.accounts)
        .set_deployment_targets(named.units)
        .set_regions(named.regions)
        .operation_preferences(preferences(&update.preferences))
        .operation_id(operation.as_str())
        .call_as(aws.call_as.clone());
    let answer = content(aws, call, update).await?.send().await;
    let answer = answer.map_err(|error| call_error(UPDATE, &error))?;
    started(UPDATE, answer.operation_id())
}

/// Automatic deployment with the StackSets that it depends on as AWS names them: by ARN, which is read now because some may have
/// been made since the plan.
async fn with_arns(
    aws: &Aws,
    api: &'static str,
    wanted: &AutoDeployment,
) -> Result<sdk::AutoDeployment, CallError> {
    let mut arns = Vec::new();
    for name in &wanted.depends_on {
        let found = arn(aws, name).await?;
        let missing = || {
            invalid(
                api,
                format!("StackSet `{name}`, which it depends on, is not there"),
            )
        };
        arns.push(found.ok_or_else(missing)?);
    }
    Ok(convert::auto_deployment(wanted, arns))
}

/// Template and parameters together or neither: their mere presence marks every instance outdated (reference §2.3).
async fn content(
    aws: &Aws,
    call: UpdateStackSetFluentBuilder,
    update: &UpdateStackSet,
) -> Result<UpdateStackSetFluentBuilder, CallError> {
    if !update.content {
        return Ok(call.use_previous_template(true));
    }
    let values = parameters(UPDATE, &update.definition.parameters)?;
    let template = template::sent(aws, &update.definition, update.template_at.as_ref()).await?;
    let call = call
        .set_template_body(template.body)
        .set_template_url(template.url);
    Ok(call.set_parameters((!values.is_empty()).then_some(values)))
}

fn check_update(update: &UpdateStackSet) -> Result<(), CallError> {
    if update.managed_execution.is_some() && update.content {
        return Err(invalid(
            UPDATE,
            "managed execution cannot change together with template or parameters",
        ));
    }
    if update.auto_deployment.is_some() && update.targets != CallTargets::Everything {
        return Err(invalid(
            UPDATE,
            "automatic deployment cannot change together with targets",
        ));
    }
    Ok(())
}

/// Takes a StackSet away that has no instances.
pub(super) async fn delete(aws: &Aws, stack_set: &str) -> Result<Reply, CallError> {
    let call = aws.cloudformation.delete_stack_set().stack_set_name(stack_set);
    let answer = call.call_as(aws.call_as.clone()).send().await;
    answer.map_err(|error| call_error(DELETE, &error))?;
    Ok(Reply::Done)
}
