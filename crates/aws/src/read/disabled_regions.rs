//! Which accounts have not enabled a Region that is off by default: stacks cannot go there, and AWS says so only afterwards
//! (reference §9).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_account::types::RegionOptStatus;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::call::{CallError, CallErrorKind};
use model::ids::{AccountId, Region};

use crate::Aws;
use crate::error::call_error;
use crate::paging::{Page, every_page};

const API: &str = "ListRegions";
/// Rows on a page (<https://docs.aws.amazon.com/accounts/latest/APIReference/API_ListRegions.html>).
const PAGE: i32 = 50;
/// Accounts that are asked about side by side.
const AT_ONCE: usize = 4;
/// Of these Regions of these accounts, those that are not enabled. An account that may not be asked is left out.
pub(crate) async fn disabled(
    aws: &Aws,
    caller: &AccountId,
    asked: BTreeMap<AccountId, BTreeSet<Region>>,
) -> Result<BTreeMap<AccountId, BTreeSet<Region>>, CallError> {
    let (needless, mut asked): (BTreeMap<_, _>, BTreeMap<_, _>) =
        asked.into_iter().partition(|(_, regions)| regions.is_empty());
    let mut disabled = needless;
    // Whoever may not ask about one other account may ask about none: that is found out once.
    let first = asked.keys().find(|account| *account != caller).cloned();
    if let Some((account, regions)) = first.and_then(|account| asked.remove_entry(&account)) {
        match of_account(aws, caller, &account, &regions).await? {
            Some(found) => drop(disabled.insert(account, found)),
            None => asked.retain(|account, _| account == caller),
        }
    }
    let reads = stream::iter(asked)
        .map(|(account, regions)| async move {
            let found = of_account(aws, caller, &account, &regions).await?;
            Ok::<_, CallError>(found.map(|found| (account, found)))
        })
        .buffer_unordered(AT_ONCE);
    let found: Vec<Option<_>> = reads.try_collect().await?;
    disabled.extend(found.into_iter().flatten());
    Ok(disabled)
}

async fn of_account(
    aws: &Aws,
    caller: &AccountId,
    account: &AccountId,
    asked: &BTreeSet<Region>,
) -> Result<Option<BTreeSet<Region>>, CallError> {
    tracing::debug!(api = API, account = %account);
    // The caller's own account must not be named.
    let named = (account != caller).then(|| account.to_string());
    let named = &named;
    let rows = every_page(API, |token| async move {
        aws.paces.regions.turn(&*aws.clock).await;
        let call = aws.account.list_regions().max_results(PAGE);
        let call = call.set_account_id(named.clone()).set_next_token(token);
        let answer = call.send().await.map_err(|error| call_error(API, &error))?;
        Ok(Page {
            items: answer.regions.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    let off = |status: Option<&RegionOptStatus>| {
        matches!(
            status,
            Some(RegionOptStatus::Disabled | RegionOptStatus::Disabling | RegionOptStatus::Enabling)
        )
    };
    match rows.await {
        Ok(rows) => {
            let rows = rows.iter().filter(|row| off(row.region_opt_status()));
            let off = rows.filter_map(|row| Region::parse(row.region_name()?).ok());
            Ok(Some(off.filter(|region| asked.contains(region)).collect()))
        }
        Err(error) if is_no_answer(error.kind) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The knowledge only spares failures; without the right to ask, a plan is made all the same.
fn is_no_answer(kind: CallErrorKind) -> bool {
    matches!(
        kind,
        CallErrorKind::Denied | CallErrorKind::Invalid | CallErrorKind::NotFound
    )
}
