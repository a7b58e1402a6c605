//! A command that cannot go on: what the user reads and which code the shell sees.

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
}

impl Failure {
    /// A failure with several messages about files.
    pub(crate) fn of_files(diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        Self {
            exit: Exit::Error,
            diagnostics,
            sources,
        }
    }

    /// The same with another exit.
    pub(crate) fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// A file that could not be read or written.
    pub(crate) fn file(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        let message = format!("cannot {verb} `{}`", path.display());
        Diagnostic::error("E0020", message).note(error.to_string()).into()
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
