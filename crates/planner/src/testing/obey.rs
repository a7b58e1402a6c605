//! A world that does what it is told, at once and without failure, and checks that calls touch what they say.

use std::collections::{BTreeMap, BTreeSet};

use model::call::{UpdateStackSet, Write};
use model::definition::{Definition, ParameterValue, Permission};
use model::ids::{OperationId, StackSetId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus, Rectangle};
use model::observed::{Observed, ObservedInstance, ObservedStackSet, OperationSummary};
use model::organization::Organization;
use model::plan::{Operation, OperationKind, Plan};
use model::targets::{AccountFilter, CallTargets};

use super::world::current;

/// Carries out the first operations of a plan.
pub(crate) fn obey(plan: &Plan, observed: &mut Observed, operations: usize) {
    let always = plan
        .operations
        .iter()
        .filter(|operation| operation.runs_if.is_always());
    for operation in always.take(operations) {
        obey_one(operation, observed);
        let Some(set) = observed.stack_sets.get(&operation.aws_name) else {
            assert_eq!(operation.definition_after, None);
            continue;
        };
        let after = Some(set.definition.fingerprint());
        assert_eq!(
            after, operation.definition_after,
            "{} leaves another definition",
            operation.id
        );
    }
}

fn obey_one(operation: &Operation, observed: &mut Observed) {
    let organization = observed.organization.clone();
    let name = &operation.aws_name;
    let touched = match &operation.call {
        Write::CreateStackSet { definition, .. } => {
            let made = made(operation, (**definition).clone());
            assert!(observed.stack_sets.insert(name.clone(), made).is_none());
            BTreeSet::new()
        }
        Write::DeleteStackSet => {
            let gone = observed.stack_sets.remove(name).unwrap();
            assert!(gone.instances.is_empty(), "not empty");
            BTreeSet::new()
        }
        call => {
            let set = observed.stack_sets.get_mut(name).unwrap();
            set.newest_operation = Some(summary(operation.operation_id.clone().unwrap()));
            World { organization, set }.call(call)
        }
    };
    check(operation, &touched);
}

/// A call touches what its operation says, each instance once.
fn check(operation: &Operation, touched: &BTreeSet<InstanceKey>) {
    let said: Vec<InstanceKey> = operation.touches.iter().flat_map(Rectangle::keys).collect();
    let unique: BTreeSet<_> = said.iter().cloned().collect();
    assert_eq!(
        unique.len(),
        said.len(),
        "{} says an instance twice",
        operation.id
    );
    assert_eq!(
        unique, *touched,
        "{} {:?} touches others than it says",
        operation.id, operation.kind
    );
    assert_eq!(operation.instances, said.len() as u64);
    if operation.kind == OperationKind::Forget {
        assert!(matches!(
            operation.call,
            Write::DeleteStackInstances {
                retain_stacks: true,
                ..
            }
        ));
    }
}

fn made(operation: &Operation, definition: Definition) -> ObservedStackSet {
    ObservedStackSet {
        id: StackSetId::parse(&format!("{}:new", operation.aws_name)).unwrap(),
        definition: read_back(definition),
        instances: BTreeMap::new(),
        registered: BTreeMap::new(),
        newest_operation: None,
        running: Vec::new(),
        history: Vec::new(),
    }
}

fn read_back(mut definition: Definition) -> Definition {
    for (name, value) in &mut definition.parameters {
        *value = masked(name, value);
    }
    definition
}

/// Secrets and kept values read back masked; the tests' NoEcho parameter is called Token.
fn masked(name: &str, value: &ParameterValue) -> ParameterValue {
    match value {
        ParameterValue::Plain(_) if name != "Token" => value.clone(),
        _ => ParameterValue::Masked,
    }
}

type Overrides = BTreeMap<String, ParameterValue>;

