//! Writes about stack instances.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::Parameter;
use model::call::{CallError, Reply, Write};
use model::definition::ParameterValue;
use model::ids::OperationId;
use model::preferences::OperationPreferences;
use model::targets::CallTargets;

use super::started;
use crate::Aws;
use crate::convert::{parameters::parameters, preferences::preferences, targets};
use crate::error::{call_error, invalid};

const CREATE: &str = "CreateStackInstances";
const UPDATE: &str = "UpdateStackInstances";
const DELETE: &str = "DeleteStackInstances";

/// Values of these instances alone; none to leave those that they have.
type Overrides<'a> = Option<&'a BTreeMap<String, ParameterValue>>;

/// A write about instances with what all three calls have in common.
struct Common<'a> {
    aws: &'a Aws,
    stack_set: &'a str,
    operation: &'a OperationId,
    preferences: &'a OperationPreferences,
}

pub(super) async fn write(
    aws: &Aws,
    stack_set: &str,
    operation: &OperationId,
    write: &Write,
) -> Result<Reply, CallError> {
    let common = |preferences| Common {
        aws,
        stack_set,
        operation,
        preferences,
    };
    match write {
        Write::CreateStackInstances {
            targets,
            overrides,
            preferences,
        } => create(common(preferences), targets, overrides.as_ref()).await,
        Write::UpdateStackInstances {
            targets,
            overrides,
            preferences,
        } => update(common(preferences), targets, overrides.as_ref()).await,
        Write::DeleteStackInstances {
            targets,
            retain_stacks,
            preferences,
        } => delete(common(preferences), targets, *retain_stacks).await,
        other => Err(invalid(other.api(), "it is not about instances")),
    }
}

/// What all three calls are told in the same words. Their builders are different types without a trait in common, so that only a
/// macro can say it once.
macro_rules! addressed {
    ($call:expr, $common:expr, $named:expr) => {
        $call
            .stack_set_name($common.stack_set)
            .set_accounts($named.accounts)
            .set_deployment_targets($named.units)
            .set_regions($named.regions)
            .operation_preferences(preferences($common.preferences))
            .operation_id($common.operation.as_str())
            .call_as($common.aws.call_as.clone())
    };
}

async fn create(
    common: Common<'_>,
    targets: &CallTargets,
    overrides: Overrides<'_>,
) -> Result<Reply, CallError> {
    let named = named(CREATE, targets)?;
    let call = addressed!(common.aws.cloudformation.create_stack_instances(), common, named);
    let call = call.set_parameter_overrides(list(CREATE, overrides)?);
    let answer = call.send().await.map_err(|error| call_error(CREATE, &error))?;
    started(CREATE, answer.operation_id())
}

async fn update(
    common: Common<'_>,
    targets: &CallTargets,
    overrides: Overrides<'_>,
) -> Result<Reply, CallError> {
    let named = named(UPDATE, targets)?;
    let call = addressed!(common.aws.cloudformation.update_stack_instances(), common, named);
    let call = call.set_parameter_overrides(list(UPDATE, overrides)?);
    let answer = call.send().await.map_err(|error| call_error(UPDATE, &error))?;
    started(UPDATE, answer.operation_id())
}

async fn delete(common: Common<'_>, targets: &CallTargets, retain_stacks: bool) -> Result<Reply, CallError> {
    let named = named(DELETE, targets)?;
    let call = addressed!(common.aws.cloudformation.delete_stack_instances(), common, named);
    let answer = call.retain_stacks(retain_stacks).send().await;
    let answer = answer.map_err(|error| call_error(DELETE, &error))?;
    started(DELETE, answer.operation_id())
}

fn named(api: &'static str, wanted: &CallTargets) -> Result<targets::Targets, CallError> {
    match wanted {
        CallTargets::Everything => Err(invalid(api, "it needs targets")),
        named => Ok(targets::targets(named)),
    }
}

/// Absent leaves overrides as they are, an empty list takes them all away (reference §2.5).
fn list(api: &'static str, overrides: Overrides<'_>) -> Result<Option<Vec<Parameter>>, CallError> {
    overrides.map(|values| parameters(api, values)).transpose()
}
