//! `stackfleet ops stop`: the one command that stops something, after a yes.

use model::call::{Call, CallErrorKind, Reply};
use model::diagnostic::Diagnostic;

use super::find::{Door, Found};
use super::show;
use crate::args::{Global, OpsStop};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Finds the operation, asks, stops it, and shows how it stands then.
pub(super) async fn run(args: &OpsStop, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let door = Door::open(global, terminal).await?;
    let mut found = door.one(&args.operation).await?;
    if found.operation.status.is_terminal() {
        return Err(over(&found));
    }
    agree(args, &found, terminal)?;
    match door.session.aws.stop(&found.set.id, &found.operation.id).await {
        Ok(()) => {}
        Err(error) if error.kind == CallErrorKind::Invalid => return Err(over(&found)),
        Err(error) => return Err(door.refuse(error)),
    }
    let call = Call::Operation(found.set.id.clone(), found.operation.id.clone());
    if let Reply::Operation(Some(now)) = door.ask(call).await? {
        found.operation = *now;
    }
    let report = door.report(&found).await?;
    door.session.close()?;
    terminal.say("asked AWS to stop it: instances at work run to their end, the others are cancelled");
    show::tell(&report, terminal)?;
    Ok(Exit::Done)
}

/// A yes to exactly this operation: nobody stops another one's work by mistake (rule R8).
fn agree(args: &OpsStop, found: &Found, terminal: Terminal) -> Result<(), Failure> {
    let foreign = !found.operation.id.is_ours();
    if args.yes && (args.foreign || !foreign) {
        return Ok(());
    }
    if !terminal.can_ask() {
        return Err(unasked(found, foreign));
    }
    let whose = if foreign { " Somebody else started it." } else { "" };
    let name = &found.set.name;
    let question = format!(
        "Stop operation {} on {name}?{whose} Type the StackSet's name ({name}) to go on:",
        found.operation.id
    );
    match terminal.ask(&question) {
        Some(answer) if answer == *name => Ok(()),
        _ => {
            let declined =
                Diagnostic::error("E0741", "the stop was not confirmed").note("nothing was stopped");
            Err(Failure::from(declined).with_exit(Exit::Approval))
        }
    }
}

fn unasked(found: &Found, foreign: bool) -> Failure {
    let id = &found.operation.id;
    let (message, flags) = if foreign {
        (
            "somebody else started this operation, and there is no terminal to ask on",
            "--yes --foreign",
        )
    } else {
        ("a stop needs a yes, and there is no terminal to ask on", "--yes")
    };
    let diagnostic = Diagnostic::error("E0741", message)
        .note("nothing was stopped")
        .help(format!("stop it all the same: stackfleet ops stop {id} {flags}"));
    Failure::from(diagnostic).with_exit(Exit::Approval)
}

fn over(found: &Found) -> Failure {
    let id = &found.operation.id;
    Diagnostic::error("E0742", format!("operation {id} is over and cannot be stopped"))
        .help(format!("see what it did: stackfleet ops show {id}"))
        .into()
}
