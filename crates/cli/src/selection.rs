//! Names on the command line: one that matches nothing is an error, never an empty answer.

use std::collections::BTreeSet;

use globset::GlobBuilder;
use model::diagnostic::{Diagnostic, Sources};

use crate::failure::Failure;

/// Most names that a message lists.
const LISTED: usize = 8;

/// The names that at least one of the patterns means; all of them when there is no pattern. `what` is the noun of a name.
pub(crate) fn chosen(
    patterns: &[String],
    names: &BTreeSet<String>,
    what: &str,
) -> Result<BTreeSet<String>, Failure> {
    if patterns.is_empty() {
        return Ok(names.clone());
    }
    let mut chosen = BTreeSet::new();
    let mut wrong = Vec::new();
    for pattern in patterns {
        let found = matching(pattern, names);
        if found.is_empty() {
            wrong.push(nothing(pattern, names, what));
        }
        chosen.extend(found);
    }
    if wrong.is_empty() {
        Ok(chosen)
    } else {
        Err(Failure::of_files(wrong, Sources::new()))
    }
}

/// A name as it is, or every name that a pattern with `*` and `?` matches.
pub(crate) fn matching(pattern: &str, names: &BTreeSet<String>) -> BTreeSet<String> {
    if names.contains(pattern) {
        return BTreeSet::from([pattern.to_owned()]);
    }
    let Ok(glob) = GlobBuilder::new(pattern).build() else {
        return BTreeSet::new();
    };
    let matcher = glob.compile_matcher();
    names
        .iter()
        .filter(|name| matcher.is_match(name))
        .cloned()
        .collect()
}

/// Whether a name is one of these, without patterns: what is said when it is not.
pub(crate) fn unknown(name: &str, names: &BTreeSet<String>, what: &str) -> Option<Diagnostic> {
    (!names.contains(name)).then(|| nothing(name, names, what))
}

/// E0010, with the nearest name or with all of them.
fn nothing(pattern: &str, names: &BTreeSet<String>, what: &str) -> Diagnostic {
    let shown = report::escape(pattern);
    let diagnostic = Diagnostic::error("E0010", format!("no {what} matches `{shown}`"));
    let near = names.iter().min_by_key(|name| strsim::levenshtein(name, pattern));
    let close = near.filter(|name| strsim::levenshtein(name, pattern) <= pattern.chars().count() / 3);
    let listed: Vec<&str> = names.iter().map(String::as_str).take(LISTED).collect();
    diagnostic.help(match close {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.is_empty() => format!("there is no {what}"),
        None if names.len() > LISTED => format!("for example: {}", listed.join(", ")),
        None => format!("there are: {}", listed.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> BTreeSet<String> {
        ["network", "security-baseline", "security-roles"]
            .map(str::to_owned)
            .into()
    }

    fn choose(patterns: &[&str]) -> Result<Vec<String>, String> {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        let chosen = chosen(&patterns, &names(), "StackSet");
        let helps = |failure: Failure| format!("{:?}", failure.diagnostics);
        chosen.map(|names| names.into_iter().collect()).map_err(helps)
    }

    #[test]
    fn a_pattern_means_every_name_that_it_matches() {
        assert_eq!(
            choose(&["security-*"]).unwrap(),
            ["security-baseline", "security-roles"]
        );
        assert_eq!(choose(&[]).unwrap().len(), 3);
    }

    #[test]
    fn a_name_that_matches_nothing_is_an_error_with_the_nearest_one() {
        let told = choose(&["network", "security-basline", "[", "zzz"]).unwrap_err();
        assert!(told.contains("did you mean `security-baseline`?"), "{told}");
        assert_eq!(told.matches("E0010").count(), 3, "{told}");
    }
}
