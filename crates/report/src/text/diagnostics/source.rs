//! The text of a file as it is shown, and where its bytes went.

use std::ops::Range;

use model::diagnostic::Span;

use crate::escape::{is_hidden, push};

/// A file's text with every character that acts or hides written out.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The text.
    pub(super) text: String,
    length: usize,
    /// For each place where the two texts get out of step: the offset in the file and in the shown text, both after it.
    steps: Vec<(usize, usize)>,
}

/// A text that goes into a file, as it is shown: line breaks stay.
pub(super) fn shown(text: &str) -> String {
    let mut shown = Shown::of(text).text;
    if shown.ends_with('\n') {
        shown.pop();
    }
    shown
}

impl Shown {
    /// The shown form of a file's text. Line ends become plain ones and tabs four spaces, so that columns are what is seen.
    pub(super) fn of(text: &str) -> Self {
        let mut shown = Self {
            length: text.len(),
            ..Self::default()
        };
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\r' if chars.peek().is_some_and(|(_, next)| *next == '\n') => {}
                '\n' => shown.text.push('\n'),
                '\t' => shown.text.push_str("    "),
                c => push(&mut shown.text, c),
            }
            if c != '\n' && is_hidden(c) {
                shown.steps.push((at + c.len_utf8(), shown.text.len()));
            }
        }
        // The end of a text that ends with a line break is a line of its own: where an edit may put something.
        if shown.text.ends_with('\n') {
            shown.text.push('\n');
        }
        shown
    }

    /// A span's byte range in the shown text: inside it, on character boundaries, and not backwards.
    pub(super) fn range(&self, span: &Span) -> Range<usize> {
        let start = self.offset(span.start.offset);
        let end = self.offset(span.end.offset).max(start);
        start..end
    }

    fn offset(&self, offset: usize) -> usize {
        let offset = offset.min(self.length);
        let before = self.steps.partition_point(|(file, _)| *file <= offset);
        let (file, here) = before
            .checked_sub(1)
            .and_then(|at| self.steps.get(at))
            .copied()
            .unwrap_or_default();
        // An offset inside a character that is written out would land behind it: stay before the next step.
        let limit = self.steps.get(before).map_or(self.text.len(), |(_, next)| *next);
        let mut at = (here + (offset - file)).min(limit);
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use model::diagnostic::Span;

    use super::Shown;

    #[test]
    fn spans_keep_pointing_at_the_same_characters_after_escaping() {
        let text = "a\u{202e}b\r\n\tcd";
        let shown = Shown::of(text);
        assert_eq!(shown.text, "a\\u{202e}b\n    cd");
        let at = text.find("cd").unwrap_or_default();
        let range = shown.range(&Span::of_range("f", text, at..at + 2));
        assert_eq!(shown.text.get(range), Some("cd"));
    }
}
