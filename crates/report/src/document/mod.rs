//! A plan or an apply as every report shows it: blocks of pieces, and nothing of the format that shows them.
//!
//! Every text in it is as AWS or a file has it; who shows it escapes it for the place where it stands.

mod apply;
mod build;
mod drift;
mod facts;
mod failures;
mod messages;
mod plan;
mod plans;
mod stack_set;
mod timeline;
mod values;

pub(crate) use apply::of_apply;
pub(crate) use build::percent;
pub(crate) use drift::of_drift;
pub(crate) use messages::of_messages;
pub(crate) use plan::of_plan;
pub(crate) use plans::of_plans;
pub(crate) use timeline::{Lane, Timeline};

use std::path::Path;

use model::diagnostic::{Diagnostic, Span};

use crate::style::Meaning;

/// Where a report is read, as far as whoever writes it knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The manifest as its spans name it.
    pub manifest: String,
    /// The folder of the manifest in its repository, with a slash at its end; empty for the root.
    pub folder: String,
    /// The address below which files of this commit are shown, with a slash at its end.
    pub files: Option<String>,
    /// The address of the job's log.
    pub job: Option<String>,
}

impl Surroundings {
    /// The file of a span, as its repository names it: spans have the manifest's name as it was typed, and all others relative to its
    /// folder.
    pub(crate) fn path(&self, span: &Span) -> String {
        let typed = (span.file == self.manifest).then(|| Path::new(&self.manifest).file_name());
        let name = typed.flatten().map(|name| name.to_string_lossy());
        format!("{}{}", self.folder, name.as_deref().unwrap_or(&span.file))
    }
}

/// A message and where its report is read.
pub(crate) type Placed<'a> = (&'a Diagnostic, &'a Surroundings);

/// Messages that are all about one manifest.
pub(crate) fn within<'a>(
    messages: &'a [Diagnostic],
    around: &'a Surroundings,
) -> impl Iterator<Item = Placed<'a>> {
    messages.iter().map(move |one| (one, around))
}

/// Messages about several manifests, each with its own surroundings.
pub(crate) fn each<'a>(
    messages: &'a [Vec<Diagnostic>],
    around: &'a [Surroundings],
) -> impl Iterator<Item = Placed<'a>> {
    let all = messages.iter().zip(around);
    all.flat_map(|(messages, around)| within(messages, around))
}

/// A whole report.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// `plan`, `apply` or `drift`.
    pub(crate) command: &'static str,
    /// The project's name, where a manifest could be read.
    pub(crate) project: Option<String>,
    /// The first twelve digits of the plan's digest.
    pub(crate) digest: Option<String>,
    /// What came out, in a line.
    pub(crate) title: Text,
    /// How good that is.
    pub(crate) meaning: Meaning,
    /// Where and of what, in a line.
    pub(crate) place: Vec<String>,
    /// Everything else, in order.
    pub(crate) blocks: Vec<Block>,
    /// Reports that this one is made of.
    pub(crate) members: Vec<Document>,
    /// The last words.
    pub(crate) closing: Text,
}

/// A part of a report.
#[derive(Debug)]
pub(crate) enum Block {
    /// What must be seen first.
    Callout(Meaning, Vec<Text>),
    /// Lines below each other.
    Lines(Vec<Text>),
    /// Items of a list.
    List(Vec<Text>),
    /// Rows below titles.
    Table(Table),
    /// A text difference.
    Diff(String),
    /// Operations over time.
    Timeline(Timeline),
    /// Something that a reader opens.
    Section(Section),
}

/// Something that a reader opens.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its title.
    pub(crate) title: Text,
    /// How it may be left out.
    pub(crate) weight: Weight,
    /// What is in it.
    pub(crate) blocks: Vec<Block>,
}

/// What is left out first where a report would be too long, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Only in pages without a limit.
    Page,
    /// Tables of instances, parameters, targets and operations.
    Instances,
    /// Text differences.
    Diffs,
    /// Tables of resources.
    Resources,
    /// Messages beside errors, and StackSets that lose nothing.
    Unchanged,
    /// Never as a whole.
    Kept,
}

/// Rows below titles.
#[derive(Debug)]
pub(crate) struct Table {
    /// How it, or its rows that lose nothing, may be left out.
    pub(crate) weight: Weight,
    /// What it is of, for whoever does not see it.
    pub(crate) name: &'static str,
    /// Titles; those of numbers are at the right.
    pub(crate) columns: Vec<(String, bool)>,
    /// Cells in the order of the titles.
    pub(crate) rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// In the order of the titles.
    pub(crate) cells: Vec<Text>,
    /// Whether it belongs to the row above it.
    pub(crate) below: bool,
    /// Whether it is about something that is lost or held, so that it is never left out first.
    pub(crate) kept: bool,
}

/// Pieces in a line.
pub(crate) type Text = Vec<Piece>;

/// A piece of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// As AWS, a file or we have it.
    pub(crate) text: String,
    /// What it means.
    pub(crate) meaning: Meaning,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a piece is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words.
    #[default]
    Words,
    /// Words to stop at.
    Strong,
    /// A name, a path or a value.
    Name,
    /// An id that nobody reads whole and that somebody copies whole.
    Id,
    /// A name that is shown elsewhere.
    Link(String),
    /// The end of a line.
    Break,
}
