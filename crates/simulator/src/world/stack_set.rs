//! StackSets, what they say, and their instances.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, OperationId, Region, StackSetId, UnitId};
use model::instance::{DetailedStatus, InstanceKey, InstanceStatus};
use serde::{Deserialize, Serialize};

use super::{DriftCheck, InstanceDrift, StackSetOperation, TemplateFacts, keyed};

/// A StackSet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackSet {
    /// Its id.
    pub id: StackSetId,
    /// The account that it lives in.
    pub admin_account: AccountId,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The idempotency token of its creation.
    pub client_request_token: Option<String>,
    /// Whether an `UpdateStackSet` was accepted since its creation.
    #[serde(default)]
    pub modified: bool,
    /// What it says, as stored.
    pub definition: StoredDefinition,
    /// Registered unit × Region targets.
    pub registered: BTreeMap<UnitId, BTreeSet<Region>>,
    /// Its instances; changed through [`StackSet::put_instance`] and [`StackSet::remove_instance`].
    #[serde(with = "keyed")]
    pub instances: BTreeMap<InstanceKey, StackInstance>,
    /// How many instances a Region has, so that a description need not count them.
    #[serde(default)]
    pub instances_by_region: BTreeMap<Region, u64>,
    /// Its operations, oldest first.
    pub operations: Vec<StackSetOperation>,
    /// The last drift detection that came to an end.
    #[serde(default)]
    pub drift: Option<DriftCheck>,
}

/// A definition in the service's own terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the service has that many switches")]
pub struct StoredDefinition {
    /// The description.
    pub description: Option<String>,
    /// The template's text.
    pub template: String,
    /// A value for every parameter of the template.
    pub parameters: BTreeMap<String, String>,
    /// Acknowledged with the last call.
    pub capabilities: BTreeSet<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The administration role's ARN (self-managed: also when it is the default one).
    pub administration_role: Option<String>,
    /// The execution role's name.
    pub execution_role: Option<String>,
    /// `SERVICE_MANAGED`
    pub service_managed: bool,
    /// `AutoDeployment.Enabled`
    pub auto_deployment: bool,
    /// `AutoDeployment.RetainStacksOnAccountRemoval`
    pub retain_on_removal: bool,
    /// `AutoDeployment.DependsOn`
    pub depends_on: Vec<String>,
    /// `ManagedExecution.Active`
    pub managed_execution: bool,
    /// What is known about the template.
    #[serde(default)]
    pub facts: TemplateFacts,
}

/// A stack instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackInstance {
    /// Whether it is as the StackSet says.
    pub status: InstanceStatus,
    /// What the last operation did.
    pub detailed: DetailedStatus,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The unit given as target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The operation that touched it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_operation: Option<OperationId>,
    /// Its own values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<String, String>,
    /// The ARN of its stack, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack_id: Option<String>,
    /// What the last drift detection found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<InstanceDrift>,
}

impl StackSet {
    /// A StackSet without instances.
    pub fn new(id: StackSetId, admin_account: AccountId, definition: StoredDefinition) -> Self {
        Self {
            id,
            admin_account,
            deleted: false,
            client_request_token: None,
            modified: false,
            definition,
            registered: BTreeMap::new(),
            instances: BTreeMap::new(),
            instances_by_region: BTreeMap::new(),
            operations: Vec::new(),
            drift: None,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.id.name()
    }

    /// Puts an instance in place, in the place of the one that was there.
    pub fn put_instance(&mut self, key: InstanceKey, instance: StackInstance) {
        let region = key.region.clone();
        if self.instances.insert(key, instance).is_none() {
            *self.instances_by_region.entry(region).or_default() += 1;
        }
    }

    /// Takes an instance away.
    pub fn remove_instance(&mut self, key: &InstanceKey) {
        if self.instances.remove(key).is_none() {
            return;
        }
        if let Some(count) = self.instances_by_region.get_mut(&key.region) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.instances_by_region.remove(&key.region);
            }
        }
    }

    /// The operation of an id. Looked for from the newest, which is the one that is asked about.
    pub fn operation(&self, id: &OperationId) -> Option<&StackSetOperation> {
        self.operations.iter().rev().find(|operation| operation.id == *id)
    }

    /// [`StackSet::operation`], to change it.
    pub fn operation_mut(&mut self, id: &OperationId) -> Option<&mut StackSetOperation> {
        self.operations
            .iter_mut()
            .rev()
            .find(|operation| operation.id == *id)
    }

    /// Operations that hold or wait for the slot, oldest first.
    pub fn active_operations(&self) -> impl DoubleEndedIterator<Item = &StackSetOperation> {
        self.operations
            .iter()
            .filter(|operation| !operation.status.is_terminal())
    }

    /// Whether an operation holds or waits for the slot.
    pub fn is_busy(&self) -> bool {
        self.active_operations().next().is_some()
    }
}

impl StackInstance {
    /// An import that came to nothing: the stack is not the instance's, so that no deletion takes it away (reference §2.9).
    pub fn import_failed(&mut self) {
        self.status = InstanceStatus::Inoperable;
        self.detailed = DetailedStatus::FailedImport;
        self.stack_id = None;
    }

    /// An instance that no operation has reached yet.
    pub fn pending(unit: Option<UnitId>) -> Self {
        Self {
            status: InstanceStatus::Outdated,
            detailed: DetailedStatus::Pending,
            reason: None,
            unit,
            last_operation: None,
            overrides: BTreeMap::new(),
            stack_id: None,
            drift: None,
        }
    }
}
