//! What every row starts from: everything in AWS is as the manifest of `fixtures/by-hand` says.

use std::fs;
use std::path::PathBuf;

use support::served::Served;
use support::tool::{Run, Tool};
use support::{by_hand, fixture};
use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

pub(crate) struct Scene {
    pub(crate) served: Served,
    tool: Tool,
    calls_before: usize,
    directory: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let directory = fixture::copy("by-hand");
        let served = Served::start(by_hand::converged(TOOL), by_hand::FAST);
        Self {
            tool: Tool::new(TOOL, directory.path()).on(&served),
            calls_before: served.log().len(),
            served,
            directory,
        }
    }

    pub(crate) fn run(&self, line: &str) -> Run {
        self.tool.run(line)
    }

    pub(crate) fn manifest(&self) -> PathBuf {
        self.directory.path().join("stackfleet.toml")
    }

    /// The manifest says something else.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        fixture::edit(&self.manifest(), from, to);
    }

    /// It wants another value in every account.
    pub(crate) fn change(&self) {
        self.edit("Level = \"standard\"", "Level = \"strict\"");
    }

    /// More of it at its end.
    pub(crate) fn append(&self, more: &str) {
        let text = fs::read_to_string(self.manifest()).expect("the manifest is there");
        fs::write(self.manifest(), text + more).expect("a file can be written");
    }

    /// Another value, and a plan of it that is saved.
    pub(crate) fn planned(&self) -> PathBuf {
        self.change();
        self.run("plan --out plan.json").ends(0);
        self.directory.path().join("plan.json")
    }

    /// Somebody else changes the description of a StackSet.
    pub(crate) fn by_hand(&self, name: &str) {
        self.served.accepts(&[
            ("Action", "UpdateStackSet"),
            ("StackSetName", name),
            ("UsePreviousTemplate", "true"),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
            ("Description", "somebody was faster"),
            ("OperationId", "somebody-else"),
        ]);
        self.served.settle();
    }

    /// What runs on the StackSet never ends.
    pub(crate) fn hang(&self) {
        self.served.door(
            "actor",
            r#"{"does": "hang_operations", "stack_set": "guardrails"}"#,
        );
    }

    /// Writes that the tool sent and AWS did.
    pub(crate) fn writes(&self) -> usize {
        let verbs = ["Create", "Update", "Delete"];
        let log = self.served.log();
        let calls = log.iter().skip(self.calls_before);
        let writes = calls.filter(|call| verbs.iter().any(|verb| call.action.starts_with(verb)));
        let others = |operation: Option<&str>| operation == Some("somebody-else");
        writes
            .filter(|call| call.error.is_none() && !others(call.operation_id.as_deref()))
            .filter(|call| call.fault.as_deref() != Some("access_denied"))
            .count()
    }
}
