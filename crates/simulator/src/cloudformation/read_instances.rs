//! DescribeStackInstance, ListStackInstances.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Bound;

use model::ids::{AccountId, OperationId, Region, UnitId};
use model::instance::{DetailedStatus, InstanceKey};

use super::refusal::Refusal;
use super::xml::Xml;
use super::{Request, paging, read_stack_sets, words};
use crate::world::{Filters as FilterKnob, ListOrder, StackInstance, StackSet};

/// DescribeStackInstance: the only call that reads overrides.
pub(super) fn describe(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set()?;
    let (key, instance) = named(request, set)?;
    Ok(request.result(|xml| {
        xml.nest("StackInstance", |xml| {
            summary(xml, set, key, instance);
            xml.list("ParameterOverrides", &instance.overrides, |xml, given| {
                read_stack_sets::parameter(xml, set, given, |name| {
                    request.world.looked_up(name, &key.account, &key.region).ok()
                });
            });
        });
    }))
}

/// The instance that the call names.
pub(super) fn named<'s>(
    request: &Request<'_>,
    set: &'s StackSet,
) -> Result<(&'s InstanceKey, &'s StackInstance), Refusal> {
    let account = request.required("StackInstanceAccount")?;
    let region = request.required("StackInstanceRegion")?;
    let key = AccountId::parse(account).ok().zip(Region::parse(region).ok());
    let found =
        key.and_then(|(account, region)| set.instances.get_key_value(&InstanceKey { account, region }));
    found.ok_or_else(|| Refusal::no_instance(account, region, set.name()))
}

fn summary(xml: &mut Xml, set: &StackSet, key: &InstanceKey, instance: &StackInstance) {
    xml.text("StackSetId", set.id.as_str());
    xml.text("Region", key.region.as_str());
    xml.text("Account", key.account.as_str());
    xml.optional("StackId", instance.stack_id.as_deref());
    xml.text("Status", words::instance_status(&instance.status));
    xml.nest("StackInstanceStatus", |xml| {
        xml.text("DetailedStatus", words::detailed_status(&instance.detailed));
    });
    xml.optional("StatusReason", instance.reason.as_deref());
    // AWS sends an empty element for a self-managed instance.
    xml.text(
        "OrganizationalUnitId",
        instance.unit.as_ref().map_or("", UnitId::as_str),
    );
    xml.text("DriftStatus", words::instance_drift(instance));
    if let Some(drift) = &instance.drift {
        xml.moment("LastDriftCheckTimestamp", drift.at);
    }
    xml.optional(
        "LastOperationId",
        instance.last_operation.as_ref().map(OperationId::as_str),
    );
}

/// What a list is narrowed to.
#[derive(Debug, Default)]
struct Filters {
    detailed: Option<String>,
    operation: Option<String>,
    drift: Option<String>,
    account: Option<AccountId>,
    region: Option<String>,
}

impl Filters {
    fn read(request: &Request<'_>) -> Result<Self, Refusal> {
        let form = request.form;
        let account = form
            .get("StackInstanceAccount")
            .map(|text| AccountId::parse(text).map_err(|error| Refusal::validation(error.to_string())));
        let mut filters = Self {
            account: account.transpose()?,
            region: form.get("StackInstanceRegion").map(str::to_owned),
            ..Self::default()
        };
        for prefix in form.structures("Filters").unwrap_or_default() {
            let value = Some(request.required(&format!("{prefix}Values"))?.to_owned());
            match request.required(&format!("{prefix}Name"))? {
                "DETAILED_STATUS" => filters.detailed = value,
                "LAST_OPERATION_ID" => filters.operation = value,
                "DRIFT_STATUS" => filters.drift = value,
                other => {
                    return Err(Refusal::validation(format!(
                        "Value '{other}' at 'filters.name' is not a filter"
                    )));
                }
            }
        }
        Ok(filters)
    }

    fn take(&self, key: &InstanceKey, instance: &StackInstance) -> bool {
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        is(&self.region, key.region.as_str())
            && is(&self.detailed, words::detailed_status(&instance.detailed))
            && is(
                &self.operation,
                instance.last_operation.as_ref().map_or("", |id| id.as_str()),
            )
            && is(&self.drift, words::instance_drift(instance))
            && self.account.as_ref().is_none_or(|wanted| *wanted == key.account)
    }
}

/// ListStackInstances
pub(super) fn list(request: &mut Request<'_>) -> Result<String, Refusal> {
    let set = request.stack_set()?;
    let page = request.page()?;
    let filters = Filters::read(request)?;
    let start = match page.after.as_deref() {
        Some(after) => Bound::Excluded(key_of(after)?),
        None => match (&filters.account, Region::parse("-")) {
            // A hyphen sorts before every Region's first letter, so this is before the account's first instance.
            (Some(account), Ok(region)) => Bound::Included(InstanceKey {
                account: account.clone(),
                region,
            }),
            _ => Bound::Unbounded,
        },
    };
    let behind = behind_the_filters(request, set);
    let takes =
        |(key, instance): &(&InstanceKey, &StackInstance)| filters.take(key, &as_filtered(instance, &behind));
    let name = |(key, _): &(&InstanceKey, &StackInstance)| key.to_string();
    let row = |xml: &mut Xml, (key, instance): &(&InstanceKey, &StackInstance)| {
        summary(xml, set, key, instance);
    };
    if request.world.knobs.list_order == ListOrder::Shuffled {
        let rows = set.instances.iter().filter(takes);
        let rows = paging::shuffled(request.world, rows, name, page.after.as_deref());
        return Ok(request.result(|xml| paging::write(xml, &page, rows, name, row)));
    }
    let rows = set
        .instances
        .range((start, Bound::Unbounded))
        .take_while(|(key, _)| {
            filters
                .account
                .as_ref()
                .is_none_or(|wanted| key.account <= *wanted)
        })
        .filter(takes);
    Ok(request.result(|xml| paging::write(xml, &page, rows, name, row)))
}

/// The operations whose instances the filters do not know yet: those that are not over, when filters lag.
fn behind_the_filters<'s>(request: &Request<'_>, set: &'s StackSet) -> BTreeSet<&'s OperationId> {
    match request.world.knobs.filters {
        FilterKnob::Honoured => BTreeSet::new(),
        FilterKnob::Lagging => set.active_operations().map(|operation| &operation.id).collect(),
    }
}

/// An instance as the filters know it: what an operation does to it shows when the operation is over.
fn as_filtered<'i>(instance: &'i StackInstance, behind: &BTreeSet<&OperationId>) -> Cow<'i, StackInstance> {
    let operation = instance.last_operation.as_ref();
    if !operation.is_some_and(|operation| behind.contains(operation)) {
        return Cow::Borrowed(instance);
    }
    Cow::Owned(StackInstance {
        detailed: DetailedStatus::Succeeded,
        last_operation: None,
        ..instance.clone()
    })
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
