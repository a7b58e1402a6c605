//! CreateStackSet and DeleteStackSet: the two changes that start no operation.

use std::collections::BTreeMap;

use model::ids::{AccountId, StackSetId, StackSetName};

use super::access::View;
use super::parameters::Given;
use super::refusal::Refusal;
use super::{Request, definition, dependencies, import, parameters, template_facts};
use crate::world::{StackSet, StoredDefinition};

/// StackSets of one account and Region at most (reference §5.2).
const MOST: usize = 1_000;

/// CreateStackSet
pub(super) fn create(request: &mut Request<'_>) -> Result<String, Refusal> {
    let view = request.view()?;
    let name = name(request)?;
    if let Some(existing) = request.taken_by(&view, &name) {
        let id = replayed(request, existing)?;
        return Ok(request.result(|xml| xml.text("StackSetId", id.as_str())));
    }
    check_room(request, &view.account)?;
    let mut stored = stored(request, &view)?;
    template_facts::learn(request.world, &stored.template)?;
    let uuid = request.world.draw_uuid();
    let id = StackSetId::parse(&format!("{name}:{uuid}"))
        .map_err(|error| Refusal::validation(error.to_string()))?;
    if stored.service_managed {
        let (administration, execution) = definition::service_roles(request.world, id.as_str());
        stored.administration_role = Some(administration);
        stored.execution_role = Some(execution);
    }
    let mut set = StackSet::new(id.clone(), view.account, stored);
    set.client_request_token = request.form.get("ClientRequestToken").map(str::to_owned);
    request
        .world
        .stack_sets
        .entry(request.home.clone())
        .or_default()
        .insert(id.clone(), set);
    Ok(request.result(|xml| xml.text("StackSetId", id.as_str())))
}

fn name(request: &Request<'_>) -> Result<StackSetName, Refusal> {
    let text = request.required("StackSetName")?;
    StackSetName::parse(text).map_err(|_| {
        Refusal::validation(format!(
            "1 validation error detected: Value '{text}' at 'stackSetName' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        ))
    })
}

/// The same creation sent again answers the same, as long as nobody changed the StackSet.
fn replayed(request: &Request<'_>, existing: &StackSet) -> Result<StackSetId, Refusal> {
    let token = request.form.get("ClientRequestToken");
    if token.is_none() || existing.client_request_token.as_deref() != token {
        return Err(Refusal::name_exists(existing.name()));
    }
    if existing.modified {
        return Err(Refusal::created_but_modified(existing.name()));
    }
    Ok(existing.id.clone())
}

fn check_room(request: &Request<'_>, account: &AccountId) -> Result<(), Refusal> {
    let sets = request
        .world
        .stack_sets
        .get(request.home)
        .into_iter()
        .flat_map(BTreeMap::values);
    let living = sets
        .filter(|set| !set.deleted && set.admin_account == *account)
        .count();
    if living >= MOST {
        return Err(Refusal::limit(format!("An account has {MOST} StackSets at most")));
    }
    Ok(())
}

fn stored(request: &Request<'_>, view: &View) -> Result<StoredDefinition, Refusal> {
    let service_managed = request.service_managed().unwrap_or_default();
    check_caller(request, view, service_managed)?;
    let (text, values) = text_and_values(request)?;
    let template = template_facts::read(&text)?;
    let facts = template_facts::facts(&template);
    definition::check_model(&facts, service_managed)?;
    let capabilities = request.capabilities().unwrap_or_default();
    definition::check_capabilities(&facts, &capabilities)?;
    let given = request.parameters("Parameters")?.unwrap_or(values);
    let (administration, execution) = request.roles(service_managed)?;
    let default = definition::administration_role(request.world, view.account.as_str());
    let mut stored = StoredDefinition {
        description: request.description(),
        template: text,
        parameters: parameters::complete(&template, &given, &BTreeMap::new())?,
        capabilities,
        tags: request.tags()?.unwrap_or_default(),
        administration_role: Some(administration.unwrap_or(default)),
        execution_role: Some(execution.unwrap_or_else(|| definition::EXECUTION_ROLE.to_owned())),
        service_managed,
        auto_deployment: false,
        retain_on_removal: false,
        depends_on: Vec::new(),
        managed_execution: request.flag("ManagedExecution.Active").unwrap_or_default(),
        facts,
    };
    store_auto_deployment(request, &mut stored)?;
    Ok(stored)
}

/// The template of the call, or that of the stack that it names with the stack's values.
fn text_and_values(request: &Request<'_>) -> Result<(String, Given), Refusal> {
    match (request.template_text()?, request.form.get("StackId")) {
        (Some(text), None) => Ok((text, Given::new())),
        (None, Some(id)) => {
            let (text, values) = import::template_of(request.world, id)?;
            Ok((
                text,
                values
                    .into_iter()
                    .map(|(name, value)| (name, Some(value)))
                    .collect(),
            ))
        }
        (None, None) => Err(Refusal::validation(
            "Either TemplateURL or TemplateBody must be specified",
        )),
        (Some(_), Some(_)) => Err(Refusal::validation(
            "You cannot specify both a template and StackId",
        )),
    }
}

fn check_caller(request: &Request<'_>, view: &View, service_managed: bool) -> Result<(), Refusal> {
    if service_managed {
        return request.may_manage_services(view);
    }
    if view.self_managed {
        return Ok(());
    }
    Err(Refusal::validation(
        "A delegated administrator can only operate SERVICE_MANAGED stack sets",
    ))
}

/// Service-managed StackSets must say whether they deploy by themselves; the others cannot.
fn store_auto_deployment(request: &Request<'_>, stored: &mut StoredDefinition) -> Result<(), Refusal> {
    match (request.auto_deployment()?, stored.service_managed) {
        (Some(auto_deployment), true) => {
            auto_deployment.store(stored);
            dependencies::check(request, None, &stored.depends_on)?;
        }
        (None, false) => {}
        (None, true) => {
            return Err(Refusal::validation(
                "AutoDeployment must be specified for SERVICE_MANAGED permission model",
            ));
        }
        (Some(_), false) => {
            return Err(Refusal::validation(
                "AutoDeployment can only be specified for SERVICE_MANAGED permission model",
            ));
        }
    }
    Ok(())
}

/// DeleteStackSet: of an empty StackSet that no operation holds. To delete one that is gone is no error.
pub(super) fn delete(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = match request.stack_set() {
        Ok(set) => set,
        Err(refusal) if refusal.code == "StackSetNotFoundException" => return Ok(request.result(|_| {})),
        Err(refusal) => return Err(refusal),
    };
    if set.is_busy() {
        return Err(request.busy(&set.id)?);
    }
    if !set.instances.is_empty() {
        return Err(Refusal::not_empty(set.name()));
    }
    let id = set.id.clone();
    request.stack_set_mut(&id)?.deleted = true;
    dependencies::drop_deleted(request.world, &id);
    Ok(request.result(|_| {}))
}
