//! UpdateStackSet (reference §2.3, §2.4).

use std::collections::BTreeMap;

use model::ids::StackSetId;
use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::OperationAction;

use super::refusal::Refusal;
use super::slot::Slot;
use super::targets::{self, Targets};
use super::{Request, definition, dependencies, expand, parameters, template_facts};
use crate::operations::Requested;
use crate::world::{StackSet, StoredDefinition, UpdateMarks};

/// Writes the new definition, then brings instances up to date.
pub(super) fn update(request: &mut Request<'_>) -> Result<String, Refusal> {
    let id = request.stack_set_id()?;
    let slot = match request.slot(&id)? {
        Slot::New(slot) => slot,
        Slot::Replayed(slot) => return Ok(request.started(&slot)),
    };
    let targets = request.targets()?;
    let stored = new_definition(request, &id, targets.as_ref())?;
    let set = request.stack_set()?;
    let everywhere = expand::regions(set);
    let regions = targets.as_ref().map_or(&everywhere, |targets| &targets.regions);
    let preferences = request.preferences(Some(regions))?;
    let cells = match &targets {
        Some(targets) => {
            let cells = expand::to_update(request.world, set, targets)?;
            expand::with_retries(request.world, set, cells)
        }
        None if settings_only(request) => BTreeMap::new(),
        None => expand::everything(set),
    };
    let marks = marks(request, &set.definition, &stored);
    template_facts::learn(request.world, &stored.template)?;
    let set = request.stack_set_mut(&id)?;
    set.definition = stored;
    set.modified = true;
    if marks {
        mark_outdated(set);
    }
    let requested = Requested {
        preferences,
        cells,
        regions: targets
            .iter()
            .flat_map(|targets| targets.regions.clone())
            .collect(),
        targets: targets.map(|targets| targets.called),
        exclusive: true,
        ..Requested::new(slot, OperationAction::Update)
    };
    Ok(request.begin(&id, requested))
}

/// Template or parameters are there: their presence counts, not whether they differ (reference §2.3).
fn has_content(request: &Request<'_>) -> bool {
    ["TemplateBody", "TemplateURL", "Parameters"]
        .iter()
        .any(|name| request.form.has(name))
}

/// Whether all instances are behind the new definition, which is open when nothing in it is new.
fn marks(request: &Request<'_>, before: &StoredDefinition, after: &StoredDefinition) -> bool {
    match request.world.knobs.update_marks_outdated {
        UpdateMarks::WhenPresent => has_content(request),
        UpdateMarks::WhenDifferent => {
            before.template != after.template || before.parameters != after.parameters
        }
    }
}

/// Automatic deployment or managed execution is set, and nothing that stacks are made of: AWS does not say whether that walks the
/// instances; here it does not.
fn settings_only(request: &Request<'_>) -> bool {
    let settings = ["AutoDeployment", "ManagedExecution"]
        .iter()
        .any(|name| request.form.has(name));
    settings && !has_content(request)
}

/// Every instance is behind the new definition, also those that this operation does not reach.
fn mark_outdated(set: &mut StackSet) {
    for instance in set.instances.values_mut() {
        if instance.status == InstanceStatus::Current {
            instance.status = InstanceStatus::Outdated;
            instance.detailed = DetailedStatus::Pending;
            instance.reason = None;
        }
    }
}

fn new_definition(
    request: &Request<'_>,
    id: &StackSetId,
    targets: Option<&Targets>,
) -> Result<StoredDefinition, Refusal> {
    let set = request.stack_set()?;
    if let Some(targets) = targets {
        targets::check_model(set, targets)?;
    }
    let mut stored = set.definition.clone();
    permission_model(request, id, set, &mut stored)?;
    if stored.service_managed {
        request.may_manage_services(&request.view()?)?;
    }
    content(request, &mut stored)?;
    texts(request, &mut stored)?;
    settings(request, set, targets, &mut stored)?;
    Ok(stored)
}

