//! What an operation did to single instances, and why AWS says it failed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::instance::InstanceKey;

/// Words of reasons that pass by themselves.
const TRANSIENT: [&str; 5] = [
    "Rate exceeded",
    "Throttl",
    "ServiceUnavailable",
    "InternalFailure",
    "Internal Failure",
];

/// What an operation did to one instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InstanceResult {
    /// Which one.
    pub key: InstanceKey,
    /// How it went.
    pub status: ResultStatus,
    /// Why, in AWS's words.
    pub reason: Option<String>,
}

/// `StackSetOperationResult.Status`
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResultStatus {
    /// Not started.
    Pending,
    /// At work.
    Running,
    /// Done.
    Succeeded,
    /// Failed.
    Failed,
    /// Never tried.
    Cancelled,
    /// A value that this version does not know; never taken for success.
    Other(String),
}

impl InstanceResult {
    /// Whether nothing more happens to the instance in this operation.
    pub fn is_over(&self) -> bool {
        matches!(
            self.status,
            ResultStatus::Succeeded | ResultStatus::Failed | ResultStatus::Cancelled
        )
    }

    /// AWS leaves out suspended accounts and says so in words only (reference §4.4).
    pub fn is_skipped(&self) -> bool {
        let told = self.reason.as_deref();
        self.status != ResultStatus::Succeeded
            && self.is_over()
            && told.is_some_and(|reason| reason.contains("account is suspended"))
    }

    /// Whether it failed or was never tried; not when AWS leaves it out because its account is suspended.
    pub fn is_failure(&self) -> bool {
        matches!(self.status, ResultStatus::Failed | ResultStatus::Cancelled) && !self.is_skipped()
    }

    /// The resource that failed first, when AWS names it.
    pub fn resource(&self) -> Option<FailedResource<'_>> {
        FailedResource::of(self.reason.as_deref()?)
    }

    /// Whether the reason is one that passes by itself, so that another try may do.
    pub fn is_transient(&self) -> bool {
        let told = self.reason.as_deref().unwrap_or_default();
        TRANSIENT.iter().any(|word| told.contains(word))
    }

    /// The reason as it reads the same for every account and Region that has it: its own id and Region are taken out.
    fn common_reason(&self) -> String {
        let told = self.reason.as_deref().unwrap_or_default();
        told.replace(self.key.account.as_str(), "ACCOUNT")
            .replace(self.key.region.as_str(), "REGION")
    }
}

/// The first resource of a stack that failed, as the reason of an instance names it (reference §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FailedResource<'a> {
    /// Its name in the template.
    pub logical_id: &'a str,
    /// For example `AWS::IAM::Role`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// Why, without the names.
    #[serde(skip)]
    pub reason: &'a str,
}

impl<'a> FailedResource<'a> {
    /// Reads `ResourceLogicalId:A, ResourceType:B, ResourceStatusReason:C`; none for any other reason.
    pub fn of(reason: &'a str) -> Option<Self> {
        let rest = reason.trim_start().strip_prefix("ResourceLogicalId:")?;
        let (logical_id, rest) = rest.split_once(", ResourceType:")?;
        let (kind, reason) = rest.split_once(", ResourceStatusReason:")?;
        Some(Self {
            logical_id: logical_id.trim(),
            kind: kind.trim(),
            reason: reason.trim().trim_end_matches('.'),
        })
    }
}

/// Failed and cancelled instances by reason: equal reasons together, also where they differ in nothing but the instance's own
/// account and Region. A reason is told as its first instance has it.
pub fn by_reason<'r>(
    results: impl IntoIterator<Item = &'r InstanceResult>,
) -> BTreeMap<String, Vec<InstanceResult>> {
    let mut alike: BTreeMap<(bool, String), Vec<InstanceResult>> = BTreeMap::new();
    for result in results.into_iter().filter(|result| result.is_failure()) {
        let cancelled = result.status == ResultStatus::Cancelled;
        let key = (cancelled, result.common_reason());
        alike.entry(key).or_default().push(result.clone());
    }
    let mut told: BTreeMap<String, Vec<InstanceResult>> = BTreeMap::new();
    for results in alike.into_values() {
        let first = results.first().and_then(|result| result.reason.clone());
        let reason = first.unwrap_or_else(|| "no reason given".to_owned());
        told.entry(reason).or_default().extend(results);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, Region};

    fn failed(account: &str, reason: &str) -> InstanceResult {
        InstanceResult {
            key: InstanceKey {
                account: AccountId::parse(account).unwrap(),
                region: Region::parse("eu-west-1").unwrap(),
            },
            status: ResultStatus::Failed,
            reason: Some(reason.to_owned()),
        }
    }

    #[test]
    fn a_reason_of_a_resource_is_taken_apart_and_any_other_is_not() {
        let told =
            "ResourceLogicalId:AuditRole, ResourceType:AWS::IAM::Role, ResourceStatusReason:it exists.";
        let found = FailedResource::of(told).unwrap();
        assert_eq!(
            (found.logical_id, found.kind, found.reason),
            ("AuditRole", "AWS::IAM::Role", "it exists")
        );
        assert_eq!(FailedResource::of("Account 1 should have a role"), None);
    }

    #[test]
    fn reasons_that_differ_in_the_own_account_alone_are_one() {
        let results = [
            failed("111111111111", "Account 111111111111 should have a role"),
            failed("222222222222", "Account 222222222222 should have a role"),
            failed("333333333333", "Account 111111111111 should have a role"),
        ];
        let counts: Vec<usize> = by_reason(&results).into_values().map(|all| all.len()).collect();
        // The third names another account than its own: its reason is not the same.
        assert_eq!(counts.iter().sum::<usize>(), 3);
        let told = by_reason(&results[..2]);
        assert_eq!(told.len(), 1, "{told:?}");
    }

    #[test]
    fn what_was_never_tried_is_no_cause_and_a_suspended_account_no_failure() {
        let mut cancelled = failed("111111111111", "Cancelled since failure tolerance has exceeded");
        cancelled.status = ResultStatus::Cancelled;
        let skipped = failed("222222222222", "the account is suspended");
        let told = by_reason([&cancelled, &skipped]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(failed("333333333333", "Rate exceeded").is_transient());
    }
}
