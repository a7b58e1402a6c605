use std::collections::BTreeMap;

use model::call::Write;
use model::definition::ParameterValue;
use model::desired::{DesiredStackSet, Override, Source, StageTargets, Target};
use model::ids::OperationId;
use model::observed::ObservedStackSet;
use model::plan::{Action, Plan, PlanResult, Reason, Selection};

use crate::testing::world::*;

const TWO: &str = "Parameters:\n  Days:\n    Type: Number\n    Default: 30\n  Token:\n    Type: String\n    NoEcho: true\n    Default: x\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

fn wanted(values: &[(&str, Source)]) -> DesiredStackSet {
    let mut set = stack_set("net");
    *body_of(&mut set) = TWO.to_owned();
    if !values.is_empty() {
        set.overrides = vec![Override {
            name: at("prod".to_owned()),
            targets: vec![at(below(3))],
            regions: Vec::new(),
            parameters: values
                .iter()
                .map(|(name, source)| ((*name).to_owned(), parameter(source.clone())))
                .collect(),
            span: span(),
        }];
    }
    set
}

fn literal(text: &str) -> Source {
    Source::Literal(text.to_owned())
}

/// Everything deployed, every instance without overrides but for those of Prod.
fn with(prod: Option<&[(&str, ParameterValue)]>) -> ObservedStackSet {
    let mut live = live("net");
    live.definition.template = TWO.to_owned();
    live.definition.parameters = BTreeMap::from([
        ("Days".to_owned(), plain("30")),
        ("Token".to_owned(), ParameterValue::Masked),
    ]);
    deployed(
        &mut live,
        2,
        &[1002, 1003, 1004, 1005],
        &["us-east-1", "eu-west-1"],
    );
    for (key, instance) in &mut live.instances {
        let in_prod = [account(1003), account(1004)].contains(&key.account);
        instance.overrides = if in_prod {
            prod.map(|values| {
                values
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect()
            })
        } else {
            Some(BTreeMap::new())
        };
    }
    live
}

fn lists(plan: &Plan) -> Vec<Option<Vec<String>>> {
    let lists = plan.operations.iter().map(|operation| match &operation.call {
        Write::UpdateStackInstances { overrides, .. } | Write::CreateStackInstances { overrides, .. } => {
            overrides.as_ref()
        }
        _ => None,
    });
    let shown = |list: &BTreeMap<String, ParameterValue>| {
        list.iter()
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect()
    };
    lists.map(|list| list.map(shown)).collect()
}

fn reasons(plan: &Plan) -> Vec<Reason> {
    plan.stack_sets[0].reasons.clone()
}

#[test]
fn an_override_that_is_there_is_no_difference() {
    let plan = plan_one(
        wanted(&[("Days", literal("90"))]),
        Some(with(Some(&[("Days", plain("90"))]))),
    );
    assert_eq!(plan.result, PlanResult::NoChanges);
    let groups = &plan.stack_sets[0].instances.groups;
    let own = groups.iter().filter(|group| !group.overrides.is_empty());
    assert_eq!(
        own.map(|group| group.instances).sum::<u64>(),
        4,
        "shown all the same"
    );
}

#[test]
fn an_override_that_differs_is_sent_with_the_whole_list() {
    let plan = plan_one(
        wanted(&[("Days", literal("90"))]),
        Some(with(Some(&[("Days", plain("60"))]))),
    );
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 4"]);
    assert_eq!(lists(&plan), [Some(vec!["Days=Plain(\"90\")".to_owned()])]);
    assert_eq!(reasons(&plan), [Reason::Overrides]);
    let change = &plan.stack_sets[0].changes.overrides[0];
    assert_eq!((change.name.as_str(), change.action), ("prod", Action::Update));
    let parameter = &change.parameters[0];
    assert_eq!(
        (parameter.before.as_deref(), parameter.after.as_deref()),
        (Some("60"), Some("90"))
    );
}

#[test]
fn an_override_that_nobody_wants_is_taken_away_by_an_empty_list() {
    let plan = plan_one(wanted(&[]), Some(with(Some(&[("Days", plain("60"))]))));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 4"]);
    assert_eq!(lists(&plan), [Some(Vec::new())]);
    let change = &plan.stack_sets[0].changes.overrides[0];
    assert_eq!((change.name.as_str(), change.action), ("", Action::Delete));
    let parameter = &change.parameters[0];
    assert_eq!(
        (parameter.before.as_deref(), parameter.after.as_deref()),
        (Some("60"), Some("30")),
        "back to the StackSet's value"
    );
}

#[test]
fn what_makes_no_difference_is_none() {
    let stale = [("Days", plain("30")), ("Gone", plain("1"))];
    let plan = plan_one(wanted(&[]), Some(with(Some(&stale))));
    assert_eq!(
        plan.result,
        PlanResult::NoChanges,
        "the StackSet's own value, and a parameter that the template lost"
    );
}

