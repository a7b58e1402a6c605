//! One change by hand: from the converged world to the plan, the repair and the empty plan.

use std::fmt::Write;
use std::path::Path;

use support::served::Served;
use support::tool::{Run, Tool};
use support::{by_hand, fixture};

const TOOL: &str = env!("CARGO_BIN_EXE_stackfleet-under-test");

/// One change by hand, and what a plan has to say to it.
pub(crate) struct Row {
    /// What somebody does.
    pub(crate) what: &'static str,
    /// How.
    pub(crate) hand: fn(&Served),
    /// `plan --detailed-exitcode`: 2, or 3 where undoing it would delete or take over.
    pub(crate) exit: i32,
    /// What the plan says of it.
    pub(crate) says: &'static [&'static str],
    /// What the manifest must say before the plan may be carried out: for a plan that is blocked.
    pub(crate) consent: Option<fn(&Path)>,
}

/// Makes each change on a fresh converged world; all rows that do not hold are told together, after the table.
pub(crate) fn walk(rows: &[Row]) {
    let mut table =
        String::from("| done by hand | exit | the plan says | calls of the repair |\n|---|---|---|---|\n");
    let mut wrong = String::new();
    for row in rows {
        match row.walk() {
            Ok(calls) => {
                let says = row.says.join("`, `");
                let _ = writeln!(table, "| {} | {} | `{says}` | {calls} |", row.what, row.exit);
            }
            Err(told) => {
                let _ = writeln!(wrong, "── {} ──\n{told}", row.what);
            }
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong}");
}

impl Row {
    /// The calls of the repair, or what does not hold.
    fn walk(&self) -> Result<String, String> {
        let copy = fixture::copy("by-hand");
        let served = Served::start(by_hand::converged(TOOL), by_hand::FAST);
        let tool = Tool::new(TOOL, copy.path()).on(&served);
        (self.hand)(&served);
        served.settle();
        let plan = tool.run("plan --detailed-exitcode");
        if std::env::var_os("UNSEEN_PLANS").is_some() {
            println!("══ {} ══\n{}{}", self.what, plan.stdout, plan.stderr);
        }
        let silent: Vec<_> = self
            .says
            .iter()
            .filter(|words| !plan.stdout.contains(**words))
            .collect();
        if plan.code != self.exit || !silent.is_empty() {
            return Err(format!(
                "ends with {} and not with {}, and does not say {silent:?}\n{}",
                plan.code,
                self.exit,
                told(&plan)
            ));
        }
        let before = served.log().len();
        self.repair(copy.path(), &tool)?;
        Ok(writes(&served, before))
    }

    /// Carries the plan out, with the consent that it needs; then there is nothing to do.
    fn repair(&self, directory: &Path, tool: &Tool) -> Result<(), String> {
        if let Some(consent) = self.consent {
            consent(&directory.join("stackfleet.toml"));
        }
        for (line, code) in [
            ("apply --auto-approve", 0),
            ("plan --detailed-exitcode", 0),
            ("plan --deep --detailed-exitcode", 0),
        ] {
            let run = tool.run(line);
            if run.code != code {
                return Err(format!("{line} ends with {}\n{}", run.code, told(&run)));
            }
        }
        Ok(())
    }
}

fn told(run: &Run) -> String {
    format!("{}{}", run.stdout, run.stderr)
}

/// Calls since then that changed something, in their order.
fn writes(served: &Served, before: usize) -> String {
    let verbs = ["Create", "Update", "Delete"];
    let log = served.log();
    let calls: Vec<_> = log
        .iter()
        .skip(before)
        .filter(|entry| entry.error.is_none() && verbs.iter().any(|verb| entry.action.starts_with(verb)))
        .map(|entry| {
            format!(
                "{} {}",
                entry.action,
                entry
                    .stack_set
                    .as_deref()
                    .and_then(|id| id.split(':').next())
                    .unwrap_or_default()
            )
        })
        .collect();
    calls.join(", ")
}
