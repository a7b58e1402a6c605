//! What to say about a target that means nothing, or too much.

use std::collections::BTreeSet;

use model::desired::Target;
use model::diagnostic::{Diagnostic, Position, Span, Spanned};
use model::ids::{AccountId, UnitId};

use crate::tree::Tree;

/// How many neighbours are named before the rest is counted.
const NAMED: usize = 12;

/// Up to how many units of a name are shown, each as an edit.
const SHOWN: usize = 3;

/// `renamed` are units that are deployed to already: one of them next to the missing name, and named by nobody, is likely what
/// the name meant.
pub(super) fn no_unit(
    tree: &Tree<'_>,
    target: &Spanned<Target>,
    (last, missing): (&UnitId, &str),
    renamed: &BTreeSet<&UnitId>,
) -> Diagnostic {
    let organization = tree.organization;
    let parent = organization.path(last);
    let diagnostic = Diagnostic::error("E0201", format!("no unit `{missing}` under `{parent}`"))
        .label(
            &part_of(target, tree.above(last).len().saturating_sub(1)),
            format!("not in organization {}", organization.id),
        )
        .note(children_note(tree, last, &parent));
    let children: Vec<_> = organization.children(last).collect();
    let mut deployed = children.iter().filter(|(id, _)| renamed.contains(id));
    if let (Some((_, unit)), None) = (deployed.next(), deployed.next()) {
        let path = format!("{parent}/{}", unit.name.replace('/', "\\/"));
        let text = format!("a unit there that this StackSet is deployed to is now called `{path}`");
        return diagnostic.replace(text, &target.span, quoted(&path));
    }
    if let Some(near) = nearest(missing, children.iter().map(|(_, unit)| unit.name.as_str())) {
        let path = format!("{parent}/{}", near.replace('/', "\\/"));
        return diagnostic.replace(format!("did you mean `{path}`?"), &target.span, quoted(&path));
    }
    let elsewhere = elsewhere(tree, missing);
    if elsewhere.is_empty() || elsewhere.len() > SHOWN {
        return diagnostic.help(format!(
            "write one of the units under `{parent}`, or `{parent}` itself"
        ));
    }
    let mut text = "a unit of that name is";
    elsewhere.iter().fold(diagnostic, |diagnostic, path| {
        let help = format!("{text} `{path}`");
        text = "or";
        diagnostic.replace(help, &target.span, quoted(path))
    })
}

/// The place of one name of a path by its number, as far as the path is written without escapes; otherwise the whole path.
fn part_of(target: &Spanned<Target>, number: usize) -> Span {
    let whole = &target.span;
    let Target::Path(names) = &target.value else {
        return whole.clone();
    };
    let written = format!("\"Root/{}\"", names.join("/"));
    let plain = written.is_ascii() && !names.iter().any(|name| name.contains(['/', '\\', '"']));
    let length = whole.end.offset.saturating_sub(whole.start.offset);
    let Some(name) = names.get(number).filter(|_| plain && length == written.len()) else {
        return whole.clone();
    };
    let before: usize = names.iter().take(number).map(|part| part.len() + 1).sum();
    let start = "\"Root/".len() + before;
    let moved = |by: usize| Position {
        line: whole.start.line,
        column: whole.start.column + u32::try_from(by).unwrap_or_default(),
        offset: whole.start.offset + by,
    };
    Span {
        file: whole.file.clone(),
        start: moved(start),
        end: moved(start + name.len()),
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn children_note(tree: &Tree<'_>, unit: &UnitId, path: &str) -> String {
    let children: Vec<_> = tree
        .organization
        .children(unit)
        .enumerate()
        .map(|(number, (id, child))| {
            let active = tree.active_count(id);
            if number == 0 {
                format!("{} ({})", child.name, accounts(active))
            } else {
                format!("{} ({active})", child.name)
            }
        })
        .collect();
    match children.len() {
        0 => format!("`{path}` has no units below it"),
        1 => format!("`{path}` has 1 unit below it: {}", children.join(", ")),
        count => format!("`{path}` has {count} units below it: {}", listed(&children)),
    }
}

/// Paths of all units with a name.
fn elsewhere(tree: &Tree<'_>, name: &str) -> Vec<String> {
    let named = tree
        .organization
        .units
        .iter()
        .filter(|(_, unit)| unit.name == name);
    let mut paths: Vec<_> = named.map(|(id, _)| tree.organization.path(id)).collect();
    paths.sort();
    paths
}

pub(super) fn no_unit_id(tree: &Tree<'_>, target: &Spanned<Target>, id: &UnitId) -> Diagnostic {
    let organization = &tree.organization.id;
    Diagnostic::error("E0201", format!("no unit `{id}` in organization {organization}"))
        .label(&target.span, "not in the organization")
        .help("write the unit's path, such as `Root/Workloads/Prod`: a path says what is meant when a unit is gone")
}

/// A pattern that no account's name matches.
pub(super) fn no_account_like(tree: &Tree<'_>, target: &Spanned<Target>, pattern: &str) -> Diagnostic {
    let organization = tree.organization;
    let diagnostic = Diagnostic::error("E0206", format!("no account's name matches `{pattern}`")).label(
        &target.span,
        format!(
            "none of the {} of organization {}",
            accounts(tree.member_accounts().count()),
            organization.id
        ),
    );
    let wanted = pattern.replace(['*', '?'], "");
    let names: BTreeSet<&str> = tree
        .member_accounts()
        .map(|(_, account)| account.name.as_str())
        .collect();
    let mut near: Vec<_> = names
        .into_iter()
        .map(|name| (likeness(&wanted, name), name))
        .filter(|(likeness, _)| *likeness > 0.7)
        .collect();
    near.sort_by(|(one, first), (two, second)| two.total_cmp(one).then(first.cmp(second)));
    let near: Vec<_> = near.iter().take(3).map(|(_, name)| format!("`{name}`")).collect();
    let diagnostic = match near.as_slice() {
        [] => diagnostic,
        near => diagnostic.note(format!("similar names: {}", near.join(", "))),
    };
    diagnostic.help("correct the pattern: `*` stands for any characters, `?` for one; or remove it")
}

/// A tag that no account has.
pub(super) fn no_account_with(
    tree: &Tree<'_>,
    target: &Spanned<Target>,
    key: &str,
    value: &str,
) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0207", format!("no account has the tag `{key}` = `{value}`")).label(
        &target.span,
        format!("none of the {}", accounts(tree.member_accounts().count())),
    );
    let values: BTreeSet<String> = tree
        .member_accounts()
        .filter_map(|(_, account)| Some(format!("`{}`", account.tags.get(key)?)))
        .collect();
    let values: Vec<String> = values.into_iter().collect();
    let diagnostic = match values.as_slice() {
        [] => diagnostic.note(format!("no account has a tag `{key}`")),
        values => diagnostic.note(format!("values of `{key}`: {}", listed(values))),
    };
    diagnostic.help("correct the tag (upper and lower case count), or tag the accounts in Organizations")
}

