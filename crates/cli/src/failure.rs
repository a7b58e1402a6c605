//! A command that cannot go on: what the user reads and which code the shell sees.

use std::io::ErrorKind;
use std::path::Path;

use model::diagnostic::{Diagnostic, Sources};

use crate::exit::Exit;

/// Every message at once, with the texts that their spans point into.
#[derive(Debug)]
pub(crate) struct Failure {
    /// How the command ends.
    pub(crate) exit: Exit,
    /// What is wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Texts by file name.
    pub(crate) sources: Sources,
    /// Whether the reports that were asked for are written already.
    pub(crate) reported: bool,
}

impl Failure {
    /// A failure with several messages about files.
    pub(crate) fn of_files(diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        Self {
            exit: Exit::Error,
            diagnostics,
            sources,
            reported: false,
        }
    }

    /// The same with another exit.
    pub(crate) fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The same when its reports are written.
    pub(crate) fn reported(mut self) -> Self {
        self.reported = true;
        self
    }

    /// A file that could not be read or written.
    pub(crate) fn file(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        let message = format!("cannot {verb} `{}`", path.display());
        Diagnostic::error("E0020", message).note(plainly(error)).into()
    }
}

/// What the operating system says, without its numbers and temporary names.
fn plainly(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        ErrorKind::AlreadyExists => "it is there already, and is left as it is".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is not a directory".to_owned(),
        ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        ErrorKind::StorageFull => "no space is left".to_owned(),
        ErrorKind::AddrInUse => "another process listens there".to_owned(),
        _ => error.to_string(),
    }
}

impl From<simulator::store::StoreError> for Failure {
    fn from(error: simulator::store::StoreError) -> Self {
        error.diagnostic().into()
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::of_files(vec![diagnostic], Sources::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_told_in_words() {
        let error = std::io::Error::other("read only").kind();
        assert_eq!(plainly(&error.into()), "other error");
        let missing = std::fs::read("no/such/file").unwrap_err();
        assert_eq!(plainly(&missing), "there is no such file or directory");
    }
}
