//! The head of a manifest: `version`, `requires`, `[project]`, `[aws]`; and `[removed.NAME]`.

use std::collections::BTreeMap;

use model::desired::{AwsGuard, CallAs, Desired, OnLeave, Removal};
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, OrganizationId, StackSetName};
use semver::{Version, VersionReq};

use crate::reader::{Reader, Wanted};
use crate::regions::region;
use crate::stack_set::{self, Defaults};
use crate::tree::{Item, Place, Table, Value};
use crate::words::shown;
use crate::{limits, order, rollout, vocabulary};

/// The keys of a manifest.
pub(crate) const TOP: &[&str] = &[
    "accounts",
    "aws",
    "defaults",
    "freeze",
    "guard",
    "include",
    "project",
    "protect",
    "region_set",
    "removed",
    "requires",
    "rollout",
    "stackset",
    "target_set",
    "version",
];
pub(crate) const PROJECT: &[&str] = &["name"];
pub(crate) const AWS: &[&str] = &[
    "admin_account",
    "call_as",
    "organization",
    "region",
    "template_bucket",
];
pub(crate) const REMOVED: &[&str] = &["aws_name", "reason", "stacks"];

/// Reads the whole manifest. What comes out is only good when nothing was reported.
pub(crate) fn desired(reader: &mut Reader, root: &Table) -> Option<Desired> {
    reader.keys(root, "a manifest", TOP);
    version(reader, root);
    let project = project(reader, root);
    let aws = aws(reader, root);
    vocabulary::read(reader, root);
    rollout::read(reader, root);
    let guard = limits::guard(reader, root);
    let protection = limits::protect(reader, root);
    let freezes = limits::freezes(reader, root);
    let removed = removed(reader, root);
    let defaults = Defaults::read(reader, root, aws.as_ref());
    let stack_sets = stack_set::all(reader, root, &defaults);
    order::check(reader, &stack_sets, &removed);
    let names: Vec<&str> = stack_sets
        .keys()
        .chain(removed.keys())
        .map(String::as_str)
        .collect();
    limits::unmatched(reader, &protection, &names);
    vocabulary::unused(reader);
    Some(Desired {
        manifest: reader.manifest(),
        project: project?,
        aws: aws?,
        accounts: reader.vocabulary.accounts.clone(),
        guard,
        protect: protection,
        freezes,
        stack_sets,
        removed,
    })
}

/// E0108: whether this version of the tool may read the manifest. When it may not, nothing else about it is worth telling.
pub(crate) fn is_readable(reader: &mut Reader, root: &Table) -> bool {
    let example = "requires = \">=0.1, <2\"";
    let Some((text, at)) = reader.text(root, "requires", example) else {
        return true;
    };
    let this = env!("CARGO_PKG_VERSION");
    let (Ok(required), Ok(version)) = (VersionReq::parse(&text), Version::parse(this)) else {
        let message = format!("`{}` does not say which versions of stackfleet fit", shown(&text));
        reader.bad(
            at,
            message,
            "not a range of versions",
            format!("for example: {example}"),
        );
        return true;
    };
    let fits = required.matches(&version);
    if !fits {
        let message = format!(
            "this manifest requires stackfleet {}, and this is {this}",
            shown(&text)
        );
        let diagnostic = Diagnostic::error("E0108", message)
            .label(&reader.span(at), format!("does not fit {this}"))
            .help(format!("install a version that fits: {}", shown(&text)))
            .note("the rest of the manifest was not looked at");
        reader.report(diagnostic);
    }
    fits
}

fn version(reader: &mut Reader, root: &Table) {
    match root.get("version") {
        None => {
            let diagnostic = Diagnostic::error("E0104", "the manifest has no `version`")
                .label(&reader.span(Place::top(0)), "`version` is missing here")
                .replace(
                    "add this line at the top",
                    &reader.span(Place::top(0)),
                    "version = 1\n",
                );
            reader.report(diagnostic);
        }
        Some(Item {
            value: Value::Integer(Some(1)),
            ..
        }) => {}
        Some(item) if matches!(item.value, Value::Integer(_)) => {
            let at = item.at;
            reader.bad(
                at,
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
                &reader.span(Place::top(0)),
                "a project's name marks the StackSets that it keeps",
            )
            .help(format!("add this line above the first header:\n{example}"));
        reader.report(diagnostic);
    }
    let (item, table) = reader.table(root, "project", example)?;
    reader.keys(table, "`[project]`", PROJECT);
    if !table.contains_key("name") {
        reader.missing(item.at, "project", "name", "name = \"platform\"");
    }
    let (name, at) = reader.text(table, "name", "name = \"platform\"")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if name.is_empty() || name.len() > 128 || !name.chars().all(allowed) {
        let help = "use 1 to 128 letters, digits and - _ . /, for example \"platform\"";
        reader.bad(
            at,
            format!("`{}` is not a project's name", shown(&name)),
            "not a name",
            help,
        );
        return None;
    }
    Some(Spanned {
        value: name,
        span: reader.span(at),
    })
}

fn aws(reader: &mut Reader, root: &Table) -> Option<AwsGuard> {
    let example = "[aws]\nadmin_account = \"222233334444\"\nregion = \"eu-west-1\"";
    if !root.contains_key("aws") {
        let diagnostic = Diagnostic::error("E0104", "the manifest has no `[aws]`")
            .label(
                &reader.span(Place::top(0)),
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
            reader.missing(item.at, "aws", key, line);
        }
    }
    let account = reader.text(table, "admin_account", "admin_account = \"222233334444\"");
    let admin_account = reader.id(account, AccountId::parse);
    let organization = reader.text(table, "organization", "organization = \"o-a1b2c3d4e5\"");
    let organization = reader.id(organization, OrganizationId::parse);
    let home = reader.text(table, "region", "region = \"eu-west-1\"");
    let region = home.and_then(|(text, at)| region(reader, &text, at));
    let words = [
        ("self", CallAs::Myself),
        ("delegated-admin", CallAs::DelegatedAdmin),
    ];
    let call_as = reader.word(table, "call_as", &words).unwrap_or_default();
    let template_bucket = bucket(reader, table);
    Some(AwsGuard {
        admin_account: admin_account?,
        organization,
        region: region?,
        call_as,
        template_bucket,
    })
}

/// `template_bucket`: the name of a general purpose bucket, by S3's rules for new ones.
fn bucket(reader: &mut Reader, table: &Table) -> Option<Spanned<String>> {
    let example = "template_bucket = \"platform-templates\"";
    let (name, at) = reader.text(table, "template_bucket", example)?;
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let edges = edge(name.bytes().next()) && edge(name.bytes().last());
    if (3..=63).contains(&name.len()) && name.bytes().all(allowed) && edges && !name.contains("..") {
        return Some(reader.spanned(name, at));
    }
    let help = "write its name alone, 3 to 63 lower-case letters, digits, hyphens and dots";
    reader.bad(
        at,
        format!("`{}` is not the name of a bucket", shown(&name)),
        "not a name",
        help,
    );
    None
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
            item.at,
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
            span: reader.span(item.key),
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
        let message = format!("`{}` is not {}", shown(name), error.expected);
        let help = "rename the table, or keep the name and give another one to AWS: aws_name = \"NAME\"";
        reader.bad(item.key, message, "this would be its name in AWS", help);
    }
    parsed.ok()
}
