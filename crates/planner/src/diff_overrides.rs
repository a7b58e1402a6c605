//! Which instances have other values for themselves than they should, and what that changes.
//!
//! Both sides are compared without what makes no difference: a value that is the StackSet's own, and a value of a parameter that
//! the template does not have any more (AWS does not say what becomes of it: reference §2.5). A value that reads back masked is
//! never a difference by itself.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::{Definition, ParameterValue, Permission};
use model::diagnostic::Diagnostic;
use model::instance::InstanceKey;
use model::observed::{ObservedInstance, ObservedStackSet};
use model::plan::Reason;

use crate::definition::Effective;
use crate::diff_instances::Fates;
use crate::fate::FateKind;
use crate::overrides::{Values, ValuesId};
use crate::words::count;

mod changes;

pub(crate) use changes::changes;

/// What overrides are compared with.
pub(crate) struct OverridesDiff<'q> {
    values: &'q Values<'q>,
    /// The wanted definition; none when the StackSet goes.
    definition: Option<&'q Definition>,
    /// Whether AWS deploys to new accounts by itself, without overrides (reference §2.6).
    automatic: bool,
}

impl<'q> OverridesDiff<'q> {
    pub(crate) fn new(
        values: &'q Values<'q>,
        effective: &'q Effective,
        observed: Option<&ObservedStackSet>,
    ) -> Self {
        let automatic = |set: &ObservedStackSet| match &set.definition.permission {
            Permission::ServiceManaged { auto_deployment } => auto_deployment.enabled,
            Permission::SelfManaged { .. } => false,
        };
        Self {
            values,
            definition: Some(&effective.definition),
            automatic: observed.is_some_and(automatic),
        }
    }

    /// For a StackSet that goes: nothing is sent.
    pub(crate) fn nothing(values: &'q Values<'q>) -> Self {
        Self {
            values,
            definition: None,
            automatic: false,
        }
    }

    /// Why an instance's values are sent to it; none when it has them, as far as can be seen.
    pub(crate) fn sends(&self, wanted: ValuesId, instance: &ObservedInstance) -> Option<Reason> {
        let definition = self.definition?;
        let empty = BTreeMap::new();
        let wanted = self.values.get(wanted).map_or(&empty, |set| &set.values);
        let Some(has) = &instance.overrides else {
            // What was not read is set again where something is wanted, and otherwise taken for nothing.
            return (!only_kept(wanted)).then_some(Reason::Overrides);
        };
        if !differ(wanted, has, definition) {
            return None;
        }
        let foreign = instance.last_operation.as_ref().is_some_and(|id| !id.is_ours());
        Some(if self.automatic && has.is_empty() && foreign {
            Reason::OverrideDrift
        } else {
            Reason::Overrides
        })
    }
}

fn only_kept(wanted: &BTreeMap<String, ParameterValue>) -> bool {
    wanted.values().all(|value| *value == ParameterValue::Previous)
}

fn differ(
    wanted: &BTreeMap<String, ParameterValue>,
    has: &BTreeMap<String, ParameterValue>,
    definition: &Definition,
) -> bool {
    let names: BTreeSet<_> = wanted.keys().chain(has.keys()).collect();
    names.into_iter().any(|name| {
        let Some(own) = definition.parameters.get(name) else {
            return false;
        };
        match (wanted.get(name), has.get(name)) {
            (Some(wanted), Some(has)) => has.differs(wanted),
            (Some(wanted), None) => *wanted != ParameterValue::Previous,
            (None, Some(has)) => has != own,
            (None, None) => false,
        }
    })
}

/// Whether the values of single instances come when everything else is done: some are of parameters that the StackSet does not have
/// yet, or a run that brought such parameters has ended between two of its operations. Which ones were new then does not show in
/// the StackSet any more, so all wait.
pub(crate) fn wait(values: &Values<'_>, fates: &Fates<'_>, observed: Option<&ObservedStackSet>) -> bool {
    let Some(observed) = observed else { return false };
    let last = observed.last_of_ours();
    if last.is_some_and(|operation| operation.id.brings_parameters()) {
        return true;
    }
    let sent = fates.keys().filter(|fate| fate.is_sent());
    let mut names = sent
        .filter_map(|fate| values.get(fate.values))
        .flat_map(|set| set.values.keys());
    names.any(|name| !observed.definition.parameters.contains_key(name))
}

/// Instances whose values are set again because nobody could see what they have.
pub(crate) fn unread(
    fates: &Fates<'_>,
    observed: Option<&ObservedStackSet>,
    name: &model::diagnostic::Spanned<String>,
) -> Option<Diagnostic> {
    let observed = observed?;
    let sent = fates
        .iter()
        .filter(|(fate, _)| fate.kind == FateKind::Update && fate.sends.is_some());
    let keys = sent
        .flat_map(|(_, cells)| cells)
        .flat_map(|((_, account), regions)| {
            regions.iter().map(|region| InstanceKey {
                account: (*account).clone(),
                region: (*region).clone(),
            })
        });
    let unread = keys.filter(|key| {
        let instance = observed.instances.get(key);
        instance.is_some_and(|instance| instance.overrides.is_none())
    });
    let number = unread.count() as u64;
    (number > 0).then(|| {
        let message = format!(
            "the overrides of {} of `{}` were not read, so they are set again",
            count(number, "instance"),
            name.value
        );
        Diagnostic::warning("W0316", message)
            .label(&name.span, "whether they differ is not known")
            .note("reading them takes one call for each instance (DescribeStackInstance)")
            .help("plan again with --deep, which reads all of them")
    })
}

#[cfg(test)]
#[path = "diff_overrides_tests.rs"]
mod tests;