/// The permission model changes only while there are no instances (reference §2.1).
fn permission_model(
    request: &Request<'_>,
    id: &StackSetId,
    set: &StackSet,
    stored: &mut StoredDefinition,
) -> Result<(), Refusal> {
    let wanted = request.service_managed().unwrap_or(stored.service_managed);
    if wanted == stored.service_managed {
        return Ok(());
    }
    if !set.instances.is_empty() {
        return Err(Refusal::validation(
            "PermissionModel cannot be changed while the StackSet has stack instances",
        ));
    }
    stored.service_managed = wanted;
    if wanted {
        let (administration, execution) = definition::service_roles(request.world, id.as_str());
        stored.administration_role = Some(administration);
        stored.execution_role = Some(execution);
    } else {
        let account = set.admin_account.as_str();
        stored.administration_role = Some(definition::administration_role(request.world, account));
        stored.execution_role = Some(definition::EXECUTION_ROLE.to_owned());
        (stored.auto_deployment, stored.retain_on_removal) = (false, false);
    }
    Ok(())
}

/// Template, parameters, capabilities.
fn content(request: &Request<'_>, stored: &mut StoredDefinition) -> Result<(), Refusal> {
    let text = request.template_text()?;
    let previous = request.flag("UsePreviousTemplate").unwrap_or_default();
    if text.is_some() == previous {
        return Err(Refusal::validation(
            "Exactly one of TemplateBody, TemplateURL and UsePreviousTemplate must be specified",
        ));
    }
    let given = request.parameters("Parameters")?;
    let is_new = text.is_some();
    if let Some(text) = text {
        stored.template = text;
    }
    if is_new || given.is_some() {
        let template = template_facts::read(&stored.template)?;
        stored.facts = template_facts::facts(&template);
        let before = std::mem::take(&mut stored.parameters);
        stored.parameters = parameters::complete(&template, &given.unwrap_or_default(), &before)?;
    }
    definition::check_model(&stored.facts, stored.service_managed)?;
    let capabilities = request.capabilities();
    if is_new {
        definition::check_capabilities(&stored.facts, &capabilities.clone().unwrap_or_default())?;
    }
    stored.capabilities = capabilities.unwrap_or_else(|| std::mem::take(&mut stored.capabilities));
    Ok(())
}

/// Description, tags, roles: what is absent stays.
fn texts(request: &Request<'_>, stored: &mut StoredDefinition) -> Result<(), Refusal> {
    if let Some(description) = request.description() {
        stored.description = Some(description);
    }
    if let Some(tags) = request.tags()? {
        stored.tags = tags;
    }
    let (administration, execution) = request.roles(stored.service_managed)?;
    if !stored.service_managed {
        let account = request.view()?.account;
        let default = definition::administration_role(request.world, account.as_str());
        let custom = stored
            .administration_role
            .as_ref()
            .is_some_and(|role| *role != default);
        if administration.is_none() && custom {
            return Err(Refusal::validation(
                "AdministrationRoleARN must be specified again: the StackSet has a customized administration role",
            ));
        }
        stored.administration_role = Some(administration.unwrap_or(default));
    }
    if execution.is_some() {
        stored.execution_role = execution;
    }
    Ok(())
}

/// Automatic deployment goes without targets, managed execution without content and while nothing runs (reference §2.7).
fn settings(
    request: &Request<'_>,
    set: &StackSet,
    targets: Option<&Targets>,
    stored: &mut StoredDefinition,
) -> Result<(), Refusal> {
    if let Some(auto_deployment) = request.auto_deployment()? {
        if !stored.service_managed {
            return Err(Refusal::validation(
                "AutoDeployment can only be specified for SERVICE_MANAGED permission model",
            ));
        }
        if targets.is_some() {
            return Err(Refusal::validation(
                "AutoDeployment cannot be specified together with DeploymentTargets or Regions",
            ));
        }
        auto_deployment.store(stored);
        dependencies::check(request, Some(set), &stored.depends_on)?;
    }
    if let Some(active) = request.flag("ManagedExecution.Active") {
        if active != stored.managed_execution && has_content(request) {
            return Err(Refusal::validation(
                "Cannot update ManagedExecution while updating StackSet Template or Parameters",
            ));
        }
        if active != stored.managed_execution && set.is_busy() {
            return Err(Refusal::invalid_operation(
                "Cannot update ManagedExecution while operations are running or queued",
            ));
        }
        stored.managed_execution = active;
    }
    Ok(())
}
