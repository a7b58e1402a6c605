//! `include`: other files of the manifest, in one namespace with it.

use std::collections::BTreeMap;

use model::diagnostic::{Diagnostic, Span};
use model::source::Source;

use crate::files::{MAX_INCLUDED, MAX_MANIFEST, Unreadable};
use crate::reader::{Reader, Wanted};
use crate::tree::{Item, Place, Table, Value};
use crate::words::shown;

/// What an included file may define; everything else is the manifest's own.
pub(crate) const KEYS: &[&str] = &[
    "accounts",
    "region_set",
    "removed",
    "rollout",
    "stackset",
    "target_set",
];
const EXAMPLE: &str = "include = [\"teams/*/stacksets.toml\"]";

/// Each pattern looks through the directory, so there may be so many.
const MAX_PATTERNS: usize = 100;

/// A file of the manifest.
pub(crate) struct Document {
    /// As spans name it.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// Reads the files that the manifest includes, in the order of their paths.
pub(crate) fn documents(reader: &mut Reader, manifest: &str, root: &Table) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for (path, at) in paths(reader, manifest, root) {
        match reader.files.text(&path, MAX_MANIFEST) {
            Ok(text) => documents.push(Document { name: path, text }),
            Err(refused) => refuse(reader, &path, at, &refused),
        }
        if documents
            .iter()
            .map(|document| document.text.len())
            .sum::<usize>()
            > MAX_INCLUDED
        {
            let refused = Unreadable {
                why: format!("all included files together have more than {MAX_INCLUDED} bytes"),
                help: "make two manifests of it",
            };
            let last = documents.pop().map(|document| document.name);
            refuse(reader, &last.unwrap_or_default(), at, &refused);
            break;
        }
    }
    documents
}

/// The files that patterns find, each once, and where the pattern is.
fn paths(reader: &mut Reader, manifest: &str, root: &Table) -> BTreeMap<String, Place> {
    let mut paths = BTreeMap::new();
    let patterns = reader.texts(root, "include", EXAMPLE).unwrap_or_default();
    if let Some((pattern, at)) = patterns.get(MAX_PATTERNS) {
        let refused = Unreadable {
            why: format!("it is one of more than {MAX_PATTERNS} patterns"),
            help: "name several files with one pattern: include = [\"teams/*/stacksets.toml\"]",
        };
        refuse(reader, pattern, *at, &refused);
        return paths;
    }
    for (pattern, at) in patterns {
        let mut found = match reader.files.matching(&pattern) {
            Ok(found) => found,
            Err(refused) => {
                refuse(reader, &pattern, at, &refused);
                continue;
            }
        };
        found.retain(|path| !reader.files.is_same(path, manifest));
        if found.is_empty() {
            let diagnostic = Diagnostic::error("E0106", format!("no file matches `{}`", shown(&pattern)))
                .label(&reader.span(at), "nothing is included")
                .help("correct the pattern, or delete it; it is relative to the manifest's directory");
            reader.report(diagnostic);
        }
        for path in found {
            paths.entry(path).or_insert(at);
        }
    }
    paths
}

/// E0106: a file that cannot be included.
fn refuse(reader: &mut Reader, what: &str, at: Place, refused: &Unreadable) {
    let message = format!("cannot include `{}`: {}", shown(what), refused.why);
    let diagnostic = Diagnostic::error("E0106", message)
        .label(&reader.span(at), "not included")
        .help(refused.help);
    reader.report(diagnostic);
}

/// Lays what an included file defines into the manifest.
pub(crate) fn merge(reader: &mut Reader, root: &mut Table, (file, source): (usize, &Source)) {
    let Some(included) = crate::tree::parse(reader, file, source) else {
        return;
    };
    for (key, item) in included {
        if !KEYS.contains(&key.as_str()) {
            foreign(reader, &key, &item);
            continue;
        }
        let Value::Table(entries) = item.value else {
            reader.wrong_type(
                &key,
                &item,
                Wanted("a table", "[stackset.NAME]\ntemplate = \"templates/NAME.yaml\""),
            );
            continue;
        };
        let below = root.entry(key.clone()).or_insert_with(|| Item {
            value: Value::Table(Table::new()),
            ..item
        });
        let Value::Table(below) = &mut below.value else {
            continue;
        };
        for (name, entry) in entries {
            match below.get(&name) {
                Some(first) => {
                    let places = (reader.span(entry.key), reader.span(first.key));
                    reader.report(twice(&key, &name, places));
                }
                None => {
                    below.insert(name, entry);
                }
            }
        }
    }
}

/// E0101: a key that belongs to the manifest itself, or nowhere.
fn foreign(reader: &mut Reader, key: &str, item: &Item) {
    let span = reader.span(item.key);
    let diagnostic = if crate::head::TOP.contains(&key) {
        Diagnostic::error("E0101", format!("`{key}` cannot be in an included file"))
            .label(&span, "belongs to the manifest itself")
            .help("move it into the manifest, where everyone who reviews it sees it")
    } else {
        Diagnostic::error(
            "E0101",
            format!("unknown key `{}` in an included file", shown(key)),
        )
        .label(&span, "not a key")
        .help(format!("the keys of an included file are: {}", KEYS.join(", ")))
    };
    reader.report(diagnostic);
}

/// E0107: one name in two files.
fn twice(kind: &str, name: &str, (second, first): (Span, Span)) -> Diagnostic {
    let name = shown(name);
    Diagnostic::error("E0107", format!("`{kind}.{name}` is defined in two files"))
        .label(&second, "a second time")
        .label(&first, "first here")
        .note("all files of a manifest share their names")
        .help("delete one of them, or give it another name")
}
