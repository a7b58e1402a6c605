//! The state machine that carries a plan out: inputs in, commands out, nothing else.
//!
//! Read it in the order of an apply:
//!
//! 1. [`Run`] holds one line of operations for each StackSet, `schedule` decides which may go on;
//! 2. `preflight` refuses a plan that may not or cannot be carried out, and checks account and units;
//! 3. `line` does one StackSet: look (strong reads against the chain of preconditions), hold (somebody else's operation),
//!    send (one id, ever), watch (poll and collect results), settle (is it as planned);
//! 4. `gate` stands between stages of rollouts: soak, health, alarms, approval;
//! 5. `asking` retries what is only unavailable, `pace` says how fast;
//! 6. `summary` and `cause` tell how it went.
//!
//! There is no clock: every input brings the time. The same inputs give the same commands.

use std::time::Duration;

use model::Timestamp;
use model::call::{Call, CallError, Reply};
use model::event::{ApplySummary, EventKind};

mod asking;
mod cause;
mod chain;
mod gate;
mod job;
mod line;
pub(crate) mod pace;
mod preflight;
mod run;
mod schedule;
pub(crate) mod secrets;
mod summary;

pub use run::Run;

/// What an answer is matched to its question by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub(crate) u64);

/// What the state machine wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask AWS, and answer with [`Input::Answered`]. Secrets are still references.
    Call {
        /// To be given back with the answer.
        ticket: Ticket,
        /// What to ask.
        call: Call,
    },
    /// Wait, and answer with [`Input::Slept`].
    Sleep {
        /// To be given back.
        ticket: Ticket,
        /// How long.
        duration: Duration,
    },
    /// Tell the listeners.
    Emit(EventKind),
    /// It is over; nothing that is still open is waited for.
    Finish(Box<ApplySummary>),
}

/// What happened outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// AWS answered, or did not.
    Answered {
        /// Of the question.
        ticket: Ticket,
        /// The answer.
        answer: Result<Reply, CallError>,
        /// When.
        now: Timestamp,
    },
    /// A wait is over.
    Slept {
        /// Of the wait.
        ticket: Ticket,
        /// When.
        now: Timestamp,
    },
    /// The user wants it to stop.
    Interrupted {
        /// When.
        now: Timestamp,
    },
}

impl Input {
    /// When it happened.
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::Answered { now, .. } | Self::Slept { now, .. } | Self::Interrupted { now } => *now,
        }
    }
}
