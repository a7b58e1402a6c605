//! Somebody says yes, or nothing is done.

use model::diagnostic::Diagnostic;
use model::plan::{Action, Plan};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Asks for a yes on a terminal: for the number of stacks when some are deleted, so that it cannot be typed blindly.
pub(crate) fn ask(plan: &Plan, terminal: Terminal) -> Result<(), Failure> {
    if !terminal.can_ask() {
        return Err(no_terminal(plan));
    }
    let deleted = plan.instances(Action::Delete);
    let (question, yes) = if deleted == 0 {
        ("Apply this plan? Type yes to go on:".to_owned(), "yes".to_owned())
    } else {
        let question =
            format!("Apply this plan? Type the number of stacks that will be deleted ({deleted}) to go on:");
        (question, deleted.to_string())
    };
    match terminal.ask(&question) {
        Some(answer) if answer == yes => Ok(()),
        _ => Err(declined()),
    }
}

fn no_terminal(plan: &Plan) -> Failure {
    let digest = plan.digest.short();
    let diagnostic = Diagnostic::error(
        "E0703",
        "apply needs approval, and there is no terminal to ask on",
    )
    .note("nothing was changed")
    .help(format!(
        "apply a reviewed plan:      stackfleet apply plan.json\n\
             approve by its digest:      stackfleet apply --approved {digest}\n\
             approve whatever it is:     stackfleet apply --auto-approve"
    ));
    Failure::from(diagnostic).with_exit(Exit::Approval)
}

fn declined() -> Failure {
    let diagnostic = Diagnostic::error("E0704", "the plan was not approved").note("nothing was changed");
    Failure::from(diagnostic).with_exit(Exit::Approval)
}

/// Checks a plan against the digits of the digest that somebody approved.
pub(crate) fn compare(plan: &Plan, approved: &str) -> Result<(), Failure> {
    let digest = plan.digest.as_str().strip_prefix("sha256:").unwrap_or_default();
    if digest.starts_with(approved) {
        return Ok(());
    }
    let found = plan.digest.short();
    let message = format!("the plan is now {found}, not the approved {approved}");
    let diagnostic = Diagnostic::error("E0705", message)
        .note("the manifest or AWS changed since the approval; nothing was changed by this run")
        .help(format!(
            "look at what it does now and approve that: stackfleet apply --approved {found}"
        ));
    Err(Failure::from(diagnostic).with_exit(Exit::Stale))
}
