//! Which instances are there when a call is made: what was observed, and what the calls before it have done. A call on a whole unit
//! reaches all of them.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region};
use model::instance::InstanceKey;
use model::targets::{AccountFilter, CallTargets};

use super::Work;
use crate::calls::Piece;
use crate::calls::units::Population;
use crate::diff_instances::Row;
use crate::fate::{Fate, FateKind};
use crate::rectangles::Cells;

/// What the calls so far have done.
#[derive(Default)]
pub(super) struct There<'a> {
    forgotten: bool,
    left: bool,
    /// Stages whose new instances are made.
    made: BTreeSet<usize>,
    /// Instances without stacks in accounts that AWS does not deploy to: it lists those that a call has named (reference §4.3).
    listed: Cells<&'a AccountId, &'a Region>,
}

impl<'a> There<'a> {
    /// What is out of reach is gone.
    pub(super) fn forgotten(&mut self) {
        self.forgotten = true;
    }

    /// What leaves is gone.
    pub(super) fn left(&mut self) {
        self.left = true;
    }

    /// What a stage makes is there.
    pub(super) fn made(&mut self, stage: usize) {
        self.made.insert(stage);
    }

    /// A call that makes instances names these accounts.
    pub(super) fn named(&mut self, work: &Work<'a, '_>, piece: &Piece<'a>) {
        let CallTargets::Units {
            units,
            filter,
            regions,
        } = &piece.targets
        else {
            return;
        };
        let means = |account: &AccountId| match filter {
            AccountFilter::None => true,
            AccountFilter::Intersection(accounts) => accounts.contains(account),
            AccountFilter::Difference(accounts) => !accounts.contains(account),
        };
        let asleep = units.iter().flat_map(|unit| work.context.tree.inactive(unit));
        let regions: Vec<&'a Region> = work
            .wanted
            .order
            .iter()
            .copied()
            .filter(|region| regions.contains(*region))
            .collect();
        for account in asleep.filter(|account| means(account)) {
            self.listed.entry(account).or_default().extend(&regions);
        }
    }

    /// How many instances are there, for service-managed StackSets.
    pub(super) fn population(&self, work: &Work<'a, '_>) -> Option<Population<'a>> {
        let observed = work.observed.filter(|_| work.service_managed)?;
        let made = |fate: &Fate<'a>| fate.kind == FateKind::Create;
        let mut come: Cells<Row<'a>, &'a Region> = BTreeMap::new();
        for stage in &self.made {
            for (row, regions) in work.cells(made, Some(*stage)) {
                come.entry(row).or_default().extend(regions);
            }
        }
        for (account, regions) in &self.listed {
            let new = regions.iter().filter(|region| {
                let key = InstanceKey {
                    account: (*account).clone(),
                    region: (**region).clone(),
                };
                !observed.instances.contains_key(&key)
            });
            let row = (work.context.tree.parent(account), *account);
            come.entry(row).or_default().extend(new);
        }
        let goes = |fate: &Fate<'a>| match fate.kind {
            FateKind::Forget => self.forgotten,
            FateKind::Delete | FateKind::Detach => self.left,
            _ => false,
        };
        let gone = work.cells(goes, None);
        Some(Population::of(&work.context.tree, observed, &gone, &come))
    }
}
