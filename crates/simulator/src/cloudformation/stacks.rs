//! CreateStack, UpdateTerminationProtection, DeleteStack: stacks without a StackSet, so that there is something to import and a
//! protected stack can be set free (reference §2.8, §2.9).
//!
//! They are done at once; everything else about stacks is left out.

use std::collections::{BTreeMap, BTreeSet};

use model::digest::Digest;
use model::instance::InstanceKey;

use super::refusal::Refusal;
use super::{Request, definition, import, parameters, template_facts};
use crate::operations;
use crate::world::{Stack, stack_name};

/// CreateStack in the account of the caller and the Region of the call.
pub(super) fn create(request: &mut Request<'_>) -> Result<String, Refusal> {
    let name = request.required("StackName")?.to_owned();
    let key = here(request);
    if request
        .world
        .stacks
        .get(&key)
        .is_some_and(|stacks| stacks.contains_key(&name))
    {
        return Err(Refusal::stack_exists(&name));
    }
    let text = request.template_text()?;
    let text =
        text.ok_or_else(|| Refusal::validation("Either TemplateURL or TemplateBody must be specified"))?;
    let template = template_facts::read(&text)?;
    let capabilities = request.capabilities().unwrap_or_default();
    definition::check_capabilities(&template_facts::facts(&template), &capabilities)?;
    let given = request.parameters("Parameters")?.unwrap_or_default();
    let uuid = request.world.draw_uuid();
    let partition = &request.world.partition;
    let mut stack = Stack {
        id: format!(
            "arn:{partition}:cloudformation:{}:{}:stack/{name}/{uuid}",
            key.region, key.account
        ),
        template: Digest::of_bytes(text.as_bytes()),
        parameters: parameters::complete(&template, &given, &BTreeMap::new())?,
        global_names: BTreeSet::new(),
        kept_names: BTreeSet::new(),
        termination_protection: request.flag("EnableTerminationProtection").unwrap_or_default(),
        changes: BTreeMap::new(),
    };
    template_facts::learn(request.world, &text)?;
    operations::claim_names(request.world, &key, &mut stack).map_err(Refusal::validation)?;
    let id = stack.id.clone();
    request.world.put_stack(&key, &name, stack);
    Ok(request.result(|xml| xml.text("StackId", &id)))
}

/// UpdateTerminationProtection
pub(super) fn protect(request: &mut Request<'_>) -> Result<String, Refusal> {
    request.required("EnableTerminationProtection")?;
    let on = request.flag("EnableTerminationProtection").unwrap_or_default();
    let (key, name) = named(request)?;
    let stacks = request.world.stacks.get_mut(&key);
    let stack = stacks.and_then(|stacks| stacks.get_mut(&name));
    let stack = stack.ok_or_else(|| Refusal::validation(format!("Stack [{name}] does not exist")))?;
    stack.termination_protection = on;
    let id = stack.id.clone();
    Ok(request.result(|xml| xml.text("StackId", &id)))
}

/// DeleteStack: of one that is not there, too.
pub(super) fn delete(request: &mut Request<'_>) -> Result<String, Refusal> {
    let (key, name) = named(request)?;
    let stack = request
        .world
        .stacks
        .get(&key)
        .and_then(|stacks| stacks.get(&name));
    if stack.is_some_and(|stack| stack.termination_protection) {
        return Err(Refusal::validation(format!(
            "Stack [{name}] cannot be deleted while TerminationProtection is enabled"
        )));
    }
    request.world.remove_stack(&key, &name);
    Ok(request.result(|_| {}))
}

/// The text of the template of the stack that the call names.
pub(super) fn template(request: &Request<'_>) -> Result<String, Refusal> {
    let (key, name) = named(request)?;
    let stack = request
        .world
        .stacks
        .get(&key)
        .and_then(|stacks| stacks.get(&name));
    let blueprint = stack.and_then(|stack| request.world.templates.get(&stack.template));
    let missing = || Refusal::validation(format!("Stack with id {name} does not exist"));
    Ok(blueprint.ok_or_else(missing)?.text.clone())
}

fn here(request: &Request<'_>) -> InstanceKey {
    InstanceKey {
        account: request.caller.clone(),
        region: request.home.clone(),
    }
}

/// `StackName`, which may be an ARN, in the account of the caller and the Region of the call.
fn named(request: &Request<'_>) -> Result<(InstanceKey, String), Refusal> {
    let name = request.required("StackName")?;
    let key = here(request);
    match import::place(name) {
        Some(place) if place != key => Err(Refusal::validation(format!("Stack [{name}] does not exist"))),
        Some(_) => Ok((key, stack_name(name).to_owned())),
        None => Ok((key, name.to_owned())),
    }
}
