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
    for told in [
        "35 to create",
        "21 to update",
        "data-lake",
        "new or emptied account",
    ] {
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

/// A section of a page of `docs/codes`.
struct Explained {
    /// The two digits that the page's name begins with.
    area: String,
    /// `E0201`
    code: String,
    /// Without the heading.
    text: String,
}

fn explained() -> Vec<Explained> {
    let pages = fs::read_dir(fixture::root().join("docs/codes")).expect("there are explanations");
    let of_page = |path: std::path::PathBuf| {
        let name = path
            .file_name()
            .expect("a page has a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("a page is text");
        let section = |section: &str| {
            let (heading, text) = section.split_once('\n').expect("a section has a text");
            Explained {
                area: name[..2].to_owned(),
                code: heading[..5].to_owned(),
                text: text.to_owned(),
            }
        };
        text.split("\n## ").skip(1).map(section).collect::<Vec<_>>()
    };
    pages.flatten().flat_map(|page| of_page(page.path())).collect()
}

#[test]
fn every_code_is_explained_once_on_the_page_of_its_area() {
    let page =
        fs::read_to_string(fixture::root().join("docs/errors.md")).expect("there is a page of messages");
    let codes = page.lines().filter_map(|line| line.strip_prefix("| ")?.get(..5));
    let listed: BTreeSet<&str> = codes.filter(|code| is_code(code)).collect();
    let sections = explained();
    for section in &sections {
        assert_eq!(
            section.code[1..3],
            section.area,
            "{} is on another page",
            section.code
        );
    }
    let told: BTreeSet<&str> = sections.iter().map(|section| section.code.as_str()).collect();
    assert_eq!(told.len(), sections.len(), "a code is explained twice");
    let unexplained: Vec<_> = listed.difference(&told).collect();
    let unlisted: Vec<_> = told.difference(&listed).collect();
    assert!(
        unexplained.is_empty() && unlisted.is_empty(),
        "{unexplained:?} {unlisted:?}"
    );
}

/// Blocks of a text that are indented by four spaces, without them.
fn indented(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        match (line.strip_prefix("    "), blocks.last_mut()) {
            (Some(line), Some(block)) => block.extend([line, "\n"]),
            (None, Some(block)) if line.is_empty() && !block.is_empty() => block.push('\n'),
            _ => blocks.push(String::new()),
        }
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks
}

/// Whether a block sets out to be a part of a manifest or world: a header or `key = …`.
fn is_toml(block: &str) -> bool {
    let first = block.lines().next().unwrap_or_default();
    let key = first.split_once(" = ").map(|(key, _)| key);
    first.starts_with('[')
        || key.is_some_and(|key| {
            key.chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        })
}

/// What is said of a part of a manifest, apart from what stands elsewhere in a whole one: keys that must be there, files, and
/// names that other tables define.
fn mistakes_of_manifest(part: &str) -> Vec<String> {
    let mut whole = "version = 1\n".to_owned();
    for (table, line) in [
        ("[project]", "project = { name = \"platform\" }\n"),
        (
            "[aws]",
            "aws = { admin_account = \"222233334444\", region = \"eu-west-1\" }\n",
        ),
    ] {
        whole.push_str(if part.contains(table) { "" } else { line });
    }
    let of_manifest = ["[", "include", "requires"];
    whole.push_str(if of_manifest.iter().any(|start| part.starts_with(start)) {
        ""
    } else if part.starts_with(|first: char| first.is_uppercase()) {
        "[stackset.audit.parameters]\n"
    } else {
        "[stackset.audit]\n"
    });
    let directory = fixture::empty();
    let file = directory.path().join("stackfleet.toml");
    fs::write(&file, whole + part).expect("a file can be written");
    let elsewhere = [
        "E0104", "E0106", "E0230", "E0306", "E0341", "E0402", "E0411", "E0512",
    ];
    let said = manifest::read(&file).diagnostics.into_iter();
    said.filter(|one| one.is_error() && !elsewhere.contains(&one.code.as_str()))
        .map(|one| format!("{}: {}", one.code, one.message))
        .collect()
}

/// What is said of a part of a world file, apart from the organization that it may lack.
fn mistakes_of_world(part: &str) -> Vec<String> {
    let mut no_file = |path: &str| Err(format!("there is no {path}"));
    let said = simulator::world_file::read(part, "world.toml", &mut no_file);
    let said = said.err().into_iter().flatten();
    said.filter(|one| one.code != "E0250")
        .map(|one| format!("{}: {}", one.code, one.message))
        .collect()
}

#[test]
fn manifests_and_worlds_in_explanations_have_no_mistakes() {
    let mut seen = 0;
    for section in explained() {
        let of_world = ["E015", "E025"].contains(&&section.code[..4]);
        for part in indented(&section.text).iter().filter(|part| is_toml(part)) {
            let mistakes = if of_world {
                mistakes_of_world(part)
            } else {
                mistakes_of_manifest(part)
            };
            assert!(mistakes.is_empty(), "{}: {mistakes:#?}\n{part}", section.code);
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} parts were found");
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
        ("drift --refresh", "apply-role"),
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
