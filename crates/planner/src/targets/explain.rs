//! Asks every selector and override of a StackSet about one cell at a time.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::ParameterValue;
use model::desired::DesiredStackSet;
use model::ids::{AccountId, Region, UnitId};
use model::target_matrix::{AccountTargets, CellState, TargetCell, TargetEffect, TargetLine, UnitTargets};

use super::written;
use crate::context::Context;
use crate::definition::Effective;
use crate::overrides::{Chooser, Given, Values};
use crate::parts::Parts;
use crate::resolve::{Meant, Rank, Selection, What};

/// What the answers come from.
pub(super) struct Explainer<'a, 'e> {
    context: &'e Context<'a>,
    parts: &'e Parts<'a>,
    /// Who chooses the values; none when they cannot be taken.
    chooser: Option<Chooser<'a, 'e>>,
}

impl<'a, 'e> Explainer<'a, 'e> {
    pub(super) fn new(
        context: &'e Context<'a>,
        set: &'a DesiredStackSet,
        parts: &'e Parts<'a>,
        values: Option<&'e (Effective, Vec<Given<'a>>)>,
    ) -> Self {
        let chooser = values.map(|(effective, given)| Chooser {
            context,
            set,
            observed: context.observed.stack_sets.get(&set.aws_name),
            effective,
            given,
        });
        Self {
            context,
            parts,
            chooser,
        }
    }

    /// The accounts that the targets mean or nearly mean, by the unit that they stand in.
    pub(super) fn units(&self, order: &[&'a Region]) -> Vec<UnitTargets> {
        let tree = &self.context.tree;
        let named = self.parts.deploy.iter().flat_map(|part| part.selection.named());
        let accounts: BTreeSet<_> = tree.organization.accounts.keys().chain(named).collect();
        let mut units: BTreeMap<&UnitId, Vec<AccountTargets>> = BTreeMap::new();
        for account in accounts {
            let cells: Vec<_> = order.iter().map(|region| self.cell(account, region)).collect();
            if cells.iter().any(|cell| cell.state != CellState::NotTargeted) {
                units
                    .entry(tree.parent(account))
                    .or_default()
                    .push(AccountTargets {
                        account: account.clone(),
                        name: tree.organization.account_name(account).to_owned(),
                        cells,
                    });
            }
        }
        let mut rows: Vec<_> = units
            .into_iter()
            .map(|(unit, accounts)| UnitTargets {
                unit: tree.organization.path(unit),
                unit_id: unit.clone(),
                accounts,
            })
            .collect();
        rows.sort_by(|one, two| (&one.unit, &one.unit_id).cmp(&(&two.unit, &two.unit_id)));
        rows
    }

    fn cell(&self, account: &'a AccountId, region: &Region) -> TargetCell {
        let mut lines = Vec::new();
        for part in self.parts.deploy.iter().filter(|part| part.is_in(region)) {
            self.mentions(&part.selection, account, &mut lines);
        }
        let mut state = self.state(account, region, &lines);
        if matches!(state, CellState::Wanted | CellState::Inactive) {
            let skips = self.parts.skip.iter();
            let skips = skips.filter(|(part, _)| {
                part.is_in(region) && part.selection.contains(account, &self.context.tree)
            });
            for (_, skip) in skips {
                state = CellState::Skipped;
                lines.push(TargetLine {
                    effect: TargetEffect::Skips,
                    span: skip.span.clone(),
                    text: skip.reason.value.clone(),
                });
            }
        }
        let values = match state {
            CellState::Wanted | CellState::Inactive => self.values(account, region, &mut lines),
            _ => BTreeMap::new(),
        };
        TargetCell {
            region: region.clone(),
            state,
            lines,
            values,
        }
    }

    /// Every selector that means the account, and every one that takes it out of a set.
    fn mentions(&self, selection: &Selection<'a>, account: &AccountId, lines: &mut Vec<TargetLine>) {
        let tree = &self.context.tree;
        for meant in &selection.meant {
            if meant.what.rank(account, tree).is_some() {
                lines.push(line(meant, TargetEffect::Targets));
            }
            if let What::Set { include, exclude } = &meant.what
                && include.contains(account, tree)
            {
                let out = exclude.meant.iter();
                let out = out.filter(|meant| meant.what.rank(account, tree).is_some());
                lines.extend(out.map(|meant| line(meant, TargetEffect::Excludes)));
            }
        }
    }

    fn state(&self, account: &AccountId, region: &Region, lines: &[TargetLine]) -> CellState {
        let organization = self.context.tree.organization;
        if lines.iter().any(|line| line.effect == TargetEffect::Targets) {
            let known = organization.accounts.get(account);
            return if known.is_none_or(|account| account.state.is_active()) {
                CellState::Wanted
            } else {
                CellState::Inactive
            };
        }
        let parts = self.parts.deploy.iter().filter(|part| part.is_in(region));
        let mut units = parts.flat_map(|part| part.selection.units());
        let below = |unit: &UnitId| self.context.tree.above_account(account).contains(&unit);
        if !lines.is_empty() {
            CellState::Excluded
        } else if *account == organization.management_account && units.any(below) {
            CellState::Management
        } else {
            CellState::NotTargeted
        }
    }

    fn values(
        &self,
        account: &AccountId,
        region: &Region,
        lines: &mut Vec<TargetLine>,
    ) -> BTreeMap<String, ParameterValue> {
        let Some(chooser) = &self.chooser else {
            return BTreeMap::new();
        };
        let selections = self.parts.overrides.iter();
        let mut ranks: Vec<_> = selections
            .map(|selection| selection.rank(account, &self.context.tree))
            .collect();
        ranks.resize(chooser.given.len(), Some(Rank::Everyone));
        let choice = chooser.choose(account, region, &ranks);
        for (name, (value, number)) in &choice.values {
            let given = chooser.given.get(*number);
            let Some((given, written)) = given.and_then(|given| Some((given, given.values.get(*name)?)))
            else {
                continue;
            };
            let shown = match value {
                ParameterValue::Plain(text) => text.clone(),
                _ => written.parameter.source.value.reference(),
            };
            lines.push(TargetLine {
                effect: TargetEffect::Gives,
                span: written.parameter.source.span.clone(),
                text: format!("{}: {name} = {shown}", given.name),
            });
        }
        let mut values = Values::default();
        let id = values.intern(&choice, chooser.given, chooser.effective);
        values.values(id)
    }
}

fn line(meant: &Meant<'_>, effect: TargetEffect) -> TargetLine {
    TargetLine {
        effect,
        span: meant.target.span.clone(),
        text: written(&meant.target.value),
    }
}
