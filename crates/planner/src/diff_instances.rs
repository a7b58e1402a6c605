//! What becomes of each instance: those that are wanted and those that are there, in one pass over both.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::OnLeave;
use model::digest::Digest;
use model::ids::{AccountId, OperationId, Region, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{ObservedInstance, ObservedStackSet};
use model::organization::AccountState;
use model::plan::Reason;

use crate::diff_overrides::OverridesDiff;
use crate::expand::{Cell, Via, Wanted};
use crate::fate::{Fate, FateKind, Note};
use crate::overrides::ValuesId;
use crate::rectangles::Cells;
use crate::selected::Narrow;
use crate::tree::Tree;

pub(crate) const INOPERABLE: &str = "left alone: an earlier delete or import failed here";
const SUSPENDED: &str = "suspended, skipped";
const CLOSED: &str = "closed, skipped";
const INACTIVE: &str = "not active, skipped";
const WAITING: &str = "an operation is at work here";
pub(crate) const UNKNOWN: &str = "its status is one that this version does not know";
const HELD: &str = "`on_leave` does not say what becomes of its stack";
const GONE: &str = "its account is out of AWS's reach; its stack stays where it is";

/// An account with the unit that it is targeted through.
pub(crate) type Row<'a> = (&'a UnitId, &'a AccountId);

/// Instances by what becomes of them.
pub(crate) type Fates<'a> = BTreeMap<Fate<'a>, Cells<Row<'a>, &'a Region>>;

/// What decides about instances of one StackSet.
pub(crate) struct Question<'a, 'q> {
    pub(crate) tree: &'q Tree<'a>,
    pub(crate) wanted: &'q Wanted<'a>,
    /// What values instances should have for themselves.
    pub(crate) overrides: &'q OverridesDiff<'q>,
    pub(crate) observed: Option<&'a ObservedStackSet>,
    pub(crate) service_managed: bool,
    /// What becomes of stacks whose instances leave; none when nothing says so.
    pub(crate) on_leave: Option<OnLeave>,
    /// `[removed.NAME]`: everything leaves.
    pub(crate) removed: bool,
    /// Whether the definition changes in a way that touches every instance.
    pub(crate) touched: bool,
    /// The definition, when the newest operation of ours has brought it to some instances only.
    pub(crate) part_of: Option<Digest>,
    /// Which instances the plan's operations would try in accounts that AWS cannot work in.
    pub(crate) retried: Retried,
    /// Which instances are selected; none for all.
    pub(crate) narrow: Option<Narrow<'q>>,
}

/// Which instances of a self-managed StackSet operations would try, without being asked to, in accounts that AWS cannot work in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Retried {
    /// Those that an operation has failed of already.
    #[default]
    Failed,
    /// Those that are outdated, for whatever reason.
    Outdated,
    /// Those that the plan marks outdated, too.
    Marked,
}

/// Decides about every instance that is wanted or there.
pub(crate) fn diff<'a>(question: &Question<'a, '_>) -> Fates<'a> {
    let mut fates = Fates::new();
    let mut there: BTreeMap<&AccountId, BTreeSet<&Region>> = BTreeMap::new();
    for (key, instance) in question.observed.into_iter().flat_map(|set| &set.instances) {
        there.entry(&key.account).or_default().insert(&key.region);
        let fate = question.selected(question.existing(key, instance), &key.account, &key.region);
        add(
            &mut fates,
            fate,
            (question.unit(key, instance), &key.account),
            &key.region,
        );
    }
    let known = Known::new(question, &there);
    let none = BTreeSet::new();
    for (account, row) in &question.wanted.rows {
        let has = there.get(account).unwrap_or(&none);
        for (region, cell) in row.cells.iter().filter(|(region, _)| !has.contains(**region)) {
            let fate = match cell.skip {
                Some(skip) => Fate::new(FateKind::Excluded, None).because(Note::Skip(&skip.reason.value)),
                None if !row.active => Fate::new(FateKind::Excluded, Some(Reason::Suspended))
                    .because(Note::Said(question.skipped(account))),
                None => Fate {
                    values: cell.values,
                    ..Fate::new(
                        FateKind::Create,
                        Some(known.reason(cell.via, region, !has.is_empty())),
                    )
                },
            };
            let fate = question.selected(fate, account, region);
            add(&mut fates, fate, (cell.via.unit, account), region);
        }
    }
    fates
}

fn add<'a>(fates: &mut Fates<'a>, fate: Fate<'a>, row: Row<'a>, region: &'a Region) {
    fates
        .entry(fate)
        .or_default()
        .entry(row)
        .or_default()
        .insert(region);
}

