//! How are CloudWatch's alarms.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::types::{AlarmType, StateValue};
use model::call::{AlarmState, CallError};
use model::ids::Region;

use crate::Aws;
use crate::error::{call_error, invalid};
use crate::paging::{Page, every_page};

const API: &str = "DescribeAlarms";
/// Names in a call (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>).
const NAMES: usize = 100;

/// The state of each alarm that exists, by ARN. An alarm may be in another Region than the StackSets; composite alarms count as
/// well as metric alarms.
pub(crate) async fn alarms(
    aws: &Aws,
    wanted: &BTreeSet<String>,
) -> Result<BTreeMap<String, AlarmState>, CallError> {
    let mut by_region: BTreeMap<Region, Vec<String>> = BTreeMap::new();
    for arn in wanted {
        let (region, name) = parts(arn)?;
        by_region.entry(region).or_default().push(name);
    }
    let mut found = BTreeMap::new();
    for (region, names) in by_region {
        for names in names.chunks(NAMES) {
            found.extend(in_region(aws, &region, names).await?);
        }
    }
    found.retain(|arn, _| wanted.contains(arn));
    Ok(found)
}

async fn in_region(
    aws: &Aws,
    region: &Region,
    names: &[String],
) -> Result<Vec<(String, AlarmState)>, CallError> {
    tracing::debug!(api = API, region = %region, alarms = names.len());
    every_page(API, |token| async move {
        let there = aws_sdk_cloudwatch::config::Builder::new()
            .region(aws_sdk_cloudwatch::config::Region::new(region.to_string()));
        let call = aws.cloudwatch.describe_alarms();
        let call = call
            .set_alarm_names(Some(names.to_vec()))
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .set_next_token(token);
        let answer = call.customize().config_override(there).send().await;
        let answer = answer.map_err(|error| call_error(API, &error))?;
        let metric = answer.metric_alarms.unwrap_or_default().into_iter();
        let composite = answer.composite_alarms.unwrap_or_default().into_iter();
        let metric = metric.map(|alarm| (alarm.alarm_arn, alarm.state_value));
        let composite = composite.map(|alarm| (alarm.alarm_arn, alarm.state_value));
        let items = metric
            .chain(composite)
            .filter_map(|(arn, state)| Some((arn?, state?)));
        Ok(Page {
            items: items.map(|(arn, value)| (arn, state(&value))).collect(),
            next: answer.next_token,
        })
    })
    .await
}

fn state(value: &StateValue) -> AlarmState {
    match value {
        StateValue::Ok => AlarmState::Ok,
        StateValue::Alarm => AlarmState::Alarm,
        StateValue::InsufficientData => AlarmState::InsufficientData,
        other => AlarmState::Other(other.to_string()),
    }
}

/// Region and name of `arn:PARTITION:cloudwatch:REGION:ACCOUNT:alarm:NAME`; a name may have colons.
fn parts(arn: &str) -> Result<(Region, String), CallError> {
    let mut parts = arn.splitn(7, ':');
    let kinds = [parts.next(), parts.nth(1)];
    let region = parts.next().and_then(|region| Region::parse(region).ok());
    let (alarm, name) = (parts.nth(1), parts.next());
    match (kinds, region, alarm, name) {
        ([Some("arn"), Some("cloudwatch")], Some(region), Some("alarm"), Some(name)) => {
            Ok((region, name.to_owned()))
        }
        _ => Err(invalid(API, format!("`{arn}` is not the ARN of an alarm"))),
    }
}
