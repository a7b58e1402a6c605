//! Reads the manifest: what is wanted, or every mistake at once.
//!
//! [`read`] is the entrance; the files stand in the order of its steps:
//!
//! 1. `files`: the only file of the crate that reads files: the manifest, and templates below its directory;
//! 2. `tree`: TOML with the place of every key and value; `[defaults]` laid under a StackSet;
//! 3. `reader`: one key, read as what it must be, or a diagnostic (E0100 to E0105);
//! 4. `head`: `[project]`, `[aws]`, `[guard]`, `[removed.NAME]`;
//! 5. `stack_set`: `[stackset.NAME]`, with `settings`, `targets`, `permission`, `preferences`
//!    and `parameters`;
//! 6. `fit`: whether a StackSet and its template go together (E0301 to E0321);
//! 7. `order`: names that are used twice, and `depends_on` (E0401, E0402).
//!
//! What needs AWS (does the unit exist, who owns the StackSet) is the planner's to say.

mod files;
mod fit;
mod head;
mod order;
mod parameters;
mod permission;
mod preferences;
mod reader;
mod settings;
mod stack_set;
mod targets;
mod tree;

use std::path::Path;

use model::desired::Desired;
use model::diagnostic::{Diagnostic, Sources};
use model::source::Source;

use crate::files::Files;
use crate::reader::Reader;

/// What came out of reading a manifest.
#[derive(Debug)]
pub struct Reading {
    /// What is wanted; none when a diagnostic is an error.
    pub desired: Option<Desired>,
    /// Every mistake and warning, in the order of the manifest.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics' spans point into. Values that should not have been written down are blotted out.
    pub sources: Sources,
}

/// Reads a manifest and the templates that it names. Spans carry the manifest's name as given and templates' names as
/// written in it.
pub fn read(path: &Path) -> Reading {
    let name = path.display().to_string();
    let mut sources = Sources::new();
    let text = match files::manifest(path) {
        Ok(text) => text,
        Err(diagnostic) => {
            return Reading {
                desired: None,
                diagnostics: vec![*diagnostic],
                sources,
            };
        }
    };
    let source = Source::new(&name, &text);
    let mut reader = Reader::new(&source);
    let mut files = Files::beside(path);
    let desired = tree::parse(&mut reader).and_then(|tree| head::desired(&mut reader, &mut files, &tree));
    let (diagnostics, shown) = reader.finish();
    files.into_sources(&mut sources);
    sources.insert(name.clone(), shown);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    Reading {
        desired: desired.filter(|_| !failed),
        diagnostics,
        sources,
    }
}
