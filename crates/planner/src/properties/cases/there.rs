//! What is there already, in random states.

use model::ids::OperationId;

use super::*;

pub(super) fn there(case: &SetCase, number: usize, observed: &Observed) -> ObservedStackSet {
    let mut set = live(&format!("set-{number}"));
    set.definition.template = template(case.templates.1).to_owned();
    if case.templates.1 == 2 {
        set.definition.parameters = BTreeMap::from([
            ("Days".to_owned(), plain("60")),
            ("Token".to_owned(), ParameterValue::Masked),
        ]);
    }
    set.definition.permission = if case.service {
        automatic(case.auto.1, case.order.retains.1)
    } else {
        self_managed()
    };
    set.definition.managed_execution = case.managed.1;
    if case.tags.1 {
        set.definition.tags.insert("owner".to_owned(), "them".to_owned());
    }
    if !case.marked && case.removed != 0 {
        set.definition.tags.remove(model::PROJECT_TAG);
    }
    place_instances(case, observed, &mut set);
    if case.service {
        for (number, index) in &case.registered {
            set.registered
                .entry(unit(*number))
                .or_default()
                .insert(region(REGIONS[*index]));
        }
    }
    set
}

fn place_instances(case: &SetCase, observed: &Observed, set: &mut ObservedStackSet) {
    for ((number, index), (state, level, own)) in &case.instances {
        let key = key(*number, REGIONS[*index]);
        let mut instance = instance(case, observed, &key, (*state, *level));
        instance.overrides = has(*own);
        // One operation gives all of its instances the same values.
        instance.last_operation = OperationId::parse(&format!("by-hand-{own}")).ok();
        if let Some(unit) = &instance.unit {
            set.registered
                .entry(unit.clone())
                .or_default()
                .insert(key.region.clone());
        }
        set.instances.insert(key, instance);
    }
}

/// What an instance has for itself, as far as it was read.
fn has(own: u8) -> Option<BTreeMap<String, ParameterValue>> {
    let values = [("Days", plain("31")), ("Token", ParameterValue::Masked)];
    let taken = match own {
        0 => return None,
        1 => &values[..1],
        2 => &values[..],
        3 => &values[1..],
        _ => &values[..0],
    };
    Some(
        taken
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    )
}

fn instance(
    case: &SetCase,
    observed: &Observed,
    key: &InstanceKey,
    (state, level): (u8, u8),
) -> ObservedInstance {
    let (status, detailed) = match state {
        0 => (InstanceStatus::Outdated, DetailedStatus::Failed),
        1 => (InstanceStatus::Outdated, DetailedStatus::Cancelled),
        2 => (InstanceStatus::Outdated, DetailedStatus::Pending),
        3 => (InstanceStatus::Inoperable, DetailedStatus::Inoperable),
        4 => (InstanceStatus::Outdated, DetailedStatus::SkippedSuspendedAccount),
        5 => (InstanceStatus::Inoperable, DetailedStatus::FailedImport),
        _ => (InstanceStatus::Current, DetailedStatus::Succeeded),
    };
    let mut instance = in_state(None, status, detailed);
    if case.service {
        // Through a unit that the account stands below now, or that it left since.
        let account = observed.organization.accounts.get(&key.account);
        let above = account
            .map(|account| observed.organization.ancestors(&account.parent))
            .unwrap_or_default();
        let found = above.get(usize::from(level)).or(above.last()).cloned();
        instance.unit = Some(if level == 3 {
            unit(1)
        } else {
            found.unwrap_or_else(|| unit(1))
        });
    }
    instance
}
