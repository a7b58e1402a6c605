//! Short ways to say pieces, rows and tables.

use model::diagnostic::Span;
use model::ids::OperationId;
use model::plan::Action;

use super::{Kind, Piece, Row, Surroundings, Table, Text, Weight};
use crate::escape::clipped;
use crate::style::Meaning;
use crate::terms::{self, mark};

/// Words.
pub(super) fn words(text: impl Into<String>) -> Piece {
    Piece {
        text: text.into(),
        ..Piece::default()
    }
}

/// Characters of a sentence, before it is taken apart: nobody reads a longer one.
pub(super) const SENTENCE: usize = 4000;

/// A sentence; what stands between backticks in it is a name.
pub(super) fn sentence(text: &str) -> Text {
    let text = clipped(text, SENTENCE);
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let piece = |(at, part): (usize, &&str)| match (at % 2, at < last) {
        (0, _) => words(*part),
        (_, true) => name(*part),
        // A backtick that none follows.
        (_, false) => words(format!("`{part}")),
    };
    let pieces = parts.iter().enumerate().map(piece);
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}

/// Words to stop at.
pub(super) fn strong(text: impl Into<String>) -> Piece {
    Piece {
        kind: Kind::Strong,
        ..words(text)
    }
}

/// The end of a line.
pub(super) fn line_break() -> Piece {
    Piece {
        kind: Kind::Break,
        ..Piece::default()
    }
}

/// A name or a value.
pub(super) fn name(text: impl Into<String>) -> Piece {
    Piece {
        kind: Kind::Name,
        ..words(text)
    }
}

/// Names side by side. Each is a text of its own, so that no limit of a text cuts their list.
pub(super) fn listed(names: &[String]) -> Text {
    let mut told = Text::new();
    for name in names {
        told.extend((!told.is_empty()).then(|| words(" · ")));
        told.push(words(name));
    }
    told
}

/// The id of an operation.
pub(super) fn operation_id(id: &OperationId) -> Piece {
    Piece {
        kind: Kind::Id,
        ..words(id.as_str())
    }
}

/// A place of a file: shown elsewhere where that is known.
pub(super) fn place(text: impl Into<String>, span: &Span, around: &Surroundings) -> Piece {
    match &around.files {
        Some(files) => {
            let path = percent(&around.path(span));
            Piece {
                kind: Kind::Link(format!("{files}{path}#L{}", span.start.line)),
                ..words(text)
            }
        }
        None => name(text),
    }
}

/// A path as a part of an address: every byte that could mean anything else is written as a number.
pub(crate) fn percent(path: &str) -> String {
    let mut shown = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            shown.push(char::from(byte));
        } else {
            shown.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    shown
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// The symbol of an action.
pub(super) fn symbol(action: Action) -> Text {
    vec![Piece {
        meaning: terms::meaning(action),
        ..words(mark(action).trim())
    }]
}

impl Piece {
    /// The same with a meaning.
    pub(super) fn meaning(self, meaning: Meaning) -> Self {
        Self { meaning, ..self }
    }
}

impl From<Piece> for Text {
    fn from(piece: Piece) -> Self {
        vec![piece]
    }
}

impl Row {
    /// A row of these cells.
    pub(super) fn of(cells: Vec<Text>) -> Self {
        Self {
            cells,
            ..Self::default()
        }
    }
}

impl Table {
    /// A table that is left out with others of its weight; a title that begins with `>` is one of numbers.
    pub(super) fn of(weight: Weight, name: &'static str, columns: &[&str], rows: Vec<Row>) -> Self {
        let column = |title: &&str| match title.strip_prefix('>') {
            Some(title) => (title.to_owned(), true),
            None => ((*title).to_owned(), false),
        };
        Self {
            weight,
            name,
            columns: columns.iter().map(column).collect(),
            rows,
        }
    }
}
