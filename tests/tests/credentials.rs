//! Whose credentials a run has, with real profile files and requests on the wire.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use simulator::world::World;
use simulator::world_file;
use support::fixture;
use support::served::Served;
use support::tool::{Run, Tool};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// Keys name their account to the simulator. Those of roles and single sign-on lead nowhere: they are looked at, not used.
const PROFILES: &str = "
[profile management]
aws_access_key_id = AKIA100000000000
aws_secret_access_key = test

[profile security]
aws_access_key_id = AKIA200000000002
aws_secret_access_key = test

[profile security-role]
role_arn = arn:aws:iam::200000000002:role/stackfleet-plan
source_profile = management

[profile security-people]
sso_account_id = 200000000002
sso_role_name = plan
";

/// Two manifests of one organization, for two administrator accounts, before a server.
struct Place {
    directory: TempDir,
    served: Served,
    tool: Tool,
}

impl Place {
    fn new() -> Self {
        let directory = fixture::empty();
        let story = fixture::root().join("tests/scenarios/44-two-administrator-accounts");
        fixture::copy_all(&story, directory.path());
        fs::create_dir(directory.path().join(".aws")).expect("a folder can be made");
        fs::write(directory.path().join(".aws/config"), PROFILES).expect("a file can be written");
        let served = Served::start(world(directory.path()), 1000.0);
        let tool = Tool::new(TOOL, directory.path()).on(&served);
        Self {
            directory,
            served,
            tool,
        }
    }

    /// With the keys of an account that has nothing to do with this, as an earlier step of a job may leave them.
    fn run(&self, line: &str) -> Run {
        let mut command = self.tool.command(line);
        Run::of(
            keys(&mut command, "300000000001")
                .output()
                .expect("the tool starts"),
        )
    }

    /// The same with a variable of the job.
    fn run_with(&self, line: &str, variables: [(&str, &str); 1]) -> Run {
        let mut command = self.tool.command(line);
        command.envs(variables);
        Run::of(
            keys(&mut command, "300000000001")
                .output()
                .expect("the tool starts"),
        )
    }

    /// The accounts that asked anything but who they are.
    fn callers(&self) -> Vec<String> {
        let log = self.served.log().into_iter();
        let mut callers: Vec<_> = log
            .filter(|entry| entry.action != "GetCallerIdentity")
            .filter_map(|entry| Some(entry.caller?.to_string()))
            .collect();
        callers.sort();
        callers.dedup();
        callers
    }
}

fn keys<'c>(command: &'c mut Command, account: &str) -> &'c mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", format!("AKIA{account}"))
        .env("AWS_SECRET_ACCESS_KEY", "test")
}

fn world(directory: &Path) -> World {
    let file = fs::read_to_string(directory.join("world.toml")).expect("the world is there");
    world_file::read(&file, "world.toml", &mut |_| Err("no other file".to_owned())).expect("a world")
}

const BOTH: &str = "plan -m network.toml -m security.toml --diff none --detailed-exitcode";

#[test]
fn each_manifest_has_the_profile_of_its_account_whatever_keys_the_environment_has() {
    let place = Place::new();
    let profiles = "--profile 100000000000=management --profile 200000000002=security";
    let run = place.run(&format!("{BOTH} {profiles}")).ends(2);
    run.prints("+ flow-logs").prints("+ audit-logs");
    assert_eq!(place.callers(), ["100000000000", "200000000002"]);
}

#[test]
fn a_profile_without_an_account_is_for_every_manifest() {
    let place = Place::new();
    place
        .run(&format!("{BOTH} --profile management"))
        .ends(1)
        .says("E0602");
    assert_eq!(place.callers(), ["100000000000"]);
}

