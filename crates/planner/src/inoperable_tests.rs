//! What is said about inoperable instances, by what failed in them.

use model::desired::OnLeave;
use model::instance::{DetailedStatus, InstanceStatus};
use model::plan::Plan;

use crate::testing::world::*;
use crate::{Limits, plan};

const BOTH: [DetailedStatus; 2] = [DetailedStatus::Inoperable, DetailedStatus::FailedImport];

/// `net` everywhere, where accounts 1003, 1004 … are inoperable.
fn with(failed: &[DetailedStatus]) -> model::observed::Observed {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    for (number, detailed) in (1003..).zip(failed) {
        let stuck = in_state(Some(2), InstanceStatus::Inoperable, detailed.clone());
        live.instances.insert(key(number, "us-east-1"), stuck);
    }
    let mut observed = observed();
    observed.stack_sets.insert(stack_set("net").aws_name, live);
    observed
}

/// The label and the help of W0421.
fn said(plan: &Plan) -> (String, String) {
    let told = plan.diagnostics.iter().find(|told| told.code == "W0421").unwrap();
    (told.labels[0].text.clone(), format!("{:?}", told.help))
}

fn wanted(failed: &[DetailedStatus]) -> (String, String) {
    said(&plan(
        &desired(vec![stack_set("net")]),
        &with(failed),
        &Limits::default(),
    ))
}

#[test]
fn only_what_failed_is_told_and_nobody_is_sent_to_clean_up_what_was_there_before() {
    let (label, help) = wanted(&BOTH[..1]);
    assert_eq!(label, "an earlier delete failed in them");
    assert!(help.contains("--recreate net:") && help.contains("clean up the stacks"));
    let (label, help) = wanted(&BOTH[1..]);
    assert_eq!(label, "an earlier import failed in them");
    assert!(help.contains("--retain-stacks") && help.contains("were there before and stay"));
    assert!(!help.contains("clean up") && !help.contains("--recreate"));
    let (label, help) = wanted(&BOTH);
    assert_eq!(label, "an earlier delete or import failed in them");
    assert!(help.contains("clean up nothing where an import failed"));
}

#[test]
fn the_same_is_told_where_the_stack_set_goes() {
    let mut desired = desired(Vec::new());
    desired
        .removed
        .insert("net".to_owned(), removal("net", OnLeave::Delete));
    let (label, help) = said(&plan(&desired, &with(&BOTH[1..]), &Limits::default()));
    assert_eq!(label, "an earlier import failed in them");
    assert!(!help.contains("clean up") && !help.contains("--recreate"));
}
