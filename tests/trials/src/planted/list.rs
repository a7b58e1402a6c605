//! Every defect with its place in the reference's list and the invariants that it is about.

use super::Defect;

/// A row of the list.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its place in the list of reliability §4.6; 0 for slips of ours that it does not name.
    pub number: u8,
    /// The reference's words.
    pub words: &'static str,
    /// The invariants, of which one must break, with blanks between them.
    pub breaks: &'static str,
    /// The defect.
    pub defect: Defect,
    /// A seed that is known to find it, tried first where time is short.
    pub known: u64,
}

const fn row(number: u8, defect: Defect, breaks: &'static str, (known, words): (u64, &'static str)) -> Entry {
    Entry {
        number,
        words,
        breaks,
        defect,
        known,
    }
}

/// Every defect. Number 18 of the reference is left out: the tool never sends an account filter that would have to hold for
/// accounts that join later, so there is no decision that could be wrong.
pub const DEFECTS: [Entry; 32] = [
    row(
        1,
        Defect::FreshIdOnRestart,
        "S2 S5 S6",
        (3, "fresh id on restart"),
    ),
    row(
        2,
        Defect::FreshIdInRetry,
        "S2 S5 S6",
        (21, "fresh id inside a retry"),
    ),
    row(3, Defect::QueuedIsOver, "S6 S11 P5", (182, "QUEUED as terminal")),
    row(
        4,
        Defect::InProgressIsFailure,
        "L3",
        (359, "OperationInProgress is a failure"),
    ),
    row(
        5,
        Defect::OwnIsForeign,
        "L3 L5 S11 S2 S6",
        (10, "own retry taken for a foreign operation"),
    ),
    row(6, Defect::NoWait, "S6 P5 S11", (0, "no wait between two steps")),
    row(
        7,
        Defect::UnchangedIsChanged,
        "L2",
        (0, "an operation on an unchanged StackSet"),
    ),
    row(
        8,
        Defect::StaleRequestIsFailure,
        "L3",
        (158, "StaleRequest is fatal"),
    ),
    row(
        9,
        Defect::HalfAnHour,
        "L3 S11 S6 P5",
        (23, "a limit of 30 minutes"),
    ),
    row(
        10,
        Defect::UnionRectangle,
        "S2 L2",
        (13, "the union of rectangles"),
    ),
    row(
        11,
        Defect::NameInsteadOfId,
        "S4 S2",
        (825, "the name instead of the id"),
    ),
    row(12, Defect::NoSecondPage, "L2", (6, "page 2 is dropped")),
    row(
        13,
        Defect::EmptyPageIsEnd,
        "L2 S2",
        (0, "an empty page is the end"),
    ),
    row(
        14,
        Defect::StaleIsTrusted,
        "L2 S2",
        (5, "a stale list is trusted for a deletion"),
    ),
    row(
        15,
        Defect::FailedInstancesAreFine,
        "S11",
        (17, "SUCCEEDED with failed instances is all right"),
    ),
    row(
        16,
        Defect::DefinitionIsAll,
        "L2",
        (17, "equal definitions are convergence"),
    ),
    row(17, Defect::MaskIsDifference, "L2", (6, "`****` is a difference")),
    row(
        19,
        Defect::DeniedIsAbsent,
        "L2 S2",
        (0, "a page that is denied is empty"),
    ),
    row(
        20,
        Defect::QuotaIsRetried,
        "L5",
        (363, "LimitExceeded is tried again"),
    ),
    row(
        21,
        Defect::NoTimeLimit,
        "L1 L3",
        (62, "no time limit of an attempt"),
    ),
    row(
        22,
        Defect::ForeignIsStopped,
        "S8",
        (98, "a foreign operation is stopped"),
    ),
    row(23, Defect::InterruptIsIgnored, "S7", (15, "a write after Ctrl-C")),
    row(
        24,
        Defect::IdentityOnce,
        "S9 S7",
        (86, "the identity is checked once only"),
    ),
    row(
        25,
        Defect::SecondAttempt,
        "S2 S5 S6",
        (0, "attempt n+1 while attempt n runs"),
    ),
    row(
        26,
        Defect::DelayedIsDone,
        "S11 P5 S6",
        (296, "a delayed request is ignored"),
    ),
    row(
        27,
        Defect::ExpiresByLocalClock,
        "L3",
        (3, "a plan expires by the local clock"),
    ),
    row(
        28,
        Defect::WaveMarksAgain,
        "S2",
        (136, "the template is sent again with a later wave"),
    ),
    row(
        29,
        Defect::RetainIsForgotten,
        "S3 S2",
        (19, "the retain flag is lost on resume"),
    ),
    row(
        30,
        Defect::JournalIsTrusted,
        "S11 P5 L3",
        (10, "a journal is trusted over AWS"),
    ),
    row(
        31,
        Defect::ForeignUnnoticed,
        "S4",
        (10, "a foreign operation between steps is not noticed"),
    ),
    row(0, Defect::NoOrder, "P5", (0, "nothing waits for anything")),
    row(
        0,
        Defect::TightLoop,
        "L5",
        (0, "an operation is looked at every second"),
    ),
];
