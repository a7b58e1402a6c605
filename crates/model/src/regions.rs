//! Which Regions an account has from the start, and which it has to enable (reference §9).

use crate::ids::Region;

/// Regions that every account has from the start.
pub const ON_BY_DEFAULT: [&str; 17] = [
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

/// Regions that an account has to enable; AWS adds to them.
pub const OFF_BY_DEFAULT: [&str; 17] = [
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

/// Partitions whose Regions are all on.
const WHOLE_PARTITIONS: [&str; 2] = ["cn-", "us-gov-"];

impl Region {
    /// Whether an account may have to enable the Region before it can be used. The list of those grows, so all that are not
    /// known to be on are taken for off.
    pub fn may_be_off(&self) -> bool {
        let name = self.as_str();
        !ON_BY_DEFAULT.contains(&name) && !WHOLE_PARTITIONS.iter().any(|part| name.starts_with(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_the_other_partitions_and_the_first_ones_are_on_by_default() {
        let opt_in = |name| Region::parse(name).unwrap().may_be_off();
        assert!(!opt_in("eu-west-1") && !opt_in("us-gov-west-1") && !opt_in("cn-north-1"));
        assert!(opt_in("eu-south-2") && opt_in("ap-east-1") && opt_in("xx-new-1"));
    }
}
