//! The one place that touches the file system.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use tempfile::NamedTempFile;

use super::StoreError;
use crate::world::LogEntry;

/// A file's bytes; none when there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io(path)(error)),
    }
}

/// How files are opened: made when they are not there, and then for their owner alone, because there are secrets in them.
pub(super) fn for_owner() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Puts a file in the place of another, for its owner alone: a reader, or a process started after a crash, sees the old one or the
/// new one.
///
/// The directory is not waited for. A power failure right after the answer may bring back the world before it, which is whole too.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::with_prefix_in(".world-", directory).map_err(StoreError::io(directory))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_data())
        .map_err(StoreError::io(path))?;
    file.persist(path)
        .map_err(|error| StoreError::io(path)(error.error))?;
    Ok(())
}

/// Removes a file that may be there.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::io(path)(error)),
        _ => Ok(()),
    }
}

/// Tells git to leave a directory alone, unless somebody has told it something already.
pub(super) fn ignore_in_git(directory: &Path) -> Result<(), StoreError> {
    let path = directory.join(".gitignore");
    let made = OpenOptions::new().write(true).create_new(true).open(&path);
    match made.and_then(|mut file| file.write_all(b"*\n")) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(StoreError::io(&path)(error)),
        _ => Ok(()),
    }
}

/// The calls in the first `length` bytes; what follows them belongs to a world that was never saved.
pub(super) fn read_calls(path: &Path, length: u64) -> Result<Vec<LogEntry>, StoreError> {
    let bytes = read(path)?.unwrap_or_default();
    let known = usize::try_from(length)
        .ok()
        .and_then(|length| bytes.get(..length));
    let Some(known) = known else {
        return Err(StoreError::damaged(path)(format!(
            "it has {} bytes and the world says {length}",
            bytes.len()
        )));
    };
    let calls = serde_json::Deserializer::from_slice(known).into_iter();
    calls.collect::<Result<_, _>>().map_err(StoreError::damaged(path))
}

/// Writes values as lines of JSON after the first `length` bytes, in place of whatever is there, and gives the new length.
pub(super) fn append<T: Serialize>(path: &Path, length: u64, values: &[T]) -> Result<u64, StoreError> {
    if values.is_empty() {
        return Ok(length);
    }
    let mut lines = Vec::new();
    for value in values {
        serde_json::to_writer(&mut lines, value).map_err(StoreError::damaged(path))?;
        lines.push(b'\n');
    }
    write_at(path, length, &lines).map_err(StoreError::io(path))?;
    Ok(length + lines.len() as u64)
}

fn write_at(path: &Path, length: u64, lines: &[u8]) -> std::io::Result<()> {
    let mut file = for_owner().open(path)?;
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length))?;
    file.write_all(lines)?;
    file.sync_data()
}
