//! What the documents say can be done is done here, in their order.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use support::fixture;
use support::tool::Tool;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// Fenced blocks of a language, in their order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(fixture::root().join(page)).unwrap_or_else(|_| panic!("{page} is missing"));
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect()
}

/// Runs the `$ stackfleet …` lines of a page in an empty directory.
fn run_commands(page: &str) -> usize {
    let directory = fixture::empty();
    let tool = Tool::new(TOOL, directory.path());
    let mut ran = 0;
    for block in blocks(page, "console") {
        for line in block.lines() {
            let Some(words) = line.strip_prefix("$ stackfleet ") else {
                continue;
            };
            let fast = if words.contains("--simulate") {
                "--speed 20000"
            } else {
                ""
            };
            let run = tool.run(&format!("{words} {fast}"));
            assert_eq!(run.code, 0, "{page}: {line}\n{}\n{}", run.stdout, run.stderr);
            ran += 1;
        }
    }
    ran
}

#[test]
fn the_commands_of_the_readme_run_in_their_order() {
    assert!(run_commands("README.md") >= 8);
}

#[test]
fn the_manifest_of_the_readme_is_the_one_that_init_writes() {
    let directory = fixture::empty();
    Tool::new(TOOL, directory.path()).run("init").ends(0);
    let written = fs::read_to_string(directory.path().join("stackfleet.toml")).expect("init writes it");
    assert_eq!(blocks("README.md", "toml"), [written]);
}

#[test]
fn init_overwrites_nothing() {
    let directory = fixture::empty();
    fs::write(directory.path().join("stackfleet.toml"), "mine").expect("a file can be written");
    Tool::new(TOOL, directory.path()).run("init").ends(1);
    assert_eq!(
        fs::read_to_string(directory.path().join("stackfleet.toml")).expect("it is there"),
        "mine"
    );
    assert!(!directory.path().join("templates").exists());
}

#[test]
fn ci_runs_the_test_command_that_the_readme_gives() {
    let readme = fs::read_to_string(fixture::root().join("README.md")).expect("there is a readme");
    let ci = fs::read_to_string(fixture::root().join(".ci/run")).expect("there is a CI script");
    for text in [&readme, &ci] {
        assert!(text.contains("cargo test --workspace"));
    }
    assert!(readme.contains("cargo run --release -- demo"));
}

#[test]
fn the_demo_ends_with_no_changes() {
    let directory = fixture::empty();
    let run = Tool::new(TOOL, directory.path())
        .run("demo --speed 20000")
        .ends(0);
    assert_eq!(run.stdout.matches("No changes").count(), 3, "{}", run.stdout);
    for told in ["35 to create", "21 to update", "data-lake", "joined the unit"] {
        assert!(run.stdout.contains(told), "`{told}` is not in\n{}", run.stdout);
    }
}

/// The crates whose sources, without their tests, name each code of a message.
fn codes_in_sources() -> BTreeMap<String, BTreeSet<String>> {
    fn collect(directory: &Path, name: &str, codes: &mut BTreeMap<String, BTreeSet<String>>) {
        for entry in fs::read_dir(directory).expect("sources can be listed").flatten() {
            let path = entry.path();
            let file = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && file != "tests" && file != "testing" {
                collect(&path, name, codes);
            } else if path.extension().is_some_and(|it| it == "rs") && !file.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).expect("a source file is text");
                let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                for quoted in text.split('"').filter(|text| is_code(text)) {
                    codes
                        .entry(quoted.to_owned())
                        .or_default()
                        .insert(name.to_owned());
                }
            }
        }
    }
    let mut codes = BTreeMap::new();
    for entry in fs::read_dir(fixture::root().join("crates"))
        .expect("there are crates")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        collect(&entry.path().join("src"), &name, &mut codes);
    }
    codes
}

fn is_code(text: &str) -> bool {
    text.len() == 5 && text.starts_with(['E', 'W']) && text[1..].bytes().all(|b| b.is_ascii_digit())
}

#[test]
fn the_page_of_messages_has_every_code_once_with_its_meaning_and_who_says_it() {
    let page =
        fs::read_to_string(fixture::root().join("docs/errors.md")).expect("there is a page of messages");
    let mut told = BTreeMap::new();
    let mut area = String::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            area = heading[..2].to_owned();
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, code, says, from, _] = cells[..] else {
            continue;
        };
        if is_code(code) {
            assert_eq!(code[1..3], area, "{code} stands under another area");
            assert!(!says.is_empty(), "{code} has no meaning");
            let from = from.split(", ").map(str::to_owned).collect();
            assert!(
                told.insert(code.to_owned(), from).is_none(),
                "{code} is there twice"
            );
        }
    }
    let said = codes_in_sources();
    let all: BTreeSet<&String> = told.keys().chain(said.keys()).collect();
    for code in all {
        assert_eq!(
            told.get(code),
            said.get(code),
            "who says {code}: the page and the sources"
        );
    }
}

/// Whether a policy of `config/iam` allows an action and nowhere denies it; resources and conditions are not looked at.
fn allows(policy: &serde_json::Value, action: &str) -> bool {
    let matches = |pattern: &serde_json::Value| {
        let pattern = pattern.as_str().expect("an action is a text");
        match pattern.strip_suffix('*') {
            Some(start) => action.starts_with(start),
            None => action == pattern,
        }
    };
    let named = |effect: &str| {
        let statements = policy["Statement"].as_array().expect("a policy has statements");
        let with_effect = statements.iter().filter(|it| it["Effect"] == effect);
        with_effect.map(|it| &it["Action"]).any(|actions| match actions {
            serde_json::Value::Array(all) => all.iter().any(matches),
            one => matches(one),
        })
    };
    named("Allow") && !named("Deny")
}

#[test]
fn the_sample_policies_allow_every_call_that_is_made() {
    let copy = fixture::copy("demo");
    let tool = Tool::new(TOOL, copy.path()).with("--simulate --speed 20000");
    let log = copy.path().join(".stackfleet/calls.jsonl");
    for (command, role) in [
        ("plan", "plan-role"),
        ("status", "plan-role"),
        ("apply --auto-approve", "apply-role"),
    ] {
        tool.run(command).ends(0);
        let file = fixture::root().join(format!("config/iam/{role}.json"));
        let policy = fs::read_to_string(file).expect("the policy is there");
        let policy = serde_json::from_str(&policy).expect("a policy is JSON");
        let calls = fs::read_to_string(&log).expect("calls are logged");
        for line in calls.lines() {
            let call: serde_json::Value = serde_json::from_str(line).expect("a line is a call");
            let action = format!(
                "{}:{}",
                call["service"].as_str().expect("a service"),
                call["action"].as_str().expect("an action")
            );
            assert!(allows(&policy, &action), "{role} does not allow {action}");
        }
    }
}
