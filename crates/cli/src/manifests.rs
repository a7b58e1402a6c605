//! Several manifests in one run: read one by one, their mistakes told together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::diagnostic::{Diagnostic, Sources, Span};

use crate::failure::Failure;
use crate::files;
use crate::pipeline::{self, Read};

/// Reads every manifest that was named, or the one here or above. The mistakes of all of them are one failure.
pub(crate) fn read(named: &[PathBuf]) -> Result<Vec<Read>, Failure> {
    let [_, _, ..] = named else {
        return Ok(vec![pipeline::read(named.first())?]);
    };
    refuse_twice(named)?;
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for manifest in named {
        match pipeline::read(Some(manifest)) {
            Ok(one) => read.push(one),
            Err(failure) => wrong.push(from_here(manifest, failure)),
        }
    }
    if wrong.is_empty() {
        Ok(read)
    } else {
        Err(together(wrong))
    }
}

/// E0017: one manifest twice, also under two names.
fn refuse_twice(named: &[PathBuf]) -> Result<(), Failure> {
    let mut seen: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut wrong = Vec::new();
    for manifest in named {
        let file = manifest.canonicalize().unwrap_or_else(|_| manifest.clone());
        if let Some(first) = seen.insert(file, manifest) {
            let message = format!("`{}` is named twice", files::shown(manifest));
            let mut diagnostic = Diagnostic::error("E0017", message);
            if first != manifest {
                diagnostic = diagnostic.note(format!("it is the same file as `{}`", files::shown(first)));
            }
            wrong.push(diagnostic.help("name each manifest once"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::of_files(wrong, Sources::new()))
    }
}

/// A failure whose files have the names that they have from here: those of two manifests may be called alike beside each.
pub(crate) fn from_here(manifest: &Path, mut failure: Failure) -> Failure {
    let (own, beside) = (manifest.display().to_string(), manifest.with_file_name(""));
    let rename = |name: &mut String| {
        if *name != own {
            *name = beside.join(&*name).display().to_string();
        }
    };
    for one in &mut failure.diagnostics {
        spans(one).for_each(|span| rename(&mut span.file));
    }
    let sources = failure.sources.into_iter();
    let renamed = sources.map(|(mut name, text)| {
        rename(&mut name);
        (name, text)
    });
    failure.sources = renamed.collect();
    failure
}

fn spans(one: &mut Diagnostic) -> impl Iterator<Item = &mut Span> {
    let labels = one.labels.iter_mut().map(|label| &mut label.span);
    let edits = one.help.iter_mut().filter_map(|help| help.replacement.as_mut());
    labels.chain(edits.map(|edit| &mut edit.span))
}

/// All of them as one.
pub(crate) fn together(failures: Vec<Failure>) -> Failure {
    let mut all = Failure::of_files(Vec::new(), Sources::new());
    for mut one in failures {
        all.diagnostics.append(&mut one.diagnostics);
        all.sources.append(&mut one.sources);
    }
    all
}
