//! Two texts, line by line.

use std::fmt;

use similar::{ChangeTag, TextDiff};

/// Lines that stay, shown around those that do not.
const CONTEXT: usize = 3;
/// Texts of more lines than this are not compared line by line: each goes and comes as a whole.
const MAX_LINES: usize = 20_000;

/// What differs between two texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextDifference {
    /// Lines that come.
    pub added: u64,
    /// Lines that go.
    pub removed: u64,
    /// Places where lines come or go, in order.
    pub hunks: Vec<Hunk>,
}

/// Lines that come or go, with three lines around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// Where: `@@ -31,9 +31,9 @@ Resources, AuditRole`
    pub header: String,
    /// The lines, without their ends.
    pub lines: Vec<Line>,
}

/// A line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// It stays.
    Kept(String),
    /// It comes.
    Added(String),
    /// It goes.
    Removed(String),
}

/// Compares two texts line by line. Equal texts have no hunks; whether templates say the same is not asked here but of
/// [`Template::same_as`](crate::Template::same_as).
pub fn text_diff(before: &str, after: &str) -> TextDifference {
    let lines = |text: &str| text.lines().count();
    if before != after && lines(before).max(lines(after)) > MAX_LINES {
        return replaced(before, after);
    }
    let diff = TextDiff::from_lines(before, after);
    let mut difference = TextDifference::default();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let mut lines = Vec::new();
        for change in hunk.iter_changes() {
            let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => Line::Kept(text),
                ChangeTag::Insert => Line::Added(text),
                ChangeTag::Delete => Line::Removed(text),
            });
        }
        let start = hunk.ops().first().map_or(0, |op| op.old_range().start);
        difference.push(format!("{}{}", hunk.header(), within(before, start)), lines);
    }
    difference
}

/// ` Resources, AuditRole`: the section and the entry of a YAML template that a line stands in, as `diff -p` tells the function.
fn within(text: &str, line: usize) -> String {
    let above: Vec<&str> = text.lines().take(line).collect();
    let key_at = |indent: usize, lines: &[&str]| {
        lines.iter().rposition(|line| {
            let rest = line.trim_start_matches(' ');
            line.len() - rest.len() == indent && key_of(rest).is_some()
        })
    };
    let key = |at: Option<usize>| at.and_then(|at| key_of(above.get(at)?.trim_start_matches(' ')));
    let section = key_at(0, &above);
    let Some(name) = key(section) else {
        return String::new();
    };
    let below = section.and_then(|at| above.get(at + 1..)).unwrap_or_default();
    let entry = key_at(2, below).and_then(|at| key_of(below.get(at)?.trim_start_matches(' ')));
    match entry {
        Some(entry) => format!(" {name}, {entry}"),
        None => format!(" {name}"),
    }
}

/// The key of a line `Key:`, or of one that has a value behind it.
fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric());
    (plain && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}

fn replaced(before: &str, after: &str) -> TextDifference {
    let removed = before.lines().map(|line| Line::Removed(line.to_owned()));
    let added = after.lines().map(|line| Line::Added(line.to_owned()));
    let header = format!(
        "@@ -1,{} +1,{} @@",
        removed.clone().count(),
        added.clone().count()
    );
    let mut difference = TextDifference::default();
    difference.push(header, removed.chain(added).collect());
    difference
}

impl TextDifference {
    fn push(&mut self, header: String, lines: Vec<Line>) {
        for line in &lines {
            match line {
                Line::Kept(_) => {}
                Line::Added(_) => self.added += 1,
                Line::Removed(_) => self.removed += 1,
            }
        }
        self.hunks.push(Hunk { header, lines });
    }

    /// The unified form, as `diff -u` and `git diff` write it: for a file of this name.
    pub fn unified(&self, file: &str) -> String {
        if self.hunks.is_empty() {
            return String::new();
        }
        let hunks: String = self.hunks.iter().map(ToString::to_string).collect();
        format!("--- a/{file}\n+++ b/{file}\n{hunks}")
    }
}

impl fmt::Display for Hunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.header)?;
        self.lines.iter().try_for_each(|line| match line {
            Line::Kept(text) => writeln!(f, " {text}"),
            Line::Added(text) => writeln!(f, "+{text}"),
            Line::Removed(text) => writeln!(f, "-{text}"),
        })
    }
}
