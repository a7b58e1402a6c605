//! Overrides that come, differ or go, as a reader sees them: alike instances together.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::ids::{AccountId, Region};
use model::instance::InstanceKey;
use model::observed::ObservedStackSet;
use model::plan::{Action, OverrideChange, ParameterChange};

use crate::calls::rectangles;
use crate::context::Context;
use crate::definition::Effective;
use crate::diff_definition::shown;
use crate::diff_instances::Fates;
use crate::fate::FateKind;
use crate::overrides::{Values, ValuesId};
use crate::rectangles::Cells;

type Overrides = BTreeMap<String, ParameterValue>;

/// What instances with the same change have now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Before<'a> {
    /// They are not there.
    Nothing,
    /// Nobody could see it.
    Unread,
    /// These overrides.
    Has(&'a Overrides),
}

type Alike<'a> = BTreeMap<(ValuesId, Before<'a>), Cells<&'a AccountId, &'a Region>>;

/// What changes, by the names of the overrides.
pub(crate) fn changes<'a>(
    context: &Context<'a>,
    fates: &Fates<'a>,
    observed: Option<&'a ObservedStackSet>,
    (values, effective): (&Values<'_>, &Effective),
) -> Vec<OverrideChange> {
    let mut changes: Vec<_> = alike(fates, observed)
        .into_iter()
        .map(|((id, before), cells)| {
            let set = values.get(id);
            let names: Vec<_> = set
                .map(|set| set.names.iter().copied().collect())
                .unwrap_or_default();
            let compare = Compare {
                before,
                observed,
                after: values.values(id),
                effective,
            };
            OverrideChange {
                name: names.join(", "),
                action: compare.action(),
                rectangles: rectangles(&cells, context.limits),
                parameters: compare.parameters(set.map(|set| &set.sources)),
            }
        })
        // One that is made again gets the values of the manifest, whatever it had; most often they are the same.
        .filter(|change| context.selection.recreate.is_empty() || !change.parameters.is_empty())
        .collect();
    changes.sort_by(|one, two| (&one.name, &one.rectangles).cmp(&(&two.name, &two.rectangles)));
    changes
}

fn alike<'a>(fates: &Fates<'a>, observed: Option<&'a ObservedStackSet>) -> Alike<'a> {
    let mut alike = Alike::new();
    for (fate, cells) in fates {
        let sent = match fate.kind {
            FateKind::Create => !fate.values.is_none(),
            FateKind::Recreate => true,
            _ => fate.sends.is_some(),
        };
        if !sent {
            continue;
        }
        for ((_, account), regions) in cells {
            for region in regions {
                let key = InstanceKey {
                    account: (*account).clone(),
                    region: (*region).clone(),
                };
                let instance = observed.and_then(|set| set.instances.get(&key));
                let before = match instance.map(|instance| &instance.overrides) {
                    None => Before::Nothing,
                    Some(None) => Before::Unread,
                    Some(Some(has)) => Before::Has(has),
                };
                let cells = alike.entry((fate.values, before)).or_default();
                cells.entry(*account).or_default().insert(*region);
            }
        }
    }
    alike
}

struct Compare<'a, 'c> {
    before: Before<'a>,
    observed: Option<&'a ObservedStackSet>,
    after: Overrides,
    effective: &'c Effective,
}

impl Compare<'_, '_> {
    fn action(&self) -> Action {
        match self.before {
            Before::Nothing => Action::Create,
            Before::Has(has) if has.is_empty() => Action::Create,
            _ if self.after.is_empty() => Action::Delete,
            _ => Action::Update,
        }
    }

    fn parameters(&self, sources: Option<&BTreeMap<String, String>>) -> Vec<ParameterChange> {
        let has = match self.before {
            Before::Has(has) => Some(has),
            _ => None,
        };
        let names: BTreeSet<_> = has
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .chain(self.after.keys())
            .collect();
        let known = |name: &&String| self.effective.definition.parameters.contains_key(*name);
        names
            .into_iter()
            .filter(known)
            .filter_map(|name| self.parameter(name, has, sources))
            .collect()
    }

    /// One parameter, unless it stays as it is.
    fn parameter(
        &self,
        name: &str,
        has: Option<&Overrides>,
        sources: Option<&BTreeMap<String, String>>,
    ) -> Option<ParameterChange> {
        let definition = &self.effective.definition;
        let own = has.and_then(|has| has.get(name));
        let shared = self.observed.and_then(|set| set.definition.parameters.get(name));
        let before = match self.before {
            Before::Nothing | Before::Unread => None,
            Before::Has(_) => own.or(shared),
        };
        let wanted = self.after.get(name);
        if let (Some(own), Some(wanted)) = (own, wanted)
            && !own.differs(wanted)
        {
            return None;
        }
        if own.is_none() && wanted == Some(&ParameterValue::Previous) {
            return None;
        }
        let after = wanted.or_else(|| definition.parameters.get(name));
        let hidden = self.effective.no_echo.contains(name);
        let open = |value: Option<&ParameterValue>| matches!(value, None | Some(ParameterValue::Plain(_)));
        let source = match wanted {
            Some(_) => sources.and_then(|sources| sources.get(name)),
            None => self.effective.sources.get(name),
        };
        Some(ParameterChange {
            name: name.to_owned(),
            action: match (own, wanted) {
                (None, _) => Action::Create,
                (Some(_), None) => Action::Delete,
                (Some(_), Some(_)) => Action::Update,
            },
            before: before.map(|value| shown(value, hidden)),
            after: after.map(|value| shown(value, hidden)),
            sensitive: hidden || !open(before) || !open(after),
            source: source.cloned().unwrap_or_default(),
        })
    }
}
