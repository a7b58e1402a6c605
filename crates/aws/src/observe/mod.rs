//! Everything that a plan needs, complete or refused.
//!
//! The guards come first, in this order: the credentials must be for the administrator's account before anything else is
//! asked, and the organization must be the right one before it is read. Then the tree, the access and the StackSets are read
//! side by side. A page that fails refuses the whole, since absence may only be believed from a complete answer.

mod refusal;
mod stack_sets;

use std::collections::{BTreeMap, BTreeSet};

use model::desired::Request;
use model::observed::{Identity, Observed};

pub use refusal::ObserveError;

use crate::Aws;
use crate::read;
use crate::read::organization::Card;
use refusal::Failures;

impl Aws {
    /// Reads what a plan needs. What is not AWS's (environment, secrets, git) is left empty.
    pub async fn observe(&self, request: &Request) -> Result<Observed, ObserveError> {
        let identity = guard_account(self, request).await?;
        let card = guard_organization(self, request).await?;
        let (organization, trusted_access, stack_sets) = tokio::join!(
            read::organization::tree(self, card),
            read::stack_sets::trusted_access(self),
            stack_sets::read_all(self, request),
        );
        let mut failures = Failures::default();
        let organization = failures.keep(organization);
        let trusted_access = failures.keep(trusted_access);
        let stack_sets = failures.keep_all(stack_sets);
        match (organization, trusted_access, stack_sets) {
            (Some(organization), Some(trusted_access), Some(stack_sets)) if failures.is_empty() => {
                Ok(Observed {
                    taken_at: self.clock.now(),
                    identity,
                    organization,
                    trusted_access,
                    stack_sets: stack_sets.wanted,
                    others: stack_sets.others,
                    environment: BTreeMap::new(),
                    secrets: BTreeSet::new(),
                    ssm: BTreeMap::new(),
                    templates: BTreeMap::new(),
                    disabled_regions: BTreeMap::new(),
                    git: None,
                })
            }
            _ => Err(failures.into_error()),
        }
    }
}

/// Nothing but this one call may be sent with credentials of another account.
async fn guard_account(aws: &Aws, request: &Request) -> Result<Identity, ObserveError> {
    let identity = read::identity::identity(aws)
        .await
        .map_err(ObserveError::of_call)?;
    if identity.account == request.admin_account {
        return Ok(identity);
    }
    Err(ObserveError::WrongAccount {
        expected: request.admin_account.clone(),
        found: Box::new(identity),
    })
}

async fn guard_organization(aws: &Aws, request: &Request) -> Result<Card, ObserveError> {
    let card = read::organization::card(aws)
        .await
        .map_err(ObserveError::of_call)?;
    match &request.organization {
        Some(expected) if *expected != card.id => Err(ObserveError::WrongOrganization {
            expected: expected.clone(),
            found: card.id,
        }),
        _ => Ok(card),
    }
}
