//! Surprises of reference §11 about definitions, operations and order. Those about targets are in `surprises_of_targets`.
//!
//! No plan can show these: 7 and 13, since a call's targets have no form for them ([`model::targets::CallTargets`]); 11, since
//! the connection sends `CallAs` with each call; 26, since the plan is the answer; 30
//! and 33, since they happen while a plan is carried out. 35 is about figures, which are those of [`crate::Limits`] and of the
//! manifest.

use std::collections::BTreeMap;

use model::call::Write;
use model::definition::{AutoDeployment, Permission};
use model::desired::Preferences;
use model::instance::{DetailedStatus as Detailed, InstanceStatus as Status};
use model::observed::{ObservedStackSet, OperationStatus};
use model::plan::{OperationKind, PlanResult};
use model::preferences::Amount;

use super::outcome;
use crate::Limits;
use crate::testing::world::*;

fn everywhere(name: &str) -> ObservedStackSet {
    let mut live = live(name);
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    live
}

fn changed(name: &str) -> model::desired::DesiredStackSet {
    let mut set = stack_set(name);
    OTHER_TEMPLATE.clone_into(body_of(&mut set));
    set
}

#[test]
fn row_01_an_operation_of_somebody_else_is_said_and_nothing_is_planned_over_it() {
    let mut live = everywhere("net");
    live.running.push(operation_summary("other"));
    let plan = plan_one(stack_set("net"), Some(live));
    assert_eq!(outcome(&plan), (Vec::new(), vec!["W0702"]));
    assert!(plan.is_busy());
}

#[test]
fn row_02_a_queued_operation_is_one_in_progress() {
    let mut live = everywhere("net");
    let mut queued = operation_summary("other");
    queued.status = OperationStatus::Queued;
    live.running.push(queued);
    assert!(plan_one(stack_set("net"), Some(live)).is_busy());
    assert!(!OperationStatus::Queued.is_terminal());
}

#[test]
fn row_03_managed_execution_goes_alone_and_first() {
    let mut set = changed("net");
    set.managed_execution = true;
    let plan = plan_one(set, Some(everywhere("net")));
    let [first, second] = plan.operations.as_slice() else {
        panic!("{:?}", outline(&plan));
    };
    assert_eq!(first.kind, OperationKind::ManagedExecution);
    let (Write::UpdateStackSet(alone), Write::UpdateStackSet(update)) = (&first.call, &second.call) else {
        panic!("{:?}", outline(&plan));
    };
    assert!(alone.managed_execution == Some(true) && !alone.content);
    assert!(update.managed_execution.is_none() && update.content);
}

#[test]
fn row_08_preferences_are_no_difference() {
    let mut set = stack_set("net");
    set.preferences.update.max_concurrent = Amount::Percent(50);
    let plan = plan_one(set, Some(everywhere("net")));
    assert_eq!(plan.result, PlanResult::NoChanges);
}

#[test]
fn row_09_default_roles_are_no_difference_and_service_managed_sends_none() {
    let mut set = stack_set("net");
    set.permission = Permission::SelfManaged {
        administration_role: Some(format!(
            "arn:aws:iam::{}:role/{}",
            account(1000),
            model::definition::DEFAULT_ADMINISTRATION_ROLE
        )),
        execution_role: Some(model::definition::DEFAULT_EXECUTION_ROLE.to_owned()),
    };
    let mut live = everywhere("net");
    live.definition.permission = self_managed();
    live.registered.clear();
    for instance in live.instances.values_mut() {
        instance.unit = None;
    }
    assert_eq!(plan_one(set, Some(live)).result, PlanResult::NoChanges);
}

#[test]
fn row_10_retaining_means_nothing_while_automatic_deployment_is_off() {
    let mut set = stack_set("net");
    set.permission = Permission::ServiceManaged {
        auto_deployment: AutoDeployment {
            enabled: false,
            retain_stacks: true,
            ..AutoDeployment::default()
        },
    };
    assert_eq!(
        plan_one(set, Some(everywhere("net"))).result,
        PlanResult::NoChanges
    );
}

#[test]
fn row_14_what_an_update_left_behind_is_found_and_finished() {
    let mut live = everywhere("net");
    let behind = in_state(Some(2), Status::Outdated, Detailed::Pending);
    live.instances.insert(key(1004, "eu-west-1"), behind);
    let plan = plan_one(stack_set("net"), Some(live));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 1"]);
}

#[test]
fn row_15_an_update_names_no_instance_that_is_not_there() {
    for service_managed in [true, false] {
        let mut set = changed("net");
        let mut live = everywhere("net");
        if !service_managed {
            set.permission = self_managed();
            live.definition.permission = self_managed();
            live.registered.clear();
        }
        live.instances.remove(&key(1004, "eu-west-1"));
        let plan = plan_one(set, Some(live));
        for operation in plan
            .operations
            .iter()
            .filter(|one| one.kind == OperationKind::Update)
        {
            let mut keys = operation
                .touches
                .iter()
                .flat_map(model::instance::Rectangle::keys);
            assert!(
                keys.all(|touched| touched != key(1004, "eu-west-1")),
                "{:?}",
                outline(&plan)
            );
        }
        assert_eq!(acted(&plan, model::plan::Action::Create), ["1004/eu-west-1"]);
    }
}

