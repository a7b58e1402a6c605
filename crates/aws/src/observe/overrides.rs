//! Whose overrides are read: a call an instance, so only where they matter.
//!
//! One operation gives all of its instances the same overrides, and ours say in their ids whether the plan left any. So where the
//! manifest wants none, every instance is read that an operation of ours touched last which left some, and one instance stands
//! for all that the same operation of somebody else touched last; when that one has any, all of them are read. Overrides that an operation hid by touching everything once more stay unseen; reading every
//! instance finds those too.

use std::collections::BTreeMap;

use model::call::CallError;
use model::ids::{OperationId, StackSetId};
use model::instance::InstanceKey;
use model::observed::ObservedInstance;

use crate::Aws;
use crate::read::overrides::of_instances;

/// Instances of a StackSet.
pub(super) type Instances = BTreeMap<InstanceKey, ObservedInstance>;

/// Reads overrides into the instances of a StackSet: of every instance, or as sparingly as above.
pub(super) async fn fill_in(
    aws: &Aws,
    set: &StackSetId,
    instances: &mut Instances,
    every: bool,
) -> Result<(), CallError> {
    if every {
        return read(aws, set, instances, instances.keys().cloned().collect()).await;
    }
    let groups = foreign_groups(instances);
    let samples = groups.values().filter_map(|keys| keys.first().cloned());
    let left = instances.iter().filter(|(_, found)| has_own_values(found));
    let first = samples.chain(left.map(|(key, _)| key.clone())).collect();
    read(aws, set, instances, first).await?;
    let has_some = |key: &InstanceKey| {
        let found = instances.get(key).and_then(|found| found.overrides.as_ref());
        found.is_some_and(|overrides| !overrides.is_empty())
    };
    let like = groups.values().filter(|keys| keys.first().is_some_and(has_some));
    let rest = like.flat_map(|keys| keys.iter().skip(1).cloned()).collect();
    read(aws, set, instances, rest).await
}

/// Whether the instance may have values that a manifest of ours wanted once.
fn has_own_values(instance: &ObservedInstance) -> bool {
    let last = instance.last_operation.as_ref();
    last.is_some_and(OperationId::leaves_own_values)
}

/// Instances by the operation that touched them last, where it is not one of ours.
fn foreign_groups(instances: &Instances) -> BTreeMap<Option<OperationId>, Vec<InstanceKey>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (key, found) in instances {
        if !found.last_operation.as_ref().is_some_and(OperationId::is_ours) {
            let group = groups.entry(found.last_operation.clone()).or_default();
            group.push(key.clone());
        }
    }
    groups
}

async fn read(
    aws: &Aws,
    set: &StackSetId,
    instances: &mut Instances,
    keys: Vec<InstanceKey>,
) -> Result<(), CallError> {
    for (key, overrides) in of_instances(aws, set, keys).await? {
        if let Some(found) = instances.get_mut(&key) {
            found.overrides = Some(overrides);
        }
    }
    Ok(())
}
