//! What is told of the operations of an apply: their names, and those that one reason holds back together.

use model::event::OperationSummaryLine;

use crate::terms::{kind, subject};

/// Operations about which one and the same is said.
pub(crate) struct Alike<'a> {
    /// What is said; empty where nothing is.
    pub(crate) reason: &'a str,
    /// The operations, in the order of the plan.
    pub(crate) lines: Vec<&'a OperationSummaryLine>,
}

/// Operations by their reason, in the order in which the plan has the first of each.
pub(crate) fn by_reason<'a>(lines: impl Iterator<Item = &'a OperationSummaryLine>) -> Vec<Alike<'a>> {
    let mut alike: Vec<Alike<'a>> = Vec::new();
    for line in lines {
        let reason = line.reason.as_deref().unwrap_or_default();
        match alike.iter_mut().find(|known| known.reason == reason) {
            Some(known) => known.lines.push(line),
            None => alike.push(Alike {
                reason,
                lines: vec![line],
            }),
        }
    }
    alike
}

/// `security-baseline canary`
pub(crate) fn whose(line: &OperationSummaryLine) -> String {
    subject(&line.stack_set, line.stage.as_deref())
}

/// What it does, as an order.
pub(crate) fn what(line: &OperationSummaryLine) -> &'static str {
    if line.rollback {
        "roll back"
    } else {
        kind(line.kind)
    }
}

/// `security-baseline prod update`, `guardduty-members create ×2`: those that read the same and follow each other are counted.
pub(crate) fn named(lines: &[&OperationSummaryLine]) -> Vec<String> {
    let mut told: Vec<(String, u64)> = Vec::new();
    for line in lines {
        let name = format!("{} {}", whose(line), what(line));
        match told.last_mut().filter(|(last, _)| *last == name) {
            Some((_, times)) => *times += 1,
            None => told.push((name, 1)),
        }
    }
    let times = |(name, times): (String, u64)| match times {
        1 => name,
        _ => format!("{name} ×{times}"),
    };
    told.into_iter().map(times).collect()
}
