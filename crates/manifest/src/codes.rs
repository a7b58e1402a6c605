//! The codes that messages have.

/// The page that has every code once; a test compares it with the sources.
const PAGE: &str = include_str!("../../../docs/errors.md");

/// Codes of every warning, which `allow` can accept.
pub(crate) fn warnings() -> impl Iterator<Item = &'static str> {
    let cells = PAGE.lines().filter_map(|line| line.strip_prefix("| "));
    cells
        .filter_map(|line| line.split(' ').next())
        .filter(|code| code.len() == 5 && code.starts_with('W'))
}
