//! E0339: things that wait for each other. CloudFormation says "Circular dependency between resources: [A, B]".

use std::collections::{BTreeMap, BTreeSet};

use model::diagnostic::Diagnostic;
use model::source::Source;

use crate::node::Node;
use crate::references::{Named, Reference, References};

/// So many members of a circle are shown.
const SHOWN: usize = 8;

/// Who names whom, and where.
type Edges<'r> = BTreeMap<&'r str, &'r [Reference]>;

/// Reports a circle of conditions, and one of resources that are always made.
pub(crate) fn check(source: &Source, root: &Node, references: &References) -> Vec<Diagnostic> {
    let of_conditions = circle(&edges(&references.conditions), |found| {
        found.named == Named::Condition
    });
    // What a condition may leave out makes no circle when it is left out.
    let mut resources = edges(&references.resources);
    for (key, _) in root
        .section("Resources")
        .iter()
        .filter(|(_, node)| node.get("Condition").is_some())
    {
        resources.remove(key.text.as_str());
    }
    let of_resources = circle(&resources, |found| {
        found.may_name_resource() && !found.branch && !found.aside
    });
    let told = [("conditions", of_conditions), ("resources", of_resources)];
    told.into_iter()
        .filter_map(|(what, path)| Some(tell(source, what, &path?)))
        .collect()
}

fn edges(found: &BTreeMap<String, Vec<Reference>>) -> Edges<'_> {
    let edges = found.iter();
    edges
        .map(|(name, found)| (name.as_str(), found.as_slice()))
        .collect()
}

/// The first circle: each reference in it, from one member to the next.
fn circle<'r>(edges: &Edges<'r>, counts: impl Fn(&Reference) -> bool) -> Option<Vec<&'r Reference>> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for (start, found) in edges {
        // The way to where we are: each name with what is still to be looked at of it.
        let mut open = vec![(*start, found.iter())];
        let mut way: Vec<&Reference> = Vec::new();
        let mut on_way = BTreeMap::from([(*start, 0)]);
        while let Some((name, at)) = open.last_mut() {
            let Some(next) = at.find(|reference| counts(reference)) else {
                done.insert(name);
                on_way.remove(name);
                open.pop();
                way.pop();
                continue;
            };
            if let Some(first) = on_way.get(next.name.as_str()) {
                way.push(next);
                return Some(way.split_off(*first));
            }
            let behind = edges.get(next.name.as_str());
            if let Some(behind) = behind.filter(|_| !done.contains(next.name.as_str())) {
                on_way.insert(&next.name, open.len());
                way.push(next);
                open.push((&next.name, behind.iter()));
            }
        }
    }
    None
}

fn tell(source: &Source, what: &str, path: &[&Reference]) -> Diagnostic {
    let last = path.last().map_or("", |reference| &reference.name);
    let names = path.iter().map(|reference| reference.name.as_str());
    let mut chain: Vec<_> = std::iter::once(last).chain(names).collect();
    if path.len() > SHOWN {
        chain.truncate(SHOWN);
        chain.extend(["…", last]);
    }
    let message = format!("circle of {what}: {}", chain.join(" → "));
    let mut diagnostic = Diagnostic::error("E0339", message);
    for (from, reference) in chain.iter().zip(path).take(SHOWN) {
        let label = format!("`{from}` needs `{}`", reference.name);
        diagnostic = diagnostic.label(&source.span(&reference.range), label);
    }
    diagnostic
        .help("take one of these references out: CloudFormation makes what is needed before what needs it")
}
