//! Registered unit × Region targets of a service-managed StackSet.

use std::collections::{BTreeMap, BTreeSet};

use model::call::CallError;
use model::ids::{Region, StackSetId, UnitId};

use super::PAGE;
use crate::Aws;
use crate::convert::id;
use crate::error::call_error;
use crate::paging::{Page, every_page};

const API: &str = "ListStackSetAutoDeploymentTargets";

/// Every target; the SDK has no paginator for it, and an empty token ends it (reference §1.7).
pub(crate) async fn registered(
    aws: &Aws,
    set: &StackSetId,
) -> Result<BTreeMap<UnitId, BTreeSet<Region>>, CallError> {
    tracing::debug!(api = API, stack_set = %set);
    let rows = every_page(API, |token| async move {
        let call = aws.cloudformation.list_stack_set_auto_deployment_targets();
        let call = call.stack_set_name(set.as_str()).call_as(aws.call_as.clone());
        let answer = call.max_results(PAGE).set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(API, &error))?;
        Ok(Page {
            items: answer.summaries.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    let mut registered: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for row in rows.await? {
        let unit = id(API, UnitId::parse, row.organizational_unit_id())?;
        let regions = registered.entry(unit).or_default();
        for region in row.regions() {
            regions.insert(id(API, Region::parse, Some(region))?);
        }
    }
    Ok(registered)
}
