//! `stackfleet fmt`: manifests in their canonical form.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use model::diagnostic::{Diagnostic, Sources};
use report::json::Note;

use crate::args::{self, Format, Global};
use crate::discover;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// A file with its text before and after.
struct Formatted {
    path: PathBuf,
    before: String,
    after: String,
}

/// Formats the files, all or none: one that is not TOML leaves the others as they are.
pub(crate) fn run(args: &args::Fmt, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    if args.files == [Path::new("-")] {
        return stdin(terminal);
    }
    let mut changed = Vec::new();
    for path in paths(args, global)? {
        let before = files::read(&path)?;
        let after = format(&path, &before)?;
        if before != after {
            changed.push(Formatted { path, before, after });
        }
    }
    if args.check {
        return check(&changed, terminal);
    }
    for file in &changed {
        files::rewrite(&file.path, &file.after)?;
    }
    terminal.result(&written(&changed, terminal.format))?;
    Ok(Exit::Done)
}

/// The files that were named, or the manifests with everything that they include.
fn paths(args: &args::Fmt, global: &Global) -> Result<Vec<PathBuf>, Failure> {
    if !args.files.is_empty() {
        return Ok(args.files.clone());
    }
    let manifests = match global.manifest.as_slice() {
        [] => vec![discover::manifest()?],
        named => named.to_vec(),
    };
    let with_included = |manifest: PathBuf| {
        let included = manifest::read(&manifest).included;
        std::iter::once(manifest).chain(included)
    };
    let mut seen = BTreeSet::new();
    let all = manifests.into_iter().flat_map(with_included);
    Ok(all.filter(|path| seen.insert(path.clone())).collect())
}

fn format(path: &Path, text: &str) -> Result<String, Failure> {
    let name = path.display().to_string();
    manifest::format(&name, text)
        .map_err(|wrong| Failure::of_files(wrong, Sources::from([(name.clone(), text.to_owned())])))
}

fn stdin(terminal: Terminal) -> Result<Exit, Failure> {
    let name = Path::new("stdin");
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| Failure::file("read", name, &error))?;
    terminal.result(&format(name, &text)?)?;
    Ok(Exit::Done)
}

fn check(changed: &[Formatted], terminal: Terminal) -> Result<Exit, Failure> {
    if changed.is_empty() {
        terminal.result(&written(changed, terminal.format))?;
        return Ok(Exit::Done);
    }
    if terminal.format == Format::Text {
        for file in changed {
            let name = file.path.display().to_string();
            terminal.result(&report::text::difference(&name, &file.before, &file.after))?;
        }
    }
    let wrong = changed.iter().map(|file| {
        let message = format!("`{}` is not in its canonical form", file.path.display());
        Diagnostic::error("E0012", message).help("let it be written: stackfleet fmt")
    });
    Err(Failure::of_files(wrong.collect(), Sources::new()))
}

fn written(changed: &[Formatted], format: Format) -> String {
    let names: Vec<String> = changed
        .iter()
        .map(|file| file.path.display().to_string())
        .collect();
    match format {
        Format::Json => report::json::note(Note::Formatted { formatted: &names }),
        Format::Text if names.is_empty() => "Everything is in its canonical form.\n".to_owned(),
        Format::Text => format!("Formatted {}.\n", report::escape(&names.join(", "))),
    }
}
