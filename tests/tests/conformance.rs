//! Clients that nobody here wrote talk to the simulator and see what they would see of AWS.
//!
//! | test | what it runs |
//! |---|---|
//! | AWS CLI, boto3: steps | `tests/conformance/steps.py`, the same line for both |
//! | boto3: checks | `tests/conformance/checks/`, every call and error; each answer is held against the service model |
//! | moto | `tests/conformance/moto/`: where another simulator answers differently, and who is right |
//! | Terraform | `tests/conformance/terraform/`: the AWS provider, from the first apply to destroy |
//!
//! What is not on the machine (Python, Terraform, its provider) is not run, and the tests say so and pass.

#![allow(clippy::unwrap_used, reason = "this is test code: it may panic")]

#[path = "conformance/python.rs"]
mod python;
#[path = "conformance/terraform.rs"]
mod terraform;
#[path = "conformance/worlds.rs"]
mod worlds;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use simulator::world::World;
use support::clock::SteppingClock;
use support::served::Served;

/// World time that passes with every call.
const STEP: Duration = Duration::from_secs(10);
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance");

#[test]
fn the_aws_cli_deploys_a_stack_set_and_sees_each_status() {
    let served = serve(worlds::more_than_a_page());
    python::run("aws_cli.py", &[&served.url]);
}

#[test]
fn boto3_deploys_a_stack_set_and_sees_each_status() {
    let served = serve(worlds::more_than_a_page());
    python::run("boto3_client.py", &[&served.url]);
}

#[test]
fn every_call_and_every_error_is_as_the_reference_and_the_service_model_say() {
    let served = serve(worlds::of_checks());
    python::run("checks/all.py", &[&served.url]);
}

#[test]
fn moto_answers_differently_only_where_a_reason_is_known() {
    let served = serve(worlds::of_moto());
    python::run("moto/compare.py", &[&served.url]);
}

#[test]
fn terraform_applies_updates_imports_and_destroys() {
    terraform::whole_life();
}

fn serve(world: World) -> Served {
    let clock = Arc::new(SteppingClock::new(world.now, STEP));
    Served::with_clock(world, clock)
}

fn scripts() -> &'static Path {
    Path::new(SCRIPTS)
}

/// Says something past the harness, which keeps what a passing test prints.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