#[test]
fn an_override_of_the_old_value_goes_when_the_stack_sets_value_changes() {
    let mut set = wanted(&[]);
    set.parameters.insert("Days".to_owned(), parameter(literal("45")));
    let plan = plan_one(set, Some(with(Some(&[("Days", plain("30"))]))));
    assert_eq!(
        outline(&plan),
        ["Update UpdateStackSet 4", "Update UpdateStackInstances 4"],
        "each instance once"
    );
    assert_eq!(lists(&plan)[1], Some(Vec::new()));
}

#[test]
fn a_masked_value_never_differs_by_itself_and_is_sent_with_the_rest() {
    let secret = || Source::Environment {
        name: "TOKEN".to_owned(),
        sensitive: true,
    };
    let plan = |days: &str| {
        let mut world = observed();
        world.secrets.insert("TOKEN".to_owned());
        let set = wanted(&[("Days", literal(days)), ("Token", secret())]);
        let has = [("Days", plain("60")), ("Token", ParameterValue::Masked)];
        world.stack_sets.insert(set.aws_name.clone(), with(Some(&has)));
        crate::plan(&desired(vec![set]), &world, &crate::Limits::default())
    };
    assert_eq!(plan("60").result, PlanResult::NoChanges);
    let changed = plan("90");
    assert_eq!(
        lists(&changed),
        [Some(vec![
            "Days=Plain(\"90\")".to_owned(),
            "Token=Secret(\"env:TOKEN\")".to_owned()
        ])]
    );
    let names: Vec<_> = changed.stack_sets[0].changes.overrides[0]
        .parameters
        .iter()
        .map(|change| change.name.as_str())
        .collect();
    assert_eq!(names, ["Days"]);
}

#[test]
fn a_kept_value_is_sent_as_kept_where_there_is_one() {
    let values = [("Days", literal("90")), ("Token", Source::Keep)];
    let has = [("Days", plain("60")), ("Token", ParameterValue::Masked)];
    let plan = plan_one(wanted(&values), Some(with(Some(&has))));
    assert_eq!(
        lists(&plan),
        [Some(vec![
            "Days=Plain(\"90\")".to_owned(),
            "Token=Previous".to_owned()
        ])]
    );
    let plan = plan_one(wanted(&values), Some(with(Some(&has[..1]))));
    assert_eq!(lists(&plan), [Some(vec!["Days=Plain(\"90\")".to_owned()])]);
}

#[test]
fn what_was_not_read_is_set_again_where_something_is_wanted_and_said() {
    let plan = plan_one(wanted(&[("Days", literal("90"))]), Some(with(None)));
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 4"]);
    assert_eq!(codes(&plan), ["W0316"]);
    assert_eq!(
        plan_one(wanted(&[]), Some(with(None))).result,
        PlanResult::NoChanges
    );
}

#[test]
fn instances_that_aws_deployed_by_itself_lack_their_overrides() {
    let mut live = with(Some(&[("Days", plain("90"))]));
    live.definition.permission = service_managed(true);
    for name in ["us-east-1", "eu-west-1"] {
        let instance = live.instances.get_mut(&key(1003, name)).unwrap();
        instance.overrides = Some(BTreeMap::new());
        instance.last_operation = Some(OperationId::parse("6f5e7a9c-auto").unwrap());
    }
    let mut set = wanted(&[("Days", literal("90"))]);
    set.permission = service_managed(true);
    let plan = plan_one(set, Some(live));
    assert_eq!(reasons(&plan), [Reason::OverrideDrift]);
    assert_eq!(outline(&plan), ["Update UpdateStackInstances 2"]);
}

#[test]
fn new_instances_are_made_with_their_overrides_in_as_many_calls_as_there_are_sets() {
    let plan = plan_one(wanted(&[("Days", literal("90"))]), None);
    assert_eq!(
        outline(&plan)[1..],
        ["Create CreateStackInstances 4", "Create CreateStackInstances 4"]
    );
    assert_eq!(
        lists(&plan)[1..],
        [None, Some(vec!["Days=Plain(\"90\")".to_owned()])]
    );
    let change = &plan.stack_sets[0].changes.overrides[0];
    assert_eq!((change.action, change.rectangles.len()), (Action::Create, 1));
}

#[test]
fn an_update_and_an_override_touch_an_instance_once() {
    let mut set = wanted(&[("Days", literal("90"))]);
    set.tags.insert("owner".to_owned(), "us".to_owned());
    let plan = plan_one(set, Some(with(Some(&[]))));
    assert_eq!(
        outline(&plan),
        ["Update UpdateStackSet 4", "Update UpdateStackInstances 4"]
    );
    let Write::UpdateStackSet(update) = &plan.operations[0].call else {
        panic!("{:?}", outline(&plan));
    };
    assert!(update.content, "a run that ends here leaves a trace");
}

