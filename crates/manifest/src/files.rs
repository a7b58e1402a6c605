//! The only file that reads files: the manifest, and what it names below its directory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use globset::GlobBuilder;
use model::diagnostic::{Diagnostic, Sources};
use template::Template;

use crate::words::shown;

/// A file of a manifest has at most so many bytes: about 1,000 StackSets.
pub(crate) const MAX_MANIFEST: u64 = 512 * 1024;
/// Includes of a manifest have at most so many bytes together.
pub(crate) const MAX_INCLUDED: usize = 4 * 1024 * 1024;
/// A template has at most so many bytes (reference §6.1).
const MAX_TEMPLATE: u64 = 1024 * 1024;
/// `TemplateBody` takes at most so many bytes; a longer template goes through S3 (reference §6.1).
pub(crate) const MAX_INLINE: usize = 51_200;
/// A parameter's value has at most so many bytes (reference §6.1), and a file of one a line feed more.
pub(crate) const MAX_VALUE: u64 = 4096 + 1;
/// A policy has at most so many bytes.
pub(crate) const MAX_POLICY: u64 = 1024 * 1024;
/// A pattern looks at so many files and directories at most, so that one in a wrong place ends soon.
const MOST_ENTRIES: usize = 20_000;
/// A pattern finds so many files at most.
const MOST_FOUND: usize = 1_000;

/// Files below the manifest's directory, each template read once.
#[derive(Default)]
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

/// Why a file cannot be taken.
#[derive(Debug, Clone)]
pub(crate) struct Unreadable {
    /// Why, as a phrase.
    pub(crate) why: String,
    /// What to do.
    pub(crate) help: &'static str,
}

/// Why bytes are no text or too many: code, phrase, help.
struct Refused(&'static str, String, &'static str);

const INSIDE: &str = "move the file below the manifest's directory, and write its path relative to it";
const SMALLER: &str = "split it, or take out what does not belong there";

/// Reads the manifest.
pub(crate) fn manifest(path: &Path) -> Result<String, Box<Diagnostic>> {
    bounded(path, MAX_MANIFEST)
        .and_then(decode)
        .map_err(|Refused(code, why, help)| {
            let message = format!("cannot read the manifest `{}`: {why}", path.display());
            let help = if code == "E0001" {
                "write one with: stackfleet init\nor name another one: stackfleet -m FILE plan"
            } else {
                help
            };
            Box::new(Diagnostic::error(code, message).help(help))
        })
}

/// Reads a regular file of at most so many bytes.
fn bounded(path: &Path, most: u64) -> Result<Vec<u8>, Refused> {
    let words = |error: std::io::Error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => error.to_string(),
        };
        Refused(
            "E0001",
            why,
            "correct the path; it is relative to the manifest's directory",
        )
    };
    // Opening a pipe would wait for its other end, so its kind is asked for first.
    if !path.metadata().map_err(words)?.is_file() {
        return Err(Refused(
            "E0001",
            "it is not a regular file".to_owned(),
            "name a file",
        ));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(words)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > most {
        let why = format!("it has more than {most} bytes");
        return Err(Refused("E0111", why, SMALLER));
    }
    Ok(bytes)
}

/// E0109: what is not plain UTF-8.
fn decode(bytes: Vec<u8>) -> Result<String, Refused> {
    let refuse = |why: String| {
        Err(Refused(
            "E0109",
            why,
            "save the file as UTF-8 without a byte order mark",
        ))
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return refuse("it is UTF-16, not UTF-8".to_owned());
    }
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return refuse("it begins with a byte order mark".to_owned());
    }
    String::from_utf8(bytes).or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        refuse(format!("it is not UTF-8: byte {at} is wrong"))
    })
}

impl From<Refused> for Unreadable {
    fn from(Refused(_, why, help): Refused) -> Self {
        Self { why, help }
    }
}

impl Files {
    /// Files of the manifest at a path.
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
        let bytes = bounded(&self.inside(written)?, MAX_TEMPLATE)?;
        // A byte order mark is the template's own matter, so only the encoding is.
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

    /// The text of a file at a path as written in the manifest.
    pub(crate) fn text(&self, written: &str, most: u64) -> Result<String, Unreadable> {
        let bytes = bounded(&self.inside(written)?, most)?;
        Ok(decode(bytes)?)
    }

    /// Paths below the manifest's directory that match a pattern, in order. Hidden files and links to directories are left
    /// out.
    pub(crate) fn matching(&self, pattern: &str) -> Result<Vec<String>, Unreadable> {
        let normal = |component: Component| matches!(component, Component::Normal(_));
        if pattern.is_empty() || !Path::new(pattern).components().all(normal) {
            return Err(Unreadable {
                why: "it is not below the manifest's directory".to_owned(),
                help: INSIDE,
            });
        }
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let matcher = glob.map_err(|error| Unreadable {
            why: shown(&error.kind().to_string()),
            help: "write a pattern such as \"teams/*/stacksets.toml\"",
        })?;
        let matcher = matcher.compile_matcher();
        // Everything above the first wildcard is walked straight to.
        let fixed: PathBuf = Path::new(pattern)
            .components()
            .take_while(|part| {
                !part
                    .as_os_str()
                    .to_string_lossy()
                    .contains(['*', '?', '[', '{', '\\'])
            })
            .collect();
        let mut walk = Walk {
            root: &self.directory,
            seen: 0,
            found: Vec::new(),
            deep: pattern.contains("**"),
            depth: Path::new(pattern).components().count(),
            matches: &|path: &Path| matcher.is_match(path),
        };
        walk.below(&fixed)?;
        walk.found.sort();
        Ok(walk.found)
    }

    /// Whether a path below the manifest's directory is the manifest itself.
    pub(crate) fn is_same(&self, below: &str, manifest: &str) -> bool {
        let one = self.directory.join(below).canonicalize();
        one.is_ok_and(|one| Path::new(manifest).canonicalize().is_ok_and(|other| one == other))
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

/// A walk over the files that a pattern may mean.
struct Walk<'a> {
    root: &'a Path,
    seen: usize,
    found: Vec<String>,
    deep: bool,
    depth: usize,
    matches: &'a dyn Fn(&Path) -> bool,
}

impl Walk<'_> {
    fn below(&mut self, at: &Path) -> Result<(), Unreadable> {
        let path = self.root.join(at);
        let Ok(kind) = path.symlink_metadata() else {
            return Ok(());
        };
        self.seen += 1;
        if self.seen > MOST_ENTRIES || self.found.len() > MOST_FOUND {
            return Err(Unreadable {
                why: "it would look at too many files".to_owned(),
                help: "begin the pattern with a directory, for example \"teams/*/stacksets.toml\"",
            });
        }
        // A link to a file is a candidate: whether it leads out is asked when it is read.
        let enter = kind.is_dir() && (self.deep || at.components().count() < self.depth);
        if !enter {
            if !kind.is_dir() && (self.matches)(at) {
                self.found.push(at.to_string_lossy().replace('\\', "/"));
            }
            return Ok(());
        }
        for entry in path.read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name();
            if !name.to_string_lossy().starts_with('.') {
                self.below(&at.join(name))?;
            }
        }
        Ok(())
    }
}
