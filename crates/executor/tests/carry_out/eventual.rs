//! Lists and new things that show up late.

use std::collections::BTreeMap;

use executor::Options;
use model::call::{Call, CallErrorKind, Write};
use model::event::{ApplyResult, EventKind};

use crate::drive::{Fault, run, run_with};
use crate::plans::{name, scene};

#[test]
fn lists_that_lag_behind_are_no_foreign_operations() {
    let (mut ideal, plan) = scene();
    let wanted = run(&mut ideal, &plan).outcomes();
    // With the longest lag, not even the operation that the plan was made after is listed at first.
    for lag in [5, 60, 600, 3604] {
        let (mut cloud, plan) = scene();
        cloud.lag = lag;
        assert_eq!(run(&mut cloud, &plan).outcomes(), wanted, "{lag} s");
        assert_eq!(cloud.written.len(), ideal.written.len());
    }
}

#[test]
fn a_list_that_shows_an_ended_operation_as_running_is_not_believed() {
    let (mut cloud, plan) = scene();
    cloud.stuck = true;
    assert_eq!(run(&mut cloud, &plan).result(), ApplyResult::Succeeded);
}

#[test]
fn instances_that_show_up_late_are_waited_for() {
    let (mut cloud, plan) = scene();
    cloud.late_reads = 3;
    let ended = run(&mut cloud, &plan);
    assert_eq!((ended.result(), cloud.late_reads), (ApplyResult::Succeeded, 0));
}

#[test]
fn results_that_show_up_late_are_told_all_the_same() {
    let (mut cloud, plan) = scene();
    cloud.late_results = 4;
    let ended = run(&mut cloud, &plan);
    assert_eq!(ended.summary.as_ref().unwrap().instances.succeeded, 9);
    let told = ended
        .events
        .iter()
        .filter(|event| matches!(event, EventKind::Instance { .. }));
    assert_eq!(told.count(), 9);
}

#[test]
fn an_operation_that_is_not_there_right_after_its_start_is_looked_for_again() {
    let (mut cloud, plan) = scene();
    let mut misses = 0;
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, cloud| {
        let polled = matches!(call, Call::Operation(..)) && cloud.is_held(&name("baseline"));
        if polled && misses < 2 {
            misses += 1;
            return Fault::Refused(CallErrorKind::NotFound);
        }
        Fault::None
    });
    assert_eq!((ended.result(), misses), (ApplyResult::Succeeded, 2));
}

#[test]
fn a_stack_set_that_is_not_there_right_after_its_creation_is_looked_for_again() {
    let (mut cloud, plan) = scene();
    let mut misses = 0;
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, call, cloud| {
        let asked = *call == Call::Definition(name("audit")) && cloud.sets.contains_key(&name("audit"));
        if asked && misses < 2 {
            misses += 1;
            return Fault::Refused(CallErrorKind::NotFound);
        }
        Fault::None
    });
    assert_eq!((ended.result(), misses), (ApplyResult::Succeeded, 2));
}

#[test]
fn a_machine_that_slept_before_a_write_looks_again_first() {
    let (mut ideal, plan) = scene();
    let calls = run(&mut ideal, &plan).calls.len();
    for at in 0..calls {
        let (mut cloud, plan) = scene();
        let ended = run_with(&mut cloud, &plan, &Options::default(), |n, _, _| {
            if n == at {
                Fault::Asleep(3_600_000)
            } else {
                Fault::None
            }
        });
        assert_eq!(ended.result(), ApplyResult::Succeeded, "call {at}");
        let mut looked = BTreeMap::new();
        let mut identified = None;
        for (when, call) in &ended.calls {
            match call {
                // AWS makes no second StackSet of a name: whose account it is made in is what may have changed.
                Call::Identity => identified = Some(*when),
                Call::Write(write) if matches!(write.write, Write::CreateStackSet { .. }) => {
                    let age = when.duration_since(identified.unwrap());
                    assert!(
                        age.as_secs() <= 60,
                        "call {at}: made {age} after the account was seen"
                    );
                }
                Call::Definition(set) => drop(looked.insert(set.to_string(), *when)),
                Call::Write(write) => {
                    let set = write.stack_set.as_str().split(':').next().unwrap();
                    let age = when.duration_since(looked[set]);
                    assert!(age.as_secs() <= 60, "call {at}: {set} is written after {age}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn looks_that_take_longer_than_they_count_do_not_keep_a_write_for_ever() {
    let (mut cloud, plan) = scene();
    let ended = run_with(&mut cloud, &plan, &Options::default(), |_, _, _| {
        Fault::Asleep(120_000)
    });
    assert_eq!(ended.result(), ApplyResult::Succeeded);
}
