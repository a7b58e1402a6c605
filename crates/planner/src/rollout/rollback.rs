//! The way back of a rollout with `on_failure = "rollback"`, once for each stage that may fail: the definition from before, to every
//! instance, and the values that single instances had for themselves.

use std::collections::BTreeMap;

use model::call::{UpdateStackSet, Write};
use model::definition::{Definition, ParameterValue};
use model::desired::OnFailure;
use model::diagnostic::{Diagnostic, Spanned};
use model::digest::Digest;
use model::ids::{AccountId, Region};
use model::plan::OperationKind;
use model::targets::CallTargets;

use crate::calls::rectangles;
use crate::definition::Effective;
use crate::fate::FateKind;
use crate::order::{Step, Work};
use crate::rectangles::Cells;

pub(crate) mod overrides;

/// Conditional operations for each stage from the first one that changes something for all instances or for single ones: the definition
/// first, then the values of single instances. None without such a change.
pub(crate) fn rollback<'a>(work: &Work<'a, '_>, steps: &[Step<'a>]) -> Vec<Step<'a>> {
    let wants = |rollout: &model::desired::Rollout| rollout.on_failure == OnFailure::Rollback;
    let (Some(_), Some(observed)) = (
        work.shares.rollout().filter(|rollout| wants(rollout)),
        work.observed,
    ) else {
        return Vec::new();
    };
    let defining = steps.iter().find_map(|step| match &step.write {
        Write::UpdateStackSet(update) if step.kind == OperationKind::Update => Some((step.stage?, update)),
        _ => None,
    });
    let definition = defining.map(|(lead, update)| (lead, before(&observed.definition, &update.definition)));
    let mut back = Vec::new();
    for stage in work.shares.in_order() {
        let defined = definition.as_ref().filter(|(lead, _)| stage >= *lead);
        let after = match defined {
            Some((_, definition)) => Some(definition.fingerprint()),
            None => left_by(steps, stage),
        };
        let Some(after) = after else { continue };
        if let Some((_, definition)) = defined {
            back.push(defining_step(work, stage, definition));
        }
        back.extend(overrides::restored(work, stage, &after));
    }
    back
}

/// The definition when a stage is over.
fn left_by(steps: &[Step<'_>], stage: usize) -> Option<Digest> {
    let mut done = steps.iter().rev().filter(|step| step.stage <= Some(stage));
    done.next()?.definition_after.clone()
}

fn defining_step<'a>(work: &Work<'a, '_>, stage: usize, definition: &Definition) -> Step<'a> {
    Step {
        kind: OperationKind::Update,
        definition_after: Some(definition.fingerprint()),
        touches: rectangles(&reached(work, stage), work.context.limits),
        whole: std::collections::BTreeSet::new(),
        stage: Some(stage),
        write: Write::UpdateStackSet(Box::new(UpdateStackSet {
            definition: definition.clone(),
            content: true,
            template_at: None,
            auto_deployment: None,
            managed_execution: None,
            targets: CallTargets::Everything,
            preferences: work.preferences.update.clone(),
        })),
    }
}

/// What the StackSet says now, but for what operations of their own have set until then. Hidden values stay as they are.
fn before(observed: &Definition, sent: &Definition) -> Definition {
    let mut definition = observed.clone();
    for value in definition.parameters.values_mut() {
        if !matches!(value, ParameterValue::Plain(_)) {
            *value = ParameterValue::Previous;
        }
    }
    if definition.permission.is_service_managed() {
        definition.permission.clone_from(&sent.permission);
    }
    definition.managed_execution = sent.managed_execution;
    definition.capabilities.extend(&sent.capabilities);
    definition
}

/// Every instance that may be there when a stage has failed, since a call without targets reaches them all: those that stay, those
/// made by then, and those whose leaving may not have come to its end.
fn reached<'a>(work: &Work<'a, '_>, failed: usize) -> Cells<&'a AccountId, &'a Region> {
    let mut cells: Cells<&AccountId, &Region> = BTreeMap::new();
    for (fate, found) in work.fates {
        for ((_, account), regions) in found {
            let stage = work.shares.stage(fate.kind, account);
            let there = match fate.kind {
                FateKind::Update | FateKind::Recreate | FateKind::Held => true,
                // With a reason, AWS cannot work on it.
                FateKind::Keep => fate.reason.is_none(),
                FateKind::Create => stage <= Some(failed),
                FateKind::Delete | FateKind::Detach => stage >= Some(failed),
                FateKind::Forget | FateKind::Excluded => false,
            };
            if there {
                cells.entry(account).or_default().extend(regions);
            }
        }
    }
    cells
}

/// NoEcho values that the way back cannot bring back: AWS never shows what they were (reference §1.4).
pub(crate) fn lost<'e>(observed: &Definition, effective: &'e Effective) -> Vec<&'e str> {
    let hidden = |name: &str| matches!(observed.parameters.get(name), Some(ParameterValue::Masked));
    let wanted = &effective.definition.parameters;
    let sent = wanted
        .iter()
        .filter(|(_, value)| !matches!(value, ParameterValue::Previous));
    sent.map(|(name, _)| name.as_str())
        .filter(|name| hidden(name))
        .collect()
}

/// The hold on a plan whose rollback could not bring a secret back.
pub(crate) fn refused(set: &model::desired::DesiredStackSet, lost: &[&str]) -> Option<Diagnostic> {
    let rollout = set.rollout.as_ref()?;
    let names: Vec<String> = lost.iter().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "rollout `{}` could not roll `{}` back: the value of {} from before is lost",
        rollout.name.value,
        set.name.value,
        names.join(", ")
    );
    let mut diagnostic =
        Diagnostic::error("E0430", message).label(&rollout.name.span, "on_failure = \"rollback\"");
    for name in lost {
        if let Some(given) = set.parameters.get(*name) {
            diagnostic = diagnostic.label(&given.source.span, "sent again; AWS does not show what it was");
        }
    }
    let first = lost.first().copied().unwrap_or_default();
    Some(diagnostic.help(format!(
        "keep the value during this rollout: {first} = {{ keep = true }}\nor go without the way back: on_failure = \"stop\""
    )))
}

/// The hold on a plan whose rollback would have to send a template that no call takes.
pub(crate) fn too_long(rollout: &Spanned<String>, set: &str) -> Diagnostic {
    let message = format!(
        "rollout `{}` could not roll `{set}` back: the template from before is too long for a call",
        rollout.value
    );
    Diagnostic::error("E0430", message)
        .label(&rollout.span, "on_failure = \"rollback\"")
        .help(
            "name a bucket for it: [aws] template_bucket = \"NAME\"\nor go without the way back: on_failure = \"stop\"",
        )
}
