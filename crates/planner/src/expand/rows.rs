//! A row of Regions for each account, made once for all accounts that are meant alike.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use model::ids::{AccountId, Region, UnitId};

use super::{Cell, Row, Via, region_order, units};
use crate::overrides::{Chooser, Findings, Tie, Values, ValuesId};
use crate::parts::{Pairs, Parts};
use crate::resolve::Rank;
use crate::tree::Tree;

/// What accounts have in common that are meant alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Likeness<'a> {
    parent: Option<&'a UnitId>,
    parts: Vec<bool>,
    skips: Vec<bool>,
    overrides: Vec<Option<Rank>>,
    /// The account itself where it can have a value of its own, or is the management account.
    alone: Option<&'a AccountId>,
}

/// The Regions of accounts that are meant alike.
struct Shape<'a> {
    cells: Rc<BTreeMap<&'a Region, Cell<'a>>>,
    ties: Vec<Tie<'a>>,
}

/// Rows in the making, and what is found on the way.
pub(super) struct Expansion<'a, 'e> {
    tree: &'e Tree<'a>,
    parts: &'e Parts<'a>,
    chooser: &'e Chooser<'a, 'e>,
    pub(super) units: Pairs<'a>,
    pub(super) order: Vec<&'a Region>,
    pub(super) values: Values<'a>,
    pub(super) findings: Findings<'a>,
    /// Skips that are for some instance, by their numbers.
    pub(super) skipping: BTreeSet<usize>,
}

impl<'a, 'e> Expansion<'a, 'e> {
    pub(super) fn new(tree: &'e Tree<'a>, parts: &'e Parts<'a>, chooser: &'e Chooser<'a, 'e>) -> Self {
        Self {
            tree,
            parts,
            chooser,
            units: units::targeted(parts, tree),
            order: region_order(chooser.set),
            values: Values::default(),
            findings: Findings::default(),
            skipping: BTreeSet::new(),
        }
    }

    pub(super) fn rows(&mut self) -> BTreeMap<&'a AccountId, Row<'a>> {
        let mut shapes: BTreeMap<Likeness<'a>, Shape<'a>> = BTreeMap::new();
        let mut rows = BTreeMap::new();
        for account in self.candidates() {
            let likeness = self.likeness(account);
            if !likeness.parts.contains(&true) {
                continue;
            }
            let known = self.tree.organization.accounts.get(account);
            // Only a self-managed StackSet gets this far with an account of another organization.
            let active = known.is_none_or(|account| account.state.is_active());
            let shape = match shapes.entry(likeness) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let shape = self.shape(account, active, new.key());
                    new.insert(shape)
                }
            };
            for tie in shape.ties.iter().filter(|_| active) {
                self.findings.tie(*tie);
            }
            let cells = Rc::clone(&shape.cells);
            rows.insert(account, Row { active, cells });
        }
        rows
    }

    /// The organization's accounts and those that are named from elsewhere.
    fn candidates(&self) -> BTreeSet<&'a AccountId> {
        let named = self.parts.deploy.iter().flat_map(|part| part.selection.named());
        self.tree.organization.accounts.keys().chain(named).collect()
    }

    fn likeness(&self, account: &'a AccountId) -> Likeness<'a> {
        let parts: Vec<bool> = self
            .parts
            .deploy
            .iter()
            .map(|part| part.selection.contains(account, self.tree))
            .collect();
        if !parts.contains(&true) {
            return Likeness {
                parent: None,
                parts,
                skips: Vec::new(),
                overrides: Vec::new(),
                alone: None,
            };
        }
        let skips = self.parts.skip.iter();
        let overrides = self.ranks(account);
        let organization = self.tree.organization;
        let alone = self.chooser.is_individual(&overrides) || *account == organization.management_account;
        Likeness {
            parent: organization.accounts.get(account).map(|account| &account.parent),
            parts,
            skips: skips
                .map(|(part, _)| part.selection.contains(account, self.tree))
                .collect(),
            overrides,
            alone: alone.then_some(account),
        }
    }

    /// How specifically each override means the account; what is beyond the selections is for everyone.
    fn ranks(&self, account: &AccountId) -> Vec<Option<Rank>> {
        let selections = self.parts.overrides.iter();
        let mut ranks: Vec<_> = selections
            .map(|selection| selection.rank(account, self.tree))
            .collect();
        ranks.resize(self.chooser.given.len(), Some(Rank::Everyone));
        ranks
    }

    fn shape(&mut self, account: &'a AccountId, active: bool, likeness: &Likeness<'a>) -> Shape<'a> {
        let mut cells = BTreeMap::new();
        let mut ties = Vec::new();
        let mut chosen: BTreeMap<Vec<bool>, (ValuesId, Vec<Tie<'a>>)> = BTreeMap::new();
        for region in self.order.clone() {
            let parts = self.parts.deploy.iter().zip(&likeness.parts);
            if !parts
                .into_iter()
                .any(|(part, means)| *means && part.is_in(region))
            {
                continue;
            }
            let mut cell = Cell {
                via: self.via(account, region),
                skip: None,
                values: ValuesId::NONE,
            };
            for (number, ((part, skip), means)) in self.parts.skip.iter().zip(&likeness.skips).enumerate() {
                if *means && part.is_in(region) {
                    self.skipping.insert(number);
                    cell.skip = cell.skip.or(Some(skip));
                }
            }
            if cell.skip.is_none() {
                let alike = self.alike(region);
                let known = chosen.get(&alike).cloned();
                let (values, torn) = match known.filter(|_| self.chooser.is_alike_in_regions()) {
                    Some(known) => known,
                    None => self.choice((account, active), region, &likeness.overrides),
                };
                cell.values = values;
                ties.extend(&torn);
                chosen.insert(alike, (values, torn));
            }
            cells.insert(region, cell);
        }
        let cells = Rc::new(cells);
        Shape { cells, ties }
    }

    /// Which overrides are about a Region: where they are the same, an account has the same values.
    fn alike(&self, region: &Region) -> Vec<bool> {
        self.chooser
            .given
            .iter()
            .map(|given| given.is_in(region))
            .collect()
    }

    /// The values of an account in a Region, with what is found on the way.
    fn choice(
        &mut self,
        (account, active): (&'a AccountId, bool),
        region: &Region,
        ranks: &[Option<Rank>],
    ) -> (ValuesId, Vec<Tie<'a>>) {
        let choice = self.chooser.choose(account, region, ranks);
        let values = self
            .values
            .intern(&choice, self.chooser.given, self.chooser.effective);
        self.meet(region, ranks);
        for (at, lack) in choice.lacking.into_iter().filter(|_| active) {
            self.findings.lack(at, account, lack);
        }
        (values, choice.ties)
    }

    fn meet(&mut self, region: &Region, ranks: &[Option<Rank>]) {
        for (number, (given, rank)) in self.chooser.given.iter().zip(ranks).enumerate() {
            if rank.is_some() && given.is_in(region) {
                self.findings.meets(number);
            }
        }
    }

    /// The unit that a call names for an account.
    fn via(&self, account: &AccountId, region: &Region) -> Via<'a> {
        let above = self.tree.above_account(account).iter();
        let targeted = |unit: &&&UnitId| {
            self.tree.is_member(account, unit)
                && self
                    .units
                    .get(**unit)
                    .is_some_and(|regions| regions.contains(region))
        };
        match above.copied().find(|unit| targeted(&unit)) {
            Some(unit) => Via { unit, whole: true },
            None => Via {
                unit: self.tree.parent(account),
                whole: false,
            },
        }
    }
}