impl<'a> Question<'a, '_> {
    /// The unit that a call names for an instance: the one that it was targeted through.
    fn unit(&self, key: &'a InstanceKey, instance: &'a ObservedInstance) -> &'a UnitId {
        let wanted = self.wanted.cell(&key.account, &key.region);
        let shown = instance.unit.as_ref().filter(|_| self.service_managed);
        shown
            .or(wanted.map(|(cell, _)| cell.via.unit))
            .unwrap_or_else(|| self.tree.parent(&key.account))
    }

    fn selected(&self, fate: Fate<'a>, account: &AccountId, region: &Region) -> Fate<'a> {
        self.narrow
            .map_or(fate, |narrow| narrow.fate(fate, account, region))
    }

    fn existing(&self, key: &InstanceKey, instance: &ObservedInstance) -> Fate<'a> {
        match self.wanted.cell(&key.account, &key.region) {
            None => self.leaving(key, instance),
            Some((Cell { skip: Some(skip), .. }, _)) => {
                let fate = self.leaving(key, instance);
                match fate.note {
                    None => fate.because(Note::Skip(&skip.reason.value)),
                    Some(_) => fate,
                }
            }
            Some((_, false)) => self.out_of_work(key, instance),
            Some((cell, true)) => self.with_values(self.staying(instance), cell.values, instance),
        }
    }

    /// In an account that AWS does not work in an instance stays as it is. Self-managed StackSets do not skip such accounts (reference
    /// §2.8): an instance that an operation may try again there, and fail of, goes before and its stack stays, where the manifest
    /// says at all what becomes of stacks (decision 14).
    fn out_of_work(&self, key: &InstanceKey, instance: &ObservedInstance) -> Fate<'a> {
        let outdated = instance.status == InstanceStatus::Outdated;
        let tried = match self.retried {
            Retried::Failed => has_failed(instance),
            Retried::Outdated => outdated,
            Retried::Marked => outdated || instance.status == InstanceStatus::Current,
        };
        if tried && !self.service_managed && self.on_leave.is_some() {
            return Fate::new(FateKind::Forget, Some(Reason::Suspended)).because(Note::Said(GONE));
        }
        Fate::keep(Some(Reason::Suspended), Some(self.skipped(&key.account)))
    }

    /// Adds the values that an instance has for itself: they are sent where they are not what it has. An instance that nothing
    /// can be done with keeps what it has.
    fn with_values(&self, fate: Fate<'a>, values: ValuesId, instance: &ObservedInstance) -> Fate<'a> {
        let fate = Fate { values, ..fate };
        let left_alone = fate.kind == FateKind::Keep && !fate.is_as_it_should_be();
        match self.overrides.sends(values, instance) {
            Some(reason) if !left_alone => Fate {
                kind: FateKind::Update,
                sends: Some(reason),
                ..fate
            },
            _ => fate,
        }
    }

    /// The table of reference §4.3, for an account that AWS works in: one that was suspended and is active again gets what it
    /// was left out of.
    fn staying(&self, instance: &ObservedInstance) -> Fate<'a> {
        let update = |reason| Fate::new(FateKind::Update, reason);
        match (&instance.status, &instance.detailed) {
            (InstanceStatus::Inoperable, _)
            | (_, DetailedStatus::Inoperable | DetailedStatus::FailedImport) => {
                Fate::keep(Some(Reason::Inoperable), Some(INOPERABLE))
            }
            (InstanceStatus::Other(_), _) | (InstanceStatus::Outdated, DetailedStatus::Other(_)) => {
                Fate::keep(None, Some(UNKNOWN))
            }
            (InstanceStatus::Current, _) if self.touched => update(None),
            (InstanceStatus::Current, _) if self.passed_over(instance) => {
                update(Some(Reason::OutdatedPending))
            }
            (InstanceStatus::Current, _) => Fate::keep(None, None),
            (InstanceStatus::Outdated, DetailedStatus::Failed) => update(Some(Reason::OutdatedFailed)),
            (InstanceStatus::Outdated, DetailedStatus::Cancelled) => update(Some(Reason::OutdatedCancelled)),
            (InstanceStatus::Outdated, _) if self.busy() && !self.touched => Fate::keep(None, Some(WAITING)),
            (InstanceStatus::Outdated, _) => update(Some(Reason::OutdatedPending)),
        }
    }

    /// Whether a run that brings the definition to some instances after others has ended before this one. AWS marks such instances
    /// outdated; where it marked nothing because only tags or roles are new, the ids of the operations tell (decision 20).
    fn passed_over(&self, instance: &ObservedInstance) -> bool {
        let is_part = |id: &OperationId| {
            self.part_of
                .as_ref()
                .is_some_and(|definition| id.is_part_of(definition))
        };
        self.part_of.is_some() && !instance.last_operation.as_ref().is_some_and(is_part)
    }

    fn busy(&self) -> bool {
        self.observed.is_some_and(|set| !set.running.is_empty())
    }

    fn leaving(&self, key: &InstanceKey, instance: &ObservedInstance) -> Fate<'a> {
        if matches!(instance.status, InstanceStatus::Other(_)) {
            return Fate::keep(None, Some(UNKNOWN));
        }
        let reason = Some(self.leaving_reason(key, instance));
        let inoperable = instance.status == InstanceStatus::Inoperable;
        match self.on_leave {
            None => Fate::new(FateKind::Held, reason).because(Note::Said(HELD)),
            // An update with a new id may try it again and fail of it (reference §2.8), so it goes before everything else.
            Some(OnLeave::Retain) if has_failed(instance) && self.out_of_reach(&key.account) => {
                Fate::new(FateKind::Forget, reason).because(Note::Said(GONE))
            }
            Some(OnLeave::Retain) => Fate::new(FateKind::Detach, reason),
            // A delete failed before; only a delete that retains gets such an instance out (reference §2.8).
            Some(OnLeave::Delete) if inoperable => Fate::keep(Some(Reason::Inoperable), Some(INOPERABLE)),
            Some(OnLeave::Delete) if self.out_of_reach(&key.account) => {
                Fate::new(FateKind::Forget, Some(Reason::Suspended)).because(Note::Said(GONE))
            }
            Some(OnLeave::Delete) => Fate::new(FateKind::Delete, reason),
        }
    }

    /// Whether AWS cannot work in the account: suspended, closed, or for service-managed StackSets out of the organization.
    fn out_of_reach(&self, account: &AccountId) -> bool {
        match self.tree.organization.accounts.get(account) {
            Some(account) => !account.state.is_active(),
            None => self.service_managed,
        }
    }

    /// Why AWS does not work in the account, short enough for a row of the plan.
    fn skipped(&self, account: &AccountId) -> &'static str {
        let found = self.tree.organization.accounts.get(account);
        match found.map(|account| &account.state) {
            Some(AccountState::Suspended) => SUSPENDED,
            Some(AccountState::PendingClosure | AccountState::Closed) => CLOSED,
            _ => INACTIVE,
        }
    }

    fn leaving_reason(&self, key: &InstanceKey, instance: &ObservedInstance) -> Reason {
        let row = self.wanted.rows.get(&key.account);
        let skipped = |row: &crate::expand::Row<'_>| row.cells.contains_key(&key.region);
        let targeted = row.is_some_and(|row| !skipped(row));
        let unit_stays = instance
            .unit
            .as_ref()
            .is_some_and(|unit| self.wanted.units.contains_key(unit));
        if self.removed {
            Reason::Removed
        } else if targeted {
            Reason::Regions
        } else if unit_stays && row.is_none() {
            Reason::LeftUnit
        } else {
            Reason::Targets
        }
    }
}

