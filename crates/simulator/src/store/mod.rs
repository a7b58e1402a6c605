//! A world kept between commands, in a directory of its own (`.stackfleet`).
//!
//! | file | what |
//! |---|---|
//! | `world.json` | the world as it was when a command ended; replaced as a whole, never written in place (`halves.rs`) |
//! | `journal.jsonl` | what was asked of it since, a line for every write (`journal.rs`) |
//! | `calls.jsonl` | the world's log, one call a line; only grows |
//! | `world.lock` | locked while a process has the world open |
//! | `.gitignore` | keeps all of this out of a repository |
//!
//! The same world and the same calls give the same world, so a write costs one line of the journal, whatever the size of the world (decision 10). A
//! process that is killed leaves its journal, and the next one carries it out again and writes the world. The calls of the log are
//! appended first and the journal names how many bytes of them belong to the world: what is behind them was never answered.

mod error;
mod files;
mod halves;
mod journal;
#[cfg(test)]
mod tests;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::error::StoreError;
use self::halves::{Head, Loaded};
pub(crate) use self::journal::{Batch, Taken};
use crate::simulator;
use crate::world::World;

/// The version of `world.json`; one of another is not read.
const VERSION: u32 = 2;

/// The files of a world that this process has open. While it lives, no other process can open them.
#[derive(Debug)]
pub struct Store {
    world: PathBuf,
    journal: PathBuf,
    calls: PathBuf,
    generation: u64,
    journal_length: u64,
    calls_length: u64,
    calls_saved: usize,
    _lock: File,
}

/// A file of another version is told apart from a damaged one.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Store {
    /// Opens the world in a directory, or makes and saves a new one when there is none.
    ///
    /// A file that cannot be read as a world is left as it is.
    pub fn open<E>(directory: &Path, make: impl FnOnce() -> Result<World, E>) -> Result<(Self, World), E>
    where
        E: From<StoreError>,
    {
        let mut store = Self::lock(directory)?;
        if let Some(world) = store.load()? {
            return Ok((store, world));
        }
        let mut world = make()?;
        store.save(&mut world)?;
        Ok((store, world))
    }

    fn lock(directory: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(directory).map_err(StoreError::io(directory))?;
        files::ignore_in_git(directory)?;
        let (world, path) = (directory.join("world.json"), directory.join("world.lock"));
        let lock = files::for_owner().open(&path).map_err(StoreError::io(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { world, lock: path }),
            Err(TryLockError::Error(error)) => return Err(StoreError::io(&path)(error)),
        }
        Ok(Self {
            world,
            journal: directory.join("journal.jsonl"),
            calls: directory.join("calls.jsonl"),
            generation: 0,
            journal_length: 0,
            calls_length: 0,
            calls_saved: 0,
            _lock: lock,
        })
    }

    /// The world as it was, with what the journal has carried out again.
    fn load(&mut self) -> Result<Option<World>, StoreError> {
        let Some(text) = files::read(&self.world)? else {
            return Ok(None);
        };
        let text = String::from_utf8(text).map_err(StoreError::damaged(&self.world))?;
        let loaded = self.parse(&text)?;
        drop(text);
        let journal = journal::read(&self.journal, loaded.generation)?;
        self.generation = loaded.generation;
        self.journal_length = journal.length;
        self.calls_length = journal
            .batches
            .last()
            .map_or(loaded.calls_length, |last| last.calls_length);
        let unsaved = journal.batches.iter().any(|batch| !batch.calls.is_empty());
        let replayed = simulator::replay(loaded.world, journal.batches);
        let mut world = replayed.map_err(StoreError::damaged(&self.journal))?;
        world.log = files::read_calls(&self.calls, self.calls_length)?;
        self.calls_saved = world.log.len();
        if unsaved {
            self.save(&mut world)?;
        }
        Ok(Some(world))
    }

    /// The text is gone through once; only one that is no world of this version is asked for its version.
    fn parse(&self, text: &str) -> Result<Loaded, StoreError> {
        let damaged = match halves::read(text) {
            Ok(loaded) if loaded.version == VERSION => return Ok(loaded),
            Ok(loaded) => return Err(self.of_version(loaded.version)),
            Err(damaged) => damaged,
        };
        let first = text.lines().next().unwrap_or_default();
        match serde_json::from_str::<Version>(first) {
            Ok(other) if other.version != VERSION => Err(self.of_version(other.version)),
            _ => Err(StoreError::damaged(&self.world)(damaged)),
        }
    }

    fn of_version(&self, found: u32) -> StoreError {
        StoreError::Version {
            path: self.world.clone(),
            found,
        }
    }

    /// Writes the calls since the last time into the journal; when it returns, killing the process loses nothing of them.
    pub(crate) fn append(&mut self, world: &World, calls: &mut Vec<Taken>) -> Result<(), StoreError> {
        let calls_length = self.append_log(world)?;
        let batch = Batch {
            generation: self.generation,
            calls: std::mem::take(calls),
            now: world.now,
            draws: world.draws,
            calls_length,
        };
        let written = journal::append(&self.journal, self.journal_length, &batch);
        // What could not be written is written with the next call.
        *calls = if written.is_err() { batch.calls } else { Vec::new() };
        self.journal_length = written?;
        self.log_is_saved(world, calls_length);
        Ok(())
    }

    /// Writes the world itself; when it returns, killing the process loses nothing of it. The journal begins anew.
    pub fn save(&mut self, world: &mut World) -> Result<(), StoreError> {
        let calls_length = self.append_log(world)?;
        let head = Head {
            version: VERSION,
            generation: self.generation + 1,
            calls_length,
        };
        let text = halves::write(world, head).map_err(StoreError::damaged(&self.world))?;
        files::replace(&self.world, &text)?;
        self.generation += 1;
        self.journal_length = 0;
        self.log_is_saved(world, calls_length);
        files::remove(&self.journal)
    }

    fn append_log(&self, world: &World) -> Result<u64, StoreError> {
        let new = world.log.get(self.calls_saved..).unwrap_or_default();
        files::append(&self.calls, self.calls_length, new)
    }

    fn log_is_saved(&mut self, world: &World, calls_length: u64) {
        self.calls_length = calls_length;
        self.calls_saved = world.log.len();
    }
}
