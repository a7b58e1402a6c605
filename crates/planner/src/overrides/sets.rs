//! Sets of values that instances have for themselves, each kept once: a hundred thousand instances share a few.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;

use super::{Choice, Given};
use crate::definition::Effective;

/// Which set of values an instance has for itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ValuesId(usize);

/// A set of values, and where they come from.
#[derive(Debug, Default)]
pub(crate) struct ValueSet<'a> {
    pub(crate) values: BTreeMap<String, ParameterValue>,
    /// The overrides that give them.
    pub(crate) names: BTreeSet<&'a str>,
    /// Where each comes from, as a plan names it.
    pub(crate) sources: BTreeMap<String, String>,
}

/// Every set of values that some instance has.
#[derive(Debug, Default)]
pub(crate) struct Values<'a> {
    sets: Vec<ValueSet<'a>>,
    ids: BTreeMap<BTreeMap<String, ParameterValue>, ValuesId>,
}

impl ValuesId {
    /// Of instances that have the StackSet's values alone.
    pub(crate) const NONE: Self = Self(0);

    /// Whether the instance has no value of its own.
    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl<'a> Values<'a> {
    /// The set; none for [`ValuesId::NONE`].
    pub(crate) fn get(&self, id: ValuesId) -> Option<&ValueSet<'a>> {
        self.sets.get(id.0.checked_sub(1)?)
    }

    /// The values of a set.
    pub(crate) fn values(&self, id: ValuesId) -> BTreeMap<String, ParameterValue> {
        self.get(id).map(|set| set.values.clone()).unwrap_or_default()
    }

    /// The set for what was chosen. A value that is the StackSet's own is no override: it would be in the way when the
    /// StackSet's changes, and AWS could leave it out.
    pub(crate) fn intern(
        &mut self,
        choice: &Choice<'a>,
        given: &[Given<'a>],
        effective: &Effective,
    ) -> ValuesId {
        let own = |name: &str| effective.definition.parameters.get(name);
        let chosen = choice
            .values
            .iter()
            .filter(|(name, (value, _))| *value == ParameterValue::Previous || own(name) != Some(value));
        let chosen: Vec<_> = chosen.collect();
        if chosen.is_empty() {
            return ValuesId::NONE;
        }
        let values: BTreeMap<String, ParameterValue> = chosen
            .iter()
            .map(|(name, (value, _))| ((**name).to_owned(), value.clone()))
            .collect();
        let id = self.ids.get(&values).copied().unwrap_or_else(|| {
            self.sets.push(ValueSet {
                values: values.clone(),
                ..ValueSet::default()
            });
            ValuesId(self.sets.len())
        });
        self.ids.insert(values, id);
        if let Some(set) = self.sets.get_mut(id.0 - 1) {
            for (name, (_, number)) in chosen {
                let Some(given) = given.get(*number) else { continue };
                set.names.insert(given.name);
                if let Some(value) = given.values.get(*name) {
                    let source = value.parameter.source.value.reference();
                    set.sources.entry((**name).to_owned()).or_insert(source);
                }
            }
        }
        id
    }
}
