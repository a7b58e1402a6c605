//! DescribeStackSet, ListStackSets, ListStackSetAutoDeploymentTargets (reference §1.4: read-back noise and all).

use std::collections::BTreeMap;

use super::refusal::Refusal;
use super::xml::Xml;
use super::{Request, access, paging, words};
use crate::world::{DriftCheck, StackSet};

/// DescribeStackSet
pub(super) fn describe(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set_or_deleted()?;
    Ok(request.result(|xml| xml.nest("StackSet", |xml| write(xml, request, set))))
}

fn write(xml: &mut Xml, request: &Request<'_>, set: &StackSet) {
    let definition = &set.definition;
    xml.text("StackSetName", set.name());
    xml.text("StackSetId", set.id.as_str());
    xml.text("StackSetARN", &access::arn(request, set));
    xml.optional("Description", definition.description.as_deref());
    xml.text("Status", words::stack_set_status(set));
    xml.text("TemplateBody", &definition.template);
    let home = (&set.admin_account, request.home);
    xml.list("Parameters", &definition.parameters, |xml, given| {
        parameter(xml, set, given, |name| {
            request.world.looked_up(name, home.0, home.1).ok()
        });
    });
    xml.texts("Capabilities", &definition.capabilities);
    xml.list("Tags", &definition.tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
    xml.optional("AdministrationRoleARN", definition.administration_role.as_deref());
    xml.optional("ExecutionRoleName", definition.execution_role.as_deref());
    drift_details(xml, set.drift.as_ref());
    auto_deployment(xml, set);
    xml.text("PermissionModel", words::permission_model(set));
    if definition.service_managed {
        xml.texts("OrganizationalUnitIds", set.registered.keys());
    }
    xml.nest("ManagedExecution", |xml| {
        xml.flag("Active", definition.managed_execution);
    });
    xml.texts("Regions", set.instances_by_region.keys());
}

/// A parameter with its value, or `****` for one that is not to be echoed; with what stands behind a name of Systems Manager too.
pub(super) fn parameter(
    xml: &mut Xml,
    set: &StackSet,
    (name, value): (&String, &String),
    look_up: impl Fn(&str) -> Option<String>,
) {
    let facts = set.definition.facts.parameter(name);
    let hidden = facts.is_some_and(|parameter| parameter.no_echo);
    let resolved = facts
        .filter(|parameter| parameter.is_looked_up())
        .and_then(|_| look_up(value));
    xml.text("ParameterKey", name);
    xml.text("ParameterValue", if hidden { "****" } else { value });
    xml.flag("UsePreviousValue", false);
    xml.optional("ResolvedValue", resolved.filter(|_| !hidden).as_deref());
}

fn auto_deployment(xml: &mut Xml, set: &StackSet) {
    let definition = &set.definition;
    if !definition.service_managed {
        return;
    }
    xml.nest("AutoDeployment", |xml| {
        xml.flag("Enabled", definition.auto_deployment);
        if definition.auto_deployment {
            xml.flag("RetainStacksOnAccountRemoval", definition.retain_on_removal);
        }
        if !definition.depends_on.is_empty() {
            xml.texts("DependsOn", &definition.depends_on);
        }
    });
}

/// `StackSetDriftDetectionDetails`
pub(super) fn drift_details(xml: &mut Xml, drift: Option<&DriftCheck>) {
    xml.nest("StackSetDriftDetectionDetails", |xml| {
        xml.text("DriftStatus", words::drift_status(drift));
        let Some(drift) = drift else { return };
        xml.text("DriftDetectionStatus", words::drift_detection(drift.detection));
        xml.moment("LastDriftCheckTimestamp", drift.at);
        xml.number("TotalStackInstancesCount", drift.total);
        xml.number("DriftedStackInstancesCount", drift.drifted);
        xml.number("InSyncStackInstancesCount", drift.in_sync);
        xml.number("InProgressStackInstancesCount", drift.in_progress);
        xml.number("FailedStackInstancesCount", drift.failed);
    });
}

/// ListStackSets: by id, deleted ones too.
pub(super) fn list(request: &mut Request<'_>) -> Result<String, Refusal> {
    let view = request.view()?;
    let page = request.page()?;
    let deleted = request.form.get("Status").map(|status| status == "DELETED");
    let sets = request.world.stack_sets.get(request.home);
    let found = sets.into_iter().flat_map(BTreeMap::values).filter(|set| {
        access::is_visible(&view, set)
            && deleted.is_none_or(|deleted| set.deleted == deleted)
            && page.after.as_deref().is_none_or(|after| set.id.as_str() > after)
    });
    Ok(request.result(|xml| {
        paging::write(
            xml,
            &page,
            found,
            |set| set.id.to_string(),
            |xml, set| summary(xml, set),
        );
    }))
}

fn summary(xml: &mut Xml, set: &StackSet) {
    xml.text("StackSetName", set.name());
    xml.text("StackSetId", set.id.as_str());
    xml.optional("Description", set.definition.description.as_deref());
    xml.text("Status", words::stack_set_status(set));
    auto_deployment(xml, set);
    xml.text("PermissionModel", words::permission_model(set));
    xml.text("DriftStatus", words::drift_status(set.drift.as_ref()));
    if let Some(drift) = &set.drift {
        xml.moment("LastDriftCheckTimestamp", drift.at);
    }
    xml.nest("ManagedExecution", |xml| {
        xml.flag("Active", set.definition.managed_execution);
    });
}

/// ListStackSetAutoDeploymentTargets: the only call that reads units × Regions. Its last page ends with an empty token.
pub(super) fn auto_deployment_targets(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set()?;
    let page = request.page()?;
    if !set.definition.service_managed {
        return Err(Refusal::validation(
            "StackSets with SELF_MANAGED permission model have no auto-deployment targets",
        ));
    }
    let rows = set
        .registered
        .iter()
        .filter(|(unit, _)| page.after.as_deref().is_none_or(|after| unit.as_str() > after));
    let (shown, token) = page.cut(rows, |(unit, _)| unit.to_string());
    Ok(request.result(|xml| {
        xml.list("Summaries", shown, |xml, (unit, regions)| {
            xml.text("OrganizationalUnitId", unit.as_str());
            xml.texts("Regions", regions);
        });
        xml.text("NextToken", token.as_deref().unwrap_or_default());
    }))
}
