//! Questions, one file for each noun. Each answer is whole, or it is a refusal.

pub(crate) mod account_tags;
pub(crate) mod alarms;
pub(crate) mod definition;
pub(crate) mod disabled_regions;
pub(crate) mod drifts;
pub(crate) mod identity;
pub(crate) mod instances;
pub(crate) mod operations;
pub(crate) mod organization;
pub(crate) mod overrides;
pub(crate) mod registered;
pub(crate) mod ssm;
pub(crate) mod stack_sets;

/// Rows on a page, as many as CloudFormation gives (reference §1.1).
const PAGE: i32 = 100;
