//! An operation is accepted.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, OperationId, Region, StackSetId, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use model::observed::{OperationAction, OperationStatus};
use model::preferences::OperationPreferences;

use super::{OperationPlace, plan};
use crate::world::{
    DueStep, OperationCell, OperationTargets, StackInstance, StackSet, StackSetOperation, World,
};

/// What an operation is to do, after every check.
#[derive(Debug, Clone, PartialEq)]
pub struct Requested {
    /// Its id, not used before.
    pub id: OperationId,
    /// What it does.
    pub action: OperationAction,
    /// How it spreads.
    pub preferences: OperationPreferences,
    /// For a delete: whether stacks stay.
    pub retain_stacks: bool,
    /// Units × Regions to unregister at its end.
    pub unregisters: BTreeMap<UnitId, BTreeSet<Region>>,
    /// The override list of the call.
    pub overrides: Option<BTreeMap<String, Option<String>>>,
    /// Regions as the call named them.
    pub regions: Vec<Region>,
    /// Its instances, with the unit that each was reached through.
    pub cells: BTreeMap<InstanceKey, Option<UnitId>>,
    /// The targets as the call named them.
    pub targets: Option<OperationTargets>,
    /// The ARNs of the stacks that become the stacks of its instances.
    pub imports: BTreeMap<InstanceKey, String>,
    /// Whether it excludes every other operation.
    pub exclusive: bool,
    /// Whether automatic deployment asks for it.
    pub automatic: bool,
}

impl Requested {
    /// An operation without instances.
    pub fn new(id: OperationId, action: OperationAction) -> Self {
        Self {
            id,
            action,
            preferences: OperationPreferences::default(),
            retain_stacks: false,
            unregisters: BTreeMap::new(),
            overrides: None,
            regions: Vec::new(),
            cells: BTreeMap::new(),
            targets: None,
            imports: BTreeMap::new(),
            exclusive: false,
            automatic: false,
        }
    }
}

/// Accepts an operation: its instances wait for it from now on. It is queued when others hold the slot, and when automatic
/// deployment asks, whose order is decided when it starts.
pub fn request(world: &mut World, home: &Region, stack_set: &StackSetId, requested: Requested) {
    let inactive = inactive_accounts(world);
    let created_at = world.now;
    let delay = world.timing.operation_start;
    let Some(set) = world
        .stack_sets
        .get_mut(home)
        .and_then(|sets| sets.get_mut(stack_set))
    else {
        return;
    };
    let queued = set.is_busy() || requested.automatic;
    let id = requested.id.clone();
    let mut operation = operation(requested, created_at);
    operation.status = if queued {
        OperationStatus::Queued
    } else {
        OperationStatus::Running
    };
    let cells = std::mem::take(&mut operation.cells);
    for (key, cell) in cells {
        if is_skipped(set, &operation, &inactive, &key.account) {
            skip(set, (&operation.action, &operation.id), key, cell.unit);
        } else if touch(set, &operation, &key, &cell) {
            let progress = operation.progress.entry(key.region.clone()).or_default();
            progress.accounts += 1;
            progress.waiting.push_back(key.account.clone());
            operation.cells.insert(key, cell);
        }
    }
    set.operations.push(operation);
    let place = OperationPlace {
        home: home.clone(),
        stack_set: stack_set.clone(),
        operation: id,
    };
    start_later(world, &place, delay);
}

/// Puts the start of an operation on the agenda.
pub(super) fn start_later(world: &mut World, place: &OperationPlace, seconds: u64) {
    let OperationPlace {
        home,
        stack_set,
        operation,
    } = place.clone();
    plan(
        world,
        seconds,
        DueStep::OperationStarts {
            home,
            stack_set,
            operation,
        },
    );
}

fn operation(requested: Requested, created_at: jiff::Timestamp) -> StackSetOperation {
    let mut imports = requested.imports;
    let cells: BTreeMap<_, _> = requested
        .cells
        .into_iter()
        .map(|(key, unit)| {
            let import = imports.remove(&key);
            let cell = OperationCell {
                import,
                ..OperationCell::pending(unit)
            };
            (key, cell)
        })
        .collect();
    let regions = region_order(&requested.preferences.region_order, &requested.regions, &cells);
    StackSetOperation {
        id: requested.id,
        action: requested.action,
        status: OperationStatus::Running,
        reason: None,
        created_at,
        ended_at: None,
        preferences: requested.preferences,
        retain_stacks: requested.retain_stacks,
        unregisters: requested.unregisters,
        overrides: requested.overrides,
        regions,
        cells,
        targets: requested.targets,
        exclusive: requested.exclusive,
        automatic: requested.automatic,
        progress: BTreeMap::new(),
    }
}

