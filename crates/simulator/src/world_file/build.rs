//! [`WorldFile`] to [`World`]: names become ids, what is left out gets its default, what cannot be is a mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::Timestamp;
use model::diagnostic::Diagnostic;
use model::digest::base32;
use model::ids::{AccountId, OrganizationId, UnitId};
use toml::Spanned;

use super::format::{Account, Object, Organization, Unit, WorldFile};
use super::parse::Mistakes;
use crate::world::{MemberAccount, OrganizationState, UnitState, World};

/// The role that Organizations makes in the accounts that it creates.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";
/// The moment that it is in a world that does not say.
const NOW: &str = "2026-01-05T09:00:00Z";
/// The organization's id in a world that does not say.
const ORGANIZATION: &str = "o-simulated0";
/// The root's id in a world that does not say.
const ROOT: &str = "r-sim0";

/// Where the accounts' units are found.
struct Units {
    root: UnitId,
    by_path: BTreeMap<String, UnitId>,
    states: BTreeMap<UnitId, UnitState>,
}

/// The world; none when there is too little to make one.
pub(super) fn world(
    file: &WorldFile,
    mistakes: &mut Mistakes<'_>,
    load: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Option<World> {
    let now = now(file, mistakes);
    let objects = objects(file, mistakes, load);
    let Some(organization) = &file.organization else {
        if mistakes.is_empty() {
            let missing = Diagnostic::error("E0250", "the world has no `[organization]`");
            mistakes.add(
                0..0,
                missing.help("add: [organization]\nmanagement_account = \"100000000000\""),
            );
        }
        return None;
    };
    let units = units(&file.units, root(organization)?, mistakes);
    let now = now?;
    let accounts = accounts(&file.accounts, &units, now, mistakes);
    check_members(file, organization, &accounts, mistakes);
    let management_account = organization.management_account.get_ref().clone();
    Some(World {
        now,
        seed: file.seed.unwrap_or_default(),
        draws: 0,
        partition: "aws".to_owned(),
        caller: file.caller.clone().unwrap_or_else(|| management_account.clone()),
        roles: roles(&file.accounts, &management_account),
        organization: OrganizationState {
            id: organization
                .id
                .clone()
                .or_else(|| OrganizationId::parse(ORGANIZATION).ok())?,
            root: units.root,
            management_account,
            units: units.states,
            accounts,
        },
        organizations_access: file.organizations_access.unwrap_or(true),
        delegated_administrators: file
            .delegated_administrators
            .iter()
            .map(|id| id.get_ref().clone())
            .collect(),
        stack_sets: BTreeMap::new(),
        stacks: BTreeMap::new(),
        taken_names: BTreeMap::new(),
        objects,
        failures: file.failures.clone(),
        timing: file.timing.clone().unwrap_or_default(),
        knobs: file.knobs.clone().unwrap_or_default(),
        agenda: BTreeSet::new(),
        log: Vec::new(),
    })
}

fn now(file: &WorldFile, mistakes: &mut Mistakes<'_>) -> Option<Timestamp> {
    let Some(written) = &file.now else {
        return NOW.parse().ok();
    };
    let parsed = written.get_ref().to_string().parse();
    if parsed.is_err() {
        let message = format!("`{}` is not a moment", written.get_ref());
        let help = "give date, time and offset: now = 2026-01-05T09:00:00Z";
        mistakes.add(written.span(), Diagnostic::error("E0151", message).help(help));
    }
    parsed.ok()
}

fn root(organization: &Organization) -> Option<UnitId> {
    let written = organization.root.as_ref().map(|root| root.get_ref().clone());
    written.or_else(|| UnitId::parse(ROOT).ok())
}

/// A path without the root's name, which may be written as in a manifest or left out.
fn below_root(path: &str) -> &str {
    path.strip_prefix("Root/")
        .unwrap_or(if path == "Root" { "" } else { path })
}

fn units(written: &[Unit], root: UnitId, mistakes: &mut Mistakes<'_>) -> Units {
    let mut units = Units {
        root,
        by_path: BTreeMap::new(),
        states: BTreeMap::new(),
    };
    let mut sorted: Vec<&Unit> = written.iter().collect();
    // A unit comes after the ones above it, whatever the order in the file.
    sorted.sort_by_key(|unit| below_root(unit.path.get_ref()).matches('/').count());
    for unit in sorted {
        let path = below_root(unit.path.get_ref());
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = units.of(above).cloned();
        match parent {
            _ if name.is_empty() => wrong(
                mistakes,
                &unit.path,
                "E0251",
                "a unit's path is names joined by `/`",
            ),
            _ if units.by_path.contains_key(path) => {
                wrong(
                    mistakes,
                    &unit.path,
                    "E0253",
                    &format!("the unit `{path}` is there twice"),
                );
            }
            None => {
                let message = format!("the unit `{path}` stands below `{above}`, which is not in the world");
                let help = format!("add: [[unit]]\npath = \"{above}\"");
                mistakes.add(unit.path.span(), Diagnostic::error("E0251", message).help(help));
            }
            Some(parent) => units.add(
                unit,
                path,
                UnitState {
                    name: name.to_owned(),
                    parent,
                },
                mistakes,
            ),
        }
    }
    units
}

impl Units {
    fn of(&self, path: &str) -> Option<&UnitId> {
        if path.is_empty() {
            Some(&self.root)
        } else {
            self.by_path.get(path)
        }
    }

    fn add(&mut self, unit: &Unit, path: &str, state: UnitState, mistakes: &mut Mistakes<'_>) {
        let Some(id) = unit
            .id
            .as_ref()
            .map(|id| id.get_ref().clone())
            .or_else(|| self.derived(path))
        else {
            return;
        };
        self.by_path.insert(path.to_owned(), id.clone());
        if id.is_root() || self.states.insert(id.clone(), state).is_some() {
            let range = unit.id.as_ref().map_or(unit.path.span(), Spanned::span);
            let message = format!("the unit id `{id}` is taken");
            mistakes.add(range, Diagnostic::error("E0253", message));
        }
    }

    /// The same path has the same id in every run.
    fn derived(&self, path: &str) -> Option<UnitId> {
        let hash = base32(path.as_bytes());
        UnitId::parse(&format!(
            "ou-{}-{}",
            self.root.as_str().trim_start_matches("r-"),
            hash.get(..8)?
        ))
        .ok()
    }
}

fn accounts(
    written: &[Account],
    units: &Units,
    now: Timestamp,
    mistakes: &mut Mistakes<'_>,
) -> BTreeMap<AccountId, MemberAccount> {
    let mut accounts = BTreeMap::new();
    let mut emails = BTreeSet::new();
    for account in written {
        let parent = unit_of(account, units, mistakes);
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
            wrong(
                mistakes,
                &account.id,
                "E0253",
                &format!("the account `{}` is there twice", account.id.get_ref()),
            );
        }
    }
    accounts
}

