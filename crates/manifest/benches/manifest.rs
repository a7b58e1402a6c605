//! How long a manifest takes, and how much memory: a usual one of 20 StackSets, and texts that are made to hurt.
//!
//! `cargo bench -p stackfleet-manifest`. Bars: 60 ms for the usual one; 50 ms and 64 MiB for each of the others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a benchmark may panic"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use divan::{AllocProfiler, Bencher};
use tempfile::TempDir;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const HEAD: &str = "version = 1\nproject = { name = \"platform\" }\n[aws]\nadmin_account = \"222233334444\"\nregion = \"eu-west-1\"\n";

fn main() {
    divan::main();
}

/// A template of some thirty resources, as long as they usually are.
fn template() -> String {
    let demo = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/demo/templates/org-governance.yaml"
    );
    fs::read_to_string(demo).expect("the demo's template is there")
}

fn repository(manifest: &[u8]) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("stackfleet.toml");
    fs::write(&path, manifest).unwrap();
    (directory, path)
}

#[divan::bench]
fn twenty_stack_sets(bencher: Bencher) {
    let mut text = HEAD.to_owned();
    for number in 0..20 {
        write!(
            text,
            "[stackset.set-{number}]\ntemplate = \"templates/{number}.yaml\"\ntargets = [\"Root/Workloads\"]\nregions = [\"eu-west-1\", \"us-east-1\"]\ncapabilities = \"auto\"\nparameters = {{ OrganizationId = \"o-exampleorg0\" }}\non_leave = \"retain\"\n"
        )
        .unwrap();
    }
    let (directory, path) = repository(text.as_bytes());
    fs::create_dir(directory.path().join("templates")).unwrap();
    for number in 0..20 {
        // Each another text, since one that is read twice is kept.
        let template = format!("{}# {number}\n", template());
        fs::write(
            directory.path().join(format!("templates/{number}.yaml")),
            template,
        )
        .unwrap();
    }
    assert!(manifest::read(&path).desired.is_some());
    bencher.bench(|| manifest::read(&path));
}

/// Texts that are refused, by what is wrong with them.
const HOSTILE: [&str; 12] = [
    "a line of 10 MB",
    "a line of 512 KiB",
    "arrays in arrays",
    "tables in tables",
    "a key of many names",
    "a key many times",
    "many unknown keys",
    "many lines that are not TOML",
    "many empty arrays",
    "UTF-16",
    "not UTF-8",
    "many includes",
];

fn hostile(name: &str) -> Vec<u8> {
    let most = 512 * 1024 - HEAD.len() - 64;
    let text = match name {
        "a line of 10 MB" => format!("x = \"{}\"", "a".repeat(10_000_000)),
        "a line of 512 KiB" => format!("{HEAD}x = \"{}\"\n", "a".repeat(most)),
        "arrays in arrays" => format!("x = {}", "[".repeat(most)),
        "tables in tables" => format!("x = {}", "{a=".repeat(most / 3)),
        "a key of many names" => format!("a{} = 1\n", ".a".repeat(most / 2)),
        "a key many times" => format!("{HEAD}{}", "x = 1\n".repeat(most / 6)),
        "many unknown keys" => {
            let keys = (0..most / 11).map(|number| format!("k{number:06}=1\n"));
            format!("{}{HEAD}", keys.collect::<String>())
        }
        "many lines that are not TOML" => "x\n".repeat(most / 2),
        "many empty arrays" => format!("{HEAD}[guard]\npolicies = [{}]", "[],".repeat(most / 3)),
        "UTF-16" => return HEAD.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "not UTF-8" => return [HEAD.as_bytes(), b"\xc3\x28"].concat(),
        _ => format!("include = [{}]\n{HEAD}", "\"*.toml\",".repeat(most / 9)),
    };
    text.into_bytes()
}

#[divan::bench(args = HOSTILE, sample_count = 20)]
fn refused(bencher: Bencher, name: &str) {
    let (_directory, path) = repository(&hostile(name));
    let reading = manifest::read(&path);
    assert!(reading.desired.is_none() && !reading.diagnostics.is_empty());
    bencher.bench(|| manifest::read(&path));
}

#[divan::bench]
fn format_the_manifest_to_copy(bencher: Bencher) {
    let text = include_str!("../../../config/stackfleet.toml");
    bencher.bench(|| manifest::format("stackfleet.toml", text));
}
