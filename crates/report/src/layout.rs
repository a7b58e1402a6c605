//! Lines, wrapping and tables by display width. Every text of this crate reaches the reader through [`Line::put`], which
//! escapes it: that is the only door.

use unicode_width::UnicodeWidthStr;

mod table;

pub(crate) use table::{Cell, natural_width, table};

use crate::escape::{shown, tame};
use crate::style::Meaning;

/// Lines are never wider than this many columns, so that a job log and a review comment show them whole.
pub const WIDEST: usize = 98;
/// Narrower terminals wrap lines themselves.
pub(crate) const NARROWEST: usize = 60;

/// Columns that a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Columns that a line with terminal styles takes.
pub fn columns(line: &str) -> usize {
    let mut rest = line;
    let mut columns = 0;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, style) = rest.split_at(at);
        columns += width(before);
        rest = style.split_once('m').map_or("", |(_, after)| after);
    }
    columns + width(rest)
}

/// A line under construction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pieces: Vec<(Meaning, String)>,
    width: usize,
}

impl Line {
    /// An empty line.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Appends a text.
    pub(crate) fn put(mut self, meaning: Meaning, text: &str) -> Self {
        let shown = shown(text).into_owned();
        self.width += width(&shown);
        self.pieces.push((meaning, shown));
        self
    }

    /// Appends a text without a meaning of its own.
    pub(crate) fn text(self, text: &str) -> Self {
        self.put(Meaning::Plain, text)
    }

    /// Goes on at a column, or where it is when that is farther.
    pub(crate) fn to(self, column: usize) -> Self {
        let gap = column.saturating_sub(self.width);
        self.text(&" ".repeat(gap))
    }

    /// Appends another line.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.width += other.width;
        self.pieces.extend(other.pieces);
        self
    }

    /// Columns that it takes.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The line in so many columns: what is too much is left out, and a sign says so.
    pub(crate) fn cut(self, room: usize) -> Self {
        if self.width <= room {
            return self;
        }
        let mut short = Self::new();
        for (meaning, text) in self.pieces {
            let left = room.saturating_sub(short.width + 1);
            let part = prefix(&text, left);
            let whole = part.len() == text.len();
            short = short.put(meaning, part);
            if !whole {
                break;
            }
        }
        short.put(Meaning::Aside, "…")
    }

    /// The line on as many lines as it takes, broken between words, further ones at a column.
    pub(crate) fn fold(&self, room: usize, indent: usize) -> Vec<Self> {
        let indent = indent.min(room / 2);
        let mut lines = vec![Self::new()];
        for (meaning, text) in &self.pieces {
            for word in text.split_inclusive(' ') {
                let full = lines.last().map_or(0, Self::width);
                if full > indent && full + width(word.trim_end()) > room {
                    lines.push(Self::new().to(indent));
                }
                if let Some(line) = lines.pop() {
                    lines.push(line.put(*meaning, word));
                }
            }
        }
        lines
    }

    /// The line without a line break.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out.truncate(out.trim_end_matches('\n').len());
        tame(out)
    }

    fn write(&self, out: &mut String) {
        let blank = |(_, text): &&(Meaning, String)| text.chars().all(|c| c == ' ');
        let kept = self.pieces.len() - self.pieces.iter().rev().take_while(blank).count();
        for (index, (meaning, text)) in self.pieces.iter().take(kept).enumerate() {
            let text = if index + 1 == kept {
                text.trim_end_matches(' ')
            } else {
                text
            };
            let style = meaning.style();
            out.push_str(&style.render().to_string());
            out.push_str(text);
            out.push_str(&style.render_reset().to_string());
        }
        out.push('\n');
    }
}

/// A text of lines under construction.
#[derive(Debug)]
pub(crate) struct Page {
    out: String,
    width: usize,
}

impl Page {
    /// An empty page for a terminal of so many columns.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            out: String::new(),
            width: width.clamp(NARROWEST, WIDEST),
        }
    }

    /// Columns of the page.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Appends a line; wider ones are the caller's doing.
    pub(crate) fn line(&mut self, line: &Line) {
        line.write(&mut self.out);
    }

    /// Appends two halves with something between them, below each other when they do not fit beside each other.
    pub(crate) fn halves(&mut self, left: Line, between: &str, right: Line) {
        if left.width() + width(between) + right.width() <= self.width {
            self.line(&left.text(between).join(right));
        } else {
            self.fitted(left);
            self.fitted(Line::new().to(2).join(right));
        }
    }

    /// Appends a line, its pieces on further lines where they do not fit.
    pub(crate) fn fitted(&mut self, whole: Line) {
        let mut line = Line::new();
        for (meaning, text) in whole.pieces {
            if line.width() > 0 && line.width() + width(text.trim_end()) > self.width {
                self.line(&line);
                line = Line::new().to(2).put(meaning, text.trim_start());
            } else {
                line = line.put(meaning, &text);
            }
        }
        self.line(&line);
    }

    /// Appends an empty line.
    pub(crate) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// Appends a text after the start of a line, wrapped, its further lines below its first word.
    pub(crate) fn hanging(&mut self, start: Line, meaning: Meaning, text: &str) {
        let indent = start.width().min(self.width / 2);
        let room = self.width.saturating_sub(start.width()).max(self.width / 4);
        let mut line = start;
        for (index, part) in wrap(&shown(text), room).iter().enumerate() {
            if index > 0 {
                self.line(&line);
                line = Line::new().to(indent);
            }
            line = line.put(meaning, part);
        }
        self.line(&line);
    }

    /// Appends items with points between them, wrapped between items, further lines below the first item.
    pub(crate) fn items(&mut self, start: Line, items: &[String]) {
        let indent = start.width().min(self.width / 2);
        let mut line = start;
        for (index, item) in items.iter().enumerate() {
            let end = if index + 1 < items.len() { " ·" } else { "" };
            let item = format!("{}{end}", shown(item));
            if index > 0 && line.width() + 1 + width(&item) > self.width {
                self.line(&line);
                line = Line::new().to(indent);
            } else if index > 0 {
                line = line.text(" ");
            }
            line = line.text(&item);
        }
        self.line(&line);
    }

    /// Appends a rule over the whole width.
    pub(crate) fn rule(&mut self) {
        let rule = "─".repeat(self.width);
        self.line(&Line::new().put(Meaning::Aside, &rule));
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        tame(self.out)
    }
}

