//! Changes of StackSets.

use std::path::Path;

use support::fixture;
use support::served::Served;

use crate::course::Row;
use crate::hand::{BOTH, PROD, SECURITY, call, call_of, delete, unit, update};

/// A template that has the same parameters and says something else.
const OTHER: &str = "Parameters:\n  Level:\n    Type: String\n    Default: standard\nResources:\n  Findings:\n    Type: AWS::SNS::Topic\n";

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = texts();
    rows.extend(rights());
    rows.extend(switches());
    rows.extend(existence());
    rows
}

/// What stacks are made of.
#[expect(clippy::too_many_lines, reason = "a table: one row for each change")]
fn texts() -> Vec<Row> {
    vec![
        Row {
            what: "a StackSet parameter changed",
            hand: |served| {
                update(
                    served,
                    &[
                        ("Parameters.member.1.ParameterKey", "Level"),
                        ("Parameters.member.1.ParameterValue", "loose"),
                    ],
                );
            },
            exit: 2,
            says: &["Level", "loose → standard"],
            consent: None,
        },
        Row {
            what: "the template replaced",
            hand: |served| {
                call(
                    served,
                    "UpdateStackSet",
                    &[
                        ("TemplateBody", OTHER),
                        ("Parameters.member.1.ParameterKey", "Level"),
                        ("Parameters.member.1.UsePreviousValue", "true"),
                    ],
                );
            },
            exit: 2,
            says: &["templates/guardrails.yaml", "Reader"],
            consent: None,
        },
        Row {
            what: "a tag changed",
            hand: |served| {
                update(
                    served,
                    &[
                        ("Tags.member.1.Key", "owner"),
                        ("Tags.member.1.Value", "somebody"),
                        ("Tags.member.2.Key", "stackfleet:project"),
                        ("Tags.member.2.Value", "by-hand"),
                    ],
                );
            },
            exit: 2,
            says: &["tags.owner", "somebody"],
            consent: None,
        },
        Row {
            what: "a tag added",
            hand: |served| {
                update(
                    served,
                    &[
                        ("Tags.member.1.Key", "owner"),
                        ("Tags.member.1.Value", "cloud-platform"),
                        ("Tags.member.2.Key", "stackfleet:project"),
                        ("Tags.member.2.Value", "by-hand"),
                        ("Tags.member.3.Key", "cost"),
                        ("Tags.member.3.Value", "42"),
                    ],
                );
            },
            exit: 2,
            says: &["tags.cost", "42"],
            consent: None,
        },
        Row {
            what: "the description changed",
            hand: |served| update(served, &[("Description", "mine now")]),
            exit: 2,
            says: &["description", "mine now"],
            consent: None,
        },
    ]
}

/// What it may do, and as whom.
fn rights() -> Vec<Row> {
    vec![
        Row {
            what: "capabilities changed",
            hand: |served| update(served, &[("Capabilities.member.2", "CAPABILITY_AUTO_EXPAND")]),
            exit: 2,
            says: &["~ capabilities  named-iam, auto-expand → named-iam"],
            consent: None,
        },
        Row {
            what: "the execution role changed (self-managed)",
            hand: |served| {
                call_of(
                    served,
                    "UpdateStackSet",
                    "baseline",
                    &[
                        ("UsePreviousTemplate", "true"),
                        ("ExecutionRoleName", "SomebodysRole"),
                    ],
                );
            },
            exit: 2,
            says: &["execution_role", "SomebodysRole"],
            consent: None,
        },
    ]
}

/// What AWS does by itself.
fn switches() -> Vec<Row> {
    vec![
        Row {
            what: "automatic deployment off",
            hand: |served| update(served, &[("AutoDeployment.Enabled", "false")]),
            exit: 2,
            says: &["auto_deploy.new_accounts", "false → true"],
            consent: None,
        },
        Row {
            what: "the retain flag flipped",
            hand: |served| {
                update(
                    served,
                    &[
                        ("AutoDeployment.Enabled", "true"),
                        ("AutoDeployment.RetainStacksOnAccountRemoval", "true"),
                    ],
                );
            },
            exit: 2,
            says: &["auto_deploy.leaving_accounts", "retain → delete"],
            consent: None,
        },
        Row {
            what: "managed execution on",
            hand: |served| update(served, &[("ManagedExecution.Active", "true")]),
            exit: 2,
            says: &["managed_execution", "true → false"],
            consent: None,
        },
    ]
}

/// Whether it is there at all.
fn existence() -> Vec<Row> {
    vec![
        Row {
            what: "the StackSet deleted",
            hand: remove,
            exit: 2,
            says: &["guardrails", "new"],
            consent: None,
        },
        Row {
            what: "deleted and made again under its name",
            hand: |served| {
                remove(served);
                create(served, &[]);
            },
            exit: 3,
            says: &["E0604", "guardrails"],
            consent: Some(adopt),
        },
        Row {
            what: "deleted and made again under its name, with the mark",
            hand: |served| {
                remove(served);
                create(
                    served,
                    &[
                        ("Tags.member.1.Key", "stackfleet:project"),
                        ("Tags.member.1.Value", "by-hand"),
                    ],
                );
            },
            exit: 2,
            says: &["guardrails"],
            consent: None,
        },
    ]
}

fn remove(served: &Served) {
    delete(served, &unit(SECURITY), &BOTH);
    delete(served, &unit(PROD), &BOTH);
    call(served, "DeleteStackSet", &[]);
}

fn create(served: &Served, more: &[(&str, &str)]) {
    let inputs = [
        ("TemplateBody", OTHER),
        ("PermissionModel", "SERVICE_MANAGED"),
        ("AutoDeployment.Enabled", "false"),
    ];
    call(served, "CreateStackSet", &[&inputs[..], more].concat());
}

fn adopt(manifest: &Path) {
    fixture::edit(
        manifest,
        "[stackset.guardrails]\n",
        "[stackset.guardrails]\nadopt = true\n",
    );
}
