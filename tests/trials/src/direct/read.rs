//! From the simulator's nouns to the model's, as AWS reads back and `aws` normalises (reference §1.4).

use std::collections::{BTreeMap, BTreeSet};

use model::call::{Described, InstanceResult, ResultStatus};
use model::definition::{
    AutoDeployment, Capability, DEFAULT_ADMINISTRATION_ROLE, DEFAULT_EXECUTION_ROLE, Definition,
    ParameterValue, Permission,
};
use model::ids::{StackSetId, StackSetName};
use model::instance::InstanceKey;
use model::observed::{ObservedInstance, OperationSummary};
use model::organization::{Account, Organization, Unit};
use simulator::world::{
    CellStatus, ListOrder, OrganizationState, StackSet, StackSetOperation, StoredDefinition, World,
};

/// Every StackSet that is there, for the account that the case is about.
pub(super) fn there(world: &World) -> impl Iterator<Item = &StackSet> {
    let sets = world.stack_sets.values().flat_map(BTreeMap::values);
    let owner = &world.organization.management_account;
    sets.filter(move |set| !set.deleted && set.admin_account == *owner)
}

pub(super) fn named<'w>(world: &'w World, name: &str) -> Option<&'w StackSet> {
    there(world).find(|set| set.name() == name)
}

pub(super) fn by_id<'w>(world: &'w World, id: &StackSetId) -> Option<&'w StackSet> {
    there(world).find(|set| set.id == *id)
}

pub(super) fn described(set: &StackSet) -> Described {
    Described {
        id: set.id.clone(),
        definition: definition(&set.definition),
        drift: None,
    }
}

/// What a StackSet says, without read-back noise.
pub(super) fn definition(stored: &StoredDefinition) -> Definition {
    let capability = |text: &String| match text.as_str() {
        "CAPABILITY_IAM" => Some(Capability::Iam),
        "CAPABILITY_NAMED_IAM" => Some(Capability::NamedIam),
        "CAPABILITY_AUTO_EXPAND" => Some(Capability::AutoExpand),
        _ => None,
    };
    Definition {
        description: stored.description.clone().filter(|text| !text.is_empty()),
        template: stored.template.clone(),
        parameters: values(stored, &stored.parameters),
        tags: stored.tags.clone(),
        capabilities: stored.capabilities.iter().filter_map(capability).collect(),
        permission: permission(stored),
        managed_execution: stored.managed_execution,
    }
}

fn values(stored: &StoredDefinition, given: &BTreeMap<String, String>) -> BTreeMap<String, ParameterValue> {
    let value = |(name, value): (&String, &String)| {
        let masked = stored.facts.parameter(name).is_some_and(|facts| facts.no_echo);
        let value = if masked {
            ParameterValue::Masked
        } else {
            ParameterValue::Plain(value.clone())
        };
        (name.clone(), value)
    };
    given.iter().map(value).collect()
}

fn permission(stored: &StoredDefinition) -> Permission {
    if stored.service_managed {
        return Permission::ServiceManaged {
            auto_deployment: AutoDeployment {
                enabled: stored.auto_deployment,
                retain_stacks: stored.auto_deployment && stored.retain_on_removal,
                depends_on: dependencies(stored),
            },
        };
    }
    let custom = |arn: &String| !arn.ends_with(&format!(":role/{DEFAULT_ADMINISTRATION_ROLE}"));
    Permission::SelfManaged {
        administration_role: stored.administration_role.clone().filter(custom),
        execution_role: stored
            .execution_role
            .clone()
            .filter(|role| role != DEFAULT_EXECUTION_ROLE),
    }
}

/// Names of the StackSets that ARNs are of.
fn dependencies(stored: &StoredDefinition) -> BTreeSet<StackSetName> {
    let arns = stored.depends_on.iter().filter(|_| stored.auto_deployment);
    let names = arns.filter_map(|arn| arn.split_once(":stackset/")?.1.split(':').next());
    names.filter_map(|name| StackSetName::parse(name).ok()).collect()
}

/// Instances; overrides of each when they are asked for.
pub(super) fn instances(set: &StackSet, overrides: bool) -> BTreeMap<InstanceKey, ObservedInstance> {
    let observed = set.instances.iter().map(|(key, instance)| {
        let observed = ObservedInstance {
            status: instance.status.clone(),
            detailed: instance.detailed.clone(),
            reason: instance.reason.clone(),
            unit: instance.unit.clone(),
            last_operation: instance.last_operation.clone(),
            overrides: overrides.then(|| values(&set.definition, &instance.overrides)),
        };
        (key.clone(), observed)
    });
    observed.collect()
}

pub(super) fn operation(found: &StackSetOperation) -> OperationSummary {
    OperationSummary {
        id: found.id.clone(),
        action: found.action.clone(),
        status: found.status.clone(),
        reason: found.reason.clone(),
        created_at: Some(found.created_at),
        ended_at: found.ended_at,
        failed_instances: found.failed_instances(),
        preferences: Some(found.preferences.clone()),
    }
}

/// Newest first, as `aws` sorts them; those of one moment in any order where the world's knob says so.
pub(super) fn operations(world: &World, set: &StackSet) -> Vec<OperationSummary> {
    let mut list: Vec<_> = set.operations.iter().rev().map(operation).collect();
    if world.knobs.list_order == ListOrder::Shuffled {
        list.sort_by_key(|one| model::digest::Digest::of_bytes(one.id.as_str().as_bytes()).to_string());
    }
    list.sort_by_key(|one| std::cmp::Reverse(one.created_at));
    list
}

pub(super) fn results(found: &StackSetOperation) -> Vec<InstanceResult> {
    let result = |(key, cell): (&InstanceKey, &simulator::world::OperationCell)| InstanceResult {
        key: key.clone(),
        status: match cell.status {
            CellStatus::Pending => ResultStatus::Pending,
            CellStatus::Running => ResultStatus::Running,
            CellStatus::Succeeded => ResultStatus::Succeeded,
            CellStatus::Failed => ResultStatus::Failed,
            CellStatus::Cancelled => ResultStatus::Cancelled,
        },
        reason: cell.reason.clone(),
    };
    found.cells.iter().map(result).collect()
}

pub(super) fn organization(state: &OrganizationState) -> Organization {
    let unit = |unit: &simulator::world::UnitState| Unit {
        name: unit.name.clone(),
        parent: unit.parent.clone(),
    };
    let account = |account: &simulator::world::MemberAccount| Account {
        name: account.name.clone(),
        email: account.email.clone(),
        state: account.state.clone(),
        parent: account.parent.clone(),
        tags: BTreeMap::new(),
    };
    Organization {
        id: state.id.clone(),
        root: state.root.clone(),
        management_account: state.management_account.clone(),
        units: state
            .units
            .iter()
            .map(|(id, it)| (id.clone(), unit(it)))
            .collect(),
        accounts: state
            .accounts
            .iter()
            .map(|(id, it)| (id.clone(), account(it)))
            .collect(),
    }
}
