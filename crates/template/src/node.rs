//! The tree that YAML and JSON are read into.

use std::ops::Range;

/// A value and where it is written.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Bytes of the text.
    pub(crate) range: Range<usize>,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// A text; a plain one (not quoted, not a block) may also mean a number, a truth value or null.
    Scalar {
        /// The text, escapes resolved.
        text: String,
        /// Whether it was written plain.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the text, keys unique.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Bytes of the text.
    pub(crate) range: Range<usize>,
    /// The text.
    pub(crate) text: String,
}

impl Node {
    /// The entries, when it is a mapping.
    pub(crate) fn entries(&self) -> Option<&[(Key, Node)]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, when it is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?
            .iter()
            .find(|(found, _)| found.text == key)
            .map(|(_, node)| node)
    }

    /// The entries of a section of a template; none when it has no such section, or none of this form.
    pub(crate) fn section(&self, name: &str) -> &[(Key, Node)] {
        self.get(name).and_then(Self::entries).unwrap_or_default()
    }

    /// The text as written, when it is a scalar that says something: `007` stays `007`, null is nothing.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, plain } if !(*plain && is_null(text)) => Some(text),
            _ => None,
        }
    }

    /// What to call it in a message.
    pub(crate) fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar { text, plain: true } if is_null(text) => "nothing",
            Kind::Scalar { .. } => "a scalar",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// Whether a plain scalar means nothing at all.
pub(crate) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
