//! `stackfleet graph`: which StackSet waits for which, from the manifest alone.

use report::graph::{Edge, dot, mermaid};

use crate::args::{self, Format, Global, GraphLanguage};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pipeline;
use crate::terminal::Terminal;

/// Reads the manifest and prints the drawing.
pub(crate) fn run(args: &args::Graph, global: &Global, terminal: Terminal) -> Result<Exit, Failure> {
    let read = pipeline::read(global.one_manifest())?;
    let sets = &read.desired.stack_sets;
    let names: Vec<&str> = sets.keys().map(String::as_str).collect();
    let edges = sets.iter().flat_map(|(name, set)| {
        set.depends_on.iter().map(move |first| Edge {
            first: &first.value,
            then: name,
        })
    });
    let edges: Vec<Edge> = edges.collect();
    terminal.result(&match (terminal.format, args.language) {
        (Format::Json, _) => report::json::graph(&names, &edges),
        (Format::Text, GraphLanguage::Mermaid) => mermaid(&names, &edges),
        (Format::Text, GraphLanguage::Dot) => dot(&names, &edges),
    })?;
    Ok(Exit::Done)
}
