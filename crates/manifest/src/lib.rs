//! Reads the manifest: what is wanted, or every mistake at once.
//!
//! [`read`] is the entrance; the files stand in the order of its steps:
//!
//! 1. `files`: the only file of the crate that reads files: the manifest, and what it names below its directory;
//! 2. `tree`: TOML with the place of every key and value; `[defaults]` laid under a StackSet;
//! 3. `include`: other files in one namespace with the manifest (E0106, E0107);
//! 4. `reader`: one key, read as what it must be, or a diagnostic (E0100 to E0105);
//! 5. `head`: `requires`, `[project]`, `[aws]`, `[removed.NAME]`; `limits`: `[guard]`, `[protect]`, `[[freeze]]`;
//! 6. `vocabulary`: what `account:NAME`, `@NAME` and a rollout's name mean; `rollout`: `[rollout.NAME]`;
//! 7. `stack_set`: `[stackset.NAME]`, with `template_source`, `parts`, `targets`, `regions`, `settings`, `permission`,
//!    `preferences` and `parameters`;
//! 8. `fit`: whether a StackSet and its template go together (E0301 to E0321);
//! 9. `order`: names that are used twice, and `depends_on` (E0401, E0402).
//!
//! [`format()`] gives a manifest its canonical form, [`schema`] says in JSON Schema what it may hold.
//!
//! What needs AWS (does the unit exist, who owns the StackSet) is the planner's to say.

mod codes;
mod files;
mod fit;
mod format;
mod head;
mod include;
mod limits;
mod order;
mod parameters;
mod parts;
mod permission;
mod preferences;
mod reader;
mod regions;
mod rollout;
mod schema;
mod settings;
mod stack_set;
mod targets;
mod template_source;
mod tree;
mod vocabulary;
mod words;

use std::path::{Path, PathBuf};

use model::desired::Desired;
use model::diagnostic::{Diagnostic, Sources};
use model::source::Source;

pub use format::format;
pub use schema::{schema, schema_with};

use crate::files::Files;
use crate::include::Document;
use crate::reader::Reader;
use crate::tree::Table;

/// What came out of reading a manifest.
#[derive(Debug)]
pub struct Reading {
    /// What is wanted; none when a diagnostic is an error.
    pub desired: Option<Desired>,
    /// Every mistake and warning, in the order of the manifest; 200 at most.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that it includes.
    pub included: Vec<PathBuf>,
    /// The texts that the diagnostics' spans point into. Values that should not have been written down are blotted out.
    pub sources: Sources,
}

/// Reads a manifest, the files that it includes and the templates that it names. Spans carry the manifest's name as given, and the
/// others' names relative to its directory.
pub fn read(path: &Path) -> Reading {
    let name = path.display().to_string();
    let text = match files::manifest(path) {
        Ok(text) => text,
        Err(diagnostic) => return Reading::refused(*diagnostic),
    };
    let mut opened = open(Document { name, text }, Files::beside(path));
    let texts: Vec<Source> = opened
        .documents
        .iter()
        .map(|document| Source::new(&document.name, &document.text))
        .collect();
    let mut reader = Reader::new(&texts, opened.files, opened.diagnostics);
    let desired = opened.root.as_mut().and_then(|root| {
        for included in texts.iter().enumerate().skip(1) {
            include::merge(&mut reader, root, included);
        }
        head::desired(&mut reader, root)
    });
    let finished = reader.finish();
    let failed = finished.diagnostics.iter().any(Diagnostic::is_error);
    let mut sources = Sources::new();
    finished.files.into_sources(&mut sources);
    let beside = |source: &Source| path.with_file_name("").join(source.file);
    let names = texts.iter().map(|source| source.file.to_owned());
    sources.extend(names.zip(finished.texts));
    Reading {
        desired: desired.filter(|_| !failed),
        diagnostics: finished.diagnostics,
        included: texts.iter().skip(1).map(beside).collect(),
        sources,
    }
}

impl Reading {
    /// Of a manifest that cannot be read at all.
    fn refused(diagnostic: Diagnostic) -> Self {
        Self {
            desired: None,
            diagnostics: vec![diagnostic],
            included: Vec::new(),
            sources: Sources::new(),
        }
    }
}

/// The manifest's own file, and the texts of those that it includes.
struct Opened {
    /// Its tables; none when it cannot be read on.
    root: Option<Table>,
    /// The manifest itself first.
    documents: Vec<Document>,
    diagnostics: Vec<Diagnostic>,
    files: Files,
}

fn open(manifest: Document, files: Files) -> Opened {
    let source = [Source::new(&manifest.name, &manifest.text)];
    let mut reader = Reader::new(&source, files, Vec::new());
    let mut included = Vec::new();
    let root = source
        .first()
        .and_then(|source| tree::parse(&mut reader, 0, source))
        .filter(|root| head::is_readable(&mut reader, root));
    if let Some(root) = &root {
        included = include::documents(&mut reader, &manifest.name, root);
    }
    let finished = reader.finish();
    let mut documents = vec![manifest];
    documents.append(&mut included);
    Opened {
        root,
        documents,
        diagnostics: finished.diagnostics,
        files: finished.files,
    }
}
