//! The organization, indexed once, so that no step walks it for each account.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, UnitId};
use model::organization::{Account, Organization};

/// Answers in logarithmic time what [`Organization`] answers by walking.
pub(crate) struct Tree<'a> {
    pub(crate) organization: &'a Organization,
    above: BTreeMap<&'a UnitId, Vec<&'a UnitId>>,
    active: BTreeMap<&'a UnitId, BTreeSet<&'a AccountId>>,
    inactive: BTreeMap<&'a UnitId, BTreeSet<&'a AccountId>>,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(organization: &'a Organization) -> Self {
        let mut above: BTreeMap<&UnitId, Vec<&UnitId>> = organization
            .units
            .keys()
            .map(|unit| (unit, ancestors(organization, unit)))
            .collect();
        above.insert(&organization.root, vec![&organization.root]);
        let mut tree = Self {
            organization,
            above,
            active: BTreeMap::new(),
            inactive: BTreeMap::new(),
        };
        tree.place_accounts();
        tree
    }

    fn place_accounts(&mut self) {
        for (id, account) in &self.organization.accounts {
            if *id == self.organization.management_account {
                continue;
            }
            let accounts = if account.state.is_active() {
                &mut self.active
            } else {
                &mut self.inactive
            };
            for unit in self.above.get(&account.parent).into_iter().flatten() {
                accounts.entry(unit).or_default().insert(id);
            }
        }
    }

    /// The unit and every unit above it, nearest first; nothing when it is not in the organization.
    pub(crate) fn above(&self, unit: &UnitId) -> &[&'a UnitId] {
        self.above.get(unit).map_or(&[], Vec::as_slice)
    }

    /// The units that an account stands in, nearest first.
    pub(crate) fn above_account(&self, account: &AccountId) -> &[&'a UnitId] {
        let found = self.organization.accounts.get(account);
        found.map_or(&[], |account| self.above(&account.parent))
    }

    /// Whether a unit means an account: it stands in or below the unit and is not the management account.
    pub(crate) fn is_member(&self, account: &AccountId, unit: &UnitId) -> bool {
        *account != self.organization.management_account && self.above_account(account).contains(&unit)
    }

    /// Every account of the organization but the management account.
    pub(crate) fn member_accounts(&self) -> impl Iterator<Item = (&'a AccountId, &'a Account)> + use<'a> {
        let organization = self.organization;
        let all = organization.accounts.iter();
        all.filter(|(id, _)| **id != organization.management_account)
    }

    /// Those of them that AWS deploys to.
    pub(crate) fn active(&self, unit: &UnitId) -> Option<&BTreeSet<&'a AccountId>> {
        self.active.get(unit)
    }

    /// Those of a unit that AWS does not deploy to: a call that reaches them makes an instance without a stack (reference §4.3).
    pub(crate) fn inactive(
        &self,
        unit: &UnitId,
    ) -> impl Iterator<Item = &'a AccountId> + Clone + use<'a, '_> {
        self.inactive.get(unit).into_iter().flatten().copied()
    }

    /// The number of active member accounts in and below a unit.
    pub(crate) fn active_count(&self, unit: &UnitId) -> usize {
        self.active.get(unit).map_or(0, BTreeSet::len)
    }

    /// Whether the organization has the unit.
    pub(crate) fn unit(&self, unit: &UnitId) -> Option<&'a UnitId> {
        self.above.get_key_value(unit).map(|(found, _)| *found)
    }

    /// The unit that an account stands directly in; the root for one that the organization does not have.
    pub(crate) fn parent(&self, account: &AccountId) -> &'a UnitId {
        let found = self.organization.accounts.get(account);
        found.map_or(&self.organization.root, |account| &account.parent)
    }

    /// The unit at the end of a path of names, or how far the path goes: the last unit and the name that it lacks.
    pub(crate) fn find<'n>(&self, names: &'n [String]) -> Result<&'a UnitId, (&'a UnitId, &'n str)> {
        let mut at = &self.organization.root;
        for name in names {
            let mut children = self.organization.children(at);
            match children.find(|(_, unit)| unit.name == *name) {
                Some((child, _)) => at = child,
                None => return Err((at, name)),
            }
        }
        Ok(at)
    }
}

fn ancestors<'a>(organization: &'a Organization, unit: &'a UnitId) -> Vec<&'a UnitId> {
    let mut above = vec![unit];
    let mut at = unit;
    // A tree has no more levels than units; the bound keeps a wrong answer from looping.
    for _ in 0..=organization.units.len() {
        let Some(found) = organization.units.get(at) else {
            break;
        };
        at = &found.parent;
        above.push(at);
    }
    above
}
