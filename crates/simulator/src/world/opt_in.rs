//! Regions that an account has to switch on before it can be used in them.

use model::ids::{AccountId, Region};
use model::regions::{OFF_BY_DEFAULT, ON_BY_DEFAULT};

use super::World;

/// Whether an account has to switch a Region on. Regions that the simulator does not know are on.
pub(crate) fn is_opt_in(region: &str) -> bool {
    OFF_BY_DEFAULT.contains(&region)
}

/// Every Region that the simulator knows, in alphabetical order.
pub(crate) fn known_regions() -> Vec<&'static str> {
    let mut known: Vec<&str> = OFF_BY_DEFAULT.into_iter().chain(ON_BY_DEFAULT).collect();
    known.sort_unstable();
    known
}

impl World {
    /// Whether an account can be used in a Region.
    pub fn region_is_on(&self, account: &AccountId, region: &Region) -> bool {
        !is_opt_in(region.as_str())
            || self
                .opt_in_regions
                .get(account)
                .is_some_and(|regions| regions.contains(region))
    }
}