#[test]
fn a_new_parameter_reaches_every_instance_before_one_overrides_it() {
    let mut live = with(Some(&[]));
    live.definition.parameters.remove("Days");
    live.definition.template = TWO.replace("  Days:\n    Type: Number\n    Default: 30\n", "");
    let plan = plan_one(wanted(&[("Days", literal("90"))]), Some(live));
    assert_eq!(
        outline(&plan),
        ["Update UpdateStackSet 8", "Update UpdateStackInstances 4"]
    );
}

#[test]
fn a_list_for_a_unit_does_not_reach_what_was_just_made_in_it() {
    let mut live = with(Some(&[]));
    live.instances.retain(|key, _| key.account != account(1004));
    let mut set = wanted(&[("Days", literal("90"))]);
    set.overrides[0].targets = vec![at(Target::Account(account(1003)))];
    let plan = plan_one(set, Some(live));
    assert_eq!(
        outline(&plan),
        ["Create CreateStackInstances 2", "Update UpdateStackInstances 2"]
    );
}

/// One account first, then the rest.
fn canary() -> model::desired::Rollout {
    let stage = |name: &str, targets| model::desired::Stage {
        name: at(name.to_owned()),
        targets,
        preferences: model::desired::StagePreferences::default(),
        soak_seconds: 0,
        approval: false,
        alarms: Vec::new(),
    };
    let one = StageTargets::Some(vec![at(Target::Account(account(1003)))]);
    model::desired::Rollout {
        name: at("careful".to_owned()),
        stages: vec![stage("canary", one), stage("all", StageTargets::Rest(span()))],
        on_failure: model::desired::OnFailure::Stop,
    }
}

fn staged(plan: &Plan) -> Vec<String> {
    let line = |operation: &model::plan::Operation| {
        format!(
            "{} {} {}",
            operation.stage.as_deref().unwrap_or("-"),
            operation.call.api(),
            operation.instances
        )
    };
    plan.operations.iter().map(line).collect()
}

#[test]
fn overrides_obey_the_stages_and_those_of_new_parameters_come_last() {
    let mut set = wanted(&[("Days", literal("90"))]);
    set.tags.insert("owner".to_owned(), "us".to_owned());
    set.rollout = Some(canary());
    let plan = plan_one(set.clone(), Some(with(Some(&[]))));
    assert_eq!(
        staged(&plan),
        [
            "careful/canary UpdateStackSet 2",
            "careful/canary UpdateStackInstances 2",
            "careful/all UpdateStackInstances 4",
            "careful/all UpdateStackInstances 2",
        ],
        "the canary has nobody else that the update could name"
    );
    let mut live = with(Some(&[]));
    live.definition.parameters.remove("Days");
    live.definition.template = TWO.replace("  Days:\n    Type: Number\n    Default: 30\n", "");
    assert_eq!(
        staged(&plan_one(set, Some(live))),
        [
            "careful/canary UpdateStackSet 2",
            "careful/all UpdateStackInstances 6",
            "careful/all UpdateStackInstances 4",
        ]
    );
}

fn made_again(set: DesiredStackSet, live: ObservedStackSet) -> Plan {
    let again = Selection {
        recreate: vec!["net:000000001003/us-east-1".to_owned()],
        ..Selection::default()
    };
    let mut observed = observed();
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let mut desired = desired(vec![set]);
    desired.guard.max_deleted_instances = Some(at(1));
    crate::plan_selected(&desired, &observed, &crate::Limits::default(), &again)
}

#[test]
fn what_is_made_again_shows_the_values_that_become_others() {
    let days = Some(vec!["Days=Plain(\"90\")".to_owned()]);
    for (there, changes) in [("90", 0), ("60", 1)] {
        let plan = made_again(
            wanted(&[("Days", literal("90"))]),
            with(Some(&[("Days", plain(there))])),
        );
        assert_eq!(lists(&plan), [None, days.clone()]);
        assert_eq!(plan.stack_sets[0].changes.overrides.len(), changes);
    }
}

#[test]
fn an_instance_whose_value_only_aws_has_is_not_made_again() {
    for there in [Some(&[("Token", ParameterValue::Masked)][..]), None] {
        let plan = made_again(wanted(&[("Token", Source::Keep)]), with(there));
        assert_eq!((plan.result, plan.operations.len()), (PlanResult::Error, 0));
        let told = plan.diagnostics.iter().find(|told| told.code == "E0013").unwrap();
        assert!(
            told.message.contains("only AWS has its value of `Token`"),
            "{}",
            told.message
        );
    }
}
