//! Operations: what happens to stack instances while world time passes.

pub mod auto_deployment;

use jiff::Timestamp;

use crate::world::World;

/// Lets world time pass up to `to`; never back.
pub fn advance(world: &mut World, to: Timestamp) {
    world.now = world.now.max(to);
}
