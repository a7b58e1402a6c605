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

/// Words that a command's output asks to look up.
const CONCEPTS: &str = include_str!("../../../docs/concepts.md");

/// One code with what there is to say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// For example `E0201`; of a concept its word.
    pub(crate) code: &'static str,
    /// What it says, in a line.
    pub(crate) title: &'static str,
    /// Why it is said and what to do, in paragraphs of plain Markdown.
    pub(crate) text: &'static str,
}

impl Explanation {
    /// Whether it stops a command; none for a concept.
    pub(crate) fn severity(&self) -> Option<Severity> {
        match self.code.chars().next() {
            Some('W') => Some(Severity::Warning),
            Some(first) if first.is_ascii_uppercase() => Some(Severity::Error),
            _ => None,
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

/// The explanation of a code or a concept, in capitals or not.
pub(crate) fn of(code: &str) -> Option<Explanation> {
    let concepts = CONCEPTS.split("\n## ").skip(1).filter_map(section);
    all()
        .chain(concepts)
        .find(|explanation| explanation.code.eq_ignore_ascii_case(code))
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
    use clap::Parser as _;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn every_explanation_has_a_title_and_says_something() {
        for explanation in all() {
            assert_eq!(explanation.code.len(), 5, "{explanation:?}");
            assert!(!explanation.title.is_empty(), "{explanation:?}");
            assert!(!explanation.title.ends_with('.'), "{explanation:?}");
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
    fn commands_in_explanations_can_be_typed() {
        let commands = all().flat_map(|explanation| {
            let lines = explanation.text.lines();
            lines.filter_map(move |line| Some((explanation.code, line.split_once("    ")?.1)))
        });
        let mut typed = 0;
        for (code, command) in commands {
            let Some((_, command)) = command
                .split_once("stackfleet ")
                .filter(|(before, _)| is_prefix(before))
            else {
                continue;
            };
            let command = command.split(" >").next().unwrap_or_default();
            let words = std::iter::once("stackfleet").chain(command.split_whitespace());
            // Help and versions come as errors too.
            let refused = Cli::try_parse_from(words).err().filter(clap::Error::use_stderr);
            let refused = refused.map(|error| error.to_string());
            assert_eq!(refused, None, "{code}: {command}");
            typed += 1;
        }
        assert!(typed > 30, "only {typed} commands were found");
    }

    /// What may stand before a command: nothing, or variables of the environment.
    fn is_prefix(before: &str) -> bool {
        before.split_whitespace().all(|word| word.contains('='))
    }

    #[test]
    fn codes_in_explanations_are_explained_too() {
        for explanation in all() {
            let words = explanation.text.split(|c: char| !c.is_ascii_alphanumeric());
            let named = words.filter(|word| word.len() == 5 && word.starts_with(['E', 'W']));
            for code in named.filter(|word| word[1..].bytes().all(|b| b.is_ascii_digit())) {
                assert!(of(code).is_some(), "{} names {code}", explanation.code);
            }
        }
    }

    #[test]
    fn a_code_is_found_in_small_letters_too() {
        assert_eq!(of("e0001"), of("E0001"));
        assert!(of("E0001").is_some());
        assert_eq!(of("E9999"), None);
    }
}
