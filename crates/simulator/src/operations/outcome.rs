//! Whether an instance's part in an operation goes well.

use std::collections::BTreeMap;

use model::digest::Digest;
use model::ids::AccountId;
use model::instance::InstanceKey;
use model::observed::OperationAction;

use super::{OperationPlace, names};
use crate::world::{Failure, Stack, StackInstance, StackSet, StackSetOperation, World, global_name_key};

/// What a part that went well changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// The stack is there, new or as it is now.
    Stack {
        /// Its name.
        name: String,
        /// The stack.
        stack: Box<Stack>,
    },
    /// The instance is gone, and its stack too unless it is retained.
    Gone {
        /// The stack to take away.
        stack: Option<String>,
    },
    /// Its stack is as its template says.
    InSync,
}

/// How the part of an instance ends; the error is the reason in AWS's words.
pub(super) fn decide(world: &mut World, place: &OperationPlace, key: &InstanceKey) -> Result<Effect, String> {
    injected(world, place, key)?;
    let uuids = (world.draw_uuid(), world.draw_uuid());
    let (set, operation, instance) =
        parts(world, place, key).ok_or("The stack instance is not there any more")?;
    let retained = operation.action == OperationAction::Delete
        && (operation.retain_stacks || instance.stack_id.is_none());
    if !retained {
        may_enter(world, set, operation, &key.account)?;
    }
    match operation.action {
        OperationAction::Delete => {
            let kept = if operation.retain_stacks {
                None
            } else {
                instance.stack_id.as_deref()
            };
            Ok(Effect::Gone {
                stack: kept.map(|id| stack_name(id).to_owned()),
            })
        }
        OperationAction::DetectDrift => Ok(Effect::InSync),
        _ => {
            let id = instance
                .stack_id
                .clone()
                .unwrap_or_else(|| stack_id(world, set, key, &uuids));
            deploy(world, set, instance, key, id)
        }
    }
}

fn parts<'w>(
    world: &'w World,
    place: &OperationPlace,
    key: &InstanceKey,
) -> Option<(&'w StackSet, &'w StackSetOperation, &'w StackInstance)> {
    let set = world.stack_sets.get(&place.home)?.get(&place.stack_set)?;
    Some((set, set.operation(&place.operation)?, set.instances.get(key)?))
}

/// The first failure of the world that is meant for this part, counted down.
fn injected(world: &mut World, place: &OperationPlace, key: &InstanceKey) -> Result<(), String> {
    if world.failures.is_empty() {
        return Ok(());
    }
    let Some((_, operation, _)) = parts(world, place, key) else {
        return Ok(());
    };
    let action = action_word(&operation.action).to_owned();
    let name = place.stack_set.name();
    let found = world
        .failures
        .iter_mut()
        .find(|failure| is_meant(failure, name, key, &action));
    let Some(failure) = found else { return Ok(()) };
    failure.times = failure.times.map(|times| times.saturating_sub(1));
    Err(failure.reason.clone())
}

fn is_meant(failure: &Failure, stack_set: &str, key: &InstanceKey, action: &str) -> bool {
    failure.times != Some(0)
        && failure
            .stack_set
            .as_deref()
            .is_none_or(|wanted| wanted == stack_set)
        && failure
            .account
            .as_ref()
            .is_none_or(|wanted| *wanted == key.account)
        && failure.region.as_ref().is_none_or(|wanted| *wanted == key.region)
        && failure
            .action
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(action))
}

fn action_word(action: &OperationAction) -> &str {
    match action {
        OperationAction::Create => "CREATE",
        OperationAction::Update => "UPDATE",
        OperationAction::Delete => "DELETE",
        OperationAction::DetectDrift => "DETECT_DRIFT",
        OperationAction::Other(other) => other,
    }
}

/// Whether CloudFormation gets into the account (reference §4.4, §9).
fn may_enter(
    world: &World,
    set: &StackSet,
    operation: &StackSetOperation,
    account: &AccountId,
) -> Result<(), String> {
    let definition = &set.definition;
    let member = world.organization.accounts.get(account);
    let works = member.is_none_or(|member| member.state.is_active());
    let (role, trusted) = if definition.service_managed {
        let inside = member.is_some() || operation.automatic;
        if world.organizations_access && works && inside {
            return Ok(());
        }
        let trusted = "aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin";
        (definition.execution_role.as_deref().unwrap_or_default(), trusted)
    } else {
        let role = definition.execution_role.as_deref().unwrap_or_default();
        if works && world.has_role(account, role) {
            return Ok(());
        }
        let admin = definition.administration_role.as_deref().unwrap_or_default();
        (role, admin.split_once(":role/").map_or(admin, |(_, name)| name))
    };
    Err(format!(
        "Account {account} should have '{role}' role with trust relationship to Role '{trusted}'."
    ))
}

/// The stack as it is after a create or an update.
fn deploy(
    world: &World,
    set: &StackSet,
    instance: &StackInstance,
    key: &InstanceKey,
    id: String,
) -> Result<Effect, String> {
    let mut parameters: BTreeMap<String, String> = set.definition.parameters.clone();
    for (name, value) in &instance.overrides {
        if let Some(effective) = parameters.get_mut(name) {
            effective.clone_from(value);
        }
    }
    let name = stack_name(&id).to_owned();
    let claimed = names::claimed(world, &set.definition.facts, &parameters, key, &id);
    for claim in &claimed {
        let holder = world
            .taken_names
            .get(&global_name_key(&key.account, &claim.global));
        let from_the_start = claim.resource_type == "AWS::IAM::Role"
            && world
                .roles
                .get(&key.account)
                .is_some_and(|roles| roles.contains(&claim.name));
        if holder.is_some_and(|holder| *holder != id) || from_the_start {
            return Err(format!(
                "ResourceLogicalId:{}, ResourceType:{}, ResourceStatusReason:Resource of type '{}' with identifier '{}' \
                 already exists.",
                claim.logical_id, claim.resource_type, claim.resource_type, claim.name
            ));
        }
    }
    let global_names = claimed.into_iter().map(|claim| claim.global).collect();
    let template = Digest::of_bytes(set.definition.template.as_bytes());
    Ok(Effect::Stack {
        name,
        stack: Box::new(Stack {
            id,
            template,
            parameters,
            global_names,
        }),
    })
}

fn stack_id(world: &World, set: &StackSet, key: &InstanceKey, (name, id): &(String, String)) -> String {
    let (partition, region, account) = (&world.partition, &key.region, &key.account);
    format!(
        "arn:{partition}:cloudformation:{region}:{account}:stack/StackSet-{}-{name}/{id}",
        set.name()
    )
}

/// The name in a stack's ARN.
fn stack_name(id: &str) -> &str {
    id.split('/').nth(1).unwrap_or(id)
}
