//! The state of the repository that the manifest is in.

use std::path::{Path, PathBuf};

use git2::{Repository, Status, StatusOptions};
use model::observed::Git;

/// Commit and branch, and whether something is not committed: a change of a file that git keeps, or a file that was read and
/// that git does not keep. Nothing when the directory is in no repository, or git cannot say.
pub(crate) fn state(directory: &Path, read: impl Iterator<Item = PathBuf>) -> Option<Git> {
    let here = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let repository = Repository::discover(here).ok()?;
    let head = repository.head().ok()?;
    let commit = head.peel_to_commit().ok()?;
    let branch = head.is_branch().then(|| head.shorthand().map(str::to_owned));
    Some(Git {
        commit: commit.id().to_string(),
        branch: branch.flatten(),
        dirty: is_changed(&repository)? || read.into_iter().any(|file| !is_kept(&repository, &file)),
    })
}

/// The folder in its repository, with a slash at its end: empty for the root. Nothing outside of one.
pub(crate) fn folder(directory: &Path) -> Option<String> {
    let here = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let repository = Repository::discover(here).ok()?;
    let root = repository.workdir()?.canonicalize().ok()?;
    let here = here.canonicalize().ok()?;
    let parts = here.strip_prefix(root).ok()?.components();
    let parts = parts.map(|part| format!("{}/", part.as_os_str().to_string_lossy()));
    Some(parts.collect::<Vec<String>>().concat())
}

/// Files that git does not know are no change: a saved plan lies beside the manifest.
fn is_changed(repository: &Repository) -> Option<bool> {
    let mut options = StatusOptions::new();
    options.include_untracked(false).include_ignored(false);
    let statuses = repository.statuses(Some(&mut options)).ok()?;
    Some(!statuses.is_empty())
}

fn is_kept(repository: &Repository, file: &Path) -> bool {
    let relative = || {
        let root = repository.workdir()?.canonicalize().ok()?;
        let file = file.canonicalize().ok()?;
        file.strip_prefix(root).ok().map(Path::to_path_buf)
    };
    let status = relative().and_then(|path| repository.status_file(&path).ok());
    status.is_some_and(|status| !status.intersects(Status::WT_NEW | Status::IGNORED))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one commit of `a.toml`.
    fn committed() -> (tempfile::TempDir, Repository) {
        let directory = tempfile::tempdir().unwrap();
        let repository = Repository::init(directory.path()).unwrap();
        std::fs::write(directory.path().join("a.toml"), "version = 1\n").unwrap();
        let mut index = repository.index().unwrap();
        index.add_path(Path::new("a.toml")).unwrap();
        index.write().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let author = git2::Signature::now("a", "a@example.org").unwrap();
        repository
            .commit(Some("HEAD"), &author, &author, "first", &tree, &[])
            .unwrap();
        drop(tree);
        (directory, repository)
    }

    fn dirty(directory: &Path, read: &str) -> bool {
        state(directory, std::iter::once(directory.join(read)))
            .unwrap()
            .dirty
    }

    #[test]
    fn what_is_committed_is_clean_and_a_plan_beside_it_changes_nothing() {
        let (directory, _) = committed();
        std::fs::write(directory.path().join("plan.json"), "{}").unwrap();
        assert!(!dirty(directory.path(), "a.toml"));
    }

    #[test]
    fn a_changed_file_and_a_read_file_that_git_does_not_keep_are_not_committed() {
        let (directory, _) = committed();
        std::fs::write(directory.path().join("template.yaml"), "x").unwrap();
        assert!(dirty(directory.path(), "template.yaml"));
        std::fs::write(directory.path().join("a.toml"), "version = 2\n").unwrap();
        assert!(dirty(directory.path(), "a.toml"));
    }

    #[test]
    fn a_folder_is_told_from_the_root_of_its_repository() {
        let (directory, _) = committed();
        let below = directory.path().join("a/b");
        std::fs::create_dir_all(&below).unwrap();
        assert_eq!(folder(directory.path()).as_deref(), Some(""));
        assert_eq!(folder(&below).as_deref(), Some("a/b/"));
    }

    #[test]
    fn a_directory_in_no_repository_has_no_state() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(state(directory.path(), std::iter::empty()), None);
    }
}
