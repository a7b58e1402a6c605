//! What was observed, put into a world.

use std::collections::{BTreeMap, BTreeSet};

use model::definition::{
    DEFAULT_ADMINISTRATION_ROLE, DEFAULT_EXECUTION_ROLE, Definition, ParameterValue, Permission,
};
use model::digest::Digest;
use model::ids::{AccountId, StackSetName};
use model::instance::InstanceKey;
use model::observed::{Observed, ObservedInstance, ObservedStackSet};
use simulator::cloudformation::answer;
use simulator::world::{
    Knobs, MemberAccount, OrganizationState, Stack, StackInstance, Timing, UnitState, World, stack_name,
};

use super::{Aws, form};
use crate::testing::world::account;

/// A world without StackSets: all that its file must say.
const EMPTY: &str = "[organization]\nmanagement_account = \"100000000000\"\n\n[[account]]\nid = \"100000000000\"\nname = \"management\"\n";

pub(super) fn organization(observed: &Observed, knobs: Knobs) -> World {
    let mut none = |path: &str| Err(format!("no file {path}"));
    let mut world = simulator::world_file::read(EMPTY, "world.toml", &mut none).unwrap();
    world.now = observed.taken_at;
    world.knobs = knobs;
    world.timing = Timing {
        instance_least: 1,
        instance_most: 1,
        operation_start: 0,
        ..Timing::default()
    };
    world.caller = observed.identity.account.clone();
    world.organization = tree(observed);
    world.roles = roles(observed);
    world
}

fn tree(observed: &Observed) -> OrganizationState {
    let organization = &observed.organization;
    let accounts = organization.accounts.iter().map(|(id, account)| {
        let member = MemberAccount {
            name: account.name.clone(),
            email: account.email.clone(),
            state: account.state.clone(),
            parent: account.parent.clone(),
            joined_at: observed.taken_at,
        };
        (id.clone(), member)
    });
    let units = organization.units.iter().map(|(id, unit)| {
        let state = UnitState {
            name: unit.name.clone(),
            parent: unit.parent.clone(),
        };
        (id.clone(), state)
    });
    OrganizationState {
        id: organization.id.clone(),
        root: organization.root.clone(),
        management_account: organization.management_account.clone(),
        units: units.collect(),
        accounts: accounts.collect(),
        service_access: BTreeMap::new(),
        in_creation: BTreeMap::new(),
        tags: BTreeMap::new(),
    }
}

/// The roles of self-managed StackSets, in every account that is, was or will be there.
fn roles(observed: &Observed) -> BTreeMap<AccountId, BTreeSet<String>> {
    let members = observed.organization.accounts.keys().cloned();
    let accounts = members.chain((1_000..1_010).map(account));
    let both = [DEFAULT_ADMINISTRATION_ROLE, DEFAULT_EXECUTION_ROLE].map(str::to_owned);
    accounts
        .map(|account| (account, BTreeSet::from(both.clone())))
        .collect()
}

impl Aws {
    /// Makes a StackSet by its call, then gives it what was observed of it.
    pub(super) fn put(&mut self, name: &StackSetName, observed: &ObservedStackSet) {
        let sent = form::create(name.as_str(), &unmasked(&observed.definition));
        let made = answer(&mut self.world, &self.caller, &self.home, sent.as_bytes());
        assert_eq!(made.status, 200, "{name} cannot be made: {}", made.body);
        let instances = observed.instances.iter();
        let instances: Vec<_> = instances
            .map(|(key, found)| (key.clone(), instance(name, key, found)))
            .collect();
        for (key, instance) in &instances {
            let id = instance.stack_id.clone().unwrap();
            self.world
                .put_stack(key, stack_name(&id), stack(&id, &observed.definition));
        }
        self.change(name, |set| {
            set.registered.clone_from(&observed.registered);
            for (key, instance) in instances {
                set.put_instance(key, instance);
            }
        });
    }

    /// Gives it the StackSets that its automatic deployment waits for, when all are there.
    pub(super) fn depend(&mut self, name: &StackSetName, observed: &ObservedStackSet) {
        if let Permission::ServiceManaged { auto_deployment } = &observed.definition.permission {
            let arns = auto_deployment.depends_on.iter().map(|name| self.arn(name));
            let arns = arns.collect();
            self.change(name, |set| set.definition.depends_on = arns);
        }
    }
}

/// Values that nobody can see are there all the same, and the StackSets that it waits for come later.
fn unmasked(definition: &Definition) -> Definition {
    let mut definition = definition.clone();
    for value in definition.parameters.values_mut() {
        *value = ParameterValue::Plain(text(value));
    }
    if let Permission::ServiceManaged { auto_deployment } = &mut definition.permission {
        auto_deployment.depends_on.clear();
    }
    definition
}

fn text(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Plain(text) => text.clone(),
        _ => "hidden".to_owned(),
    }
}

fn instance(name: &StackSetName, key: &InstanceKey, found: &ObservedInstance) -> StackInstance {
    let overrides = found.overrides.iter().flatten();
    StackInstance {
        status: found.status.clone(),
        detailed: found.detailed.clone(),
        reason: found.reason.clone(),
        unit: found.unit.clone(),
        last_operation: found.last_operation.clone(),
        overrides: overrides
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        stack_id: Some(format!(
            "arn:aws:cloudformation:{}:{}:stack/StackSet-{name}-1/1",
            key.region, key.account
        )),
        drift: None,
    }
}

fn stack(id: &str, definition: &Definition) -> Stack {
    Stack {
        id: id.to_owned(),
        template: Digest::of_bytes(definition.template.as_bytes()),
        parameters: BTreeMap::new(),
        global_names: BTreeSet::new(),
        kept_names: BTreeSet::new(),
        termination_protection: false,
        changes: BTreeMap::new(),
    }
}
