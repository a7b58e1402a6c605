use model::desired::OnLeave;
use model::plan::{Action, Plan};

use crate::testing::world::*;
use crate::{Limits, plan};

fn depending(name: &str, on: &[&str]) -> model::desired::DesiredStackSet {
    let mut set = stack_set(name);
    set.depends_on = on.iter().map(|name| at((*name).to_owned())).collect();
    set
}

fn complete(name: &str) -> model::observed::ObservedStackSet {
    let mut live = live(name);
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live
}

/// `id step set kind <- what it waits for`
fn lines(plan: &Plan) -> Vec<String> {
    let line = |operation: &model::plan::Operation| {
        let (id, step, set, kind) = (
            &operation.id,
            operation.step,
            &operation.stack_set,
            operation.kind,
        );
        format!("{id} {step} {set} {kind:?} <- {}", operation.depends_on.join(" "))
    };
    plan.operations.iter().map(line).collect()
}

#[test]
fn a_stack_set_waits_for_the_last_operation_of_another() {
    let plan = plan(
        &desired(vec![depending("a", &["b"]), stack_set("b")]),
        &observed(),
        &Limits::default(),
    );
    assert_eq!(
        lines(&plan),
        [
            "op-01 1 b CreateStackSet <- ",
            "op-02 2 b Create <- op-01",
            "op-03 3 a CreateStackSet <- op-02",
            "op-04 4 a Create <- op-03",
        ]
    );
}

#[test]
fn independent_stack_sets_share_steps() {
    let plan = plan(
        &desired(vec![stack_set("a"), stack_set("b")]),
        &observed(),
        &Limits::default(),
    );
    let steps: Vec<_> = plan.operations.iter().map(|operation| operation.step).collect();
    assert_eq!(steps, [1, 1, 2, 2]);
}

#[test]
fn waiting_reaches_through_a_stack_set_without_change() {
    let mut observed = observed();
    observed.stack_sets.insert(stack_set("b").aws_name, complete("b"));
    let sets = vec![depending("a", &["b"]), depending("b", &["c"]), stack_set("c")];
    let plan = plan(&desired(sets), &observed, &Limits::default());
    assert_eq!(plan.operations[2].depends_on, ["op-02"]);
    assert_eq!(plan.operations[2].stack_set, "a");
}

#[test]
fn a_circle_does_not_hang() {
    let sets = vec![depending("a", &["b"]), depending("b", &["a"]), stack_set("c")];
    let plan = plan(&desired(sets), &observed(), &Limits::default());
    assert!(plan.operations.iter().all(|operation| operation.stack_set == "c"));
}

#[test]
fn a_removal_comes_after_everything_else_and_ends_with_the_stack_set() {
    let mut observed = observed();
    let gone = stack_set("a-gone").aws_name;
    observed.stack_sets.insert(gone.clone(), complete("a-gone"));
    let mut desired = desired(vec![stack_set("b")]);
    desired
        .removed
        .insert("a-gone".to_owned(), removal("a-gone", OnLeave::Retain));
    let plan = plan(&desired, &observed, &Limits::default());
    assert_eq!(
        lines(&plan)[2..],
        [
            "op-03 3 a-gone Detach <- op-02",
            "op-04 4 a-gone DeleteStackSet <- op-03"
        ]
    );
    let action = |name: &str| {
        plan.stack_sets
            .iter()
            .find(|set| set.name == name)
            .unwrap()
            .action
    };
    assert_eq!((action("a-gone"), action("b")), (Action::Detach, Action::Create));
    assert_eq!(plan.operations[3].definition_after, None);
}

#[test]
fn ids_are_the_same_for_the_same_plan_and_others_once_the_stack_set_moved_on() {
    let ids = |observed: &model::observed::Observed| {
        let mut set = stack_set("a");
        OTHER_TEMPLATE.clone_into(body_of(&mut set));
        let plan = plan(&desired(vec![set]), observed, &Limits::default());
        (
            plan.digest.clone(),
            plan.operations[0].operation_id.clone().unwrap(),
        )
    };
    let mut observed = observed();
    observed.stack_sets.insert(stack_set("a").aws_name, complete("a"));
    let (digest, first) = ids(&observed);
    assert!(first.is_ours() && first.as_str().len() == 55);
    assert_eq!(ids(&observed), (digest.clone(), first.clone()));
    observed
        .stack_sets
        .get_mut(&stack_set("a").aws_name)
        .unwrap()
        .newest_operation = Some(operation_summary("later"));
    let (same, second) = ids(&observed);
    assert_eq!(same, digest, "it does the same");
    assert_ne!(second, first);
}

#[test]
fn a_new_stack_set_has_an_idempotency_token_of_its_own() {
    let plan = plan(
        &desired(vec![stack_set("a"), stack_set("b")]),
        &observed(),
        &Limits::default(),
    );
    let token = |index: usize| match &plan.operations[index].call {
        model::call::Write::CreateStackSet {
            client_request_token, ..
        } => client_request_token.clone(),
        other => panic!("{other:?}"),
    };
    assert!(token(0).starts_with("sf-") && token(0) != token(1));
    assert_eq!(plan.operations[0].operation_id, None);
}

#[test]
fn a_removed_stack_set_that_imports_goes_before_the_one_that_exports() {
    let exporting =
        format!("{TEMPLATE}Outputs:\n  Topic:\n    Value: !Ref Topic\n    Export:\n      Name: the-topic\n");
    let importing = TEMPLATE.replace("DisplayName: one", "DisplayName: !ImportValue the-topic");
    let planned = |templates: [&str; 2]| {
        let mut desired = desired(Vec::new());
        let mut observed = observed();
        for (name, text) in ["a", "b"].into_iter().zip(templates) {
            desired
                .removed
                .insert(name.to_owned(), removal(name, OnLeave::Delete));
            let mut live = live(name);
            text.clone_into(&mut live.definition.template);
            let name = model::ids::StackSetName::parse(name).unwrap();
            observed.stack_sets.insert(name, live);
        }
        let plan = plan(&desired, &observed, &Limits::default());
        let steps = plan.operations.iter();
        steps
            .map(|operation| format!("{} {}", operation.stack_set, operation.step))
            .collect::<Vec<_>>()
    };
    assert_eq!(planned([&exporting, &importing]), ["b 1", "a 2"]);
    assert_eq!(planned([TEMPLATE, &importing]), ["a 1", "b 1"]);
    let both = exporting.replace("DisplayName: one", "DisplayName: !ImportValue the-topic");
    assert_eq!(planned([&both, &both]), ["a 1", "b 1"], "a circle has no order");
}

#[test]
fn of_what_may_start_together_the_longest_way_to_the_end_comes_first() {
    let sets = vec![
        stack_set("alone"),
        stack_set("base"),
        depending("middle", &["base"]),
        depending("top", &["middle"]),
    ];
    let plan = plan(&desired(sets), &observed(), &Limits::default());
    let first: Vec<&str> = plan
        .operations
        .iter()
        .filter(|operation| operation.step == 1)
        .map(|operation| operation.stack_set.as_str())
        .collect();
    assert_eq!(first, ["base", "alone"]);
}
