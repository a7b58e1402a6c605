//! A text before and after, as a unified difference.

use similar::TextDiff;

use crate::escape::{escape, tame};
use crate::style::Meaning;

/// Lines of context.
const CONTEXT: usize = 3;

/// What differs between two texts of a file, in colours and in signs.
pub fn difference(file: &str, before: &str, after: &str) -> String {
    let names = (format!("a/{file}"), format!("b/{file}"));
    let diff = TextDiff::from_lines(before, after);
    let unified = diff
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&names.0, &names.1)
        .to_string();
    tame(unified.lines().map(styled).collect())
}

fn styled(line: &str) -> String {
    let meaning = match line.as_bytes().first() {
        Some(b'+') => Meaning::Create,
        Some(b'-') => Meaning::Delete,
        Some(b'@') => Meaning::Aside,
        _ => Meaning::Plain,
    };
    let style = meaning.style();
    format!("{style}{}{style:#}\n", escape(line))
}
