//! The canonical form of a manifest (decision 7).
//!
//! 1. `sections`: the text as sections with entries, each with its comments;
//! 2. `order`: which section and which key comes first;
//! 3. `value`: a value's own form;
//! 4. `print`: sections as text, aligned.

use model::diagnostic::Diagnostic;
use model::source::Source;
use toml_edit::DocumentMut;

use crate::files::Files;
use crate::reader::Reader;
use crate::tree;

mod order;
mod print;
mod sections;
mod value;

/// A manifest's text in its canonical form. `file` is the name that diagnostics carry.
///
/// What the manifest means stays as it is, and so does every comment; a text in canonical form comes back unchanged. A manifest with other
/// mistakes than those of TOML is formatted too.
///
/// # Errors
///
/// E0100 for each place where the text is not TOML.
pub fn format(file: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    let source = [Source::new(file, text)];
    let mut reader = Reader::new(&source, Files::default(), Vec::new());
    let parsed = source
        .first()
        .and_then(|source| tree::parse(&mut reader, 0, source))
        .and_then(|_| text.parse::<DocumentMut>().ok());
    let Some(document) = parsed else {
        return Err(reader.finish().diagnostics);
    };
    let mut pages = sections::of(&document);
    order::sort(&mut pages);
    Ok(print::text(&pages))
}
