//! TOML to [`WorldFile`], part by part, so that a mistake in one part does not hide those in the others.

use std::ops::Range;

use model::diagnostic::{Diagnostic, Span};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error, ValueDeserializer};

use super::format::{Entries, KEYS, KnobsEntry, WorldFile};

/// Mistakes found so far, with the text that they are in.
pub(super) struct Mistakes<'a> {
    text: &'a str,
    file_name: &'a str,
    found: Vec<Diagnostic>,
}

impl Mistakes<'_> {
    /// Adds a mistake at a place; the diagnostic may be given more by the caller.
    pub(super) fn add(&mut self, range: Range<usize>, diagnostic: Diagnostic) {
        let span = Span::of_range(self.file_name, self.text, range);
        self.found.push(diagnostic.label(&span, ""));
    }

    /// Adds a mistake at a value.
    pub(super) fn wrong<T>(&mut self, at: &Spanned<T>, code: &str, message: &str) {
        self.add(at.span(), Diagnostic::error(code, message));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them, in the order of the file.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found
            .sort_by_key(|mistake| mistake.labels.first().map(|label| label.span.start));
        self.found
    }

    fn toml(&mut self, code: &str, error: &Error, part: Range<usize>) {
        let message = error.message().trim().replace('\n', ", ");
        self.add(error.span().unwrap_or(part), Diagnostic::error(code, message));
    }
}

/// Every part of the file that is right, and the mistakes in the others.
pub(super) fn file<'a>(text: &'a str, file_name: &'a str) -> (WorldFile, Mistakes<'a>) {
    let mut mistakes = Mistakes {
        text,
        file_name,
        found: Vec::new(),
    };
    let mut file = WorldFile::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        mistakes.toml("E0150", error, 0..0);
    }
    if errors.is_empty() {
        for (key, value) in table.into_inner() {
            entry(&mut file, &key, value, &mut mistakes);
        }
    }
    (file, mistakes)
}

fn entry(
    file: &mut WorldFile,
    key: &Spanned<toml::de::DeString<'_>>,
    value: Spanned<DeValue<'_>>,
    mistakes: &mut Mistakes<'_>,
) {
    let name: &str = key.get_ref();
    match name {
        "now" => file.now = part(value, mistakes),
        "seed" => file.seed = part(value, mistakes),
        "caller" => file.caller = part(value, mistakes),
        "organizations_access" => file.organizations_access = part(value, mistakes),
        "delegated_administrators" => file.delegated_administrators = parts(value, mistakes),
        "service_access" => file.service_access = part(value, mistakes),
        "opt_in_regions" => file.opt_in_regions = part(value, mistakes).unwrap_or_default(),
        "organization" => file.organization = part(value, mistakes),
        "unit" => file.units = parts(value, mistakes),
        "account" => file.accounts = parts(value, mistakes),
        "failure" => file.failures = parts(value, mistakes),
        "fault" => file.faults = parts(value, mistakes),
        "actor" => file.actors = parts(value, mistakes),
        "drift" => file.drifts = parts(value, mistakes),
        "account_gate" => file.account_gates = parts(value, mistakes),
        "timing" => file.timing = part(value, mistakes),
        "quotas" => file.quotas = part(value, mistakes),
        "knobs" => file.knobs = knobs(value, mistakes),
        "bucket" => file.buckets = parts(value, mistakes),
        "objects" => file.objects = part(value, mistakes).unwrap_or_default(),
        "parameter" => file.parameters = parts(value, mistakes),
        _ => {
            let unknown = Diagnostic::error("E0151", format!("unknown key `{name}` in a world file"));
            mistakes.add(
                key.span(),
                unknown.note(format!("a world file may have {}", KEYS.join(", "))),
            );
        }
    }
}

/// Each by its name, or the one word that leaves them to the seed.
fn knobs(value: Spanned<DeValue<'_>>, mistakes: &mut Mistakes<'_>) -> Option<KnobsEntry> {
    if let DeValue::String(word) = value.get_ref() {
        if word == "drawn" {
            return Some(KnobsEntry::Drawn);
        }
        let wrong = Diagnostic::error("E0151", "knobs are a table, or `drawn`");
        mistakes.add(value.span(), wrong.help("knobs = \"drawn\""));
        return None;
    }
    part(value, mistakes).map(KnobsEntry::Chosen)
}

/// One value, if it is right.
fn part<T: DeserializeOwned>(value: Spanned<DeValue<'_>>, mistakes: &mut Mistakes<'_>) -> Option<T> {
    let range = value.span();
    let read = T::deserialize(ValueDeserializer::from(value));
    read.inspect_err(|error| mistakes.toml("E0151", error, range))
        .ok()
}

/// The values of an array.
fn parts<T: DeserializeOwned>(value: Spanned<DeValue<'_>>, mistakes: &mut Mistakes<'_>) -> Entries<T> {
    let range = value.span();
    match value.into_inner() {
        DeValue::Array(values) => {
            let written = values.len();
            let right: Vec<T> = values
                .into_iter()
                .filter_map(|value| part(value, mistakes))
                .collect();
            Entries {
                whole: right.len() == written,
                right,
            }
        }
        other => {
            let message = format!("expected an array, found {}", other.type_str());
            mistakes.add(range, Diagnostic::error("E0151", message));
            Entries {
                right: Vec::new(),
                whole: false,
            }
        }
    }
}
