//! What is told, in words and rows, whatever it is told in: the texts and every report draw from here.

pub(crate) mod drift;
pub(crate) mod failures;
pub(crate) mod head;
pub(crate) mod lines;
pub(crate) mod matrix;
pub(crate) mod overview;
pub(crate) mod parameters;
pub(crate) mod schedule;
pub(crate) mod stages;
pub(crate) mod template;
mod units;
