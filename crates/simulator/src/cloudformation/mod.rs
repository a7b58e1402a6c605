//! CloudFormation's StackSets calls over the Query protocol (reference §1, §10.1).
//!
//! [`answer`] is the entrance. A call goes through these files in this order:
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | which function answers which `Action` |
//! | `form.rs` | the form; `xml.rs` the answer; `refusal.rs` errors |
//! | `validation.rs`, `bounds.rs` | every input within its bounds |
//! | `access.rs` | whose StackSets the caller sees, and which one is meant |
//! | `template_input.rs`, `template_facts.rs`, `parameters.rs` | templates and values |
//! | `definition.rs`, `dependencies.rs` | what a StackSet says: inputs to stored definition |
//! | `preferences.rs`, `targets.rs`, `expand.rs` | how and where an operation works |
//! | `slot.rs` | operation ids and the one slot |
//! | `stack_sets.rs`, `update.rs`, `instances.rs`, `import.rs`, `drift.rs`, `organizations_access.rs` | calls that change |
//! | `stacks.rs` | stacks without a StackSet, as far as StackSets meet them |
//! | `read_stack_sets.rs`, `read_instances.rs`, `read_drifts.rs`, `read_operations.rs`, `templates.rs` | calls that read |
//! | `words.rs`, `paging.rs` | enums and pages on the wire |

mod access;
mod bounds;
mod definition;
mod dependencies;
mod drift;
mod expand;
mod form;
mod import;
mod instances;
mod organizations_access;
mod paging;
mod parameters;
mod preferences;
mod read_drifts;
mod read_instances;
mod read_operations;
mod read_stack_sets;
mod refusal;
mod slot;
mod stack_sets;
mod stacks;
mod targets;
mod template_facts;
mod template_input;
mod templates;
mod update;
mod validation;
mod words;
mod xml;

#[cfg(test)]
mod tests;

use model::ids::{AccountId, Region};

use crate::world::World;
use form::Form;
use refusal::Refusal;
use xml::Xml;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account of the credentials.
    pub account: AccountId,
}

/// What a call answers, with what the log wants to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The XML.
    pub body: String,
    /// The `Action` of the call; empty when there was none.
    pub action: String,
    /// The StackSet named in the call.
    pub stack_set: Option<String>,
    /// The operation id named in the call or answered.
    pub operation_id: Option<String>,
    /// The error code, when refused.
    pub error: Option<String>,
}

/// A call on its way.
struct Request<'a> {
    world: &'a mut World,
    form: &'a Form,
    caller: &'a AccountId,
    home: &'a Region,
    action: &'a str,
    answer_id: String,
    /// The id of the operation that was started.
    operation_id: Option<String>,
}

impl Request<'_> {
    /// The envelope of this call's answer.
    fn result(&self, inside: impl FnOnce(&mut Xml)) -> String {
        xml::result(self.action, &self.answer_id, inside)
    }

    /// A scalar that must be there.
    fn required(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || {
            let at = validation::told_as(name);
            Refusal::validation(format!(
                "1 validation error detected: Value null at '{at}' failed to satisfy constraint: Member must not be null"
            ))
        };
        self.form
            .get(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(missing)
    }

    /// A boolean; none when absent.
    fn flag(&self, name: &str) -> Option<bool> {
        let value = self.form.get(name);
        value.map(|value| matches!(value, "true" | "True" | "1"))
    }
}

type Handler = fn(&mut Request<'_>) -> Result<String, Refusal>;

fn handler(action: &str) -> Option<Handler> {
    Some(match action {
        "CreateStackSet" => stack_sets::create,
        "UpdateStackSet" => update::update,
        "DeleteStackSet" => stack_sets::delete,
        "DescribeStackSet" => read_stack_sets::describe,
        "ListStackSets" => read_stack_sets::list,
        "ListStackSetAutoDeploymentTargets" => read_stack_sets::auto_deployment_targets,
        "CreateStackInstances" => instances::create,
        "UpdateStackInstances" => instances::update,
        "DeleteStackInstances" => instances::delete,
        "DescribeStackInstance" => read_instances::describe,
        "ListStackInstances" => read_instances::list,
        "ListStackInstanceResourceDrifts" => read_drifts::list,
        "DescribeStackSetOperation" => read_operations::describe,
        "ListStackSetOperations" => read_operations::list,
        "ListStackSetOperationResults" => read_operations::results,
        "StopStackSetOperation" => slot::stop,
        "DetectStackSetDrift" => drift::detect,
        "ImportStacksToStackSet" => import::import,
        "ActivateOrganizationsAccess" => organizations_access::activate,
        "DeactivateOrganizationsAccess" => organizations_access::deactivate,
        "DescribeOrganizationsAccess" => organizations_access::describe,
        "CreateStack" => stacks::create,
        "UpdateTerminationProtection" => stacks::protect,
        "DeleteStack" => stacks::delete,
        "ValidateTemplate" => templates::validate,
        "GetTemplateSummary" => templates::summary,
        _ => return None,
    })
}

/// Answers one form-encoded call.
pub fn answer(world: &mut World, caller: &Caller, region: &Region, request: &[u8]) -> Answer {
    let form = Form::read(request);
    let action = form.get("Action").unwrap_or_default();
    let answer_id = world.request_id();
    let mut request = Request {
        world,
        form: &form,
        caller: &caller.account,
        home: region,
        action,
        answer_id,
        operation_id: form.get("OperationId").map(str::to_owned),
    };
    let outcome = match handler(action) {
        _ if !request.world.region_is_on(&caller.account, region) => Err(Refusal::region_is_off()),
        Some(handler) => validation::check(action, &form).and_then(|()| handler(&mut request)),
        None => Err(Refusal::unknown_action(action)),
    };
    let Request {
        answer_id,
        operation_id,
        ..
    } = request;
    let (status, body, error) = match outcome {
        Ok(body) => (200, body, None),
        Err(refusal) => {
            let code = world.knobs.error_codes.spell(refusal.code);
            let body = xml::error(refusal.status, code, &refusal.message, &answer_id);
            (refusal.status, body, Some(code.to_owned()))
        }
    };
    let stack_set = form.get("StackSetName").map(str::to_owned);
    Answer {
        status,
        body,
        action: action.to_owned(),
        stack_set,
        operation_id,
        error,
    }
}
