//! One key, read as what it must be, or a diagnostic.

use std::collections::BTreeSet;

use model::diagnostic::{Diagnostic, Position, Span, Spanned};
use model::source::Source;

use crate::files::Files;
use crate::tree::{Item, Place, Table, Value};
use crate::vocabulary::Vocabulary;
use crate::words::{shown, similar};

mod missing;

/// A reader keeps so many diagnostics: who has more has one cause for most, and each costs memory.
const MOST: usize = 200;

/// Reads keys and keeps what is wrong with them.
pub(crate) struct Reader<'a> {
    sources: &'a [Source<'a>],
    /// The files beside the manifest.
    pub(crate) files: Files,
    diagnostics: Vec<Diagnostic>,
    blots: Vec<Place>,
    /// What `account:NAME`, `@NAME` and a rollout's name mean.
    pub(crate) vocabulary: Vocabulary,
    /// Codes of warnings that are accepted where it reads now.
    pub(crate) accepted: BTreeSet<String>,
}

/// What a key takes, in words, with an example to paste.
#[derive(Clone, Copy)]
pub(crate) struct Wanted(pub(crate) &'static str, pub(crate) &'static str);

/// What a reader found, and the texts of the files without secrets.
pub(crate) struct Finished {
    /// In the order of the manifest, each once.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// By file.
    pub(crate) texts: Vec<String>,
    /// The files beside the manifest that were read.
    pub(crate) files: Files,
}

