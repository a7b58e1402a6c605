//! One StackSet that the manifest wants: from its targets to its operations.

use model::PROJECT_TAG;
use model::desired::{Capabilities, DesiredStackSet};
use model::diagnostic::Diagnostic;
use model::observed::ObservedStackSet;
use model::plan::{Action, Reason};

use crate::context::Context;
use crate::definition::{self, Effective};
use crate::diff_definition::{self, DefinitionDiff};
use crate::diff_instances::{self, Fates, Question, Retried};
use crate::diff_overrides::{self, OverridesDiff};
use crate::diff_targets::{self, TargetsDiff};
use crate::draft::{Draft, unchanged};
use crate::expand::{Wanted, expand};
use crate::fate::{Fate, FateKind};
use crate::groups::groups;
use crate::last_failures::last_failures;
use crate::order::{Work, retried, steps};
use crate::overrides::{self, Chooser, Given};
use crate::ownership;
use crate::parts::{Parts, parts};
use crate::rollout::progress::progress;
use crate::rollout::rollback::rollback;
use crate::rollout::{self, Reach, Shares};
use crate::selected::{self, Narrow};
use crate::{taken, template_place};

mod again;
pub(crate) mod remarks;

/// Everything that was found out about it.
struct Found<'a> {
    set: &'a DesiredStackSet,
    observed: Option<&'a ObservedStackSet>,
    wanted: Wanted<'a>,
    effective: Effective,
    definition: DefinitionDiff,
    decided: Decided<'a>,
}

/// What becomes of the instances and of what is registered.
#[derive(Default)]
struct Decided<'a> {
    fates: Fates<'a>,
    targets: TargetsDiff<'a>,
    shares: Shares<'a>,
    /// Whether the values of single instances come when everything else is done.
    lists_wait: bool,
    /// Whether only some of its instances are selected.
    narrowed: bool,
}

/// Plans it. What is not ours, or not understood, is not touched.
pub(crate) fn draft<'a>(context: &Context<'a>, set: &'a DesiredStackSet) -> Draft<'a> {
    let observed = context.observed.stack_sets.get(&set.aws_name);
    let plan = unchanged(&set.name, &set.aws_name, observed.map(|set| &set.id));
    let mut draft = Draft::untouched(context, plan);
    let running = observed.and_then(|observed| observed.running.first());
    draft.plan.running = running.map(|operation| operation.id.clone());
    draft.depends_on = set.depends_on.iter().map(|name| name.value.as_str()).collect();
    let foreign = observed.and_then(|observed| {
        ownership::foreign(context, &set.name, set.aws_name.as_str(), observed, set.adopt)
    });
    if let Some(diagnostic) = foreign {
        draft.hold(diagnostic, 0);
        return draft;
    }
    let reach = rollout::reach(context, set, &mut draft.diagnostics);
    let want = want(context, set, &mut draft.diagnostics);
    if let (Some((wanted, effective)), Some(reach)) = (want, reach) {
        let found = find(context, set, wanted, effective, reach);
        fill(context, &found, &mut draft);
    }
    let allowed = |code: &String| set.allow.contains(code);
    draft
        .diagnostics
        .retain(|diagnostic| diagnostic.is_error() || !allowed(&diagnostic.code));
    draft
}

/// What a StackSet says, resolved as far as it can be.
pub(crate) struct Understood<'a> {
    /// Its selectors; none when one means nothing.
    pub(crate) parts: Option<Parts<'a>>,
    /// Its definition and its overrides; none when the template or a value cannot be taken.
    pub(crate) values: Option<(Effective, Vec<Given<'a>>)>,
}

/// Resolves selectors and values. Every mistake in either is reported.
pub(crate) fn understand<'a>(
    context: &Context<'a>,
    set: &'a DesiredStackSet,
    diagnostics: &mut Vec<Diagnostic>,
) -> Understood<'a> {
    let observed = context.observed.stack_sets.get(&set.aws_name);
    let parts = parts(set, observed, &context.tree, diagnostics);
    let values = definition::template(context, set, diagnostics).and_then(|template| {
        diagnostics.extend(taken::refused(set, &template));
        let mut later = Vec::new();
        let given = overrides::given(context, set, &template, &mut later);
        let effective = definition::effective(context, set, (observed, template), diagnostics);
        diagnostics.append(&mut later);
        Some((effective?, given?))
    });
    Understood { parts, values }
}