fn unit_of(account: &Account, units: &Units, mistakes: &mut Mistakes<'_>) -> UnitId {
    let Some(path) = &account.unit else {
        return units.root.clone();
    };
    if let Some(unit) = units.of(below_root(path.get_ref())) {
        return unit.clone();
    }
    let message = format!(
        "no unit `{}`, where the account `{}` is to stand",
        path.get_ref(),
        account.name.get_ref()
    );
    let known: Vec<&str> = units.by_path.keys().map(String::as_str).collect();
    mistakes.add(
        path.span(),
        Diagnostic::error("E0251", message).note(format!("the units are Root, {}", known.join(", "))),
    );
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

/// Members have the role of Organizations, the management account has none, unless they say so.
fn roles(written: &[Account], management_account: &AccountId) -> BTreeMap<AccountId, BTreeSet<String>> {
    let of = |account: &Account| match &account.roles {
        Some(roles) => roles.iter().cloned().collect(),
        None if account.id.get_ref() == management_account => BTreeSet::new(),
        None => BTreeSet::from([ACCESS_ROLE.to_owned()]),
    };
    written
        .iter()
        .map(|account| (account.id.get_ref().clone(), of(account)))
        .collect()
}

fn check_members(
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
        wrong(
            mistakes,
            root,
            "E0252",
            &format!("`{}` is a unit, not a root (r-xxxx)", root.get_ref()),
        );
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
    for delegate in &file.delegated_administrators {
        if !accounts.contains_key(delegate.get_ref()) || delegate.get_ref() == management.get_ref() {
            let message = format!(
                "the delegated administrator {} is not a member account",
                delegate.get_ref()
            );
            wrong(mistakes, delegate, "E0252", &message);
        }
    }
}

fn objects(
    file: &WorldFile,
    mistakes: &mut Mistakes<'_>,
    load: &mut dyn FnMut(&str) -> Result<String, String>,
) -> BTreeMap<String, String> {
    let mut objects = BTreeMap::new();
    for (name, object) in &file.objects {
        if !name
            .get_ref()
            .split_once('/')
            .is_some_and(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
        {
            wrong(
                mistakes,
                name,
                "E0151",
                &format!("`{}` is not bucket/key", name.get_ref()),
            );
        }
        let text = match object.get_ref() {
            Object::Text(text) => Ok(text.clone()),
            Object::File(from) => load(&from.file),
        };
        match text {
            Ok(text) => {
                objects.insert(name.get_ref().clone(), text);
            }
            Err(reason) => wrong(
                mistakes,
                object,
                "E0151",
                &format!("the object's file cannot be read: {reason}"),
            ),
        }
    }
    objects
}

fn wrong<T>(mistakes: &mut Mistakes<'_>, at: &Spanned<T>, code: &str, message: &str) {
    let range: Range<usize> = at.span();
    mistakes.add(range, Diagnostic::error(code, message));
}
