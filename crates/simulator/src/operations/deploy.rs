//! A stack is created or updated.

use std::collections::{BTreeMap, BTreeSet};

use model::digest::Digest;
use model::instance::InstanceKey;

use super::evaluate::Scope;
use super::names::{self, Claim};
use super::outcome::Effect;
use super::resources::{carried_over, expected};
use crate::world::{Stack, StackInstance, StackSet, World, stack_name, taken_name_key};

/// The stack as it is after a create or an update.
pub(super) fn stack(
    world: &World,
    set: &StackSet,
    instance: &StackInstance,
    key: &InstanceKey,
    id: String,
) -> Result<Effect, String> {
    let mut stack = Stack {
        template: Digest::of_bytes(set.definition.template.as_bytes()),
        parameters: values(world, set, instance, key)?,
        global_names: BTreeSet::new(),
        kept_names: BTreeSet::new(),
        termination_protection: false,
        changes: BTreeMap::new(),
        id,
    };
    claim_names(world, key, &mut stack)?;
    if let Some(before) = world.stack(key, &stack.id) {
        stack.termination_protection = before.termination_protection;
        if !before.changes.is_empty() {
            let (old, new) = (expected(world, key, before), expected(world, key, &stack));
            stack.changes = carried_over(&before.changes, &old, &new)?;
        }
    }
    Ok(Effect::Stack {
        name: stack_name(&stack.id).to_owned(),
        stack: Box::new(stack),
    })
}

/// The values of an instance: the StackSet's, but where it overrides them; those of Systems Manager types are looked up where the stack
/// is (reference §6.4).
fn values(
    world: &World,
    set: &StackSet,
    instance: &StackInstance,
    key: &InstanceKey,
) -> Result<BTreeMap<String, String>, String> {
    let mut parameters: BTreeMap<String, String> = set.definition.parameters.clone();
    for (name, value) in &instance.overrides {
        if let Some(effective) = parameters.get_mut(name) {
            effective.clone_from(value);
        }
    }
    let types = set.definition.facts.parameters.iter();
    for parameter in types.filter(|parameter| parameter.is_looked_up()) {
        if let Some(value) = parameters.get_mut(&parameter.name) {
            *value = world.looked_up(value, &key.account, &key.region)?;
        }
    }
    Ok(parameters)
}

/// Writes the names that a stack holds into it, or says which of them somebody else has.
pub(crate) fn claim_names(world: &World, key: &InstanceKey, stack: &mut Stack) -> Result<(), String> {
    let Some(blueprint) = world.templates.get(&stack.template) else {
        return Ok(());
    };
    let scope = Scope {
        blueprint,
        parameters: &stack.parameters,
        key,
        stack_id: &stack.id,
        partition: &world.partition,
    };
    let claimed = names::claimed(&scope);
    if let Some(taken) = claimed
        .iter()
        .find(|claim| is_taken(world, key, &stack.id, claim))
    {
        return Err(format!(
            "ResourceLogicalId:{}, ResourceType:{}, ResourceStatusReason:Resource of type '{}' with identifier '{}' already \
             exists.",
            taken.logical_id, taken.resource_type, taken.resource_type, taken.name
        ));
    }
    for claim in claimed {
        if claim.retained {
            stack.kept_names.insert(claim.global.clone());
        }
        stack.global_names.insert(claim.global);
    }
    Ok(())
}

fn is_taken(world: &World, key: &InstanceKey, stack_id: &str, claim: &Claim) -> bool {
    let holder = world.taken_names.get(&taken_name_key(key, &claim.global));
    let roles = world.roles.get(&key.account);
    let from_the_start =
        claim.resource_type == "AWS::IAM::Role" && roles.is_some_and(|roles| roles.contains(&claim.name));
    from_the_start || holder.is_some_and(|holder| *holder != *stack_id)
}

/// The ARN of a new stack.
pub(super) fn stack_id(
    world: &World,
    set: &StackSet,
    key: &InstanceKey,
    (name, id): &(String, String),
) -> String {
    let (partition, region, account) = (&world.partition, &key.region, &key.account);
    format!(
        "arn:{partition}:cloudformation:{region}:{account}:stack/StackSet-{}-{name}/{id}",
        set.name()
    )
}
