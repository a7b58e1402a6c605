//! A world written by hand, as TOML (`docs/worlds.md`).
//!
//! `format` says what may be in the file, `parse` reads it with every mistake at once, `build` makes the world of it with `units`,
//! `accounts`, `storage` and `scenario`.

mod accounts;
mod build;
mod format;
mod parse;
mod scenario;
mod storage;
#[cfg(test)]
mod tests;
mod units;

use model::diagnostic::Diagnostic;

pub(crate) use scenario::{ActorEntry, FaultEntry};

use crate::world::World;

/// The organization that is there without a world file.
const FRESH: &str = include_str!("../../../../fixtures/worlds/demo.toml");

/// Reads a world, or finds every mistake in it.
///
/// `file_name` is what spans name the text by; `load` gives the text of a file that an object of the world names.
pub fn read(
    text: &str,
    file_name: &str,
    load: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<World, Vec<Diagnostic>> {
    let (file, mut mistakes) = parse::file(text, file_name);
    let world = build::world(&file, &mut mistakes, load);
    match world {
        Some(world) if mistakes.is_empty() => Ok(world),
        _ => Err(mistakes.into_diagnostics()),
    }
}

/// A fresh organization: no StackSets yet.
pub fn fresh() -> Result<World, Vec<Diagnostic>> {
    let mut none = |path: &str| Err(format!("the built-in world has no file {path}"));
    read(FRESH, "built-in world", &mut none)
}
