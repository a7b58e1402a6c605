//! Stack instances, and what an operation did to them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::{StackInstanceFilter, StackInstanceFilterName, StackInstanceSummary};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::call::{CallError, InstanceResult};
use model::ids::{OperationId, Region, StackSetId};
use model::instance::InstanceKey;
use model::observed::ObservedInstance;

use super::{PAGE, definition};
use crate::Aws;
use crate::convert::instances as convert;
use crate::error::call_error;
use crate::paging::{Page, every_page, pages_while};

const INSTANCES: &str = "ListStackInstances";
const RESULTS: &str = "ListStackSetOperationResults";
/// Instances up to which one page after the other costs the fewest calls. Beyond it Regions are read side by side, which costs
/// at most these pages and one more for each Region: of 100,000 instances less than one call in twenty.
const FEW: usize = 1_000;
/// Regions that are read side by side.
const AT_ONCE: usize = 8;

/// Every instance. Overrides are not in it.
pub(crate) async fn instances(
    aws: &Aws,
    set: &StackSetId,
) -> Result<BTreeMap<InstanceKey, ObservedInstance>, CallError> {
    tracing::debug!(api = INSTANCES, stack_set = %set);
    let first = pages_while(
        INSTANCES,
        None,
        |token| page(aws, set, Narrowed::default(), token),
        |rows| rows.len() < FEW,
    );
    let first = first.await?;
    let mut rows = first.items;
    if first.next.is_some() {
        let regions = regions(aws, set, &rows).await?;
        rows.extend(rest(aws, set, &regions, first.next).await?);
    }
    // A row that was read again is the newer one.
    rows.into_iter().map(convert::instance).collect()
}

/// The Regions that have instances, as the StackSet tells and as the first rows tell.
async fn regions(
    aws: &Aws,
    set: &StackSetId,
    rows: &[StackInstanceSummary],
) -> Result<BTreeSet<Region>, CallError> {
    let mut regions = definition::regions(aws, set).await?;
    regions.extend(rows.iter().filter_map(|row| Region::parse(row.region()?).ok()));
    Ok(regions)
}

async fn rest(
    aws: &Aws,
    set: &StackSetId,
    regions: &BTreeSet<Region>,
    next: Option<String>,
) -> Result<Vec<StackInstanceSummary>, CallError> {
    if regions.len() < 2 {
        let on = pages_while(
            INSTANCES,
            next,
            |token| page(aws, set, Narrowed::default(), token),
            |_| true,
        );
        return Ok(on.await?.items);
    }
    let reads = stream::iter(regions.clone())
        .map(|region| async move {
            let narrowed = Narrowed {
                region: Some(&region),
                ..Narrowed::default()
            };
            every_page(INSTANCES, |token| page(aws, set, narrowed, token)).await
        })
        .buffer_unordered(AT_ONCE);
    let rows: Vec<Vec<_>> = reads.try_collect().await?;
    Ok(rows.into_iter().flatten().collect())
}

/// Every instance of a drift status (`DRIFTED`, `NOT_CHECKED`), as listed.
pub(crate) async fn of_drift_status(
    aws: &Aws,
    set: &StackSetId,
    status: &'static str,
) -> Result<Vec<StackInstanceSummary>, CallError> {
    tracing::debug!(api = INSTANCES, stack_set = %set, status);
    let narrowed = Narrowed {
        drift: Some(status),
        ..Narrowed::default()
    };
    every_page(INSTANCES, |token| page(aws, set, narrowed, token)).await
}

/// Which instances a list is of; all of them by default.
#[derive(Debug, Clone, Copy, Default)]
struct Narrowed<'a> {
    region: Option<&'a Region>,
    drift: Option<&'static str>,
}

impl Narrowed<'_> {
    fn filter(self) -> Option<Vec<StackInstanceFilter>> {
        let filter = StackInstanceFilter::builder().name(StackInstanceFilterName::DriftStatus);
        self.drift.map(|status| vec![filter.values(status).build()])
    }
}

async fn page(
    aws: &Aws,
    set: &StackSetId,
    narrowed: Narrowed<'_>,
    token: Option<String>,
) -> Result<Page<StackInstanceSummary>, CallError> {
    let call = aws.cloudformation.list_stack_instances();
    let call = call
        .stack_set_name(set.as_str())
        .set_stack_instance_region(narrowed.region.map(ToString::to_string))
        .set_filters(narrowed.filter())
        .call_as(aws.call_as.clone());
    let answer = call.max_results(PAGE).set_next_token(token).send().await;
    let answer = answer.map_err(|error| call_error(INSTANCES, &error))?;
    Ok(Page {
        items: answer.summaries.unwrap_or_default(),
        next: answer.next_token,
    })
}

/// Every result of an operation, by account and Region.
pub(crate) async fn results(
    aws: &Aws,
    set: &StackSetId,
    operation: &OperationId,
) -> Result<Vec<InstanceResult>, CallError> {
    tracing::debug!(api = RESULTS, stack_set = %set, operation = %operation);
    let rows = every_page(RESULTS, |token| async move {
        let call = aws.cloudformation.list_stack_set_operation_results();
        let call = call.stack_set_name(set.as_str()).operation_id(operation.as_str());
        let call = call.call_as(aws.call_as.clone()).max_results(PAGE);
        let answer = call.set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(RESULTS, &error))?;
        Ok(Page {
            items: answer.summaries.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    let results = rows.await?.into_iter().map(convert::result);
    // A list that shifts while it is read may name an instance twice; the later row is the newer one.
    let by_key: Result<BTreeMap<_, _>, _> =
        results.map(|result| result.map(|r| (r.key.clone(), r))).collect();
    Ok(by_key?.into_values().collect())
}
