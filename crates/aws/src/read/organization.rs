//! The tree of units and accounts.

use std::collections::BTreeMap;

use aws_sdk_organizations::types as sdk;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::call::CallError;
use model::ids::{AccountId, OrganizationId, UnitId};
use model::organization::{Account, Organization, Unit};

use crate::Aws;
use crate::convert::{id, organization as convert};
use crate::error::{call_error, malformed};
use crate::paging::{Page, every_page};

const DESCRIBE: &str = "DescribeOrganization";
const ROOTS: &str = "ListRoots";
const UNITS: &str = "ListOrganizationalUnitsForParent";
const ACCOUNTS: &str = "ListAccountsForParent";
/// Rows on a page, as many as Organizations gives (reference §8.1).
const PAGE: i32 = 20;
/// Units that are read side by side; Organizations allows about five calls a second (reference §8.2).
const AT_ONCE: usize = 4;
/// Levels of a tree: the root and five below it (reference §8.2), with room to spare.
const LEVELS: usize = 16;

/// What every account of an organization may know about it.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) id: OrganizationId,
    pub(crate) management_account: AccountId,
}

/// The organization that the credentials are in.
pub(crate) async fn card(aws: &Aws) -> Result<Card, CallError> {
    tracing::debug!(api = DESCRIBE);
    let answer = aws.organizations.describe_organization().send().await;
    let answer = answer.map_err(|error| call_error(DESCRIBE, &error))?;
    let found = answer
        .organization
        .ok_or_else(|| malformed(DESCRIBE, "the answer has no Organization"))?;
    Ok(Card {
        id: id(DESCRIBE, OrganizationId::parse, found.id())?,
        management_account: id(DESCRIBE, AccountId::parse, found.master_account_id())?,
    })
}

/// The whole tree, level by level.
pub(crate) async fn tree(aws: &Aws, card: Card) -> Result<Organization, CallError> {
    let root = root(aws).await?;
    let mut organization = Organization {
        id: card.id,
        root: root.clone(),
        management_account: card.management_account,
        units: BTreeMap::new(),
        accounts: BTreeMap::new(),
    };
    let mut level = vec![root];
    for _ in 0..LEVELS {
        if level.is_empty() {
            return Ok(organization);
        }
        let children = stream::iter(level)
            .map(|parent| below(aws, parent))
            .buffer_unordered(AT_ONCE);
        let children: Vec<Children> = children.try_collect().await?;
        level = children
            .iter()
            .flat_map(|found| found.units.iter().map(|(id, _)| id.clone()))
            .collect();
        for found in children {
            organization.units.extend(found.units);
            organization.accounts.extend(found.accounts);
        }
    }
    Err(malformed(
        UNITS,
        format!("the organization has more than {LEVELS} levels of units"),
    ))
}

async fn root(aws: &Aws) -> Result<UnitId, CallError> {
    tracing::debug!(api = ROOTS);
    let roots = every_page(ROOTS, |token| async move {
        let answer = aws.organizations.list_roots().set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(ROOTS, &error))?;
        Ok(Page {
            items: answer.roots.unwrap_or_default(),
            next: answer.next_token,
        })
    });
    match roots.await?.as_slice() {
        [root] => id(ROOTS, UnitId::parse, root.id()),
        roots => Err(malformed(ROOTS, format!("{} roots instead of one", roots.len()))),
    }
}

/// What stands directly in a unit.
struct Children {
    units: Vec<(UnitId, Unit)>,
    accounts: Vec<(AccountId, Account)>,
}

async fn below(aws: &Aws, parent: UnitId) -> Result<Children, CallError> {
    tracing::debug!(api = UNITS, parent = %parent);
    let units = units_in(aws, &parent).await?.into_iter();
    let accounts = accounts_in(aws, &parent).await?.into_iter();
    let units = units.map(|unit| convert::unit(unit, parent.clone()));
    let accounts = accounts.map(|account| convert::account(account, parent.clone()));
    Ok(Children {
        units: units.collect::<Result<_, _>>()?,
        accounts: accounts.collect::<Result<_, _>>()?,
    })
}

async fn units_in(aws: &Aws, parent: &UnitId) -> Result<Vec<sdk::OrganizationalUnit>, CallError> {
    every_page(UNITS, |token| async move {
        aws.paces.units.turn(&*aws.clock).await;
        let call = aws.organizations.list_organizational_units_for_parent();
        let call = call.parent_id(parent.as_str()).max_results(PAGE);
        let answer = call.set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(UNITS, &error))?;
        Ok(Page {
            items: answer.organizational_units.unwrap_or_default(),
            next: answer.next_token,
        })
    })
    .await
}

async fn accounts_in(aws: &Aws, parent: &UnitId) -> Result<Vec<sdk::Account>, CallError> {
    every_page(ACCOUNTS, |token| async move {
        aws.paces.accounts.turn(&*aws.clock).await;
        let call = aws.organizations.list_accounts_for_parent();
        let call = call.parent_id(parent.as_str()).max_results(PAGE);
        let answer = call.set_next_token(token).send().await;
        let answer = answer.map_err(|error| call_error(ACCOUNTS, &error))?;
        Ok(Page {
            items: answer.accounts.unwrap_or_default(),
            next: answer.next_token,
        })
    })
    .await
}
