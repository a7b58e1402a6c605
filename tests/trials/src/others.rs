//! Others who act during an apply, as actors of the world.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::ids::{AccountId, StackSetId};
use simulator::world::{Actor, Deed as Does, ForeignCall, StackSet, World};

use crate::case::organization::Tree;
use crate::trouble::{Deed, Trouble};

/// Plants everybody who acts; accounts that move because of them.
pub fn plant(world: &mut World, trouble: &Trouble, tree: &Tree, sets: usize) -> BTreeSet<AccountId> {
    let mut moved = BTreeSet::new();
    for (number, other) in trouble.others.iter().enumerate() {
        let set = format!("s{}", usize::from(other.stack_set) % sets.max(1));
        let does = deed(world, tree, (number, &set, other.does));
        match &does {
            Does::MoveAccount { account, .. }
            | Does::JoinAccount { account, .. }
            | Does::RemoveAccount { account }
            | Does::SuspendAccount { account } => drop(moved.insert(account.clone())),
            _ => {}
        }
        world.actors.push(Actor {
            name: "somebody".to_owned(),
            next: Some(world.now + Duration::from_secs(u64::from(other.after))),
            every: None,
            times: Some(1),
            does,
        });
    }
    moved
}

/// The fault of the reference that somebody's deed is.
pub fn fault(does: Deed) -> u8 {
    match does {
        Deed::Drift => 36,
        Deed::Change => 47,
        Deed::Delete => 46,
        Deed::Stop => 38,
        Deed::Hang => 37,
        Deed::Move(..) | Deed::Leave(_) | Deed::Join(_) => 49,
        Deed::Suspend(_) => 52,
        Deed::Distrust => 53,
    }
}

fn foreign_call(world: &World, set: &str, action: &str, inputs: &[(&str, &str)]) -> Does {
    let mut inputs: BTreeMap<String, String> = inputs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    inputs.insert("StackSetName".to_owned(), set.to_owned());
    if world.caller != world.organization.management_account {
        inputs.insert("CallAs".to_owned(), "DELEGATED_ADMIN".to_owned());
    }
    Does::Call(ForeignCall {
        action: action.to_owned(),
        inputs,
        caller: None,
        region: None,
    })
}

/// An account that was not there before; the moment keeps those of different applies apart.
fn newcomer(world: &World, number: usize) -> AccountId {
    let moment = world.now.as_second() % 1_000_000_000 * 10;
    let number = i64::try_from(number).unwrap_or_default();
    AccountId::parse(&format!("4{:011}", moment + number)).expect("twelve digits are an account")
}

fn deed(world: &World, tree: &Tree, (number, set, does): (usize, &str, Deed)) -> Does {
    let call = |action: &str, inputs: &[(&str, &str)]| foreign_call(world, set, action, inputs);
    // The draws keep ids of different applies apart.
    let id = format!("foreign-{}-{number}", world.now.as_second());
    let account = |account: u8| tree.anyone(account).clone();
    match does {
        Deed::Drift => call("DetectStackSetDrift", &[("OperationId", &id)]),
        Deed::Change => call(
            "UpdateStackSet",
            &[
                ("OperationId", &id),
                ("UsePreviousTemplate", "true"),
                ("Description", &id),
            ],
        ),
        Deed::Delete => call("DeleteStackSet", &[]),
        Deed::Stop => Does::StopOperations {
            stack_set: set.to_owned(),
        },
        Deed::Hang => Does::HangOperations {
            stack_set: set.to_owned(),
        },
        Deed::Move(who, to) => Does::MoveAccount {
            account: account(who),
            to: tree.unit(to).clone(),
        },
        Deed::Suspend(who) => Does::SuspendAccount {
            account: account(who),
        },
        Deed::Leave(who) => Does::RemoveAccount {
            account: account(who),
        },
        Deed::Join(to) => Does::JoinAccount {
            account: newcomer(world, number),
            name: format!("joined-{number}"),
            to: tree.unit(to).clone(),
        },
        Deed::Distrust => call("DeactivateOrganizationsAccess", &[]),
    }
}

/// Deletes a StackSet and makes it again under its name, with everything that it had; its new id.
pub fn make_again(world: &mut World, name: &str) -> Option<StackSetId> {
    let (old, new) = replace(world, name)?;
    // Nobody depends on a StackSet that is gone, as in the simulator itself.
    let gone = format!(":stackset/{old}");
    for set in world.stack_sets.values_mut().flat_map(BTreeMap::values_mut) {
        set.definition.depends_on.retain(|arn| !arn.ends_with(&gone));
    }
    Some(new)
}

/// Its old id and its new one.
fn replace(world: &mut World, name: &str) -> Option<(StackSetId, StackSetId)> {
    for sets in world.stack_sets.values_mut() {
        let is_meant = |set: &&StackSet| !set.deleted && set.name() == name && !set.is_busy();
        let Some(old) = sets.values().find(is_meant).map(|set| set.id.clone()) else {
            continue;
        };
        let mut set = sets.remove(&old)?;
        let id = StackSetId::parse(&format!("{name}:00000000-0000-0000-0000-{:012}", world.draws)).ok()?;
        world.draws += 1;
        set.id = id.clone();
        sets.insert(id.clone(), set);
        return Some((old, id));
    }
    None
}
