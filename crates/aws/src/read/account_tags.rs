//! Tags of accounts, one call an account.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::call::{CallError, CallErrorKind};
use model::ids::AccountId;
use model::organization::Organization;

use crate::Aws;
use crate::error::call_error;
use crate::paging::{Page, every_page};

const API: &str = "ListTagsForResource";
/// Accounts that are asked about side by side.
const AT_ONCE: usize = 8;

/// Puts the tags of every account into the organization, whatever the account's state: a suspended one is still selected by its
/// tags.
pub(crate) async fn fill_in(aws: &Aws, organization: &mut Organization) -> Result<(), CallError> {
    let accounts: Vec<AccountId> = organization.accounts.keys().cloned().collect();
    let reads = stream::iter(accounts)
        .map(|account| async move {
            let tags = of_account(aws, &account).await?;
            Ok::<_, CallError>((account, tags))
        })
        .buffer_unordered(AT_ONCE);
    let tags: Vec<_> = reads.try_collect().await?;
    for (account, tags) in tags {
        if let Some(account) = organization.accounts.get_mut(&account) {
            account.tags = tags;
        }
    }
    Ok(())
}

async fn of_account(aws: &Aws, account: &AccountId) -> Result<BTreeMap<String, String>, CallError> {
    tracing::debug!(api = API, account = %account);
    let rows = every_page(API, |token| async move {
        aws.paces.tags.turn(&*aws.clock).await;
        let call = aws.organizations.list_tags_for_resource();
        let call = call.resource_id(account.as_str()).set_next_token(token);
        let answer = call.send().await.map_err(|error| call_error(API, &error))?;
        Ok(Page {
            items: answer.tags.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    match rows.await {
        Ok(rows) => Ok(rows.into_iter().map(|tag| (tag.key, tag.value)).collect()),
        // It left the organization after it was listed.
        Err(error) if error.kind == CallErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}
