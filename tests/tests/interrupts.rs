//! Ctrl-C at every phase of the real process: it is gone within two seconds, and what runs at AWS goes on and is finished by the next
//! run.
//!
//! Before anything is carried out the signal itself ends the process, as a shell sees it with 130. Later the process ends itself with that code.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

#[path = "interrupts/phase.rs"]
mod phase;

use std::io::Write;
use std::process::Stdio;

use phase::Phase;

/// Calls of the service that are never answered.
fn silent(action: &str) -> String {
    format!("{{\"kind\": \"hang\", \"action\": \"{action}\"}}")
}

#[test]
fn while_it_observes() {
    let phase = Phase::new(1.0);
    phase.served.door("fault", &silent("ListStackInstances"));
    let process = phase.start("plan", Stdio::null());
    phase.wait_for_call("ListStackInstances");
    Phase::interrupt("observing", process);
}

#[test]
fn while_a_fresh_apply_waits_for_a_busy_stack_set() {
    let phase = Phase::new(1.0);
    phase.occupy();
    let process = phase.start("apply --auto-approve --wait 2h", Stdio::null());
    phase.wait_for_call("DescribeStackSetOperation");
    Phase::interrupt("waiting for a busy StackSet", process);
}

#[test]
fn while_a_saved_plan_waits_for_a_busy_stack_set() {
    let phase = Phase::new(1.0);
    phase.change();
    phase.tool.run("plan --out plan.json").ends(0);
    phase.occupy();
    let process = phase.start("apply plan.json --wait 2h", Stdio::null());
    phase.wait_for_call("DescribeStackSetOperation");
    Phase::interrupt("a saved plan, waiting for a busy StackSet", process);
    assert_eq!(phase.writes(), 0);
}

#[test]
fn before_the_first_write() {
    let phase = Phase::new(1.0);
    phase.change();
    phase.tool.run("plan --out plan.json").ends(0);
    phase.served.door("fault", &silent("DescribeStackSet"));
    let process = phase.start("apply plan.json", Stdio::null());
    phase.wait_for_call("DescribeStackSet");
    Phase::interrupt("before the first write", process);
    assert_eq!(phase.writes(), 0);
}

#[test]
fn while_the_answer_to_a_write_is_out() {
    let phase = Phase::new(20_000.0);
    phase.change();
    phase.served.door("fault", &silent("UpdateStackSet"));
    let process = phase.start("apply --auto-approve", Stdio::null());
    phase.wait_for_call("UpdateStackSet");
    Phase::interrupt("a write without an answer", process);
    phase.finish();
}

/// One interrupt gives the answer to a write a second to come; a second one does not wait for it. A machine under load may deliver
/// both as one, so that a few tries are given.
#[test]
fn a_second_interrupt_ends_it_at_once_and_the_next_run_finishes() {
    let at_once = (0..5).any(|_| {
        let phase = Phase::new(20_000.0);
        phase.change();
        phase.served.door("fault", &silent("UpdateStackSet"));
        let process = phase.start("apply --auto-approve", Stdio::null());
        phase.wait_for_call("UpdateStackSet");
        let at_once = phase.interrupt_again_and_again(process);
        phase.finish();
        at_once
    });
    assert!(at_once, "it waits for the answer all the same");
}

#[test]
fn while_an_operation_runs() {
    let phase = Phase::new(1.0);
    phase.change();
    let process = phase.start("apply --auto-approve", Stdio::null());
    phase.wait_for_event("operation_start");
    Phase::interrupt("an operation runs", process);
    phase.finish();
}

#[test]
fn while_a_drift_detection_runs_which_the_next_refresh_takes_up() {
    let phase = Phase::new(1.0);
    let process = phase.start("drift --refresh guardrails", Stdio::null());
    phase.wait_for_call("ListStackSetOperationResults");
    Phase::interrupt("a drift detection runs", process);
    let detections = || {
        let log = phase.served.log();
        log.iter()
            .filter(|call| call.action == "DetectStackSetDrift")
            .count()
    };
    assert_eq!(detections(), 1);
    let process = phase.start("drift --refresh guardrails", Stdio::null());
    phase.wait_for_call("ListStackSetOperationResults");
    Phase::interrupt("a drift detection that was found", process);
    assert_eq!(detections(), 1);
}

#[test]
fn while_calls_are_throttled_and_it_backs_off() {
    let phase = Phase::new(20_000.0);
    phase.change();
    phase.tool.run("plan --out plan.json").ends(0);
    let throttled = "{\"kind\": \"throttle\", \"service\": \"cloudformation\"}";
    phase.served.door("fault", throttled);
    let process = phase.start("apply plan.json", Stdio::null());
    phase.wait_for_call("DescribeStackSet");
    Phase::interrupt("backing off", process);
    phase.finish();
}

#[test]
fn while_a_stage_soaks() {
    let phase = Phase::rollout(200.0);
    let process = phase.start("apply --auto-approve", Stdio::null());
    phase.wait_for_event("soak");
    Phase::interrupt("soaking", process);
}

#[test]
fn while_nobody_reads_the_report() {
    let phase = Phase::new(20_000.0);
    phase.change();
    // A pipe that is full: the process can carry everything out, and then not say so.
    let (_reader, mut writer) = std::io::pipe().expect("a pipe");
    writer
        .write_all(&vec![b' '; 65_536])
        .expect("a pipe holds that much");
    let process = phase.start("-f json apply --auto-approve", writer.into());
    phase.wait_for_event("apply_summary");
    Phase::interrupt("writing the report", process);
    phase.finish();
}

#[test]
fn while_somebody_is_asked() {
    let phase = Phase::new(20_000.0);
    phase.change();
    let Some(code) = phase.on_a_terminal("apply") else {
        println!("skipped: there is no `script` on this machine to make a terminal");
        return;
    };
    assert_eq!(code, 130);
    assert_eq!(phase.writes(), 0);
}
