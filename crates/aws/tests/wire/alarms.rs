//! Alarms of CloudWatch, which speaks CBOR.

use std::collections::BTreeSet;

use aws::Operate;
use model::call::{AlarmState, Call, CallErrorKind, Reply};

use crate::support::Server;

fn arn(name: &str) -> String {
    format!("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}")
}

/// A text of less than 256 bytes.
fn text(value: &str) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    [&[0x78, length], value.as_bytes()].concat()
}

fn alarm(name: &str, state: &str) -> Vec<u8> {
    let fields = [
        text("AlarmArn"),
        text(&arn(name)),
        text("StateValue"),
        text(state),
    ];
    [vec![0xa2], fields.concat()].concat()
}

/// `{"MetricAlarms": [one, two], "CompositeAlarms": [three]}`
fn answer() -> Vec<u8> {
    let metric = [alarm("errors", "OK"), alarm("a:b", "INSUFFICIENT_DATA")].concat();
    let composite = alarm("all", "ALARM");
    [
        vec![0xa2],
        text("MetricAlarms"),
        vec![0x82],
        metric,
        text("CompositeAlarms"),
        vec![0x81],
        composite,
    ]
    .concat()
}

#[tokio::test(start_paused = true)]
async fn alarms_of_both_kinds_are_told_by_arn_and_those_that_are_gone_are_left_out() {
    let server = Server::default().on("DescribeAlarms", 200, answer());
    let wanted: BTreeSet<_> = ["errors", "a:b", "all", "gone"].map(arn).into();
    let reply = server
        .connect()
        .await
        .operate(Call::Alarms(wanted))
        .await
        .unwrap();
    let Reply::Alarms(found) = reply else { panic!() };
    let expected = [
        (arn("errors"), AlarmState::Ok),
        (arn("a:b"), AlarmState::InsufficientData),
        (arn("all"), AlarmState::Alarm),
    ];
    assert_eq!(found, expected.into());
    let seen = server.seen();
    assert!(seen[0].inputs["authorization"].contains("/eu-west-1/monitoring/"));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_alarm_is_not_asked_about() {
    let server = Server::default();
    let wanted = ["arn:aws:sns:eu-west-1:1:topic"].map(str::to_owned).into();
    let error = server
        .connect()
        .await
        .operate(Call::Alarms(wanted))
        .await
        .unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Invalid);
    assert_eq!(server.count("DescribeAlarms"), 0);
}
