use model::Timestamp;
use model::desired::{Desired, DesiredStackSet, Freeze, OnLeave, Target};
use model::ids::OperationId;
use model::observed::{Git, Observed, OperationSummary};
use model::plan::{Plan, PlanResult, Replacement};
use model::preferences::Amount;

use super::freeze;
use crate::Limits;
use crate::context::Context;
use crate::testing::world::*;

fn everywhere(name: &str) -> model::observed::ObservedStackSet {
    let mut live = live(name);
    deployed(&mut live, 2, &[1002, 1005], &["us-east-1", "eu-west-1"]);
    deployed(&mut live, 3, &[1003, 1004], &["us-east-1", "eu-west-1"]);
    live
}

fn changed(name: &str) -> DesiredStackSet {
    let mut set = stack_set(name);
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    set
}

/// Eight instances are updated.
fn updating() -> (Desired, Observed) {
    let mut observed = observed();
    observed
        .stack_sets
        .insert(changed("net").aws_name, everywhere("net"));
    (desired(vec![changed("net")]), observed)
}

/// The instance of account 1001 is deleted.
fn deleting() -> (Desired, Observed) {
    let mut live = everywhere("net");
    deployed(&mut live, 1, &[1001], &["us-east-1"]);
    let mut observed = observed();
    observed.stack_sets.insert(changed("net").aws_name, live);
    let mut desired = desired(vec![stack_set("net")]);
    desired.guard.max_deleted_instances = Some(at(1));
    (desired, observed)
}

fn made((desired, observed): &(Desired, Observed)) -> Plan {
    crate::plan(desired, observed, &Limits::default())
}

fn held(plan: &Plan) -> Vec<(&str, &str)> {
    let holds = plan.holds.iter().map(|hold| &hold.diagnostic);
    holds
        .map(|said| (said.code.as_str(), said.message.as_str()))
        .collect()
}

#[test]
fn a_plan_inside_every_limit_is_applyable() {
    let mut case = updating();
    case.0.guard.max_changed_instances = Some(at(8));
    case.0.guard.max_changed_accounts = Some(at(Amount::Percent(100)));
    case.0.guard.require_committed = Some(at(true));
    case.1.git = Some(Git {
        commit: "3f9c2ab".to_owned(),
        branch: None,
        dirty: false,
    });
    let plan = made(&case);
    assert_eq!(held(&plan), []);
    assert!(plan.applyable);
}

#[test]
fn a_hold_says_where_deleted_instances_are() {
    let mut case = deleting();
    case.0.guard.max_deleted_instances = None;
    let plan = made(&case);
    assert_eq!(
        held(&plan),
        [("E0510", "the plan deletes 1 instance; this manifest allows 0")]
    );
    assert_eq!(
        plan.holds[0].diagnostic.notes,
        ["net: Root/Security (1 account × 1 Region)"]
    );
    assert_eq!(plan.result, PlanResult::Blocked);
}

#[test]
fn limits_count_instances_and_accounts_and_are_all_shown_together() {
    let mut case = updating();
    case.0.guard.max_changed_instances = Some(at(7));
    case.0.guard.max_changed_accounts = Some(at(Amount::Percent(60)));
    let plan = made(&case);
    assert_eq!(
        held(&plan),
        [
            ("E0513", "the plan changes 8 instances; this manifest allows 7"),
            ("E0514", "the plan changes 4 accounts; this manifest allows 3"),
        ]
    );
    assert_eq!(plan.holds[1].diagnostic.labels[0].text, "60% of 5");
    assert!(!plan.applyable);
}

#[test]
fn only_what_is_committed_is_applied_and_not_knowing_is_no() {
    let mut case = updating();
    case.0.guard.require_committed = Some(at(true));
    assert_eq!(held(&made(&case))[0].0, "E0515");
    case.1.git = Some(Git {
        commit: "3f9c2ab".to_owned(),
        branch: None,
        dirty: true,
    });
    assert_eq!(
        held(&made(&case)),
        [(
            "E0515",
            "there are changes that are not committed, on top of 3f9c2ab"
        )]
    );
    case.0.guard.require_committed = Some(at(false));
    assert_eq!(held(&made(&case)), []);
}

#[test]
fn a_protected_stack_set_loses_no_stacks() {
    let mut case = deleting();
    case.0.protect.delete = vec![at("n*".to_owned())];
    let plan = made(&case);
    assert_eq!(
        held(&plan),
        [(
            "E0503",
            "`net` loses 1 instance with their stacks, and it is protected from deletion"
        )]
    );
    assert_eq!(plan.holds[0].instances, 1);
    assert_eq!(plan.stack_sets[0].blocked_by[0].code, "E0503");
    case.0.stack_sets.get_mut("net").unwrap().on_leave = Some(OnLeave::Retain);
    assert_eq!(held(&made(&case)), []);
}

#[test]
fn a_protected_stack_set_is_not_removed_even_if_its_stacks_stay() {
    let (mut desired, observed) = deleting();
    desired.stack_sets.clear();
    desired
        .removed
        .insert("net".to_owned(), removal("net", OnLeave::Retain));
    desired.protect.delete = vec![at("net".to_owned())];
    let plan = made(&(desired, observed));
    assert_eq!(
        held(&plan),
        [("E0503", "`net` is removed, and it is protected from deletion")]
    );
    assert_eq!(plan.holds[0].diagnostic.labels[1].text, "9 stacks run in it");
}

