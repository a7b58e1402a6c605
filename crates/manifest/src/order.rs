//! Names that are used twice, and `depends_on`.

use std::collections::{BTreeMap, BTreeSet};

use model::desired::{DesiredStackSet, Removal};
use model::diagnostic::{Diagnostic, Span, Spanned};

use crate::reader::Reader;
use crate::words::{shown, similar};

type StackSets = BTreeMap<String, DesiredStackSet>;

/// Checks what StackSets say about each other.
pub(crate) fn check(reader: &mut Reader, sets: &StackSets, removed: &BTreeMap<String, Removal>) {
    names(reader, sets, removed);
    unknown(reader, sets, removed);
    cycles(reader, sets);
}

/// E0105: two tables for one StackSet.
fn names(reader: &mut Reader, sets: &StackSets, removed: &BTreeMap<String, Removal>) {
    let mut seen: BTreeMap<(&str, &str), &Span> = BTreeMap::new();
    let wanted = sets.values().map(|set| (&set.name, &set.aws_name));
    let gone = removed.values().map(|set| (&set.name, &set.aws_name));
    for (name, aws_name) in wanted.chain(gone) {
        let key = [("table", name.value.as_str()), ("AWS", aws_name.as_str())];
        let twice = key.iter().find_map(|key| seen.get(key));
        if let Some(first) = twice {
            let diagnostic =
                Diagnostic::error("E0105", format!("two tables are about the StackSet `{aws_name}`"))
                    .label(&name.span, "the second one")
                    .label(first, "the first one")
                    .help("delete one of them, or give them different names (`aws_name`)");
            reader.report(diagnostic);
        }
        seen.extend(key.map(|key| (key, &name.span)));
    }
}

/// E0402: a dependency on nothing.
fn unknown(reader: &mut Reader, sets: &StackSets, removed: &BTreeMap<String, Removal>) {
    for set in sets.values() {
        for wanted in set
            .depends_on
            .iter()
            .filter(|wanted| !sets.contains_key(&wanted.value))
        {
            let name = shown(&wanted.value);
            let diagnostic = Diagnostic::error(
                "E0402",
                format!(
                    "`{}` depends on `{name}`, which is not in this manifest",
                    set.name.value
                ),
            );
            let label = if removed.contains_key(&wanted.value) {
                "it is being removed"
            } else {
                "no such StackSet"
            };
            let diagnostic = diagnostic.label(&wanted.span, label);
            let near = similar(
                &wanted.value,
                sets.keys()
                    .filter(|key| **key != set.name.value)
                    .map(String::as_str),
            );
            reader.report(match near {
                Some(near) => diagnostic.replace(
                    "a StackSet with a similar name exists",
                    &wanted.span,
                    format!("\"{near}\""),
                ),
                None => diagnostic.help("name a table [stackset.NAME] of this manifest, or delete the name"),
            });
        }
    }
}

/// E0401, for each circle of dependencies.
fn cycles(reader: &mut Reader, sets: &StackSets) {
    let mut left: BTreeSet<&str> = sets.keys().map(String::as_str).collect();
    loop {
        // What waits for nothing that is left is in no circle.
        let free: Vec<&str> = left
            .iter()
            .copied()
            .filter(|name| next(sets, &left, name).is_none())
            .collect();
        for name in &free {
            left.remove(name);
        }
        if !free.is_empty() {
            continue;
        }
        let Some(start) = left.first().copied() else {
            return;
        };
        let mut circle = circle(sets, &left, start);
        // Read from the top of the file: the chain begins with its first line.
        let first =
            (0..circle.len()).min_by_key(|at| circle.get(*at).map(|(_, span)| (&span.file, span.start)));
        circle.rotate_left(first.unwrap_or_default());
        for (name, _) in &circle {
            left.remove(name);
        }
        reader.report(cycle(&circle));
    }
}

fn next<'s>(sets: &'s StackSets, left: &BTreeSet<&str>, name: &str) -> Option<&'s Spanned<String>> {
    sets.get(name)?
        .depends_on
        .iter()
        .find(|wanted| left.contains(wanted.value.as_str()))
}

/// The circle that is reached from a StackSet, each with the place where it names the next.
fn circle<'s>(sets: &'s StackSets, left: &BTreeSet<&str>, start: &'s str) -> Vec<(&'s str, &'s Span)> {
    let mut walked: Vec<(&str, &Span)> = Vec::new();
    let mut at = start;
    while let Some(wanted) = next(sets, left, at) {
        walked.push((at, &wanted.span));
        at = wanted.value.as_str();
        if let Some(begin) = walked.iter().position(|(name, _)| *name == at) {
            return walked.split_off(begin);
        }
    }
    walked
}

fn cycle(circle: &[(&str, &Span)]) -> Diagnostic {
    let first = circle.first().map_or("", |(name, _)| *name);
    let mut names: Vec<&str> = circle.iter().map(|(name, _)| *name).collect();
    names.push(first);
    let mut diagnostic = Diagnostic::error("E0401", format!("dependency cycle: {}", names.join(" → ")));
    // The last edge closes the circle: it is the primary place.
    for (index, (name, span)) in circle.iter().enumerate().rev() {
        let after = names.get(index + 1).copied().unwrap_or_default();
        let text = match index {
            0 if circle.len() == 1 => format!("`{name}` waits for itself"),
            0 => format!("`{name}` waits for `{after}`"),
            _ if index + 1 == circle.len() => format!("which waits for `{after}` again"),
            _ => format!("which waits for `{after}`"),
        };
        diagnostic = diagnostic.label(span, text);
    }
    diagnostic.help("remove one of these names")
}
