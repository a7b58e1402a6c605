//! The only file that reads files: the manifest, and templates below its directory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use model::diagnostic::{Diagnostic, Sources};
use template::Template;

/// A manifest has at most so many bytes; 5,000 StackSets fit in.
const MAX_MANIFEST: u64 = 4 * 1024 * 1024;
/// `TemplateBody` takes at most so many bytes (reference §6.1).
pub(crate) const MAX_TEMPLATE: u64 = 51_200;

/// Templates below the manifest's directory, each read once.
pub(crate) struct Files {
    directory: PathBuf,
    read: BTreeMap<String, Result<Rc<Loaded>, Unreadable>>,
}

/// A template's text, and what is in it.
pub(crate) struct Loaded {
    /// Byte for byte.
    pub(crate) body: String,
    /// The template, or what is wrong with it.
    pub(crate) template: Result<Template, Vec<Diagnostic>>,
}

/// Why a template cannot be taken.
#[derive(Debug, Clone)]
pub(crate) struct Unreadable {
    /// Why, as a phrase.
    pub(crate) why: String,
    /// What to do.
    pub(crate) help: &'static str,
}

const INSIDE: &str = "move the template below the manifest's directory, and write its path relative to it";

/// Reads the manifest.
pub(crate) fn manifest(path: &Path) -> Result<String, Box<Diagnostic>> {
    let name = path.display();
    let refuse = |message: String, help: &str| Box::new(Diagnostic::error("E0001", message).help(help));
    let here = "write one with: stackfleet init\nor name another one: stackfleet -m FILE plan";
    let bytes = bounded(path, MAX_MANIFEST)
        .map_err(|why| refuse(format!("cannot read the manifest `{name}`: {why}"), here))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        refuse(
            format!("the manifest `{name}` is not UTF-8: byte {at} is wrong"),
            "save the file as UTF-8",
        )
    })
}

/// Reads a regular file of at most so many bytes.
fn bounded(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let words = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    };
    // Opening a pipe would wait for its other end, so its kind is asked for first.
    if !path.metadata().map_err(words)?.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(words)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > most {
        return Err(format!("it has more than {most} bytes"));
    }
    Ok(bytes)
}

impl Files {
    /// Templates of the manifest at a path.
    pub(crate) fn beside(manifest: &Path) -> Self {
        let parent = manifest.parent().filter(|parent| !parent.as_os_str().is_empty());
        Self {
            directory: parent.unwrap_or(Path::new(".")).to_owned(),
            read: BTreeMap::new(),
        }
    }

    /// The template at a path as written in the manifest.
    pub(crate) fn template(&mut self, written: &str) -> Result<Rc<Loaded>, Unreadable> {
        if let Some(known) = self.read.get(written) {
            return known.clone();
        }
        let loaded = self.load(written).map(Rc::new);
        self.read.insert(written.to_owned(), loaded.clone());
        loaded
    }

    fn load(&self, written: &str) -> Result<Loaded, Unreadable> {
        let path = self.inside(written)?;
        let bytes = bounded(&path, MAX_TEMPLATE).map_err(|why| Unreadable {
            why,
            help: "name a template file of at most 51,200 bytes; a larger one must be split",
        })?;
        let body = String::from_utf8(bytes).map_err(|error| Unreadable {
            why: format!(
                "it is not UTF-8: byte {} is wrong",
                error.utf8_error().valid_up_to()
            ),
            help: "save the file as UTF-8",
        })?;
        let template = template::read(written, &body);
        Ok(Loaded { body, template })
    }

    /// The path below the manifest's directory, whatever links there are on the way.
    fn inside(&self, written: &str) -> Result<PathBuf, Unreadable> {
        let refuse = |why: &str| Unreadable {
            why: why.to_owned(),
            help: INSIDE,
        };
        let relative = Path::new(written);
        if written.is_empty() || written.contains('\0') {
            return Err(refuse("it is not a path"));
        }
        let steps = |component: Component| matches!(component, Component::Normal(_) | Component::CurDir);
        if !relative.components().all(steps) {
            return Err(refuse("it is not below the manifest's directory"));
        }
        let gone = |_| Unreadable {
            why: "there is no such file".to_owned(),
            help: "correct the path; it is relative to the manifest's directory",
        };
        let directory = self.directory.canonicalize().map_err(gone)?;
        let path = directory.join(relative).canonicalize().map_err(gone)?;
        if !path.starts_with(&directory) {
            return Err(refuse("a link leads out of the manifest's directory"));
        }
        Ok(path)
    }

    /// The texts of all templates that could be read, by their names in spans.
    pub(crate) fn into_sources(self, sources: &mut Sources) {
        for (written, loaded) in self.read {
            if let Ok(loaded) = loaded {
                sources.insert(written, loaded.body.clone());
            }
        }
    }
}
