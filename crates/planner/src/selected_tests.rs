use std::collections::BTreeMap;

use model::call::Write;
use model::desired::{DesiredStackSet, Source};
use model::instance::InstanceKey;
use model::observed::{Observed, ObservedStackSet};
use model::plan::{Plan, PlanResult};
use model::targets::{AccountFilter, CallTargets};
use proptest::prelude::*;

use super::*;
use crate::properties::cases::{World, any_world};
use crate::rollout::tests::careful;
use crate::testing::aws::obey;
use crate::testing::world::*;
use crate::{Limits, plan_selected};

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn accounts(numbers: &[u64]) -> Selection {
    Selection {
        accounts: numbers
            .iter()
            .map(|number| account(*number).to_string())
            .collect(),
        ..Selection::default()
    }
}

pub(super) fn everywhere(name: &str) -> ObservedStackSet {
    let mut live = live(name);
    deployed(&mut live, 2, &[1002, 1003, 1004, 1005], &REGIONS);
    live
}

pub(super) fn select(
    sets: Vec<DesiredStackSet>,
    lives: Vec<ObservedStackSet>,
    selection: &Selection,
) -> Plan {
    let mut observed = observed();
    for (set, live) in sets.iter().zip(lives) {
        observed.stack_sets.insert(set.aws_name.clone(), live);
    }
    let mut desired = desired(sets);
    desired.guard.max_deleted_instances = Some(at(1000));
    plan_selected(&desired, &observed, &Limits::default(), selection)
}

pub(super) fn changed(name: &str) -> DesiredStackSet {
    let mut set = stack_set(name);
    *body_of(&mut set) = OTHER_TEMPLATE.to_owned();
    set
}

