//! What goes wrong between a client and a service (reliability §3.2, §3.3).
//!
//! | file | what |
//! |---|---|
//! | `mod.rs` | which fault hits a call |
//! | `refusals.rs`, `codes.rs` | answers that a service did not give, and what each service calls them |
//! | `past.rs` | the world as it was, for lists that lag behind |

mod codes;
mod past;
mod refusals;
#[cfg(test)]
mod tests;

pub(crate) use past::Past;
pub(crate) use refusals::{broken, refusal_after, refusal_before, service_failure, truncated};

use crate::world::{ApiCall, FaultKind, World};

/// The first fault of the world that hits a call. Faults before it that fit but do not strike count the call too.
pub(crate) fn strike(world: &mut World, call: &ApiCall) -> Option<FaultKind> {
    let (seed, now) = (world.seed, world.now);
    for (index, fault) in world.faults.iter_mut().enumerate() {
        if fault.fits(call, now) && fault.strikes(seed, index as u64) {
            return Some(fault.kind.clone());
        }
    }
    None
}
