//! The values that single instances had for themselves before a rollout changed them.

use std::collections::{BTreeMap, BTreeSet};

use model::call::Write;
use model::definition::ParameterValue;
use model::digest::Digest;
use model::ids::{AccountId, Region};
use model::instance::InstanceKey;
use model::observed::ObservedStackSet;
use model::plan::OperationKind;

use crate::calls::{self, Piece, rectangles};
use crate::diff_instances::{Fates, Row};
use crate::order::{Step, Work};
use crate::overrides::Values;
use crate::rectangles::Cells;

/// The whole list of values that an instance has for itself.
type List = BTreeMap<String, ParameterValue>;

/// Calls that give instances back what they had, of those that the stages up to the failed one have changed. What was not read is not
/// known and stays as it is.
pub(super) fn restored<'a>(work: &Work<'a, '_>, failed: usize, definition_after: &Digest) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for (list, cells) in changed(work, failed) {
        for piece in pieces(work, &cells) {
            steps.push(Step {
                kind: OperationKind::Update,
                definition_after: Some(definition_after.clone()),
                touches: rectangles(&piece.touches, work.context.limits),
                whole: piece.whole,
                stage: Some(failed),
                write: Write::UpdateStackInstances {
                    targets: piece.targets,
                    overrides: Some(list.clone()),
                    preferences: work.preferences.update.clone(),
                },
            });
        }
    }
    steps
}

/// Instances by the list that they had.
fn changed<'a>(work: &Work<'a, '_>, failed: usize) -> BTreeMap<List, Cells<Row<'a>, &'a Region>> {
    let mut lists: BTreeMap<List, Cells<Row<'a>, &'a Region>> = BTreeMap::new();
    let last = work.shares.in_order().last() == Some(&failed);
    let sent = work
        .fates
        .iter()
        .filter(|(fate, _)| fate.is_sent() && (last || !work.lists_wait));
    for (fate, found) in sent {
        let reached = found
            .iter()
            .filter(|(row, _)| work.shares.stage(fate.kind, row.1) <= Some(failed));
        for (row, regions) in reached {
            for region in regions {
                if let Some(list) = before(work.observed, row.1, region) {
                    lists
                        .entry(list)
                        .or_default()
                        .entry(*row)
                        .or_default()
                        .insert(*region);
                }
            }
        }
    }
    lists
}

/// What an instance had for itself; hidden values stay as they are.
fn before(observed: Option<&ObservedStackSet>, account: &AccountId, region: &Region) -> Option<List> {
    let key = InstanceKey {
        account: account.clone(),
        region: region.clone(),
    };
    let mut list = observed?.instances.get(&key)?.overrides.clone()?;
    for value in list.values_mut() {
        if !matches!(value, ParameterValue::Plain(_)) {
            *value = ParameterValue::Previous;
        }
    }
    Some(list)
}

/// Exactly these instances, whatever else their units hold.
fn pieces<'a>(work: &Work<'a, '_>, cells: &Cells<Row<'a>, &'a Region>) -> Vec<Piece<'a>> {
    if work.service_managed {
        calls::units::exact(work.cutting(), cells)
    } else {
        calls::accounts(work.cutting(), cells)
    }
}

/// Hidden values of single instances that the plan changes: AWS never shows what they were.
pub(crate) fn lost<'v>(
    fates: &Fates<'_>,
    observed: &ObservedStackSet,
    values: &'v Values<'_>,
) -> BTreeSet<&'v str> {
    let mut lost = BTreeSet::new();
    for (fate, found) in fates.iter().filter(|(fate, _)| fate.is_sent()) {
        let Some(wanted) = values.get(fate.values) else {
            continue;
        };
        let keys = found
            .iter()
            .flat_map(|((_, account), regions)| regions.iter().map(move |region| (*account, *region)));
        let is_hidden = |name: &str| {
            keys.clone().any(|(account, region)| {
                let key = InstanceKey {
                    account: account.clone(),
                    region: region.clone(),
                };
                let instance = observed.instances.get(&key);
                let had = instance.and_then(|instance| instance.overrides.as_ref()?.get(name));
                matches!(had, Some(ParameterValue::Masked))
            })
        };
        let sent = wanted
            .values
            .iter()
            .filter(|(_, value)| **value != ParameterValue::Previous);
        lost.extend(sent.map(|(name, _)| name.as_str()).filter(|name| is_hidden(name)));
    }
    lost
}
