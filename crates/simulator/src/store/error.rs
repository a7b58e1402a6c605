//! Why a world cannot be opened or saved.

use std::io;
use std::path::{Path, PathBuf};

use model::diagnostic::Diagnostic;

/// What is wrong with the files of a world.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it open.
    #[error("the simulated world {} is in use by another process", world.display())]
    Locked {
        /// The world.
        world: PathBuf,
        /// The file that is locked.
        lock: PathBuf,
    },
    /// It cannot be read as a world.
    #[error("the simulated world is damaged: {} cannot be read: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found in it.
        reason: String,
    },
    /// It was written by another version.
    #[error("the simulated world {} has format {found}, this version reads format {}", path.display(), super::VERSION)]
    Version {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// The file system said no.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl StoreError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn damaged<E: ToString>(path: &Path) -> impl FnOnce(E) -> Self {
        move |reason| Self::Damaged {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// The error with its code and the way on.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::Locked { lock, .. } => (
                "E0030",
                format!(
                    "wait until the other stackfleet command ends (it holds {}), or run this one in another directory",
                    lock.display()
                ),
            ),
            Self::Damaged { path, .. } | Self::Version { path, .. } => (
                "E0031",
                format!(
                    "to start again from a new world, move it away: mv {0} {0}.old",
                    shell_word(path)
                ),
            ),
            Self::Io { path, .. } => (
                "E0032",
                format!("make {} readable and writable, then run again", path.display()),
            ),
        };
        Diagnostic::error(code, self.to_string()).help(help)
    }
}

/// The path as one word of a shell command.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
