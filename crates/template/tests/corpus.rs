//! Templates that other people published, in the directory that `STACKFLEET_CORPUS` names; without it this test says that it
//! skips. What must hold from a clean checkout is tested in the other files.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may panic, print and read files"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn files(below: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(below).expect("a directory");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        let kind = path
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            files(&path, found);
        } else if ["json", "yaml", "yml"].contains(&kind) {
            found.push(path);
        }
    }
}

/// What CloudFormation does not take: directives of rain, and events for a macro, which are no templates at all.
fn is_refused_by_the_service(text: &str) -> bool {
    text.contains("Rain::") || text.contains("\"requestId\"")
}

#[test]
fn every_published_template_is_taken_unless_the_service_would_refuse_it() {
    let Ok(corpus) = std::env::var("STACKFLEET_CORPUS") else {
        println!("skipped: STACKFLEET_CORPUS names no directory");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&corpus), &mut paths);
    assert!(!paths.is_empty(), "no template below {corpus}");
    let mut wrong = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(&corpus).expect("below").display();
        let text = std::fs::read_to_string(path).expect("UTF-8");
        let refused = match template::read("t", &text) {
            Ok(template) => {
                let required = template.required_capabilities();
                let names: BTreeSet<_> = required.iter().map(|found| found.capability.as_str()).collect();
                println!("taken\t{name}\t{}", Vec::from_iter(names).join(" "));
                None
            }
            Err(mistakes) => {
                let first = mistakes.first().expect("a reason");
                println!("refused\t{name}\t{} {}", first.code, first.message);
                Some(first.message.clone())
            }
        };
        if refused.is_some() != is_refused_by_the_service(&text) {
            wrong.push(format!("{name}: {refused:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
