//! Everything of a manifest but its StackSets: `[project]`, `[aws]`, `[guard]`, `[removed.NAME]`.

use std::collections::BTreeMap;

use model::desired::{AwsGuard, CallAs, Desired, Guard, OnLeave, Protect, Removal};
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, OrganizationId, StackSetName};

use crate::files::Files;
use crate::reader::{Reader, Wanted};
use crate::stack_set::{self, Defaults};
use crate::tree::{Item, Table, Value};
use crate::{order, targets};

const TOP: &[&str] = &[
    "aws", "defaults", "guard", "project", "removed", "stackset", "version",
];
const AWS: &[&str] = &["admin_account", "call_as", "organization", "region"];
const REMOVED: &[&str] = &["aws_name", "reason", "stacks"];

/// Reads the whole manifest. What comes out is only good when nothing was reported.
pub(crate) fn desired(reader: &mut Reader, files: &mut Files, root: &Table) -> Option<Desired> {
    reader.keys(root, "a manifest", TOP);
    version(reader, root);
    let project = project(reader, root);
    let aws = aws(reader, root);
    let guard = guard(reader, root);
    let removed = removed(reader, root);
    let call_as = aws.as_ref().map(|aws| aws.call_as).unwrap_or_default();
    let defaults = Defaults::read(reader, root, call_as);
    let stack_sets = stack_set::all(reader, files, root, &defaults);
    order::check(reader, &stack_sets, &removed);
    Some(Desired {
        manifest: reader.source.file.to_owned(),
        project: project?,
        aws: aws?,
        accounts: BTreeMap::new(),
        guard,
        protect: Protect::default(),
        freezes: Vec::new(),
        stack_sets,
        removed,
    })
}

fn version(reader: &mut Reader, root: &Table) {
    match root.get("version") {
        None => {
            let diagnostic = Diagnostic::error("E0104", "the manifest has no `version`")
                .label(&reader.span(&(0..0)), "`version` is missing here")
                .replace("add this line at the top", &reader.span(&(0..0)), "version = 1\n");
            reader.report(diagnostic);
        }
        Some(Item {
            value: Value::Integer(Some(1)),
            ..
        }) => {}
        Some(item) if matches!(item.value, Value::Integer(_)) => {
            let at = item.at.clone();
            reader.bad(
                &at,
                "this version of stackfleet reads manifests of version 1",
                "another version",
                "write version = 1",
            );
        }
        Some(item) => reader.wrong_type("version", item, Wanted("an integer", "version = 1")),
    }
}

fn project(reader: &mut Reader, root: &Table) -> Option<Spanned<String>> {
    let example = "project = { name = \"platform\" }";
    if !root.contains_key("project") {
        let diagnostic = Diagnostic::error("E0104", "the manifest has no `[project]`")
            .label(
                &reader.span(&(0..0)),
                "a project's name marks the StackSets that it keeps",
            )
            .help(format!("add this line above the first header:\n{example}"));
        reader.report(diagnostic);
    }
    let (item, table) = reader.table(root, "project", example)?;
    reader.keys(table, "`[project]`", &["name"]);
    if !table.contains_key("name") {
        reader.missing(&item.at, "project", "name", "name = \"platform\"");
    }
    let (name, at) = reader.text(table, "name", "name = \"platform\"")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if name.is_empty() || name.len() > 128 || !name.chars().all(allowed) {
        let help = "use 1 to 128 letters, digits and - _ . /, for example \"platform\"";
        reader.bad(
            &at,
            format!("`{}` is not a project's name", name.escape_debug()),
            "not a name",
            help,
        );
        return None;
    }
    Some(Spanned {
        value: name,
        span: reader.span(&at),
    })
}

