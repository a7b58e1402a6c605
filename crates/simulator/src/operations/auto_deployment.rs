//! Automatic deployment: what an account that joins, leaves or moves sets off (reference §2.6).

use model::ids::{AccountId, UnitId};

use crate::world::World;

/// An account stands elsewhere: `from` is none for one that joined, `to` is none for one that left.
pub fn organization_changed(
    world: &mut World,
    account: &AccountId,
    from: Option<&UnitId>,
    to: Option<&UnitId>,
) {
    let _ = (world, account, from, to);
}
