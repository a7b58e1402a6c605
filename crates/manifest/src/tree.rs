//! TOML with the place of every key and value.

use std::collections::BTreeMap;
use std::ops::Range;

use model::diagnostic::Diagnostic;
use model::source::Source;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use crate::reader::Reader;

/// A longer text that is not TOML is told with its first mistake alone: each one costs memory.
const MOST_RECOVERED: usize = 64 * 1024;

/// A table of the manifest.
pub(crate) type Table = BTreeMap<String, Item>;

/// A range of bytes of one of the manifest's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Which file: 0 is the manifest itself, the others are those that it includes.
    pub(crate) file: usize,
    /// The first byte.
    pub(crate) start: usize,
    /// The byte after the last one.
    pub(crate) end: usize,
}

/// A value with its places.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Where the key is; for an item of an array, where the item is.
    pub(crate) key: Place,
    /// Where the value is; for a table below a header, where the header is.
    pub(crate) at: Place,
    /// Whether it comes from `[defaults]`.
    pub(crate) inherited: bool,
    /// What it is.
    pub(crate) value: Value,
}

/// A TOML value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A string.
    Text(String),
    /// An integer; none when it has more than 64 bits.
    Integer(Option<i64>),
    /// A truth value.
    Bool(bool),
    /// An array.
    List(Vec<Item>),
    /// A table.
    Table(Table),
    /// A date, a time or both.
    Date(Datetime),
    /// What no key of a manifest takes.
    Float,
}

impl Place {
    /// The start of a file.
    pub(crate) fn top(file: usize) -> Self {
        Self {
            file,
            start: 0,
            end: 0,
        }
    }

    /// Its bytes.
    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Reads the text of one of the manifest's files. Nothing comes out when the text is not TOML: what follows a mistake would be
/// guesses.
pub(crate) fn parse(reader: &mut Reader, file: usize, source: &Source) -> Option<Table> {
    let bounded = source.text.len() > MOST_RECOVERED;
    let (root, errors) = if bounded {
        match DeTable::parse(source.text) {
            Ok(root) => (Some(root), Vec::new()),
            Err(error) => (None, vec![error]),
        }
    } else {
        let (root, errors) = DeTable::parse_recoverable(source.text);
        (Some(root), errors)
    };
    for error in &errors {
        let at = error.span().unwrap_or_default();
        let diagnostic = Diagnostic::error("E0100", "the manifest is not valid TOML")
            .label(&source.span(&at), error.message())
            .help("correct the line; in TOML, texts are quoted, and a key may be written once");
        reader.report(diagnostic);
    }
    root.filter(|_| errors.is_empty())
        .map(|root| table((file, source.text), root.get_ref()))
}

/// A file by its number, and its text.
type Origin<'t> = (usize, &'t str);

fn table(from: Origin, table: &DeTable) -> Table {
    let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue>)| {
        let name: &std::borrow::Cow<str> = key.get_ref();
        (name.to_string(), item(from, key.span(), value))
    };
    table.iter().map(entry).collect()
}

fn item(from: Origin, key: Range<usize>, value: &toml::Spanned<DeValue>) -> Item {
    let place = |range: Range<usize>| Place {
        file: from.0,
        start: range.start,
        end: range.end,
    };
    let found = match value.get_ref() {
        DeValue::String(text) => Value::Text(line_feeds(from.1, &value.span(), text)),
        DeValue::Integer(integer) => {
            Value::Integer(i64::from_str_radix(integer.as_str(), integer.radix()).ok())
        }
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|found| item(from, found.span(), found))
                .collect(),
        ),
        DeValue::Table(entries) => Value::Table(table(from, entries)),
        DeValue::Float(_) => Value::Float,
        DeValue::Datetime(moment) => Value::Date(*moment),
    };
    Item {
        key: place(key),
        at: place(value.span()),
        inherited: false,
        value: found,
    }
}

/// A text of several lines means the same in a file whose lines end in another way.
fn line_feeds(source: &str, range: &Range<usize>, text: &str) -> String {
    let written = source.get(range.clone()).unwrap_or_default();
    let several = written.starts_with("\"\"\"") || written.starts_with("'''");
    if several && written.contains("\r\n") {
        text.replace("\r\n", "\n")
    } else {
        text.to_owned()
    }
}

impl Item {
    /// What to call the value in a message.
    pub(crate) fn what(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Bool(_) => "a boolean",
            Value::List(_) => "an array",
            Value::Table(_) => "a table",
            Value::Date(_) => "a date",
            Value::Float => "a float",
        }
    }

    /// The table, when it is one.
    pub(crate) fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The items, when it is an array.
    pub(crate) fn as_list(&self) -> Option<&[Item]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }
}

/// One table over another: tables merge key by key, everything else is replaced.
pub(crate) fn overlay(below: &Table, above: &Table) -> Table {
    let mut merged = below.clone();
    for (key, item) in above {
        let both = merged.get(key).and_then(Item::as_table).zip(item.as_table());
        let item = match both {
            Some((old, new)) => Item {
                value: Value::Table(overlay(old, new)),
                ..item.clone()
            },
            None => item.clone(),
        };
        merged.insert(key.clone(), item);
    }
    merged
}

/// The same table, marked as coming from `[defaults]`.
pub(crate) fn inherited(table: &Table) -> Table {
    let mark = |(key, item): (&String, &Item)| {
        let value = match &item.value {
            Value::Table(table) => Value::Table(inherited(table)),
            other => other.clone(),
        };
        (
            key.clone(),
            Item {
                inherited: true,
                value,
                ..item.clone()
            },
        )
    };
    table.iter().map(mark).collect()
}