/// Whether an operation has left it behind with a failure.
fn has_failed(instance: &ObservedInstance) -> bool {
    let failed = matches!(
        instance.detailed,
        DetailedStatus::Failed | DetailedStatus::Cancelled
    );
    instance.status == InstanceStatus::Outdated && failed
}

/// What was deployed before, to tell a new unit, a new Region and a new account of an old unit apart.
struct Known<'a> {
    new: bool,
    regions: BTreeSet<&'a Region>,
    units: BTreeSet<(&'a UnitId, &'a Region)>,
}

impl<'a> Known<'a> {
    fn new(question: &Question<'a, '_>, there: &BTreeMap<&'a AccountId, BTreeSet<&'a Region>>) -> Self {
        let mut known = Self {
            new: question.observed.is_none(),
            regions: there.values().flatten().copied().collect(),
            units: BTreeSet::new(),
        };
        let registered = question.observed.into_iter().flat_map(|set| &set.registered);
        for (unit, regions) in registered {
            known.regions.extend(regions);
            known.units.extend(regions.iter().map(|region| (unit, region)));
        }
        if !question.service_managed {
            // Nothing registers units of a self-managed StackSet; an instance in the unit tells as much.
            for (account, regions) in there {
                let Some(row) = question.wanted.rows.get(account) else {
                    continue;
                };
                let cells = regions
                    .iter()
                    .filter_map(|region| Some((row.cells.get(region)?.via.unit, *region)));
                known.units.extend(cells);
            }
        }
        known
    }

    fn reason(&self, via: Via<'a>, region: &'a Region, has_others: bool) -> Reason {
        if self.new {
            Reason::New
        } else if !self.regions.contains(region) && (has_others || !self.regions.is_empty()) {
            Reason::Regions
        } else if via.whole && self.units.contains(&(via.unit, region)) {
            if has_others {
                Reason::Missing
            } else {
                Reason::JoinedUnit
            }
        } else {
            Reason::Targets
        }
    }
}

/// The definition, when the newest operation of ours has brought it to some instances and others were still to come.
pub(crate) fn part_of(observed: Option<&ObservedStackSet>) -> Option<Digest> {
    let observed = observed?;
    let last = observed.last_of_ours()?;
    let definition = observed.definition.fingerprint();
    last.id.is_part_of(&definition).then_some(definition)
}

/// How many instances have a status that this version does not know, with one of them.
pub(crate) fn unknown(fates: &Fates<'_>) -> Option<(u64, InstanceKey)> {
    let cells: Vec<_> = fates
        .iter()
        .filter(|(fate, _)| fate.is_unknown())
        .flat_map(|(_, cells)| cells)
        .collect();
    let ((_, account), regions) = cells.first()?;
    let count = cells.iter().map(|(_, regions)| regions.len() as u64).sum();
    let key = InstanceKey {
        account: (*account).clone(),
        region: (*regions.first()?).clone(),
    };
    Some((count, key))
}

#[cfg(test)]
#[path = "diff_instances_tests.rs"]
mod tests;
