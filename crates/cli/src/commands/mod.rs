//! One command, one file.

pub(crate) mod apply;
pub(crate) mod approval;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod drift;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod ops;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod simulate;
pub(crate) mod snapshot;
pub(crate) mod status;
pub(crate) mod targets;
pub(crate) mod validate;
