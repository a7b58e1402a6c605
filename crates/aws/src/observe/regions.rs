//! Which accounts are asked whether they have enabled a Region.

use std::collections::{BTreeMap, BTreeSet};

use model::call::CallError;
use model::desired::Request;
use model::ids::{AccountId, Region, StackSetName};
use model::instance::InstanceStatus;
use model::observed::ObservedStackSet;
use model::organization::Organization;

use crate::Aws;
use crate::read::disabled_regions;

/// Wanted Regions that active accounts have not enabled. An account is asked only about Regions that are off by default and in
/// which none of its instances proves that they are on.
pub(super) async fn disabled(
    aws: &Aws,
    request: &Request,
    organization: &Organization,
    stack_sets: &BTreeMap<StackSetName, ObservedStackSet>,
) -> Result<BTreeMap<AccountId, BTreeSet<Region>>, CallError> {
    let wanted = request.regions.iter();
    let wanted: BTreeSet<&Region> = wanted.filter(|region| region.may_be_off()).collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let active = organization.accounts.iter();
    let active = active.filter(|(_, account)| account.state.is_active());
    let mut asked: BTreeMap<AccountId, BTreeSet<Region>> = active
        .map(|(account, _)| {
            (
                account.clone(),
                wanted.iter().map(|&region| region.clone()).collect(),
            )
        })
        .collect();
    for (key, instance) in stack_sets.values().flat_map(|set| &set.instances) {
        if instance.status == InstanceStatus::Current
            && let Some(regions) = asked.get_mut(&key.account)
        {
            regions.remove(&key.region);
        }
    }
    disabled_regions::disabled(aws, &request.admin_account, asked).await
}
