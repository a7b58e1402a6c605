use model::desired::{Deploy, DesiredStackSet, Skip, Target};
use model::plan::{Action, Plan, Reason};

use crate::testing::world::*;

fn part(targets: Vec<Target>, regions: &[&str]) -> Deploy {
    Deploy {
        targets: targets.into_iter().map(at).collect(),
        regions: regions.iter().map(|name| at(region(name))).collect(),
        span: span(),
    }
}

fn skip(targets: Vec<Target>, regions: &[&str]) -> Skip {
    Skip {
        targets: targets.into_iter().map(at).collect(),
        regions: regions.iter().map(|name| at(region(name))).collect(),
        reason: at("SEC-221: later".to_owned()),
        span: span(),
    }
}

fn with_parts(parts: Vec<Deploy>) -> DesiredStackSet {
    DesiredStackSet {
        deploy: parts,
        ..stack_set("net")
    }
}

fn created(plan: &Plan) -> Vec<String> {
    acted(plan, Action::Create)
}

fn notes(plan: &Plan) -> Vec<(Action, u64, &str)> {
    let groups = plan.stack_sets[0].instances.groups.iter();
    groups
        .filter_map(|group| Some((group.action, group.instances, group.note.as_deref()?)))
        .collect()
}

#[test]
fn parts_are_united_and_not_multiplied() {
    let plan = plan_one(
        with_parts(vec![
            part(vec![below(3)], &["eu-west-1"]),
            part(vec![below(4), Target::Account(account(1003))], &["us-east-1"]),
        ]),
        None,
    );
    assert_eq!(
        created(&plan),
        [
            "1003/eu-west-1",
            "1003/us-east-1",
            "1004/eu-west-1",
            "1005/us-east-1"
        ]
    );
}

#[test]
fn a_cell_of_two_parts_is_one_instance() {
    let plan = plan_one(
        with_parts(vec![
            part(vec![below(2)], &["eu-west-1"]),
            part(vec![below(3)], &["eu-west-1", "us-east-1"]),
        ]),
        None,
    );
    assert_eq!(created(&plan).len(), 6);
    let mut registered = plan.stack_sets[0].changes.targets_added.clone();
    registered.sort();
    let registered: Vec<_> = registered
        .iter()
        .map(|target| format!("{} {}", target.unit, target.region))
        .collect();
    assert_eq!(
        registered,
        ["Root/Workloads eu-west-1", "Root/Workloads/Prod us-east-1"],
        "in eu-west-1 Workloads covers Prod"
    );
}

#[test]
fn a_skipped_cell_is_shown_with_its_reason_and_not_made() {
    let mut set = stack_set("net");
    set.skip = vec![skip(vec![Target::Account(account(1003))], &["us-east-1"])];
    let plan = plan_one(set, None);
    assert_eq!(created(&plan).len(), 7);
    assert_eq!(
        notes(&plan),
        [
            (Action::None, 2, "suspended, skipped"),
            (Action::None, 1, "skip: SEC-221: later")
        ]
    );
    assert_eq!(
        plan.instances(Action::None),
        0,
        "what is not there is not counted"
    );
}

#[test]
fn a_skipped_instance_leaves_as_on_leave_says() {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    let mut set = stack_set("net");
    set.skip = vec![skip(vec![Target::Account(account(1003))], &[])];
    let plan = plan_one(set.clone(), Some(live.clone()));
    assert_eq!(acted(&plan, Action::Delete), ["1003/eu-west-1", "1003/us-east-1"]);
    assert!(notes(&plan).contains(&(Action::Delete, 2, "skip: SEC-221: later")));
    assert_eq!(plan.stack_sets[0].changes.targets_removed, []);
    set.on_leave = None;
    assert_eq!(codes(&plan_one(set, Some(live))), ["E0502"]);
}

#[test]
fn a_unit_whose_accounts_are_all_skipped_is_no_target() {
    let mut set = stack_set("net");
    set.skip = vec![skip(vec![below(2)], &["us-east-1"])];
    let plan = plan_one(set, None);
    let added = &plan.stack_sets[0].changes.targets_added;
    assert!(added.iter().all(|target| target.region.as_str() == "eu-west-1"));
    assert_eq!(outline(&plan)[1..], ["Create CreateStackInstances 4"]);
}

