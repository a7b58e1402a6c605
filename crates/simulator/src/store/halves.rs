//! `world.json` is two lines of about the same size, so that two threads can write and read it.

use std::collections::BTreeMap;
use std::thread;

use model::instance::{InstanceKey, keyed};
use serde::{Deserialize, Serialize};

use crate::world::{LogEntry, Stack, World};

/// The first line.
#[derive(Serialize)]
struct Saved<'a> {
    version: u32,
    generation: u64,
    calls_length: u64,
    world: &'a World,
}

/// The first line, read.
#[derive(Deserialize)]
pub(super) struct Loaded {
    pub(super) version: u32,
    pub(super) generation: u64,
    pub(super) calls_length: u64,
    pub(super) world: World,
}

/// The second line: what is in target accounts.
#[derive(Default, Serialize, Deserialize)]
struct Stacks {
    #[serde(with = "keyed")]
    stacks: BTreeMap<InstanceKey, BTreeMap<String, Stack>>,
    taken_names: BTreeMap<String, String>,
}

/// What stands in the first line besides the world.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) version: u32,
    pub(super) generation: u64,
    pub(super) calls_length: u64,
}

/// The text of a world, without its log, which has its own file.
pub(super) fn write(world: &mut World, head: Head) -> Result<Vec<u8>, String> {
    // Both are put back, whatever happens.
    let log = std::mem::take(&mut world.log);
    let stacks = take_stacks(world);
    let saved = Saved {
        version: head.version,
        generation: head.generation,
        calls_length: head.calls_length,
        world,
    };
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(|| serde_json::to_vec(&stacks));
        (serde_json::to_vec(&saved), second.join())
    });
    put_back(world, log, stacks);
    let mut text = first.map_err(|error| error.to_string())?;
    text.push(b'\n');
    let second = second.map_err(|_| "the stacks could not be written".to_owned())?;
    text.extend(second.map_err(|error| error.to_string())?);
    Ok(text)
}

/// Reads a text that [`write`] made.
pub(super) fn read(text: &str) -> Result<Loaded, String> {
    // JSON as it is written here has no line ends inside.
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(|| serde_json::from_str::<Stacks>(second));
        (serde_json::from_str::<Loaded>(first), second.join())
    });
    let mut loaded = first.map_err(|error| error.to_string())?;
    let second = second.map_err(|_| "the stacks could not be read".to_owned())?;
    let stacks = second.map_err(|error| error.to_string())?;
    put_back(&mut loaded.world, Vec::new(), stacks);
    Ok(loaded)
}

fn take_stacks(world: &mut World) -> Stacks {
    Stacks {
        stacks: std::mem::take(&mut world.stacks),
        taken_names: std::mem::take(&mut world.taken_names),
    }
}

fn put_back(world: &mut World, log: Vec<LogEntry>, stacks: Stacks) {
    world.log = log;
    world.stacks = stacks.stacks;
    world.taken_names = stacks.taken_names;
}
