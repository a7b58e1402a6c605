//! Regions that an account has to switch on before it can be used in them.

use model::ids::{AccountId, Region};

use super::World;

/// Regions that are off until an account switches them on (reference §9).
const OPT_IN: [&str; 17] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

/// Regions that every account can use (reference §9).
const ALWAYS_ON: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Whether an account has to switch a Region on. Regions that the simulator does not know are on.
pub(crate) fn is_opt_in(region: &str) -> bool {
    OPT_IN.contains(&region)
}

/// Every Region that the simulator knows, in alphabetical order.
pub(crate) fn known_regions() -> Vec<&'static str> {
    let mut known: Vec<&str> = OPT_IN.into_iter().chain(ALWAYS_ON).collect();
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
