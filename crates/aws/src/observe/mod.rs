//! Everything that a plan needs, complete or refused.
//!
//! The guards come first, in this order: the credentials must be for the administrator's account before anything else is
//! asked, and the organization must be the right one before it is read. Then the tree, the access, the StackSets and whatever
//! values come from are read side by side. A page that fails refuses the whole, since absence may only be believed from a complete answer.

mod drifts;
mod overrides;
mod refusal;
mod regions;
mod stack_sets;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::call::{CallError, CallErrorKind};
use model::desired::Request;
use model::ids::AccountId;
use model::observed::{Identity, Observed, SsmParameter};
use model::organization::Organization;
use model::secrets::Secrets;

pub use refusal::ObserveError;

use crate::Aws;
use crate::credentials::profiles_of;
use crate::paging::twice;
use crate::read;
use crate::read::organization::Card;
use crate::s3;
use refusal::Failures;

/// Parameters of Systems Manager by name, and templates by address.
type Values = (BTreeMap<String, SsmParameter>, BTreeMap<String, String>);

/// Templates that are fetched side by side; each may be a megabyte.
const TEMPLATES_AT_ONCE: usize = 4;

impl Aws {
    /// Reads what a plan needs. What is not AWS's (environment, secrets, git) is left empty.
    pub async fn observe(&self, request: &Request) -> Result<Observed, ObserveError> {
        let identity = guard_account(self, &request.admin_account).await?;
        let card = guard_organization(self, request).await?;
        let (organization, trusted_access, stack_sets, values) = tokio::join!(
            Box::pin(organization(self, card, request)),
            twice(|| read::stack_sets::trusted_access(self)),
            Box::pin(stack_sets::read_all(self, request)),
            Box::pin(values(self, request)),
        );
        let mut failures = Failures::default();
        let found = (
            failures.keep(organization),
            failures.keep(trusted_access),
            failures.keep_all(stack_sets),
            failures.keep_all(values),
        );
        let (Some(organization), Some(trusted_access), Some(stack_sets), Some(values)) = found else {
            return Err(failures.into_error());
        };
        let (ssm, templates) = values;
        let disabled = regions::disabled(self, request, &organization, &stack_sets.wanted);
        Ok(Observed {
            disabled_regions: Box::pin(disabled).await.map_err(ObserveError::of_call)?,
            taken_at: self.clock.now(),
            identity,
            organization,
            trusted_access,
            stack_sets: stack_sets.wanted,
            others: stack_sets.others,
            environment: BTreeMap::new(),
            secrets: BTreeSet::new(),
            ssm,
            templates,
            git: None,
        })
    }

    /// The values behind references `ssm:NAME`, for whoever carries a plan out as this account; references of other kinds and
    /// names that do not exist are left out.
    pub async fn secrets(
        &self,
        admin_account: &AccountId,
        references: &BTreeSet<String>,
    ) -> Result<Secrets, ObserveError> {
        let names = read::ssm::names(references);
        if names.is_empty() {
            return Ok(Secrets::default());
        }
        guard_account(self, admin_account).await?;
        let values = read::ssm::secrets(self, &names).await;
        values.map_err(ObserveError::of_call)
    }

    /// Says why AWS did not answer whose the credentials are, and where they come from when they are the reason.
    pub async fn no_identity(&self, failure: CallError) -> ObserveError {
        match (failure.kind, self.credential_source()) {
            (CallErrorKind::Credentials, Some(source)) => ObserveError::NoCredentials {
                failure,
                credentials: source.in_words().await,
            },
            _ => ObserveError::of_call(failure),
        }
    }

    /// Says that the credentials are for another account, where they come from, and which profiles are of the right one.
    pub async fn wrong_account(&self, expected: &AccountId, found: Identity) -> ObserveError {
        let (credentials, profiles) = match self.credential_source() {
            Some(source) => (source.in_words().await, profiles_of(expected).await),
            None => (None, Vec::new()),
        };
        ObserveError::WrongAccount {
            expected: expected.clone(),
            found: Box::new(found),
            credentials,
            profiles,
        }
    }
}

async fn organization(aws: &Aws, card: Card, request: &Request) -> Result<Organization, CallError> {
    let mut organization = read::organization::tree(aws, card).await?;
    if request.account_tags {
        read::account_tags::fill_in(aws, &mut organization).await?;
    }
    Ok(organization)
}

/// What values come from, and the templates that have an address.
async fn values(aws: &Aws, request: &Request) -> Result<Values, Failures> {
    let (ssm, templates) = tokio::join!(read::ssm::parameters(aws, &request.ssm), templates(aws, request));
    let mut failures = Failures::default();
    match (failures.keep(ssm), failures.keep(templates)) {
        (Some(ssm), Some(templates)) => Ok((ssm, templates)),
        _ => Err(failures),
    }
}

async fn templates(aws: &Aws, request: &Request) -> Result<BTreeMap<String, String>, CallError> {
    let reads = stream::iter(&request.templates)
        .map(|url| async move { Ok::<_, CallError>((url.clone(), s3::template(aws, url).await?)) })
        .buffer_unordered(TEMPLATES_AT_ONCE);
    reads.try_collect().await
}

/// Nothing but this one call may be sent with credentials of another account.
async fn guard_account(aws: &Aws, admin_account: &AccountId) -> Result<Identity, ObserveError> {
    let identity = match twice(|| read::identity::identity(aws)).await {
        Ok(identity) => identity,
        Err(error) => return Err(aws.no_identity(error).await),
    };
    if identity.account == *admin_account {
        return Ok(identity);
    }
    Err(aws.wrong_account(admin_account, identity).await)
}

async fn guard_organization(aws: &Aws, request: &Request) -> Result<Card, ObserveError> {
    let card = twice(|| read::organization::card(aws))
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
