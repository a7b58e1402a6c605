//! Whose StackSet it is, and whether we are where the manifest says.

use model::PROJECT_TAG;
use model::diagnostic::{Diagnostic, Spanned};
use model::observed::ObservedStackSet;
use model::plan::Hold;

use crate::context::Context;
use crate::guards::protect::protection;
use crate::words::count;

/// Why a StackSet that exists is not ours to change; none when it is.
pub(crate) fn foreign(
    context: &Context<'_>,
    name: &Spanned<String>,
    aws_name: &str,
    observed: &ObservedStackSet,
    adopt: bool,
) -> Option<Diagnostic> {
    match observed.definition.tags.get(PROJECT_TAG) {
        Some(project) if project == context.project() => None,
        Some(project) => {
            let message = format!("StackSet `{aws_name}` exists and belongs to project `{project}`");
            Some(
                Diagnostic::error("E0601", message)
                    .label(&name.span, format!("marked {PROJECT_TAG} = {project}"))
                    .help("leave it to them: delete this block")
                    .help(format!(
                        "it is yours under an old name: set [project] name = \"{}\"",
                        project.escape_default()
                    )),
            )
        }
        None if adopt => None,
        None => {
            let message = format!("StackSet `{aws_name}` exists and belongs to no project");
            Some(
                Diagnostic::error("E0604", message)
                    .label(&name.span, "somebody made it outside of this manifest")
                    .help(format!("take it over: adopt = true in [stackset.{}]", name.value))
                    .help("or give yours another name: aws_name = \"...\""),
            )
        }
    }
}

/// StackSets of our project that the manifest does not name any more.
pub(crate) fn forgotten(context: &Context<'_>) -> Vec<Hold> {
    let ours = context
        .observed
        .others
        .iter()
        .filter(|(_, other)| other.project.as_deref() == Some(context.project()))
        .filter(|(name, _)| context.selection.takes(name.as_str()));
    ours.map(|(name, other)| {
        let mut message = format!("StackSet `{name}` is of this project and gone from the manifest");
        let instances = other.instances.unwrap_or_default();
        if instances > 0 {
            message = format!("{message}; it has {}", count(instances, "instance"));
        }
        let help = format!(
            "say in the manifest what should happen to its stacks:\n[removed.{name}]\nstacks = \"retain\"   # or \"delete\"\nreason = \"...\""
        );
        let mut diagnostic = Diagnostic::error("E0501", message)
            .label(&context.desired.project.span, "the project that it is marked with")
            .help(help);
        if let Some(by) = protection(&context.desired.protect.delete, name.as_str()) {
            diagnostic = diagnostic
                .label(&by.span, "protected from deletion here")
                .help("to delete it, take it off `delete` in [protect] first, in a change of its own");
        }
        Hold {
            diagnostic,
            stack_set: Some(name.to_string()),
            instances,
        }
    })
    .collect()
}

/// Whether the credentials are for the account and the organization of the manifest.
pub(crate) fn identity(context: &Context<'_>) -> Vec<Diagnostic> {
    let (desired, observed) = (&context.desired.aws, context.observed);
    let mut wrong = Vec::new();
    let account = &observed.identity.account;
    if *account != desired.admin_account.value {
        let message = format!(
            "these credentials are for {account}, the manifest says {}",
            desired.admin_account.value
        );
        wrong.push(
            Diagnostic::error("E0602", message)
                .label(&desired.admin_account.span, "run here or not at all")
                .note(format!("credentials: {}", observed.identity.arn))
                .help(format!(
                    "use the credentials of that account: stackfleet plan --profile {}=PROFILE",
                    desired.admin_account.value
                )),
        );
    }
    let organization = &observed.organization.id;
    if let Some(wanted) = desired
        .organization
        .as_ref()
        .filter(|wanted| wanted.value != *organization)
    {
        let message = format!(
            "account {account} is in organization {organization}, the manifest says {}",
            wanted.value
        );
        wrong.push(
            Diagnostic::error("E0603", message)
                .label(&wanted.span, "run here or not at all")
                .help("use the credentials of the right organization, or correct the id"),
        );
    }
    wrong.extend(trusted_access(context));
    wrong
}

fn trusted_access(context: &Context<'_>) -> Option<Diagnostic> {
    if context.observed.trusted_access {
        return None;
    }
    let mut sets = context.desired.stack_sets.values();
    let set = sets.find(|set| set.permission.is_service_managed())?;
    Some(
        Diagnostic::error(
            "E0606",
            "trusted access for StackSets is off, so no service-managed StackSet can be deployed",
        )
        .label(&set.name.span, "service-managed")
        .help("in the management account: aws cloudformation activate-organizations-access")
        .help("or use permission = \"self-managed\" with roles of your own"),
    )
}
