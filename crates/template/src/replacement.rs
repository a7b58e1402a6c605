//! Whether a change of a property makes a new resource, as the public schemas of resource types say.
//!
//! The table is `data/replacement.txt`; `data/make_replacement.py` makes it and says what its fields are. It is searched as
//! it is, so it costs nothing to start.

use model::plan::Replacement;

static TABLE: &str = include_str!("../data/replacement.txt");

/// What is known about a type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypeFacts {
    create_only: &'static str,
    conditional: &'static str,
    /// The property with which a user names a resource of the type, when that is its identifier.
    pub(crate) name: Option<&'static str>,
    /// Whether nothing is said about a change of the other properties.
    silent: bool,
}

/// How a path of the table and one of a change stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meets<'p> {
    /// The change is at the path, or inside of it.
    Inside,
    /// The path goes on below the change: by this.
    Below(&'p str),
}

/// What is known about a type; nothing about types of others.
pub(crate) fn of_type(resource_type: &str) -> Option<TypeFacts> {
    let line = line(&format!("{resource_type}|"))?;
    let mut fields = line.split('|').skip(1);
    let mut next = || fields.next().unwrap_or_default();
    Some(TypeFacts {
        create_only: next(),
        conditional: next(),
        name: Some(next()).filter(|name| !name.is_empty()),
        silent: next() == "?",
    })
}

/// The line that begins with a text, found by bisection.
fn line(start: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, TABLE.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let from = TABLE.get(..middle)?.rfind('\n').map_or(0, |at| at + 1);
        let line = TABLE.get(from..)?.split('\n').next()?;
        if line.starts_with(start) {
            return Some(line);
        }
        if line < start {
            low = from + line.len() + 1;
        } else {
            high = from;
        }
    }
    None
}

impl TypeFacts {
    /// What a change at a path does, `*` for the items of lists, if it is a change of what `differs` says.
    pub(crate) fn of(&self, path: &[&str], differs: impl Fn(Meets) -> Replacement) -> Replacement {
        let worst = |paths: &'static str| {
            let met = paths.split(',').filter_map(|found| meets(found, path));
            met.map(&differs).max().unwrap_or(Replacement::Never)
        };
        let certain = worst(self.create_only);
        let maybe = worst(self.conditional).min(Replacement::Conditional);
        let rest = if self.silent {
            Replacement::Unknown
        } else {
            Replacement::Never
        };
        certain.max(maybe).max(rest)
    }
}

fn meets<'p>(found: &'p str, path: &[&str]) -> Option<Meets<'p>> {
    let mut rest = found;
    for segment in path {
        let (first, behind) = rest.split_once('.').unwrap_or((rest, ""));
        if first != *segment || first.is_empty() {
            return None;
        }
        if behind.is_empty() {
            return Some(Meets::Inside);
        }
        rest = behind;
    }
    Some(Meets::Below(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_the_table_is_found_in_it() {
        let mut lines: Vec<_> = TABLE.lines().collect();
        let types = lines.iter().filter(|line| !line.starts_with('#'));
        for found in types.clone() {
            let start = format!("{}|", found.split('|').next().unwrap_or_default());
            assert_eq!(line(&start), Some(*found));
        }
        assert!(types.count() > 1000);
        for missing in ["AWS::IAM::Roles", "", "AWS::IAM", "zzz", "Custom::Thing"] {
            assert!(of_type(missing).is_none(), "{missing}");
        }
        let before = lines.clone();
        lines.sort_unstable();
        assert_eq!(lines, before);
    }

    #[test]
    fn paths_meet_when_one_goes_on_where_the_other_ends() {
        assert_eq!(meets("A.B", &["A", "B"]), Some(Meets::Inside));
        assert_eq!(meets("A.B", &["A", "B", "C"]), Some(Meets::Inside));
        assert_eq!(meets("A.B", &["A"]), Some(Meets::Below("B")));
        assert_eq!(meets("A.*.C", &["A", "*", "C"]), Some(Meets::Inside));
        assert_eq!(meets("A.B", &["A", "C"]), None);
        assert_eq!(meets("AB", &["A"]), None);
        assert_eq!(meets("", &["A"]), None);
    }
}
