//! Scenarios, each killed at every call of its last apply, before the call, after AWS acted and after the answer, and run again
//! with the same plan: nothing is started twice, nothing outside the plan is touched, and the plan is carried out.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use trials::case::scenario::{
    Edit, FailureSpec, OrganizationSpec, PreferencesSpec, Scenario, StackSetSpec, Step, TargetSpec,
};
use trials::seen::Seen;
use trials::trouble::{Crash, Deed, Other, Trouble, When};
use trials::walk::{Desk, Trial, walk};

/// The three moments of a call at which a process can die.
const MOMENTS: [When; 3] = [When::Before, When::AfterAct, When::AfterAnswer];

/// A StackSet of every account in two Regions.
fn stack_set() -> StackSetSpec {
    StackSetSpec {
        self_managed: false,
        template: 0,
        targets: vec![TargetSpec::Path(0)],
        regions: vec![0, 1],
        level: None,
        tags: BTreeMap::new(),
        description: Some(0),
        auto_deploy: 0,
        managed_execution: false,
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

fn self_managed() -> StackSetSpec {
    StackSetSpec {
        self_managed: true,
        ..stack_set()
    }
}

/// In stages: kind 1 soaks, 2 goes back after a failure, 3 needs an approval.
fn in_stages(rollout: u8) -> StackSetSpec {
    StackSetSpec {
        rollout,
        targets: vec![TargetSpec::Account(0), TargetSpec::Path(0)],
        ..self_managed()
    }
}

fn step(edits: Vec<Edit>) -> Step {
    Step {
        edits,
        moves: Vec::new(),
        lag: 0,
        late_moves: Vec::new(),
        late_lag: 0,
        failures: Vec::new(),
        faults: Vec::new(),
        kill: None,
    }
}

/// Updates that fail in the first account, a few times.
fn failing(edits: Vec<Edit>) -> Step {
    let failure = FailureSpec {
        stack_set: None,
        account: Some(0),
        region: None,
        action: 1,
        times: 3,
    };
    Step {
        failures: vec![failure],
        ..step(edits)
    }
}

fn scenario(stack_sets: Vec<StackSetSpec>, last: Option<Step>) -> Trial {
    let steps: Vec<Step> = [Some(step(Vec::new())), last].into_iter().flatten().collect();
    let troubles = steps.iter().map(|_| quiet());
    Trial {
        seed: 1,
        troubles: troubles.collect(),
        scenario: Scenario {
            seed: 1,
            knobs: None,
            delegated: false,
            organization: OrganizationSpec {
                units: vec![0, 0],
                accounts: vec![1, 1, 2],
                suspended: BTreeSet::new(),
            },
            stack_sets,
            steps,
        },
    }
}

fn quiet() -> Trouble {
    Trouble {
        latency: 50,
        approved: true,
        ..Trouble::default()
    }
}

fn changed(set: StackSetSpec, edits: Vec<Edit>) -> Trial {
    scenario(vec![set], Some(step(edits)))
}

fn second(set: StackSetSpec) -> StackSetSpec {
    StackSetSpec { depends_on: 1, ..set }
}

/// Two accounts have values of their own, and not the same ones.
fn with_overrides(set: StackSetSpec) -> StackSetSpec {
    StackSetSpec {
        overrides: BTreeMap::from([(0, 1), (2, 2)]),
        ..set
    }
}

/// One value differs, one is the StackSet's again, one is new.
fn other_overrides() -> Vec<Edit> {
    vec![
        Edit::Override(0, 0, Some(2)),
        Edit::Override(0, 2, None),
        Edit::Override(0, 1, Some(1)),
    ]
}

/// What is done, by name.
#[expect(clippy::too_many_lines, reason = "a list: one row for each scenario")]
fn scenarios() -> Vec<(&'static str, Trial)> {
    let update = || vec![Edit::Template(0, 3)];
    let mut drift = changed(stack_set(), update());
    drift.troubles[1].others = vec![Other {
        after: 40,
        stack_set: 0,
        does: Deed::Drift,
    }];
    let two = || vec![stack_set(), second(self_managed())];
    let both = |deletes| Some(step(vec![Edit::Remove(0, deletes), Edit::Remove(1, deletes)]));
    let tolerant = StackSetSpec {
        preferences: PreferencesSpec {
            tolerance: 2,
            ..stack_set().preferences
        },
        ..stack_set()
    };
    vec![
        ("create", scenario(vec![stack_set()], None)),
        ("create two, one after the other", scenario(two(), None)),
        ("create self-managed", scenario(vec![self_managed()], None)),
        ("update the template", changed(stack_set(), update())),
        (
            "update a value and a tag",
            changed(
                self_managed(),
                vec![Edit::Level(0, Some(2)), Edit::Tag(0, 0, Some(1))],
            ),
        ),
        (
            "update the description alone",
            changed(stack_set(), vec![Edit::Description(0, 1)]),
        ),
        (
            "a secret parameter",
            changed(stack_set(), vec![Edit::Template(0, 2)]),
        ),
        (
            "grow",
            changed(stack_set(), vec![Edit::Regions(0, vec![0, 1, 2])]),
        ),
        (
            "shrink and delete",
            changed(stack_set(), vec![Edit::Regions(0, vec![0])]),
        ),
        (
            "shrink and retain",
            changed(stack_set(), vec![Edit::OnLeave(0), Edit::Regions(0, vec![0])]),
        ),
        (
            "update, grow and shrink",
            changed(
                self_managed(),
                vec![Edit::Template(0, 1), Edit::Regions(0, vec![1, 2])],
            ),
        ),
        ("remove two with their stacks", scenario(two(), both(true))),
        ("remove two and leave their stacks", scenario(two(), both(false))),
        ("stages that soak", changed(in_stages(1), update())),
        (
            "stages that go back",
            scenario(vec![in_stages(2)], Some(failing(update()))),
        ),
        ("stages with an approval", changed(in_stages(3), update())),
        (
            "managed execution",
            changed(stack_set(), vec![Edit::ManagedExecution(0), Edit::Template(0, 1)]),
        ),
        (
            "automatic deployment on",
            changed(stack_set(), vec![Edit::AutoDeploy(0, 2)]),
        ),
        (
            "automatic deployment off",
            changed(
                StackSetSpec {
                    auto_deploy: 2,
                    ..stack_set()
                },
                vec![Edit::AutoDeploy(0, 0), Edit::Level(0, Some(1))],
            ),
        ),
        (
            "failures within the tolerance",
            scenario(vec![tolerant], Some(failing(update()))),
        ),
        (
            "failures over the tolerance",
            scenario(vec![stack_set()], Some(failing(update()))),
        ),
        ("somebody detects drift", drift),
        (
            "create with overrides",
            scenario(vec![with_overrides(stack_set())], None),
        ),
        (
            "create self-managed with overrides",
            scenario(vec![with_overrides(self_managed())], None),
        ),
        (
            "change overrides",
            changed(with_overrides(stack_set()), other_overrides()),
        ),
        (
            "change overrides and the template",
            changed(
                with_overrides(self_managed()),
                [other_overrides(), update()].concat(),
            ),
        ),
    ]
}

/// Kills the last apply at every call; how many points there were.
fn kill_everywhere(name: &str, trial: &Trial, desk: &Desk) -> u64 {
    let mut points = 0;
    for when in MOMENTS {
        for call in 0.. {
            let mut killed = trial.clone();
            let last = killed.troubles.last_mut().expect("there is a step");
            last.crashes = vec![Crash {
                call,
                when,
                pause: (call % 3) * 40,
            }];
            let mut seen = Seen::default();
            let outcome = walk(&killed, desk, &mut seen);
            outcome.unwrap_or_else(|what| panic!("{name}, {when:?} of call {call}: {what}"));
            if !seen.hits.keys().any(|(fault, _)| (1..=3).contains(fault)) {
                break;
            }
            points += 1;
        }
    }
    points
}

#[test]
fn every_scenario_killed_at_every_call_is_finished_by_the_next_run() {
    let scenarios = scenarios();
    let kill = |half: usize| {
        let desk = Desk::new();
        let mine = scenarios.iter().skip(half).step_by(2);
        let count = |(name, trial): &(&str, Trial)| {
            let points = kill_everywhere(name, trial, &desk);
            println!("{points:>5} {name}");
            assert!(points > 20, "{name}: {points} points");
            points
        };
        mine.map(count).sum::<u64>()
    };
    let kill = &kill;
    let all: u64 = thread::scope(|scope| {
        let halves = [0, 1].map(|half| scope.spawn(move || kill(half)));
        halves
            .into_iter()
            .map(|half| half.join().expect("no panic"))
            .sum()
    });
    println!("{all} crash points in {} scenarios", scenarios.len());
}
