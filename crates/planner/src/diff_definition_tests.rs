use std::collections::BTreeMap;

use model::PROJECT_TAG;
use model::call::{UpdateStackSet, Write};
use model::definition::{Capability, ParameterValue, Permission};
use model::desired::Source;
use model::observed::ObservedStackSet;
use model::plan::{Action, Plan, PlanResult, Reason};
use model::targets::CallTargets;

use crate::testing::world::*;

fn complete() -> ObservedStackSet {
    let mut live = live("net");
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live
}

fn with_parameters() -> (model::desired::DesiredStackSet, ObservedStackSet) {
    let (mut set, mut live) = (stack_set("net"), complete());
    WITH_PARAMETERS.clone_into(body_of(&mut set));
    WITH_PARAMETERS.clone_into(&mut live.definition.template);
    live.definition.parameters = BTreeMap::from([
        ("Days".to_owned(), plain("30")),
        ("Token".to_owned(), ParameterValue::Masked),
    ]);
    set.parameters.insert("Token".to_owned(), parameter(Source::Keep));
    (set, live)
}

fn update(plan: &Plan) -> &UpdateStackSet {
    match &plan.operations[0].call {
        Write::UpdateStackSet(update) => update,
        other => panic!("{other:?}"),
    }
}

fn reasons(plan: &Plan) -> &[Reason] {
    &plan.stack_sets[0].reasons
}

#[test]
fn a_stack_set_as_wanted_is_no_change() {
    let plan = plan_one(stack_set("net"), Some(complete()));
    assert_eq!((plan.result, plan.applyable), (PlanResult::NoChanges, true));
    assert_eq!(plan.instances(Action::None), 8);
    assert!(plan.preconditions.stack_sets.is_empty());
}

#[test]
fn another_template_touches_every_instance_in_one_call() {
    let mut set = stack_set("net");
    OTHER_TEMPLATE.clone_into(body_of(&mut set));
    let plan = plan_one(set, Some(complete()));
    assert_eq!(outline(&plan), ["Update UpdateStackSet 8"]);
    assert_eq!(reasons(&plan), [Reason::Template]);
    let update = update(&plan);
    assert!(update.content && update.targets == CallTargets::Everything);
    assert_eq!(update.definition.template, OTHER_TEMPLATE);
    let change = plan.stack_sets[0].changes.template.as_ref().unwrap();
    assert_eq!(
        (change.lines_added, change.lines_removed, change.resources.len()),
        (1, 1, 1)
    );
    assert!(
        change
            .unified_diff
            .contains("-      DisplayName: one\n+      DisplayName: two\n")
    );
}

#[test]
fn a_template_that_is_only_written_otherwise_is_no_change() {
    let mut set = stack_set("net");
    *body_of(&mut set) =
        r#"{"Resources": {"Topic": {"Properties": {"DisplayName": "one"}, "Type": "AWS::SNS::Topic"}}}"#
            .to_owned();
    assert_eq!(plan_one(set, Some(complete())).result, PlanResult::NoChanges);
}

#[test]
fn a_parameter_names_its_source_and_both_values() {
    let (mut set, live) = with_parameters();
    set.parameters
        .insert("Days".to_owned(), parameter(Source::Literal("60".to_owned())));
    let plan = plan_one(set, Some(live));
    assert_eq!(reasons(&plan), [Reason::Parameters]);
    let change = &plan.stack_sets[0].changes.parameters[0];
    assert_eq!(
        (change.before.as_deref(), change.after.as_deref()),
        (Some("30"), Some("60"))
    );
    assert_eq!(change.source, "manifest");
    assert_eq!(
        update(&plan).definition.parameters["Token"],
        ParameterValue::Previous
    );
}

#[test]
fn a_default_that_aws_filled_in_is_no_change() {
    let (set, live) = with_parameters();
    assert_eq!(plan_one(set, Some(live)).result, PlanResult::NoChanges);
}

