//! Every mistake of `fixtures/broken` as a person sees it, and as a program does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::path::{Path, PathBuf};

const BROKEN: &str = "../../fixtures/broken";

/// What a terminal shows, without its colours.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        out + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(BROKEN).unwrap().flatten();
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_broken_manifest_is_explained_to_people() {
    assert!(cases().len() >= 12);
    for case in cases() {
        let reading = manifest::read(&case.join("stackfleet.toml"));
        let text = report::text::diagnostics(&reading.diagnostics, &reading.sources, 98);
        let text = plain(&text).replace(&format!("{}/", case.display()), "");
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(format!("text-{}", name(&case)), lines.join("\n"));
    }
}

#[test]
fn every_broken_manifest_is_explained_to_programs() {
    for case in cases() {
        let reading = manifest::read(&case.join("stackfleet.toml"));
        let json = serde_json::to_string_pretty(&reading.diagnostics).unwrap();
        for one in &reading.diagnostics {
            assert!(
                !one.labels.is_empty() && !one.help.is_empty(),
                "{}: {one:?}",
                name(&case)
            );
        }
        let json = json.replace(&format!("{}/", case.display()), "");
        insta::assert_snapshot!(format!("json-{}", name(&case)), json);
    }
}