impl<'a> Reader<'a> {
    /// A reader of the manifest's files, the manifest itself first, with what is known to be wrong.
    pub(crate) fn new(sources: &'a [Source<'a>], files: Files, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            sources,
            files,
            diagnostics,
            blots: Vec::new(),
            vocabulary: Vocabulary::default(),
            accepted: BTreeSet::new(),
        }
    }

    /// What was wrong, and what of the files may be shown.
    pub(crate) fn finish(mut self) -> Finished {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        diagnostics.sort_by_key(|diagnostic| self.order(diagnostic));
        let sources = self.sources.iter().enumerate();
        let texts = sources.map(|(file, source)| blotted(source.text, file, &self.blots));
        Finished {
            texts: texts.collect(),
            diagnostics,
            files: self.files,
        }
    }

    /// A diagnostic whose first place is in a template is sorted by its first place in the manifest.
    fn order(&self, diagnostic: &Diagnostic) -> (usize, usize) {
        let mut spans = diagnostic.labels.iter().map(|label| &label.span);
        let placed = |span: &Span| {
            let file = self.sources.iter().position(|source| source.file == span.file);
            file.map(|file| (file, span.start.offset))
        };
        spans.find_map(placed).unwrap_or((usize::MAX, 0))
    }

    /// Keeps a diagnostic, once: a mistake in `[defaults]` is found again in every StackSet.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() && !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Keeps a warning, unless it is accepted here.
    pub(crate) fn warn(&mut self, diagnostic: Diagnostic) {
        if !self.accepted.contains(&diagnostic.code) {
            self.report(diagnostic);
        }
    }

    /// Whether it keeps no more diagnostics, so that looking for more is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MOST
    }

    /// The name of the manifest itself.
    pub(crate) fn manifest(&self) -> String {
        self.sources
            .first()
            .map(|source| source.file.to_owned())
            .unwrap_or_default()
    }

    /// What is written at a place.
    pub(crate) fn written(&self, at: Place) -> &'a str {
        let source = self.sources.get(at.file);
        source
            .and_then(|source| source.text.get(at.range()))
            .unwrap_or_default()
    }

    /// The value with its place.
    pub(crate) fn spanned<T>(&self, value: T, at: Place) -> Spanned<T> {
        Spanned {
            value,
            span: self.span(at),
        }
    }

    /// Hides a range of the manifest from everything that is shown.
    pub(crate) fn blot(&mut self, at: Place) {
        self.blots.push(at);
    }

    /// A place as diagnostics carry it.
    pub(crate) fn span(&self, at: Place) -> Span {
        let nowhere = Span {
            file: String::new(),
            start: Position::default(),
            end: Position::default(),
        };
        let source = self.sources.get(at.file);
        source.map_or(nowhere, |source| source.span(&at.range()))
    }

    /// E0105: a value of the right type that cannot be.
    pub(crate) fn bad(
        &mut self,
        at: Place,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        let diagnostic = Diagnostic::error("E0105", message)
            .label(&self.span(at), label)
            .help(help);
        self.report(diagnostic);
    }

    /// E0105: a text with a character that would not come back from AWS as it was sent.
    pub(crate) fn check_characters(&mut self, at: Place, what: &str, text: &str) {
        let lost =
            |c: &char| (c.is_control() && !matches!(c, '\n' | '\t')) || ('\u{fffe}'..='\u{ffff}').contains(c);
        if let Some(c) = text.chars().find(lost) {
            self.bad(
                at,
                format!("{what} cannot have the character `{}`", c.escape_unicode()),
                "AWS would not keep it",
                "write it without control characters",
            );
        }
    }

    /// E0103: a value of a wrong type. What only lacks quotes gets them.
    pub(crate) fn wrong_type(&mut self, key: &str, item: &Item, wanted: Wanted) {
        let span = self.span(item.at);
        let message = format!("`{key}` must be {}, but it is {}", wanted.0, item.what());
        let diagnostic = Diagnostic::error("E0103", message).label(&span, item.what());
        let written = self.written(item.at);
        let unquoted = matches!(
            item.value,
            Value::Integer(_) | Value::Bool(_) | Value::Float | Value::Date(_)
        );
        self.report(if unquoted && wanted.0.contains("string") {
            let text = if wanted.0.contains("list") {
                format!("[\"{written}\"]")
            } else {
                format!("\"{written}\"")
            };
            diagnostic.replace("quote it", &span, text)
        } else if matches!(item.value, Value::Text(_)) && wanted.0.contains("list of strings") {
            diagnostic.replace("put it in brackets", &span, format!("[{written}]"))
        } else {
            diagnostic.help(format!("for example: {}", wanted.1))
        });
    }

    /// E0101 for each key that is not one of these.
    pub(crate) fn keys(&mut self, table: &Table, place: &str, known: &[&str]) {
        for (key, item) in table.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            if self.is_full() {
                return;
            }
            let span = self.span(item.key);
            let message = format!("unknown key `{}` in {place}", shown(key));
            let noun = place.strip_prefix("a ").unwrap_or(place);
            let diagnostic = Diagnostic::error("E0101", message).label(&span, format!("not a {noun} key"));
            self.report(match similar(key, known.iter().copied()) {
                Some(near) => diagnostic.replace("a key with a similar name exists", &span, near),
                None => diagnostic.help(format!("the keys of {place} are: {}", known.join(", "))),
            });
        }
    }

    /// A table, when the key is there and is one.
    pub(crate) fn table<'t>(
        &mut self,
        table: &'t Table,
        key: &str,
        example: &'static str,
    ) -> Option<(&'t Item, &'t Table)> {
        let item = table.get(key)?;
        let found = item.as_table();
        if found.is_none() {
            self.wrong_type(key, item, Wanted("a table", example));
        }
        Some((item, found?))
    }

    /// A string with its place, when the key is there and is one.
    pub(crate) fn text(
        &mut self,
        table: &Table,
        key: &str,
        example: &'static str,
    ) -> Option<(String, Place)> {
        let item = table.get(key)?;
        let Value::Text(text) = &item.value else {
            self.wrong_type(key, item, Wanted("a string", example));
            return None;
        };
        Some((text.clone(), item.at))
    }

    /// Tables of an array with their items, when the key is there and is one.
    pub(crate) fn tables<'t>(
        &mut self,
        table: &'t Table,
        key: &str,
        example: &'static str,
    ) -> Vec<(&'t Item, &'t Table)> {
        let Some(item) = table.get(key) else {
            return Vec::new();
        };
        let Value::List(items) = &item.value else {
            self.wrong_type(key, item, Wanted("an array of tables", example));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match item.as_table() {
                Some(table) => tables.push((item, table)),
                None => self.wrong_type(&format!("an item of `{key}`"), item, Wanted("a table", example)),
            }
        }
        tables
    }

    /// A text for people: 1 to 256 characters that can be shown.
    pub(crate) fn named(
        &mut self,
        table: &Table,
        key: &str,
        example: &'static str,
    ) -> Option<Spanned<String>> {
        let (text, at) = self.text(table, key, example)?;
        if text.trim().is_empty() || text.chars().count() > 256 {
            self.bad(
                at,
                format!("`{key}` has 1 to 256 characters"),
                "too short or too long",
                format!("for example: {example}"),
            );
        }
        self.check_characters(at, &format!("`{key}`"), &text);
        Some(self.spanned(text, at))
    }

    /// A truth value, when the key is there and is one.
    pub(crate) fn truth(&mut self, table: &Table, key: &str) -> Option<bool> {
        let item = table.get(key)?;
        let Value::Bool(truth) = item.value else {
            self.wrong_type(key, item, Wanted("true or false", "true"));
            return None;
        };
        Some(truth)
    }

    /// Strings with their places, when the key is there and is a list of them.
    pub(crate) fn texts(
        &mut self,
        table: &Table,
        key: &str,
        example: &'static str,
    ) -> Option<Vec<(String, Place)>> {
        let item = table.get(key)?;
        let Value::List(items) = &item.value else {
            self.wrong_type(key, item, Wanted("a list of strings", example));
            return None;
        };
        let mut texts = Vec::new();
        let mut others = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push((text.clone(), item.at)),
                _ => others.push(item),
            }
        }
        // More than are kept need not be told.
        for item in others.into_iter().take(MOST) {
            self.wrong_type(&format!("an item of `{key}`"), item, Wanted("a string", example));
        }
        Some(texts)
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(
        &mut self,
        table: &Table,
        key: &str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let item = table.get(key)?;
        let first = words.first()?;
        let (text, at) = self.text(table, key, first.0)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let list: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let span = self.span(item.at);
        let diagnostic = Diagnostic::error("E0105", format!("`{}` is not a value of `{key}`", shown(&text)))
            .label(&self.span(at), format!("{key} is one of {}", list.join(", ")));
        self.report(match similar(&text, words.iter().map(|(word, _)| *word)) {
            Some(near) => diagnostic.replace("a similar value exists", &span, format!("\"{near}\"")),
            None => diagnostic.help(format!("write {key} = {}", list.join(" or "))),
        });
        None
    }

    /// A string that must have the form of an identifier.
    pub(crate) fn id<T>(
        &mut self,
        found: Option<(String, Place)>,
        parse: impl Fn(&str) -> Result<T, model::ids::InvalidId>,
    ) -> Option<Spanned<T>> {
        let (text, at) = found?;
        match parse(&text) {
            Ok(value) => Some(Spanned {
                value,
                span: self.span(at),
            }),
            Err(error) => {
                let expected = error.expected;
                let message = format!("`{}` is not {expected}", shown(&text));
                self.bad(at, message, "not of that form", format!("write {expected}"));
                None
            }
        }
    }
}

/// The text of a file with some ranges as asterisks, of the same length so that every place stays where it is.
fn blotted(text: &str, file: usize, blots: &[Place]) -> String {
    let mut blots = blots.iter().filter(|place| place.file == file).peekable();
    if blots.peek().is_none() {
        return text.to_owned();
    }
    let blots: Vec<&Place> = blots.collect();
    let hidden = |at: usize| blots.iter().any(|place| place.range().contains(&at));
    let shown = |(at, c): (usize, char)| {
        if hidden(at) && c.is_ascii_graphic() {
            '*'
        } else {
            c
        }
    };
    text.char_indices().map(shown).collect()
}
