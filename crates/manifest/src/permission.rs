//! `permission` and what belongs to each model: roles, automatic deployment.

use model::definition::{AutoDeployment, Permission};
use model::desired::CallAs;
use model::diagnostic::Diagnostic;

use crate::reader::Reader;
use crate::tree::Table;
use crate::words::shown;

pub(crate) const AUTO_DEPLOY: &[&str] = &["leaving_accounts", "new_accounts"];

#[derive(Clone, Copy)]
enum Model {
    Service,
    Own,
}

/// Reads the permission model. What `[defaults]` say for the other model does not count.
pub(crate) fn permission(reader: &mut Reader, table: &Table, call_as: CallAs) -> Permission {
    let words = [("service-managed", Model::Service), ("self-managed", Model::Own)];
    match reader.word(table, "permission", &words).unwrap_or(Model::Service) {
        Model::Service => {
            for key in ["administration_role", "execution_role"] {
                foreign(
                    reader,
                    table,
                    key,
                    "a service-managed StackSet has no roles of yours: AWS makes them",
                );
            }
            Permission::ServiceManaged {
                auto_deployment: auto_deployment(reader, table),
            }
        }
        Model::Own => {
            delegated(reader, table, call_as);
            foreign(
                reader,
                table,
                "auto_deploy",
                "a self-managed StackSet is never deployed automatically",
            );
            Permission::SelfManaged {
                administration_role: administration_role(reader, table),
                execution_role: execution_role(reader, table),
            }
        }
    }
}

/// A key of the other model in the StackSet's own table.
fn foreign(reader: &mut Reader, table: &Table, key: &str, message: &str) {
    if let Some(item) = table.get(key).filter(|item| !item.inherited) {
        let other = if key == "auto_deploy" {
            "service-managed"
        } else {
            "self-managed"
        };
        let help = format!("delete the line, or write permission = \"{other}\"");
        reader.bad(
            item.key,
            message,
            &format!("belongs to permission = \"{other}\""),
            help,
        );
    }
}

/// A delegated administrator sees service-managed StackSets only (reference §1.8).
fn delegated(reader: &mut Reader, table: &Table, call_as: CallAs) {
    let Some(item) = table
        .get("permission")
        .filter(|_| call_as == CallAs::DelegatedAdmin)
    else {
        return;
    };
    let at = item.at;
    let help =
        "put the StackSet into a manifest with call_as = \"self\", or write permission = \"service-managed\"";
    reader.bad(
        at,
        "a delegated administrator keeps no self-managed StackSets",
        "with call_as = \"delegated-admin\"",
        help,
    );
}

fn auto_deployment(reader: &mut Reader, table: &Table) -> AutoDeployment {
    let example = "auto_deploy = { new_accounts = true, leaving_accounts = \"retain\" }";
    let Some((item, keys)) = reader.table(table, "auto_deploy", example) else {
        return AutoDeployment::default();
    };
    reader.keys(keys, "`auto_deploy`", AUTO_DEPLOY);
    if !keys.contains_key("new_accounts") {
        let diagnostic = Diagnostic::error("E0104", "`auto_deploy` does not say whether it is on")
            .label(&reader.span(item.at), "`new_accounts` is missing here")
            .help(format!("for example: {example}"));
        reader.report(diagnostic);
    }
    let enabled = reader.truth(keys, "new_accounts").unwrap_or_default();
    let words = [("retain", true), ("delete", false)];
    if enabled && !keys.contains_key("leaving_accounts") {
        let help = "say whether they keep their stacks: leaving_accounts = \"retain\" or \"delete\"";
        reader.report(
            Diagnostic::error(
                "E0104",
                "`auto_deploy` does not say what happens to accounts that leave",
            )
            .label(&reader.span(item.at), "`leaving_accounts` is missing here")
            .help(help),
        );
    }
    let retain_stacks = reader.word(keys, "leaving_accounts", &words).unwrap_or_default() && enabled;
    AutoDeployment {
        enabled,
        retain_stacks,
        depends_on: std::collections::BTreeSet::new(),
    }
}

/// `AdministrationRoleARN`: 20 to 2,048 characters (reference §1.1).
fn administration_role(reader: &mut Reader, table: &Table) -> Option<String> {
    let example = "administration_role = \"arn:aws:iam::222233334444:role/StackSetAdministration\"";
    let (text, at) = reader.text(table, "administration_role", example)?;
    let is_role = text.starts_with("arn:") && text.contains(":iam::") && text.contains(":role/");
    if is_role && (20..=2048).contains(&text.len()) {
        return Some(text);
    }
    let message = format!("`{}` is not the ARN of a role", shown(&text));
    reader.bad(
        at,
        message,
        "not an ARN of a role",
        format!("for example: {example}"),
    );
    None
}

/// `ExecutionRoleName`: a name of 1 to 64 characters, never an ARN (reference §1.1).
fn execution_role(reader: &mut Reader, table: &Table) -> Option<String> {
    let example = "execution_role = \"OrganizationAccountAccessRole\"";
    let (text, at) = reader.text(table, "execution_role", example)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(allowed) {
        return Some(text);
    }
    let message = format!("`{}` is not the name of a role", shown(&text));
    reader.bad(
        at,
        message,
        "a name, not an ARN or path",
        format!("for example: {example}"),
    );
    None
}
