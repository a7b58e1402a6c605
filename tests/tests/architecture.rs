//! The walls of the house, kept by a machine: the crate graph, the pure crates, the sizes, the links of the map.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may panic, and its name says what it shows"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which crates of the workspace each crate may stand on, floor by floor.
const FLOORS: [(&str, &[&str]); 9] = [
    ("stackfleet-model", &[]),
    ("stackfleet-template", &["stackfleet-model"]),
    (
        "stackfleet-manifest",
        &["stackfleet-model", "stackfleet-template"],
    ),
    ("stackfleet-planner", &["stackfleet-model", "stackfleet-template"]),
    ("stackfleet-report", &["stackfleet-model", "stackfleet-template"]),
    ("stackfleet-aws", &["stackfleet-model"]),
    (
        "stackfleet-simulator",
        &["stackfleet-model", "stackfleet-template"],
    ),
    ("stackfleet-executor", &["stackfleet-model", "stackfleet-aws"]),
    (
        "stackfleet",
        &[
            "stackfleet-model",
            "stackfleet-template",
            "stackfleet-manifest",
            "stackfleet-planner",
            "stackfleet-report",
            "stackfleet-aws",
            "stackfleet-simulator",
            "stackfleet-executor",
        ],
    ),
];

/// Crates that may not know time, tasks, sockets or the SDK.
const PURE: [&str; 4] = ["model", "template", "planner", "report"];

/// Names of crates.io that would let an effect into a pure crate.
const EFFECTS: [&str; 6] = ["tokio", "hyper", "http", "reqwest", "tempfile", "fs4"];

/// Production files may not grow past this.
const MOST_LINES: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ is in the workspace")
        .to_owned()
}

fn metadata() -> Vec<cargo_metadata::Package> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec();
    metadata.expect("cargo reads the workspace").packages
}

fn packages() -> BTreeMap<String, BTreeSet<String>> {
    metadata()
        .into_iter()
        .map(|package| {
            let dependencies = package.dependencies.into_iter();
            let normal = dependencies.filter(|it| it.kind == cargo_metadata::DependencyKind::Normal);
            (package.name.to_string(), normal.map(|it| it.name).collect())
        })
        .collect()
}

fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn crates_stand_only_on_the_floors_below_them() {
    let packages = packages();
    for (name, allowed) in FLOORS {
        let dependencies = &packages[name];
        let ours: BTreeSet<&str> = dependencies
            .iter()
            .map(String::as_str)
            .filter(|it| packages.contains_key(*it))
            .collect();
        let forbidden: Vec<_> = ours
            .difference(&allowed.iter().copied().collect())
            .copied()
            .collect();
        assert!(forbidden.is_empty(), "{name} may not depend on {forbidden:?}");
    }
    let known: BTreeSet<&str> = FLOORS
        .iter()
        .map(|(name, _)| *name)
        .chain(["stackfleet-tests", "stackfleet-trials"])
        .collect();
    let all: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(
        all, known,
        "a new crate needs a floor in this test and in ARCHITECTURE.md"
    );
}

#[test]
fn only_the_aws_crate_names_the_sdk() {
    for (name, dependencies) in packages() {
        if name == "stackfleet-aws" {
            continue;
        }
        let sdk: Vec<_> = dependencies.iter().filter(|it| it.starts_with("aws-")).collect();
        assert!(sdk.is_empty(), "{name} depends on {sdk:?}");
    }
    for file in files(&root().join("crates"), "rs") {
        let outside = !file.starts_with(root().join("crates/aws"));
        let text = fs::read_to_string(&file).expect("a source file is text");
        assert!(
            !(outside && text.contains("aws_sdk_")),
            "{} names the SDK",
            file.display()
        );
    }
}

#[test]
fn pure_crates_have_no_door_to_the_outside() {
    let packages = packages();
    for name in PURE {
        let dependencies = &packages[&format!("stackfleet-{name}")];
        for effect in EFFECTS {
            assert!(!dependencies.contains(effect), "{name} depends on {effect}");
        }
        lints_forbid_effects(&root().join("crates").join(name).join("clippy.toml"));
    }
    lints_forbid_effects(&root().join("crates/executor/clippy.toml"));
}

