//! What drift detection found in the instances of a StackSet.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::StackResourceDriftStatus as Status;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::Timestamp;
use model::call::{CallError, CallErrorKind};
use model::drift::{DetectionStatus, DriftReading, DriftedInstance, ResourceDrift};
use model::ids::{OperationId, StackSetId};
use model::instance::InstanceKey;
use model::observed::OperationSummary;

use super::{PAGE, definition, instances, operations};
use crate::Aws;
use crate::convert::drifts as convert;
use crate::error::call_error;
use crate::paging::{Page, every_page, twice};

const API: &str = "ListStackInstanceResourceDrifts";
/// Instances that are asked about side by side; AWS publishes no rate (reference §5.3).
const AT_ONCE: usize = 8;

/// What the detections of a StackSet found: four calls, and one for each instance that drifted. Two where there was never one.
pub(crate) async fn of_stack_set(aws: &Aws, set: &StackSetId) -> Result<DriftReading, CallError> {
    let check = twice(|| definition::drift_check(aws, set)).await?;
    let detections = operations::detections(aws, set, check.is_some()).await?;
    let running = detections.iter().find(|one| !one.status.is_terminal()).cloned();
    let operation = detections.iter().find(|one| one.status.is_terminal()).cloned();
    let mut reading = DriftReading {
        check,
        operation,
        running,
        ..DriftReading::default()
    };
    if reading.check.is_none() && reading.running.is_none() {
        return Ok(reading);
    }
    let (drifted, not_checked) = tokio::join!(
        instances::of_drift_status(aws, set, "DRIFTED"),
        instances::of_drift_status(aws, set, "NOT_CHECKED"),
    );
    let drifted = drifted?
        .iter()
        .map(convert::checked)
        .collect::<Result<Vec<_>, _>>()?;
    let not_checked = not_checked?
        .iter()
        .map(convert::checked)
        .collect::<Result<Vec<_>, _>>()?;
    reading.drifted = details(aws, set, drifted, &detections).await?;
    let not_checked = not_checked.into_iter().map(|(key, _)| (key, None));
    reading.not_checked = not_checked.collect();
    let known: BTreeSet<_> = reading.drifted.keys().cloned().collect();
    let reasons = unreached(aws, set, &reading).await?;
    let reasons = reasons.into_iter().filter(|(key, _)| !known.contains(key));
    reading.not_checked.extend(reasons);
    Ok(reading)
}

