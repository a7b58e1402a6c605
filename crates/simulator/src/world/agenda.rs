//! What happens by itself when time passes.

use jiff::Timestamp;
use model::ids::{AccountId, OperationId, Region, StackSetId, UnitId};
use model::instance::InstanceKey;
use serde::{Deserialize, Serialize};

/// One thing that is due. The order is by time first, so that a set of them is an agenda.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// What.
    pub step: DueStep,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum DueStep {
    /// An instance of an operation is done.
    CellEnds {
        /// The home Region of the StackSet.
        home: Region,
        /// The StackSet.
        stack_set: StackSetId,
        /// The operation.
        operation: OperationId,
        /// The instance.
        key: InstanceKey,
    },
    /// An operation starts with its first instances.
    OperationStarts {
        /// The home Region of the StackSet.
        home: Region,
        /// The StackSet.
        stack_set: StackSetId,
        /// The operation.
        operation: OperationId,
    },
    /// An account that was asked for is there.
    AccountCreated {
        /// The account.
        account: AccountId,
    },
    /// An account that was closed is.
    AccountClosed {
        /// The account.
        account: AccountId,
    },
    /// Automatic deployment notices that an account stands elsewhere.
    AccountMoved {
        /// Counts moves, so that moves of one moment keep their order.
        sequence: u64,
        /// The account.
        account: AccountId,
        /// The units it stood in, from the nearest to the root; empty for one that joined.
        from: Vec<UnitId>,
        /// The units it stands in, from the nearest to the root; empty for one that left.
        to: Vec<UnitId>,
    },
}
