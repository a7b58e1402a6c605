//! What is told of a plan before anything else.

use model::plan::{Action, Selection};

use crate::words::list;

/// The actions that touch something, in the order in which they are told.
pub(crate) const TOUCHING: [Action; 5] = [
    Action::Create,
    Action::Update,
    Action::Delete,
    Action::Detach,
    Action::Recreate,
];

pub(crate) fn short_commit(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// `only security-baseline; only Regions eu-west-1 and us-east-1`
pub(crate) fn selected(selection: &Selection) -> String {
    let parts = [
        ("only", &selection.stack_sets),
        ("without", &selection.exclude),
        ("only accounts", &selection.accounts),
        ("only Regions", &selection.regions),
        ("only up to stage", &selection.stages),
        ("only recreates", &selection.recreate),
    ];
    let behind = selection
        .only
        .map(|only| format!("only {} instances", only.word()));
    let told: Vec<String> = parts
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{word} {}", list(names)))
        .chain(behind)
        .collect();
    if told.is_empty() {
        "a selection left something out".to_owned()
    } else {
        told.join("; ")
    }
}