/// As much of a text as takes at most so many columns.
fn prefix(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        let mut buffer = [0; 4];
        used += width(c.encode_utf8(&mut buffer));
        if used > room {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// Breaks a text into lines of at most so many columns, between words where possible; further lines are indented like the
/// first one, since the indentation of a line of code is part of what it says. A number stays with its word, and a duration
/// in one piece: `44` and `5 m` at the end of a line would be read as the whole.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(2);
    if width(text) <= room {
        return vec![text.to_owned()];
    }
    let words = text.trim_start_matches(' ');
    let indent = " ".repeat((text.len() - words.len()).min(room / 2));
    let mut lines = vec![indent.clone()];
    let mut fresh = true;
    for word in unbroken(words, room) {
        let gap = usize::from(!fresh);
        let last = lines.last().map_or(0, |line| width(line));
        if last + gap + width(&word) > room && !fresh {
            lines.push(indent.clone());
        } else if gap > 0 {
            push_to_last(&mut lines, " ");
        }
        push_word(&mut lines, &word, room, &indent);
        fresh = false;
    }
    lines
}

/// The words of a text; those that belong together are one where that fits into a line.
fn unbroken(text: &str, room: usize) -> Vec<String> {
    let mut together: Vec<String> = Vec::new();
    let mut before = "";
    for word in text.split(' ') {
        match together.last_mut() {
            Some(last) if belong(before, word) && width(last) + 1 + width(word) <= room => {
                last.push(' ');
                last.push_str(word);
            }
            _ => together.push(word.to_owned()),
        }
        before = word;
    }
    together
}

/// `44 cancelled`, `5 m`, and `m 59` in the middle of a duration.
fn belong(before: &str, word: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (number(before) && !word.is_empty()) || (["d", "h", "m"].contains(&before) && number(word))
}

/// Where a path or an ARN that is longer than a line is best broken.
const SEAMS: [char; 2] = ['/', ':'];

/// Appends a word, which may be longer than a line: broken behind its seams where it has any, else anywhere.
fn push_word(lines: &mut Vec<String>, word: &str, room: usize, indent: &str) {
    for part in word.split_inclusive(SEAMS) {
        let used = lines.last().map_or(0, |line| width(line));
        if used + width(part) > room && used > indent.len() {
            lines.push(indent.to_owned());
        }
        push_part(lines, part, room, indent);
    }
}

fn push_part(lines: &mut Vec<String>, part: &str, room: usize, indent: &str) {
    let mut used = lines.last().map_or(0, |line| width(line));
    for c in part.chars() {
        let mut buffer = [0; 4];
        let c = &*c.encode_utf8(&mut buffer);
        if used + width(c) > room {
            lines.push(indent.to_owned());
            used = indent.len();
        }
        used += width(c);
        push_to_last(lines, c);
    }
}

fn push_to_last(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_longer_than_the_line_is_broken_and_nothing_is_lost() {
        assert_eq!(wrap("ab cdefghij k", 4), ["ab", "cdef", "ghij", "k"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("  ab cd", 6), ["  ab", "  cd"]);
        assert_eq!(wrap(" abcdefgh", 5), [" abcd", " efgh"]);
        assert_eq!(wrap("Root/Workloads/Prod", 16), ["Root/Workloads/", "Prod"]);
    }

    #[test]
    fn a_number_stays_with_its_word_and_a_duration_in_one_piece() {
        assert_eq!(wrap("and 44 cancelled", 14), ["and", "44 cancelled"]);
        assert_eq!(wrap("and 44 cancelled", 10), ["and 44", "cancelled"]);
        assert_eq!(wrap("done in 1 h 5 m 59 s", 18), ["done in", "1 h 5 m 59 s"]);
        assert_eq!(wrap("3   columns", 9), ["3  ", "columns"]);
    }

    #[test]
    fn styles_take_no_columns() {
        let line = Line::new().put(Meaning::Bad, "支払い").text(" x");
        assert_eq!(columns(&line.render()), 8);
        assert_eq!(columns("plain"), 5);
    }

    #[test]
    fn a_line_is_cut_or_folded_to_the_room_that_there_is() {
        let line = || Line::new().text("ab ").put(Meaning::Bad, "支払い cd ef");
        assert_eq!(line().cut(6).width(), 6);
        assert_eq!(line().cut(40).width(), line().width());
        let folded = line().fold(9, 2);
        assert!(folded.iter().all(|line| line.width() <= 9 + 1), "{folded:?}");
        assert_eq!(folded.len(), 2);
    }

    #[test]
    fn trailing_space_is_not_written() {
        let mut page = Page::new(98);
        page.line(&Line::new().text("a  ").to(20));
        assert_eq!(page.finish(), "a\n");
    }
}