/// The instances that should be, and the definition; nothing comes of a mistake in either.
fn want<'a>(
    context: &Context<'a>,
    set: &'a DesiredStackSet,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Wanted<'a>, Effective)> {
    let Understood { parts, values } = understand(context, set, diagnostics);
    let (parts, (effective, given)) = (parts?, values?);
    let chooser = Chooser {
        context,
        set,
        observed: context.observed.stack_sets.get(&set.aws_name),
        effective: &effective,
        given: &given,
    };
    let wanted = expand(&context.tree, &parts, &chooser, diagnostics);
    Some((wanted, effective))
}

fn find<'a>(
    context: &Context<'a>,
    set: &'a DesiredStackSet,
    wanted: Wanted<'a>,
    effective: Effective,
    reach: Reach<'a>,
) -> Found<'a> {
    let observed = context.observed.stack_sets.get(&set.aws_name);
    let definition = selected::definition(context.selection, definition_diff(context, set, &effective));
    let mut found = Found {
        set,
        observed,
        wanted,
        effective,
        definition,
        decided: Decided::default(),
    };
    found.decided = decide(context, &found, reach.clone(), Retried::default());
    let retried = retried(&work(context, &found));
    if retried != Retried::default() {
        found.decided = decide(context, &found, reach, retried);
    }
    found
}

/// What becomes of the instances, and in which stage.
fn decide<'a>(context: &Context<'a>, found: &Found<'a>, reach: Reach<'a>, retried: Retried) -> Decided<'a> {
    let (set, wanted, observed) = (found.set, &found.wanted, found.observed);
    let narrow = Narrow::of(context.selection, &set.name.value, &reach);
    let service_managed = set.permission.is_service_managed();
    let touched = found.definition.touches_instances();
    let fates = diff_instances::diff(&Question {
        tree: &context.tree,
        wanted,
        overrides: &OverridesDiff::new(&wanted.values, &found.effective, observed),
        observed,
        service_managed,
        on_leave: set.on_leave,
        removed: false,
        touched,
        part_of: diff_instances::part_of(observed),
        retried,
        narrow,
    });
    let mut targets = if service_managed {
        diff_targets::diff(&context.tree, wanted, observed, &fates)
    } else {
        TargetsDiff::default()
    };
    if let Some(narrow) = narrow {
        targets = narrow.targets(targets, &fates);
    }
    let narrowed = narrow.is_some();
    let lists_wait = diff_overrides::wait(&wanted.values, &fates, observed);
    let shares = Shares::new(reach, &fates, &targets, (touched, lists_wait));
    Decided {
        fates,
        targets,
        shares,
        lists_wait,
        narrowed,
    }
}

fn definition_diff(context: &Context<'_>, set: &DesiredStackSet, effective: &Effective) -> DefinitionDiff {
    let Some(observed) = context.observed.stack_sets.get(&set.aws_name) else {
        return diff_definition::of_new(effective);
    };
    let mut diff = diff_definition::diff(context, effective, &observed.definition);
    selected::resend(context, set, effective, &mut diff);
    diff
}

fn fill<'a>(context: &Context<'a>, found: &Found<'a>, draft: &mut Draft<'a>) {
    draft.partly_left_out = selected::left_out(&found.decided.fates);
    draft.diagnostics.extend(again::remarks(context, found));
    let idle = found.decided.narrowed && !selected::acts(&found.decided.fates);
    if !idle {
        remarks::remarks(context, found, draft);
    }
    let shared = if found.observed.is_some() {
        found.definition.instance_reasons()
    } else {
        Vec::new()
    };
    let values = &found.wanted.values;
    let shown = [&found.decided.fates, &found.wanted.excluded];
    draft.plan.instances = groups(context, shown, &shared, values);
    draft.plan.instances.failures = last_failures(context, &found.decided.fates, found.observed);
    if idle {
        return;
    }
    draft.plan.changes = found.definition.changes.clone();
    draft.plan.changes.overrides = diff_overrides::changes(
        context,
        &found.decided.fates,
        found.observed,
        (values, &found.effective),
    );
    draft.plan.changes.targets_added = diff_targets::listed(&context.tree, &found.decided.targets.added);
    draft.plan.changes.targets_removed = diff_targets::listed(&context.tree, &found.decided.targets.removed);
    let moved = found.definition.permission_model && has_instances(found);
    if !draft.failed() && !moved {
        operations(context, found, draft);
    }
    name_action(found, draft);
}

