//! Sections as text, aligned.

use super::sections::{Entry, Line, Pages, Section};
use super::value::{Shape, name};

/// An array that reaches further has one item a line.
const WIDEST: usize = 100;
/// Characters in front of a comment behind a value, unless the value reaches further.
const BEFORE_COMMENT: usize = 38;

/// An entry's key and value as they are printed, without its comment.
struct Row<'e> {
    entry: &'e Entry,
    text: String,
}

/// The text of a manifest.
pub(super) fn text(pages: &Pages) -> String {
    let mut out = String::new();
    lines(&mut out, &pages.head);
    for section in &pages.sections {
        one(&mut out, section);
    }
    if let Some((first, rest)) = pages.end.split_first() {
        if *first != Line::Blank {
            lines(&mut out, std::slice::from_ref(first));
        } else if !rest.is_empty() {
            blank(&mut out);
        }
        lines(&mut out, rest);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn one(out: &mut String, section: &Section) {
    if !section.path.is_empty() {
        blank(out);
        lines(out, trimmed(&section.lead));
        let names: Vec<String> = section.path.iter().map(|part| name(part)).collect();
        let header = if section.is_list {
            format!("[[{}]]", names.join("."))
        } else {
            format!("[{}]", names.join("."))
        };
        push(out, &header, section.comment.as_deref(), BEFORE_COMMENT);
    }
    let mut left = section.entries.as_slice();
    let mut first = true;
    while !left.is_empty() {
        let (block, rest) = left.split_at(block(left));
        if let Some(entry) = block.first() {
            lines(out, if first { trimmed(&entry.lead) } else { &entry.lead });
        }
        rows(out, block);
        (left, first) = (rest, false);
    }
    lines(out, &section.tail);
}

/// How many entries stand together with the first one: no line is between them.
fn block(entries: &[Entry]) -> usize {
    let apart = entries.iter().skip(1).position(|entry| !entry.lead.is_empty());
    apart.map_or(entries.len(), |at| at + 1)
}

fn rows(out: &mut String, block: &[Entry]) {
    let widest = block
        .iter()
        .map(|entry| width(&entry.key))
        .max()
        .unwrap_or_default();
    let rows: Vec<Row> = block
        .iter()
        .map(|entry| Row {
            entry,
            text: row(entry, widest),
        })
        .collect();
    let commented = rows
        .iter()
        .filter(|row| row.entry.comment.is_some() && !row.text.contains('\n'));
    let longest = commented
        .map(|row| width(&row.text) + 1)
        .max()
        .unwrap_or_default();
    for row in &rows {
        push(
            out,
            &row.text,
            row.entry.comment.as_deref(),
            longest.max(BEFORE_COMMENT),
        );
    }
}

fn row(entry: &Entry, widest: usize) -> String {
    let key = format!("{}{} = ", entry.key, " ".repeat(widest - width(&entry.key)));
    match &entry.value {
        Shape::Text(text) => key + text,
        Shape::List { line: Some(line), .. } if fits(&key, line) => key + line,
        Shape::List {
            line: Some(line),
            items,
        } if items.is_empty() => key + line,
        Shape::List { items, .. } => {
            format!("{key}[\n  {}\n]", items.join("\n  "))
        }
    }
}

fn fits(key: &str, line: &str) -> bool {
    !line.contains('\n') && width(key) + width(line) <= WIDEST
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn push(out: &mut String, text: &str, comment: Option<&str>, column: usize) {
    out.push_str(text);
    if let Some(comment) = comment {
        let last = text.rsplit('\n').next().unwrap_or_default();
        let blanks = if text.contains('\n') {
            1
        } else {
            column.saturating_sub(width(last)).max(1)
        };
        out.push_str(&" ".repeat(blanks));
        out.push_str(comment);
    }
    out.push('\n');
}

/// One blank line, but not at the start.
fn blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

fn lines(out: &mut String, lines: &[Line]) {
    for line in lines {
        match line {
            Line::Blank => blank(out),
            Line::Comment(text) => {
                out.push_str(text);
                out.push('\n');
            }
        }
    }
}

/// Without blank lines at the start.
fn trimmed(lines: &[Line]) -> &[Line] {
    let start = lines
        .iter()
        .position(|line| *line != Line::Blank)
        .unwrap_or(lines.len());
    lines.get(start..).unwrap_or_default()
}
