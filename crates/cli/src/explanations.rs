//! What every code means, from the pages of `docs/codes`.

use model::diagnostic::Severity;

const PAGES: [&str; 8] = [
    include_str!("../../../docs/codes/00-usage.md"),
    include_str!("../../../docs/codes/01-syntax.md"),
    include_str!("../../../docs/codes/02-organization.md"),
    include_str!("../../../docs/codes/03-templates.md"),
    include_str!("../../../docs/codes/04-order.md"),
    include_str!("../../../docs/codes/05-protection.md"),
    include_str!("../../../docs/codes/06-identity.md"),
    include_str!("../../../docs/codes/07-apply.md"),
];

/// One code with what there is to say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// For example `E0201`.
    pub(crate) code: &'static str,
    /// What it says, in a line.
    pub(crate) title: &'static str,
    /// Why it is said and what to do, in paragraphs of plain Markdown.
    pub(crate) text: &'static str,
}

impl Explanation {
    /// Whether it stops a command.
    pub(crate) fn severity(&self) -> Severity {
        if self.code.starts_with('W') {
            Severity::Warning
        } else {
            Severity::Error
        }
    }
}

/// Every explanation, by area and in the order of the codes.
pub(crate) fn all() -> impl Iterator<Item = Explanation> {
    PAGES
        .iter()
        .flat_map(|page| page.split("\n## ").skip(1))
        .filter_map(section)
}

/// The explanation of a code, in capitals or not.
pub(crate) fn of(code: &str) -> Option<Explanation> {
    all().find(|explanation| explanation.code.eq_ignore_ascii_case(code))
}

fn section(section: &'static str) -> Option<Explanation> {
    let (heading, text) = section.split_once('\n')?;
    let (code, title) = heading.split_once(' ')?;
    Some(Explanation {
        code,
        title,
        text: text.trim(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_explanation_has_a_title_and_says_something() {
        for explanation in all() {
            assert_eq!(explanation.code.len(), 5, "{explanation:?}");
            assert!(!explanation.title.is_empty(), "{explanation:?}");
            assert!(explanation.text.len() > 40, "{explanation:?}");
        }
    }

    #[test]
    fn explanations_fit_a_terminal() {
        for explanation in all() {
            let long = explanation.text.lines().find(|line| line.chars().count() > 98);
            assert_eq!(long, None, "{}", explanation.code);
        }
    }

    #[test]
    fn a_code_is_found_in_small_letters_too() {
        assert_eq!(of("e0001"), of("E0001"));
        assert!(of("E0001").is_some());
        assert_eq!(of("E9999"), None);
    }
}
