use model::call::Write;
use model::plan::{OperationKind, Selection};

use super::*;
use crate::testing::world::*;

fn automatic_set(name: &str, needs: &[&str]) -> DesiredStackSet {
    let mut set = stack_set(name);
    set.permission = service_managed(true);
    set.depends_on = needs.iter().map(|name| at((*name).to_owned())).collect();
    set
}

fn depends_on(plan: &model::plan::Plan, set: &str) -> Vec<String> {
    let mut found = Vec::new();
    for operation in plan
        .operations
        .iter()
        .filter(|operation| operation.stack_set == set)
    {
        let permission = match &operation.call {
            Write::CreateStackSet { definition, .. } => &definition.permission,
            Write::UpdateStackSet(update) => &update.definition.permission,
            _ => continue,
        };
        if let Permission::ServiceManaged { auto_deployment } = permission {
            found = auto_deployment
                .depends_on
                .iter()
                .map(ToString::to_string)
                .collect();
        }
    }
    found
}

#[test]
fn automatic_deployment_depends_on_what_the_stack_set_depends_on() {
    let manual = stack_set("manual");
    let sets = vec![
        automatic_set("net", &[]),
        manual,
        automatic_set("dns", &["net", "manual"]),
    ];
    let plan = crate::plan(&desired(sets), &observed(), &crate::Limits::default());
    assert_eq!(depends_on(&plan, "dns"), ["net"]);
    assert!(depends_on(&plan, "net").is_empty());
}

#[test]
fn a_difference_in_it_is_set_alone_and_shown() {
    let mut observed = observed();
    for name in ["net", "dns"] {
        let mut live = live(name);
        live.definition.permission = service_managed(true);
        deployed(
            &mut live,
            2,
            &[1002, 1003, 1004, 1005],
            &["us-east-1", "eu-west-1"],
        );
        observed.stack_sets.insert(stack_set(name).aws_name, live);
    }
    let wanted = desired(vec![automatic_set("net", &[]), automatic_set("dns", &["net"])]);
    let plan = crate::plan(&wanted, &observed, &crate::Limits::default());
    assert_eq!(outline(&plan), ["AutoDeployment UpdateStackSet 0"]);
    assert_eq!(plan.operations[0].kind, OperationKind::AutoDeployment);
    let changed: Vec<_> = plan.stack_sets[0].changes.settings.iter().collect();
    assert_eq!(changed[0].setting, "auto_deploy.depends_on");
    assert_eq!(
        (changed[0].before.as_deref(), changed[0].after.as_deref()),
        (None, Some("net"))
    );
}

#[test]
fn more_dependencies_than_aws_takes_are_a_warning() {
    let names: Vec<String> = (0..11).map(|number| format!("base-{number:02}")).collect();
    let mut sets: Vec<_> = names.iter().map(|name| automatic_set(name, &[])).collect();
    let needs: Vec<&str> = names.iter().map(String::as_str).collect();
    sets.push(automatic_set("top", &needs));
    let plan = crate::plan(&desired(sets), &observed(), &crate::Limits::default());
    assert_eq!(depends_on(&plan, "top").len(), 10);
    assert!(codes(&plan).contains(&"W0405"));
}

#[test]
fn a_dependency_that_is_not_selected_and_not_there_is_left_out_until_it_is() {
    let wanted = desired(vec![automatic_set("net", &[]), automatic_set("dns", &["net"])]);
    let without_net = Selection {
        exclude: vec!["net".to_owned()],
        ..Selection::default()
    };
    let one_region = Selection {
        regions: vec!["eu-west-1".to_owned()],
        ..Selection::default()
    };
    let mut there = live("net");
    there.definition.permission = service_managed(true);
    for selection in [without_net, one_region] {
        let mut observed = observed();
        let part =
            |observed: &_| crate::plan_selected(&wanted, observed, &crate::Limits::default(), &selection);
        assert!(depends_on(&part(&observed), "dns").is_empty());
        observed
            .stack_sets
            .insert(stack_set("net").aws_name, there.clone());
        assert_eq!(depends_on(&part(&observed), "dns"), ["net"]);
    }
}