fn lints_forbid_effects(file: &Path) {
    let text = fs::read_to_string(file).unwrap_or_else(|_| panic!("{} keeps the crate pure", file.display()));
    for method in [
        "std::time::SystemTime::now",
        "std::env::var",
        "std::fs::read_to_string",
        "std::net::TcpStream::connect",
    ] {
        assert!(
            text.contains(method),
            "{} does not forbid {method}",
            file.display()
        );
    }
}

#[test]
fn the_core_of_the_executor_has_no_effects() {
    for file in files(&root().join("crates/executor/src/core"), "rs") {
        let text = fs::read_to_string(&file).expect("a source file is text");
        for word in ["tokio::", "async fn", ".await", "std::env", "std::fs", "aws::"] {
            assert!(!text.contains(word), "{} has `{word}`", file.display());
        }
    }
}

#[test]
fn no_source_file_is_longer_than_a_reader_can_hold() {
    let mut long = Vec::new();
    for directory in ["crates", "tests"] {
        for file in files(&root().join(directory), "rs") {
            let lines = fs::read_to_string(&file)
                .expect("a source file is text")
                .lines()
                .count();
            if lines > MOST_LINES {
                long.push(format!("{} has {lines}", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "more than {MOST_LINES} lines: {long:#?}");
}

#[test]
fn every_direct_dependency_has_its_reason_and_its_users_on_the_page() {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let ours: BTreeSet<String> = packages().into_keys().collect();
    for package in metadata() {
        let name = package
            .name
            .strip_prefix("stackfleet-")
            .unwrap_or("cli")
            .to_owned();
        for dependency in package.dependencies.iter().filter(|it| !ours.contains(&it.name)) {
            let users = users.entry(dependency.name.clone()).or_default();
            if !["tests", "trials"].contains(&name.as_str())
                && dependency.kind == cargo_metadata::DependencyKind::Normal
            {
                users.insert(name.clone());
            }
        }
    }
    let page = fs::read_to_string(root().join("docs/dependencies.md")).expect("the page is there");
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert!(!cells[3].is_empty(), "no reason: {line}");
        let users: BTreeSet<String> = cells[2]
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
        told.extend(cells[1].split(", ").map(|name| (name.to_owned(), users.clone())));
    }
    let all: BTreeSet<&String> = users.keys().chain(told.keys()).collect();
    for name in all {
        assert_eq!(
            told.get(name),
            users.get(name),
            "users of {name}: the page and cargo"
        );
    }
}

#[test]
fn members_are_listed_in_the_order_of_the_flow() {
    let text = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has a manifest");
    let flow = [
        "model",
        "template",
        "manifest",
        "aws",
        "planner",
        "executor",
        "report",
        "simulator",
        "cli",
    ];
    let places: Vec<_> = flow
        .iter()
        .map(|name| text.find(&format!("\"crates/{name}\"")))
        .collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{places:?}"
    );
}

#[test]
fn every_crate_is_on_the_map() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("there is a map");
    for (name, _) in FLOORS {
        let directory = name.strip_prefix("stackfleet-").unwrap_or("cli");
        assert!(
            map.contains(&format!("(crates/{directory}")),
            "{directory} has no link in ARCHITECTURE.md"
        );
    }
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut pages = files(&root().join("docs"), "md");
    pages.extend(files(&root().join("fixtures"), "md"));
    pages.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|it| root().join(it)),
    );
    let mut broken = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap_or_else(|_| panic!("{} is missing", page.display()));
        for link in links(&text) {
            let target = link.split('#').next().unwrap_or_default();
            let outside = link.contains("://") || target.is_empty();
            if !outside && !page.with_file_name(target).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Targets of `[text](target)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|it| !it.contains(char::is_whitespace))
}
