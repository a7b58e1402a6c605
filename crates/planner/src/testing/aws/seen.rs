//! A StackSet of a world as a complete read gives it, read-back noise taken out (reference §1.4).

use std::collections::{BTreeMap, BTreeSet};

use model::definition::{AutoDeployment, Capability, Definition, ParameterValue, Permission};
use model::ids::{OperationId, StackSetName};
use model::instance::InstanceKey;
use model::observed::{ObservedInstance, ObservedStackSet, OperationSummary};
use simulator::world::{StackInstance, StackSet, StackSetOperation, StoredDefinition};

pub(super) fn stack_set(set: &StackSet, sparing: bool) -> ObservedStackSet {
    let operations = set.operations.iter().rev();
    let (over, running): (Vec<_>, Vec<_>) = operations.map(summary).partition(|it| it.status.is_terminal());
    let read = if sparing {
        read_sparingly(set)
    } else {
        set.instances.keys().collect()
    };
    let instances = set.instances.iter().map(|(key, found)| {
        let overrides = read
            .contains(key)
            .then(|| values(&set.definition, &found.overrides));
        (key.clone(), instance(found, overrides))
    });
    ObservedStackSet {
        id: set.id.clone(),
        definition: definition(set),
        instances: instances.collect(),
        registered: set
            .registered
            .iter()
            .map(|(unit, regions)| (unit.clone(), regions.clone()))
            .collect(),
        newest_operation: set.operations.last().map(summary),
        running,
        history: over,
        drift: None,
    }
}

/// What the StackSet says.
pub(super) fn definition(set: &StackSet) -> Definition {
    let stored = &set.definition;
    let capability = |name: &String| {
        let all = [Capability::Iam, Capability::NamedIam, Capability::AutoExpand];
        all.into_iter().find(|it| it.as_str() == name)
    };
    Definition {
        description: stored.description.clone(),
        template: stored.template.clone(),
        parameters: values(stored, &stored.parameters),
        tags: stored.tags.clone(),
        capabilities: stored.capabilities.iter().filter_map(capability).collect(),
        permission: permission(set),
        managed_execution: stored.managed_execution,
    }
}

/// Names of the StackSets that automatic deployment waits for.
fn names(stored: &StoredDefinition) -> BTreeSet<StackSetName> {
    let arns = stored.depends_on.iter().filter(|_| stored.auto_deployment);
    let names = arns.filter_map(|arn| arn.split_once(":stackset/")?.1.split(':').next());
    names.filter_map(|name| StackSetName::parse(name).ok()).collect()
}

fn permission(set: &StackSet) -> Permission {
    let stored = &set.definition;
    if stored.service_managed {
        return Permission::ServiceManaged {
            auto_deployment: AutoDeployment {
                enabled: stored.auto_deployment,
                retain_stacks: stored.auto_deployment && stored.retain_on_removal,
                depends_on: names(stored),
            },
        };
    }
    let read = Permission::SelfManaged {
        administration_role: stored.administration_role.clone(),
        execution_role: stored.execution_role.clone(),
    };
    read.without_default_roles("aws", &set.admin_account)
}

/// NoEcho values read back as `****`.
fn values(stored: &StoredDefinition, values: &BTreeMap<String, String>) -> BTreeMap<String, ParameterValue> {
    let hidden = |name: &str| stored.facts.parameter(name).is_some_and(|it| it.no_echo);
    let value = |(name, text): (&String, &String)| {
        let value = if hidden(name) {
            ParameterValue::Masked
        } else {
            ParameterValue::Plain(text.clone())
        };
        (name.clone(), value)
    };
    values.iter().map(value).collect()
}

fn instance(found: &StackInstance, overrides: Option<BTreeMap<String, ParameterValue>>) -> ObservedInstance {
    ObservedInstance {
        status: found.status.clone(),
        detailed: found.detailed.clone(),
        reason: found.reason.clone(),
        unit: found.unit.clone(),
        last_operation: found.last_operation.clone(),
        overrides,
    }
}

/// Where one operation of somebody else stands for many instances, and one of ours says by its id whether it left any.
fn read_sparingly(set: &StackSet) -> BTreeSet<&InstanceKey> {
    let mut foreign: BTreeMap<&Option<OperationId>, Vec<&InstanceKey>> = BTreeMap::new();
    let mut read = BTreeSet::new();
    for (key, found) in &set.instances {
        match &found.last_operation {
            Some(id) if id.leaves_own_values() => {
                read.insert(key);
            }
            Some(id) if id.is_ours() => {}
            _ => foreign.entry(&found.last_operation).or_default().push(key),
        }
    }
    for keys in foreign.values() {
        let has_some = |key: &&InstanceKey| !set.instances[*key].overrides.is_empty();
        let count = if keys.first().is_some_and(has_some) {
            keys.len()
        } else {
            1
        };
        read.extend(keys.iter().take(count));
    }
    read
}

fn summary(operation: &StackSetOperation) -> OperationSummary {
    OperationSummary {
        id: operation.id.clone(),
        action: operation.action.clone(),
        status: operation.status.clone(),
        reason: operation.reason.clone(),
        created_at: Some(operation.created_at),
        ended_at: operation.ended_at,
        failed_instances: operation.failed_instances(),
        preferences: Some(operation.preferences.clone()),
    }
}