#[test]
fn a_secret_is_never_a_difference_and_goes_by_reference() {
    let (mut set, live) = with_parameters();
    let secret = Source::Environment {
        name: "TOKEN".to_owned(),
        sensitive: true,
    };
    set.parameters.insert("Token".to_owned(), parameter(secret));
    let mut observed = observed();
    observed.secrets.insert("TOKEN".to_owned());
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let make = |set| crate::plan(&desired(vec![set]), &observed, &crate::Limits::default());
    assert_eq!(make(set.clone()).result, PlanResult::NoChanges);
    set.tags.insert("owner".to_owned(), "us".to_owned());
    set.parameters
        .insert("Days".to_owned(), parameter(Source::Literal("31".to_owned())));
    let plan = make(set);
    let value = &update(&plan).definition.parameters["Token"];
    assert_eq!(*value, ParameterValue::Secret("env:TOKEN".to_owned()));
}

#[test]
fn values_from_the_environment_are_checked() {
    let (mut set, live) = with_parameters();
    let source = Source::Environment {
        name: "DAYS".to_owned(),
        sensitive: false,
    };
    set.parameters.insert("Days".to_owned(), parameter(source));
    let mut observed = observed();
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let desired = desired(vec![set]);
    let make = |observed: &model::observed::Observed| {
        let plan = crate::plan(&desired, observed, &crate::Limits::default());
        (plan.result, codes(&plan).join(" "))
    };
    assert_eq!(make(&observed), (PlanResult::Error, "E0307".to_owned()));
    observed.environment.insert("DAYS".to_owned(), "400".to_owned());
    assert_eq!(make(&observed), (PlanResult::Error, "E0304".to_owned()));
    observed.environment.insert("DAYS".to_owned(), "31".to_owned());
    assert_eq!(make(&observed), (PlanResult::Changes, String::new()));
}

#[test]
fn there_is_nothing_to_keep_in_a_new_stack_set() {
    let (set, _) = with_parameters();
    assert_eq!(codes(&plan_one(set, None)), ["E0309"]);
}

#[test]
fn a_value_that_aws_hides_may_not_come_in_the_open() {
    let (mut set, live) = with_parameters();
    let open = Source::Environment {
        name: "TOKEN".to_owned(),
        sensitive: false,
    };
    set.parameters.insert("Token".to_owned(), parameter(open));
    let mut observed = observed();
    observed
        .environment
        .insert("TOKEN".to_owned(), "hunter2".to_owned());
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let plan = crate::plan(&desired(vec![set]), &observed, &crate::Limits::default());
    assert_eq!(codes(&plan), ["E0311"]);
    assert!(!serde_json::to_string(&plan).unwrap().contains("hunter2"));
}

#[test]
fn a_tag_alone_is_sent_without_content() {
    let mut set = stack_set("net");
    set.tags.insert("owner".to_owned(), "us".to_owned());
    let plan = plan_one(set, Some(complete()));
    assert_eq!(outline(&plan), ["Update UpdateStackSet 8"]);
    assert!(!update(&plan).content);
    assert_eq!(plan.stack_sets[0].changes.settings[0].setting, "tags.owner");
}

#[test]
fn a_missing_description_is_no_change() {
    let mut live = complete();
    live.definition.description = Some("somebody wrote this".to_owned());
    assert_eq!(
        plan_one(stack_set("net"), Some(live)).result,
        PlanResult::NoChanges
    );
}

#[test]
fn other_capabilities_are_an_update_without_content_unless_they_mean_the_same() {
    let mut set = stack_set("net");
    set.capabilities = model::desired::Capabilities::Listed([Capability::NamedIam].into());
    let plan = plan_one(set.clone(), Some(complete()));
    assert_eq!(
        (reasons(&plan), outline(&plan)),
        (
            &[Reason::Capabilities][..],
            vec!["Update UpdateStackSet 8".to_owned()]
        )
    );
    assert!(!update(&plan).content);
    assert_eq!(
        plan.stack_sets[0].changes.settings[0].after.as_deref(),
        Some("named-iam")
    );
    let mut live = complete();
    live.definition.capabilities = [Capability::Iam, Capability::NamedIam].into();
    assert_eq!(
        plan_one(set.clone(), Some(live.clone())).result,
        PlanResult::NoChanges
    );
    set.capabilities = model::desired::Capabilities::default();
    let plan = plan_one(set, Some(live));
    assert_eq!(
        plan.result,
        PlanResult::NoChanges,
        "no call can say that there are none"
    );
}