/// The resources of each instance that drifted, as the detection found them that checked it last.
async fn details(
    aws: &Aws,
    set: &StackSetId,
    drifted: Vec<(InstanceKey, Option<Timestamp>)>,
    detections: &[OperationSummary],
) -> Result<BTreeMap<InstanceKey, DriftedInstance>, CallError> {
    let reads = stream::iter(drifted)
        .map(|(key, checked_at)| async move {
            let resources = match checked_by(detections, checked_at) {
                Some(operation) => resources(aws, set, &key, &operation.id).await?,
                None => Some(None),
            };
            let instance = |resources| DriftedInstance {
                checked_at,
                resources,
            };
            Ok::<_, CallError>(resources.map(|resources| (key, instance(resources))))
        })
        .buffer_unordered(AT_ONCE);
    let found: Vec<Option<_>> = reads.try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// The detection that checked an instance at a moment: a later one may have been stopped before it came to the instance.
fn checked_by(detections: &[OperationSummary], at: Option<Timestamp>) -> Option<&OperationSummary> {
    let began_before =
        |one: &&OperationSummary| at.is_some() && one.created_at.is_some_and(|began| Some(began) <= at);
    let over = || detections.iter().find(|one| one.status.is_terminal());
    detections.iter().find(began_before).or_else(over)
}

/// The resources of an instance that differ. Nothing at all when the instance is gone, none inside when AWS has no details.
async fn resources(
    aws: &Aws,
    set: &StackSetId,
    key: &InstanceKey,
    operation: &OperationId,
) -> Result<Option<Option<Vec<ResourceDrift>>>, CallError> {
    match every_page(API, |token| page(aws, set, (key, operation), token)).await {
        Ok(rows) => {
            let rows = rows.into_iter().map(convert::resource);
            let found: Vec<Option<ResourceDrift>> = rows.collect::<Result<_, _>>()?;
            let found: Vec<ResourceDrift> = found.into_iter().flatten().collect();
            Ok(Some((!found.is_empty()).then_some(found)))
        }
        Err(error) if error.kind == CallErrorKind::NotFound => {
            let code = error.code.as_deref().unwrap_or_default();
            Ok(code.starts_with("OperationNotFound").then_some(None))
        }
        Err(error) => Err(error),
    }
}

/// The SDK has no paginator for this call (reference §1.7).
async fn page(
    aws: &Aws,
    set: &StackSetId,
    (key, operation): (&InstanceKey, &OperationId),
    token: Option<String>,
) -> Result<Page<aws_sdk_cloudformation::types::StackInstanceResourceDriftsSummary>, CallError> {
    tracing::debug!(api = API, stack_set = %set, instance = %key, operation = %operation);
    let call = aws.cloudformation.list_stack_instance_resource_drifts();
    let call = call
        .stack_set_name(set.as_str())
        .stack_instance_account(key.account.as_str())
        .stack_instance_region(key.region.as_str())
        .operation_id(operation.as_str())
        .set_stack_instance_resource_drift_statuses(Some(vec![Status::Modified, Status::Deleted]))
        .call_as(aws.call_as.clone());
    let answer = call.max_results(PAGE).set_next_token(token).send().await;
    let answer = answer.map_err(|error| call_error(API, &error))?;
    Ok(Page {
        items: answer.summaries.unwrap_or_default(),
        next: answer.next_token,
    })
}

/// Instances that the last detection did not get to or failed on, with AWS's reasons. Only asked for when there are any.
async fn unreached(
    aws: &Aws,
    set: &StackSetId,
    reading: &DriftReading,
) -> Result<BTreeMap<InstanceKey, Option<String>>, CallError> {
    let (Some(check), Some(operation)) = (&reading.check, &reading.operation) else {
        return Ok(BTreeMap::new());
    };
    if check.status == DetectionStatus::Completed && check.failed == 0 {
        return Ok(BTreeMap::new());
    }
    let results = instances::results(aws, set, &operation.id).await?;
    let failed = results
        .into_iter()
        .filter(|result| result.is_failure() || result.is_skipped());
    Ok(failed.map(|result| (result.key, result.reason)).collect())
}

#[cfg(test)]
mod tests {
    use model::observed::{OperationAction, OperationStatus};

    use super::*;

    fn detection(id: &str, second: i64, status: OperationStatus) -> OperationSummary {
        OperationSummary {
            id: OperationId::parse(id).unwrap(),
            action: OperationAction::DetectDrift,
            status,
            reason: None,
            created_at: Timestamp::from_second(second).ok(),
            ended_at: None,
            failed_instances: 0,
            preferences: None,
        }
    }

    #[test]
    fn details_are_those_of_the_detection_that_checked_the_instance() {
        let detections = [
            detection("now", 300, OperationStatus::Running),
            detection("stopped", 200, OperationStatus::Stopped),
            detection("whole", 100, OperationStatus::Succeeded),
        ];
        let by = |second: Option<i64>| {
            let at = second.and_then(|second| Timestamp::from_second(second).ok());
            checked_by(&detections, at).map(|found| found.id.as_str().to_owned())
        };
        assert_eq!(by(Some(150)).as_deref(), Some("whole"));
        assert_eq!(by(Some(210)).as_deref(), Some("stopped"));
        assert_eq!(by(Some(310)).as_deref(), Some("now"));
        assert_eq!(by(None).as_deref(), Some("stopped"));
        assert_eq!(checked_by(&[], None), None);
    }
}
