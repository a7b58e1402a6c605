//! Somebody says yes, or nothing is done.

use model::diagnostic::Diagnostic;
use model::ids::AccountId;
use model::observed::Observed;
use model::plan::Plan;
use planner::Limits;

use crate::args::Accept;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline::Read;
use crate::terminal::Terminal;

/// Asks for a yes on a terminal: for the number of stacks when some are deleted, so that it cannot be typed blindly.
pub(crate) fn ask(plan: &Plan, terminal: Terminal) -> Result<(), Failure> {
    if !terminal.can_ask() {
        return Err(no_terminal(plan));
    }
    let deleted = plan.deleted_stacks();
    let (question, yes) = if deleted == 0 {
        ("Apply this plan? Type yes to go on:".to_owned(), "yes".to_owned())
    } else {
        let question =
            format!("Apply this plan? Type the number of stacks that will be deleted ({deleted}) to go on:");
        (question, deleted.to_string())
    };
    match terminal.ask(&question) {
        Some(answer) if answer == yes => Ok(()),
        _ => Err(declined(&yes)),
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

fn declined(yes: &str) -> Failure {
    let message = format!("the plan was not approved: `{yes}` was not typed");
    let diagnostic = Diagnostic::error("E0704", message).note("nothing was changed");
    Failure::from(diagnostic).with_exit(Exit::Approval)
}

/// Checks a plan against the digits of the digest that somebody approved.
pub(crate) fn compare(plan: &Plan, approved: &str) -> Result<(), Failure> {
    if is_approved(plan, approved) {
        return Ok(());
    }
    Err(other_plan(
        plan,
        approved,
        "the manifest or AWS changed since the approval",
    ))
}

/// The same for a fresh plan, which may differ by accounts that joined since, when that is accepted.
pub(crate) fn compare_fresh(
    plan: &Plan,
    (read, observed): (&Read, &Observed),
    approved: &str,
    accept: Option<Accept>,
    terminal: Terminal,
) -> Result<(), Failure> {
    if is_approved(plan, approved) {
        return Ok(());
    }
    let joined = planner::joined_since(&read.desired, observed, &Limits::default(), |before| {
        is_approved(before, approved)
    });
    let Some(joined) = joined else {
        return compare(plan, approved);
    };
    let name = |id: &AccountId| {
        format!(
            "{} ({id})",
            report::escape(observed.organization.account_name(id))
        )
    };
    let names: Vec<String> = joined.iter().map(name).collect();
    let who = format!("accounts joined since the approval: {}", names.join(", "));
    if accept == Some(Accept::NewAccounts) {
        terminal.say(&format!("{who}; accepted, everything else is as approved"));
        return Ok(());
    }
    let help = format!("accept them alone: stackfleet apply --approved {approved} --accept new-accounts");
    let mut failure = other_plan(plan, approved, &format!("nothing else differs; {who}"));
    for diagnostic in &mut failure.diagnostics {
        *diagnostic = diagnostic.clone().help(help.clone());
    }
    Err(failure)
}

fn is_approved(plan: &Plan, approved: &str) -> bool {
    plan.digest.hex().starts_with(approved)
}

fn other_plan(plan: &Plan, approved: &str, why: &str) -> Failure {
    let found = plan.digest.short();
    let message = format!("the plan is now {found}, not the approved {approved}");
    let diagnostic = Diagnostic::error("E0705", message)
        .note(format!("{why}; nothing was changed by this run"))
        .help(format!(
            "look at what it does now and approve that: stackfleet apply --approved {found}"
        ));
    Failure::from(diagnostic).with_exit(Exit::Stale)
}

/// What was rolled back once is only sent again when somebody approved exactly that.
pub(crate) fn after_rollback(plan: &Plan) -> Result<(), Failure> {
    let Some(warning) = plan
        .diagnostics
        .iter()
        .find(|told| told.code == planner::ROLLED_BACK)
    else {
        return Ok(());
    };
    let found = plan.digest.short();
    let message = "the plan sets again what was rolled back, so it needs an approval by its digest";
    let diagnostic = Diagnostic::error("E0740", message)
        .note(warning.message.clone())
        .note("nothing was changed")
        .help(format!(
            "when it may be tried again: stackfleet apply --approved {found}"
        ));
    Err(Failure::from(diagnostic).with_exit(Exit::Approval))
}
