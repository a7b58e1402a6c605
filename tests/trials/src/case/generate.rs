//! How cases are drawn: small ones mostly, since they find most and are read quickest.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::manifest::WITH_ROLE;
use super::scenario::{
    Edit, FailureSpec, FaultSpec, Kill, Move, OrganizationSpec, PreferencesSpec, Scenario, StackSetSpec,
    Step, TargetSpec,
};

/// Bounds of a case.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Member accounts at most.
    pub accounts: usize,
    /// Units at most.
    pub units: usize,
    /// StackSets at most.
    pub stack_sets: usize,
    /// Manifests at most.
    pub steps: usize,
}

/// Cases of every size up to 40 accounts and 4 StackSets; three of four are small.
pub fn scenarios() -> impl Strategy<Value = Scenario> {
    let small = Size {
        accounts: 6,
        units: 4,
        stack_sets: 2,
        steps: 4,
    };
    let large = Size {
        accounts: 40,
        units: 8,
        stack_sets: 4,
        steps: 3,
    };
    prop_oneof![7 => scenario(small), 1 => scenario(large)]
}

/// The case of a seed.
pub fn drawn(seed: u64, size: Size) -> Scenario {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let drawn = scenario(size).new_tree(&mut runner);
    drawn.expect("nothing is filtered out").current()
}

/// Cases up to a size.
pub fn scenario(size: Size) -> impl Strategy<Value = Scenario> {
    let organization = organization(size);
    let stack_sets = vec(stack_set(), 1..=size.stack_sets);
    let steps = vec(step(), 1..=size.steps);
    let knobs = weighted(0.5, any::<u64>());
    let world = (any::<u64>(), knobs, weighted(0.2, Just(())));
    (world, organization, stack_sets, steps).prop_map(
        |((seed, knobs, delegated), organization, mut stack_sets, steps)| {
            without_way_back(&mut stack_sets, &steps);
            Scenario {
                seed,
                knobs,
                delegated: delegated.is_some(),
                organization,
                stack_sets,
                steps,
            }
        },
    )
}

/// A plan that could not bring a secret back is held (E0430), so no way back is wanted where there may be one.
fn without_way_back(sets: &mut [StackSetSpec], steps: &[Step]) {
    let secret = |edit: &Edit| matches!(edit, Edit::Template(_, WITH_ROLE));
    let edited = steps.iter().flat_map(|step| &step.edits).any(secret);
    for set in sets.iter_mut().filter(|set| set.rollout == 2) {
        if edited || set.template == WITH_ROLE {
            set.rollout = 1;
        }
    }
}

fn organization(size: Size) -> impl Strategy<Value = OrganizationSpec> {
    let suspended = prop_oneof![3 => btree_set(any::<u8>(), 0..=0), 1 => btree_set(any::<u8>(), 0..=3)];
    let units = vec(any::<u8>(), 0..=size.units);
    let accounts = vec(any::<u8>(), 1..=size.accounts);
    (units, accounts, suspended).prop_map(|(units, accounts, suspended)| OrganizationSpec {
        units,
        accounts,
        suspended,
    })
}

fn stack_set() -> impl Strategy<Value = StackSetSpec> {
    let place = (vec(target(), 1..=3), vec(0..4_u8, 1..=4));
    let says = (
        0..5_u8,
        weighted(0.5, 0..3_u8),
        btree_map(0..3_u8, 0..3_u8, 0..=2),
        weighted(0.5, 0..3_u8),
    );
    let rollout = prop_oneof![3 => Just(0_u8), 1 => 1..=3_u8];
    let behaves = (0..3_u8, any::<bool>(), any::<bool>(), (preferences(), rollout));
    (any::<bool>(), place, says, behaves, any::<u8>()).prop_map(
        |(self_managed, (targets, regions), says, behaves, depends_on)| {
            let (template, level, tags, description) = says;
            let (auto_deploy, managed_execution, deletes, (preferences, rollout)) = behaves;
            StackSetSpec {
                self_managed,
                template,
                targets,
                regions,
                level,
                tags,
                description,
                auto_deploy,
                managed_execution,
                deletes,
                preferences,
                depends_on,
                rollout,
                overrides: BTreeMap::new(),
                removed: None,
            }
        },
    )
}

fn target() -> impl Strategy<Value = TargetSpec> {
    prop_oneof![
        3 => any::<u8>().prop_map(TargetSpec::Path),
        1 => any::<u8>().prop_map(TargetSpec::Unit),
        1 => any::<u8>().prop_map(TargetSpec::Account),
        1 => any::<u8>().prop_map(TargetSpec::Name),
    ]
}

