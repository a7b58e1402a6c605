//! Operation preferences (reference §3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::Region;

/// How one operation spreads over accounts and Regions. AWS stores none of it: every call carries its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationPreferences {
    /// Whether Regions go one after another.
    pub region_concurrency: RegionConcurrency,
    /// The order of Regions; empty leaves it to AWS.
    pub region_order: Vec<Region>,
    /// Failures per Region that still count as success.
    pub failure_tolerance: Amount,
    /// Accounts worked on at once in a Region; at least one even if the share rounds to none.
    pub max_concurrent: Amount,
    /// Whether failures lower the concurrency.
    pub concurrency_mode: ConcurrencyMode,
}

/// Regions one after another or side by side (`RegionConcurrencyType`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionConcurrency {
    /// A Region starts when the one before it is done within tolerance.
    #[default]
    Sequential,
    /// All Regions at once.
    Parallel,
}

/// What AWS does with the concurrency when instances fail (`ConcurrencyMode`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConcurrencyMode {
    /// At most tolerance + 1 at once, fewer with every failure.
    #[default]
    Strict,
    /// Always the maximum; failures may exceed the tolerance.
    Soft,
}

/// A number of accounts or a share of them: AWS refuses both together, so it is one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// So many accounts.
    Count(u32),
    /// So many of a hundred, rounded down.
    Percent(u8),
}

impl Default for Amount {
    /// Nothing given: AWS takes 0 as tolerance and 1 as concurrency.
    fn default() -> Self {
        Self::Count(0)
    }
}

impl Amount {
    /// The number of accounts that this is of `total`, rounded down (reference §3.2).
    pub fn of(self, total: u64) -> u64 {
        match self {
            Self::Count(count) => u64::from(count),
            Self::Percent(percent) => total * u64::from(percent) / 100,
        }
    }
}

impl OperationPreferences {
    /// The failures that one Region with `accounts` targets tolerates.
    pub fn tolerance(&self, accounts: u64) -> u64 {
        self.failure_tolerance.of(accounts)
    }

    /// The accounts that AWS works on at once at the start, in a Region with `accounts` targets (reference §3.2).
    pub fn effective_concurrency(&self, accounts: u64) -> u64 {
        let wanted = self.max_concurrent.of(accounts).max(1);
        let allowed = match self.concurrency_mode {
            ConcurrencyMode::Strict => wanted.min(self.tolerance(accounts) + 1),
            ConcurrencyMode::Soft => wanted,
        };
        allowed.min(accounts.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_concurrency_is_lowered_to_tolerance_plus_one() {
        let preferences = OperationPreferences {
            failure_tolerance: Amount::Count(5),
            max_concurrent: Amount::Count(10),
            ..OperationPreferences::default()
        };
        assert_eq!(preferences.effective_concurrency(100), 6);
    }

    #[test]
    fn shares_round_down_and_concurrency_is_at_least_one() {
        let preferences = OperationPreferences {
            failure_tolerance: Amount::Percent(20),
            max_concurrent: Amount::Percent(5),
            concurrency_mode: ConcurrencyMode::Soft,
            ..OperationPreferences::default()
        };
        assert_eq!(preferences.tolerance(10), 2);
        assert_eq!(preferences.effective_concurrency(10), 1);
    }
}
