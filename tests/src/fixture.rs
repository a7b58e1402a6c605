//! Fixtures, and copies of them that a test may change.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ is in the workspace")
        .to_owned()
}

/// A file or folder below `fixtures/`.
pub fn path(name: &str) -> PathBuf {
    root().join("fixtures").join(name)
}

/// An empty directory that disappears with the test.
pub fn empty() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// A copy of a folder below `fixtures/`.
pub fn copy(name: &str) -> TempDir {
    let directory = empty();
    copy_all(&path(name), directory.path());
    directory
}

/// Copies everything in a folder into another one.
pub fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("a folder can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// Changes a text in a file; the text must be there.
pub fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(text.contains(from), "{} has no `{from}`", file.display());
    fs::write(file, text.replace(from, to)).expect("a file can be written");
}
