use model::Timestamp;
use model::ids::OperationId;
use model::observed::OperationStatus;
use model::preferences::Amount;

use super::*;
use crate::testing::world::*;

fn preferences(concurrent: u32, parallel: bool) -> OperationPreferences {
    OperationPreferences {
        max_concurrent: Amount::Count(concurrent),
        failure_tolerance: Amount::Count(concurrent),
        region_concurrency: if parallel {
            RegionConcurrency::Parallel
        } else {
            RegionConcurrency::Sequential
        },
        ..OperationPreferences::default()
    }
}

fn rectangle(accounts: u64, regions: &[&str]) -> Rectangle {
    Rectangle {
        accounts: (1..=accounts).map(account).collect(),
        regions: regions.iter().map(|name| region(name)).collect(),
    }
}

#[test]
fn rounds_follow_the_arithmetic_of_preferences() {
    let touches = [rectangle(10, &["a", "b"]), rectangle(3, &["c"])];
    assert_eq!(rounds(Some(&preferences(4, false)), &touches), 3 + 3 + 1);
    assert_eq!(rounds(Some(&preferences(4, true)), &touches), 3);
    assert_eq!(rounds(None, &touches), 0);
}

fn past(seconds: i64) -> OperationSummary {
    OperationSummary {
        status: OperationStatus::Succeeded,
        created_at: Some(Timestamp::from_second(1_700_000_000).unwrap()),
        ended_at: Some(Timestamp::from_second(1_700_000_000 + seconds).unwrap()),
        ..operation_summary("past-1")
    }
}

/// A StackSet all of whose instances were touched last by the operation `past-1`.
fn touched(history: Vec<OperationSummary>) -> ObservedStackSet {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    for instance in live.instances.values_mut() {
        instance.last_operation = Some(OperationId::parse("past-1").unwrap());
    }
    live.history = history;
    live
}

fn planned(history: Vec<OperationSummary>) -> Plan {
    let mut set = stack_set("net");
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    plan_one(set, Some(touched(history)))
}

#[test]
fn the_same_work_takes_as_long_as_it_took() {
    let estimate = planned(vec![past(800)]).estimate.unwrap();
    assert_eq!((estimate.low_seconds, estimate.high_seconds), (800, 800));
    assert_eq!(estimate.basis, "the last operations of 1 StackSet");
}

/// What used to go out at once takes its time in a careful plan: the past is measured by what the past was asked for.
#[test]
fn an_operation_of_the_past_is_measured_by_its_own_preferences() {
    let mut at_once = past(100);
    at_once.preferences = Some(preferences(4, true));
    let mut set = stack_set("net");
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    set.preferences.update = preferences(1, false);
    let estimate = plan_one(set, Some(touched(vec![at_once]))).estimate.unwrap();
    assert_eq!((estimate.low_seconds, estimate.high_seconds), (800, 800));
}

#[test]
fn without_history_there_is_no_estimate() {
    assert_eq!(planned(Vec::new()).estimate, None);
    let mut unknown = past(800);
    unknown.id = OperationId::parse("another").unwrap();
    assert_eq!(planned(vec![unknown]).estimate, None);
}

#[test]
fn soaks_come_on_top() {
    let mut set = stack_set("net");
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    set.rollout = Some(crate::rollout::tests::careful());
    let estimate = plan_one(set, Some(touched(vec![past(80)]))).estimate.unwrap();
    assert_eq!((estimate.low_seconds, estimate.soak_seconds), (80, 900));
}

/// Six StackSets whose updates take 800 seconds each, the last one after the first.
fn six(parallel: usize) -> u64 {
    let mut observed = observed();
    let mut sets = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        let mut set = stack_set(name);
        *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
        if name == "f" {
            set.depends_on = vec![at("a".to_owned())];
        }
        let live = ObservedStackSet {
            id: live(name).id,
            ..touched(vec![past(800)])
        };
        observed.stack_sets.insert(set.aws_name.clone(), live);
        sets.push(set);
    }
    let limits = crate::Limits {
        parallel,
        ..crate::Limits::default()
    };
    let plan = crate::plan(&desired(sets), &observed, &limits);
    plan.estimate.unwrap().low_seconds
}

#[test]
fn an_estimate_reckons_with_the_stack_sets_that_are_worked_on_at_once() {
    assert_eq!([1, 2, 3, 5, 100].map(six), [4_800, 2_400, 1_600, 1_600, 1_600]);
}