pub(super) fn no_account_name(tree: &Tree<'_>, target: &Spanned<Target>, name: &str) -> Diagnostic {
    let organization = tree.organization;
    let diagnostic = Diagnostic::error("E0205", format!("no account is named `{name}`")).label(
        &target.span,
        format!(
            "none of the {} of organization {}",
            accounts(organization.accounts.len()),
            organization.id
        ),
    );
    let names = organization
        .accounts
        .values()
        .map(|account| account.name.as_str());
    match nearest(name, names) {
        Some(near) => diagnostic.replace(
            format!("did you mean `account:{near}`?"),
            &target.span,
            quoted(&format!("account:{near}")),
        ),
        None => diagnostic.help("write the account's id, twelve digits"),
    }
}

pub(super) fn ambiguous_name(
    tree: &Tree<'_>,
    target: &Spanned<Target>,
    name: &str,
    several: &[&AccountId],
) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("E0203", format!("{} accounts are named `{name}`", several.len()))
        .label(&target.span, "which one?");
    for id in several.iter().take(NAMED) {
        let path = tree.organization.path(tree.parent(id));
        diagnostic = diagnostic.replace(
            format!("the one in `{path}` is {id}"),
            &target.span,
            format!("\"{id}\""),
        );
    }
    diagnostic
}

pub(super) fn management_account(tree: &Tree<'_>, target: &Spanned<Target>) -> Diagnostic {
    let id = &tree.organization.management_account;
    Diagnostic::error(
        "E0221",
        "the management account cannot be a target of a service-managed StackSet",
    )
    .label(&target.span, format!("{id} is the management account"))
    .note("AWS skips it silently even when its unit, or the root, is targeted")
    .help(
        "deploy the template there as an ordinary stack, or add a second StackSet with permission = \"self-managed\"",
    )
}

pub(super) fn foreign_account(
    tree: &Tree<'_>,
    target: &Spanned<Target>,
    id: &AccountId,
    service_managed: bool,
) -> Diagnostic {
    let organization = &tree.organization.id;
    let message = format!("account {id} is not in organization {organization}");
    if service_managed {
        Diagnostic::error("E0204", message)
            .label(
                &target.span,
                "a service-managed StackSet reaches member accounts only",
            )
            .help("remove it, or deploy to it with a StackSet of permission = \"self-managed\"")
    } else {
        Diagnostic::warning("W0204", message)
            .label(
                &target.span,
                "only its own execution role can tell whether it is the right one",
            )
            .help("check the twelve digits; accept it with allow = [\"W0204\"]")
    }
}

/// The most similar name, when one is similar enough to be a slip.
fn nearest<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names
        .map(|name| (likeness(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, first), (two, second)| one.total_cmp(two).then(second.cmp(first)))
        .map(|(_, name)| name)
}

fn likeness(one: &str, two: &str) -> f64 {
    strsim::jaro_winkler(&one.to_lowercase(), &two.to_lowercase())
}

fn listed(names: &[String]) -> String {
    let shown = names.get(..NAMED).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn accounts(count: usize) -> String {
    if count == 1 {
        "1 account".to_owned()
    } else {
        format!("{count} accounts")
    }
}
