//! Time passes for everybody: what is due happens, calls that were held back arrive, and others act, in the order of their moments.
//!
//! `deeds` is what an actor does.

mod deeds;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::world::{LogEntry, World};
use crate::{operations, routing};

/// Whose turn it is.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Call(usize),
    Actor(usize),
}

/// Lets world time pass up to `to`, never back; whether anybody but time did something.
pub(crate) fn pass(world: &mut World, to: Timestamp) -> bool {
    let mut acted = false;
    while let Some((at, turn)) = next(world).filter(|(at, _)| *at <= to) {
        operations::advance(world, at);
        match turn {
            Turn::Call(index) => arrive(world, index),
            Turn::Actor(index) => act(world, index),
        }
        acted = true;
    }
    operations::advance(world, to);
    acted
}

/// The soonest turn; of one moment a call before an actor, and each in the order of the world.
fn next(world: &World) -> Option<(Timestamp, Turn)> {
    let calls = world.delayed.iter().enumerate();
    let call = calls
        .map(|(index, delayed)| (delayed.at, index))
        .min()
        .map(|(at, index)| (at, Turn::Call(index)));
    let actors = world.actors.iter().enumerate();
    let actor = actors
        .filter_map(|(index, actor)| Some((actor.next?, index)))
        .min()
        .map(|(at, index)| (at, Turn::Actor(index)));
    match (call, actor) {
        (Some(call), Some(actor)) => Some(if actor.0 < call.0 { actor } else { call }),
        (call, actor) => call.or(actor),
    }
}

fn arrive(world: &mut World, index: usize) {
    let delayed = world.delayed.remove(index);
    let reply = routing::answer(world, &delayed.call);
    let entry = LogEntry {
        fault: Some("delayed_request".to_owned()),
        ..LogEntry::of(world, &delayed.call, &reply)
    };
    world.log.push(entry);
}

fn act(world: &mut World, index: usize) {
    let Some(actor) = world.actors.get_mut(index) else {
        return;
    };
    let (name, deed) = (actor.name.clone(), actor.does.clone());
    actor.has_acted();
    let entry = deeds::carry_out(world, &deed);
    world.log.push(LogEntry {
        actor: Some(name),
        ..entry
    });
}