fn aws(reader: &mut Reader, root: &Table) -> Option<AwsGuard> {
    let example = "[aws]\nadmin_account = \"222233334444\"\nregion = \"eu-west-1\"";
    if !root.contains_key("aws") {
        let diagnostic = Diagnostic::error("E0104", "the manifest has no `[aws]`")
            .label(
                &reader.span(&(0..0)),
                "it says in which account and Region the StackSets are kept",
            )
            .help(format!("add this table:\n{example}"));
        reader.report(diagnostic);
    }
    let (item, table) = reader.table(root, "aws", example)?;
    reader.keys(table, "`[aws]`", AWS);
    for (key, line) in [
        ("admin_account", "admin_account = \"222233334444\""),
        ("region", "region = \"eu-west-1\""),
    ] {
        if !table.contains_key(key) {
            reader.missing(&item.at, "aws", key, line);
        }
    }
    let account = reader.text(table, "admin_account", "admin_account = \"222233334444\"");
    let admin_account = reader.id(account, AccountId::parse);
    let organization = reader.text(table, "organization", "organization = \"o-a1b2c3d4e5\"");
    let organization = reader.id(organization, OrganizationId::parse);
    let region = reader.text(table, "region", "region = \"eu-west-1\"");
    let region = region.and_then(|(text, at)| targets::region(reader, &text, &at));
    let words = [
        ("self", CallAs::Myself),
        ("delegated-admin", CallAs::DelegatedAdmin),
    ];
    let call_as = reader.word(table, "call_as", &words).unwrap_or_default();
    Some(AwsGuard {
        admin_account: admin_account?,
        organization,
        region: region?,
        call_as,
        template_bucket: None,
    })
}

fn guard(reader: &mut Reader, root: &Table) -> Guard {
    let example = "[guard]\nmax_deleted_instances = 10";
    let Some((_, table)) = reader.table(root, "guard", example) else {
        return Guard::default();
    };
    reader.keys(table, "`[guard]`", &["max_deleted_instances"]);
    let limit = table.get("max_deleted_instances").and_then(|item| {
        if let Value::Integer(number) = item.value {
            if let Some(value) = number.and_then(|number| u64::try_from(number).ok()) {
                return Some(Spanned {
                    value,
                    span: reader.span(&item.at),
                });
            }
            reader.bad(
                &item.at,
                "`max_deleted_instances` must be 0 or more",
                "not a limit",
                "write max_deleted_instances = 0",
            );
        } else {
            reader.wrong_type(
                "max_deleted_instances",
                item,
                Wanted("an integer", "max_deleted_instances = 10"),
            );
        }
        None
    });
    Guard {
        max_deleted_instances: limit,
        ..Guard::default()
    }
}

fn removed(reader: &mut Reader, root: &Table) -> BTreeMap<String, Removal> {
    let Some((_, table)) = reader.table(root, "removed", "[removed.NAME]\nstacks = \"retain\"") else {
        return BTreeMap::new();
    };
    let read =
        |(name, item): (&String, &Item)| removal(reader, name, item).map(|removal| (name.clone(), removal));
    table.iter().filter_map(read).collect()
}

fn removal(reader: &mut Reader, name: &str, item: &Item) -> Option<Removal> {
    let header = format!("removed.{name}");
    let Some(table) = item.as_table() else {
        reader.wrong_type(
            &header,
            item,
            Wanted("a table", "[removed.NAME]\nstacks = \"retain\""),
        );
        return None;
    };
    reader.keys(table, "a removal", REMOVED);
    if !table.contains_key("stacks") {
        reader.missing(
            &item.at,
            &header,
            "stacks",
            "stacks = \"retain\"   # or \"delete\"",
        );
    }
    let aws_name = aws_name(reader, table, name, item);
    let stacks = reader.word(
        table,
        "stacks",
        &[("retain", OnLeave::Retain), ("delete", OnLeave::Delete)],
    );
    let reason = reader.text(table, "reason", "reason = \"replaced by the organization trail\"");
    Some(Removal {
        name: Spanned {
            value: name.to_owned(),
            span: reader.span(&item.key),
        },
        aws_name: aws_name?,
        stacks: stacks?,
        reason: reason.map(|(text, _)| text),
    })
}

/// `aws_name`, or the table's own name when that is one.
pub(crate) fn aws_name(reader: &mut Reader, table: &Table, name: &str, item: &Item) -> Option<StackSetName> {
    if table.contains_key("aws_name") {
        let written = reader.text(table, "aws_name", "aws_name = \"NetworkGuardRails-v2\"");
        return reader.id(written, StackSetName::parse).map(|name| name.value);
    }
    let parsed = StackSetName::parse(name);
    if let Err(error) = &parsed {
        let message = format!("`{}` is not {}", name.escape_debug(), error.expected);
        let help = "rename the table, or keep the name and give another one to AWS: aws_name = \"NAME\"";
        reader.bad(&item.key, message, "this would be its name in AWS", help);
    }
    parsed.ok()
}