/// What is called, unless what is selected cannot be done alone.
fn operations<'a>(context: &Context<'a>, found: &Found<'a>, draft: &mut Draft<'a>) {
    if selected::redefines(context.selection, &found.definition) {
        let counts = draft.plan.instances.counts.iter();
        let touched = counts.filter(|(action, _)| **action != Action::None);
        let instances = touched.map(|(_, count)| count).sum();
        draft.hold(
            selected::redefined(context.selection, found.set, instances),
            instances,
        );
        return;
    }
    let work = work(context, found);
    if !can_be_carried(&work) {
        draft.hold(selected::uncarried(found.set, draft.partly_left_out), 0);
        return;
    }
    draft.lists_wait = work.lists_wait;
    draft.steps = steps(&work);
    draft.progress = progress(&work).filter(|_| !draft.steps.is_empty());
    draft.rollbacks = rollback(&work, &draft.steps);
    if matches!(found.set.capabilities, Capabilities::Auto(_)) && !draft.steps.is_empty() {
        let all = &found.effective.definition.capabilities;
        draft.plan.changes.acknowledged = all.iter().copied().collect();
    }
    for step in draft.steps.iter_mut().chain(&mut draft.rollbacks) {
        template_place::place(context, found.set, &mut step.write);
    }
}

/// Whether a new definition, and values of parameters that it brings, reach AWS through selected instances alone.
fn can_be_carried(work: &Work<'_, '_>) -> bool {
    let changes = work.definition.is_some_and(|(_, diff)| diff.touches_instances());
    if !changes || !work.leaves_some_out() {
        return true;
    }
    let updates = work.fates.keys().any(|fate| fate.kind == FateKind::Update);
    let waiting = work.lists_wait && work.fates.keys().any(Fate::is_sent);
    updates && !waiting
}

fn has_instances(found: &Found<'_>) -> bool {
    found.observed.is_some_and(|set| !set.instances.is_empty())
}

fn work<'a, 'w>(context: &'w Context<'a>, found: &'w Found<'a>) -> Work<'a, 'w> {
    Work {
        context,
        preferences: &found.set.preferences,
        wanted: &found.wanted,
        observed: found.observed,
        fates: &found.decided.fates,
        shares: &found.decided.shares,
        targets: &found.decided.targets,
        definition: Some((&found.effective, &found.definition)),
        service_managed: found.set.permission.is_service_managed(),
        on_leave: found.set.on_leave,
        lists_wait: found.decided.lists_wait,
    }
}

/// The one word for it, and why. Taking over shows when the mark is written, which is with the first real update.
fn name_action(found: &Found<'_>, draft: &mut Draft<'_>) {
    if draft.steps.is_empty() && draft.holds.is_empty() {
        return;
    }
    let Some(observed) = found.observed else {
        draft.plan.action = Action::Create;
        draft.plan.reasons = vec![Reason::New];
        return;
    };
    let mut reasons = found.definition.reasons();
    for group in &draft.plan.instances.groups {
        if group.action != Action::None {
            reasons.extend(&group.reasons);
        }
    }
    if !found.decided.targets.added.is_empty() || !found.decided.targets.removed.is_empty() {
        reasons.push(Reason::Targets);
    }
    draft.plan.action = Action::Update;
    let marked = observed.definition.tags.contains_key(PROJECT_TAG);
    if !marked && found.set.adopt {
        draft.plan.action = Action::Adopt;
        reasons.push(Reason::Adopt);
    }
    reasons.sort();
    reasons.dedup();
    draft.plan.reasons = reasons;
}
