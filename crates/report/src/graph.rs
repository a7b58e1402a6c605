//! The order between StackSets as a drawing, in languages that others draw.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use crate::escape::escape;

/// One StackSet is done before another one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Edge<'a> {
    /// The one that is waited for, by its name in the manifest.
    pub first: &'a str,
    /// The one that waits.
    pub then: &'a str,
}

/// For Markdown on GitHub and GitLab: a flow chart from what is first to what waits.
pub fn mermaid(names: &[&str], edges: &[Edge<'_>]) -> String {
    let mut out = String::from("flowchart LR\n");
    for (number, name) in names.iter().enumerate() {
        let _ = writeln!(out, "  n{number}[\"{}\"]", entities(name));
    }
    for (first, then) in places(names, edges) {
        let _ = writeln!(out, "  n{first} --> n{then}");
    }
    out
}

/// For Graphviz.
pub fn dot(names: &[&str], edges: &[Edge<'_>]) -> String {
    let mut out = String::from("digraph stackfleet {\n  rankdir=LR;\n  node [shape=box];\n");
    for (number, name) in names.iter().enumerate() {
        let label = escape(name).replace('\\', "\\\\").replace('"', "\\\"");
        let _ = writeln!(out, "  n{number} [label=\"{label}\"];");
    }
    for (first, then) in places(names, edges) {
        let _ = writeln!(out, "  n{first} -> n{then};");
    }
    out.push_str("}\n");
    out
}

/// Edges between names that are there, by their numbers.
fn places<'n>(names: &'n [&str], edges: &'n [Edge<'_>]) -> impl Iterator<Item = (usize, usize)> + 'n {
    let place = |wanted: &str| names.iter().position(|name| *name == wanted);
    edges
        .iter()
        .filter_map(move |edge| Some((place(edge.first)?, place(edge.then)?)))
}

/// Characters that mean something to Mermaid or HTML are written as entities.
fn entities(name: &str) -> String {
    let mut out = String::new();
    for c in escape(name).chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ') {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGE: Edge<'_> = Edge {
        first: "a\"]; x",
        then: "b",
    };

    #[test]
    fn names_are_drawn_and_not_obeyed() {
        let names = ["a\"]; x", "b"];
        assert_eq!(
            mermaid(&names, &[EDGE]),
            "flowchart LR\n  n0[\"a#34;#93;#59; x\"]\n  n1[\"b\"]\n  n0 --> n1\n"
        );
        assert!(
            dot(&names, &[EDGE]).contains("n0 [label=\"a\\\"]; x\"];"),
            "{}",
            dot(&names, &[EDGE])
        );
    }

    #[test]
    fn an_edge_to_a_name_that_is_not_there_is_left_out() {
        assert!(!mermaid(&["b"], &[EDGE]).contains("-->"));
    }
}
