//! Two runs on the same StackSet, in every order of their first turns, with a third party at any of them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

use std::collections::{BTreeMap, BTreeSet};

use model::event::ApplyResult;
use model::plan::Plan;
use trials::case::audit;
use trials::case::scenario::{OrganizationSpec, PreferencesSpec, Scenario, StackSetSpec, Step, TargetSpec};
use trials::direct::Direct;
use trials::pair::{Played, Third, every_order};
use trials::trouble::Trouble;
use trials::walk::{Course, Desk, Trial};

/// Turns with a choice when the two runs are alone.
const ALONE: usize = 12;
/// The same with a third party.
const WITH_ANOTHER: usize = 8;
/// What the two may meet with.
const THIRDS: [Third; 4] = [
    Third::Nobody,
    Third::Drift("s0"),
    Third::DiesUnsent,
    Third::DiesUnheard,
];

/// One StackSet with instances in an account and a Region.
fn stack_set(managed_execution: bool) -> StackSetSpec {
    StackSetSpec {
        self_managed: true,
        template: 0,
        targets: vec![TargetSpec::Account(0)],
        regions: vec![0],
        level: None,
        tags: BTreeMap::new(),
        description: None,
        auto_deploy: 0,
        managed_execution,
        deletes: true,
        preferences: PreferencesSpec {
            concurrent: 100,
            tolerance: 0,
            soft: true,
            parallel: true,
        },
        depends_on: 0,
        rollout: 0,
        overrides: BTreeMap::new(),
        removed: None,
    }
}

/// It is to be made: three operations.
fn trial(managed_execution: bool) -> Trial {
    let step = Step {
        edits: Vec::new(),
        moves: Vec::new(),
        lag: 0,
        late_moves: Vec::new(),
        late_lag: 0,
        failures: Vec::new(),
        faults: Vec::new(),
        kill: None,
    };
    Trial {
        seed: 1,
        troubles: vec![Trouble::none()],
        scenario: Scenario {
            seed: 1,
            knobs: None,
            delegated: false,
            organization: OrganizationSpec {
                units: vec![0],
                accounts: vec![1],
                suspended: BTreeSet::new(),
            },
            stack_sets: vec![stack_set(managed_execution)],
            steps: vec![step],
        },
    }
}

/// The world that everything is to be made in, or in which it was made and is to be another one; the plan of the first run, and one that
/// somebody with another manifest has made at the same time.
fn plans(desk: &Desk, managed_execution: bool) -> (Direct, Plan, Plan) {
    let mut course = Course::open(&trial(managed_execution), desk).expect("a case");
    let first = course.fresh(&mut String::new()).expect("a plan");
    let other = course.other_plan().expect("another plan");
    (course.direct.fork(), first, other)
}

/// What holds in every order.
fn holds(played: &Played, plans: [&Plan; 2], before: &Direct) -> Result<(), String> {
    let after = played.direct.world();
    audit::nothing_twice(&after)?;
    audit::stops_nothing(&after)?;
    audit::as_planned(&plans, &before.world(), &after, &BTreeSet::new())?;
    played.violations.first().map_or(Ok(()), |what| Err(what.clone()))
}

/// Goes through every order; how many there were, and how often the runs ended how.
fn explore(
    (direct, plans): (&Direct, [&Plan; 2]),
    third: Third,
    allowed: impl Fn([ApplyResult; 2]) -> bool,
) -> (u64, BTreeMap<String, u64>) {
    let bound = if third == Third::Nobody {
        ALONE
    } else {
        WITH_ANOTHER
    };
    let mut ends: BTreeMap<String, u64> = BTreeMap::new();
    let orders = every_order(direct, plans, (third, bound), |schedule, played| {
        let held = holds(played, plans, direct);
        held.unwrap_or_else(|what| panic!("{third:?} {schedule:?}: {what}"));
        let results = played.results();
        assert!(
            allowed(results),
            "{third:?} {schedule:?}: {results:?} {:#?}",
            played.summaries
        );
        *ends.entry(format!("{results:?}")).or_default() += 1;
    });
    (orders, ends)
}

#[test]
fn two_runs_of_one_plan_in_every_order_do_its_work_once() {
    let desk = Desk::new();
    let mut all = 0;
    for managed_execution in [false, true] {
        let (direct, plan, _) = plans(&desk, managed_execution);
        for third in THIRDS {
            let (orders, ends) = explore((&direct, [&plan, &plan]), third, |results| {
                // Somebody else on the StackSet makes the plan stale for whoever has something left to do.
                let stale = [ApplyResult::Stale, ApplyResult::StaleMidway, ApplyResult::Busy];
                let foreign = matches!(third, Third::Drift(_));
                let fine =
                    |it: &ApplyResult| *it == ApplyResult::Succeeded || (foreign && stale.contains(it));
                results.iter().all(fine)
            });
            println!("one plan, {third:?}: {orders} orders, {ends:?}");
            all += orders;
        }
    }
    println!("{all} orders of two runs of one plan");
}

#[test]
fn two_runs_of_different_plans_in_every_order_never_mix() {
    let desk = Desk::new();
    let mut all = 0;
    for managed_execution in [false, true] {
        let (direct, plan, other) = plans(&desk, managed_execution);
        for third in THIRDS {
            let (orders, ends) = explore((&direct, [&plan, &other]), third, |results| {
                let done = |it: &&ApplyResult| **it == ApplyResult::Succeeded;
                let stops = [
                    ApplyResult::Succeeded,
                    ApplyResult::Stale,
                    ApplyResult::StaleMidway,
                    ApplyResult::Busy,
                ];
                results.iter().all(|it| stops.contains(it)) && results.iter().filter(done).count() < 2
            });
            println!("two plans, {third:?}: {orders} orders, {ends:?}");
            all += orders;
        }
    }
    println!("{all} orders of two runs of different plans");
}
