//! What is wrong, where, and what to do about it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Texts by the name under which spans point into them: what a renderer needs to show a place.
pub type Sources = BTreeMap<String, String>;

/// One message about a file or about the world.
///
/// Codes are stable: `E` or `W` and four digits, by area: 00 usage, 01 syntax, 02 organization, 03 template and parameters,
/// 04 order and rollout, 05 protection and guards, 06 identity and ownership, 07 apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// For example `E0201`.
    pub code: String,
    /// Whether it stops the command.
    pub severity: Severity,
    /// One sentence that names the thing, without a full stop.
    pub message: String,
    /// Places; the first one is what is wrong, the others are its other side.
    pub labels: Vec<Label>,
    /// Facts that change what to do.
    pub notes: Vec<String>,
    /// What to do, ready to be pasted where possible.
    pub help: Vec<Help>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The command fails.
    Error,
    /// The command goes on.
    Warning,
}

/// A place with a remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is wrong there; may be empty.
    pub text: String,
}

/// A way on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Help {
    /// One sentence.
    pub text: String,
    /// The edit that does it, when one edit does.
    pub replacement: Option<Replacement>,
}

/// A text to put in place of a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Replacement {
    /// What to take out; empty to insert.
    pub span: Span,
    /// What to put in.
    pub text: String,
}

/// A range of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// The file as the user named it, relative to the manifest's directory.
    pub file: String,
    /// The first character.
    pub start: Position,
    /// The character after the last one.
    pub end: Position,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Bytes from the start of the file.
    pub offset: usize,
}

/// A value with the place where it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl Position {
    /// The place of a byte offset in a text; one past the end at most.
    pub fn at(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(..end).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            offset: end,
        }
    }
}

impl Span {
    /// The span of a byte range of a file's text.
    pub fn of_range(file: &str, text: &str, range: std::ops::Range<usize>) -> Self {
        Self {
            file: file.to_owned(),
            start: Position::at(text, range.start),
            end: Position::at(text, range.end),
        }
    }
}

impl<T> Spanned<T> {
    /// The same place with another value.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: with(self.value),
            span: self.span,
        }
    }
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message.into())
    }

    /// A warning without a place yet.
    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message.into())
    }

    fn new(code: &str, severity: Severity, message: String) -> Self {
        Self {
            code: code.to_owned(),
            severity,
            message,
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn label(mut self, span: &Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span: span.clone(),
            text: text.into(),
        });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a way on in words.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(Help {
            text: text.into(),
            replacement: None,
        });
        self
    }

    /// Adds a way on as an edit.
    #[must_use]
    pub fn replace(mut self, text: impl Into<String>, span: &Span, replacement: impl Into<String>) -> Self {
        let replacement = Replacement {
            span: span.clone(),
            text: replacement.into(),
        };
        self.help.push(Help {
            text: text.into(),
            replacement: Some(replacement),
        });
        self
    }

    /// Whether it stops the command.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let text = "ä = 1\nbb = 2\n";
        assert_eq!(
            Position::at(text, 0),
            Position {
                line: 1,
                column: 1,
                offset: 0
            }
        );
        assert_eq!(
            Position::at(text, 2),
            Position {
                line: 1,
                column: 2,
                offset: 2
            }
        );
        assert_eq!(
            Position::at(text, 7),
            Position {
                line: 2,
                column: 1,
                offset: 7
            }
        );
        assert_eq!(Position::at(text, 999).line, 3);
    }

    #[test]
    fn an_offset_inside_a_character_is_its_start() {
        assert_eq!(Position::at("ä", 1).offset, 0);
    }
}