/// The overrides of an instance after a call with a list (reference §2.5).
fn listed(list: &Overrides, before: Option<&Overrides>) -> Overrides {
    let value = |(name, value): (&String, &ParameterValue)| {
        let value = match value {
            ParameterValue::Previous => before?.get(name)?.clone(),
            ParameterValue::Masked => panic!("a mask is sent"),
            value => masked(name, value),
        };
        Some((name.clone(), value))
    };
    list.iter().filter_map(value).collect()
}

fn summary(id: OperationId) -> OperationSummary {
    OperationSummary {
        id,
        action: model::observed::OperationAction::Update,
        status: model::observed::OperationStatus::Succeeded,
        reason: None,
        created_at: None,
        ended_at: None,
        failed_instances: 0,
    }
}

struct World<'w> {
    organization: Organization,
    set: &'w mut ObservedStackSet,
}

impl World<'_> {
    fn call(mut self, call: &Write) -> BTreeSet<InstanceKey> {
        match call {
            Write::UpdateStackSet(update) => self.update_stack_set(update),
            Write::CreateStackInstances {
                targets, overrides, ..
            } => {
                self.knows(overrides.as_ref());
                self.create(targets, overrides.as_ref())
            }
            Write::UpdateStackInstances {
                targets, overrides, ..
            } => {
                self.knows(overrides.as_ref());
                let touched = self.bring_up_to_date(targets);
                self.override_values(&touched, overrides.as_ref());
                touched
            }
            Write::DeleteStackInstances { targets, .. } => self.delete(targets),
            Write::CreateStackSet { .. } | Write::DeleteStackSet => unreachable!(),
        }
    }

    /// Only parameters of the template that is there can be overridden.
    fn knows(&self, list: Option<&Overrides>) {
        for name in list.into_iter().flat_map(BTreeMap::keys) {
            let known = self.set.definition.parameters.contains_key(name);
            assert!(known, "{name} is not there yet");
        }
    }

    fn override_values(&mut self, touched: &BTreeSet<InstanceKey>, list: Option<&Overrides>) {
        let Some(list) = list else { return };
        for key in touched {
            let instance = self.set.instances.get_mut(key).unwrap();
            instance.overrides = Some(listed(list, instance.overrides.as_ref()));
        }
    }

    fn update_stack_set(&mut self, update: &UpdateStackSet) -> BTreeSet<InstanceKey> {
        let alone = update.managed_execution.is_some() || update.auto_deployment.is_some();
        let new = read_back(update.definition.clone());
        let old = &mut self.set.definition;
        let same_model = old.permission.is_service_managed() == new.permission.is_service_managed();
        old.tags = new.tags;
        old.description = new.description.or(old.description.take());
        if update.content {
            (old.template, old.parameters) = (new.template, new.parameters);
            for instance in self.set.instances.values_mut() {
                if instance.status != InstanceStatus::Inoperable {
                    (instance.status, instance.detailed) =
                        (InstanceStatus::Outdated, DetailedStatus::Pending);
                }
            }
        }
        let old = &mut self.set.definition;
        if !same_model || matches!(new.permission, Permission::SelfManaged { .. }) {
            assert!(same_model || self.set.instances.is_empty());
            old.permission = new.permission;
        } else if let Some(auto_deployment) = update.auto_deployment.clone() {
            old.permission = Permission::ServiceManaged { auto_deployment };
        }
        old.managed_execution = update.managed_execution.unwrap_or(old.managed_execution);
        if alone && same_model {
            assert!(!update.content && update.targets == CallTargets::Everything);
            return BTreeSet::new();
        }
        self.bring_up_to_date(&update.targets)
    }

    fn create(&mut self, targets: &CallTargets, list: Option<&Overrides>) -> BTreeSet<InstanceKey> {
        let mut touched = BTreeSet::new();
        let through = |key: &InstanceKey| match targets {
            CallTargets::Units { units, .. } => units
                .iter()
                .find(|unit| self.organization.is_below(&key.account, unit))
                .cloned(),
            _ => None,
        };
        for key in self.named(targets) {
            let account = self.organization.accounts.get(&key.account);
            let works = account.is_none_or(|account| account.state.is_active());
            if !works || self.set.instances.contains_key(&key) {
                continue;
            }
            let instance = ObservedInstance {
                unit: through(&key),
                overrides: Some(list.map(|list| listed(list, None)).unwrap_or_default()),
                ..current(None)
            };
            self.set.instances.insert(key.clone(), instance);
            touched.insert(key);
        }
        if let CallTargets::Units { units, regions, .. } = targets {
            assert!((1..=50).contains(&units.len()));
            for unit in units {
                let registered = self.set.registered.entry(unit.clone()).or_default();
                registered.extend(regions.iter().cloned());
            }
        }
        touched
    }

    fn bring_up_to_date(&mut self, targets: &CallTargets) -> BTreeSet<InstanceKey> {
        let reached = self.reached(targets);
        let mut touched = BTreeSet::new();
        for key in reached {
            let account = self.organization.accounts.get(&key.account);
            let works = account.is_none_or(|account| account.state.is_active());
            let instance = self.set.instances.get_mut(&key).unwrap();
            if works && instance.status != InstanceStatus::Inoperable {
                (instance.status, instance.detailed) = (InstanceStatus::Current, DetailedStatus::Succeeded);
                touched.insert(key);
            }
        }
        touched
    }

    fn delete(&mut self, targets: &CallTargets) -> BTreeSet<InstanceKey> {
        let touched = self.reached(targets);
        self.set.instances.retain(|key, _| !touched.contains(key));
        if let CallTargets::Units {
            units,
            filter: AccountFilter::None,
            regions,
        } = targets
        {
            for unit in units {
                let registered = self.set.registered.get_mut(unit).expect("registered");
                registered.retain(|region| !regions.contains(region));
                if registered.is_empty() {
                    self.set.registered.remove(unit);
                }
            }
        }
        touched
    }

    /// The instances that a call on existing ones reaches. For a self-managed StackSet each must be there.
    fn reached(&self, targets: &CallTargets) -> BTreeSet<InstanceKey> {
        match targets {
            CallTargets::Everything => self.set.instances.keys().cloned().collect(),
            CallTargets::Accounts { .. } => {
                let named = self.named(targets);
                assert!(named.iter().all(|key| self.set.instances.contains_key(key)));
                named
            }
            CallTargets::Units {
                units,
                filter,
                regions,
            } => {
                let meant = |key: &InstanceKey, instance: &ObservedInstance| {
                    let through = instance.unit.as_ref().is_some_and(|unit| units.contains(unit));
                    let below = units
                        .iter()
                        .any(|unit| self.organization.is_below(&key.account, unit));
                    (through || below) && regions.contains(&key.region) && passes(filter, key)
                };
                let found = self
                    .set
                    .instances
                    .iter()
                    .filter(|(key, instance)| meant(key, instance));
                found.map(|(key, _)| key.clone()).collect()
            }
        }
    }

    /// The instances that a call names, there or not.
    fn named(&self, targets: &CallTargets) -> BTreeSet<InstanceKey> {
        let accounts = match targets {
            CallTargets::Everything => BTreeSet::new(),
            CallTargets::Accounts { accounts, .. } => accounts.clone(),
            CallTargets::Units { units, .. } => units
                .iter()
                .flat_map(|unit| self.organization.members_below(unit))
                .collect(),
        };
        let rectangle = Rectangle {
            accounts,
            regions: targets.regions().iter().cloned().collect(),
        };
        match targets {
            CallTargets::Units { filter, .. } => rectangle.keys().filter(|key| passes(filter, key)).collect(),
            _ => rectangle.keys().collect(),
        }
    }
}

fn passes(filter: &AccountFilter, key: &InstanceKey) -> bool {
    match filter {
        AccountFilter::None => true,
        AccountFilter::Intersection(accounts) => accounts.contains(&key.account),
        AccountFilter::Difference(accounts) => !accounts.contains(&key.account),
    }
}
