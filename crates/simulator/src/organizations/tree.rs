//! Where things stand in the organization.

use model::ids::UnitId;

use super::refusal::Refusal;
use crate::world::OrganizationState;

/// Levels of units below the root at most (reference §8.2).
pub(super) const DEEPEST: usize = 5;

/// Refuses a unit or root that is not there.
pub(super) fn check_unit(
    organization: &OrganizationState,
    unit: &UnitId,
    code: &'static str,
) -> Result<(), Refusal> {
    if *unit == organization.root || organization.units.contains_key(unit) {
        Ok(())
    } else {
        Err(Refusal::new(
            code,
            format!("You specified the unit {unit}, which doesn't exist."),
        ))
    }
}

/// The units from the root's child down to the unit itself; none for the root.
pub(super) fn line(organization: &OrganizationState, unit: &UnitId) -> Vec<UnitId> {
    let mut line = Vec::new();
    let mut at = unit;
    // A tree has no more levels than units; the bound keeps a damaged world from looping.
    for _ in 0..organization.units.len() {
        let Some(found) = organization.units.get(at) else {
            break;
        };
        line.push(at.clone());
        at = &found.parent;
    }
    line.reverse();
    line
}

/// `o-…/r-…/ou-…/` (reference §8.1).
pub(super) fn path(organization: &OrganizationState, unit: &UnitId) -> String {
    let mut path = format!("{}/{}/", organization.id, organization.root);
    for unit in line(organization, unit) {
        path.push_str(unit.as_str());
        path.push('/');
    }
    path
}
