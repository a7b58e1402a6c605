//! What one apply is made of.

use std::collections::BTreeMap;

use executor::Options;
use executor::core::{Run, Ticket};
use model::Timestamp;
use model::call::{Call, CallError, Reply};
use model::event::{ApplySummary, EventKind};
use model::ids::AccountId;

use crate::judge::Judge;
use crate::planted::{Defect, Memory};
use crate::trouble::{Crash, Trouble};

/// One process.
pub(super) struct Process<'p> {
    pub(super) run: Run<'p>,
    pub(super) judge: Judge<'p>,
    pub(super) admin: AccountId,
    pub(super) calls: usize,
    pub(super) crash: Option<Crash>,
    pub(super) summary: Option<ApplySummary>,
    pub(super) over: bool,
    /// Questions without an answer yet.
    pub(super) open: BTreeMap<Ticket, Call>,
    pub(super) memory: Memory,
}

/// Something that happens.
pub(super) enum Event {
    /// A call arrives at AWS.
    Arrives(usize, Ticket, Call),
    /// Its answer arrives.
    Answers(usize, Ticket, Box<Result<Reply, CallError>>),
    Wakes(usize, Ticket),
    Interrupt(usize),
    /// A change that was held up arrives, as the account that signed it.
    Late(Call, Option<AccountId>),
    /// The credentials change.
    Swap,
    /// Somebody else acts, which is this fault; the world does it by itself.
    Others(u8),
}

/// How an apply ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// The first process's summary; none when it died.
    pub summary: Option<ApplySummary>,
    /// Those of the others.
    pub others: Vec<ApplySummary>,
    /// Calls of all processes.
    pub calls: u64,
    /// What must not be.
    pub violations: Vec<String>,
    /// When the credentials became another account's; up to the end of the run.
    pub swapped: Vec<Timestamp>,
    /// When the first process was done, by AWS's clock.
    pub finished: Option<Timestamp>,
    /// What was told.
    pub events: Vec<EventKind>,
    /// Faults on the wire that hit.
    pub struck: u64,
    /// Every input and output in their order, for comparing two runs of a seed.
    pub trace: u64,
    /// What the first process did, for a defect that remembers it.
    pub memory: Memory,
}

/// How plans are carried out.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'s> {
    /// The seed of mishaps and of the time that calls take.
    pub seed: u64,
    /// The user's options.
    pub options: &'s Options,
    /// What goes wrong.
    pub trouble: &'s Trouble,
    /// Where the first process dies.
    pub crash: Option<Crash>,
    /// A defect on purpose.
    pub defect: Option<Defect>,
    /// What the process did that died before this one.
    pub resumed: Option<&'s Memory>,
}
