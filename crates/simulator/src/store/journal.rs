//! What was asked of a kept world since `world.json` was written: a line of JSON for every write.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{StoreError, files};
use crate::world::ApiCall;

/// A call and when it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// The moment.
    pub(crate) at: Timestamp,
    /// The call.
    pub(crate) call: ApiCall,
}

/// Calls up to one that was answered, or none when only time passed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Batch {
    /// Which `world.json` it follows on.
    pub(crate) generation: u64,
    /// The calls in their order.
    pub(crate) calls: Vec<Taken>,
    /// The moment that it was in the world then.
    pub(crate) now: Timestamp,
    /// Draws of the world until then: who carries the calls out again must come to the same number.
    pub(crate) draws: u64,
    /// How many bytes of `calls.jsonl` belonged to the world then.
    pub(crate) calls_length: u64,
}

/// The journal of one `world.json`.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) batches: Vec<Batch>,
    /// How many bytes of the file these are.
    pub(super) length: u64,
}

/// Reads what follows on a generation.
///
/// A process that is killed while it writes leaves a last line without an end, of a call that was never answered: it is left out. A
/// journal of another generation is one that its own `world.json` has been written after.
pub(super) fn read(path: &Path, generation: u64) -> Result<Journal, StoreError> {
    let text = files::read(path)?.unwrap_or_default();
    let mut journal = Journal::default();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.last() != Some(&b'\n') {
            break;
        }
        let batch: Batch = serde_json::from_slice(line).map_err(StoreError::damaged(path))?;
        if batch.generation != generation {
            break;
        }
        journal.batches.push(batch);
        journal.length += line.len() as u64;
    }
    Ok(journal)
}

/// Writes a batch after the first `length` bytes, in place of whatever is there, and gives the new length.
pub(super) fn append(path: &Path, length: u64, batch: &Batch) -> Result<u64, StoreError> {
    files::append(path, length, std::slice::from_ref(batch))
}
