//! One StackSet that goes: `[removed.NAME]`.

use std::collections::BTreeSet;

use model::desired::{OnLeave, Preferences, Removal};
use model::diagnostic::Diagnostic;
use model::observed::ObservedStackSet;
use model::plan::{Action, Reason};

use crate::context::Context;
use crate::diff_instances::{self, Question};
use crate::diff_overrides::OverridesDiff;
use crate::diff_targets;
use crate::draft::{Draft, unchanged};
use crate::expand::Wanted;
use crate::groups::groups;
use crate::inoperable;
use crate::order::{Work, steps};
use crate::ownership;
use crate::rollout::Shares;
use crate::selected::{self, Narrow};
use crate::stack_set::remarks::unknown_status;

mod imports;

pub(crate) use imports::importers;

/// Plans it. One that is gone already needs nothing. `importers` are removed StackSets that must be gone first.
pub(crate) fn draft<'a>(
    context: &Context<'a>,
    removal: &'a Removal,
    importers: Option<&BTreeSet<&'a str>>,
) -> Draft<'a> {
    let observed = context.observed.stack_sets.get(&removal.aws_name);
    let plan = unchanged(&removal.name, &removal.aws_name, observed.map(|set| &set.id));
    let mut draft = Draft::untouched(context, plan);
    draft.removal = true;
    draft.plan.removal_reason.clone_from(&removal.reason);
    draft.depends_on = importers.into_iter().flatten().copied().collect();
    let Some(observed) = observed else { return draft };
    let name = removal.aws_name.as_str();
    if let Some(diagnostic) = ownership::foreign(context, &removal.name, name, observed, false) {
        draft.hold(diagnostic, 0);
        return draft;
    }
    fill(context, removal, observed, &mut draft);
    draft
}

fn fill<'a>(
    context: &Context<'a>,
    removal: &'a Removal,
    observed: &'a ObservedStackSet,
    draft: &mut Draft<'a>,
) {
    let service_managed = observed.definition.permission.is_service_managed();
    let wanted = Wanted::default();
    let narrow = Narrow::of_removal(context.selection, &removal.name.value);
    let fates = fates(context, removal, observed, &wanted);
    let mut targets = diff_targets::diff(&context.tree, &wanted, Some(observed), &fates);
    if let Some(narrow) = narrow {
        targets = narrow.targets(targets, &fates);
        draft.partly_left_out = selected::left_out(&fates);
    }
    draft.diagnostics = remarks(removal, observed, &fates);
    draft.plan.instances = groups(context, [&fates, &wanted.excluded], &[], &wanted.values);
    draft.plan.changes.targets_removed = diff_targets::listed(&context.tree, &targets.removed);
    if draft.failed() || (narrow.is_some() && !selected::acts(&fates)) {
        return;
    }
    draft.steps = steps(&Work {
        context,
        preferences: &Preferences::default(),
        wanted: &wanted,
        observed: Some(observed),
        fates: &fates,
        shares: &Shares::default(),
        targets: &targets,
        definition: None,
        service_managed,
        on_leave: Some(removal.stacks),
        lists_wait: false,
    });
    name_action(removal, draft);
}

/// Everything leaves, as far as it is selected.
fn fates<'a>(
    context: &Context<'a>,
    removal: &'a Removal,
    observed: &'a ObservedStackSet,
    wanted: &Wanted<'a>,
) -> diff_instances::Fates<'a> {
    diff_instances::diff(&Question {
        tree: &context.tree,
        wanted,
        overrides: &OverridesDiff::nothing(&wanted.values),
        observed: Some(observed),
        service_managed: observed.definition.permission.is_service_managed(),
        on_leave: Some(removal.stacks),
        removed: true,
        touched: false,
        part_of: None,
        retried: diff_instances::Retried::default(),
        narrow: Narrow::of_removal(context.selection, &removal.name.value),
    })
}

fn name_action(removal: &Removal, draft: &mut Draft<'_>) {
    if draft.steps.is_empty() {
        return;
    }
    draft.plan.reasons = vec![Reason::Removed];
    draft.plan.action = match removal.stacks {
        OnLeave::Delete => Action::Delete,
        OnLeave::Retain => Action::Detach,
    };
}

fn remarks(
    removal: &Removal,
    observed: &ObservedStackSet,
    fates: &diff_instances::Fates<'_>,
) -> Vec<Diagnostic> {
    let name = &removal.name;
    let unknown = diff_instances::unknown(fates);
    let told = [
        inoperable::warning(name, fates, Some(observed), None),
        unknown.map(|(count, key)| unknown_status(name, count, &key.to_string())),
    ];
    told.into_iter().flatten().collect()
}