/// Accounts that the first operation names.
fn named(plan: &Plan) -> Vec<String> {
    let targets = match &plan.operations[0].call {
        Write::UpdateStackSet(update) => &update.targets,
        Write::CreateStackInstances { targets, .. } | Write::DeleteStackInstances { targets, .. } => targets,
        other => panic!("{other:?}"),
    };
    match targets {
        CallTargets::Units {
            filter: AccountFilter::Intersection(accounts),
            ..
        } => accounts.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn stack_sets_that_are_not_selected_stay_as_they_are() {
    let sets = || vec![changed("dns"), changed("net")];
    let lives = || vec![everywhere("dns"), everywhere("net")];
    let only = Selection {
        stack_sets: texts(&["dns"]),
        ..Selection::default()
    };
    let without = Selection {
        exclude: texts(&["net"]),
        ..Selection::default()
    };
    let whole = select(sets(), lives(), &Selection::default());
    for selection in [only, without] {
        let plan = select(sets(), lives(), &selection);
        assert_eq!(outline(&plan), ["Update UpdateStackSet 8"]);
        assert!(!plan.complete && plan.applyable);
        assert_eq!(plan.stack_sets[1].action, Action::None);
        assert_eq!(plan.preconditions.stack_sets.len(), 1);
        assert_eq!(codes(&plan), ["W0012"]);
        let told = &plan.diagnostics[0];
        assert!(
            told.message.contains("1 StackSet and 8 instances"),
            "{}",
            told.message
        );
        assert_ne!(plan.digest, whole.digest);
        assert_eq!(plan.digest, plan.compute_digest());
    }
    assert!(whole.complete);
}

#[test]
fn a_new_definition_reaches_selected_accounts_and_marks_the_others() {
    let plan = select(vec![changed("net")], vec![everywhere("net")], &accounts(&[1003]));
    assert_eq!(outline(&plan), ["Update UpdateStackSet 2"]);
    assert_eq!(named(&plan), [account(1003).to_string()]);
    assert_eq!(plan.instances(Action::Update), 2);
    let mut tagged = stack_set("net");
    tagged.tags.insert("team".to_owned(), "net".to_owned());
    let plan = select(vec![tagged], vec![everywhere("net")], &accounts(&[1003]));
    let Write::UpdateStackSet(update) = &plan.operations[0].call else {
        panic!("{:?}", plan.operations);
    };
    assert!(
        update.content,
        "the others must be marked outdated, or nobody knows"
    );
}

#[test]
fn what_was_not_named_is_neither_deleted_nor_unregistered() {
    let mut gone = stack_set("net");
    gone.deploy[0].targets = vec![at(below(1))];
    let plan = select(vec![gone.clone()], vec![everywhere("net")], &accounts(&[1003]));
    assert_eq!(outline(&plan), ["Delete DeleteStackInstances 2"]);
    assert_eq!(named(&plan), [account(1003).to_string()]);
    assert!(plan.stack_sets[0].changes.targets_removed.is_empty());
    let region = Selection {
        regions: texts(&["eu-west-1"]),
        ..Selection::default()
    };
    let plan = select(vec![gone], vec![everywhere("net")], &region);
    let touched = plan.operations.iter().flat_map(|operation| &operation.touches);
    assert!(
        touched
            .flat_map(|part| &part.regions)
            .all(|region| region.as_str() == "eu-west-1")
    );
    assert_eq!(plan.instances(Action::Delete), 4);
}

#[test]
fn a_unit_is_registered_only_through_selected_accounts() {
    let plan = select(vec![stack_set("net")], vec![live("net")], &accounts(&[1004]));
    assert_eq!(outline(&plan), ["Create CreateStackInstances 2"]);
    assert_eq!(named(&plan), [account(1004).to_string()]);
    let nobody = select(vec![stack_set("net")], vec![live("net")], &accounts(&[1001]));
    assert_eq!(nobody.result, PlanResult::NoChanges);
    assert!(nobody.operations.is_empty());
}

#[test]
fn a_definition_that_no_selected_instance_carries_is_held() {
    let mut live = everywhere("net");
    live.instances.retain(|key, _| key.account != account(1005));
    let plan = select(vec![changed("net")], vec![live], &accounts(&[1005]));
    assert_eq!(plan.result, PlanResult::Blocked);
    assert!(codes(&plan).contains(&"E0407"), "{:?}", codes(&plan));
    assert!(plan.operations.is_empty());
}

#[test]
fn a_stack_set_waits_for_one_that_is_left_out() {
    let mut dns = stack_set("dns");
    dns.depends_on = vec![at("hub".to_owned())];
    let mut hub = stack_set("hub");
    hub.depends_on = vec![at("net".to_owned())];
    let only = Selection {
        exclude: texts(&["net"]),
        ..Selection::default()
    };
    let sets = vec![stack_set("net"), hub, dns];
    let plan = select(sets.clone(), Vec::new(), &only);
    assert_eq!(plan.result, PlanResult::Blocked);
    let held: Vec<_> = plan.holds.iter().map(|hold| hold.stack_set.as_deref()).collect();
    assert_eq!(held, [Some("dns"), Some("hub")]);
    assert!(codes(&plan).contains(&"E0406"));
    let there = select(sets, vec![everywhere("net")], &only);
    assert_eq!(there.result, PlanResult::Changes);
    let order: Vec<_> = there
        .operations
        .iter()
        .map(|one| one.stack_set.as_str())
        .collect();
    assert_eq!(order.first(), Some(&"hub"), "the rest is in its order: {order:?}");
    assert_eq!(order.last(), Some(&"dns"));
}

#[test]
fn a_stage_takes_what_comes_before_it_and_nothing_after() {
    let mut set = changed("net");
    set.rollout = Some(careful());
    for (name, accounts) in [("canary", 1), ("careful/nonprod", 2), ("prod", 4)] {
        let selection = Selection {
            stages: texts(&[name]),
            ..Selection::default()
        };
        let sets = vec![set.clone(), changed("zone")];
        let plan = select(sets, vec![everywhere("net"), everywhere("zone")], &selection);
        assert_eq!(plan.instances(Action::Update), accounts * 2, "{name}");
        let first = plan
            .operations
            .iter()
            .all(|operation| operation.stack_set == "net");
        assert!(first, "a StackSet without such a stage is left out");
    }
}

#[test]
fn a_hidden_value_is_sent_again_when_somebody_asks() {
    let mut set = stack_set("net");
    *body_of(&mut set) = WITH_PARAMETERS.to_owned();
    let source = Source::Environment {
        name: "TOKEN".to_owned(),
        sensitive: true,
    };
    set.parameters.insert("Token".to_owned(), parameter(source));
    let mut live = everywhere("net");
    live.definition.template = WITH_PARAMETERS.to_owned();
    live.definition.parameters = BTreeMap::from([
        ("Days".to_owned(), plain("30")),
        ("Token".to_owned(), model::definition::ParameterValue::Masked),
    ]);
    let mut observed = observed();
    observed.secrets.insert("TOKEN".to_owned());
    observed.stack_sets.insert(set.aws_name.clone(), live);
    let desired = desired(vec![set]);
    let resend = |what: &str| Selection {
        resend: texts(&[what]),
        ..Selection::default()
    };
    let make = |selection: &Selection| plan_selected(&desired, &observed, &Limits::default(), selection);
    assert_eq!(make(&Selection::default()).result, PlanResult::NoChanges);
    let again = make(&resend("net:Token"));
    assert_eq!(outline(&again), ["Update UpdateStackSet 8"]);
    assert!(again.complete && again.stack_sets[0].changes.parameters[0].sensitive);
    for wrong in ["net:Days", "net:Nobody"] {
        assert!(codes(&make(&resend(wrong))).contains(&"E0014"), "{wrong}");
    }
}

/// Everything about instances but whether they are up to date.
fn kept(observed: &Observed, name: &str) -> BTreeMap<InstanceKey, Option<model::ids::UnitId>> {
    let sets = observed.stack_sets.iter().filter(|(set, _)| set.as_str() == name);
    let instances = sets.flat_map(|(_, set)| &set.instances);
    instances
        .map(|(key, instance)| (key.clone(), instance.unit.clone()))
        .collect()
}

fn any_selection() -> impl Strategy<Value = Selection> {
    let numbers = prop::collection::vec(1001_u64..1006, 0..3);
    let region = prop::option::of(prop::sample::select(&REGIONS[..]));
    let name = prop::option::of(0_usize..3);
    let only = prop::option::of(prop::sample::select(&[Only::Failed, Only::Outdated][..]));
    (numbers, region, name, only).prop_map(|(numbers, region, name, only)| Selection {
        regions: region.into_iter().map(str::to_owned).collect(),
        exclude: name.into_iter().map(|index| format!("{index}")).collect(),
        only,
        ..accounts(&numbers)
    })
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn a_selected_plan_touches_what_is_selected_and_the_whole_plan_finishes(
        world in any_world(),
        mut selection in any_selection(),
    ) {
        let World { desired, mut observed, .. } = world;
        let names: Vec<String> = desired.stack_sets.keys().cloned().collect();
        let chosen: Vec<usize> = selection.exclude.iter().filter_map(|index| index.parse().ok()).collect();
        selection.exclude = chosen.into_iter().filter_map(|index| names.get(index).cloned()).collect();
        let plan = plan_selected(&desired, &observed, &Limits::default(), &selection);
        prop_assert_eq!(plan.complete, !selection.is_narrow());
        let narrow = Narrow::of_removal(&selection, "any");
        // The way back reaches every instance: the definition that it takes back is also that of those that are not selected.
        prop_assert!(plan.operations.iter().all(|operation| selection.takes(&operation.stack_set)));
        for operation in plan.operations.iter().filter(|operation| operation.runs_if.is_always()) {
            for key in operation.touches.iter().flat_map(model::instance::Rectangle::keys) {
                let taken = narrow.is_none_or(|narrow| narrow.takes(FateKind::Update, &key.account, &key.region));
                prop_assert!(taken, "{key} is touched");
            }
        }
        let before = observed.clone();
        if plan.applyable {
            prop_assume!(obey(&plan, &mut observed, usize::MAX));
        }
        for name in before.stack_sets.keys() {
            let after = kept(&observed, name.as_str());
            for (key, unit) in kept(&before, name.as_str()) {
                let taken = narrow.is_none_or(|narrow| narrow.takes(FateKind::Update, &key.account, &key.region));
                prop_assert!(taken || after.get(&key) == Some(&unit), "{name} {key}");
            }
        }
        let whole = crate::plan(&desired, &observed, &Limits::default());
        prop_assert!(whole.applyable, "{:?}", whole.holds);
        prop_assume!(obey(&whole, &mut observed, usize::MAX));
        let last = crate::plan(&desired, &observed, &Limits::default());
        prop_assert_eq!(last.result, PlanResult::NoChanges, "{:?} then {:?}", outline(&whole), outline(&last));
    }
}
