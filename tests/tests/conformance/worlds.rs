//! The worlds that clients are let into.

use std::collections::BTreeSet;
use std::fs;

use model::ids::AccountId;
use simulator::world::{MemberAccount, World};
use simulator::world_file;

use super::scripts;

/// The fresh organization and more accounts, so that they do not fit on one page; `steps.py` knows how many.
pub(crate) fn more_than_a_page() -> World {
    let mut world = world_file::fresh().unwrap();
    let archive = named(&world, "log-archive");
    for number in 0..12 {
        let id = AccountId::parse(&format!("5000000000{number:02}")).unwrap();
        let (name, email) = (format!("member-{number}"), format!("member-{number}@example.com"));
        world.organization.accounts.insert(
            id,
            MemberAccount {
                name,
                email,
                ..archive.clone()
            },
        );
    }
    world
}

/// The world of `checks/`.
pub(crate) fn of_checks() -> World {
    let text = fs::read_to_string(scripts().join("world.toml")).unwrap();
    world_file::read(&text, "world.toml", &mut |path| Err(format!("no file {path}"))).unwrap()
}

/// The organization that moto starts with: a management account, by the name that moto gives it, and nobody else.
pub(crate) fn of_moto() -> World {
    let mut world = world_file::fresh().unwrap();
    let management = world.organization.management_account.clone();
    world.organization.accounts.retain(|id, _| *id == management);
    for account in world.organization.accounts.values_mut() {
        "master".clone_into(&mut account.name);
        "master@example.com".clone_into(&mut account.email);
    }
    world.organization.units.clear();
    world
}

/// The fresh organization without the suspended account, whose instances nobody can delete, and with a delegated administrator.
pub(crate) fn of_terraform() -> World {
    let mut world = world_file::fresh().unwrap();
    let delegate = AccountId::parse("200000000002").unwrap();
    world.delegated_administrators = BTreeSet::from([delegate]);
    world
        .organization
        .accounts
        .retain(|_, account| account.name != "legacy-billing");
    world
}

fn named(world: &World, name: &str) -> MemberAccount {
    let mut accounts = world.organization.accounts.values();
    accounts.find(|account| account.name == name).cloned().unwrap()
}
