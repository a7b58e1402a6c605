//! One key, read as what it must be, or a diagnostic.

use std::ops::Range;

use model::diagnostic::{Diagnostic, Span, Spanned};
use model::source::Source;

use crate::tree::{Item, Table, Value};

/// Reads keys and keeps what is wrong with them.
pub(crate) struct Reader<'a> {
    /// The manifest.
    pub(crate) source: &'a Source<'a>,
    diagnostics: Vec<Diagnostic>,
    blots: Vec<Range<usize>>,
}

/// What a key takes, in words, with an example to paste.
#[derive(Clone, Copy)]
pub(crate) struct Wanted(pub(crate) &'static str, pub(crate) &'static str);

impl<'a> Reader<'a> {
    /// A reader of a manifest's text.
    pub(crate) fn new(source: &'a Source<'a>) -> Self {
        Self {
            source,
            diagnostics: Vec::new(),
            blots: Vec::new(),
        }
    }

    /// What was wrong, in the order of the manifest, each once; and the text with secrets blotted out.
    pub(crate) fn finish(self) -> (Vec<Diagnostic>, String) {
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for diagnostic in &self.diagnostics {
            // A mistake in `[defaults]` is found again in every StackSet.
            if !diagnostics.contains(diagnostic) {
                diagnostics.push(diagnostic.clone());
            }
        }
        diagnostics.sort_by_key(|diagnostic| self.place(diagnostic));
        (diagnostics, blotted(self.source.text, &self.blots))
    }

    /// A diagnostic whose first place is in a template is sorted by its first place in the manifest.
    fn place(&self, diagnostic: &Diagnostic) -> usize {
        let mut spans = diagnostic.labels.iter().map(|label| &label.span);
        spans
            .find(|span| span.file == self.source.file)
            .map_or(usize::MAX, |span| span.start.offset)
    }

    /// Keeps a diagnostic.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Hides a range of the manifest from everything that is shown.
    pub(crate) fn blot(&mut self, range: &Range<usize>) {
        self.blots.push(range.clone());
    }

    /// The place of a range.
    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        self.source.span(range)
    }

    /// E0105: a value of the right type that cannot be.
    pub(crate) fn bad(
        &mut self,
        at: &Range<usize>,
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
    pub(crate) fn check_characters(&mut self, at: &Range<usize>, what: &str, text: &str) {
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
        let span = self.span(&item.at);
        let message = format!("`{key}` must be {}, but it is {}", wanted.0, item.what());
        let diagnostic = Diagnostic::error("E0103", message).label(&span, item.what());
        let written = self.source.text.get(item.at.clone()).unwrap_or_default();
        let unquoted = matches!(item.value, Value::Integer(_) | Value::Bool(_) | Value::Other(_));
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

    /// E0104: a key that must be there and is not.
    pub(crate) fn missing(&mut self, at: &Range<usize>, table: &str, key: &str, example: &str) {
        let diagnostic = Diagnostic::error("E0104", format!("`[{table}]` has no `{key}`"))
            .label(&self.span(at), format!("`{key}` is missing here"))
            .help(format!("add this line below `[{table}]`:\n{example}"));
        self.report(diagnostic);
    }

    /// E0101 for each key that is not one of these.
    pub(crate) fn keys(&mut self, table: &Table, place: &str, known: &[&str]) {
        for (key, item) in table.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            let span = self.span(&item.key);
            let message = format!("unknown key `{}` in {place}", key.escape_debug());
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
    ) -> Option<(String, Range<usize>)> {
        let item = table.get(key)?;
        let Value::Text(text) = &item.value else {
            self.wrong_type(key, item, Wanted("a string", example));
            return None;
        };
        Some((text.clone(), item.at.clone()))
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
    ) -> Option<Vec<(String, Range<usize>)>> {
        let item = table.get(key)?;
        let Value::List(items) = &item.value else {
            self.wrong_type(key, item, Wanted("a list of strings", example));
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push((text.clone(), item.at.clone())),
                _ => self.wrong_type(&format!("an item of `{key}`"), item, Wanted("a string", example)),
            }
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
        let span = self.span(&item.at);
        let diagnostic = Diagnostic::error(
            "E0105",
            format!("`{}` is not a value of `{key}`", text.escape_debug()),
        )
        .label(&self.span(&at), format!("{key} is one of {}", list.join(", ")));
        self.report(match similar(&text, words.iter().map(|(word, _)| *word)) {
            Some(near) => diagnostic.replace("a similar value exists", &span, format!("\"{near}\"")),
            None => diagnostic.help(format!("write {key} = {}", list.join(" or "))),
        });
        None
    }

    /// A string that must have the form of an identifier.
    pub(crate) fn id<T>(
        &mut self,
        found: Option<(String, Range<usize>)>,
        parse: impl Fn(&str) -> Result<T, model::ids::InvalidId>,
    ) -> Option<Spanned<T>> {
        let (text, at) = found?;
        match parse(&text) {
            Ok(value) => Some(Spanned {
                value,
                span: self.span(&at),
            }),
            Err(error) => {
                let expected = error.expected;
                let message = format!("`{}` is not {expected}", text.escape_debug());
                self.bad(&at, message, "not of that form", format!("write {expected}"));
                None
            }
        }
    }
}

/// The name that was probably meant.
pub(crate) fn similar<'n>(text: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = 1 + text.chars().count() / 4;
    let lower = text.to_lowercase();
    let near = known.map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &lower), name));
    near.min()
        .filter(|(edits, _)| *edits <= most)
        .map(|(_, name)| name)
}

/// The text with some ranges as asterisks, of the same length so that every place stays where it is.
fn blotted(text: &str, blots: &[Range<usize>]) -> String {
    let hidden = |at: usize| blots.iter().any(|range| range.contains(&at));
    let shown = |(at, c): (usize, char)| {
        if hidden(at) && c.is_ascii_graphic() {
            '*'
        } else {
            c
        }
    };
    if blots.is_empty() {
        return text.to_owned();
    }
    text.char_indices().map(shown).collect()
}
