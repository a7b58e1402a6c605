//! What is said about a selection: what it leaves out, and what it cannot do.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::DesiredStackSet;
use model::diagnostic::Diagnostic;
use model::plan::{Only, Selection};

use super::can_be_resent;
use crate::context::Context;
use crate::definition::Effective;
use crate::draft::Draft;
use crate::words::count;

/// StackSets that a remark lists.
const LISTED: usize = 10;

/// W0012: what the plan does not do although the manifest says so.
pub(crate) fn remark(selection: &Selection, drafts: &[Draft<'_>]) -> Option<Diagnostic> {
    if !selection.is_narrow() {
        return None;
    }
    let whole = drafts.iter().filter(|draft| draft.left_out.is_some()).count() as u64;
    let changing: Vec<(&str, u64)> = drafts
        .iter()
        .map(|draft| {
            let instances = draft.left_out.unwrap_or_default() + draft.partly_left_out;
            (draft.plan.name.as_str(), instances)
        })
        .filter(|(_, instances)| *instances > 0)
        .collect();
    let instances = changing.iter().map(|(_, instances)| instances).sum();
    let left_out = match (whole, instances) {
        (0, 0) => "nothing that would change".to_owned(),
        (0, _) => format!("{} that would change", count(instances, "instance")),
        (_, 0) => format!("{} and no instance that would change", count(whole, "StackSet")),
        (_, _) => format!(
            "{} and {} that would change",
            count(whole, "StackSet"),
            count(instances, "instance")
        ),
    };
    let mut remark = Diagnostic::warning("W0012", format!("this plan is partial: it leaves out {left_out}"));
    for (name, instances) in changing.iter().take(LISTED) {
        remark = remark.note(format!("{name}: {}", count(*instances, "instance")));
    }
    if changing.len() > LISTED {
        remark = remark.note(format!("and {} more", changing.len() - LISTED));
    }
    Some(remark.help("what is left out stays as it is; `stackfleet plan` without a selection shows it"))
}

/// E0406: StackSets that wait for one that is left out and not done. Gives the number of the draft.
pub(crate) fn missing(drafts: &[Draft<'_>]) -> Vec<(usize, Diagnostic)> {
    let wanted = drafts.iter().filter(|draft| !draft.removal);
    let by_name: BTreeMap<&str, &Draft<'_>> = wanted.map(|draft| (draft.plan.name.as_str(), draft)).collect();
    let gone = drafts.iter().filter(|draft| draft.removal);
    let going: BTreeMap<&str, &Draft<'_>> = gone.map(|draft| (draft.plan.name.as_str(), draft)).collect();
    let mut found = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        if draft.steps.is_empty() {
            continue;
        }
        let others = if draft.removal { &going } else { &by_name };
        let undone = |other: &&&Draft<'_>| {
            other.left_out.is_some() && other.precondition.id.is_some() == draft.removal
        };
        let names = reached(draft, others);
        let waits = names.iter().filter_map(|name| others.get(name)).filter(undone);
        found.extend(waits.map(|other| (index, waiting(draft, other))));
    }
    found
}

/// Everything that a draft waits for, over however many others.
fn reached<'n>(draft: &'n Draft<'_>, others: &BTreeMap<&'n str, &'n Draft<'_>>) -> BTreeSet<&'n str> {
    let mut seen = BTreeSet::new();
    let mut left: Vec<&str> = draft.depends_on.clone();
    while let Some(name) = left.pop() {
        if seen.insert(name) {
            left.extend(others.get(name).into_iter().flat_map(|other| &other.depends_on));
        }
    }
    seen
}

fn waiting(draft: &Draft<'_>, other: &Draft<'_>) -> Diagnostic {
    let (name, other_name) = (&draft.plan.name, &other.plan.name);
    let message = if draft.removal {
        format!("`{name}` goes after `{other_name}`, which is still there and left out")
    } else {
        format!("`{name}` depends on `{other_name}`, which is not there yet and left out")
    };
    let mut diagnostic = Diagnostic::error("E0406", message);
    if let Some(span) = &draft.plan.span {
        diagnostic = diagnostic.label(span, "selected");
    }
    diagnostic.help(format!("select both: stackfleet plan {other_name} {name}"))
}

/// E0407: a new definition that no selected instance can carry. A call without an instance to name reaches all of them
/// (reference §2.2).
pub(crate) fn uncarried(set: &DesiredStackSet, left: u64) -> Diagnostic {
    let message = format!(
        "the definition of `{}` changes, and this selection has no instance to change it with",
        set.name.value
    );
    Diagnostic::error("E0407", message)
        .label(&set.name.span, format!("{} left out", count(left, "instance")))
        .note("without an instance to update first, AWS would update all of them")
        .help("select an instance that is there as well, or the whole StackSet")
}

/// E0408: instances would be brought to a definition that the manifest has no more.
pub(crate) fn redefined(selection: &Selection, set: &DesiredStackSet, instances: u64) -> Diagnostic {
    let name = &set.name.value;
    let (option, does, which) = match selection.only.map(Only::word) {
        Some(word) => (format!("--only {word}"), "brings instances to", word),
        None => (
            "--recreate".to_owned(),
            "makes instances again of",
            "to make again",
        ),
    };
    let message =
        format!("the definition of `{name}` differs, too, and `{option}` {does} the one that AWS has");
    let mut help = format!("see what all of it does: stackfleet plan {name}");
    if selection.only.is_some() {
        let rest = format!("\nor leave it out: stackfleet plan {option} --exclude {name} --out part.json");
        help.push_str(&rest);
    }
    Diagnostic::error("E0408", message)
        .label(
            &set.name.span,
            format!("{} {which}", count(instances, "instance")),
        )
        .note("the new definition may be what mends them, and it is for all instances")
        .help(help)
}

/// E0014: parameters that are not sent again although somebody asked for it.
pub(crate) fn unsent(context: &Context<'_>, set: &DesiredStackSet, wanted: &Effective) -> Vec<Diagnostic> {
    let asked = context.selection.resent(&set.name.value);
    asked
        .filter(|name| !can_be_resent(wanted, name))
        .map(|name| {
            let why = if !wanted.definition.parameters.contains_key(name) {
                "its template has no such parameter"
            } else if wanted.no_echo.contains(name) {
                "its value is kept as it is"
            } else {
                "AWS shows its value, so it is sent when it differs"
            };
            let shown = name.escape_debug();
            let message = format!("`{shown}` of `{}` cannot be sent again: {why}", set.name.value);
            Diagnostic::error("E0014", message)
                .label(&set.name.span, "--resend")
                .help("name a NoEcho parameter: stackfleet plan --resend STACKSET:PARAMETER")
        })
        .collect()
}