#[test]
fn a_registration_beside_a_skipped_account_reaches_nobody_else() {
    let mut live = live("net");
    deployed(&mut live, 2, &[1002, 1003, 1004], &["us-east-1", "eu-west-1"]);
    live.registered.clear();
    let mut set = stack_set("net");
    set.skip = vec![skip(vec![Target::Account(account(1005))], &[])];
    let plan = plan_one(set, Some(live));
    let model::call::Write::CreateStackInstances { targets, .. } = &plan.operations[0].call else {
        panic!("{:?}", outline(&plan));
    };
    let model::targets::CallTargets::Units { filter, .. } = targets else {
        panic!("units");
    };
    assert_eq!(
        *filter,
        model::targets::AccountFilter::Intersection([account(1002)].into())
    );
    assert_eq!(plan.operations[0].instances, 0);
}

#[test]
fn a_skip_that_meets_nothing_is_a_warning_that_can_be_accepted() {
    let mut set = stack_set("net");
    set.skip = vec![skip(vec![below(1)], &[]), skip(vec![below(2)], &["ap-south-1"])];
    assert_eq!(codes(&plan_one(set.clone(), None)), ["W0209", "W0209"]);
    set.allow.insert("W0209".to_owned());
    assert!(codes(&plan_one(set, None)).is_empty());
}

#[test]
fn a_set_is_what_is_in_it_without_what_is_taken_out() {
    let managed = |exclude| Target::Set {
        name: "managed".to_owned(),
        include: vec![at(below(1)), at(below(2))],
        exclude: vec![at(exclude)],
    };
    let regions = ["eu-west-1"];
    let plan = plan_one(with_parts(vec![part(vec![managed(below(4))], &regions)]), None);
    assert_eq!(
        created(&plan),
        [
            "1001/eu-west-1",
            "1002/eu-west-1",
            "1003/eu-west-1",
            "1004/eu-west-1"
        ]
    );
    let back = vec![managed(below(4)), Target::Account(account(1005))];
    let plan = plan_one(with_parts(vec![part(back, &regions)]), None);
    assert!(created(&plan).contains(&"1005/eu-west-1".to_owned()));
}

#[test]
fn an_account_that_leaves_a_unit_by_a_set_is_no_left_unit() {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    let set = Target::Set {
        name: "managed".to_owned(),
        include: vec![at(below(2))],
        exclude: vec![at(Target::AccountName("shop-dev".to_owned()))],
    };
    let plan = plan_one(
        with_parts(vec![part(vec![set], &["us-east-1", "eu-west-1"])]),
        Some(live),
    );
    let groups = &plan.stack_sets[0].instances.groups;
    let gone = groups
        .iter()
        .find(|group| group.action == Action::Delete)
        .unwrap();
    assert_eq!(gone.reasons, [Reason::LeftUnit]);
    assert_eq!(outline(&plan), ["Delete DeleteStackInstances 2"]);
}

#[test]
fn automatic_deployment_into_a_unit_that_is_left_out_is_told() {
    let mut set = stack_set("net");
    set.permission = service_managed(true);
    set.skip = vec![skip(vec![below(4)], &[])];
    let plan = plan_one(set, None);
    assert!(codes(&plan).contains(&"W0302"));
    let told = plan.diagnostics.iter().find(|it| it.code == "W0302").unwrap();
    assert_eq!(
        told.notes,
        ["an account that joins `Root/Workloads/Dev` gets the stack"]
    );
}

#[test]
fn an_account_that_a_set_excludes_is_shown_with_the_set_and_not_made() {
    let mut set = stack_set("net");
    set.deploy = vec![part(
        vec![Target::Set {
            name: "managed".to_owned(),
            include: vec![at(below(2))],
            exclude: vec![at(Target::Account(account(1003)))],
        }],
        &["us-east-1", "eu-west-1"],
    )];
    let plan = plan_one(set.clone(), None);
    let excluded = (Action::None, 2, "@managed excludes it");
    assert!(notes(&plan).contains(&excluded), "{:?}", notes(&plan));
    assert!(created(&plan).iter().all(|key| !key.starts_with("1003")));
    let mut there = live("net");
    deployed(&mut there, 2, &[1003], &["us-east-1"]);
    let plan = plan_one(set, Some(there));
    let one = (Action::None, 1, "@managed excludes it");
    assert!(
        notes(&plan).contains(&one),
        "one that is there leaves: {:?}",
        notes(&plan)
    );
}
