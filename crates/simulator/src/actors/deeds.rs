//! What others do.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{AccountId, Region, StackSetId, UnitId};
use model::observed::OperationStatus;
use model::organization::AccountState;

use crate::operations::{self, OperationPlace, auto_deployment};
use crate::routing;
use crate::world::{ApiCall, Deed, DueStep, ForeignCall, LogEntry, MemberAccount, Service, World};

/// The role that Organizations makes in the accounts that join.
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

/// Does it; what the log says of it. A deed that has nothing to be done to is logged with status 404.
pub(super) fn carry_out(world: &mut World, deed: &Deed) -> LogEntry {
    let done = match deed {
        Deed::Call(foreign) => return call(world, foreign),
        Deed::MoveAccount { account, to } => move_account(world, account, to),
        Deed::JoinAccount { account, name, to } => join_account(world, account, name, to),
        Deed::RemoveAccount { account } => remove_account(world, account),
        Deed::SuspendAccount { account } => set_state(world, account, AccountState::Suspended),
        Deed::ReinstateAccount { account } => set_state(world, account, AccountState::Active),
        Deed::HangOperations { stack_set } => hang(world, stack_set),
        Deed::StopOperations { stack_set } => stop(world, stack_set),
    };
    LogEntry {
        at: world.now,
        service: "world".to_owned(),
        action: deed.word().to_owned(),
        stack_set: match deed {
            Deed::HangOperations { stack_set } | Deed::StopOperations { stack_set } => {
                Some(stack_set.clone())
            }
            _ => None,
        },
        status: if done.is_some() { 200 } else { 404 },
        ..LogEntry::default()
    }
}

fn call(world: &mut World, foreign: &ForeignCall) -> LogEntry {
    let stack_set = foreign.inputs.get("StackSetName").cloned();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", &foreign.action)
        .append_pair("Version", "2010-05-15")
        .extend_pairs(&foreign.inputs);
    let home = stack_set.as_deref().and_then(|name| home_of(world, name));
    let call = ApiCall {
        service: Service::CloudFormation,
        caller: foreign.caller.clone().unwrap_or_else(|| world.caller.clone()),
        region: foreign.region.clone().or(home),
        action: foreign.action.clone(),
        stack_set,
        body: form.finish(),
        object: None,
    };
    let reply = routing::answer(world, &call);
    LogEntry::of(world, &call, &reply)
}

/// The Region that a StackSet lives in, so that a foreign operator need not be told.
fn home_of(world: &World, name: &str) -> Option<Region> {
    let found = world.stack_sets.iter().find(|(_, sets)| {
        sets.values()
            .any(|set| !set.deleted && (set.name() == name || set.id.as_str() == name))
    });
    found.map(|(region, _)| region.clone())
}

fn move_account(world: &mut World, account: &AccountId, to: &UnitId) -> Option<()> {
    let member = world.organization.accounts.get_mut(account)?;
    let from = std::mem::replace(&mut member.parent, to.clone());
    if from != *to {
        auto_deployment::organization_changed(world, account, Some(&from), Some(to));
    }
    Some(())
}

fn join_account(world: &mut World, account: &AccountId, name: &str, to: &UnitId) -> Option<()> {
    if world.organization.accounts.contains_key(account) {
        return None;
    }
    let member = MemberAccount {
        name: name.to_owned(),
        email: format!("{account}@example.com"),
        state: AccountState::Active,
        parent: to.clone(),
        joined_at: world.now,
    };
    world.organization.accounts.insert(account.clone(), member);
    world
        .roles
        .insert(account.clone(), BTreeSet::from([ACCESS_ROLE.to_owned()]));
    auto_deployment::organization_changed(world, account, None, Some(to));
    Some(())
}

fn remove_account(world: &mut World, account: &AccountId) -> Option<()> {
    if *account == world.organization.management_account {
        return None;
    }
    let member = world.organization.accounts.remove(account)?;
    auto_deployment::organization_changed(world, account, Some(&member.parent), None);
    Some(())
}

fn set_state(world: &mut World, account: &AccountId, state: AccountState) -> Option<()> {
    if *account == world.organization.management_account {
        return None;
    }
    world.organization.accounts.get_mut(account)?.state = state;
    Some(())
}

/// The operations of a StackSet that are not over, in every Region where one of the name lives.
fn active(world: &World, name: &str, queued_too: bool) -> Vec<OperationPlace> {
    let homes = world.stack_sets.iter();
    let sets = homes.flat_map(|(home, sets)| sets.values().map(move |set| (home, set)));
    let named = sets.filter(|(_, set)| !set.deleted && set.name() == name);
    let places = named.flat_map(|(home, set)| {
        let wanted = set
            .active_operations()
            .filter(|operation| queued_too || operation.status != OperationStatus::Queued);
        wanted.map(|operation| OperationPlace {
            home: home.clone(),
            stack_set: set.id.clone(),
            operation: operation.id.clone(),
        })
    });
    places.collect()
}

/// Takes off the agenda what would let the operations go on.
fn hang(world: &mut World, name: &str) -> Option<()> {
    let places = active(world, name, false);
    let mut hung: BTreeMap<&StackSetId, Vec<&OperationPlace>> = BTreeMap::new();
    for place in &places {
        hung.entry(&place.stack_set).or_default().push(place);
    }
    world.agenda.retain(|due| match &due.step {
        DueStep::OperationStarts {
            stack_set, operation, ..
        }
        | DueStep::CellEnds {
            stack_set, operation, ..
        } => !hung
            .get(stack_set)
            .is_some_and(|places| places.iter().any(|place| place.operation == *operation)),
        DueStep::AccountMoved { .. } | DueStep::AccountCreated { .. } | DueStep::AccountClosed { .. } => true,
    });
    (!places.is_empty()).then_some(())
}

fn stop(world: &mut World, name: &str) -> Option<()> {
    let places = active(world, name, true);
    for place in &places {
        operations::stop(world, place);
    }
    (!places.is_empty()).then_some(())
}
