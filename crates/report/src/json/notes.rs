//! Short documents of commands whose result is something else: a file, a server, a drawing, a page to read.

use model::Timestamp;
use model::diagnostic::Severity;
use schemars::JsonSchema;
use serde::Serialize;

use super::{FORMAT_VERSION, pretty};
use crate::graph::Edge;

/// What a command has written or begun.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "format")]
pub enum Note<'a> {
    /// `fmt -f json`
    #[serde(rename = "stackfleet.formatted")]
    Formatted {
        /// Files that were given their canonical form.
        formatted: &'a [String],
    },
    /// `init -f json`
    #[serde(rename = "stackfleet.started")]
    Started {
        /// Files that were made.
        written: &'a [String],
        /// The organization that was asked, when there was one to ask.
        organization: Option<&'a str>,
    },
    /// `simulate -f json`
    #[serde(rename = "stackfleet.served")]
    Served {
        /// Where the simulator listens.
        endpoint: &'a str,
        /// How many times as fast its time runs.
        speed: f64,
    },
    /// `snapshot -f json`
    #[serde(rename = "stackfleet.recorded")]
    Recorded {
        /// The snapshot.
        file: &'a str,
        /// StackSets in it.
        stack_sets: u64,
        /// Their instances.
        instances: u64,
        /// Accounts of the organization.
        accounts: u64,
        /// The organization.
        organization: &'a str,
        /// When AWS was read.
        #[schemars(with = "String", extend("format" = "date-time"))]
        taken_at: Timestamp,
    },
}

/// A note with its version.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Noted<'a> {
    #[serde(flatten)]
    note: Note<'a>,
    format_version: &'static str,
}

/// What a command has written or begun.
pub fn note(note: Note<'_>) -> String {
    pretty(&Noted {
        note,
        format_version: FORMAT_VERSION,
    })
}

/// What a code means.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Code<'a> {
    /// For example `E0201`; of a concept its word.
    pub code: &'a str,
    /// Whether it stops a command; none for a concept.
    pub severity: Option<Severity>,
    /// In one line.
    pub title: &'a str,
    /// The page, as Markdown.
    pub text: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Codes<'a> {
    codes: &'a [Code<'a>],
}

/// What codes mean.
pub fn codes(codes: &[Code<'_>]) -> String {
    pretty(&super::Document {
        format: "stackfleet.codes",
        format_version: FORMAT_VERSION,
        content: Codes { codes },
    })
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Graph<'a> {
    /// Names of StackSets in the manifest.
    stack_sets: &'a [&'a str],
    /// Which one waits for which.
    edges: &'a [Edge<'a>],
}

/// Which StackSet waits for which.
pub fn graph(names: &[&str], edges: &[Edge<'_>]) -> String {
    pretty(&super::Document {
        format: "stackfleet.graph",
        format_version: FORMAT_VERSION,
        content: Graph {
            stack_sets: names,
            edges,
        },
    })
}
