//! ListStackInstanceResourceDrifts (reference §7).

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::instance::InstanceKey;
use model::observed::OperationAction;

use super::refusal::Refusal;
use super::xml::Xml;
use super::{Request, paging, read_instances, slot, words};
use crate::operations::{ExpectedResource as Expected, detects_drift, expected_resources};
use crate::world::{InstanceDrift, PropertyDifference, ResourceDrift, Stack, StackSet};

/// What stands for a value that is not to be echoed.
const HIDDEN: &str = "****";

/// One resource of the answer; without a drift it is in sync.
struct Row<'w> {
    logical_id: String,
    resource_type: String,
    physical_id: String,
    drift: Option<&'w ResourceDrift>,
}

impl Row<'_> {
    fn status(&self) -> &'static str {
        match self.drift {
            None => "IN_SYNC",
            Some(drift) if drift.differences.is_empty() => "DELETED",
            Some(_) => "MODIFIED",
        }
    }
}

/// ListStackInstanceResourceDrifts: what the operation found in one instance. Nothing as long as it has not come to it.
pub(super) fn list(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set()?;
    let (key, instance) = read_instances::named(request, set)?;
    let operation = slot::named(request, set)?;
    if operation.action != OperationAction::DetectDrift {
        return Err(Refusal::no_operation(operation.id.as_str(), set.name()));
    }
    let page = request.page()?;
    let wanted = request.form.list("StackInstanceResourceDriftStatuses");
    let stack_id = instance.stack_id.as_deref().unwrap_or_default();
    let found = instance
        .drift
        .as_ref()
        .filter(|drift| drift.operation == operation.id);
    let stack = request.world.stack(key, stack_id);
    let known = stack
        .map(|stack| Known::of(request, set, key, stack))
        .unwrap_or_default();
    let mut rows = found.map_or_else(Vec::new, |drift| rows(drift, &known.resources));
    rows.retain(|row| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&row.status()))
            && page
                .after
                .as_deref()
                .is_none_or(|after| row.logical_id.as_str() > after)
    });
    let at = found.map(|drift| drift.at).unwrap_or_default();
    Ok(request.result(|xml| {
        paging::write(
            xml,
            &page,
            rows.iter(),
            |row| row.logical_id.clone(),
            |xml, row| write(xml, stack_id, row, (at, &known)),
        );
    }))
}

/// The resources of a stack whose types drift detection knows, as they should be.
#[derive(Default)]
struct Known {
    resources: BTreeMap<String, Expected>,
    /// The same with `****` for the values that are not to be echoed: what comes out differently is not to be told.
    masked: BTreeMap<String, Expected>,
}

impl Known {
    fn of(request: &Request<'_>, set: &StackSet, key: &InstanceKey, stack: &Stack) -> Self {
        let supported = |stack: &Stack| {
            let mut resources = expected_resources(request.world, key, stack);
            resources.retain(|_, resource| detects_drift(&resource.resource_type));
            resources
        };
        let mut masked = stack.clone();
        for (name, value) in &mut masked.parameters {
            let facts = set.definition.facts.parameter(name);
            if facts.is_some_and(|parameter| parameter.no_echo) {
                HIDDEN.clone_into(value);
            }
        }
        Self {
            resources: supported(stack),
            masked: supported(&masked),
        }
    }

    fn is_secret(&self, logical_id: &str, path: &str) -> bool {
        let value = |of: &BTreeMap<String, Expected>| of.get(logical_id)?.properties.pointer(path).cloned();
        value(&self.resources) != value(&self.masked)
    }
}

/// The resources of the stack by logical id, with what drifted.
fn rows<'w>(drift: &'w InstanceDrift, resources: &BTreeMap<String, Expected>) -> Vec<Row<'w>> {
    let in_sync = resources.iter().map(|(logical_id, resource)| Row {
        logical_id: logical_id.clone(),
        resource_type: resource.resource_type.clone(),
        physical_id: resource.physical_id.clone(),
        drift: None,
    });
    let drifted = drift.resources.iter().map(|(logical_id, found)| Row {
        logical_id: logical_id.clone(),
        resource_type: found.resource_type.clone(),
        physical_id: found.physical_id.clone(),
        drift: Some(found),
    });
    // A resource that drifted comes second and takes the place of the one that is in sync.
    let rows = in_sync.chain(drifted).map(|row| (row.logical_id.clone(), row));
    rows.collect::<BTreeMap<_, _>>().into_values().collect()
}

fn write(xml: &mut Xml, stack_id: &str, row: &Row<'_>, (at, known): (Timestamp, &Known)) {
    xml.text("StackId", stack_id);
    xml.text("LogicalResourceId", &row.logical_id);
    xml.text("PhysicalResourceId", &row.physical_id);
    xml.text("ResourceType", &row.resource_type);
    let differences = row
        .drift
        .map(|drift| drift.differences.as_slice())
        .unwrap_or_default();
    xml.list("PropertyDifferences", differences, |xml, found| {
        difference(xml, found, known.is_secret(&row.logical_id, &found.path));
    });
    xml.text("StackResourceDriftStatus", row.status());
    xml.moment("Timestamp", at);
}

fn difference(xml: &mut Xml, difference: &PropertyDifference, secret: bool) {
    let told = |value: &Option<String>| match value {
        None => "null".to_owned(),
        Some(_) if secret => HIDDEN.to_owned(),
        Some(value) => value.clone(),
    };
    xml.text("PropertyPath", &difference.path);
    xml.text("ExpectedValue", &told(&difference.expected));
    xml.text("ActualValue", &told(&difference.actual));
    xml.text("DifferenceType", words::difference_type(difference));
}
