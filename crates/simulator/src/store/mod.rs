//! A world kept between commands, in a directory of its own (`.stackfleet`).
//!
//! | file | what |
//! |---|---|
//! | `world.json` | the world; replaced as a whole, never written in place |
//! | `calls.jsonl` | the world's log, one call a line; only grows |
//! | `world.lock` | locked while a process has the world open |
//!
//! The calls are appended first and the world names how many bytes of them belong to it. A process that is killed between the two
//! leaves calls that no world knows of, and the next one cuts them off.

mod error;
mod files;
#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::error::StoreError;
use crate::world::World;

/// The version of `world.json`; one of another is not read.
const VERSION: u32 = 1;

/// The files of a world that this process has open. While it lives, no other process can open them.
#[derive(Debug)]
pub struct Store {
    world: PathBuf,
    calls: PathBuf,
    calls_length: u64,
    calls_saved: usize,
    _lock: File,
}

#[derive(Serialize)]
struct Saved<'a> {
    version: u32,
    calls_length: u64,
    world: &'a World,
}

#[derive(Deserialize)]
struct Loaded {
    version: u32,
    calls_length: u64,
    world: World,
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
        let (world, path) = (directory.join("world.json"), directory.join("world.lock"));
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let lock = lock.map_err(StoreError::io(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { world, lock: path }),
            Err(TryLockError::Error(error)) => return Err(StoreError::io(&path)(error)),
        }
        let calls = directory.join("calls.jsonl");
        Ok(Self {
            world,
            calls,
            calls_length: 0,
            calls_saved: 0,
            _lock: lock,
        })
    }

    fn load(&mut self) -> Result<Option<World>, StoreError> {
        let Some(text) = files::read(&self.world)? else {
            return Ok(None);
        };
        let loaded = self.parse(&text)?;
        let mut world = loaded.world;
        world.log = files::read_calls(&self.calls, loaded.calls_length)?;
        self.calls_length = loaded.calls_length;
        self.calls_saved = world.log.len();
        Ok(Some(world))
    }

    /// The text is gone through once; only one that is no world of this version is asked for its version.
    fn parse(&self, text: &[u8]) -> Result<Loaded, StoreError> {
        let damaged = match serde_json::from_slice::<Loaded>(text) {
            Ok(loaded) if loaded.version == VERSION => return Ok(loaded),
            Ok(loaded) => return Err(self.of_version(loaded.version)),
            Err(damaged) => damaged,
        };
        match serde_json::from_slice::<Version>(text) {
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

    /// Saves the world; when it returns, killing the process loses nothing of it.
    pub fn save(&mut self, world: &mut World) -> Result<(), StoreError> {
        let new = world.log.get(self.calls_saved..).unwrap_or_default();
        let calls_length = files::append_calls(&self.calls, self.calls_length, new)?;
        // The log has its own file; it is put back whatever happens.
        let log = std::mem::take(&mut world.log);
        let text = serde_json::to_vec(&Saved {
            version: VERSION,
            calls_length,
            world,
        });
        world.log = log;
        files::replace(&self.world, &text.map_err(StoreError::damaged(&self.world))?)?;
        self.calls_length = calls_length;
        self.calls_saved = world.log.len();
        Ok(())
    }
}
