//! Clients that nobody here wrote talk to the simulator and see what they would see of AWS.
//!
//! The steps are in `tests/conformance/steps.py`; each client takes all of them. Without Python there is nothing to run, and the tests say
//! so and pass.

#![allow(clippy::unwrap_used, reason = "this is test code: it may panic")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use model::ids::AccountId;
use simulator::world::{MemberAccount, World};
use simulator::world_file;
use support::clock::SteppingClock;
use support::served::Served;

/// World time that passes with every call.
const STEP: Duration = Duration::from_secs(10);
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance");

#[test]
fn the_aws_cli_deploys_a_stack_set_and_sees_each_status() {
    take_the_steps("aws_cli.py");
}

#[test]
fn boto3_deploys_a_stack_set_and_sees_each_status() {
    take_the_steps("boto3_client.py");
}

fn take_the_steps(script: &str) {
    let Some(python) = python() else { return };
    let world = more_than_a_page();
    let clock = Arc::new(SteppingClock::new(world.now, STEP));
    let served = Served::with_clock(world, clock);
    let output = Command::new(python)
        .arg("-B")
        .arg(Path::new(SCRIPTS).join(script))
        .arg(&served.url)
        // Only what is given here: no profile, region or endpoint of this machine, and no proxy for loopback.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs([
            ("AWS_ACCESS_KEY_ID", "AKIA100000000000"),
            ("AWS_SECRET_ACCESS_KEY", "simulated"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/nonexistent"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
            ("NO_PROXY", "127.0.0.1"),
        ])
        .output()
        .unwrap();
    let (said, talk) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{script} failed\n{said}\n{talk}\n{:#?}",
        served.log()
    );
    assert!(
        said.contains("ok: remove"),
        "{script} stopped early\n{said}\n{talk}"
    );
}

/// The fresh organization and more accounts, so that they do not fit on one page; `steps.py` knows how many.
fn more_than_a_page() -> World {
    let mut world = world_file::fresh().unwrap();
    let security = world
        .organization
        .accounts
        .values()
        .find(|account| account.name == "log-archive")
        .cloned()
        .unwrap();
    for number in 0..12 {
        let id = AccountId::parse(&format!("5000000000{number:02}")).unwrap();
        let (name, email) = (format!("member-{number}"), format!("member-{number}@example.com"));
        world.organization.accounts.insert(
            id,
            MemberAccount {
                name,
                email,
                ..security.clone()
            },
        );
    }
    world
}

/// The Python of a virtual environment with the clients, made once for their versions. None without Python.
fn python() -> Option<PathBuf> {
    let system = Command::new("python3").arg("--version").output();
    if !system.is_ok_and(|output| output.status.success()) {
        // Past the harness, which keeps what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: there is no python3 to run the clients with"
        );
        return None;
    }
    let requirements = Path::new(SCRIPTS).join("requirements.txt");
    let wanted = fs::read(&requirements).unwrap();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let environment = directory.join("conformance");
    // The two tests, and another `cargo test`, wait for each other here.
    let lock = File::create(directory.join("conformance.lock")).unwrap();
    lock.lock().unwrap();
    // Written last, so that one that was not finished is made anew.
    let finished = environment.join("finished");
    if fs::read(&finished).ok().as_deref() != Some(&wanted) {
        let _ = fs::remove_dir_all(&environment);
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&environment));
        let pip = environment.join("bin/pip");
        succeed(
            Command::new(pip)
                .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(&requirements),
        );
        fs::write(finished, wanted).unwrap();
    }
    Some(environment.join("bin/python"))
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?} failed\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
