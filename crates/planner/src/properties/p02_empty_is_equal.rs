//! P2: a plan is empty when AWS is as the manifest says, and only then: whatever is changed by hand is seen.

use std::collections::BTreeSet;

use model::desired::DesiredStackSet;
use model::ids::{OperationId, Region, StackSetName, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::plan::PlanResult;
use proptest::prelude::*;
use proptest::sample::Index;
use simulator::world::{StackInstance, StackSet};

use super::cases::{World, any_world};
use super::make;
use crate::testing::aws::Aws;
use crate::testing::world::{OTHER_TEMPLATE, TEMPLATE, account, below, outline, unit};

/// What somebody does by hand.
#[derive(Debug, Clone)]
enum Deed {
    Forget(Index),
    Add(u64),
    Outdate(Index, u8),
    Override(Index),
    Template,
    Parameter,
    Tag,
    Untag,
    Description,
    Automatic,
    Retain,
    Managed,
    Unregister(Index),
    Role,
}

fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        any::<Index>().prop_map(Deed::Forget),
        (1001_u64..1009).prop_map(Deed::Add),
        (any::<Index>(), 0_u8..3).prop_map(|(which, how)| Deed::Outdate(which, how)),
        any::<Index>().prop_map(Deed::Override),
        Just(Deed::Template),
        Just(Deed::Parameter),
        Just(Deed::Tag),
        Just(Deed::Untag),
        Just(Deed::Description),
        Just(Deed::Automatic),
        Just(Deed::Retain),
        Just(Deed::Managed),
        any::<Index>().prop_map(Deed::Unregister),
        Just(Deed::Role),
    ]
}

impl Deed {
    /// Does it; whether there was anything that it could be done to.
    fn happen(&self, set: &mut StackSet, (good, targeted): (&[InstanceKey], &BTreeSet<UnitId>)) -> bool {
        let service_managed = set.definition.service_managed;
        let chosen = |which: &Index| (!good.is_empty()).then(|| which.get(good).clone());
        match self {
            Self::Forget(which) => chosen(which).is_some_and(|key| {
                set.remove_instance(&key);
                true
            }),
            Self::Add(number) => stranger(set, *number),
            Self::Outdate(which, how) => chosen(which).is_some_and(|key| {
                let instance = set.instances.get_mut(&key).unwrap();
                let all = [
                    DetailedStatus::Pending,
                    DetailedStatus::Failed,
                    DetailedStatus::Cancelled,
                ];
                instance.status = InstanceStatus::Outdated;
                instance.detailed = all[usize::from(*how)].clone();
                true
            }),
            Self::Override(which) => chosen(which).is_some_and(|key| overridden(set, &key)),
            Self::Unregister(which) => {
                let units: Vec<_> = set
                    .registered
                    .keys()
                    .filter(|unit| targeted.contains(unit))
                    .cloned()
                    .collect();
                !units.is_empty() && set.registered.remove(which.get(&units)).is_some()
            }
            Self::Automatic | Self::Retain if !service_managed => false,
            Self::Role if service_managed => false,
            _ => self.defined(set),
        }
    }

    fn defined(&self, set: &mut StackSet) -> bool {
        let definition = &mut set.definition;
        match self {
            Self::Template => {
                let same = definition.template == TEMPLATE;
                definition.template = if same { OTHER_TEMPLATE } else { TEMPLATE }.to_owned();
            }
            Self::Parameter => match definition.parameters.get_mut("Days") {
                Some(days) => "61".clone_into(days),
                None => return false,
            },
            Self::Tag => {
                definition.tags.insert("somebody".to_owned(), "else".to_owned());
            }
            Self::Untag => return definition.tags.remove("owner").is_some(),
            Self::Description => match &mut definition.description {
                Some(text) => text.push('!'),
                None => return false,
            },
            Self::Automatic => definition.auto_deployment = !definition.auto_deployment,
            Self::Retain if !definition.auto_deployment => return false,
            Self::Retain => definition.retain_on_removal = !definition.retain_on_removal,
            Self::Managed => definition.managed_execution = !definition.managed_execution,
            Self::Role => definition.execution_role = Some("Other".to_owned()),
            _ => return false,
        }
        true
    }
}

/// An instance that nobody asked for.
fn stranger(set: &mut StackSet, number: u64) -> bool {
    let key = InstanceKey {
        account: account(number),
        region: Region::parse("sa-east-1").unwrap(),
    };
    let unit = set.definition.service_managed.then(|| unit(0));
    set.put_instance(key, StackInstance::pending(unit));
    true
}

fn overridden(set: &mut StackSet, key: &InstanceKey) -> bool {
    let known = set.definition.parameters.contains_key("Days");
    let instance = set.instances.get_mut(key).unwrap();
    // Whoever does so needs an operation, and that is what a sparing read goes by.
    instance.last_operation = Some(OperationId::parse("by-hand").unwrap());
    known && instance.overrides.insert("Days".to_owned(), "77".to_owned()) != Some("77".to_owned())
}

/// Units that must be registered: targets that no other target contains and that nothing is left out of.
fn targeted(set: &DesiredStackSet) -> BTreeSet<UnitId> {
    let [part] = &set.deploy[..] else {
        return BTreeSet::new();
    };
    let means = |number: u32| part.targets.iter().any(|target| target.value == below(number));
    let named = (0..8).filter(|number| means(*number));
    let alone = named.filter(|_| set.skip.is_empty() && part.targets.len() == 1);
    alone.map(unit).collect()
}

/// Where AWS works and an instance is as it should be.
fn good(world: &World, aws: &Aws, name: &StackSetName) -> Vec<InstanceKey> {
    let accounts = &world.observed.organization.accounts;
    let works = |key: &InstanceKey| accounts.get(&key.account).is_none_or(|it| it.state.is_active());
    let instances = aws.set(name).unwrap().instances.iter();
    let current = instances.filter(|(key, it)| it.status == InstanceStatus::Current && works(key));
    let wanted = world
        .desired
        .stack_sets
        .values()
        .find(|set| set.aws_name == *name)
        .unwrap();
    let should = super::naive::should(wanted, &world.observed);
    let wanted = current.filter(|(key, _)| should.cells.contains_key(*key));
    wanted.map(|(key, _)| key.clone()).collect()
}

proptest! {
    #![proptest_config(crate::testing::cases())]

    #[test]
    fn p02_whatever_is_changed_by_hand_is_seen(
        world in any_world(), deed in any_deed(), which: Index, sparing: bool
    ) {
        prop_assume!(!world.desired.stack_sets.is_empty());
        let mut aws = Aws::of(&world.observed).sparing(sparing);
        let plan = make(&world.desired, &aws.seen());
        aws.carry_out(&plan, usize::MAX);
        prop_assume!(!aws.is_spoiled());
        let quiet = make(&world.desired, &aws.seen());
        prop_assert_eq!(quiet.result, PlanResult::NoChanges);
        let sets: Vec<_> = world.desired.stack_sets.values().collect();
        let set = which.get(&sets);
        let good = good(&world, &aws, &set.aws_name);
        let mut happened = false;
        let targeted = targeted(set);
        aws.change(&set.aws_name, |there| happened = deed.happen(there, (&good, &targeted)));
        let next = make(&world.desired, &aws.seen());
        let told = next.operations.iter().any(|operation| operation.stack_set == set.name.value);
        prop_assert_eq!(told, happened, "{:?} {:#?}", deed, outline(&next));
    }
}
