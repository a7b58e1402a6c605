use model::desired::Target;
use model::plan::PlanResult;

use crate::testing::world::*;

fn with(targets: Vec<Target>) -> model::plan::Plan {
    let mut set = stack_set("net");
    set.deploy[0].targets = targets.into_iter().map(at).collect();
    plan_one(set, None)
}

fn path(names: &[&str]) -> Target {
    Target::Path(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn a_path_means_every_active_member_account_below_it() {
    let plan = with(vec![path(&["Workloads"])]);
    let made = acted(&plan, model::plan::Action::Create);
    assert_eq!(made.len(), 8);
    assert!(made.contains(&"1002/us-east-1".to_owned()));
    assert!(!made.iter().any(|key| key.starts_with("1006")), "suspended");
}

#[test]
fn the_root_never_means_the_management_account() {
    let plan = with(vec![path(&[])]);
    assert!(
        !acted(&plan, model::plan::Action::Create)
            .iter()
            .any(|key| key.starts_with("1000"))
    );
}

#[test]
fn an_unknown_unit_names_the_nearest_and_its_siblings() {
    let plan = with(vec![path(&["Workloads", "Prodution"])]);
    assert_eq!((plan.result, plan.applyable), (PlanResult::Error, false));
    assert!(plan.operations.is_empty());
    let diagnostic = &plan.diagnostics[0];
    assert_eq!(diagnostic.code, "E0201");
    assert_eq!(diagnostic.message, "no unit `Prodution` under `Root/Workloads`");
    assert_eq!(
        diagnostic.notes,
        ["`Root/Workloads` has 2 units below it: Prod (2 accounts), Dev (1)"]
    );
    let replacement = diagnostic.help[0].replacement.as_ref().unwrap();
    assert_eq!(replacement.text, "\"Root/Workloads/Prod\"");
}

#[test]
fn a_unit_that_stands_elsewhere_is_pointed_to() {
    let plan = with(vec![path(&["Dev"])]);
    let help = &plan.diagnostics[0].help[0];
    assert_eq!(help.text, "a unit of that name is `Root/Workloads/Dev`");
}

#[test]
fn an_unknown_unit_id_is_an_error() {
    assert_eq!(codes(&with(vec![Target::Unit(unit(77))])), ["E0201"]);
}

#[test]
fn an_unknown_account_name_suggests_a_similar_one() {
    let plan = with(vec![Target::AccountName("shop-pord".to_owned())]);
    assert_eq!(codes(&plan), ["E0205"]);
    assert_eq!(
        plan.diagnostics[0].help[0].text,
        "did you mean `account:shop-prod`?"
    );
}

#[test]
fn two_accounts_of_one_name_are_told_apart_by_id() {
    let mut observed = observed();
    observed
        .organization
        .accounts
        .insert(account(1007), member("audit", 4));
    let mut set = stack_set("net");
    set.deploy[0].targets = vec![at(Target::AccountName("audit".to_owned()))];
    let plan = crate::plan(&desired(vec![set]), &observed, &crate::Limits::default());
    assert_eq!(codes(&plan), ["E0203"]);
    let texts: Vec<_> = plan.diagnostics[0]
        .help
        .iter()
        .map(|help| help.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "the one in `Root/Security` is 000000001001",
            "the one in `Root/Workloads/Dev` is 000000001007"
        ]
    );
}

#[test]
fn the_management_account_is_no_target_of_a_service_managed_stack_set() {
    let plan = with(vec![Target::Account(account(1000))]);
    assert_eq!(codes(&plan), ["E0221"]);
}

#[test]
fn a_self_managed_stack_set_reaches_the_management_account_when_it_is_named() {
    let mut set = stack_set("net");
    set.permission = self_managed();
    set.deploy[0].targets = vec![at(path(&[])), at(Target::Account(account(1000)))];
    let made = acted(&plan_one(set, None), model::plan::Action::Create);
    assert_eq!(made.iter().filter(|key| key.starts_with("1000")).count(), 2);
}

#[test]
fn an_account_of_another_organization_is_an_error_or_for_self_managed_a_warning() {
    assert_eq!(codes(&with(vec![Target::Account(account(4711))])), ["E0204"]);
    let mut set = stack_set("net");
    set.permission = self_managed();
    set.deploy[0].targets = vec![at(Target::Account(account(4711)))];
    let plan = plan_one(set.clone(), None);
    assert_eq!((codes(&plan), plan.result), (vec!["W0204"], PlanResult::Changes));
    set.allow.insert("W0204".to_owned());
    assert_eq!(codes(&plan_one(set, None)), Vec::<&str>::new());
}

#[test]
fn every_wrong_target_is_told_at_once() {
    let plan = with(vec![
        path(&["Nope"]),
        Target::AccountName("nobody-like-this".to_owned()),
    ]);
    assert_eq!(codes(&plan), ["E0201", "E0205"]);
}
