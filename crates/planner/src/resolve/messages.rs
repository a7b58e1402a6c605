//! What to say about a target that means nothing, or too much.

use model::desired::Target;
use model::diagnostic::{Diagnostic, Spanned};
use model::ids::{AccountId, UnitId};

use crate::tree::Tree;

/// How many neighbours are named before the rest is counted.
const NAMED: usize = 12;

pub(super) fn no_unit(tree: &Tree<'_>, target: &Spanned<Target>, last: &UnitId, missing: &str) -> Diagnostic {
    let organization = tree.organization;
    let parent = organization.path(last);
    let mut diagnostic = Diagnostic::error("E0201", format!("no unit `{missing}` under `{parent}`")).label(
        &target.span,
        format!("`{missing}` is not in organization {}", organization.id),
    );
    diagnostic = diagnostic.note(children_note(tree, last, &parent));
    let names: Vec<_> = organization
        .children(last)
        .map(|(_, unit)| unit.name.as_str())
        .collect();
    if let Some(near) = nearest(missing, names.iter().copied()) {
        let path = format!("{parent}/{}", near.replace('/', "\\/"));
        return diagnostic.replace(
            format!("did you mean `{path}`?"),
            &target.span,
            format!("\"{}\"", path.replace('\\', "\\\\")),
        );
    }
    match elsewhere(tree, missing) {
        Some(path) => diagnostic.replace(
            format!("a unit of that name is `{path}`"),
            &target.span,
            format!("\"{}\"", path.replace('\\', "\\\\")),
        ),
        None => diagnostic.help(format!(
            "write one of the units under `{parent}`, or `{parent}` itself"
        )),
    }
}

fn children_note(tree: &Tree<'_>, unit: &UnitId, path: &str) -> String {
    let children: Vec<_> = tree
        .organization
        .children(unit)
        .map(|(id, child)| format!("{} ({})", child.name, accounts(tree.active_count(id))))
        .collect();
    match children.len() {
        0 => format!("`{path}` has no units below it"),
        1 => format!("`{path}` has 1 unit below it: {}", children.join(", ")),
        count => format!("`{path}` has {count} units below it: {}", listed(&children)),
    }
}

fn elsewhere(tree: &Tree<'_>, name: &str) -> Option<String> {
    let mut named = tree
        .organization
        .units
        .iter()
        .filter(|(_, unit)| unit.name == name);
    let (id, _) = named.next()?;
    named.next().is_none().then(|| tree.organization.path(id))
}

pub(super) fn no_unit_id(tree: &Tree<'_>, target: &Spanned<Target>, id: &UnitId) -> Diagnostic {
    let organization = &tree.organization.id;
    Diagnostic::error("E0201", format!("no unit `{id}` in organization {organization}"))
        .label(&target.span, "not in the organization")
        .help("write the unit's path, such as `Root/Workloads/Prod`: a path says what is meant when a unit is gone")
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
            format!("\"account:{}\"", near.replace('\\', "\\\\").replace('"', "\\\"")),
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
    let lower = wrong.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, first), (two, second)| one.total_cmp(two).then(second.cmp(first)))
        .map(|(_, name)| name)
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
