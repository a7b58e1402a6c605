//! A kept world: what of it is not on disk yet, and how it becomes what it was.

use super::State;
use crate::store::{Batch, Store, StoreError, Taken};
use crate::world::{ApiCall, World};

/// The files of a world, with what they do not have yet.
#[derive(Debug)]
pub(super) struct Kept {
    store: Store,
    /// Calls since the last write that was made durable.
    taken: Vec<Taken>,
    /// Whether the world is another one than in `world.json`, but for its time and its log.
    changed: bool,
    /// Whether somebody changed it past its calls, which no journal can tell.
    by_hand: bool,
}

impl Kept {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            taken: Vec::new(),
            changed: false,
            by_hand: false,
        }
    }

    /// Remembers a call before it is carried out. A read changes nothing but the counts of faults.
    pub(super) fn remember(&mut self, world: &World, call: &ApiCall, reads: bool) {
        if !reads || !world.faults.is_empty() {
            let (at, call) = (world.now, call.clone());
            self.taken.push(Taken { at, call });
        }
    }

    /// The world went on by itself.
    pub(super) fn moved(&mut self) {
        self.changed = true;
    }

    /// Somebody changed the world past its calls.
    pub(super) fn changed_by_hand(&mut self) {
        self.by_hand = true;
    }

    /// What was asked so far is on disk when this returns.
    pub(super) fn make_durable(&mut self, world: &mut World) -> Result<(), StoreError> {
        self.changed = true;
        if self.by_hand {
            self.save_whole(world)
        } else {
            self.store.append(world, &mut self.taken)
        }
    }

    /// Everything is on disk when this returns, time and reads too. A world that stood still is not written again.
    pub(super) fn save(&mut self, world: &mut World) -> Result<(), StoreError> {
        if self.changed || self.by_hand || !self.taken.is_empty() {
            self.save_whole(world)
        } else {
            self.store.append(world, &mut self.taken)
        }
    }

    fn save_whole(&mut self, world: &mut World) -> Result<(), StoreError> {
        self.store.save(world)?;
        self.taken.clear();
        (self.changed, self.by_hand) = (false, false);
        Ok(())
    }
}

/// Carries out again what a journal says. The log is left as it is: it has its own file.
pub(crate) fn replay(mut world: World, batches: Vec<Batch>) -> Result<World, String> {
    let log = std::mem::take(&mut world.log);
    let mut state = State::new(world, None);
    for batch in batches {
        for Taken { at, call } in batch.calls {
            state.pass(at);
            state.take(&call);
        }
        state.pass(batch.now);
        if state.world.draws != batch.draws {
            return Err(format!(
                "the calls up to {} do not lead to what they led to: it was written by another version",
                batch.now
            ));
        }
    }
    state.world.log = log;
    Ok(state.world)
}