#[test]
fn credentials_of_another_account_are_told_with_their_source_and_the_profiles_of_the_right_one() {
    let place = Place::new();
    let plan = "plan -m security.toml";
    place
        .run(plan)
        .ends(1)
        .says("error[E0602]: these credentials are for 300000000001, the manifest says 200000000002")
        .says("credentials: AWS_ACCESS_KEY_ID,")
        .says("arn:aws:sts::300000000001:")
        .says("profiles of account 200000000002: security-people, security-role")
        .says("help: stackfleet plan --profile 200000000002=security-people");
    place
        .run(&format!("{plan} --profile management"))
        .ends(1)
        .says("credentials: profile `management`,")
        .says("arn:aws:sts::100000000000:");
    let mut command = place.tool.command(plan);
    let named = command.env("AWS_PROFILE", "management").output();
    Run::of(named.expect("the tool starts"))
        .ends(1)
        .says("credentials: profile `management` (AWS_PROFILE),");
    assert!(place.callers().is_empty(), "{:?}", place.callers());
}

#[test]
fn a_profile_that_no_file_has_is_refused_before_anything_is_asked() {
    let place = Place::new();
    place
        .run("plan -m security.toml --profile 200000000002=securty")
        .ends(1)
        .says("error[E0045]: there is no AWS profile `securty`")
        .says("profiles: management, security, security-people, security-role");
    fs::remove_file(place.directory.path().join(".aws/config")).expect("the file is there");
    place
        .run("status -m security.toml --profile security")
        .ends(1)
        .says("the AWS configuration files have no profiles");
    assert!(place.served.log().is_empty(), "{:?}", place.served.log());
}

#[test]
fn a_saved_plan_is_applied_with_the_profile_of_its_account() {
    let place = Place::new();
    let variable = [(
        "STACKFLEET_PROFILE",
        "100000000000=management,200000000002=security",
    )];
    let apply = "apply plan.json --auto-approve";
    place
        .run_with("plan -m security.toml --out plan.json", variable)
        .ends(0);
    let other = place.run(&format!("{apply} --profile management"));
    other.ends(1).prints("E0602");
    place.run_with(apply, variable).ends(0).prints("Apply complete");
    assert_eq!(place.callers(), ["200000000002"]);
}

#[test]
fn a_typed_profile_for_an_account_of_nobody_is_refused_before_anything_is_asked() {
    let place = Place::new();
    let mine = [("STACKFLEET_PROFILE", "200000000002=security")];
    place
        .run_with("plan -m security.toml --out plan.json", mine)
        .ends(0);
    let asked = place.served.log().len();
    for line in [
        "apply plan.json --auto-approve",
        "status -m security.toml",
        "plan -m network.toml -m security.toml",
    ] {
        place
            .run(&format!("{line} --profile 200000000003=security"))
            .ends(1)
            .says("E0011")
            .says("200000000002");
    }
    let elsewhere = Tool::new(TOOL, place.directory.path());
    for line in ["demo", "validate -m security.toml", "init", "simulate"] {
        let run = elsewhere.run(&format!("{line} --profile 200000000002=security"));
        run.ends(1).says("error[E0011]: --profile does nothing here");
    }
    assert_eq!(place.served.log().len(), asked);
}

#[test]
fn a_profile_that_gives_no_credentials_is_not_named_as_their_source() {
    let place = Place::new();
    let config = place.directory.path().join(".aws/config");
    fs::write(config, "[profile empty]\nregion = us-east-1\n").expect("a file can be written");
    let mut command = place.tool.command("plan -m security.toml");
    let named = command.env("AWS_PROFILE", "empty").output();
    let run = Run::of(named.expect("the tool starts")).ends(1).says("E0602");
    assert!(!run.stderr.contains("AWS_PROFILE"), "{}", run.stderr);
}

#[test]
fn a_named_profile_that_gives_no_credentials_is_named_in_the_message() {
    let place = Place::new();
    let config = place.directory.path().join(".aws/config");
    fs::write(config, "[profile empty]\nregion = us-east-1\n").expect("a file can be written");
    for line in ["plan", "status", "ops list"] {
        let run = place.run(&format!("{line} -m security.toml --profile empty"));
        run.ends(1).says("E0612").says("credentials: profile `empty`");
    }
    assert!(place.served.log().is_empty(), "{:?}", place.served.log());
}

#[test]
fn init_without_the_network_asks_nobody() {
    let place = Place::new();
    let mut command = Tool::new(TOOL, place.directory.path()).command("init fresh --offline");
    let command = keys(&mut command, "100000000000").env("STACKFLEET_PROFILE", "management");
    Run::of(command.output().expect("the tool starts")).ends(0);
}
