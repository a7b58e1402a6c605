//! Changes of instances and of targets.

use crate::course::Row;
use crate::hand::{BOTH, PROD, SANDBOX, SECURITY, call, delete, may_delete, one, unit, update};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = missing();
    rows.extend(behind());
    rows.extend(more());
    rows
}

/// Instances that are not there any more.
#[expect(clippy::too_many_lines, reason = "a table: one row for each change")]
fn missing() -> Vec<Row> {
    vec![
        Row {
            what: "one account's instances deleted",
            hand: |served| delete(served, &one(SECURITY, "200000000001"), &BOTH),
            exit: 2,
            says: &["log-archive", "new or emptied account"],
            consent: None,
        },
        Row {
            what: "one instance deleted in one Region only",
            hand: |served| delete(served, &one(PROD, "300000000002"), &BOTH[1..]),
            exit: 2,
            says: &["payments-prod", "1 +", "instance missing"],
            consent: None,
        },
        Row {
            what: "one instance deleted, its stack retained",
            hand: |served| {
                let targets = one(PROD, "300000000002");
                let inputs = [&targets[..], &BOTH[1..], &[("RetainStacks", "true")]].concat();
                call(served, "DeleteStackInstances", &inputs);
            },
            exit: 2,
            says: &["payments-prod", "1 +", "instance missing"],
            consent: None,
        },
        Row {
            what: "a whole OU's instances deleted",
            hand: |served| delete(served, &unit(PROD), &BOTH),
            exit: 2,
            says: &["+ Root/Prod  eu-west-1, us-east-1", "4 to create"],
            consent: None,
        },
        Row {
            what: "a whole OU's instances deleted, account by account",
            hand: |served| {
                for account in ["300000000001", "300000000002"] {
                    delete(served, &one(PROD, account), &BOTH);
                }
            },
            exit: 2,
            says: &["4 to create", "2 +        2 +"],
            consent: None,
        },
    ]
}

/// Instances that are there and not as they should be.
fn behind() -> Vec<Row> {
    vec![
        Row {
            what: "an override set on one OU",
            hand: |served| {
                let overrides = [
                    ("ParameterOverrides.member.1.ParameterKey", "Level"),
                    ("ParameterOverrides.member.1.ParameterValue", "loose"),
                ];
                let inputs = [&unit(PROD)[..], &BOTH, &overrides].concat();
                call(served, "UpdateStackInstances", &inputs);
            },
            exit: 2,
            says: &[
                "orders-prod and payments-prod",
                "loose → standard",
                "no override any more",
            ],
            consent: None,
        },
        Row {
            what: "half the instances OUTDATED after a partial update",
            hand: |served| {
                let same = [
                    ("Parameters.member.1.ParameterKey", "Level"),
                    ("Parameters.member.1.UsePreviousValue", "true"),
                ];
                update(served, &[&unit(SECURITY)[..], &BOTH, &same].concat());
            },
            exit: 2,
            says: &["outdated", "2 ~        2 ~"],
            consent: None,
        },
    ]
}

/// Instances that nobody asked for.
fn more() -> Vec<Row> {
    vec![
        Row {
            what: "instances added in a third Region",
            hand: |served| {
                let region = [("Regions.member.1", "us-west-2")];
                call(
                    served,
                    "CreateStackInstances",
                    &[&unit(SECURITY)[..], &region].concat(),
                );
            },
            exit: 3,
            says: &["E0510", "- Root/Security  us-west-2"],
            consent: Some(may_delete),
        },
        Row {
            what: "instances added for a third OU",
            hand: |served| {
                call(
                    served,
                    "CreateStackInstances",
                    &[&unit(SANDBOX)[..], &BOTH].concat(),
                );
            },
            exit: 3,
            says: &["E0510", "- Root/Sandbox  eu-west-1, us-east-1"],
            consent: Some(may_delete),
        },
    ]
}
