//! Instances as a reader sees them: rectangles for each unit, action and reason.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, UnitId};
use model::instance::Rectangle;
use model::plan::{Action, InstanceGroup, InstancesPlan, Reason};

use crate::calls::rectangles;
use crate::context::Context;
use crate::diff_instances::{Fates, Row};
use crate::fate::{Fate, FateKind};
use crate::overrides::Values;
use crate::rectangles::Cells;

/// Groups and counts of what becomes of instances, and groups of what is only shown. `shared` are the reasons that every updated
/// instance has. Instances that are not there and will not be are shown and not counted.
pub(crate) fn groups(
    context: &Context<'_>,
    fates: [&Fates<'_>; 2],
    shared: &[Reason],
    values: &Values<'_>,
) -> InstancesPlan {
    let mut plan = InstancesPlan::default();
    for (fate, cells) in fates.into_iter().flatten() {
        let reasons = reasons(*fate, shared);
        for (place, cells) in by_place(context, cells) {
            for rectangle in rectangles(&cells, context.limits) {
                let group = InstanceGroup {
                    overrides: values.values(fate.values),
                    ..group(context, *fate, &reasons, (place, rectangle))
                };
                if fate.kind != FateKind::Excluded {
                    *plan.counts.entry(group.action).or_default() += group.instances;
                }
                plan.groups.push(group);
            }
        }
    }
    plan.groups.sort_by(|one, two| order(one).cmp(&order(two)));
    plan
}

type Order<'g> = (&'g str, &'g UnitId, Action, &'g [Reason], &'g Rectangle);

fn order(group: &InstanceGroup) -> Order<'_> {
    (
        &group.unit,
        &group.unit_id,
        group.action,
        &group.reasons,
        &group.rectangle,
    )
}

fn group(
    context: &Context<'_>,
    fate: Fate<'_>,
    reasons: &[Reason],
    (place, rectangle): (Place<'_>, Rectangle),
) -> InstanceGroup {
    let organization = context.tree.organization;
    InstanceGroup {
        action: fate.action(),
        reasons: reasons.to_vec(),
        unit: organization.path(place.unit),
        unit_id: place.unit.clone(),
        target: organization.path(place.target),
        instances: rectangle.len(),
        rectangle,
        overrides: BTreeMap::new(),
        stage: None,
        note: fate.note.map(|note| note.to_string()),
    }
}

fn reasons(fate: Fate<'_>, shared: &[Reason]) -> Vec<Reason> {
    let mut reasons: BTreeSet<Reason> = fate.reason.into_iter().chain(fate.sends).collect();
    if fate.kind == FateKind::Update {
        reasons.extend(shared);
    }
    reasons.into_iter().collect()
}

/// Where accounts are shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    /// The unit that they stand in; the target for those that have left it.
    unit: &'a UnitId,
    /// The unit that is targeted, or was.
    target: &'a UnitId,
}

type ByPlace<'a> = BTreeMap<Place<'a>, Cells<&'a AccountId, &'a Region>>;

fn by_place<'a>(context: &Context<'a>, cells: &Cells<Row<'a>, &'a Region>) -> ByPlace<'a> {
    let mut places = ByPlace::new();
    for ((target, account), regions) in cells {
        let above = context.tree.above_account(account);
        let unit = above.first().filter(|_| above.contains(target));
        let place = Place {
            unit: unit.unwrap_or(target),
            target,
        };
        places.entry(place).or_default().insert(account, regions.clone());
    }
    places
}
