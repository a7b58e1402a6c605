//! Whether an instance's part in an operation goes well.

use std::collections::BTreeMap;

use model::digest::Digest;
use model::ids::AccountId;
use model::instance::InstanceKey;
use model::observed::OperationAction;

use super::{OperationPlace, deploy, drift, operation_of};
use crate::world::{
    Failure, GateResult, ResourceDrift, Stack, StackInstance, StackSet, StackSetOperation, World, stack_name,
};

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
    /// The stack has become the instance's, with its own values as overrides (reference §2.5).
    Imported {
        /// The values.
        overrides: BTreeMap<String, String>,
    },
    /// The instance is gone, and its stack too unless it is retained.
    Gone {
        /// The stack to take away.
        stack: Option<String>,
    },
    /// The account is suspended: nothing is done.
    Skipped,
    /// Drift detection found these resources drifted, by logical id.
    Checked(BTreeMap<String, ResourceDrift>),
}

/// How the part of an instance ends; the error is the reason in AWS's words.
pub(super) fn decide(world: &mut World, place: &OperationPlace, key: &InstanceKey) -> Result<Effect, String> {
    injected(world, place, key)?;
    let uuids = (world.draw_uuid(), world.draw_uuid());
    match access(world, place, key) {
        Access::NotNeeded => {}
        Access::Suspended => return Ok(Effect::Skipped),
        Access::Needed => pass_gate(world, place, key)?,
    }
    let Some((set, operation, instance)) = parts(world, place, key) else {
        return absent(world, place);
    };
    if !forgets(operation, instance) {
        may_enter(world, set, operation, key)?;
    }
    match operation.action {
        OperationAction::Delete => delete(world, operation, instance, key),
        OperationAction::DetectDrift => drift::check(world, key, instance).map(Effect::Checked),
        _ if operation.cells.get(key).is_some_and(|cell| cell.import.is_some()) => {
            import(world, set, instance, key)
        }
        _ => {
            let id = instance
                .stack_id
                .clone()
                .unwrap_or_else(|| deploy::stack_id(world, set, key, &uuids));
            deploy::stack(world, set, instance, key, id)
        }
    }
}

/// Whether an operation has to get into the account.
enum Access {
    NotNeeded,
    Needed,
    /// It has, but StackSets leaves out accounts that are suspended, also since the operation was asked for (reference §2.8).
    Suspended,
}

fn access(world: &World, place: &OperationPlace, key: &InstanceKey) -> Access {
    match parts(world, place, key) {
        Some((_, operation, instance)) if forgets(operation, instance) => Access::NotNeeded,
        Some((set, ..)) if set.definition.service_managed && is_suspended(world, &key.account) => {
            Access::Suspended
        }
        Some(_) => Access::Needed,
        None => Access::NotNeeded,
    }
}

fn is_suspended(world: &World, account: &AccountId) -> bool {
    let member = world.organization.accounts.get(account);
    member.is_some_and(|member| !member.state.is_active())
}

/// A deletion that retains the stack, or of an instance without one, only forgets the instance.
fn forgets(operation: &StackSetOperation, instance: &StackInstance) -> bool {
    operation.action == OperationAction::Delete && (operation.retain_stacks || instance.stack_id.is_none())
}

/// An instance that an earlier operation took away is deleted already; nothing else can be done with it.
fn absent(world: &World, place: &OperationPlace) -> Result<Effect, String> {
    let set = world
        .stack_sets
        .get(&place.home)
        .and_then(|sets| sets.get(&place.stack_set));
    let operation = set.and_then(|set| set.operation(&place.operation));
    if operation.is_some_and(|operation| operation.action == OperationAction::Delete) {
        return Ok(Effect::Gone { stack: None });
    }
    Err("The stack instance is not there any more".to_owned())
}

/// The account gate is asked before everything else, and its answer kept for the results (reference §2.10).
fn pass_gate(world: &mut World, place: &OperationPlace, key: &InstanceKey) -> Result<(), String> {
    let gate = world.account_gates.iter().find(|gate| gate.fits(key));
    let Some(gate) = gate else { return Ok(()) };
    let said = GateResult {
        passed: gate.passes,
        reason: gate.reason.clone(),
    };
    let passed = said.passed;
    let operation = operation_of(world, place);
    if let Some(cell) = operation.and_then(|operation| operation.cells.get_mut(key)) {
        cell.gate = Some(said);
    }
    if passed {
        Ok(())
    } else {
        Err("AccountGate check failed".to_owned())
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
    let Some((_, operation, instance)) = parts(world, place, key) else {
        return Ok(());
    };
    // A stack that nobody touches cannot fail: retaining it is the way out of a failed deletion (reference §2.8).
    if forgets(operation, instance) {
        return Ok(());
    }
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
    key: &InstanceKey,
) -> Result<(), String> {
    let (definition, account) = (&set.definition, &key.account);
    region_is_on(world, set, key)?;
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
        let admin = definition.administration_role.as_deref().unwrap_or_default();
        let path = admin.split_once(":role/").map_or(admin, |(_, path)| path);
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        if works && world.has_role(account, role) && world.has_role(&set.admin_account, name) {
            return Ok(());
        }
        (role, path)
    };
    Err(format!(
        "Account {account} should have '{role}' role with trust relationship to Role '{trusted}'."
    ))
}

/// Administrator and target must both have switched an opt-in Region on (reference §9).
fn region_is_on(world: &World, set: &StackSet, key: &InstanceKey) -> Result<(), String> {
    let management = &world.organization.management_account;
    let administrator = if set.definition.service_managed {
        management
    } else {
        &set.admin_account
    };
    let mut off = [administrator, &key.account]
        .into_iter()
        .filter(|account| !world.region_is_on(account, &key.region));
    match off.next() {
        Some(account) => Err(format!(
            "Account {account} has not enabled Region {}.",
            key.region
        )),
        None => Ok(()),
    }
}

/// Whether a stack can become an instance: it is there, and its template says what the StackSet's says.
fn import(
    world: &World,
    set: &StackSet,
    instance: &StackInstance,
    key: &InstanceKey,
) -> Result<Effect, String> {
    let id = instance.stack_id.as_deref().unwrap_or_default();
    let stack = world.stack(key, id);
    let stack = stack.ok_or_else(|| format!("Stack with id {id} does not exist"))?;
    let content = |digest| world.templates.get(digest).map(|blueprint| &blueprint.content);
    let wanted = Digest::of_bytes(set.definition.template.as_bytes());
    if content(&stack.template) != content(&wanted) {
        return Err(format!(
            "The template of stack {id} does not match the template of the StackSet"
        ));
    }
    Ok(Effect::Imported {
        overrides: stack.parameters.clone(),
    })
}

/// What a deletion takes away (reference §2.8): a protected stack stays, and so does one that was never imported.
fn delete(
    world: &World,
    operation: &StackSetOperation,
    instance: &StackInstance,
    key: &InstanceKey,
) -> Result<Effect, String> {
    let id = instance.stack_id.as_deref();
    let Some(id) = id.filter(|_| !operation.retain_stacks) else {
        return Ok(Effect::Gone { stack: None });
    };
    let name = stack_name(id).to_owned();
    if world
        .stack(key, id)
        .is_some_and(|stack| stack.termination_protection)
    {
        return Err(format!(
            "Stack [{name}] cannot be deleted while TerminationProtection is enabled"
        ));
    }
    Ok(Effect::Gone { stack: Some(name) })
}
