//! The one place that touches the file system.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

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

/// Puts a file in the place of another: a reader, or a process started after a crash, sees the old one or the new one.
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

/// Writes calls after the first `length` bytes, in place of whatever is there, and gives the new length.
pub(super) fn append_calls(path: &Path, length: u64, calls: &[LogEntry]) -> Result<u64, StoreError> {
    if calls.is_empty() {
        return Ok(length);
    }
    let mut lines = Vec::new();
    for call in calls {
        serde_json::to_writer(&mut lines, call).map_err(StoreError::damaged(path))?;
        lines.push(b'\n');
    }
    write_at(path, length, &lines).map_err(StoreError::io(path))?;
    Ok(length + lines.len() as u64)
}

fn write_at(path: &Path, length: u64, lines: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length))?;
    file.write_all(lines)?;
    file.sync_data()
}
