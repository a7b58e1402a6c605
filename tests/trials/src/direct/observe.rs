//! What a plan is made from, read in one go.

use std::collections::{BTreeMap, BTreeSet};

use model::PROJECT_TAG;
use model::desired::{Desired, Request};
use model::ids::StackSetName;
use model::instance::InstanceKey;
use model::observed::{Observed, ObservedInstance, ObservedStackSet, OperationSummary, OtherStackSet};
use simulator::world::{StackSet, World};

use super::{Direct, read};

impl Direct {
    /// Everything that a plan for this manifest needs; every override is read.
    pub fn observe(&self, desired: &Desired) -> Observed {
        let request = desired.request();
        let identity = self.who();
        let secrets = self.secrets.keys().filter_map(|it| it.strip_prefix("env:"));
        let secrets: BTreeSet<String> = secrets.map(str::to_owned).collect();
        self.simulator().look(|world| Observed {
            taken_at: world.now,
            identity,
            organization: read::organization(&world.organization),
            trusted_access: world.organizations_access,
            stack_sets: stack_sets(world, &request),
            others: others(world, &request),
            environment: BTreeMap::new(),
            secrets,
            ssm: BTreeMap::new(),
            templates: BTreeMap::new(),
            disabled_regions: BTreeMap::new(),
            git: None,
        })
    }
}

impl Direct {
    /// The instances of a StackSet as a list shows them that lags so many seconds behind.
    pub(crate) fn instances_before(
        &self,
        seconds: u64,
        set: &StackSetName,
    ) -> BTreeMap<InstanceKey, ObservedInstance> {
        let found = |world: &World| read::named(world, set.as_str()).map(|set| read::instances(set, true));
        self.simulator().look_back(seconds, found).unwrap_or_default()
    }
}

fn name(set: &StackSet) -> StackSetName {
    StackSetName::parse(set.name()).expect("a StackSet has a name")
}

fn stack_sets(world: &World, request: &Request) -> BTreeMap<StackSetName, ObservedStackSet> {
    let wanted = read::there(world).map(|set| (name(set), set));
    let wanted = wanted.filter(|(name, _)| request.stack_sets.contains(name));
    wanted.map(|(name, set)| (name, observed(world, set))).collect()
}

fn observed(world: &World, set: &StackSet) -> ObservedStackSet {
    let operations = read::operations(world, set);
    let newest_operation = operations.first().cloned();
    let is_over = |operation: &OperationSummary| operation.status.is_terminal();
    let (history, running) = operations.into_iter().partition(is_over);
    let service_managed = set.definition.service_managed;
    ObservedStackSet {
        id: set.id.clone(),
        definition: read::definition(&set.definition),
        instances: read::instances(set, true),
        registered: if service_managed {
            set.registered.clone()
        } else {
            BTreeMap::new()
        },
        newest_operation,
        running,
        history,
        drift: None,
    }
}

fn others(world: &World, request: &Request) -> BTreeMap<StackSetName, OtherStackSet> {
    let others = read::there(world).map(|set| (name(set), set));
    let others = others.filter(|(name, _)| !request.stack_sets.contains(name));
    let other = |set: &StackSet| OtherStackSet {
        id: set.id.clone(),
        project: set.definition.tags.get(PROJECT_TAG).cloned(),
        instances: None,
    };
    others.map(|(name, set)| (name, other(set))).collect()
}
