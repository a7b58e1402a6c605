//! Every command, every exit code and every situation that was drawn before it was built has a story.
//!
//! The table of situations is `tests/scenarios/README.md`: a row names the story and words that its transcript must have.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use support::fixture;
use support::scenario::Scenario;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// The names below a heading of a help text.
fn listed(words: &[&str]) -> BTreeSet<String> {
    let output = Command::new(TOOL)
        .args(words)
        .arg("--help")
        .output()
        .expect("the tool starts");
    let help = String::from_utf8(output.stdout).expect("it prints UTF-8");
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let names = lines
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned);
    names.filter(|name| name != "help").collect()
}

/// Every script as words, and every transcript, by the name of the story.
fn stories() -> BTreeMap<String, (Vec<String>, String)> {
    let all = Scenario::all().into_iter();
    all.map(|one| {
        let words = one
            .script()
            .join(" ")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        (one.name.clone(), (words, one.accepted()))
    })
    .collect()
}

/// Words that stand together in some script; options that take a value stand between them sometimes.
fn is_typed(stories: &BTreeMap<String, (Vec<String>, String)>, wanted: &[&str]) -> bool {
    let typed = |words: &[String]| words.iter().zip(wanted).all(|(word, wanted)| word == wanted);
    let mut scripts = stories.values().map(|(words, _)| words);
    scripts.any(|words| words.windows(wanted.len()).any(typed))
}

#[test]
fn every_command_is_typed_in_some_story() {
    let stories = stories();
    let (commands, operations) = (listed(&[]), listed(&["ops"]));
    assert!(
        commands.len() > 15 && operations.len() > 3,
        "{commands:?} {operations:?}"
    );
    let missing: Vec<&String> = commands
        .iter()
        .filter(|name| !is_typed(&stories, &["stackfleet", name.as_str()]))
        .collect();
    assert!(missing.is_empty(), "no story types {missing:?}");
    let missing: Vec<&String> = operations
        .iter()
        .filter(|name| !is_typed(&stories, &["stackfleet", "ops", name.as_str()]))
        .collect();
    assert!(missing.is_empty(), "no story types ops {missing:?}");
}

#[test]
fn every_exit_code_of_the_page_ends_a_line_of_some_story() {
    let stories = stories();
    let page = fs::read_to_string(fixture::root().join("docs/exit-codes.md")).expect("the page is there");
    let cells = page.lines().filter_map(|line| line.split('|').nth(1));
    let codes: BTreeSet<u8> = cells
        .flat_map(|cell| cell.split([',', ' ', '/']))
        .filter_map(|word| word.trim().parse().ok())
        .collect();
    assert!(codes.len() >= 9, "{codes:?}");
    let ends = |code: u8| {
        let line = format!("\nexit {code}\n");
        // 0 is not printed.
        code == 0 || stories.values().any(|(_, transcript)| transcript.contains(&line))
    };
    let missing: Vec<u8> = codes.into_iter().filter(|code| !ends(*code)).collect();
    assert!(missing.is_empty(), "no story ends with {missing:?}");
}

/// What was drawn, by name.
const DRAWN: [&str; 38] = [
    "plan",
    "plan_nochange",
    "plan_blocked",
    "apply_tty",
    "apply_ci",
    "apply_failed",
    "status",
    "drift",
    "comment",
    "gitlab",
    "events",
    "help",
    "help_plan",
    "help_apply",
    "policy",
    "plan.json",
    "error 1",
    "error 2",
    "error 3",
    "error 4",
    "error 5",
    "error 6",
    "error 7",
    "error 8",
    "error 9",
    "error 10",
    "error 11",
    "error 12",
    "error 13",
    "error 14",
    "R1",
    "R2",
    "R3",
    "R4",
    "R5",
    "R6",
    "R7",
    "R8",
];

#[test]
fn every_drawn_situation_has_a_story_that_prints_it() {
    let stories = stories();
    let table =
        fs::read_to_string(fixture::root().join("tests/scenarios/README.md")).expect("the table is there");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut seen = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row
            .split(" | ")
            .map(|cell| cell.trim_matches(['`', '|', ' ']))
            .collect();
        let [name, story, words, ..] = cells.as_slice() else {
            panic!("{row}")
        };
        seen.insert((*name).to_owned());
        let found = stories.get(*story);
        let (_, transcript) = found.unwrap_or_else(|| panic!("{name}: there is no story {story}"));
        assert!(
            transcript.contains(words),
            "{name}: {story} does not print `{words}`"
        );
    }
    let drawn: BTreeSet<String> = DRAWN.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(seen, drawn);
}
