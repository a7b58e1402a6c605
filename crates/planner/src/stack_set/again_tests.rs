//! Which instances may not be made again, and what is said about those that may.

use model::instance::{DetailedStatus, InstanceStatus};
use model::observed::Observed;
use model::plan::{Action, Plan, PlanResult, Selection};

use crate::testing::world::*;
use crate::{Limits, plan_selected};

fn named(number: u64) -> Selection {
    Selection {
        recreate: vec![format!("net:{}/us-east-1", account(number))],
        ..Selection::default()
    }
}

/// `net` everywhere, and `app`, which depends on it, in account 1003.
fn live_ones() -> Observed {
    let mut observed = observed();
    for (name, accounts) in [("net", &[1002, 1003, 1004, 1005][..]), ("app", &[1003])] {
        let mut live = live(name);
        deployed(&mut live, 2, accounts, &["us-east-1", "eu-west-1"]);
        observed.stack_sets.insert(stack_set(name).aws_name, live);
    }
    observed
}

fn made(observed: &Observed, number: u64) -> Plan {
    let mut app = stack_set("app");
    app.depends_on = vec![at("net".to_owned())];
    let mut desired = desired(vec![stack_set("net"), app]);
    desired.guard.max_deleted_instances = Some(at(1));
    plan_selected(&desired, observed, &Limits::default(), &named(number))
}

/// What is said under a code, and its helps.
fn told<'p>(plan: &'p Plan, code: &str) -> (&'p str, String) {
    let said = plan.diagnostics.iter().find(|said| said.code == code);
    let said = said.unwrap_or_else(|| panic!("no {code} in {:?}", codes(plan)));
    (&said.message, format!("{:?}", said.help))
}

fn refused(plan: &Plan) -> &str {
    assert_eq!((plan.result, plan.operations.len()), (PlanResult::Error, 0));
    told(plan, "E0013").0
}

#[test]
fn a_stack_set_that_aws_does_not_have_has_nothing_to_make_again() {
    let mut observed = live_ones();
    observed.stack_sets.remove(&stack_set("net").aws_name);
    let plan = made(&observed, 1003);
    assert!(refused(&plan).ends_with("AWS has no such StackSet yet"));
}

#[test]
fn a_stack_that_could_not_be_imported_is_never_deleted() {
    let mut observed = live_ones();
    let net = observed.stack_sets.get_mut(&stack_set("net").aws_name).unwrap();
    let imported = in_state(Some(2), InstanceStatus::Inoperable, DetailedStatus::FailedImport);
    net.instances.insert(key(1003, "us-east-1"), imported);
    let plan = made(&observed, 1003);
    assert!(refused(&plan).contains("its stack was there before"));
    // It is not proposed either, here not even beside one that may be named.
    let stuck = in_state(Some(2), InstanceStatus::Inoperable, DetailedStatus::Inoperable);
    let whole =
        |observed: &Observed| crate::plan(&desired(vec![stack_set("net")]), observed, &Limits::default());
    assert!(!told(&whole(&observed), "W0421").1.contains("--recreate"));
    let net = observed.stack_sets.get_mut(&stack_set("net").aws_name).unwrap();
    net.instances.insert(key(1004, "us-east-1"), stuck);
    let plan = whole(&observed);
    let (_, help) = told(&plan, "W0421");
    assert!(help.contains("--recreate net:000000001004/us-east-1"), "{help}");
}

#[test]
fn no_unit_becomes_a_target_beside_the_plan() {
    let mut observed = live_ones();
    let net = observed.stack_sets.get_mut(&stack_set("net").aws_name).unwrap();
    net.registered.clear();
    net.registered.insert(unit(1), [region("us-east-1")].into());
    let moved = net.instances.get_mut(&key(1003, "us-east-1")).unwrap();
    moved.unit = Some(unit(1));
    let plan = made(&observed, 1003);
    let why = refused(&plan);
    assert!(
        why.contains("Root/Workloads is not a target in us-east-1 yet"),
        "{why}"
    );
}

#[test]
fn whoever_may_import_its_outputs_is_named() {
    let plan = made(&live_ones(), 1003);
    assert_eq!(plan.instances(Action::Recreate), 1, "{:?}", codes(&plan));
    assert_eq!(
        told(&plan, "W0423").0,
        "`app` depends on `net` and has a stack in shop-prod (000000001003), us-east-1, too"
    );
    let elsewhere = made(&live_ones(), 1004);
    assert!(!codes(&elsewhere).contains(&"W0423"), "{:?}", codes(&elsewhere));
}