#[test]
fn a_stack_set_that_may_not_shrink_loses_no_instance_even_if_its_stack_stays() {
    let mut case = deleting();
    case.0.protect.shrink = vec![at("other".to_owned()), at("net".to_owned())];
    case.0.stack_sets.get_mut("net").unwrap().on_leave = Some(OnLeave::Retain);
    assert_eq!(
        held(&made(&case)),
        [(
            "E0504",
            "`net` loses 1 instance, and it is protected from shrinking"
        )]
    );
}

#[test]
fn a_protected_stack_set_replaces_no_resource() {
    let mut case = updating();
    case.0.protect.replace = vec![at("net".to_owned())];
    let mut plan = made(&case);
    let template = plan.stack_sets[0].changes.template.as_mut().unwrap();
    template.resources[0].replacement = Replacement::Always;
    let limits = Limits::default();
    let selection = model::plan::Selection::default();
    let context = Context::new(&case.0, &case.1, &limits, &selection);
    let holds = super::holds(&context, &plan);
    assert_eq!(holds[0].diagnostic.code, "E0505");
    assert_eq!(holds[0].diagnostic.notes, ["Topic (AWS::SNS::Topic): replaced"]);
    assert_eq!(holds[0].instances, 8);
    let template = plan.stack_sets[0].changes.template.as_mut().unwrap();
    template.resources[0].replacement = Replacement::Never;
    assert!(super::holds(&context, &plan).is_empty());
}

/// From so many seconds after now, for an hour.
fn freeze(after: i64, targets: Vec<Target>) -> Freeze {
    let now = observed().taken_at.as_second();
    Freeze {
        name: at("year end".to_owned()),
        from: Timestamp::from_second(now + after).unwrap(),
        until: Timestamp::from_second(now + after + 3600).unwrap(),
        targets: targets.into_iter().map(at).collect(),
    }
}

#[test]
fn a_freeze_holds_what_touches_its_accounts_and_nothing_else() {
    let mut case = updating();
    case.0.freezes = vec![freeze(-60, vec![Target::Unit(unit(3))])];
    let plan = made(&case);
    assert_eq!(plan.holds[0].diagnostic.code, "E0530");
    assert!(
        plan.holds[0]
            .diagnostic
            .message
            .starts_with("`year end` freezes 4 instances in 2 accounts until ")
    );
    assert_eq!(plan.freezes[0].accounts.as_ref().unwrap().len(), 2);
    case.0.freezes = vec![freeze(-60, vec![Target::Unit(unit(1))])];
    assert_eq!(held(&made(&case)), []);
    case.0.freezes = vec![freeze(-60, Vec::new())];
    assert_eq!(held(&made(&case))[0].0, "E0530");
    case.0.freezes = vec![freeze(-3600, Vec::new())];
    let over = made(&case);
    assert!(over.applyable && over.freezes.is_empty());
}

#[test]
fn limits_and_freezes_count_what_goes_and_comes_once() {
    let (_, observed) = updating();
    let mut desired = desired(vec![stack_set("net")]);
    desired.guard.max_deleted_instances = Some(at(1));
    desired.guard.max_changed_instances = Some(at(1));
    desired.guard.require_committed = Some(at(true));
    desired.freezes = vec![freeze(-60, vec![Target::Unit(unit(3))])];
    let selection = model::plan::Selection {
        recreate: vec!["net:000000001004/us-east-1".to_owned()],
        ..model::plan::Selection::default()
    };
    let plan = crate::plan_selected(&desired, &observed, &Limits::default(), &selection);
    let counted: Vec<_> = plan.holds.iter().map(|hold| hold.instances).collect();
    assert_eq!(counted, [1, 1], "{:?}", held(&plan));
    let (_, told) = held(&plan)
        .into_iter()
        .find(|(code, _)| *code == "E0530")
        .unwrap();
    assert!(
        told.starts_with("`year end` freezes 1 instance in 1 account until "),
        "{told}"
    );
}

#[test]
fn a_freeze_that_begins_before_the_plan_is_done_is_a_warning() {
    let mut case = updating();
    let live = case.1.stack_sets.values_mut().next().unwrap();
    let id = OperationId::parse("past-1").unwrap();
    for instance in live.instances.values_mut() {
        instance.last_operation = Some(id.clone());
    }
    live.history = vec![OperationSummary {
        created_at: Some(Timestamp::from_second(1_700_000_000).unwrap()),
        ended_at: Some(Timestamp::from_second(1_700_000_800).unwrap()),
        ..operation_summary("past-1")
    }];
    case.0.freezes = vec![freeze(700, Vec::new())];
    let plan = made(&case);
    assert_eq!(codes(&plan), ["W0531"]);
    assert!(plan.applyable);
    case.0.freezes = vec![freeze(900, Vec::new())];
    assert_eq!(codes(&made(&case)), Vec::<&str>::new());
}

#[test]
fn a_freeze_of_nobody_known_is_an_error() {
    let mut case = updating();
    case.0.freezes = vec![freeze(-60, vec![Target::AccountName("nobody".to_owned())])];
    let plan = made(&case);
    assert_eq!(plan.result, PlanResult::Error);
    let mut wrong = Vec::new();
    let limits = Limits::default();
    let selection = model::plan::Selection::default();
    let context = Context::new(&case.0, &case.1, &limits, &selection);
    assert!(freeze::listed(&context, &mut wrong).is_empty());
}

#[test]
fn freezes_and_what_policies_say_are_not_part_of_the_digest() {
    let mut case = updating();
    let before = made(&case).digest;
    case.0.freezes = vec![freeze(7200, Vec::new())];
    assert_eq!(made(&case).digest, before);
}