fn preferences() -> impl Strategy<Value = PreferencesSpec> {
    (1..=100_u8, 0..3_u8, any::<bool>(), any::<bool>()).prop_map(|(concurrent, tolerance, soft, parallel)| {
        PreferencesSpec {
            concurrent,
            tolerance,
            soft,
            parallel,
        }
    })
}

fn step() -> impl Strategy<Value = Step> {
    let moves = || prop_oneof![2 => vec(organization_move(), 0..=0), 1 => vec(organization_move(), 0..=3)];
    let late = prop_oneof![6 => vec(organization_move(), 0..=0), 1 => vec(organization_move(), 1..=2)];
    let lag = || prop_oneof![Just(0_u16), 0..300_u16, Just(u16::MAX)];
    let failures = prop_oneof![3 => vec(failure(), 0..=0), 1 => vec(failure(), 1..=2)];
    let faults = prop_oneof![2 => vec(fault(), 0..=0), 1 => vec(fault(), 1..=2)];
    (
        vec(edit(), 0..=4),
        (moves(), lag()),
        (late, lag()),
        failures,
        faults,
        weighted(0.3, kill()),
    )
        .prop_map(
            |(edits, (moves, lag), (late_moves, late_lag), failures, faults, kill)| Step {
                edits,
                moves,
                lag,
                late_moves,
                late_lag,
                failures,
                faults,
                kill,
            },
        )
}

fn edit() -> impl Strategy<Value = Edit> {
    let set = any::<u8>;
    prop_oneof![
        3 => (set(), 0..5_u8).prop_map(|(set, template)| Edit::Template(set, template)),
        2 => (set(), weighted(0.7, 0..3_u8)).prop_map(|(set, level)| Edit::Level(set, level)),
        2 => (set(), 0..3_u8, weighted(0.7, 0..3_u8)).prop_map(|(set, key, value)| Edit::Tag(set, key, value)),
        1 => (set(), 0..3_u8).prop_map(|(set, text)| Edit::Description(set, text)),
        4 => (set(), target()).prop_map(|(set, target)| Edit::AddTarget(set, target)),
        2 => (set(), any::<u8>()).prop_map(|(set, unit)| Edit::AddTarget(set, TargetSpec::Path(unit))),
        3 => (set(), any::<u8>()).prop_map(|(set, target)| Edit::DropTarget(set, target)),
        3 => (set(), vec(0..4_u8, 1..=4)).prop_map(|(set, regions)| Edit::Regions(set, regions)),
        2 => (set(), 0..3_u8).prop_map(|(set, state)| Edit::AutoDeploy(set, state)),
        1 => set().prop_map(Edit::ManagedExecution),
        1 => set().prop_map(Edit::OnLeave),
        1 => (set(), preferences()).prop_map(|(set, preferences)| Edit::Preferences(set, preferences)),
        2 => (set(), any::<bool>()).prop_map(|(set, delete)| Edit::Remove(set, delete)),
        1 => set().prop_map(Edit::Restore),
    ]
}

fn organization_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => any::<u8>().prop_map(Move::Join),
        4 => (any::<u8>(), any::<u8>()).prop_map(|(account, unit)| Move::Account(account, unit)),
        1 => any::<u8>().prop_map(Move::Close),
        1 => any::<u8>().prop_map(Move::Leave),
    ]
}

fn failure() -> impl Strategy<Value = FailureSpec> {
    let place = (
        weighted(0.7, any::<u8>()),
        weighted(0.7, any::<u8>()),
        weighted(0.5, 0..4_u8),
    );
    (place, prop_oneof![3 => 0..2_u8, 1 => Just(2_u8)], 1..=3_u8).prop_map(
        |((stack_set, account, region), action, times)| FailureSpec {
            stack_set,
            account,
            region,
            action,
            times,
        },
    )
}

fn fault() -> impl Strategy<Value = FaultSpec> {
    (any::<u8>(), any::<u8>(), 0..4_u8, 1..4_u8, any::<u8>()).prop_map(
        |(kind, action, after, times, seconds)| FaultSpec {
            kind,
            action,
            after,
            times,
            seconds,
        },
    )
}

fn kill() -> impl Strategy<Value = Kill> {
    let pause = prop_oneof![Just(0_u16), 0..2000_u16];
    let twice = weighted(0.3, 0..40_u8);
    (0..60_u8, any::<bool>(), any::<bool>(), pause, twice).prop_map(
        |(call, done, same_plan, pause, twice)| Kill {
            call,
            done,
            same_plan,
            pause,
            twice,
        },
    )
}
