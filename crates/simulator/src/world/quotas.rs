//! Limits of AWS on what is at work at one time.

use std::collections::BTreeMap;

use model::ids::{AccountId, Region};
use serde::{Deserialize, Serialize};

use super::World;

/// Limits that a world's owner may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// Instances of all StackSets of one administrator account that operations work on at one time in one Region; more wait
    /// (reference §5.2).
    pub instances_at_work: u64,
}

/// Instances at work by administrator account and Region.
pub type AtWork = BTreeMap<AccountId, BTreeMap<Region, u64>>;

impl Default for Quotas {
    fn default() -> Self {
        Self {
            instances_at_work: 10_000,
        }
    }
}

impl World {
    /// An instance is at work from now on.
    pub(crate) fn work_starts(&mut self, administrator: &AccountId, region: &Region) {
        let regions = self.at_work.entry(administrator.clone()).or_default();
        match regions.get_mut(region) {
            Some(count) => *count += 1,
            None => {
                regions.insert(region.clone(), 1);
            }
        }
    }

    /// An instance is at work no more; whether others had to wait for that.
    pub(crate) fn work_ends(&mut self, administrator: &AccountId, region: &Region) -> bool {
        let most = self.quotas.instances_at_work;
        let Some(regions) = self.at_work.get_mut(administrator) else {
            return false;
        };
        let Some(count) = regions.get_mut(region) else {
            return false;
        };
        let was_full = *count >= most;
        *count = count.saturating_sub(1);
        if *count == 0 {
            regions.remove(region);
        }
        if regions.is_empty() {
            self.at_work.remove(administrator);
        }
        was_full
    }
}