#[test]
fn row_20_the_concurrency_that_aws_makes_of_a_tolerance_of_none_is_in_the_plan() {
    let mut set = changed("net");
    set.preferences = Preferences::default();
    set.preferences.update.max_concurrent = Amount::Count(20);
    let plan = plan_one(set, Some(everywhere("net")));
    assert_eq!(plan.operations[0].effective_concurrency, 1);
}

#[test]
fn row_21_stack_sets_that_do_not_wait_for_each_other_go_side_by_side() {
    let sets = vec![stack_set("a"), stack_set("b"), stack_set("c")];
    let plan = crate::plan(&desired(sets), &observed(), &Limits::default());
    let steps: Vec<u32> = plan.operations.iter().map(|one| one.step).collect();
    assert_eq!(steps, [1, 1, 1, 2, 2, 2]);
}

#[test]
fn row_24_overrides_that_nobody_read_are_said_to_be_unknown() {
    let mut set = stack_set("net");
    WITH_PARAMETERS.clone_into(body_of(&mut set));
    let mut live = everywhere("net");
    WITH_PARAMETERS.clone_into(&mut live.definition.template);
    live.definition.parameters = BTreeMap::from([
        ("Days".to_owned(), plain("30")),
        ("Token".to_owned(), model::definition::ParameterValue::Masked),
    ]);
    let keep = model::desired::Source::Keep;
    set.parameters.insert("Token".to_owned(), parameter(keep));
    let mut other = live.clone();
    assert_eq!(plan_one(set.clone(), Some(live)).result, PlanResult::NoChanges);
    // Row 25: an import left the value of every parameter with the instances, and the StackSet's do not reach them.
    for instance in other.instances.values_mut() {
        instance.overrides = Some(BTreeMap::from([("Days".to_owned(), plain("90"))]));
    }
    let plan = plan_one(set, Some(other));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 8"]);
    let Write::UpdateStackInstances { overrides, .. } = &plan.operations[0].call else {
        panic!("{:?}", outline(&plan));
    };
    assert_eq!(
        overrides.as_ref().map(BTreeMap::len),
        Some(0),
        "an empty list resets"
    );
}

#[test]
fn row_32_nothing_is_deleted_that_is_not_there() {
    let mut desired = desired(Vec::new());
    desired
        .removed
        .insert("net".to_owned(), removal("net", model::desired::OnLeave::Delete));
    let mut observed = observed();
    observed.stack_sets.insert(stack_set("net").aws_name, live("net"));
    let plan = crate::plan(&desired, &observed, &Limits::default());
    assert_eq!(outline(&plan), ["DeleteStackSet DeleteStackSet 0"]);
}

#[test]
fn row_34_trusted_access_that_is_off_is_an_error_before_anything_is_sent() {
    let mut observed = observed();
    observed.trusted_access = false;
    let plan = crate::plan(&desired(vec![stack_set("net")]), &observed, &Limits::default());
    assert_eq!((plan.result, codes(&plan)), (PlanResult::Error, vec!["E0606"]));
    assert!(!plan.applyable);
}

#[test]
fn row_28_a_template_in_s3_is_held_against_what_stack_sets_take() {
    let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: fixed\n";
    let url = "https://shared.s3.amazonaws.com/t.yaml";
    let mut set = stack_set("net");
    set.template = model::desired::DesiredTemplate::S3 {
        url: at(url.to_owned()),
        sha256: model::digest::Digest::of_bytes(text.as_bytes()),
    };
    let mut observed = observed();
    observed.templates.insert(url.to_owned(), text.to_owned());
    let plan = crate::plan(&desired(vec![set]), &observed, &Limits::default());
    assert_eq!(
        (plan.result, codes(&plan)),
        (PlanResult::Error, vec!["E0320", "E0321"])
    );
}

#[test]
fn an_operation_in_progress_is_known_where_its_warning_is_accepted() {
    let mut set = stack_set("net");
    set.allow.insert("W0702".to_owned());
    let mut live = everywhere("net");
    live.running.push(operation_summary("other"));
    let plan = plan_one(set, Some(live));
    assert!(plan.is_busy() && plan.diagnostics.is_empty());
}

#[test]
fn capabilities_that_nobody_wrote_down_are_in_the_plan() {
    let mut set = stack_set("net");
    "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: fixed\n"
        .clone_into(body_of(&mut set));
    set.capabilities = model::desired::Capabilities::Auto(span());
    let plan = plan_one(set, None);
    let told = &plan.stack_sets[0].changes.acknowledged;
    assert_eq!(told, &[model::definition::Capability::NamedIam]);
}