/// `RegionOrder` first, then the Regions of the call, then those that only instances name (an update of everything).
fn region_order(
    order: &[Region],
    called: &[Region],
    cells: &BTreeMap<InstanceKey, OperationCell>,
) -> Vec<Region> {
    let of_cells: BTreeSet<&Region> = cells.keys().map(|key| &key.region).collect();
    let mut regions: Vec<Region> = Vec::new();
    for region in order.iter().chain(called).chain(of_cells.iter().copied()) {
        if of_cells.contains(region) && !regions.contains(region) {
            regions.push(region.clone());
        }
    }
    regions
}

/// Accounts of the organization that StackSets leaves out.
fn inactive_accounts(world: &World) -> BTreeSet<AccountId> {
    let accounts = world.organization.accounts.iter();
    accounts
        .filter(|(_, account)| !account.state.is_active())
        .map(|(id, _)| id.clone())
        .collect()
}

/// Suspended accounts are skipped when service-managed; a delete that retains stacks needs no access (reference §2.8).
fn is_skipped(
    set: &StackSet,
    operation: &StackSetOperation,
    inactive: &BTreeSet<AccountId>,
    account: &AccountId,
) -> bool {
    let needs_access = !(operation.action == OperationAction::Delete && operation.retain_stacks);
    set.definition.service_managed && needs_access && inactive.contains(account)
}

/// The instance of a suspended account says so.
pub(super) fn skip(
    set: &mut StackSet,
    (action, operation): (&OperationAction, &OperationId),
    key: InstanceKey,
    unit: Option<UnitId>,
) {
    let reason = "This account is suspended. To remove this instance from the StackSet, use DeleteStackInstances with \
        the RetainStacks option.";
    let mut instance = set
        .instances
        .get(&key)
        .cloned()
        .unwrap_or_else(|| StackInstance::pending(unit));
    if instance.status == InstanceStatus::Inoperable {
        return;
    }
    // A check for drift makes nothing outdated.
    if *action != OperationAction::DetectDrift {
        instance.status = InstanceStatus::Outdated;
    }
    instance.detailed = DetailedStatus::SkippedSuspendedAccount;
    instance.reason = Some(reason.to_owned());
    instance.last_operation = Some(operation.clone());
    set.put_instance(key, instance);
}

/// Marks an instance as one that the operation will reach; false when the operation leaves it alone.
fn touch(set: &mut StackSet, operation: &StackSetOperation, key: &InstanceKey, cell: &OperationCell) -> bool {
    match operation.action {
        OperationAction::Create if cell.import.is_some() || !set.instances.contains_key(key) => {
            let mut instance = StackInstance::pending(cell.unit.clone());
            instance.stack_id.clone_from(&cell.import);
            instance.last_operation = Some(operation.id.clone());
            instance.overrides = new_overrides(operation.overrides.as_ref(), &BTreeMap::new());
            set.put_instance(key.clone(), instance);
            return true;
        }
        OperationAction::DetectDrift => {
            let Some(instance) = set.instances.get_mut(key) else {
                return false;
            };
            instance.last_operation = Some(operation.id.clone());
            return true;
        }
        _ => {}
    }
    let Some(instance) = set.instances.get_mut(key) else {
        return false;
    };
    // An instance that could not be deleted or imported is never updated (reference §2.3).
    if instance.status == InstanceStatus::Inoperable && operation.action != OperationAction::Delete {
        return false;
    }
    if instance.status != InstanceStatus::Inoperable {
        instance.status = InstanceStatus::Outdated;
    }
    instance.detailed = DetailedStatus::Pending;
    instance.reason = None;
    instance.last_operation = Some(operation.id.clone());
    true
}

/// The overrides of an instance after a call (reference §2.5): no list leaves them; otherwise the list is all there is, and
/// `UsePreviousValue` keeps what was overridden before.
pub(super) fn new_overrides(
    list: Option<&BTreeMap<String, Option<String>>>,
    before: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let Some(list) = list else { return before.clone() };
    list.iter()
        .filter_map(|(name, value)| {
            Some((name.clone(), value.clone().or_else(|| before.get(name).cloned())?))
        })
        .collect()
}
