//! The real process, killed (`SIGKILL`) at instants that nobody chose, and run again: it finishes, starts nothing twice, and touches
//! no instance twice for one change.
//!
//! An instant is a number of requests at the server, drawn from a seed: either the process goes on while it is killed, or the
//! server holds the answer to that request back, so that it dies between what AWS did and what it heard of it. World time
//! passes with looks at operations alone, so what ran at the kill still runs when the next process starts, on any machine. Which request of
//! several that are under way at one moment comes first is the machine's choice, as it is in the field.
//!
//! `STACKFLEET_KILLS` says how many kills.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

#[path = "killed/course.rs"]
mod course;
#[path = "killed/work.rs"]
mod work;

use std::collections::BTreeMap;

use course::{Course, Kill, Start};
use work::{Work, nothing_twice, operations_of, work};

/// Kills without `STACKFLEET_KILLS`: as many as take some seconds.
const KILLS: u64 = 12;

fn kills() -> u64 {
    let wanted = std::env::var("STACKFLEET_KILLS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// What an undisturbed run does: how many requests it makes, and what it does to which instance.
struct Calm {
    requests: u64,
    work: Work,
}

fn calm(start: Start, line: &str, saved: bool) -> Calm {
    let course = Course::start(start);
    if saved {
        course.run("plan --out plan.json").ends(0);
    }
    let before = course.served.simulator.world();
    course.run(line).ends(0);
    let after = course.served.simulator.world();
    let work = work(&before, &after);
    assert!(work.values().all(|times| *times == 1), "{work:?}");
    Calm {
        requests: (after.log.len() - before.log.len()) as u64,
        work,
    }
}

/// What was at work at the moment of each kill.
type Moments = BTreeMap<&'static str, u64>;

#[test]
fn a_saved_plan_that_was_killed_anywhere_adopts_its_operations_and_finishes() {
    let mut moments = Moments::new();
    for (start, name) in [
        (Start::Nothing, "nothing"),
        (Start::Converged, "an older manifest"),
    ] {
        let calm = calm(start, "apply plan.json", true);
        for seed in 0..kills().div_ceil(4) {
            let what = format!("seed {seed} from {name}");
            let course = Course::start(start);
            course.run("plan --out plan.json").ends(0);
            let before = course.served.simulator.world();
            let kill = Kill::drawn(seed, calm.requests);
            *moments.entry(course.kill("apply plan.json", kill)).or_default() += 1;
            let again = course.run("apply plan.json");
            assert_eq!(
                again.code, 0,
                "{what}, {kill:?}:\n{}\n{}",
                again.stdout, again.stderr
            );
            let after = course.served.simulator.world();
            assert_eq!(work(&before, &after), calm.work, "{what}, {kill:?}");
            nothing_twice(&course.served, &format!("{what}, {kill:?}"));
            let planned = course.planned();
            assert_eq!(
                operations_of(&before, &after),
                planned,
                "{what}, {kill:?}: only the plan's own"
            );
            course
                .run("plan --detailed-exitcode")
                .ends(0)
                .prints("No changes");
        }
    }
    println!("saved plans, killed: {moments:?}");
}

#[test]
fn a_fresh_apply_after_a_kill_anywhere_waits_and_does_what_is_left_once() {
    let (mut moments, mut waited) = (Moments::new(), 0);
    for (start, name) in [
        (Start::Nothing, "nothing"),
        (Start::Converged, "an older manifest"),
    ] {
        let calm = calm(start, "apply --auto-approve", false);
        for seed in 1000..1000 + kills().div_ceil(4) {
            let course = Course::start(start);
            let before = course.served.simulator.world();
            let kill = Kill::drawn(seed, calm.requests);
            let what = format!("seed {seed} from {name}, {kill:?}");
            let moment = course.kill("apply --auto-approve", kill);
            *moments.entry(moment).or_default() += 1;
            let again = course.run("apply --auto-approve");
            assert_eq!(again.code, 0, "{what}:\n{}\n{}", again.stdout, again.stderr);
            // What ran may have come to its end while the second process read what there is.
            waited += u64::from(again.stderr.contains("waiting for it"));
            assert_eq!(
                work(&before, &course.served.simulator.world()),
                calm.work,
                "{what}"
            );
            nothing_twice(&course.served, &what);
            course
                .run("plan --detailed-exitcode")
                .ends(0)
                .prints("No changes");
        }
    }
    println!("fresh applies, killed: {moments:?}; {waited} waited for what ran");
    assert!(waited > 0 || kills() < 50, "nothing was ever waited for");
}

#[test]
fn there_and_back_and_there_again_does_its_work_every_time_under_kills() {
    let turns = 4;
    let requests = calm(Start::Converged, "apply --auto-approve", false).requests;
    for seed in 2000..2000 + kills().div_ceil(12) {
        let course = Course::start(Start::Converged);
        for turn in 0..turns {
            let what = format!("seed {seed}, turn {turn}");
            if turn > 0 {
                course.turn_round();
            }
            let before = course.served.simulator.world();
            let kill = Kill::drawn(seed * turns + turn, requests);
            course.kill("apply --auto-approve", kill);
            let again = course.run("apply --auto-approve");
            assert_eq!(
                again.code, 0,
                "{what}, {kill:?}:\n{}\n{}",
                again.stdout, again.stderr
            );
            let done = work(&before, &course.served.simulator.world());
            assert!(
                !done.is_empty() && done.values().all(|times| *times == 1),
                "{what}, {kill:?}: {done:?}"
            );
            nothing_twice(&course.served, &what);
            course
                .run("plan --detailed-exitcode")
                .ends(0)
                .prints("No changes");
        }
    }
}
