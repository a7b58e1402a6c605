//! What is left out of a report that would be too long.

use std::collections::BTreeMap;

use crate::document::Weight;
use crate::words::{count, list, number};

/// Bytes that the words about what was left out may take.
const NOTE: usize = 400;

/// A part of a report.
pub(super) enum Node {
    /// It may be left out.
    Leaf(Leaf),
    /// It never is.
    Always(String),
    /// Parts that are left out with all that is in between.
    Section {
        head: String,
        tail: String,
        nodes: Vec<Node>,
    },
}

/// A part that may be left out.
pub(super) struct Leaf {
    weight: Weight,
    what: &'static str,
    text: String,
    out: bool,
}

impl Leaf {
    pub(super) fn new(weight: Weight, what: &'static str, text: String) -> Self {
        Self {
            weight,
            what,
            text,
            out: false,
        }
    }
}

impl Node {
    pub(super) fn always(text: String) -> Self {
        Self::Always(text)
    }

    /// The parts that may be left out, each with the frame around it, if any.
    fn leaves<'a>(&'a mut self, frames: &mut Vec<Frame>, all: &mut Vec<(Option<usize>, &'a mut Leaf)>) {
        match self {
            Self::Leaf(leaf) => all.push((None, leaf)),
            Self::Always(_) => {}
            Self::Section { head, tail, nodes } => {
                let frame = frames.len();
                let mut within = Vec::new();
                for node in nodes {
                    node.leaves(frames, &mut within);
                }
                frames.insert(
                    frame,
                    Frame {
                        length: head.len() + tail.len(),
                        leaves: within.len(),
                    },
                );
                all.extend(within.into_iter().map(|(_, leaf)| (Some(frame), leaf)));
            }
        }
    }

    fn length(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.text.len(),
            Self::Always(text) => text.len(),
            Self::Section { head, tail, nodes } => {
                head.len() + tail.len() + nodes.iter().map(Self::length).sum::<usize>()
            }
        }
    }

    fn is_out(&self) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.out,
            Self::Always(text) => text.trim().is_empty(),
            Self::Section { nodes, .. } => nodes.iter().all(Self::is_out),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(leaf) if leaf.out => {}
            Self::Leaf(leaf) => out.push_str(&leaf.text),
            Self::Always(text) => out.push_str(text),
            Self::Section { nodes, .. } if nodes.iter().all(Self::is_out) => {}
            Self::Section { head, tail, nodes } => {
                out.push_str(head);
                for node in nodes {
                    node.write(out);
                }
                out.push_str(tail);
            }
        }
    }
}

/// The whole text, or as much of it as fits, and what is missing.
pub(super) fn fit(mut nodes: Vec<Node>, limit: usize) -> String {
    let length: usize = nodes.iter().map(Node::length).sum();
    let left_out = if length > limit {
        leave_out(&mut nodes, (length + NOTE).saturating_sub(limit))
    } else {
        BTreeMap::new()
    };
    let mut text = String::with_capacity(length.min(limit));
    for node in &nodes {
        node.write(&mut text);
    }
    if !left_out.is_empty() {
        let told: Vec<String> = left_out.iter().map(|(what, n)| count(*n, what)).collect();
        let note = format!(
            "\n**Left out** to stay below {} bytes: {}. The job log has all of it.\n",
            number(limit as u64),
            list(&told)
        );
        text.push_str(&note);
    }
    text
}

/// What stands around the parts of a section and goes with the last of them.
struct Frame {
    length: usize,
    leaves: usize,
}

/// Marks what goes, the least important and of that the longest first; of what is kept the last ones.
fn leave_out(nodes: &mut [Node], mut excess: usize) -> BTreeMap<&'static str, u64> {
    let (mut frames, mut leaves) = (Vec::new(), Vec::new());
    for node in nodes {
        node.leaves(&mut frames, &mut leaves);
    }
    let mut order: Vec<(usize, (Option<usize>, &mut Leaf))> = leaves.into_iter().enumerate().collect();
    order.sort_by_key(|(at, (_, leaf))| match leaf.weight {
        Weight::Kept => (leaf.weight, usize::MAX - at),
        weight => (weight, usize::MAX - leaf.text.len()),
    });
    let mut left_out = BTreeMap::new();
    for (_, (frame, leaf)) in order {
        if excess == 0 {
            break;
        }
        leaf.out = true;
        excess = excess.saturating_sub(leaf.text.len());
        if let Some(frame) = frame.and_then(|at| frames.get_mut(at)) {
            frame.leaves -= 1;
            if frame.leaves == 0 {
                excess = excess.saturating_sub(frame.length);
            }
        }
        if !leaf.what.is_empty() {
            *left_out.entry(leaf.what).or_default() += 1;
        }
    }
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(weight: Weight, text: &str) -> Node {
        Node::Leaf(Leaf::new(weight, "table", text.repeat(500)))
    }

    #[test]
    fn the_least_important_goes_first_and_the_end_says_so() {
        let nodes = || {
            vec![
                Node::always("title\n".to_owned()),
                leaf(Weight::Kept, "k"),
                leaf(Weight::Diffs, "d"),
                leaf(Weight::Instances, "i"),
            ]
        };
        assert!(!fit(nodes(), 2000).contains("Left out"));
        let shorter = fit(nodes(), 1500);
        assert!(
            shorter.contains('k') && shorter.contains("ddd") && !shorter.contains("iii"),
            "{shorter}"
        );
        assert!(
            shorter.contains("**Left out** to stay below 1,500 bytes: 1 table."),
            "{shorter}"
        );
        assert!(shorter.len() <= 1500);
        let shortest = fit(nodes(), 100);
        assert!(
            shortest.starts_with("title\n") && shortest.contains("3 tables"),
            "{shortest}"
        );
    }
}
