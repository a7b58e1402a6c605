//! `[[account]]`: who is in the organization, where, and with which roles.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::diagnostic::Diagnostic;
use model::ids::{AccountId, Region, UnitId};
use toml::Spanned;

use super::format::{Account, Organization, WorldFile};
use super::parse::Mistakes;
use super::units::Units;
use crate::world::MemberAccount;

/// The role that Organizations makes in the accounts that it creates.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";
/// The role that self-managed StackSets work with when they name no other.
const ADMINISTRATION_ROLE: &str = "AWSCloudFormationStackSetAdministrationRole";

/// The accounts of a file.
pub(super) fn read(
    file: &WorldFile,
    units: &Units,
    now: Timestamp,
    mistakes: &mut Mistakes<'_>,
) -> BTreeMap<AccountId, MemberAccount> {
    let mut accounts = BTreeMap::new();
    let mut emails = BTreeSet::new();
    for account in &file.accounts.right {
        let parent = unit_of(account, units, file.units.whole, mistakes);
        let email = account
            .email
            .as_ref()
            .map_or_else(|| default_email(account), |email| email.get_ref().clone());
        if !emails.insert(email.clone()) {
            let range = account.email.as_ref().map_or(account.name.span(), Spanned::span);
            let message = format!("the e-mail address `{email}` is there twice");
            mistakes.add(
                range,
                Diagnostic::error("E0253", message).help("give the account an email of its own"),
            );
        }
        let member = MemberAccount {
            name: account.name.get_ref().clone(),
            email,
            state: account.state.into(),
            parent,
            joined_at: now,
        };
        if accounts.insert(account.id.get_ref().clone(), member).is_some() {
            mistakes.wrong(
                &account.id,
                "E0253",
                &format!("the account `{}` is there twice", account.id.get_ref()),
            );
        }
    }
    accounts
}

fn unit_of(account: &Account, units: &Units, whole: bool, mistakes: &mut Mistakes<'_>) -> UnitId {
    let Some(path) = &account.unit else {
        return units.root.clone();
    };
    if let Some(unit) = units.at(path.get_ref()) {
        return unit.clone();
    }
    if !whole {
        return units.root.clone();
    }
    let message = format!(
        "no unit `{}`, where the account `{}` is to stand",
        path.get_ref(),
        account.name.get_ref()
    );
    let note = format!("the units are {}", units.paths().join(", "));
    mistakes.add(path.span(), Diagnostic::error("E0251", message).note(note));
    units.root.clone()
}

fn default_email(account: &Account) -> String {
    let local: String = account
        .name
        .get_ref()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("{}@example.com", local.to_lowercase())
}

/// Members have the role of Organizations, the management account has the one that StackSets are administered with, unless they say
/// something else.
pub(super) fn roles(
    written: &[Account],
    management_account: &AccountId,
) -> BTreeMap<AccountId, BTreeSet<String>> {
    let of = |account: &Account| match &account.roles {
        Some(roles) => roles.iter().cloned().collect(),
        None if account.id.get_ref() == management_account => {
            BTreeSet::from([ADMINISTRATION_ROLE.to_owned()])
        }
        None => BTreeSet::from([ACCESS_ROLE.to_owned()]),
    };
    written
        .iter()
        .map(|account| (account.id.get_ref().clone(), of(account)))
        .collect()
}

/// Tags of accounts and units, by id.
pub(super) fn tags(file: &WorldFile, units: &Units) -> BTreeMap<String, BTreeMap<String, String>> {
    let accounts = file.accounts.right.iter();
    let of_accounts = accounts.map(|account| (account.id.get_ref().to_string(), &account.tags));
    let of_units = file.units.right.iter().filter_map(|unit| {
        let id = units.at(unit.path.get_ref())?;
        Some((id.to_string(), &unit.tags))
    });
    let tagged = of_accounts.chain(of_units).filter(|(_, tags)| !tags.is_empty());
    tagged.map(|(id, tags)| (id, tags.clone())).collect()
}

/// The opt-in Regions of accounts: those that an account names, or else those that the world names.
pub(super) fn opt_in_regions(file: &WorldFile) -> BTreeMap<AccountId, BTreeSet<Region>> {
    let of = |account: &Account| {
        let regions = account.opt_in_regions.as_ref().unwrap_or(&file.opt_in_regions);
        regions.iter().cloned().collect::<BTreeSet<_>>()
    };
    let accounts = file.accounts.right.iter();
    accounts
        .map(|account| (account.id.get_ref().clone(), of(account)))
        .filter(|(_, regions)| !regions.is_empty())
        .collect()
}

/// The accounts that others name are there.
pub(super) fn check(
    file: &WorldFile,
    organization: &Organization,
    accounts: &BTreeMap<AccountId, MemberAccount>,
    mistakes: &mut Mistakes<'_>,
) {
    let management = &organization.management_account;
    if let Some(root) = organization
        .root
        .as_ref()
        .filter(|root| !root.get_ref().is_root())
    {
        mistakes.wrong(
            root,
            "E0252",
            &format!("`{}` is a unit, not a root (r-xxxx)", root.get_ref()),
        );
    }
    if !file.accounts.whole {
        return;
    }
    if !accounts.contains_key(management.get_ref()) {
        let message = format!(
            "the management account {} is not in the world",
            management.get_ref()
        );
        let help = format!(
            "add: [[account]]\nid = \"{}\"\nname = \"management\"",
            management.get_ref()
        );
        mistakes.add(management.span(), Diagnostic::error("E0252", message).help(help));
    }
    for delegate in &file.delegated_administrators.right {
        if !accounts.contains_key(delegate.get_ref()) || delegate.get_ref() == management.get_ref() {
            let message = format!(
                "the delegated administrator {} is not a member account",
                delegate.get_ref()
            );
            mistakes.wrong(delegate, "E0252", &message);
        }
    }
}