#[test]
fn a_call_about_something_else_acknowledges_what_the_manifest_does() {
    let mut set = stack_set("net");
    set.capabilities = model::desired::Capabilities::Listed([Capability::NamedIam].into());
    set.managed_execution = true;
    let plan = plan_one(set, Some(complete()));
    assert_eq!(
        outline(&plan),
        ["ManagedExecution UpdateStackSet 0", "Update UpdateStackSet 8"]
    );
    assert_eq!(
        update(&plan).definition.capabilities,
        [Capability::NamedIam].into()
    );
}

#[test]
fn default_roles_that_aws_filled_in_are_no_change_and_another_role_is() {
    let mut set = stack_set("net");
    set.permission = self_managed();
    let mut live = live("net");
    for key in [1002, 1003, 1004, 1005]
        .iter()
        .flat_map(|a| [key(*a, "us-east-1"), key(*a, "eu-west-1")])
    {
        live.instances.insert(key, current(None));
    }
    live.definition.permission = Permission::SelfManaged {
        administration_role: Some(
            "arn:aws:iam::000000001000:role/AWSCloudFormationStackSetAdministrationRole".to_owned(),
        ),
        execution_role: Some("AWSCloudFormationStackSetExecutionRole".to_owned()),
    };
    assert_eq!(
        plan_one(set.clone(), Some(live.clone())).result,
        PlanResult::NoChanges
    );
    set.permission = Permission::SelfManaged {
        administration_role: None,
        execution_role: Some("deployer".to_owned()),
    };
    let plan = plan_one(set, Some(live));
    assert_eq!(
        (reasons(&plan), outline(&plan)),
        (&[Reason::Roles][..], vec!["Update UpdateStackSet 8".to_owned()])
    );
}

#[test]
fn an_adopted_stack_set_that_matches_is_no_change_and_is_marked_with_the_next_real_update() {
    let mut set = stack_set("net");
    set.adopt = true;
    let mut live = complete();
    live.definition.tags.clear();
    assert_eq!(
        plan_one(set.clone(), Some(live.clone())).result,
        PlanResult::NoChanges
    );
    OTHER_TEMPLATE.clone_into(body_of(&mut set));
    let plan = plan_one(set, Some(live));
    assert_eq!(plan.stack_sets[0].action, Action::Adopt);
    assert_eq!(reasons(&plan), [Reason::Template, Reason::Adopt]);
    assert_eq!(update(&plan).definition.tags[PROJECT_TAG], PROJECT);
}

#[test]
fn an_adopted_stack_set_whose_instances_alone_differ_is_shown_as_adopted() {
    let mut set = stack_set("net");
    set.adopt = true;
    let mut live = complete();
    live.definition.tags.clear();
    live.instances.pop_last();
    let plan = plan_one(set, Some(live));
    assert_eq!(plan.stack_sets[0].action, Action::Adopt);
    assert!(reasons(&plan).contains(&Reason::Adopt), "{:?}", reasons(&plan));
}

#[test]
fn managed_execution_is_set_alone_and_first() {
    let mut set = stack_set("net");
    set.managed_execution = true;
    OTHER_TEMPLATE.clone_into(body_of(&mut set));
    let plan = plan_one(set, Some(complete()));
    assert_eq!(
        outline(&plan),
        ["ManagedExecution UpdateStackSet 0", "Update UpdateStackSet 8"]
    );
    let first = update(&plan);
    assert!(first.managed_execution == Some(true) && !first.content && first.definition.template == TEMPLATE);
}

#[test]
fn the_permission_model_changes_only_without_instances() {
    let mut set = stack_set("net");
    set.permission = self_managed();
    let plan = plan_one(set.clone(), Some(complete()));
    assert!(codes(&plan).contains(&"E0404"), "{:?}", codes(&plan));
    assert!(plan.operations.is_empty());
    let plan = plan_one(set, Some(live("net")));
    assert_eq!(
        outline(&plan),
        ["Update UpdateStackSet 0", "Create CreateStackInstances 8"]
    );
}
