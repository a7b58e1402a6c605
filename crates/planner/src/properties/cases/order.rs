//! What comes when: dependencies, preferences, rollouts, and what AWS does by itself.

use std::collections::BTreeSet;

use model::definition::{AutoDeployment, Permission};
use model::desired::{DesiredStackSet, OnFailure, Rollout};
use model::preferences::{Amount, ConcurrencyMode, OperationPreferences, RegionConcurrency};
use proptest::prelude::*;

use crate::rollout::tests::{named, rest, stage};
use crate::testing::world::at;

/// In which order and how fast.
#[derive(Debug, Clone)]
pub(super) struct OrderCase {
    /// Whether it waits for the StackSet before it.
    depends: bool,
    rollout: Option<RolloutCase>,
    parallel: bool,
    share: u8,
    pub(super) retains: (bool, bool),
}

#[derive(Debug, Clone)]
struct RolloutCase {
    stages: Vec<BTreeSet<u64>>,
    back: bool,
}

pub(super) fn any_order() -> impl Strategy<Value = OrderCase> {
    let accounts = proptest::collection::btree_set(1001_u64..1008, 1..4);
    let stages = proptest::collection::vec(accounts, 0..3);
    let rollout = (stages, any::<bool>()).prop_map(|(stages, back)| RolloutCase { stages, back });
    let rollout = proptest::option::weighted(0.3, rollout);
    let rest = (
        any::<bool>(),
        rollout,
        any::<bool>(),
        0_u8..3,
        any::<(bool, bool)>(),
    );
    rest.prop_map(|(depends, rollout, parallel, share, retains)| OrderCase {
        depends,
        rollout,
        parallel,
        share,
        retains,
    })
}

pub(super) fn automatic(enabled: bool, retain_stacks: bool) -> Permission {
    Permission::ServiceManaged {
        auto_deployment: AutoDeployment {
            enabled,
            retain_stacks: enabled && retain_stacks,
            ..AutoDeployment::default()
        },
    }
}

pub(super) fn order(case: &OrderCase, number: usize, set: &mut DesiredStackSet) {
    if case.depends && number > 0 {
        set.depends_on = vec![at(format!("set-{}", number - 1))];
    }
    let preferences = OperationPreferences {
        region_concurrency: if case.parallel {
            RegionConcurrency::Parallel
        } else {
            RegionConcurrency::Sequential
        },
        max_concurrent: [Amount::Count(0), Amount::Count(3), Amount::Percent(50)][usize::from(case.share)],
        concurrency_mode: ConcurrencyMode::Soft,
        ..OperationPreferences::default()
    };
    set.preferences.update = preferences.clone();
    set.preferences.create = preferences;
    set.rollout = case
        .rollout
        .as_ref()
        .map(|case| rollout(&format!("rollout-{number}"), case));
}

fn rollout(name: &str, case: &RolloutCase) -> Rollout {
    let stages = case.stages.iter().enumerate().map(|(number, accounts)| {
        let accounts: Vec<u64> = accounts.iter().copied().collect();
        stage(&format!("stage-{number}"), named(&accounts))
    });
    Rollout {
        name: at(name.to_owned()),
        stages: stages.chain([stage("rest", rest())]).collect(),
        on_failure: if case.back {
            OnFailure::Rollback
        } else {
            OnFailure::Stop
        },
    }
}
