//! Three changes at once: a parameter, one more unit, one Region less. Nothing is updated that is then deleted, and nothing made twice.
//!
//! Terraform 1.11 with the AWS provider was seen to do the same in 320 stack operations.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may panic and print, and its name says what it shows"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use simulator::world::{CellStatus, World};
use support::fixture;
use support::served::Served;
use support::tool::Tool;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// World seconds in a real second: waiting is not what this test is about.
const SPEED: f64 = 20_000.0;

const TEMPLATE: &str = "Parameters:\n  Level:\n    Type: String\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: !Ref Level\n";

/// Six units of ten accounts.
fn world() -> World {
    let mut text = String::from(
        "[organization]\nid = \"o-exampleorg0\"\nmanagement_account = \"100000000000\"\n[[account]]\nid = \"100000000000\"\nname = \"management\"\n",
    );
    for unit in 1..=6 {
        let _ = write!(text, "[[unit]]\npath = \"Team{unit}\"\n");
        for account in 0..10 {
            let _ = write!(
                text,
                "[[account]]\nid = \"2000000{unit}00{account:02}\"\nname = \"team{unit}-{account}\"\nunit = \"Team{unit}\"\n"
            );
        }
    }
    let read = simulator::world_file::read(&text, "world.toml", &mut |file| Err(format!("no file {file}")));
    read.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// One StackSet on the first units.
fn manifest(directory: &Path, level: &str, units: usize, regions: &[&str]) {
    let targets: Vec<String> = (1..=units).map(|unit| format!("Root/Team{unit}")).collect();
    let text = format!(
        "version = 1\nproject = {{ name = \"three\" }}\n[aws]\nadmin_account = \"100000000000\"\nregion = \"us-east-1\"\n\
         [guard]\nmax_deleted_instances = 50\n[stackset.topics]\ntemplate = \"topics.yaml\"\ntargets = {targets:?}\n\
         regions = {regions:?}\non_leave = \"delete\"\nparameters = {{ Level = \"{level}\" }}\n\
         preferences = {{ max_concurrent = \"100%\", failure_tolerance = \"10%\", concurrency_mode = \"soft\" }}\n"
    );
    fs::write(directory.join("stackfleet.toml"), text).expect("a file can be written");
    fs::write(directory.join("topics.yaml"), TEMPLATE).expect("a file can be written");
}

/// What was really done to stacks: for each operation its action and how many stacks it worked on.
fn carried_out(world: &World) -> Vec<(String, usize)> {
    let sets = world.stack_sets.values().flat_map(BTreeMap::values);
    let operations = sets.flat_map(|set| &set.operations);
    let worked = |status| matches!(status, CellStatus::Succeeded | CellStatus::Failed);
    let lines = operations.map(|operation| {
        let stacks = operation
            .cells
            .values()
            .filter(|cell| worked(cell.status))
            .count();
        (format!("{:?}", operation.action), stacks)
    });
    lines.collect()
}

/// What the plan says about it.
const TOLD: [&str; 9] = [
    "20 to create, 100 to update, 50 to delete",
    "low → high",
    "+ Root/Team6  us-east-1, us-west-2",
    "- Root/Team1  eu-west-1",
    "- Root/Team5  eu-west-1",
    "3 operations in 3 steps",
    "update  50 × 2 = 100",
    "create  10 × 2 =  20",
    "delete  50 × 1 =  50",
];

#[test]
fn a_parameter_one_more_unit_and_one_region_less_are_170_stack_operations() {
    let directory = fixture::empty();
    let served = Served::start(world(), SPEED);
    let url = format!("--endpoint-url {} --speed 20", served.url);
    let tool = Tool::new(TOOL, directory.path()).with(&url);
    manifest(
        directory.path(),
        "low",
        5,
        &["us-east-1", "us-west-2", "eu-west-1"],
    );
    tool.run("apply --auto-approve").ends(0);
    let before = carried_out(&served.simulator.world());
    assert_eq!(before, [("Create".to_owned(), 150)]);

    manifest(directory.path(), "high", 6, &["us-east-1", "us-west-2"]);
    let plan = tool.run("plan --detailed-exitcode").ends(2);
    println!("{}", plan.stdout);
    for told in TOLD {
        assert!(plan.stdout.contains(told), "`{told}` is not in\n{}", plan.stdout);
    }
    tool.run("apply --auto-approve").ends(0);
    let after = carried_out(&served.simulator.world());
    let work: Vec<_> = after.into_iter().skip(before.len()).collect();
    println!("carried out: {work:?}");
    let actions: BTreeSet<&str> = work.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["Update", "Create", "Delete"].into());
    assert_eq!(work.len(), 3, "{work:?}");
    let stacks: usize = work.iter().map(|(_, stacks)| stacks).sum();
    assert_eq!(stacks, 170, "{work:?}");
    tool.run("plan --detailed-exitcode").ends(0).prints("No changes");
}
