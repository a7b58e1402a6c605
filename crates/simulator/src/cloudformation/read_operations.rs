//! DescribeStackSetOperation, ListStackSetOperations, ListStackSetOperationResults.

use std::ops::Bound;

use model::ids::{AccountId, Region, UnitId};
use model::instance::InstanceKey;
use model::observed::OperationAction;

use super::refusal::Refusal;
use super::xml::Xml;
use super::{Request, paging, preferences, read_stack_sets, slot, words};
use crate::world::{CellStatus, ListOrder, OperationCell, OperationTargets, StackSet, StackSetOperation};

/// DescribeStackSetOperation
pub(super) fn describe(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set_or_deleted()?;
    let operation = slot::named(request, set)?;
    Ok(request.result(|xml| xml.nest("StackSetOperation", |xml| write(xml, set, operation))))
}

fn write(xml: &mut Xml, set: &StackSet, operation: &StackSetOperation) {
    summary(xml, operation);
    xml.text("StackSetId", set.id.as_str());
    if operation.action == OperationAction::Delete {
        xml.flag("RetainStacks", operation.retain_stacks);
    }
    xml.optional(
        "AdministrationRoleARN",
        set.definition.administration_role.as_deref(),
    );
    xml.optional("ExecutionRoleName", set.definition.execution_role.as_deref());
    if let Some(targets) = operation
        .targets
        .as_ref()
        .filter(|_| set.definition.service_managed)
    {
        deployment_targets(xml, targets);
    }
    if operation.action == OperationAction::DetectDrift {
        read_stack_sets::drift_details(xml, Some(&operation.drift_check()));
    }
}

fn deployment_targets(xml: &mut Xml, targets: &OperationTargets) {
    xml.nest("DeploymentTargets", |xml| {
        if !targets.accounts.is_empty() {
            xml.texts("Accounts", &targets.accounts);
        }
        xml.texts("OrganizationalUnitIds", &targets.units);
        xml.optional("AccountFilterType", targets.filter.as_deref());
    });
}

fn summary(xml: &mut Xml, operation: &StackSetOperation) {
    xml.text("OperationId", operation.id.as_str());
    xml.text("Action", words::action(&operation.action));
    xml.text("Status", words::operation_status(&operation.status));
    xml.moment("CreationTimestamp", operation.created_at);
    if let Some(ended_at) = operation.ended_at {
        xml.moment("EndTimestamp", ended_at);
    }
    xml.optional("StatusReason", operation.reason.as_deref());
    xml.nest("StatusDetails", |xml| {
        xml.number("FailedStackInstancesCount", operation.failed_instances());
    });
    preferences::write(xml, &operation.preferences);
}

/// ListStackSetOperations: the newest first.
pub(super) fn list(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set_or_deleted()?;
    let page = request.page()?;
    let before = match page.after.as_deref() {
        None => set.operations.len(),
        // The token counts from the oldest, so that an operation that starts between two pages moves nothing.
        Some(text) => text
            .parse()
            .map_err(|_| Refusal::validation("The NextToken is not valid"))?,
    };
    let name = |(index, _): &(usize, &StackSetOperation)| index.to_string();
    let row = |xml: &mut Xml, (_, operation): &(usize, &StackSetOperation)| summary(xml, operation);
    let rows = set.operations.iter().enumerate();
    if request.world.knobs.list_order == ListOrder::Shuffled {
        let rows = paging::shuffled(request.world, rows, name, page.after.as_deref());
        return Ok(request.result(|xml| paging::write(xml, &page, rows, name, row)));
    }
    let rows = rows.take(before).rev();
    Ok(request.result(|xml| paging::write(xml, &page, rows, name, row)))
}

/// ListStackSetOperationResults
pub(super) fn results(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set_or_deleted()?;
    let operation = slot::named(request, set)?;
    let page = request.page()?;
    let mut wanted = None;
    for prefix in request.form.structures("Filters").unwrap_or_default() {
        request.required(&format!("{prefix}Name"))?;
        wanted = Some(request.required(&format!("{prefix}Values"))?);
    }
    let start = page
        .after
        .as_deref()
        .map(key_of)
        .transpose()?
        .map_or(Bound::Unbounded, Bound::Excluded);
    let takes = |(_, cell): &(&InstanceKey, &OperationCell)| {
        wanted.is_none_or(|wanted| wanted == words::cell_status(cell.status))
    };
    let name = |(key, _): &(&InstanceKey, &OperationCell)| key.to_string();
    let row = |xml: &mut Xml, (key, cell): &(&InstanceKey, &OperationCell)| result(xml, key, cell);
    if request.world.knobs.list_order == ListOrder::Shuffled {
        let rows = operation.cells.iter().filter(takes);
        let rows = paging::shuffled(request.world, rows, name, page.after.as_deref());
        return Ok(request.result(|xml| paging::write(xml, &page, rows, name, row)));
    }
    let rows = operation.cells.range((start, Bound::Unbounded)).filter(takes);
    Ok(request.result(|xml| paging::write(xml, &page, rows, name, row)))
}

fn result(xml: &mut Xml, key: &InstanceKey, cell: &OperationCell) {
    xml.text("Account", key.account.as_str());
    xml.text("Region", key.region.as_str());
    xml.text("Status", words::cell_status(cell.status));
    xml.optional("StatusReason", cell.reason.as_deref());
    if matches!(cell.status, CellStatus::Succeeded | CellStatus::Failed) {
        xml.nest("AccountGateResult", |xml| account_gate(xml, key, cell));
    }
    xml.text(
        "OrganizationalUnitId",
        cell.unit.as_ref().map_or("", UnitId::as_str),
    );
}

/// What the account gate said; where there is none, that it was not found (reference §2.10).
fn account_gate(xml: &mut Xml, key: &InstanceKey, cell: &OperationCell) {
    if let Some(gate) = &cell.gate {
        xml.text("Status", if gate.passed { "SUCCEEDED" } else { "FAILED" });
        xml.optional("StatusReason", gate.reason.as_deref());
        return;
    }
    xml.text("Status", "SKIPPED");
    let (region, account) = (&key.region, &key.account);
    let function = format!("arn:aws:lambda:{region}:{account}:function:AWSCloudFormationStackSetAccountGate");
    xml.text("StatusReason", &format!("Function not found: {function}"));
}

fn key_of(token: &str) -> Result<InstanceKey, Refusal> {
    let parts = token.split_once('/');
    let key = parts.and_then(|(account, region)| {
        Some(InstanceKey {
            account: AccountId::parse(account).ok()?,
            region: Region::parse(region).ok()?,
        })
    });
    key.ok_or_else(|| Refusal::validation("The NextToken is not valid"))
}
