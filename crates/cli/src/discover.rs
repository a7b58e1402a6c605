//! Where the manifest is when nobody says.

use std::path::{Path, PathBuf};

use model::diagnostic::Diagnostic;

use crate::failure::Failure;

/// The name that is looked for.
pub(crate) const MANIFEST: &str = "stackfleet.toml";

/// `stackfleet.toml` here or in a parent directory, up to the root of the repository.
pub(crate) fn manifest() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().map_err(|error| Failure::file("find", Path::new("."), &error))?;
    if let Some((levels, _)) = above(&here) {
        let up: PathBuf = std::iter::repeat_n("..", levels).collect();
        return Ok(up.join(MANIFEST));
    }
    let missing = Diagnostic::error(
        "E0001",
        format!("there is no `{MANIFEST}` here or in a parent directory"),
    );
    Err(missing.help("write one to start from: stackfleet init\nor name one: stackfleet -m path/to/stackfleet.toml validate").into())
}

/// The same from some place: how many levels above it, and the file.
pub(crate) fn above(here: &Path) -> Option<(usize, PathBuf)> {
    for (levels, directory) in here.ancestors().enumerate() {
        let file = directory.join(MANIFEST);
        if file.is_file() {
            return Some((levels, file));
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    None
}
