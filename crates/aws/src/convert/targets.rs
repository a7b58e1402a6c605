//! Deployment targets, to AWS (reference §2.2).

use std::collections::BTreeSet;
use std::fmt::Display;

use aws_sdk_cloudformation::types as sdk;
use model::targets::{AccountFilter, CallTargets};

/// The three inputs of a call that name its targets. `Accounts` and `DeploymentTargets` exclude each other.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub(crate) accounts: Option<Vec<String>>,
    pub(crate) units: Option<sdk::DeploymentTargets>,
    pub(crate) regions: Option<Vec<String>>,
}

/// The inputs that name some targets.
pub(crate) fn targets(targets: &CallTargets) -> Targets {
    match targets {
        CallTargets::Everything => Targets::default(),
        CallTargets::Accounts { accounts, regions } => Targets {
            accounts: Some(texts(accounts)),
            units: None,
            regions: Some(texts(regions)),
        },
        CallTargets::Units {
            units,
            filter,
            regions,
        } => Targets {
            accounts: None,
            units: Some(deployment_targets(texts(units), filter)),
            regions: Some(texts(regions)),
        },
    }
}

/// The filter is always said, since the documents disagree about what AWS takes without one.
fn deployment_targets(units: Vec<String>, filter: &AccountFilter) -> sdk::DeploymentTargets {
    let (filter, accounts): (_, Option<&BTreeSet<_>>) = match filter {
        AccountFilter::None => (sdk::AccountFilterType::None, None),
        AccountFilter::Intersection(accounts) => (sdk::AccountFilterType::Intersection, Some(accounts)),
        AccountFilter::Difference(accounts) => (sdk::AccountFilterType::Difference, Some(accounts)),
    };
    sdk::DeploymentTargets::builder()
        .set_organizational_unit_ids(Some(units))
        .account_filter_type(filter)
        .set_accounts(accounts.map(texts))
        .build()
}

fn texts<'a, T: Display + 'a>(ids: impl IntoIterator<Item = &'a T>) -> Vec<String> {
    ids.into_iter().map(ToString::to_string).collect()
}
