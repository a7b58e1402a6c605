//! Where a byte of a text is, fast enough to ask for every key of a long file.

use std::ops::Range;

use crate::diagnostic::{Position, Span};

/// Bytes between two counts of characters: what a place costs at most, also in a line of a megabyte.
const STRIDE: usize = 1024;

/// A text with the starts of its lines.
#[derive(Debug)]
pub struct Source<'a> {
    /// The name that spans carry.
    pub file: &'a str,
    /// The text.
    pub text: &'a str,
    lines: Vec<usize>,
    /// Characters that begin before each [`STRIDE`] bytes.
    counts: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Finds the lines of a text.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            file,
            text,
            lines: std::iter::once(0).chain(starts).collect(),
            counts: counts(text),
        }
    }

    /// The place of a range of bytes.
    pub fn span(&self, range: &Range<usize>) -> Span {
        Span {
            file: self.file.to_owned(),
            start: self.position(range.start),
            end: self.position(range.end),
        }
    }

    fn position(&self, offset: usize) -> Position {
        let before = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(before - 1).copied().unwrap_or_default();
        let in_line = self.characters(offset).saturating_sub(self.characters(start));
        Position {
            line: u32::try_from(before).unwrap_or(u32::MAX),
            column: u32::try_from(in_line + 1).unwrap_or(u32::MAX),
            offset: offset.min(self.text.len()),
        }
    }

    /// Characters that begin before an offset.
    fn characters(&self, offset: usize) -> usize {
        let counted = offset / STRIDE;
        let before = self.counts.get(counted).or(self.counts.last()).copied();
        let rest = self
            .text
            .as_bytes()
            .get(counted * STRIDE..offset.min(self.text.len()));
        before.unwrap_or_default() + rest.map_or(0, begun)
    }

    /// A range without the white space at its end, which parsers count to some scalars.
    pub fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let kept = self
            .text
            .get(range.clone())
            .map_or(0, |text| text.trim_end().len());
        range.start..range.start + kept
    }
}

fn counts(text: &str) -> Vec<usize> {
    let strides = text.as_bytes().chunks(STRIDE).map(begun);
    let sums = strides.scan(0, |sum, more| {
        *sum += more;
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

/// Characters that begin in some bytes of a text.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_model() {
        let text = "a: ä\nbc: d\n";
        let source = Source::new("t.yaml", text);
        for (offset, _) in text.char_indices() {
            assert_eq!(source.position(offset), Position::at(text, offset));
        }
    }
    #[test]
    fn positions_in_a_long_line_are_those_of_the_model() {
        let text = format!("a\n{}\nb", "xäö€".repeat(1000));
        let source = Source::new("t.yaml", &text);
        for (offset, _) in text.char_indices().step_by(97).chain([(text.len(), 'b')]) {
            assert_eq!(source.position(offset), Position::at(&text, offset));
        }
    }
}
